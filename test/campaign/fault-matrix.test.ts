import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/domain/limits.ts';
import {
  assigneeOf,
  breakWith,
  closeWorlds,
  connectTo,
  eventsOf,
  hookStore,
  hookTarget,
  intentsOf,
  later,
  ledgerOf,
  mend,
  once,
  openWorld,
  orderOf,
  type World,
  writesOf,
} from '../engine/world.ts';
import { type NetworkFault, openFaultProxy } from '../support/fault-proxy.ts';
import { DOING_NAMES, DOINGS, type Doing, type DoingName, type End, runToItsEnd } from './fault-cells.ts';

afterEach(closeWorlds);

/** Small enough for every bomb and every endless list to be over soon. */
const LIMITS: Partial<Limits> = { maxBodyBytes: 1_000_000, maxPagesPerList: 5, quarantineCountsFrom: 1 };
const BOMB = { bytes: 2_000_000 };

/** `FAULT_MATRIX=whole` takes every cell, as CI does; otherwise every fifth, which leaves out no fault that has a cell for each action. */
const STEP = process.env['FAULT_MATRIX'] === 'whole' ? 1 : 5;

function sampleOf<Cell>(cells: readonly Cell[]): readonly Cell[] {
  return cells.filter((_, place) => place % STEP === 0);
}

type Fault = readonly [fault: string, more?: object];

function openSmall(): Promise<World> {
  return openWorld({ providers: [1, 2, 3], limits: LIMITS });
}

/** Laws 4 and 5 on what the platform saw: everything once, everything with its intent, every settled intent true. */
async function expectSound(world: World, doing: Doing): Promise<void> {
  expect(eventsOf(world, 'work_order.assigned').length).toBeLessThanOrEqual(1);
  const opened = eventsOf(world, 'route.opened');
  expect(new Set(opened).size).toBe(opened.length);
  const intents = (await ledgerOf(world, 11)).flatMap((decision) => decision.intents);
  const writes = writesOf(world).filter((write) => write === `${doing.method} ${doing.path}`);
  expect(intents.length).toBeGreaterThanOrEqual(writes.length);
  expect(await world.store.openIntents()).toEqual([]);
  expect((await intentsOf(world, 11)).filter((intent) => /: open$| unknown [^,]*$/.test(intent))).toEqual([]);
  const isSettled = intents.some(({ effects }) => effects.at(-1)?.reason.code === 'FM-6001');
  if (
    isSettled &&
    eventsOf(world, 'work_order.cancelled').length === 0 &&
    orderOf(world, 11).assignment?.by !== 'colleague'
  )
    expect(doing.isDone(world) || assigneeOf(world, 11) !== null).toBe(true);
}

/** Runs on a platform that works again, with the quiet time between them. */
async function recover(world: World, doing: Doing): Promise<void> {
  await mend(world);
  for (let runs = 0; runs < 2; runs += 1) {
    later(world, world.limits.quietTimeMs);
    await runToItsEnd(world, { files: doing.files });
  }
}

const writesTo = (world: World, doing: Doing): number =>
  writesOf(world).filter((write) => write === `${doing.method} ${doing.path}`).length;

type Expected = { readonly end: End; readonly isDone: boolean; readonly writes: number };

const DONE: Expected = { end: 'settled', isDone: true, writes: 1 };
/** Believed lost after the quiet time, decided again, sent once more. */
const ONCE_MORE: Expected = { end: 'unknown', isDone: true, writes: 2 };
const FOUND_LATER: Expected = { end: 'unknown', isDone: true, writes: 1 };
const NEXT_RUN: Expected = { end: 'turned away', isDone: true, writes: 2 };
/** Nobody else is there to be taken instead. */
const REFUSED: Expected = { end: 'refused', isDone: false, writes: 1 };
/** Read again, decided again, sent once more. */
const CHANGED: Expected = { end: 'changed', isDone: true, writes: 2 };
const LOST: Expected = { end: 'lost', isDone: false, writes: 1 };
/** A withdrawal that was refused is tried again: there is nobody else to withdraw. */
const REFUSED_STEP = { unroute: { end: 'refused', isDone: true, writes: 2 } } as const;

