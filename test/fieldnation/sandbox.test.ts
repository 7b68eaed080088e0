import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ProviderId, providerId, type WorkOrderId, workOrderId } from '../../src/domain/ids.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import type { PendingRow } from '../../src/domain/provider.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import type { FieldNationClient } from '../../src/fieldnation/connect.ts';
import { keepOnly } from '../../src/fieldnation/keep-only.ts';
import { KEPT_PENDING_ROW } from '../../src/fieldnation/wire/kept.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { connectTo, StandingClock } from './platform-server.ts';

const START_MS = Date.UTC(2026, 10, 23, 14);
const SAMPLE_PROVIDER = providerId(557);
const REQUESTED = workOrderId(4047);
const ROUTED = workOrderId(4048);

type World = { readonly sandbox: RunningSandbox; readonly client: FieldNationClient; readonly clock: StandingClock };

async function openWorld(options: Parameters<typeof startSandbox>[0] = {}): Promise<World> {
  const sandbox = await startSandbox({ seed: 7, speed: 0, startAtMs: START_MS, ...options });
  const clock = new StandingClock();
  clock.now = START_MS;
  return { sandbox, clock, client: connectTo(sandbox.url, { limits: {}, clock, lines: [] }) };
}

async function closeWorld({ client, sandbox }: World): Promise<void> {
  await client.close();
  await sandbox.close();
}

