import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { checkDrift } from '../../src/cli/doctor-drift.ts';
import { noticesOfRun } from '../../src/cli/run-notices.ts';
import { summaryText } from '../../src/cli/run-output.ts';
import { LedgerFailure, PlatformUnavailable } from '../../src/engine/ports.ts';
import { TickTaken } from '../../src/engine/run-once.ts';
import { aCriterion, aTest, NO_GUARDRAILS } from '../support/builders.ts';
import {
  ASSIGN,
  ASSIGN_OVER_ROUTES,
  acceptRoute,
  act,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  breakWith,
  cancelAssignment,
  closeWorlds,
  connectTo,
  editOrder,
  endsOf,
  eventsOf,
  getToKnow,
  hookStore,
  intentsOf,
  later,
  ledgerOf,
  MASS_ROUTE,
  MINUTE_MS,
  mend,
  once,
  openWorld,
  orderOf,
  ROUTE,
  route,
  run,
  runsOf,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

/** The next run at once sends nothing and writes no decision. */
async function expectQuiet(world: World, plan: Parameters<typeof run>[1] = {}): Promise<void> {
  const [writes, decisions] = [writesOf(world), (await ledgerOf(world, 11)).length];
  const report = await run(world, plan);
  expect(report).toMatchObject({ result: 'done', effects: [] });
  expect(writesOf(world)).toEqual(writes);
  expect(await ledgerOf(world, 11)).toHaveLength(decisions);
  expect(report.summary.unchanged).toBe(report.summary.decisions);
}

describe('one run', () => {
  it('assigns the best request: decision, intent and effect in the ledger, confirmed by reading', async () => {
    const world = await openWorld();
    for (const provider of [2, 1, 3]) await ask(world, 11, provider);
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1001' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(writesOf(world)).toEqual(['POST /workorders/11/assignee']);
    expect(await ledgerOf(world, 11)).toMatchObject([
      {
        id: '11.1.1',
        outcome: 'assign',
        winner: 1,
        runnerUp: 2,
        marginMilli: 1_000,
        costCents: 15_000,
        openedAt: { source: 'published' },
        intents: [
          { n: 1, call: { kind: 'assign', providerId: 1 }, costCents: 15_000, effects: [{ n: 1, kind: 'confirmed' }] },
        ],
      },
    ]);
    expect(report.summary).toMatchObject({ openWorkOrders: 1, actions: 1, committedCents: 15_000, stopped: null });
    const [row] = await runsOf(world);
    expect(row).toMatchObject({ id: report.run.id, end: { result: 'done', summary: { ...report.summary } } });
    await expectQuiet(world);
  });

  it('writes an order that nobody can do once, and again when something changes', async () => {
    const world = await openWorld();
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3001' });
    await expectQuiet(world);
    later(world, 5 * MINUTE_MS);
    await expectQuiet(world);
    await ask(world, 11, 4);
    expect(saidOf(await run(world))).toEqual({ 11: 'assign FM-1002' });
    expect((await ledgerOf(world, 11)).map(({ outcome }) => outcome)).toEqual(['hold', 'assign']);
  });

  it('routes the best of the bench and then leaves the race alone', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const provider of [1, 2, 3]) await ask(world, 12, provider);
    const files = [aFileThat([ASSIGN, ROUTE])];
    // The first run only gets to know them.
    await run(world, { files, only: [12], isDryRun: false });
    expect(assigneeOf(world, 12)).toBe(1);
    const report = await run(world, { files });
    expect(saidOf(report)).toMatchObject({ 11: 'route FM-1101' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect([...orderOf(world, 11).routes.keys()]).toEqual([1]);
    // The route is seen, which is news; it is no reason for a second one.
    expect((await run(world, { files })).effects).toEqual([]);
    await expectQuiet(world, { files });
    expect(writesOf(world)).toEqual(['POST /workorders/12/assignee', 'POST /workorders/11/route']);
  });

  it('mass-routes by a job that is confirmed by the rows that appear', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const provider of [1, 2, 3, 4]) await ask(world, 12, provider);
    await run(world, { files: [aFileThat([])], only: [12] });
    const files = [aFileThat([MASS_ROUTE])];
    const report = await run(world, { files, only: [11] });
    expect(saidOf(report)).toEqual({ 11: 'mass_route FM-1102' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect([...orderOf(world, 11).routes.keys()].toSorted()).toEqual([1, 2, 3]);
    // The job is applied some time after its answer.
    expect(eventsOf(world, 'mass_route.applied')).toHaveLength(1);
    expect(report.effects[0]?.saw).toMatchObject({ answer: { kind: 'answered', jobId: expect.any(Number) } });
    expect(await intentsOf(world, 11)).toEqual(['mass_route 1+2+3: confirmed FM-6001']);
    await acceptRoute(world, 11, 2);
    expect(assigneeOf(world, 11)).toBe(2);
    expect((await run(world, { files })).effects).toEqual([]);
    expect(writesOf(world)).toEqual(['POST /workorders/11/mass-route']);
  });

  it('withdraws every live route of others first, each confirmed, then assigns', async () => {
    const world = await openWorld();
    for (const provider of [2, 4]) await route(world, 11, provider);
    await ask(world, 11, 1);
    const files = [aFileThat([ASSIGN_OVER_ROUTES])];
    const report = await run(world, { files });
    expect(writesOf(world)).toEqual([
      'DELETE /workorders/11/route',
      'DELETE /workorders/11/route',
      'POST /workorders/11/assignee',
    ]);
    expect(await intentsOf(world, 11)).toEqual([
      'unroute 2: confirmed FM-6001',
      'unroute 4: confirmed FM-6001',
      'assign 1: confirmed FM-6001',
    ]);
    expect(eventsOf(world, 'route.withdrawn')).toEqual(['11 2', '11 4']);
    expect(report.summary).toMatchObject({ actions: 1, effects: { confirmed: 3 } });
    await expectQuiet(world, { files });
  });

  it('leaves live routes alone where the stage does not say so', async () => {
    const world = await openWorld();
    await route(world, 11, 2);
    await ask(world, 11, 1);
    expect(saidOf(await run(world))).toEqual({ 11: 'wait FM-2003' });
    expect(writesOf(world)).toEqual([]);
    await expectQuiet(world);
  });

  it('accepts a counter-offer under its own address, at its price', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 175);
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1004' });
    const request = orderOf(world, 11).requests.get(1);
    expect(writesOf(world)).toEqual([`POST /workorders/11/requests/${request?.id}/accept`]);
    expect(await intentsOf(world, 11)).toEqual(['accept_counter 1: confirmed FM-6001']);
    expect(orderOf(world, 11).assignment).toMatchObject({
      providerId: 1,
      how: 'accept_request',
      pay: { base: { cents: 17_500 } },
    });
    expect(report.summary.committedCents).toBe(17_500);
    await expectQuiet(world);
  });

  it('gives a provider who asked for two jobs at the same hour only one of them', async () => {
    const world = await openWorld({ orders: [11, 12] });
    editOrder(world, 12, { startMs: orderOf(world, 11).startMs, endMs: orderOf(world, 11).endMs });
    for (const order of [11, 12]) await ask(world, order, 1);
    await ask(world, 12, 2);
    const perProvider = {
      perDay: null,
      per7Days: null,
      forbidOverlap: true,
      travelBufferMinutes: 0,
      forbidAfterGiveBack: false,
    };
    const report = await run(world, {
      files: [aFileThat([ASSIGN], { guardrails: { ...NO_GUARDRAILS, perProvider } })],
    });
    expect(endsOf(report)).toEqual(['confirmed FM-6001', 'confirmed FM-6001']);
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([1, 2]);
  });

  it('looks only at the work orders it is told to', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 1);
    const report = await run(world, { only: [12] });
    expect(saidOf(report)).toEqual({ 12: 'assign FM-1002' });
    expect(report.summary.openWorkOrders).toBe(2);
    expect(assigneeOf(world, 11)).toBeNull();
  });

  it('lets a shadow file decide beside the live one, and writes down both', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const files = [aFileThat([]), aFileThat([ASSIGN], { id: 'trial', mode: 'shadow' })];
    const report = await run(world, { files });
    expect(report.decisions.map(({ planned }) => [planned.mode, planned.outcome])).toEqual([
      ['enforce', 'hold'],
      ['shadow', 'assign'],
    ]);
    expect((await ledgerOf(world, 11)).map(({ id, ruleFileId }) => [id, ruleFileId])).toEqual([
      ['11.1.1', 'default'],
      ['11.1.2', 'trial'],
    ]);
    expect(writesOf(world)).toEqual([]);
    await expectQuiet(world, { files });
  });

  it('tells what happens while it happens', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const told: string[] = [];
    await run(world, {
      onDecision: () => told.push(`decision, ${writesOf(world).length} writes`),
      onEffect: (decision, effect) => told.push(`${decision.id} ${effect.kind}`),
    });
    expect(told).toEqual(['decision, 0 writes', '11.1.1 confirmed']);
  });
});