type Row = readonly [fault: Fault, expected: Expected, otherwise?: { readonly [name in DoingName]?: Expected | null }];
const ONLY_ASKED = { unroute: null, route: null, mass_route: null, publish: null };

const AT_THE_WRITE: readonly Row[] = [
  [['500_after'], DONE],
  [['lost_response'], DONE],
  [['truncate'], DONE],
  [['truncated_json'], DONE],
  [['content_type'], DONE],
  [['gzip_bomb', BOMB], DONE],
  [['huge', BOMB], DONE],
  [['endless'], DONE],
  [['500'], ONCE_MORE],
  [['html'], ONCE_MORE],
  [['html', { status: 200 }], ONCE_MORE],
  [['ignored'], ONCE_MORE],
  [['redirect'], ONCE_MORE],
  [['refuse', { status: 400 }], REFUSED, REFUSED_STEP],
  [['refuse', { status: 401 }], NEXT_RUN],
  [['refuse', { status: 403 }], REFUSED, REFUSED_STEP],
  [['refuse', { status: 404 }], REFUSED, REFUSED_STEP],
  [['refuse', { status: 409, action: 'REFRESH_STATE' }], CHANGED],
  [['refuse', { status: 409, action: 'FIX_INPUT' }], REFUSED, REFUSED_STEP],
  [['refuse', { status: 410 }], REFUSED, REFUSED_STEP],
  [['429'], NEXT_RUN],
  [['429', { retry_after_seconds: null }], NEXT_RUN],
  [['expire_token'], NEXT_RUN],
  [['late', { ms: 1_000 }], DONE],
  [['late', { ms: 3_000, status: 200 }], DONE],
  [['late', { ms: 90_000 }], FOUND_LATER],
  [['late', { ms: 90_000, status: 202 }], FOUND_LATER],
  [
    ['mass_route_half'],
    FOUND_LATER,
    {
      assign: null,
      accept_counter: null,
      unroute: null,
      route: null,
      publish: null,
      mass_route: { end: 'unknown', isDone: false, writes: 1 },
    },
  ],
  [['provider_accepts'], LOST, { assign: null, accept_counter: null, route: null, mass_route: null, publish: null }],
  // The platform lets us assign whoever no longer asks; a counter-offer that is gone it does not.
  [['provider_withdraws'], REFUSED, { ...ONLY_ASKED, assign: DONE }],
  [['provider_counters'], REFUSED, { ...ONLY_ASKED, assign: DONE }],
  [['provider_expires'], REFUSED, { ...ONLY_ASKED, assign: DONE }],
  // A mass-route is answered before it is done, so its race stays open.
  [['person_assigns', { provider_id: 3 }], LOST, { mass_route: { ...LOST, end: 'unknown' } }],
  [
    ['person_cancels'],
    { ...CHANGED, isDone: false, writes: 1 },
    {
      publish: REFUSED,
      unroute: { end: 'stood back', isDone: false, writes: 1 },
      mass_route: { end: 'unknown', isDone: false, writes: 1 },
    },
  ],
];

const WRITE_CELLS = AT_THE_WRITE.flatMap(([fault, expected, otherwise = {}]) =>
  DOING_NAMES.flatMap((name) => {
    const cell = otherwise[name] === undefined ? expected : otherwise[name];
    return cell === null ? [] : [[name, fault, cell] as const];
  }),
);

describe('a fault at the write', () => {
  it.each(sampleOf(WRITE_CELLS))('%s under %j', async (name, [fault, more], expected) => {
    const doing: Doing = DOINGS[name];
    const world = await openSmall();
    await doing.prepare(world);
    await breakWith(world, { match: { method: doing.method, path: `${doing.path}$` }, fault, ...more });
    const end = await runToItsEnd(world, { files: doing.files });
    expect(writesTo(world, doing)).toBe(1);
    await recover(world, doing);
    expect({ end, isDone: doing.isDone(world), writes: writesTo(world, doing) }).toEqual(expected);
    await expectSound(world, doing);
  });
});

/**
 * While the list is read, the pending list, what the guard looks at, what the confirm looks at: once, and as long as it
 * lasts. s settled, a aborted, t tripped, h held, g stood back, n turned away, u unknown.
 */
