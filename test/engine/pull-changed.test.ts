import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/domain/limits.ts';
import type { PublishStats, WorkOrder } from '../../src/domain/work-order.ts';
import type { PendingList, WorkOrderSource } from '../../src/engine/ports.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { isAsCounted } from '../../src/engine/same-pending.ts';
import { aRequest, aRoute, aRow } from '../support/builders.ts';
import {
  ASSIGN,
  act,
  aFileThat,
  ask,
  closeWorlds,
  editOrder,
  endsOf,
  getToKnow,
  ids,
  later,
  ledgerOf,
  MINUTE_MS,
  openReader,
  openWorld,
  orderId,
  orderOf,
  type RunPlan,
  route,
  run,
  saidOf,
  type World,
} from './world.ts';

afterEach(closeWorlds);

const AT_ONCE = { n: 1, afterMinutes: 0, do: 'assign', minMargin: 0, withdrawRoutes: false } as const;

/** Nobody is taken before the points of the best provider there is. */
const PATIENT = [aFileThat([{ ...AT_ONCE, minPoints: 60 }])];
const ORDERS = [11, 12, 13, 14];

/** Each with one request, and looked at once. */
async function openLookedAt(
  given: { readonly limits?: Partial<Limits>; readonly counterUsd?: number } = {},
): Promise<World> {
  const world = await openWorld({ orders: ORDERS, limits: { fullPullEvery: 1000, ...given.limits } });
  for (const order of ORDERS) await ask(world, order, 2, given.counterUsd);
  await look(world);
  // The oldest is read anew at each run.
  later(world, MINUTE_MS);
  return world;
}

/** The work orders whose pending lists were read, besides what the summary says. */
async function look(world: World, plan: RunPlan = {}): Promise<{ report: RunReport; read: readonly number[] }> {
  const read: number[] = [];
  const source: WorkOrderSource = {
    ...bound(plan.source ?? world.client),
    pullPending: (id) => {
      read.push(id);
      return (plan.source ?? world.client).pullPending(id);
    },
  };
  const report = await run(world, { files: PATIENT, ...plan, source });
  return { report, read: read.toSorted((a, b) => a - b) };
}

function bound(source: WorkOrderSource): WorkOrderSource {
  return new Proxy(source, {
    get: (real, name) => {
      const member: unknown = Reflect.get(real, name, real);
      return typeof member === 'function' ? member.bind(real) : member;
    },
    ownKeys: () => [...new Set([...Reflect.ownKeys(Object.getPrototypeOf(source)), ...Reflect.ownKeys(source)])],
    getOwnPropertyDescriptor: (real, name) => ({
      value: (...given: readonly unknown[]) => Reflect.apply(Reflect.get(real, name, real), real, given),
      enumerable: true,
      configurable: true,
    }),
  });
}

function listsOf({ report }: { readonly report: RunReport }) {
  return report.summary.pendingLists;
}