describe('a talent pool', () => {
  const pool = (n: number, afterMinutes: number) => ({ ...MASS_ROUTE, n, afterMinutes, top: 2, talentPoolId: 9921 });

  it('is read once a run and invited in waves, members who were never seen before among them', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const provider of world.sandbox.world.providers.values())
      provider.talentPools = provider.id === 5 ? [] : [{ id: 9921, name: 'ATM Repair' }];
    const files = [aFileThat([pool(1, 0), pool(2, 30)])];
    const first = await run(world, { files, only: [11] });
    expect(saidOf(first)).toEqual({ 11: 'mass_route FM-1103' });
    expect(endsOf(first)).toEqual(['confirmed FM-6001']);
    later(world, 30 * MINUTE_MS);
    await run(world, { files, only: [11] });
    expect(await intentsOf(world, 11)).toEqual([
      'mass_route 1+2: confirmed FM-6001',
      'mass_route 3+4: confirmed FM-6001',
    ]);
  });

  it('that does not exist, or cannot be read, is a person’s matter and no other work order’s', async () => {
    const world = await openWorld({ orders: [11] });
    const stage = { ...pool(1, 0), talentPoolId: 4711 };
    expect(saidOf(await run(world, { files: [aFileThat([stage])] }))).toEqual({ 11: 'hold FM-3014' });
    const failing = (kind: PlatformUnavailable['kind'], message: string) => ({
      ...world.client,
      pullTalentPoolMembers: async () => {
        throw new PlatformUnavailable(kind, message);
      },
    });
    const files = [aFileThat([pool(1, 0)])];
    const report = await run(world, { files, source: failing('server_error', 'answered 500') });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3014 unchanged' });
    expect(report.summary.quarantined).toEqual([
      { what: 'talent pool', id: 9921, workOrderId: null, reason: 'answered 500' },
    ]);
    const away = failing('unreachable', 'gone');
    await expect(run(world, { files, source: away })).rejects.toThrow('gone');
    const elsewhere = { appliesTo: aTest('work_order.pay.max', 'greaterThan', 99_000_000) };
    expect(saidOf(await run(world, { files: [aFileThat([pool(1, 0)], elsewhere)], source: away }))).toEqual({
      11: 'skip FM-4001',
    });
  });
});

