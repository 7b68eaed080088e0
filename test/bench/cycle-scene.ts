import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProviderId, providerId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import { pullLists, pullPendingLists } from '../../src/engine/pull-inputs.ts';
import { type RunDeps, runOnce } from '../../src/engine/run-once.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { blankEntry } from '../../src/facts/directory-entry.ts';
import { parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { FileRowShelf } from '../../src/store/sqlite/row-shelf.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { NOW_MS } from '../support/builders.ts';
import { FIRST_PROVIDER_ID, type PageWorld } from './page-world.ts';
import { connectToPages, pageClock } from './serve-pages.ts';

/** A cycle as large as the promises speak of. */
export const CYCLE: PageWorld = { workOrders: 1_000, pending: 100, providers: 5_000 };
export const CYCLE_CONCURRENCY = 32;

const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');
const RULES = join(import.meta.dirname, 'cycle-rules.json');

/** Nothing here may stop a run: all work orders are decided at once. */
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  ...({
    maxConcurrentRequests: CYCLE_CONCURRENCY,
    maxRequestsPerRun: 1_000_000,
    maxActionsPerRun: 1_000_000,
    maxDailyTotalCents: 1_000_000_000_000,
    maxProfileReadsPerRun: 0,
  } as Partial<Limits>),
};

/** The same for the built command, which goes by the server's time. */
export function cycleSettings(url: string): NodeJS.ProcessEnv {
  return {
    FIELDMARSHAL_BASE_URL: url,
    FIELDMARSHAL_CLIENT_ID: 'fn00000-client1',
    FIELDMARSHAL_CLIENT_SECRET: 'secret-of-the-bench-client',
    FIELDMARSHAL_USERNAME: 'api.user',
    FIELDMARSHAL_PASSWORD: 'password-of-the-bench-user',
    FIELDMARSHAL_CLOCK: 'server',
    FIELDMARSHAL_MAX_CONCURRENT_REQUESTS: String(CYCLE_CONCURRENCY),
    FIELDMARSHAL_MAX_REQUESTS_PER_RUN: '1000000',
    FIELDMARSHAL_MAX_ACTIONS_PER_RUN: '100000',
    FIELDMARSHAL_MAX_PROFILE_READS_PER_RUN: '0',
  };
}

/** A folder with the ledger that every cycle begins with: everybody's profile is known, nothing is decided. */
export type CycleScene = {
  readonly url: string;
  readonly ledger: string;
  /** A folder with its rule file, for the command. */
  readonly rules: string;
  close(): void;
};

export async function prepareCycle(url: string, world: PageWorld): Promise<CycleScene> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-cycle-'));
  const ledger = join(folder, 'begin.db');
  const store = openLedger({ path: ledger, migrationsFolder: MIGRATIONS });
  await store.bindIdentity({ environment: 'loopback', companyId: null });
  await fillDirectory(store, url, world);
  await store.close();
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  copyFileSync(RULES, join(rules, 'cycle-rules.json'));
  return { url, ledger, rules, close: () => rmSync(folder, { recursive: true, force: true }) };
}

async function fillDirectory(store: SqliteStore, url: string, { providers }: PageWorld): Promise<void> {
  const client = connectToPages(url, LIMITS);
  const ids = Array.from({ length: providers }, (_, index) => providerId(FIRST_PROVIDER_ID + index));
  const entryOf = async (id: ProviderId) => ({
    ...blankEntry(id, NOW_MS),
    profile: await client.readProfile(id),
    pools: { observedAtMs: NOW_MS, ids: [], isWhole: true },
  });
  await store.saveDirectory(await Promise.all(ids.map(entryOf)));
  await client.close();
}

export type Cycle = {
  readonly report: RunReport;
  /** What this run has added to the ledger's file. */
  readonly ledgerBytes: number;
};

/** One run, as `run --once` has it, on a copy of the ledger: pull, facts, scoring, decision, ledger on disk. */
export async function runCycle({ url, ledger }: Pick<CycleScene, 'url' | 'ledger'>): Promise<Cycle> {
  const path = `${ledger}.${randomUUID()}.db`;
  copyFileSync(ledger, path);
  const before = sizeOf(path);
  try {
    const report = await runOn(path, url);
    return { report, ledgerBytes: sizeOf(path) - before };
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }
}

async function runOn(path: string, url: string): Promise<RunReport> {
  const client = connectToPages(url, LIMITS);
  const store = openLedger({ path, migrationsFolder: MIGRATIONS });
  const id = randomUUID();
  const deps: RunDeps = {
    ...{ source: client, target: client, store, view: store, clock: pageClock(), limits: LIMITS },
    shelf: new FileRowShelf(),
    ...{ ruleSet: cycleRules(), environment: 'loopback', engineVersion: '0.0.0-bench' },
    observer: { onDecision: () => undefined, onEffect: () => undefined, onReconciled: () => undefined },
  };
  try {
    return await runOnce(deps, { id, tick: `manual:${id}`, isDryRun: false, only: null });
  } finally {
    await Promise.all([client.close(), store.close()]);
  }
}

/** The same pages by the same client, and nothing else; answers how many providers are pending in all. */
export async function pullCycle({ url }: Pick<CycleScene, 'url'>): Promise<number> {
  const client = connectToPages(url, LIMITS);
  try {
    const lists = await pullLists({ source: client, ruleSet: cycleRules() });
    const pending = await pullPendingLists(
      client,
      lists.open.map(({ id }) => id),
    );
    return [...pending.lists.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  } finally {
    await client.close();
  }
}

export function cycleRules(): RuleSet {
  const reading = parseRuleSet([{ path: 'cycle-rules.json', text: readFileSync(RULES, 'utf8') }], DEFAULT_LIMITS);
  if (reading.kind === 'ok') return reading.set;
  throw new Error(reading.problems.map(({ where, what }) => `${where}: ${what}`).join('\n'));
}

function sizeOf(path: string): number {
  return statSync(path).size;
}