const AT_READS: readonly (readonly [fault: Fault, ends: string])[] = [
  [['expire_token'], 'sasasnsu'],
  [['field_value', { field: 'status', value: { id: 12, name: 'Postponed' } }], 'ttssnnsu'],
  [['500'], 'sastsnsu'],
  [['html'], 'sastsnsu'],
  [['html', { status: 200 }], 'sastsnsu'],
  [['redirect'], 'aattnnsu'],
  [['refuse', { status: 400 }], 'aattnnsu'],
  [['refuse', { status: 401 }], 'sasasnsu'],
  [['refuse', { status: 403 }], 'aattnnsu'],
  [['refuse', { status: 404 }], 'aattggsu'],
  [['refuse', { status: 410 }], 'aattggsu'],
  [['429'], 'sasasnsu'],
  [['429', { retry_after_seconds: null }], 'sasasnsu'],
  [['429', { retry_after_seconds: 1000 }], 'aaaannuu'],
  [['lost_response'], 'sasasnsu'],
  [['truncate'], 'sasasnsu'],
  [['truncated_json'], 'sastsnsu'],
  [['content_type'], 'sastsnsu'],
  [['gzip_bomb', { bytes: 2000000 }], 'aattnnsu'],
  [['huge', { bytes: 2000000 }], 'aattnnsu'],
  [['endless'], 'aattnnsu'],
  [['endless_pages'], 'sastsnss'],
  [['duplicate_rows'], 'ssssssss'],
  [['missing_rows'], 'aattsnss'],
  [['reordered_rows'], 'ssssssss'],
  [['field_gone', { field: 'id' }], 'ttttnnsu'],
  [['field_retyped', { field: 'id' }], 'ttttnnsu'],
  [['field_gone', { field: 'status' }], 'ttssnnsu'],
  [['field_value', { field: 'status.name', value: 'Postponed' }], 'ssssssss'],
  [['field_gone', { field: 'request' }], 'ssttsgss'],
  [['field_retyped', { field: 'request' }], 'ssttsgss'],
  [['field_gone', { field: 'category' }], 'ssssssss'],
  [['field_value', { field: 'category.id', value: 'imagined' }], 'ssttsgss'],
  [['field_retyped', { field: 'pay' }], 'ttssnnsu'],
  [['field_gone', { field: 'pay' }], 'hhssggss'],
  [['field_retyped', { field: 'assignee' }], 'ttssnnsu'],
  [['field_gone', { field: 'assignee' }], 'ssssssss'],
  [['field_gone', { field: 'schedule' }], 'ssssssss'],
];

const LETTERS: { readonly [letter: string]: End } = {
  s: 'settled',
  a: 'aborted',
  t: 'tripped',
  h: 'held',
  g: 'stood back',
  n: 'turned away',
  u: 'unknown',
};
const PLACES = ['list', 'pending', 'guard', 'confirm'] as const;
const PATHS = { list: '/workorders$', pending: '/11/providers$', guard: '/workorders/11', confirm: '/workorders/11' };

const READ_CELLS = AT_READS.flatMap(([fault, ends]) =>
  [...ends].map((letter, at) => {
    const place = PLACES[Math.floor(at / 2)] ?? 'list';
    return [place, at % 2 === 0 ? 1 : null, fault, LETTERS[letter]] as const;
  }),
);

describe('a fault at a read', () => {
  it.each(sampleOf(READ_CELLS))('%s, times %s, under %j: %s', async (place, times, [fault, more = {}], expected) => {
    const doing: Doing = DOINGS.assign;
    const world = await openSmall();
    await doing.prepare(world);
    const breaks = () => breakWith(world, { match: { method: 'GET', path: PATHS[place] }, fault, times, ...more });
    if (place === 'list' || place === 'pending') await breaks();
    const { store, client } = world;
    const end = await runToItsEnd(world, {
      files: doing.files,
      store: place === 'guard' ? hookStore(store, once('recordDecision', 'after', breaks)) : store,
      target: place === 'confirm' ? hookTarget(client, once('send', 'after', breaks)) : client,
    });
    expect(end).toBe(expected);
    expect(writesTo(world, doing)).toBe(end === 'settled' || end === 'unknown' ? 1 : 0);
    // Also lets answers come in that nobody waits for any more, before time goes on.
    await mend(world);
    later(world, LONGEST_WAIT_MS);
    await recover(world, doing);
    expect([doing.isDone(world), writesTo(world, doing)]).toEqual([true, 1]);
    await expectSound(world, doing);
  });
});