describe('work orders of files with other limits', () => {
  it('are sent in the order in which they took their turns, so that the limits of each hold when it is sent', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 1);
    await ask(world, 12, 1);
    // 12 is given the provider first, once in seven days; 11, which limits nothing, takes its turn after it.
    const isSecond = aTest('work_order.id', 'equal', 12);
    const once7 = { ...NO_GUARDRAILS, perProvider: { ...NO_GUARDRAILS.perProvider, per7Days: 1 } };
    const files = [
      aFileThat([ASSIGN], { id: 'strict', priority: 9, appliesTo: isSecond, guardrails: once7 }),
      aFileThat([ASSIGN], { id: 'lax', batch: 'off' }),
    ];
    const report = await run(world, { files });
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1002', 12: 'assign FM-1002' });
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([1, 1]);
    expect(report.effects.map(({ decisionId }) => decisionId)).toEqual(['12.1.1', '11.1.1']);
  });
});

describe('a draft', () => {
  const PUBLISH = { n: 1, afterMinutes: 0, do: 'publish' } as const;
  const file = aFileThat([PUBLISH, { ...ASSIGN, afterMinutes: 30 }]);

  it('is published, has its time on the marketplace, and is assigned then', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await act(world, ['DELETE', '/workorders/11/draft']);
    const published = await run(world, { files: [file], only: [11] });
    expect(saidOf(published)).toEqual({ 11: 'publish FM-1201' });
    expect(endsOf(published)).toEqual(['confirmed FM-6001']);
    expect(writesOf(world)).toEqual(['POST /workorders/11/publish']);
    expect((await ledgerOf(world, 11))[0]?.openedAt.source).toBe('created');
    later(world, 29 * MINUTE_MS);
    await ask(world, 11, 1);
    expect(saidOf(await run(world, { files: [file], only: [11] }))).toEqual({ 11: 'wait FM-2002' });
    later(world, MINUTE_MS);
    expect(saidOf(await run(world, { files: [file], only: [11] }))).toEqual({ 11: 'assign FM-1002' });
    expect(assigneeOf(world, 11)).toBe(1);
  });

  it('is read only where a file that takes part publishes, and decided on only where that file applies', async () => {
    const world = await openWorld({ orders: [11] });
    await act(world, ['DELETE', '/workorders/11/draft']);
    expect(saidOf(await run(world))).toEqual({});
    expect(saidOf(await run(world, { files: [{ ...file, mode: 'off' }] }))).toEqual({});
    const elsewhere = { ...file, id: 'elsewhere', appliesTo: aTest('work_order.pay.max', 'greaterThan', 99_000_000) };
    expect(saidOf(await run(world, { files: [elsewhere, aFileThat([ASSIGN])] }))).toEqual({});
    const shadow = { ...file, id: 'shadow', mode: 'shadow' } as const;
    const report = await run(world, { files: [shadow, aFileThat([ASSIGN])] });
    expect(report.decisions.map(({ planned }) => [planned.ruleFileId, planned.outcome])).toEqual([
      ['default', 'skip'],
      ['shadow', 'publish'],
    ]);
    expect(writesOf(world)).toEqual([]);
  });

  it('belongs to the whole of which a share may be acted on', async () => {
    const world = await openWorld({ orders: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20] });
    for (const id of [11, 12, 13, 14]) await act(world, ['DELETE', `/workorders/${id}/draft`]);
    const report = await run(world, { files: [file], limits: { maxShareOfOpenPercent: 40 } });
    expect(report.summary).toMatchObject({ stopped: null, byOutcome: { publish: 4 } });
  });
});

