import { randomInt } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import { openHoldingProxy } from './holding-proxy.ts';
import { examineLedger, intentEnds, readDecisions } from './ledger-file.ts';
import { ASSIGN, MASS_ROUTE, openDoor, ROUTE } from './rule-files.ts';
import type { MarketEvent, ReceivedWrite, SandboxChild } from './sandbox-child.ts';
import { type Child, type Environment, openScene, type Scene, until } from './scene.ts';

let scene: Scene;
beforeAll(() => {
  scene = openScene();
});
afterAll(() => scene.close());

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  expect(await child.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
}

const KINDS = ['assign', 'accept_counter', 'route', 'mass_route'] as const;
type Kind = (typeof KINDS)[number];
const STAGES: { readonly [kind in Kind]: object } = {
  assign: ASSIGN,
  accept_counter: ASSIGN,
  route: ROUTE,
  mass_route: MASS_ROUTE,
};

// Concurrent, because most of it is waiting: every test has its work order, ledger and faults for itself.
describe.concurrent('a run that is killed', () => {
  let sandbox: SandboxChild;
  /** Work orders whose write would be of this kind; every test takes one of its own. */
  const candidates = new Map<Kind, readonly number[]>();
  const taken = new Set<number>();
  beforeAll(async () => {
    scene.write('idle/open-door.json', openDoor({ mode: 'shadow' }));
    for (const kind of KINDS) scene.write(`${kind}/open-door.json`, openDoor({ stages: [STAGES[kind]] }));
    sandbox = await scene.sandbox('--seed', '7', '--work-orders', '40', '--providers', '120');
    // Some hours old, so that there are requests to take.
    await sandbox.advance(120);
    // Sends nothing, but learns who there is to invite.
    const learnt = await scene.run(['run', '--once', '--rules', 'idle', '--db', 'learnt.db'], sandbox.settings);
    expect(learnt.code, learnt.stderr).toBe(0);
    await Promise.all(KINDS.map(async (kind) => candidates.set(kind, await findWorkOrders(kind))));
  });

  async function findWorkOrders(kind: Kind): Promise<readonly number[]> {
    const dry = ['run', '--once', '--dry-run', '--json', '--rules', kind, '--db', 'learnt.db'];
    const { stdout } = await scene.run(dry, sandbox.settings);
    const printed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return printed.flatMap(({ type, workOrderId, actions }) =>
      type === 'decision' && actions.length === 1 && actions[0].call.kind === kind ? [workOrderId] : [],
    );
  }

  /** Runs are limited to one work order of this kind, on a ledger of their own. */
  function takeWorkOrder(kind: Kind) {
    // What can be bound is kept for those that bind.
    const isSpare = (id: number) => STAGES[kind] === ASSIGN || !candidates.get('assign')?.includes(id);
    const id = candidates.get(kind)?.find((one) => !taken.has(one) && isSpare(one));
    if (id === undefined) throw new Error(`this market has no further work order to ${kind}`);
    taken.add(id);
    const db = join(scene.folder, `${id}.db`);
    copyFileSync(join(scene.folder, 'learnt.db'), db);
    const flags = ['run', '--once', '--only', String(id), '--rules', kind, '--db', db];
    const decisions = async () => (await readDecisions(db)).filter(({ intents }) => intents.length > 0);
    const examine = () => examineLedger(db);
    const succeed = async (args: readonly string[]) => {
      const ended = await scene.run(args, sandbox.settings);
      expect(ended.code, ended.stderr).toBe(0);
      return ended;
    };
    return {
      id,
      start: (env: Environment = {}) => scene.start(flags, { ...sandbox.settings, ...env }),
      run: () => succeed(flags),
      /** The platform may show an effect some time after the write; runs that start nothing new find it. */
      runUntilSettled: () =>
        until('no intent is open', async () => {
          // What is open is settled whatever the run is limited to; 4047 is in every market.
          await succeed(['run', '--once', '--rules', 'idle', '--only', '4047', '--db', db]);
          return (await examine()).openIntents.length === 0;
        }),
      ends: async () => intentEnds(await decisions()),
      examine,
      writes: async () => (await sandbox.writes(id)).map(({ action }) => action),
      statuses: async () => (await sandbox.writes(id)).map(({ status }) => status),
      /** The first decision that meant to send something. */
      explain: async () => (await succeed(['explain', (await decisions())[0]?.id ?? '', '--db', db])).stdout,
    };
  }

  it.each(KINDS)(
    'after the decision to %s was recorded and before it was sent: the next run sends it once',
    async (kind) => {
      const order = takeWorkOrder(kind);
      const guard = { method: 'GET', path: `/${order.id}/assignee$`, fault: 'latency', ms: 600_000 } as const;
      const hangs = await sandbox.addFault(guard);
      const child = order.start();
      await until('the guard read hangs', async () => (await hangs.fired()) === 1);
      expect(await order.ends()).toEqual([`${kind} open`]);
      await kill(child);
      expect(await order.writes()).toEqual([]);

      const restarted = await order.run();
      expect(restarted.stderr).toMatch(/^Settled from an earlier run: decision \S+ step 1: refused$/m);
      expect(await order.writes()).toEqual([kind]);
      expect(await order.ends()).toEqual([`${kind} refused FM-6012`, `${kind} confirmed FM-6001`]);
      expect(await order.explain()).toContain('stopped after recording the intent and before sending it. (FM-6012)');
      const { chain, openIntents, runs } = await order.examine();
      expect([chain, openIntents]).toEqual(['intact', []]);
      expect(runs.filter(({ end }) => end === null)).toHaveLength(1);
    },
  );

  it.each(['assign', 'route'] as const)('while the %s is on its way: the next runs wait for it', async (kind) => {
    const order = takeWorkOrder(kind);
    const way = await openHoldingProxy(sandbox.url, new RegExp(`/${order.id}/(assignee|route)$`));
    const child = order.start({ FIELDMARSHAL_BASE_URL: way.url });
    await way.arrived;
    await kill(child);
    await order.run();
    expect(await order.ends()).toEqual([`${kind} unknown FM-6010`]);
    expect(await order.writes()).toEqual([]);

    way.release();
    await until('the effect shows', async () => (await order.statuses()).includes(200));
    await order.runUntilSettled();
    way.close();
    expect(await order.ends()).toEqual([`${kind} confirmed FM-6001`]);
    expect(await order.writes()).toEqual([kind]);
    expect((await order.examine()).chain).toBe('intact');
  });

  it.each(KINDS)('when the %s has happened and its answer was lost: the next run finds it by reading', async (kind) => {
    const order = takeWorkOrder(kind);
    const path = `/${order.id}/(assignee|requests/\\d+/accept|route|mass-route)$`;
    const lost = await sandbox.addFault({ method: 'POST', path, fault: 'lost_response' });
    // The first is the guard, the second the confirm read.
    const confirm = { method: 'GET', path: `/${order.id}/assignee$`, nth: 2, fault: 'latency', ms: 600_000 } as const;
    const hangs = await sandbox.addFault(confirm);
    const child = order.start();
    await until('the confirm read hangs', async () => (await hangs.fired()) === 1);
    expect(await lost.fired()).toBe(1);
    await kill(child);
    expect(await order.ends()).toEqual([`${kind} open`]);

    await order.runUntilSettled();
    expect(await order.ends()).toEqual([`${kind} confirmed FM-6001`]);
    expect(await order.writes()).toEqual([kind]);
    expect((await order.examine()).chain).toBe('intact');
  });
});