describe('a run after another', () => {
  it('reads the list that shows a change and the oldest of the others, and decides on all as if read', async () => {
    const world = await openLookedAt();
    await ask(world, 13, 3);
    const { report, read } = await look(world);
    expect(read).toEqual([11, 13]);
    expect(report.summary.pendingLists).toEqual({ pulled: 2, kept: 2, unseen: 0 });
    expect(saidOf(report)).toMatchObject({ 12: expect.stringContaining('unchanged'), 14: expect.anything() });
    expect(report.decisions).toHaveLength(4);
  });

  it.each<[string, (world: World) => Promise<void> | void]>([
    ['a counter-offer', (world) => ask(world, 13, 3, 180)],
    ['an invitation', (world) => route(world, 13, 4)],
    ['a no', (world) => act(world, ['POST', '/workorders/13/declines?acting_user_id=4', {}])],
    ['a request taken back', (world) => takeBack(world, 13)],
    [
      'one taken back and another made',
      async (world) => {
        await takeBack(world, 13);
        await ask(world, 13, 3);
      },
    ],
    ['another schedule', (world) => editOrder(world, 13, { startMs: orderOf(world, 13).startMs + MINUTE_MS })],
    ['a request that has run out', (world) => expire(world, 13)],
  ])('reads the list of a work order with %s', async (_, happens) => {
    const world = await openLookedAt();
    await happens(world);
    expect((await look(world)).read).toContain(13);
  });

  it('reads each list within as many runs as the setting says', async () => {
    const world = await openLookedAt({ limits: { fullPullEvery: 2 } });
    const seen: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      seen.push(...(await look(world)).read);
      later(world, MINUTE_MS);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(ORDERS);
  });

  it.each<[string, RunPlan]>([
    ['every list is wanted at every run', { limits: { fullPullEvery: 1 } }],
    ['the run is asked to', { pullAnew: 'all' }],
    ['all were read too long ago', { limits: { maxPendingAgeMs: 1_000 } }],
    ['nothing is remembered', { memory: null }],
  ])('reads all where %s', async (_, plan) => {
    const world = await openLookedAt();
    expect((await look(world, plan)).read).toEqual(ORDERS);
  });

  it('reads those it is asked for by id or hinted at', async () => {
    const world = await openLookedAt();
    expect((await look(world, { only: [12, 14] })).read).toEqual([12, 14]);
    later(world, MINUTE_MS);
    expect((await look(world, { pullAnew: [orderId(14)] })).read).toEqual([11, 14]);
  });

  it('reads all when the clock was set back', async () => {
    const world = await openLookedAt();
    const earlier = { ...world, clock: { ...world.clock, nowMs: () => world.clock.nowMs() - 10 * MINUTE_MS } };
    expect((await look(earlier)).read).toEqual(ORDERS);
  });

  it('reads what another version had read', async () => {
    const world = await openLookedAt();
    expect((await look(world, { memory: world.store.pendingMemory('other') })).read).toEqual(ORDERS);
  });

  it('in a dry run reads what is remembered and remembers nothing', async () => {
    const world = await openLookedAt();
    await ask(world, 13, 3);
    const first = await look(world, { isDryRun: true });
    const second = await look(world, { isDryRun: true });
    expect([first.read, second.read]).toEqual([
      [11, 13],
      [11, 13],
    ]);
  });

  it('forgets work orders that are no longer open', async () => {
    const world = await openLookedAt();
    editOrder(world, 12, { phase: 'cancelled' });
    await look(world);
    const heads = await world.store.pendingMemory('0.0.0-test').heads();
    expect(heads.map(({ workOrderId }) => workOrderId)).toEqual([11, 13, 14]);
  });

  it('records facts of a remembered list with the time it was read at, and takes the decision again from them', async () => {
    const world = await openLookedAt();
    const readAtMs = world.clock.nowMs() - MINUTE_MS;
    const other = [aFileThat([{ ...AT_ONCE, minPoints: 59 }], { hash: PATIENT[0]?.hash ?? expect.fail() })];
    const { read } = await look(world, { files: other.map((file) => ({ ...file, mode: 'recommend' as const })) });
    expect(read).toEqual([11]);
    const last = (await ledgerOf(world, 12)).at(-1);
    const reader = openReader(world);
    const input = last === undefined ? null : await reader.recordedInput(last.id).finally(() => reader.close());
    if (input === null || input === 'erased') throw new Error('nothing was recorded');
    const times = input.slate.candidates.flatMap(({ facts }) =>
      Object.values(facts).flatMap((fact) =>
        fact.kind === 'known' && fact.source === 'row' ? [fact.observedAtMs] : [],
      ),
    );
    expect(new Set(times)).toEqual(new Set([readAtMs]));
    expect(input.slate.takenAtMs).toBe(readAtMs + MINUTE_MS);
  });
});

describe('what nothing shows', () => {
  it('is seen when the list has its turn, and is counted', async () => {
    const world = await openLookedAt({ counterUsd: 155 });
    makeDearer(world, 11);
    expect(listsOf(await look(world))).toEqual({ pulled: 1, kept: 3, unseen: 1 });
  });

  it('is seen before anything is sent, and decided on', async () => {
    const world = await openLookedAt({ counterUsd: 155 });
    for (const order of [12, 13]) makeDearer(world, order);
    const { report, read } = await look(world, { files: [aFileThat([ASSIGN])] });
    // Nothing had shown a change, and all four are to be assigned.
    expect(read.filter((id) => id === 12).length).toBeGreaterThanOrEqual(2);
    expect(report.summary.pendingLists).toMatchObject({ pulled: 4, kept: 0, unseen: 2 });
    expect(endsOf(report).filter((end) => end.startsWith('confirmed'))).toHaveLength(4);
    const [decided] = report.decisions.filter(({ planned }) => planned.workOrder.id === 12);
    expect(decided?.planned.intents.map(({ call }) => call.kind)).toEqual(['accept_counter']);
  });
});

describe('who is invited elsewhere', () => {
  it('is read again before anything is sent, for an invitation binds wherever it is', async () => {
    const world = await openLookedAt();
    await route(world, 14, 4);
    await look(world);
    later(world, MINUTE_MS);
    expect((await look(world)).read).not.toContain(14);
    later(world, MINUTE_MS);
    const { report, read } = await look(world, { files: [aFileThat([{ ...AT_ONCE, minPoints: 0 }])] });
    expect(endsOf(report)).toHaveLength(3);
    expect(saidOf(report)[14]).not.toContain('assign ');
    expect(read).toContain(14);
  });
});