describe('a dry run', () => {
  it('decides the same, sends no write, and leaves the ledger as it is, byte for byte', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 12, 1);
    await run(world, { only: [12] });
    await ask(world, 11, 2);
    await ask(world, 11, 3);
    const files = () => [world.ledgerPath, `${world.ledgerPath}-wal`].map((path) => readFileSync(path));
    const before = files();
    const dry = await run(world, { isDryRun: true });
    expect(files()).toEqual(before);
    expect(dry).toMatchObject({ isDryRun: true, result: 'done', effects: [] });
    expect(dry.summary).toMatchObject({ decisions: 1, unchanged: 0, actions: 1 });
    expect(dry.decisions.map(({ id }) => id)).toEqual([null]);
    expect(writesOf(world)).toEqual(['POST /workorders/12/assignee']);
    const live = await run(world);
    expect(live.decisions.map(({ planned }) => planned)).toEqual(dry.decisions.map(({ planned }) => planned));
    expect(saidOf(live)).toEqual({ 11: 'assign FM-1001' });
  });

  it('needs no ledger', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const report = await run(world, { isDryRun: true, store: null });
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1002' });
    expect(writesOf(world)).toEqual([]);
    await expect(run(world, { store: null })).rejects.toThrow(new TypeError('a run that acts needs a ledger'));
  });

  it('is not planned on the history of another environment or company', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await run(world, { files: [aFileThat([])] });
    await expect(run(world, { isDryRun: true, environment: 'sandbox' })).rejects.toThrow(LedgerFailure);
    const other = await openWorld();
    await other.store.bindIdentity({ environment: 'loopback', companyId: 15 });
    await expect(run(other, { isDryRun: true })).rejects.toThrow(/company 15.*company 2501/);
  });

  it('says when a limit would stop the run', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const report = await run(world, { isDryRun: true, limits: { maxActionsPerRun: 0 } });
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7001' } } });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3010' });
  });
});

