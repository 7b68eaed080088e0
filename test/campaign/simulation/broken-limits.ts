import { boundProviders } from '../../../src/domain/write-call.ts';
import type { Rules } from './judge.ts';
import type { Flight, KnownIntent, SimOrder } from './nouns.ts';
import type { SimServer } from './sim-server.ts';

export type LimitsView = Rules & {
  readonly server: SimServer;
  readonly flights: readonly Flight[];
  readonly known: {
    /** What people did later than this, the run may not have seen. */
    readonly runStartedAtMs: number;
    readonly isForgetful: boolean;
  };
};

/**
 * Overlaps, load, pay and the money of the day, counted on the server and over writes on their way, as far as the engine
 * could know: everything of its own doing, and what people did before the run began.
 */
export function findBrokenLimits(view: LimitsView, intent: KnownIntent): readonly string[] {
  const order = view.server.order(intent.call.workOrderId);
  return [
    ...boundProviders(intent.call).flatMap((provider) => findOverload(view, order, provider)),
    ...findDearness(view, order, intent),
    ...(view.known.isForgetful ? [] : findSpending(view, intent)),
  ];
}

function findOverload(view: LimitsView, order: SimOrder, provider: number): readonly string[] {
  const { forbidOverlap, travelBufferMinutes, perDay } = view.file.guardrails.perProvider;
  const others = [...view.server.orders.values()].filter((other) => other !== order && isBound(view, other, provider));
  const bufferMs = travelBufferMinutes * 60_000;
  const clash = others.find(
    (other) => order.startMs < other.endMs + bufferMs && other.startMs < order.endMs + bufferMs,
  );
  const onDay = others.filter((other) => dayOf(other) === dayOf(order)).length;
  return [
    ...(forbidOverlap && clash !== undefined ? [`provider ${provider} may be bound to ${clash.id} at that time`] : []),
    ...(perDay !== null && onDay >= perDay ? [`provider ${provider} has ${onDay} that day already`] : []),
  ];
}

function isBound({ known, flights }: LimitsView, order: SimOrder, provider: number): boolean {
  const { assignment } = order;
  if (assignment?.providerId === provider) return assignment.by === 'us' || assignment.atMs < known.runStartedAtMs;
  if (order.routes.get(provider)?.by === 'us') return true;
  return flights.some((one) => mayLand(one, order) && boundProviders(one.call).some((bound) => bound === provider));
}

function mayLand({ call, pending, intent }: Flight, order: SimOrder): boolean {
  return pending > 0 && call.workOrderId === order.id && intent.settled?.kind !== 'confirmed';
}

function findDearness({ file }: LimitsView, order: SimOrder, { call, costCents }: KnownIntent): readonly string[] {
  const { maxTotalCents, acceptCounters, maxCounterOverBasePercent: percent } = file.guardrails.pay;
  const isCounter = call.kind === 'accept_counter';
  return [
    ...(maxTotalCents !== null && costCents > maxTotalCents ? [`${costCents} cents are too many`] : []),
    ...(isCounter && !acceptCounters ? ['counter-offers are not accepted'] : []),
    ...(isCounter && percent !== null && costCents * 100 > order.payCents * (100 + percent)
      ? ['the counter-offer is too high']
      : []),
  ];
}

/** The file's limit is on what the file does; the configuration's on everything, by hand as well. */
function findSpending({ server, file, limits, flights }: LimitsView, intent: KnownIntent): readonly string[] {
  const wires = [
    { limitCents: file.guardrails.pay.maxDailyTotalCents, counts: (one: Flight) => !one.intent.isByHand },
    { limitCents: limits.maxDailyTotalCents, counts: () => true },
  ];
  return wires.flatMap(({ limitCents, counts }) => {
    let cents = 0;
    for (const order of server.orders.values()) {
      cents += boundCents(order, flights, counts);
    }
    const bound = boundCents(server.order(intent.call.workOrderId), flights, counts);
    // Somebody else may have gone over the limit; then nothing may be added to it.
    const more = Math.max(0, intent.costCents - bound);
    cents += more;
    const isTooMuch = limitCents !== null && more > 0 && cents > limitCents;
    return isTooMuch ? [`${cents} cents are bound today and ${limitCents} are allowed`] : [];
  });
}

/** What one work order may cost us by what we did: its assignment, or the dearest of what may become one. */
function boundCents(order: SimOrder, flights: readonly Flight[], counts: (flight: Flight) => boolean): number {
  const { assignment } = order;
  const centsOf = (flight: Flight | null) => (flight !== null && counts(flight) ? flight.costCents : 0);
  if (assignment !== null) return centsOf(assignment.flight);
  const live = [...order.routes.values()].map(({ flight }) => centsOf(flight));
  const flying = flights.filter((one) => mayLand(one, order)).map(centsOf);
  return Math.max(0, ...live, ...flying);
}

function dayOf({ startMs }: SimOrder): string {
  return new Date(startMs).toISOString().slice(0, 10);
}