/** Longer than any Retry-After of these cells, shorter than a request lasts. */
const LONGEST_WAIT_MS = 1_000_000;

/** `writes` as the platform received them. */
const IN_THE_NETWORK: readonly (readonly [NetworkFault['kind'], Expected])[] = [
  // Whether the request had begun to leave is a matter of microseconds here.
  ['reset_before', { end: expect.stringMatching(/^(?:unknown|turned away)$/), isDone: true, writes: 1 }],
  ['reset_during', { end: 'unknown', isDone: true, writes: 1 }],
  ['reset_unread', DONE],
  ['reset_after', DONE],
  ['slow_head', DONE],
  ['drip', DONE],
];

const NETWORK_CELLS = DOING_NAMES.flatMap((name) =>
  IN_THE_NETWORK.map(([kind, expected]) => [name, kind, expected] as const),
);

/** The world of a client whose every byte goes through the proxy, and gives up soon. */
async function behindProxy(world: World) {
  const proxy = await openFaultProxy(world.sandbox.url);
  const limits = { ...world.limits, requestTimeoutMs: 200, connectTimeoutMs: 200 };
  const client = connectTo(proxy, { clock: world.clock, limits });
  const close = async () => {
    await client.close();
    await proxy.close();
  };
  return { proxy, client, close };
}

describe('the network at the write', () => {
  it.each(sampleOf(NETWORK_CELLS))('%s under %s', async (name, kind, expected) => {
    const doing: Doing = DOINGS[name];
    const world = await openSmall();
    await doing.prepare(world);
    const { proxy, client, close } = await behindProxy(world);
    const breaks = () => proxy.add({ kind, request: new RegExp(`^${doing.method} .*${doing.path}$`) });
    const target = hookTarget(client, once('send', 'before', breaks));
    const end = await runToItsEnd(world, { files: doing.files, source: client, target });
    await recover(world, doing);
    await close();
    expect({ end, isDone: doing.isDone(world), writes: writesTo(world, doing) }).toEqual(expected);
    await expectSound(world, doing);
  });

  it.each(DOING_NAMES)('%s whose connection is refused is not sent, and done by the next run', async (name) => {
    const doing: Doing = DOINGS[name];
    const world = await openSmall();
    await doing.prepare(world);
    const { proxy, client, close } = await behindProxy(world);
    const target = hookTarget(
      hookTarget(client, once('send', 'before', proxy.refuse)),
      once('send', 'after', proxy.accept),
    );
    expect(await runToItsEnd(world, { files: doing.files, source: client, target })).toBe('turned away');
    expect(writesTo(world, doing)).toBe(0);
    await recover(world, doing);
    await close();
    expect([doing.isDone(world), writesTo(world, doing)]).toEqual([true, 1]);
    await expectSound(world, doing);
  });
});

describe('the network at a read', () => {
  it.each(IN_THE_NETWORK.map(([kind]) => kind))('once under %s costs a second try', async (kind) => {
    const world = await openSmall();
    await DOINGS.assign.prepare(world);
    const { proxy, client, close } = await behindProxy(world);
    proxy.add({ kind, request: /^GET .*\/workorders$/ });
    expect(await runToItsEnd(world, { files: DOINGS.assign.files, source: client, target: client })).toBe('settled');
    await close();
    await expectSound(world, DOINGS.assign);
  });

  it.each(IN_THE_NETWORK.map(([kind]) => kind))('for good under %s sends nothing', async (kind) => {
    const world = await openSmall();
    await DOINGS.assign.prepare(world);
    const { proxy, client, close } = await behindProxy(world);
    proxy.add({ kind, request: /./, times: null });
    expect(await runToItsEnd(world, { files: DOINGS.assign.files, source: client, target: client })).toBe('aborted');
    expect(writesOf(world)).toEqual([]);
    proxy.clear();
    later(world, LONGEST_WAIT_MS);
    expect(await runToItsEnd(world, { files: DOINGS.assign.files, source: client, target: client })).toBe('settled');
    await close();
  });
});