describe('a run that must not act', () => {
  it('does nothing at all when it wants more than a limit allows', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 1);
    const report = await run(world, { limits: { maxActionsPerRun: 1 } });
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7001' }, actions: 0 } });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3010', 12: 'hold FM-3010' });
    expect(writesOf(world)).toEqual([]);
    expect((await runsOf(world))[0]?.end).toMatchObject({ result: 'tripped' });
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001', 'confirmed FM-6001']);
  });

  it('is stopped by the day’s money, which counts what earlier runs committed', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 1);
    const limits = { maxDailyTotalCents: 29_999 };
    await run(world, { limits, only: [11] });
    expect(await run(world, { limits })).toMatchObject({ summary: { stopped: { code: 'FM-7003' } } });
    later(world, 9 * 60 * MINUTE_MS);
    await ask(world, 12, 2);
    expect(endsOf(await run(world, { limits }))).toEqual(['confirmed FM-6001']);
  });

  it('refuses the ledger of another environment without writing a row into it', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await run(world);
    const before = await runsOf(world);
    await expect(run(world, { environment: 'sandbox' })).rejects.toThrow(LedgerFailure);
    await expect(run(world, { environment: 'sandbox' })).rejects.toThrow(/belongs to loopback, company 2501/);
    expect(await runsOf(world)).toEqual(before);
  });

  it('refuses the ledger of another company before it decides anything', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await world.store.bindIdentity({ environment: 'loopback', companyId: 15 });
    await expect(run(world)).rejects.toMatchObject({
      name: 'LedgerFailure',
      message: expect.stringMatching(/belongs to loopback, company 15, not to loopback, company 2501/),
      remedy: expect.stringMatching(/FIELDMARSHAL_DB/),
    });
    expect(writesOf(world)).toEqual([]);
    expect(await ledgerOf(world, 11)).toEqual([]);
    expect(await runsOf(world)).toMatchObject([{ end: { result: 'failed', summary: { stopped: null } } }]);
  });

  it('leaves a tick that another run has taken to that run', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const tick = '2026-11-23T15:00:00Z';
    await run(world, { tick, files: [aFileThat([])] });
    await expect(run(world, { tick })).rejects.toThrow(TickTaken);
    expect(writesOf(world)).toEqual([]);
    expect(await runsOf(world)).toHaveLength(1);
  });

  it('closes the run as failed when the platform cannot be read', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await breakWith(world, { match: { method: 'GET', path: '/workorders$' }, fault: '500', times: null });
    await expect(run(world)).rejects.toThrow(PlatformUnavailable);
    expect(await runsOf(world)).toMatchObject([
      { end: { result: 'failed', summary: { stopped: { code: 'FM-7005' }, decisions: 0 } } },
    ]);
    await mend(world);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
  });

  it('closes the run as failed when the platform does not answer at all', async () => {
    const world = await openWorld();
    const source = connectTo({ url: 'http://127.0.0.1:9' }, world);
    await expect(run(world, { source })).rejects.toMatchObject({ name: 'PlatformUnavailable', kind: 'unreachable' });
    await expect(run(world, { source, isDryRun: true })).rejects.toThrow(PlatformUnavailable);
    await source.close();
    expect(await runsOf(world)).toMatchObject([{ end: { result: 'failed' } }]);
  });
});

describe('what the platform sends and we do not understand', () => {
  it('sets only the work order aside whose pending list is broken', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 1);
    await breakWith(world, { match: { method: 'GET', path: '/workorders/11/providers' }, fault: '500', times: null });
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 12: 'assign FM-1002' });
    expect(report.summary.quarantined).toMatchObject([{ what: 'pending list', id: 11, workOrderId: 11 }]);
    expect(assigneeOf(world, 11)).toBeNull();
    expect(assigneeOf(world, 12)).toBe(1);
  });

  it('decides without the profile that is broken', async () => {
    const world = await openWorld();
    for (const provider of [1, 2]) await ask(world, 11, provider);
    await breakWith(world, { match: { method: 'GET', path: '/users/1$' }, fault: 'html', status: 500, times: null });
    const report = await run(world);
    expect(report.summary.quarantined).toMatchObject([{ what: 'user', id: 1, workOrderId: null }]);
    expect(assigneeOf(world, 11)).toBe(2);
  });

  it('stops before anything is decided when it is too much', async () => {
    const orders = [11, 12, 13, 14];
    const world = await openWorld({ orders });
    for (const order of orders) await ask(world, order, 1);
    await breakWith(world, {
      match: { method: 'GET', path: '/workorders/1[123]/providers' },
      fault: '500',
      times: null,
    });
    for (const isDryRun of [true, false]) {
      const report = await run(world, { isDryRun });
      expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7006' } } });
      expect(report.summary.stopped?.message).toBe('3 of 8 rows could not be understood.');
    }
    expect(writesOf(world)).toEqual([]);
    expect(await ledgerOf(world, 14)).toEqual([]);
    expect((await runsOf(world))[0]?.end).toMatchObject({ result: 'tripped' });
    await mend(world);
    expect(endsOf(await run(world))).toHaveLength(4);
  });

  it('ends the run when reading is refused altogether', async () => {
    const world = await openWorld();
    const throttled = connectTo(world.sandbox, {
      clock: world.clock,
      limits: { ...world.limits, maxRequestsPerRun: 3 },
    });
    await expect(run(world, { source: throttled })).rejects.toMatchObject({ kind: 'budget' });
    await throttled.close();
  });
});

