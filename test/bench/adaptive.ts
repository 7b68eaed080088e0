import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { type RunDeps, type RunRequest, runOnce } from '../../src/engine/run-once.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { packageRoot } from '../../src/package-root.ts';
import { addRequest } from '../../src/sandbox/market/requests.ts';
import { createSandboxApp } from '../../src/sandbox/server.ts';
import type { World } from '../../src/sandbox/world/nouns.ts';
import { loadMarketRules } from '../market/market-rules.ts';
import { connectInProcess } from '../market/our-week.ts';
import { openThrowAwayLedger, type ThrowAwayLedger } from '../market/throw-away-ledger.ts';
import { type Bench, Disagreement } from './bench-definition.ts';

const WORK_ORDERS = 1_000;
/** Of each, when it begins. */
const PENDING = 3;
/** One percent. */
const CHANGED = 10;
const CYCLES = 5;
const MAX_SHARE = 0.05;
const START_MS = Date.UTC(2026, 0, 5, 14);
const MINUTE_MS = 60_000;
const VERSION = '0.0.0-bench';

/** Requests of a run where one work order in a hundred has changed, against one that reads everything. Counted, so no round is like another. */
export const adaptiveBench: Bench = {
  name: 'adaptive',
  summary: `Runs over ${WORK_ORDERS} open work orders of which ${CHANGED} change from one to the next, in the sandbox; requests are counted.`,
  run: async (note) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-adaptive-'));
    const ledger = openThrowAwayLedger(join(folder, 'ledger.db'));
    try {
      return await measure(openScene(ledger), note);
    } finally {
      await ledger.store.close();
      rmSync(folder, { recursive: true });
    }
  },
};

type Scene = {
  readonly change: (cycle: number) => void;
  readonly run: (request: Pick<RunRequest, 'id' | 'isDryRun' | 'pullAnew'>) => Promise<RunReport>;
};

async function measure(scene: Scene, note: (text: string) => void): ReturnType<Bench['run']> {
  note('reading everything once');
  await scene.run({ id: 'first', isDryRun: false });
  const full = await scene.run({ id: 'full', isDryRun: false, pullAnew: 'all' });
  const shares: number[] = [];
  const requests: number[] = [];
  for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
    note(`cycle ${cycle} of ${CYCLES}`);
    scene.change(cycle);
    const whole = await scene.run({ id: `whole ${cycle}`, isDryRun: true, pullAnew: 'all' });
    const { summary, decisions } = await scene.run({ id: `cycle ${cycle}`, isDryRun: false });
    if (saidOf(decisions) !== saidOf(whole.decisions))
      throw new Disagreement(`cycle ${cycle} decided otherwise than a run that read everything`);
    requests.push(summary.httpRequests);
    shares.push(summary.httpRequests / full.summary.httpRequests);
  }
  const worst = Math.max(...shares);
  return {
    lines: [
      {
        what: 'requests a cycle with 1 % change',
        ours: Math.max(...requests),
        unit: 'requests',
        peer: { kind: 'measured', name: 'a full pull', value: full.summary.httpRequests, ratio: worst },
        mustReach: { kind: 'at_most', value: MAX_SHARE },
      },
    ],
    figures: [{ what: 'requests in all cycles', value: requests.reduce((sum, one) => sum + one, 0), unit: 'requests' }],
  };
}

function saidOf(decisions: RunReport['decisions']): string {
  const said = decisions.map(({ planned: { workOrder, ruleFileId, outcome, reason, winner } }) =>
    [workOrder.id, ruleFileId, outcome, reason.code, winner].join(' '),
  );
  return said.toSorted().join('\n');
}

function openScene({ store, reader }: ThrowAwayLedger): Scene {
  const { app, world, clock } = createSandboxApp({
    ...{ seed: 7, days: 1, workOrders: 2, providers: 60 },
    speed: 0,
    startAtMs: START_MS,
  });
  const orders = populate(world);
  const client = connectInProcess(app, { nowMs: () => clock.nowMs(), sleep: async (ms) => clock.advance(ms) });
  const ruleSet = loadMarketRules(join(packageRoot(), 'rules'));
  const nothing = () => undefined;
  const deps: Omit<RunDeps, 'store' | 'view' | 'memory'> = {
    source: client,
    target: client,
    clock: { nowMs: () => clock.nowMs(), sleep: async (ms) => clock.advance(ms) },
    environment: 'loopback',
    limits: DEFAULT_LIMITS,
    // Nothing is sent, so that what changes is what is changed here.
    ruleSet: { ...ruleSet, files: ruleSet.files.map((file) => ({ ...file, mode: 'recommend' })) },
    engineVersion: VERSION,
    observer: { onDecision: nothing, onEffect: nothing, onReconciled: nothing },
  };
  return {
    change: (cycle) => {
      clock.advance(MINUTE_MS);
      for (let n = 0; n < CHANGED; n += 1) {
        const order = orders[(cycle * 37 + n * 97) % orders.length];
        if (order !== undefined) askFor(world, order, (cycle + n) % world.providers.size);
      }
    },
    run: (request) => {
      client.resetBudget();
      const { isDryRun } = request;
      const ledger = isDryRun ? { store: null, view: reader } : { store, view: null };
      return runOnce(
        { ...deps, ...ledger, memory: (isDryRun ? reader : store).pendingMemory(VERSION) },
        { tick: request.id, only: null, ...request },
      );
    },
  };
}

function populate(world: World): readonly number[] {
  const mould = world.workOrders.get(4047);
  if (mould === undefined) throw new Error('the sandbox has no sample');
  const ids = Array.from({ length: WORK_ORDERS }, (_, n) => 10_000 + n);
  world.workOrders.clear();
  for (const id of ids) {
    const atMs = (id % 200) * 60 * MINUTE_MS;
    world.workOrders.set(id, {
      ...mould,
      id,
      startMs: mould.startMs + atMs,
      endMs: mould.endMs + atMs,
      requests: new Map(),
      requestsById: new Map(),
      routes: new Map(),
      routings: new Map(),
      declines: new Map(),
      milestones: { ...mould.milestones },
    });
    for (let n = 0; n < PENDING; n += 1) askFor(world, id, (id + n * 7) % world.providers.size);
  }
  return ids;
}

/** For longer than the bench lasts: who runs out of time is a change of its own. */
function askFor(world: World, order: number, nth: number): void {
  const workOrder = world.workOrders.get(order);
  const provider = [...world.providers.values()][nth];
  if (workOrder === undefined || provider === undefined) throw new Error('nobody to ask');
  const patient = { ...provider, habits: { ...provider.habits, requestMinutes: 7 * 24 * 60 } };
  addRequest(world, workOrder, { provider: patient, attempt: 3, counter: null, notes: '' });
}
