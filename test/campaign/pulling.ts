import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import type { RuleFile, RuleSet } from '../../src/domain/rule-file.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { type RunDeps, runOnce } from '../../src/engine/run-once.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { packageRoot } from '../../src/package-root.ts';
import { createSandboxApp } from '../../src/sandbox/server.ts';
import { FileRowShelf } from '../../src/store/sqlite/row-shelf.ts';
import { loadMarketRules } from '../market/market-rules.ts';
import { connectInProcess } from '../market/our-week.ts';
import { openThrowAwayLedger } from '../market/throw-away-ledger.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';
import { makeRandom } from './simulation/random.ts';

const START_MS = Date.UTC(2026, 0, 5, 14);
const VERSION = '0.0.0-pulling';

export type PullingDay = {
  readonly seed: number;
  readonly ticks: number;
  readonly tickMinutes: number;
  readonly workOrders: number;
  readonly providers: number;
  readonly limits: Partial<Limits>;
  /** False: files only recommend and nothing is sent, so that both see the same market whatever they decide. */
  readonly acts: boolean;
};

/** Of all ticks together. */
export type PullingCounts = {
  decisions: number;
  /** Taken by the run that pulls what has changed one tick after the one that pulls all. */
  later: number;
  pulled: number;
  kept: number;
  unseen: number;
  actions: number;
};

/** The same day twice, with every list pulled at every tick and with what has changed; says where decisions come too late. */
export async function compareDay(day: PullingDay, ruleSet: RuleSet, counts: PullingCounts): Promise<readonly string[]> {
  const full = await openDay(day, ruleSet, false);
  const adaptive = await openDay(day, ruleSet, true);
  const late: string[] = [];
  try {
    let overdue = new Map<string, string>();
    for (let tick = 1; tick <= day.ticks && late.length === 0; tick += 1) {
      const [all, changed] = [await full.tick(tick), await adaptive.tick(tick)];
      const [wanted, taken] = [decisionsOf(all), decisionsOf(changed)];
      for (const [id, decision] of overdue) {
        // Late by two, unless what all pull decide is something else by now.
        if (wanted.get(id) === decision && taken.get(id) !== decision)
          late.push(`tick ${tick}: work order ${id} is still not "${decision}" but "${taken.get(id)}"`);
      }
      overdue = new Map([...wanted].filter(([id, decision]) => taken.get(id) !== decision));
      for (const [id, decision] of overdue)
        if (day.acts) late.push(`tick ${tick}: ${id} "${decision}", "${taken.get(id)}"`);
      counts.later += overdue.size;
      counts.decisions += wanted.size;
      counts.actions += changed.summary.actions;
      const lists = changed.summary.pendingLists;
      for (const how of ['pulled', 'kept', 'unseen'] as const) counts[how] += lists?.[how] ?? 0;
    }
  } finally {
    await full.close();
    await adaptive.close();
  }
  return late;
}

/** `assign FM-1001 557 of 4047`, by work order. */
function decisionsOf({ decisions }: RunReport): ReadonlyMap<string, string> {
  return new Map(
    decisions.map(({ planned: { workOrder, outcome, reason, winner, mode, ruleFileId } }) => [
      `${workOrder.id} ${mode === 'shadow' ? ruleFileId : ''}`,
      `${outcome} ${reason.code} ${winner ?? 'nobody'}`,
    ]),
  );
}

async function openDay(day: PullingDay, ruleSet: RuleSet, isAdaptive: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-pulling-'));
  const ledger = openThrowAwayLedger(join(folder, 'ledger.db'));
  const { seed, workOrders, providers, tickMinutes } = day;
  const days = Math.max(1, Math.ceil((day.ticks * tickMinutes) / 1_440));
  const { app, clock: virtual } = createSandboxApp({
    ...{ seed, workOrders, providers, days },
    speed: 0,
    startAtMs: START_MS,
  });
  const clock: Clock = { nowMs: () => virtual.nowMs(), sleep: async (ms) => virtual.advance(ms) };
  const client = connectInProcess(app, clock);
  const nothing = () => undefined;
  const deps: RunDeps = {
    source: client,
    target: client,
    store: ledger.store,
    view: null,
    shelf: isAdaptive ? new FileRowShelf({ rows: 0, inHand: 1 }) : null,
    memory: isAdaptive ? ledger.store.pendingMemory(VERSION) : null,
    clock,
    environment: 'loopback',
    limits: { ...DEFAULT_LIMITS, ...day.limits },
    ruleSet: day.acts ? ruleSet : { ...ruleSet, files: ruleSet.files.map(onlyRecommending) },
    engineVersion: VERSION,
    observer: { onDecision: nothing, onEffect: nothing, onReconciled: nothing },
  };
  return {
    tick: async (n: number) => {
      const dueMs = START_MS + n * tickMinutes * 60_000;
      virtual.advance(Math.max(0, dueMs - virtual.nowMs()));
      client.resetBudget();
      return runOnce(deps, { id: `tick-${n}`, tick: `tick-${n}`, isDryRun: false, only: null });
    },
    close: async () => {
      await client.close();
      await ledger.store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function onlyRecommending(file: RuleFile): RuleFile {
  return file.mode === 'enforce' || file.mode === 'canary' ? { ...file, mode: 'recommend' } : file;
}

/** What is looked at is few lists; what is decided is what everything would have led to. */
export const pulling: Campaign = {
  name: 'pulling',
  about: 'simulated days decided with every pending list pulled, and with those that show a change',
  runs: 20,
  mutants: [],
  needed: ['kept', 'actions'],
  perform: async ({ seed, from, runs }) => {
    const ruleSet = loadMarketRules(join(packageRoot(), 'rules'));
    const counts: PullingCounts = { decisions: 0, later: 0, pulled: 0, kept: 0, unseen: 0, actions: 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < 3; run += 1) {
      const late = await compareDay(drawDay(seed, run), ruleSet, counts);
      if (late.length > 0) failures.push({ run, message: late.join('\n  ') });
    }
    return { failures, counts };
  },
};

function drawDay(seed: number, run: number): PullingDay {
  const random = makeRandom(seed, run, 'pulling');
  return {
    seed: seed * 1_000 + run,
    ticks: 40,
    tickMinutes: random.pick([1, 5, 15, 30]),
    workOrders: random.between(10, 60),
    providers: random.between(40, 150),
    limits: { fullPullEvery: random.pick([2, 10, 50]) },
    acts: random.chance(0.5),
  };
}