describe('what a run reads', () => {
  it('is a profile only once within its time to live', async () => {
    const world = await openWorld();
    const askAndRun = async () => {
      await ask(world, 11, 1);
      return run(world, {
        files: [
          aFileThat([{ n: 1, afterMinutes: 0, do: 'assign', minPoints: 50, minMargin: 0, withdrawRoutes: false }]),
        ],
      });
    };
    rate(world, 1, 400);
    expect(saidOf(await askAndRun())).toEqual({ 11: 'hold FM-3002' });
    rate(world, 1, 500);
    later(world, world.limits.profileTtlMs - MINUTE_MS);
    expect(saidOf(await askAndRun())).toEqual({ 11: 'hold FM-3002' });
    later(world, MINUTE_MS);
    expect(saidOf(await askAndRun())).toEqual({ 11: 'assign FM-1002' });
  });

  it('is no more profiles than a run may read; the lowest ids come first, the rest in the next run', async () => {
    const world = await openWorld();
    for (const provider of [3, 2]) await ask(world, 11, provider);
    const limits = { maxProfileReadsPerRun: 1 };
    const files = [aFileThat([])];
    const known = async () => {
      await run(world, { limits, files });
      const directory = await world.store.readDirectory();
      return directory.filter(({ profile }) => profile !== null).map(({ providerId }) => providerId);
    };
    expect(await known()).toEqual([2]);
    expect(await known()).toEqual([2, 3]);
  });

  it('is every live route, also of work orders that it does not decide on', async () => {
    const world = await openWorld({ orders: [11, 12] });
    editOrder(world, 12, { startMs: orderOf(world, 11).startMs, endMs: orderOf(world, 11).endMs });
    await route(world, 12, 1);
    await ask(world, 11, 1);
    const perProvider = {
      perDay: null,
      per7Days: null,
      forbidOverlap: true,
      travelBufferMinutes: 0,
      forbidAfterGiveBack: false,
    };
    const files = [aFileThat([ASSIGN], { guardrails: { ...NO_GUARDRAILS, perProvider } })];
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'hold FM-3001' });
  });

  it('is its own ledger where the lists of the platform lag: nobody is booked twice', async () => {
    const world = await openWorld({ orders: [11, 12] });
    editOrder(world, 12, { startMs: orderOf(world, 11).startMs, endMs: orderOf(world, 11).endMs });
    for (const order of [11, 12]) await ask(world, order, 1);
    const perProvider = {
      perDay: null,
      per7Days: null,
      forbidOverlap: true,
      travelBufferMinutes: 0,
      forbidAfterGiveBack: false,
    };
    const files = [aFileThat([ASSIGN], { guardrails: { ...NO_GUARDRAILS, perProvider } })];
    await run(world, { files, only: [12] });
    expect(assigneeOf(world, 12)).toBe(1);
    // 12 has left the open list and is not in the assigned one yet.
    const pullList: typeof world.client.pullList = async (list) =>
      list === 'assigned' ? { rows: [], quarantined: [] } : world.client.pullList(list);
    const report = await run(world, { files, source: { ...world.client, pullList } });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3001' });
  });

  it('is every open work order, of which a share may be acted on', async () => {
    const orders = Array.from({ length: 10 }, (_, index) => 11 + index);
    const world = await openWorld({ orders });
    for (const order of [11, 12]) await ask(world, order, 1);
    const limits = { maxShareOfOpenPercent: 10 };
    expect(await run(world, { limits })).toMatchObject({
      result: 'tripped',
      summary: { stopped: { code: 'FM-7002' } },
    });
    // Two of the ten that are open, although the run looks at two only.
    expect(await run(world, { limits, only: [11, 12] })).toMatchObject({ result: 'tripped' });
    expect(await run(world, { limits, only: [11] })).toMatchObject({ result: 'done', summary: { actions: 1 } });
  });

  it('is never a work order that the list still has although somebody is assigned', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await assignByHand(world, 11, 2);
    const { rows } = await world.client.pullList('assigned');
    const pullList = async () => ({ rows, quarantined: [] });
    const report = await run(world, { source: { ...world.client, pullList } });
    expect(report).toMatchObject({ decisions: [], summary: { openWorkOrders: 0 } });
  });
});

function rate(world: World, id: number, hundredths: number): void {
  const provider = world.sandbox.world.providers.get(id);
  if (provider === undefined) throw new Error(`no provider ${id}`);
  world.sandbox.world.providers.set(id, { ...provider, rating: { hundredths, count: 20 } });
}