async function control(world: World, path: string, body: object): Promise<void> {
  const { request } = await import('undici');
  const answer = await request(`${world.sandbox.url}/_sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.statusCode).toBe(200);
  await answer.body.dump();
}

async function advance(world: World, ms: number): Promise<void> {
  await control(world, 'clock', { advance_ms: ms });
  world.clock.now += ms;
}

function golden(name: string): JsonValue {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')).results[0];
}

async function openOrders({ client }: World): Promise<readonly WorkOrder[]> {
  return (await client.pullList('published_routed')).rows;
}

async function rowsOf({ client }: World, id: WorkOrderId): Promise<readonly PendingRow[]> {
  return (await client.pullPending(id)).rows;
}

async function routedIds(world: World, id: WorkOrderId): Promise<readonly ProviderId[]> {
  return (await rowsOf(world, id)).filter((row) => row.route !== null).map((row) => row.providerId);
}

describe('reading the sandbox', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await advance(world, 3 * 3_600_000);
  });
  afterAll(() => closeWorld(world));

  it('gives the two documented rows, with everything of them that may be kept', async () => {
    const [requested, ...noMore] = await rowsOf(world, REQUESTED);
    expect(noMore).toEqual([]);
    expect(requested).toMatchObject({
      providerId: 557,
      kind: 'request',
      platform: { points: 175, maxPoints: 530, isMatch: false, ruleId: null },
    });
    expect(requested?.raw).toEqual(keepOnly(golden('pending-request'), KEPT_PENDING_ROW));
    const [routed] = await rowsOf(world, ROUTED);
    expect(routed).toMatchObject({ providerId: 557, kind: 'routed', route: { id: 417 }, request: null });
    expect(routed?.raw).toEqual(keepOnly(golden('pending-routed'), KEPT_PENDING_ROW));
  });

  it('understands every row of every list, and every provider in them', async () => {
    for (const list of ['published_routed', 'assigned', 'draft', 'work_done'] as const) {
      const { rows, quarantined } = await world.client.pullList(list);
      expect(quarantined).toEqual([]);
      for (const row of rows) {
        const pending = await world.client.pullPending(row.id);
        expect(pending.quarantined).toEqual([]);
        const providers = pending.rows.map((one) => one.providerId);
        for (const profile of await Promise.all(providers.map((id) => world.client.readProfile(id))))
          expect(profile?.completedByType).not.toBeNull();
      }
    }
    const opened = await openOrders(world);
    expect(opened.length).toBeGreaterThan(10);
    expect(
      opened.every((row) => row.actions.length > 0 && row.pay.kind !== 'none' && row.schedule.startMs !== null),
    ).toBe(true);
    expect(world.client.companyId()).toBe(2501);
    expect(world.client.serverTimeMs()).toBe(world.clock.now);
  });

  it('says the same of a work order in the list, alone, in its status and its assignee', async () => {
    const listed = [
      ...(await openOrders(world)).slice(0, 5),
      ...(await world.client.pullList('assigned')).rows.slice(0, 5),
    ];
    expect(listed.some((row) => row.assigneeId !== null)).toBe(true);
    for (const row of listed) {
      const alone = await world.client.readWorkOrder(row.id);
      expect({ ...alone, raw: null }).toEqual({ ...row, raw: null });
      expect(await world.client.readStatus(row.id)).toBe(row.status);
      expect(await world.client.readAssignee(row.id)).toEqual({ assigneeId: row.assigneeId });
    }
  });

  it('reads small pages to the last', async () => {
    const small = connectTo(world.sandbox.url, { limits: { pageSize: 3 }, clock: world.clock, lines: [] });
    const ids = (rows: readonly WorkOrder[]) => rows.map((row) => row.id).toSorted((a, b) => a - b);
    expect(ids((await small.pullList('published_routed')).rows)).toEqual(ids(await openOrders(world)));
    await small.close();
  });

  it('has null for what is not there', async () => {
    const nowhere = workOrderId(999_999);
    expect(await world.client.readWorkOrder(nowhere)).toBeNull();
    expect(await world.client.readStatus(nowhere)).toBeNull();
    expect(await world.client.readAssignee(nowhere)).toBeNull();
    expect(await world.client.readProfile(providerId(999_999))).toBeNull();
    await expect(world.client.pullPending(nowhere)).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('writing to the sandbox', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => closeWorld(world));

  it('publishes a draft', async () => {
    const draft = (await world.client.pullList('draft')).rows[0];
    if (draft === undefined) throw new Error('this world has no draft');
    expect(await world.client.send({ kind: 'publish', workOrderId: draft.id })).toEqual({
      kind: 'answered',
      status: 200,
      jobId: null,
    });
    expect(await world.client.readStatus(draft.id)).toBe('published');
  });

  it('routes, and withdraws the route', async () => {
    expect(
      await world.client.send({ kind: 'unroute', workOrderId: ROUTED, providerId: SAMPLE_PROVIDER }),
    ).toMatchObject({ kind: 'answered' });
    expect(await routedIds(world, ROUTED)).toEqual([]);
    expect(await world.client.send({ kind: 'route', workOrderId: ROUTED, providerId: SAMPLE_PROVIDER })).toMatchObject({
      kind: 'answered',
    });
    expect(await routedIds(world, ROUTED)).toEqual([557]);
  });

  it('mass-routes by a job, whose routes appear later', async () => {
    const order = (await openOrders(world)).find((row) => row.id !== REQUESTED && row.id !== ROUTED && !row.isRouted);
    if (order === undefined) throw new Error('this world has no open work order');
    const known = (await rowsOf(world, REQUESTED)).map((row) => row.providerId);
    const seen = (await Promise.all((await openOrders(world)).map((row) => rowsOf(world, row.id)))).flat();
    const invited = [...new Set([...known, ...seen.filter((row) => row.isRoutable).map((row) => row.providerId)])]
      .slice(0, 3)
      .toSorted((a, b) => a - b);
    const answer = await world.client.send({ kind: 'mass_route', workOrderId: order.id, providerIds: invited });
    expect(answer).toEqual({ kind: 'answered', status: 200, jobId: expect.any(Number) });
    await advance(world, 60_000);
    const after = await world.client.readWorkOrder(order.id);
    const routed = await routedIds(world, order.id);
    expect(after?.status === 'assigned' || routed.length > 0).toBe(true);
  });

  it('assigns, and takes the assignment back', async () => {
    const place = { workOrderId: REQUESTED, providerId: SAMPLE_PROVIDER };
    expect(await world.client.send({ kind: 'assign', ...place, clientPayTermsAccepted: false })).toMatchObject({
      kind: 'answered',
    });
    expect(await world.client.readAssignee(REQUESTED)).toEqual({ assigneeId: 557 });
    expect(await world.client.readStatus(REQUESTED)).toBe('assigned');
    expect(await world.client.send({ kind: 'assign', ...place, clientPayTermsAccepted: false })).toMatchObject({
      kind: 'refused',
    });
    expect(await world.client.send({ kind: 'unassign', ...place, reasonId: 7, comment: 'Cannot come.' })).toMatchObject(
      { kind: 'answered' },
    );
    expect(await world.client.readAssignee(REQUESTED)).toEqual({ assigneeId: null });
  });

  it('accepts a counter-offer at its price', async () => {
    for (let hour = 0; hour < 24; hour += 1) {
      for (const order of await openOrders(world)) {
        const row = (await rowsOf(world, order.id)).find(
          (one) => one.request?.isCounter === true && one.request.isActive,
        );
        if (row?.request == null) continue;
        const { id: requestId, pay } = row.request;
        const call = {
          kind: 'accept_counter',
          workOrderId: order.id,
          providerId: row.providerId,
          requestId,
          payCents: pay.maxCents,
        } as const;
        expect(await world.client.send(call)).toMatchObject({ kind: 'answered' });
        const after = await world.client.readWorkOrder(order.id);
        expect([after?.assigneeId, after?.pay.maxCents]).toEqual([row.providerId, pay.maxCents]);
        return;
      }
      await advance(world, 3_600_000);
    }
    throw new Error('nobody made a counter-offer in a day');
  });
});

describe('what the company of the sandbox has set up', () => {
  it('is read: reasons, talent pools with their members, and whether projects dispatch by themselves', async () => {
    const world = await openWorld();
    const { client } = world;
    const reasons = await client.readIncompleteReasons(2501);
    expect(reasons?.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    const pools = await client.pullTalentPools();
    expect(pools?.map(({ id }) => id)).toEqual([9921, 9922, 9923]);
    for (const pool of pools ?? []) {
      const members = await client.pullTalentPoolMembers(pool.id);
      expect(members?.length).toBeGreaterThan(0);
      expect(members).toHaveLength(pool.memberCount ?? -1);
      expect(members).toEqual(members?.toSorted((a, b) => a - b));
    }
    const small = connectTo(world.sandbox.url, { limits: { pageSize: 2 }, clock: world.clock, lines: [] });
    expect(await small.pullTalentPoolMembers(9921)).toEqual(await client.pullTalentPoolMembers(9921));
    await small.close();
    expect(await client.pullTalentPoolMembers(1)).toBeNull();
    expect(await client.readDispatchSettings(41)).toEqual({ isEnabled: false });
    expect(await client.readDispatchSettings(999)).toBeNull();
    await closeWorld(world);
  });

  it('says which project is dispatched by the platform', async () => {
    const projectDispatch = { projects: [41], settings: {} };
    const world = await openWorld({ workOrders: 3, providers: 3, projectDispatch });
    const settings = await Promise.all([41, 42].map((id) => world.client.readDispatchSettings(id)));
    expect(settings).toEqual([{ isEnabled: true }, { isEnabled: false }]);
    await closeWorld(world);
  });

  it('is null where the platform does not have it', async () => {
    const without = ['preferred_providers', 'talent_pool_groups', 'dispatch_settings'] as const;
    const world = await openWorld({ workOrders: 3, providers: 3, without });
    expect(await world.client.pullTalentPools()).toBeNull();
    expect(await world.client.pullTalentPoolMembers(9921)).toBeNull();
    expect(await world.client.readDispatchSettings(41)).toBeNull();
    await closeWorld(world);
  });
});

describe('the rest of the lifecycle in the sandbox', () => {
  const ANSWERED = { kind: 'answered', status: 200, jobId: null };
  const place = { workOrderId: REQUESTED, providerId: SAMPLE_PROVIDER } as const;
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => closeWorld(world));

  it('takes a published work order back to draft, and hands it to the platform to dispatch', async () => {
    expect(await world.client.send({ kind: 'unpublish', workOrderId: REQUESTED })).toEqual(ANSWERED);
    expect(await world.client.readStatus(REQUESTED)).toBe('draft');
    expect((await world.client.pullList('draft')).rows.map((row) => row.id)).toContain(REQUESTED);
    const dispatch = {
      selectionRuleId: 0,
      shouldRoute: false,
      delaySeconds: 1800,
      w2SkipPublish: null,
      w2FailSwitch: null,
      networkIds: null,
      tieredAutoDispatchId: null,
      autoAssign: null,
      alsoPublish: null,
    };
    expect(await world.client.send({ kind: 'auto_dispatch', workOrderId: REQUESTED, dispatch })).toEqual(ANSWERED);
    expect(await world.client.readStatus(REQUESTED)).toBe('published');
    expect(await world.client.send({ kind: 'auto_dispatch', workOrderId: REQUESTED, dispatch })).toMatchObject({
      kind: 'refused',
    });
  });

  it('routes to a talent pool whose members the platform knows, and to those alone who meet a rule', async () => {
    const call = { kind: 'mass_route_pool', workOrderId: ROUTED, talentPoolId: 9921 } as const;
    const strict = { rules: [{ name: 'rating', operator: '>=', value: 5.1 }] };
    expect(await world.client.send({ ...call, selectionRule: strict })).toMatchObject({ jobId: expect.any(Number) });
    await advance(world, 1_000);
    expect(await routedIds(world, ROUTED)).toEqual([557]);
    expect(await world.client.send(call)).toEqual({ ...ANSWERED, jobId: expect.any(Number) });
    await advance(world, 1_000);
    const members = (await world.client.pullTalentPoolMembers(9921)) ?? [];
    const routed = await routedIds(world, ROUTED);
    expect(routed.length).toBeGreaterThan(1);
    expect(routed.filter((id) => id !== SAMPLE_PROVIDER && !members.includes(id))).toEqual([]);
  });

  it('declines a request', async () => {
    const [row] = await rowsOf(world, REQUESTED);
    if (row?.request == null) throw new Error('the sample has no request');
    const call = { kind: 'decline_request', ...place, requestId: row.request.id } as const;
    expect(await world.client.send(call)).toEqual(ANSWERED);
    const left = await rowsOf(world, REQUESTED);
    expect(left.map((one) => one.providerId)).not.toContain(SAMPLE_PROVIDER);
  });

  it('completes, sends back, approves and takes the approval back', async () => {
    const readBack = async () => {
      const workOrder = await world.client.readWorkOrder(REQUESTED);
      return [workOrder?.status, workOrder?.work !== null];
    };
    await world.client.send({ kind: 'assign', ...place, clientPayTermsAccepted: false });
    expect(await readBack()).toEqual(['assigned', false]);
    expect(await world.client.send({ kind: 'approve', workOrderId: REQUESTED })).toMatchObject({ kind: 'refused' });
    expect(await world.client.send({ kind: 'complete', workOrderId: REQUESTED })).toEqual(ANSWERED);
    expect(await readBack()).toEqual(['work_done', true]);
    const sendBack = { kind: 'incomplete', workOrderId: REQUESTED, reason: 'Photos are missing' } as const;
    expect(await world.client.send({ ...sendBack, reasonId: 77 })).toMatchObject({ kind: 'refused' });
    expect(await world.client.send({ ...sendBack, reasonId: 4 })).toEqual(ANSWERED);
    expect(await readBack()).toEqual(['assigned', false]);
    await world.client.send({ kind: 'complete', workOrderId: REQUESTED });
    expect(await world.client.send({ kind: 'approve', workOrderId: REQUESTED })).toEqual(ANSWERED);
    expect(await readBack()).toEqual(['approved', true]);
    expect(await world.client.send({ kind: 'unapprove', workOrderId: REQUESTED })).toEqual(ANSWERED);
    expect(await readBack()).toEqual(['work_done', true]);
  });

  it('lists finished work with everything a review looks at, as the work order alone shows it', async () => {
    for (const order of await openOrders(world)) {
      const row = (await rowsOf(world, order.id)).find((one) => one.request?.isActive === true);
      if (row === undefined) continue;
      const call = { kind: 'assign', workOrderId: order.id, providerId: row.providerId } as const;
      await world.client.send({ ...call, clientPayTermsAccepted: false });
    }
    await advance(world, 6 * 24 * 3_600_000);
    const { rows, quarantined } = await world.client.pullList('work_done');
    expect(quarantined).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.values(row.work ?? { none: null })).not.toContain(null);
      expect((await world.client.readWorkOrder(row.id))?.work).toEqual(row.work);
    }
    expect(rows.some((row) => (row.work?.reportedMinutes ?? 0) > 0 && (row.work?.approvedPayCents ?? 0) > 0)).toBe(
      true,
    );
  });
});

describe('a sandbox with faults', () => {
  const ROUTE_PATH = '/workorders/4048/route';
  const unroute = { kind: 'unroute', workOrderId: ROUTED, providerId: SAMPLE_PROVIDER } as const;

  async function withFault<Result>(fault: object, body: (world: World) => Promise<Result>): Promise<Result> {
    const world = await openWorld({ workOrders: 5, providers: 5 });
    try {
      await control(world, 'faults', fault);
      return await body(world);
    } finally {
      await closeWorld(world);
    }
  }

  it.each([
    ['lost_response', 'unclear', []],
    ['truncate', 'unclear', []],
    ['500_after', 'unclear', []],
    ['500', 'unclear', [557]],
    ['html', 'unclear', [557]],
    ['429', 'refused', [557]],
    ['expire_token', 'refused', [557]],
  ])('answers a write under %s with %s; reading tells whether it happened', async (fault, kind, left) => {
    await withFault({ match: { method: 'DELETE', path: ROUTE_PATH }, fault }, async (world) => {
      expect(await world.client.send(unroute)).toMatchObject({ kind });
      expect(await routedIds(world, ROUTED)).toEqual(left);
    });
  });

  it.each(['lost_response', 'truncate', '500', 'html', '429', 'expire_token'])('reads on after %s', async (fault) => {
    await withFault({ match: { method: 'GET', path: '/workorders/4048$' }, fault }, async (world) => {
      expect((await world.client.readWorkOrder(ROUTED))?.id).toBe(4048);
      if (fault === '429') expect(world.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
    });
  });

  it.each([400, 401] as const)(
    'logs in again when tokens have ended and are refused with %i',
    async (expiredTokenStatus) => {
      const world = await openWorld({ workOrders: 3, providers: 3, tokenLifetimeSeconds: 60, expiredTokenStatus });
      expect(await world.client.readStatus(REQUESTED)).toBe('published');
      await control(world, 'clock', { advance_ms: 61_000 });
      expect(await world.client.readStatus(REQUESTED)).toBe('published');
      await closeWorld(world);
    },
  );

  it('speaks the newer error format too', async () => {
    const world = await openWorld({ workOrders: 3, providers: 3, errorFormat: 'problem' });
    expect(await world.client.readWorkOrder(workOrderId(999_999))).toBeNull();
    await closeWorld(world);
  });

  it('says who refused wrong credentials, and leaves the remedy to whoever shows it', async () => {
    const credentials = { clientId: 'other', clientSecret: 'other', username: 'other', password: 'other' };
    const world = await openWorld({ workOrders: 3, providers: 3, credentials });
    await expect(world.client.readWorkOrder(REQUESTED)).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/refused the login \(\d+[^)]*\)$/),
    });
    await closeWorld(world);
  });
});