describe.concurrent('runs that are killed again and again', () => {
  const KILLS = 15;

  it('assign nothing twice, and leave nothing open in the end', { timeout: 180_000 }, async ({ onTestFailed }) => {
    const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 32));
    onTestFailed(() => console.error(`KILL_SEED=${seed}`));
    const random = randomFrom(seed);
    const sandbox = await scene.sandbox('--seed', '4', '--work-orders', '12', '--providers', '150');
    scene.write('killed/open-door.json', openDoor());
    const db = join(scene.folder, 'killed.db');
    const once = ['run', '--once', '--json', '--rules', 'killed', '--db', db];
    const landed: number[] = [];
    for (let round = 1; round <= KILLS; round += 1) {
      // Slow enough that a kill lands between any two of the steps that act.
      const path = '/workorders/\\d+/(assignee|requests/\\d+/accept|route|mass-route)$';
      const slow = await sandbox.addFault({ path, fault: 'latency', ms: 10, times: null });
      const steps = Math.floor(random() * 8);
      const delayMs = random() * (steps === 0 ? 700 : 30);
      const child = scene.start(once, sandbox.settings);
      const isOver = () => child.process.exitCode !== null;
      await until('the run is so far, or over', async () => isOver() || (await slow.seen()) >= steps, 10);
      await pause(delayMs);
      child.process.kill('SIGKILL');
      const { code, signal, stderr } = await child.ended;
      if (signal === 'SIGKILL') landed.push(round);
      else expect(code, stderr).toBe(0);
      await sandbox.clearFaults();
      await sandbox.advance(1 + random() * 30);
    }
    expect(landed.length).toBeGreaterThan(0);

    await until('a run changes nothing', async () => {
      // Past the quiet time, after which what never arrived is sent again.
      await sandbox.advance(3);
      const { code, stdout, stderr } = await scene.run(once, sandbox.settings);
      expect(code, stderr).toBe(0);
      const { actions, effects } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      return actions === 0 && Object.values(effects).every((count) => count === 0);
    });

    const [events, writes, decisions] = await Promise.all([sandbox.events(), sandbox.writes(), readDecisions(db)]);
    expect([...countBindings(writes, events)].filter(([, count]) => count > 1)).toEqual([]);
    const ours = events.filter(
      ({ kind, detail }) => kind === 'work_order.assigned' && detail['how'] !== 'accept_route',
    );
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((event) => !isDecidedBefore(decisions, event))).toEqual([]);
    const confirmed = intentEnds(decisions).filter((end) => /^(assign|accept_counter) confirmed /.test(end));
    expect(confirmed).toHaveLength(ours.length);
    expect(await examineLedger(db)).toMatchObject({ chain: 'intact', openIntents: [] });
  });
});

const BINDING: readonly string[] = ['assign', 'accept_counter'];
const RELEASES: readonly string[] = ['work_order.provider_cancelled', 'work_order.unassigned'];

/** Binding writes that may have taken effect, by work order and how often it had become free again before. */
function countBindings(writes: readonly ReceivedWrite[], events: readonly MarketEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { workOrderId, seq, action, status } of writes) {
    if (!BINDING.includes(action) || status >= 300) continue;
    const releases = events.filter(
      (event) => event.work_order_id === workOrderId && event.seq < seq && RELEASES.includes(event.kind),
    );
    const key = `${workOrderId} after ${releases.length} release(s)`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function isDecidedBefore(decisions: readonly RecordedDecision[], event: MarketEvent): boolean {
  const isIntended = ({ call }: RecordedDecision['intents'][number]) =>
    'providerId' in call && call.providerId === event.provider_id && BINDING.includes(call.kind);
  return decisions.some(
    ({ workOrderId, decidedAtMs, intents }) =>
      workOrderId === event.work_order_id && decidedAtMs <= Date.parse(event.at) && intents.some(isIntended),
  );
}

/** The same numbers for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