describe('json-rules-engine as authority', () => {
  const RATED = aCriterion({ when: aTest('provider.rating', 'greaterThanInclusive', 450) });
  const SWAPPED = aCriterion({ when: aTest('provider.rating', 'lessThan', 450) });

  /** A file that says something else once `swap` is called: what was compiled before has gone stale. */
  function staleFile() {
    const criteria = [RATED];
    const swap = () => {
      criteria[0] = SWAPPED;
    };
    return { file: aFileThat([ASSIGN], { criteria }), swap };
  }

  it('holds a decision on which the compiled rules disagree with it, and nothing is sent', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const { file, swap } = staleFile();
    // Between compiling and asking the authority, the guardrails are looked at.
    const watched = {
      ...file,
      get guardrails() {
        swap();
        return file.guardrails;
      },
    };
    const report = await run(world, { files: [watched] });
    expect(saidOf(report)).toMatchObject({ 11: 'hold FM-3008' });
    expect(await ledgerOf(world, 11)).toMatchObject([{ outcome: 'hold', intents: [] }]);
    expect(writesOf(world)).toEqual([]);
  });

  it('is asked once more right before the call', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const { file, swap } = staleFile();
    const report = await run(world, {
      files: [file],
      store: hookStore(world.store, once('recordDecision', 'after', swap)),
    });
    expect(report.effects).toMatchObject([
      { kind: 'refused', reason: { code: 'FM-6007', detail: { criterion: 'rating', provider: 1 } } },
    ]);
    expect(writesOf(world)).toEqual([]);
  });

  it('has no say over criteria that do not apply to remote work', async () => {
    const world = await openWorld();
    editOrder(world, 11, { place: null });
    await ask(world, 11, 1);
    const onSite = { ...SWAPPED, canRemote: false };
    expect(endsOf(await run(world, { files: [aFileThat([ASSIGN], { criteria: [onSite] })] }))).toEqual([
      'confirmed FM-6001',
    ]);
  });
});

describe('two deciders', () => {
  it('lets the one who was first decide, and does not act on the other’s decision', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const otherFile = [aFileThat([])];
    const hook = once('recordDecision', 'before', async () => {
      await run(world, { files: otherFile });
    });
    const report = await run(world, { store: hookStore(world.store, hook) });
    expect(report).toMatchObject({ decisions: [], effects: [], summary: { collisions: 1 } });
    expect(writesOf(world)).toEqual([]);
    expect(await ledgerOf(world, 11)).toMatchObject([{ outcome: 'hold' }]);
  });
});

describe('episodes', () => {
  async function assigned(): Promise<World> {
    const world = await openWorld();
    await ask(world, 11, 1);
    await run(world);
    expect(assigneeOf(world, 11)).toBe(1);
    return world;
  }

  it('waits when the provider is gone a moment after we assigned, and opens a new episode after the quiet time', async () => {
    const world = await assigned();
    await cancelAssignment(world, 11, 1);
    await ask(world, 11, 2);
    later(world, world.limits.quietTimeMs - 1);
    expect(saidOf(await run(world))).toEqual({ 11: 'wait FM-2006' });
    await expectQuiet(world);
    later(world, 1_000);
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1002' });
    expect(assigneeOf(world, 11)).toBe(2);
    const decisions = await ledgerOf(world, 11);
    expect(decisions.map(({ id }) => id)).toEqual(['11.1.1', '11.1.2', '11.2.1']);
    expect(decisions.at(-1)?.openedAt).toEqual({ atMs: world.clock.nowMs(), source: 'first_seen' });
    expect(eventsOf(world, 'work_order.assigned')).toEqual(['11 1', '11 2']);
  });

  it('goes on waiting, alone, while it cannot be read whether somebody is assigned', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 1);
    await run(world);
    await cancelAssignment(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    for (const order of [11, 12]) await ask(world, order, 2);
    await breakWith(world, { match: { method: 'GET', path: '/workorders/11/assignee$' }, fault: '500', times: null });
    expect(saidOf(await run(world))).toEqual({ 11: 'wait FM-2006', 12: 'assign FM-1002' });
    await mend(world);
    expect(saidOf(await run(world))).toEqual({ 11: 'assign FM-1002' });
  });

  it('starts the stages anew in the new episode', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const files = [aFileThat([{ ...ASSIGN, afterMinutes: 10 }])];
    await run(world, { files });
    await cancelAssignment(world, 11, 1);
    later(world, 5 * MINUTE_MS);
    await ask(world, 11, 2);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'wait FM-2001' });
    later(world, 10 * MINUTE_MS);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'assign FM-1002' });
    expect(assigneeOf(world, 11)).toBe(2);
  });

  it('does not believe a list that says open while the assignee resource names somebody', async () => {
    const world = await assigned();
    later(world, 10 * MINUTE_MS);
    // The list lags: it was pulled before we assigned.
    await cancelAssignment(world, 11, 1);
    const stale = (await world.client.pullList('published_routed')).rows;
    await ask(world, 11, 2);
    await assignByHand(world, 11, 3);
    const report = await run(world, {
      source: {
        ...world.client,
        pullList: async (list) =>
          list === 'published_routed' ? { rows: stale, quarantined: [] } : { rows: [], quarantined: [] },
      },
    });
    expect(saidOf(report)).toEqual({ 11: 'wait FM-2006' });
    expect(assigneeOf(world, 11)).toBe(3);
  });

  it('knows an accepted route for an assignment: lost again, it opens a new episode', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    const files = [aFileThat([ASSIGN, ROUTE])];
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'route FM-1101' });
    await acceptRoute(world, 11, 1);
    // Seen once as assigned.
    await run(world, { files });
    await cancelAssignment(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    await ask(world, 11, 2);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'assign FM-1002' });
    expect((await ledgerOf(world, 11)).map(({ id }) => id)).toEqual(['11.1.1', '11.2.1']);
  });

  it('opens no episode for a work order that somebody else assigned and lost', async () => {
    const world = await openWorld();
    await run(world);
    await ask(world, 11, 3);
    await assignByHand(world, 11, 3);
    await cancelAssignment(world, 11, 3);
    await ask(world, 11, 1);
    later(world, 10 * MINUTE_MS);
    await run(world);
    expect((await ledgerOf(world, 11)).map(({ id }) => id)).toEqual(['11.1.1', '11.1.2']);
    expect(assigneeOf(world, 11)).toBe(1);
  });
});