describe('counters that cannot be believed', () => {
  const shown = (world: World, stats: PublishStats | null): WorkOrderSource => ({
    ...bound(world.client),
    pullList: async (list) => {
      const { rows, quarantined } = await world.client.pullList(list);
      return { rows: rows.map((row): WorkOrder => ({ ...row, publishStats: stats })), quarantined };
    },
  });
  const NOUGHT: PublishStats = { requests: 0, allRequests: 0, counterOffers: 0, routes: 0, declines: 0 };

  it.each([
    ['are not shown', null],
    ['are always nought', NOUGHT],
  ])('since they %s make every run read all', async (_, stats) => {
    const world = await openWorld({ orders: ORDERS });
    for (const order of [11, 12]) await ask(world, order, 2);
    for (let n = 0; n < 3; n += 1) {
      expect((await look(world, { source: shown(world, stats) })).read).toEqual(ORDERS);
      later(world, MINUTE_MS);
    }
  });

  it('hold no less than the list', () => {
    const rows = (...given: readonly ReturnType<typeof aRow>[]): Pick<PendingList, 'rows'> => ({ rows: given });
    const asking = rows(aRow({ kind: 'request', request: { ...aRequest(), isActive: true } }));
    const invited = rows(aRow({ kind: 'routed', request: null, route: aRoute() }));
    expect(isAsCounted({ ...NOUGHT, requests: 1 }, asking)).toBe(true);
    expect(isAsCounted({ ...NOUGHT, requests: null, allRequests: 1 }, asking)).toBe(true);
    expect(isAsCounted(NOUGHT, asking)).toBe(false);
    expect(isAsCounted({ ...NOUGHT, requests: null, allRequests: null }, rows())).toBe(false);
    expect(isAsCounted({ ...NOUGHT, routes: 1 }, invited)).toBe(true);
    expect(isAsCounted(NOUGHT, invited)).toBe(false);
    expect(isAsCounted({ ...NOUGHT, routes: null }, rows())).toBe(false);
    expect(isAsCounted(null, rows())).toBe(false);
  });
});

describe('lists that are not understood', () => {
  it('are read at every run until they are', async () => {
    const world = await openWorld({ orders: ORDERS, limits: { fullPullEvery: 1000, quarantineCountsFrom: 100 } });
    const garbled: WorkOrderSource = {
      ...bound(world.client),
      pullPending: async (id) => {
        const list = await world.client.pullPending(id);
        const broken = { what: 'pending row', id: 9, workOrderId: id, reason: 'no kind' };
        return id === 12 ? { ...list, quarantined: [broken] } : list;
      },
    };
    await look(world, { source: garbled });
    later(world, MINUTE_MS);
    const { read, report } = await look(world, { source: garbled });
    expect(read).toEqual([11, 12]);
    expect(report.summary.quarantined).toHaveLength(1);
  });

  it('make the run read all when they are too large a part of what was read, and judge it by all', async () => {
    const world = await openLookedAt({ limits: { quarantineCountsFrom: 1, maxQuarantinedPercent: 15 } });
    const garbled: WorkOrderSource = {
      ...bound(world.client),
      pullPending: async (id) => {
        const list = await world.client.pullPending(id);
        const broken = { what: 'pending row', id: 9, workOrderId: id, reason: 'no kind' };
        return id === 11 ? { ...list, quarantined: [broken] } : list;
      },
    };
    const { read, report } = await look(world, { source: garbled });
    expect(read).toEqual(ORDERS);
    expect(report.result).toBe('done');
  });
});

describe('after an attempt of ours', () => {
  it('the list is read again, whatever came of it', async () => {
    const world = await openLookedAt();
    await getToKnow(world, 4);
    await look(world, { files: [aFileThat([{ n: 1, afterMinutes: 0, do: 'route', minPoints: 0 }])], only: [12] });
    later(world, MINUTE_MS);
    expect((await look(world)).read).toContain(12);
  });
});

function requestOf(world: World, order: number) {
  const request = orderOf(world, order).requests.get(ids(2)[0] ?? 2);
  if (request === undefined) throw new Error('nobody has asked');
  return request;
}

async function takeBack(world: World, order: number): Promise<void> {
  await act(world, ['DELETE', `/workorders/${order}/requests/${requestOf(world, order).id}?acting_user_id=2`, {}]);
}

function expire(world: World, order: number): void {
  later(world, requestOf(world, order).expiresMs - world.clock.nowMs());
}

/** In place, so that every counter and every number stays as it is. */
function makeDearer(world: World, order: number): void {
  const request = requestOf(world, order);
  const pay = { ...orderOf(world, order).pay, base: { cents: 16_000, units: 1 } };
  const dearer = { ...request, counter: { pay, notes: '' } };
  orderOf(world, order).requests.set(request.providerId, dearer);
  orderOf(world, order).requestsById.set(request.id, dearer);
}
