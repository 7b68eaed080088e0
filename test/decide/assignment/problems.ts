import type { AssignmentOrder, AssignmentProblem, Bid } from '../../../src/decide/assignment/problem.ts';
import { type ProviderId, providerId, workOrderId } from '../../../src/domain/ids.ts';

/** Whole numbers from 0 up to below `bound`, the same for the same seed. */
export type Draw = (bound: number) => number;

export function drawFrom(seed: number): Draw {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return (bound) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
}

export type Shape = {
  readonly orders: number;
  readonly providers: number;
  readonly bids: number;
  /** Days the work orders are spread over: the fewer, the more they get into each other's way. */
  readonly days: number;
  /** `one`: everybody at the same hour, so that nobody can take two. */
  readonly kind: 'one' | 'mixed' | 'loose';
};

const KINDS: readonly Shape['kind'][] = ['one', 'mixed', 'loose'];

/** Few enough plans to try them all. */
export function smallShape(run: number): Shape {
  const kind = KINDS[run % 3] ?? 'mixed';
  return { orders: 1 + (run % 6), providers: 1 + ((run >> 2) % 6), bids: 6, days: 1 + (run % 4), kind };
}

export function largeShape(run: number): Shape {
  const kind = KINDS[run % 3] ?? 'mixed';
  return { orders: 30 + (run % 31), providers: 15 + (run % 23), bids: 4 + (run % 9), days: 2 + (run % 6), kind };
}

/** Few different values, so that there are ties on every objective, and limits that differ from file to file. */
export function drawProblem(seed: number, shape: Shape): AssignmentProblem {
  const draw = drawFrom(seed);
  const files = Array.from({ length: 3 }, () => drawFile(draw, shape.kind));
  const providers = Array.from({ length: shape.providers }, (_, place) => providerId(900 - 7 * place));
  const orders = Array.from({ length: shape.orders }, (_, place) =>
    drawOrder({ draw, shape, id: 100 + ((place * 61) % shape.orders), file: pick(draw, files), providers }),
  );
  const booked = providers
    .filter(() => draw(3) === 0)
    .map((id) => ({
      providerId: id,
      days: Array.from({ length: 1 + draw(3) }, () => 20_000 + draw(shape.days + 7) - 3),
    }))
    .sort((a, b) => a.providerId - b.providerId);
  return { orders: orders.sort((a, b) => a.workOrderId - b.workOrderId), booked };
}

type File = Pick<AssignmentOrder, 'limits' | 'told' | 'fillWeight'>;

function drawFile(draw: Draw, kind: Shape['kind']): File {
  const limit = () => (draw(2) === 0 ? null : 1 + draw(3));
  return {
    told: pick(draw, [0, 1, 2, 3, 3, 3]),
    fillWeight: pick(draw, [1, 1, 1, 2, 5]),
    limits: {
      perDay: kind === 'mixed' ? limit() : null,
      per7Days: kind === 'mixed' ? limit() : null,
      forbidOverlap: kind === 'one' || (kind === 'mixed' && draw(3) > 0),
      travelBufferMinutes: pick(draw, [0, 60, 120]),
    },
  };
}

type OrderToDraw = {
  readonly draw: Draw;
  readonly shape: Shape;
  readonly id: number;
  readonly file: File;
  readonly providers: readonly ProviderId[];
};

function drawOrder({ draw, shape, id, file, providers }: OrderToDraw): AssignmentOrder {
  const day = 20_000 + draw(shape.days);
  const startMs = shape.kind === 'one' ? 1_728_036_000_000 : day * 86_400_000 + (8 + draw(8)) * 3_600_000;
  const timed = shape.kind === 'one' || draw(8) > 0;
  const chosen = [...providers].sort(() => draw(3) - 1).slice(0, draw(shape.bids + 1));
  const bids = chosen.map((one) => drawBid(draw, one)).sort((a, b) => compareBids(a, b, file.told));
  return {
    workOrderId: workOrderId(id),
    ...file,
    startMs: timed ? startMs : null,
    endMs: timed && draw(4) > 0 ? startMs + draw(4) * 3_600_000 : null,
    day: timed ? day : draw(2) === 0 ? day : null,
    bids: bids.map((bid, place) => ({ ...bid, rank: place + 1 })),
  };
}

function drawBid(draw: Draw, one: ProviderId): Bid {
  const costCents = draw(10) === 0 ? Number.MAX_SAFE_INTEGER : 20_000 + 500 * draw(3);
  return {
    providerId: one,
    pointsMilli: 1000 * (100 + 25 * draw(4)) + draw(2),
    costCents,
    assigned7Days: draw(3),
    rank: 0,
  };
}

function compareBids(a: Bid, b: Bid, told: number): number {
  return (
    (told >= 1 ? b.pointsMilli - a.pointsMilli : 0) ||
    (told >= 2 ? a.costCents - b.costCents : 0) ||
    (told >= 3 ? a.assigned7Days - b.assigned7Days : 0) ||
    ((a.providerId * 31) % 17) - ((b.providerId * 31) % 17) ||
    a.providerId - b.providerId
  );
}

/**
 * Work orders at the same hour, told apart by points alone: by work order and provider, the points. Free of other limits than
 * that nobody can be in two places.
 */
export function problemOf(points: {
  readonly [order: number]: { readonly [provider: number]: number };
}): AssignmentProblem {
  const orders = Object.entries(points).map(([id, byProvider]) => ({
    workOrderId: workOrderId(Number(id)),
    fillWeight: 1,
    startMs: 0,
    endMs: 3_600_000,
    day: 0,
    limits: { perDay: null, per7Days: null, forbidOverlap: true, travelBufferMinutes: 0 },
    told: 1 as const,
    bids: Object.entries(byProvider)
      .sort(([, a], [, b]) => b - a)
      .map(([provider, own], place) => ({
        providerId: providerId(Number(provider)),
        pointsMilli: 1000 * own,
        costCents: 100,
        assigned7Days: 0,
        rank: place + 1,
      })),
  }));
  return { orders, booked: [] };
}

export function pick<T>(draw: Draw, items: readonly T[]): T {
  const item = items[draw(items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** The same problem in another order. */
export function shuffled(problem: AssignmentProblem, seed: number): AssignmentProblem {
  const draw = drawFrom(seed);
  const mix = <T>(items: readonly T[]): readonly T[] =>
    items
      .map((item) => ({ item, key: draw(1_000_000) }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return {
    orders: mix(problem.orders).map((order) => ({ ...order, bids: mix(order.bids) })),
    booked: mix(problem.booked),
  };
}