describe('a run that finds our verdicts apart from Field Nation’s', () => {
  /** As if so many candidates had been compared in the last decision. */
  function plantParity({ ledgerPath }: World, [agree, differ]: readonly [number, number]): void {
    const db = new Database(ledgerPath);
    const counted = JSON.stringify([['distance', agree, differ, 0, 557, 0]]);
    db.prepare('UPDATE roll_up SET parity = ? WHERE decision = (SELECT max(decision) FROM roll_up)').run(counted);
    db.close();
  }

  it.each(["'x'", "'[1]'", "'{}'"])('ends and says so when the counts are %s', async (counts) => {
    const world = await openWorld({ orders: [11, 12] });
    await run(world, { only: [11] });
    const db = new Database(world.ledgerPath);
    db.exec(`UPDATE roll_up SET parity = ${counts}`);
    db.close();
    const report = await run(world);
    expect(report.result).toBe('done');
    expect(report.summary.notCounted).toContain('the counts for reports of decision row 1 cannot be read');
    expect((await runsOf(world)).at(-1)?.end).toMatchObject({ result: 'done', summary: report.summary });
    expect(summaryText(report, null)).toContain('`fieldmarshal ledger rebuild-counts` counts them anew.');
    const checks = await checkDrift(world.store, { limits: world.limits }, world.clock.nowMs());
    expect(checks).toMatchObject([{ name: 'parity', result: 'warn', todo: expect.stringContaining('rebuild-counts') }]);
  });

  it('says so in its summary, its output, the log, a message and doctor, and goes on', async () => {
    const world = await openWorld({ orders: [11, 12] });
    const files = [aFileThat([ROUTE], { id: 'near' })];
    await run(world, { files, only: [11] });
    plantParity(world, [95, 5]);
    later(world, 10 * 24 * 60 * MINUTE_MS);
    expect((await run(world, { files, only: [12] })).summary.drift).toBeUndefined();
    plantParity(world, [40, 60]);
    const report = await run(world, { files });
    const sentence =
      'near: on distance Field Nation and we differ for 60 % of the 100 candidates compared in a week; in the four weeks before for 5 % of 100.';
    expect(report.summary.drift).toMatchObject([
      { code: 'FM-8010', ruleFileId: 'near', criterion: 'distance', message: sentence },
    ]);
    expect(report.result).toBe('done');
    const [{ command } = { command: '' }] = report.summary.drift ?? [];
    expect(command).toMatch(/^fieldmarshal explain 12\.1\.1 --provider 557$/);
    expect((await runsOf(world)).at(-1)?.end?.summary.drift).toEqual(report.summary.drift);
    expect(summaryText(report, null)).toContain(`ALARM FM-8010: ${sentence}`);
    const found = { report, open: [], undone: [], holds: [], nowMs: 0 };
    expect(noticesOfRun(found)).toMatchObject([
      { code: 'FM-8010', subject: 'drift of distance in near', sentence, command },
    ]);
    const checks = await checkDrift(world.store, { limits: world.limits }, world.clock.nowMs());
    expect(checks).toMatchObject([{ name: 'parity', result: 'warn', saw: `FM-8010 ${sentence}` }]);
    const limits = { driftOverPercent: 56 };
    expect((await run(world, { files, limits })).summary.drift).toBeUndefined();
  });
});
