import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import { decideBatch } from '../../src/decide/decide-batch.ts';
import type { OrderInput } from '../../src/decide/input.ts';
import type { Decision, PlannedDecision } from '../../src/domain/decision.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import { decisionId, type ProviderId, providerId, type Sha256, workOrderId } from '../../src/domain/ids.ts';
import { hashJson, type JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { PendingRow, ProviderProfile } from '../../src/domain/provider.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import { batchOf } from '../../src/engine/batch-of.ts';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import { blankHistory } from '../../src/engine/open-episodes.ts';
import { prepareOrder, type Surroundings } from '../../src/engine/prepare-orders.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { factsNeeded } from '../../src/facts/facts-needed.ts';
import { toPendingRow } from '../../src/fieldnation/to-pending-row.ts';
import { draw, integerBetween } from '../../src/sandbox/random.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { ATM, aDirectoryEntry, aProfile, aWorkOrder, HOUR_MS, NOW_MS, placeAt } from '../support/builders.ts';
import { goldenWireRow } from '../support/golden-rows.ts';

/** How much past a ledger holds. */
export type PastSize = {
  readonly runs: number;
  /** Each run decides so many work orders, every one of them for the first to the fifth time. */
  readonly ordersPerRun: number;
  readonly candidates: number;
  /** Left out: some; the others are known providers, whom only a file that routes looks at. */
  readonly asking?: 'all';
};

const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');

/** Counts up with every change of what is generated. */
const VERSION = 3;

/** Decisions that one work order comes to. */
const LIVES = 5;
/** Of the candidates those that ask; the others are of the bench. */
const REQUEST_PERCENT = 40;
/** Candidates that another decision on the same work order finds new; the others are as they were. */
const NEW_EACH_TIME = 3;
const RUN_EVERY_MS = 15 * 60_000;
const BEGIN_MS = NOW_MS - 20 * 24 * HOUR_MS;

/**
 * The path of a ledger with that past, written through the real store by the rule files given, the same each time; one made
 * before in the same folder is used again. `onProgress`: decisions written. `erased`: bodies that have their tombstone before
 * any decision, in a folder of its own.
 */
export async function pastLedger(
  size: PastSize,
  ruleSet: RuleSet,
  {
    folder,
    onProgress,
    erased = [],
  }: {
    readonly folder: string;
    readonly onProgress: (decisions: number) => void;
    readonly erased?: readonly Sha256[];
  },
): Promise<string> {
  const schema = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash }) => hash);
  const recipe = { version: VERSION, size, rules: ruleSet.hash, limits: DEFAULT_LIMITS, schema };
  const path = join(folder, `past-${hashJson(recipe).slice(0, 16)}.db`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  const store = openLedger({ path: draft, migrationsFolder: MIGRATIONS });
  try {
    if (erased.length > 0) await store.eraseBodies({ hashes: erased, actor: 'ana', because: 'before', atMs: 1 });
    await write(store, { size, ruleSet, onProgress });
    await store.close();
    renameSync(draft, path);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(draft + suffix, { force: true });
  }
  return path;
}

type Writing = { readonly size: PastSize; readonly ruleSet: RuleSet; readonly onProgress: (decisions: number) => void };

async function write(store: SqliteStore, { size, ruleSet, onProgress }: Writing): Promise<void> {
  await store.bindIdentity({ environment: 'loopback', companyId: 15 });
  await store.recordRuleSet(ruleSet, BEGIN_MS);
  const { hash: setHash, files } = ruleSet;
  const taken = { kind: 'taken', atMs: BEGIN_MS, setHash, textHash: setHash, commit: null } as const;
  await store.recordRuleEvent({ ...taken, files: files.map(({ id, mode, hash }) => ({ id, mode, hash })) });
  for (let run = 0; run < size.runs; run += 1) {
    const { runId, takenAtMs, decisions } = decidePast(run, size, ruleSet);
    const of = { engineVersion: ENGINE, ruleSetHash: ruleSet.hash };
    await store.openRun({ id: runId, environment: 'loopback', tick: runId, startedAtMs: takenAtMs, ...of });
    await store.recordDecisions(decisions);
    onProgress((run + 1) * size.ordersPerRun);
  }
}

const ENGINE = '0.0.0-bench';

const SOLVE = await loadHighs();

/** What one run of that past decided, made anew each time and always the same. */
export function decidePast(
  run: number,
  size: PastSize,
  ruleSet: RuleSet,
): { readonly runId: string; readonly takenAtMs: number; readonly decisions: readonly Decision[] } {
  const runId = `bench-${run}`;
  const takenAtMs = BEGIN_MS + run * RUN_EVERY_MS;
  const ready = { compiled: ruleSet.files.map(compileRuleFile), refs: factsNeeded(ruleSet.files), size };
  const { decisions, orders, batch } = decideRun(run, takenAtMs, ready);
  const slates = new Map(orders.map((order) => [order.workOrder.id, order.live?.scored.slate] as const));
  const live = decisions.filter(({ mode }) => mode !== 'shadow');
  return {
    runId,
    takenAtMs,
    decisions: live.map((planned) => {
      const { workOrder } = planned;
      const seq = run - firstRunOf(workOrder.id, size) + 1;
      const facts = slates.get(workOrder.id)?.facts ?? {};
      const place = { id: decisionId(workOrder.id, 1, seq), seq, runId, decidedAtMs: takenAtMs };
      const inputHash = fingerprint(planned, { attempts: [], answers: [] }, facts);
      const of = { engineVersion: ENGINE, ruleSetHash: ruleSet.hash };
      return { ...planned, ...place, ...of, inputHash, slate: { facts, takenAtMs }, batch };
    }),
  };
}

type Ready = Pick<Surroundings, 'compiled' | 'refs'> & { readonly size: PastSize };

function decideRun(
  run: number,
  takenAtMs: number,
  { compiled, refs, size }: Ready,
): {
  readonly decisions: readonly PlannedDecision[];
  readonly orders: readonly OrderInput[];
  readonly batch: JsonValue;
} {
  const shared = {
    compiled,
    refs,
    commitments: [],
    cancellations: [],
    limits: DEFAULT_LIMITS,
    talentPools: new Map(),
    takenAtMs,
  };
  const orders = ordersOf(run, size).map((id) => {
    const workOrder = aWorkOrderOf(id, size);
    const cast = castOf(workOrder, run - firstRunOf(id, size), size);
    const around: Surroundings = {
      ...shared,
      directory: new Map(
        cast.bench.map((profile) => [profile.providerId, aDirectoryEntry({ providerId: profile.providerId, profile })]),
      ),
      profiles: new Map(cast.profiles.map((profile) => [profile.providerId, profile])),
    };
    return prepareOrder(around, {
      workOrder,
      pending: { rows: cast.rows },
      history: blankHistory(workOrder),
      pin: null,
    });
  });
  const sums = {
    committedTodayCents: 0,
    committedTodayByRuleFile: {},
    committedTodayByWorkOrder: {},
    committedTodayFileOf: {},
    undoneCount: 0,
    approved: null,
  };
  const dispatch = new Map([[88, 'off' as const]]);
  const rest = { ...shared, ...sums, openWorkOrders: 1_000, directives: NO_DIRECTIVES };
  const input = { ...rest, nowMs: takenAtMs, orders, projectDispatch: dispatch };
  const decided = decideBatch(input, SOLVE);
  const { decisions } = decided;
  const around: Surroundings = { ...shared, directory: new Map(), profiles: new Map() };
  const batch = batchOf({
    around,
    projects: { dispatch },
    sums,
    openWorkOrders: 1_000,
    directives: NO_DIRECTIVES,
    stoppedBy: null,
    members: orders,
    decided,
  });
  return { decisions, orders, batch };
}

/** Work orders enter in turn, as many each run, and stay for `LIVES` runs. */
function ordersOf(run: number, { ordersPerRun }: PastSize): readonly number[] {
  const entering = ordersPerRun / LIVES;
  return Array.from({ length: ordersPerRun }, (_, index) => (run + 1) * entering + index);
}

function firstRunOf(id: number, { ordersPerRun }: PastSize): number {
  return Math.max(0, Math.floor(id / (ordersPerRun / LIVES)) - LIVES);
}

function aWorkOrderOf(id: number, size: PastSize): WorkOrder {
  const openedMs = BEGIN_MS + firstRunOf(id, size) * RUN_EVERY_MS - 90 * 60_000;
  const startMs = openedMs + 2 * 24 * HOUR_MS;
  return aWorkOrder({
    id,
    title: `ATM repair ${id}`,
    coordinates: placeAt(44 + draw(1, id, 'north') * 2, -94 + draw(1, id, 'east') * 2),
    schedule: { startMs, endMs: startMs + 2 * HOUR_MS, localDate: new Date(startMs).toISOString().slice(0, 10) },
    createdMs: openedMs,
    publishedMs: openedMs,
    raw: {
      id,
      title: `ATM repair ${id}`,
      status: { id: 2, name: 'Published' },
      pay: { type: 'fixed', base: { amount: 250 } },
    },
  });
}

type Cast = {
  readonly rows: readonly PendingRow[];
  readonly bench: readonly ProviderProfile[];
  readonly profiles: readonly ProviderProfile[];
};

/** Each time a few leave and as many new ones come. */
function castOf(workOrder: WorkOrder, life: number, { candidates, asking: whoAsks }: PastSize): Cast {
  const first = integerBetween(draw(2, workOrder.id), 1, 400) * 50;
  const ids = Array.from({ length: candidates }, (_, index) => providerId(first + life * NEW_EACH_TIME + index));
  const profiles = ids.map((id) => aProfileOf(id));
  const asking =
    whoAsks === 'all' ? ids : ids.filter((id) => id % 100 < REQUEST_PERCENT || id % 10 < REQUEST_PERCENT / 10);
  const rows = asking.map((id) => aRowOf(id, workOrder));
  return { rows, bench: profiles.filter((profile) => !asking.includes(profile.providerId)), profiles };
}

function aProfileOf(id: ProviderId): ProviderProfile {
  return aProfile({
    providerId: id,
    observedAtMs: BEGIN_MS - HOUR_MS,
    coordinates: placeAt(44 + draw(3, id, 'north') * 2, -94 + draw(3, id, 'east') * 2),
    ratingHundredths: integerBetween(draw(3, id, 'stars'), 380, 500),
    ratingCount: integerBetween(draw(3, id, 'ratings'), 0, 300),
    completedOverall: integerBetween(draw(3, id, 'done'), 0, 900),
    completedForUs: integerBetween(draw(3, id, 'ours'), 0, 20),
    completedByType: [{ id: ATM.id, name: ATM.name, count: integerBetween(draw(3, id, 'kind'), 0, 60) }],
    preferredGroups: [],
    certifications: [{ id: 9, name: 'CompTIA A+' }],
    licenses: [],
    hasBackgroundCheck: draw(3, id, 'checked') < 0.7,
    hasDrugTest: true,
    insurances: [],
    isRoutable: true,
    isW2: false,
    isMarketplace: true,
    isBlocked: false,
  });
}

const MOULD = goldenWireRow('pending-request');

/** The documented row, of another provider for another work order, with the platform's verdicts as chance has them. */
function aRowOf(id: ProviderId, { id: order }: WorkOrder): PendingRow {
  const criterion = MOULD.selection_rule.criterion.map((one) => {
    const isMatch = draw(4, id, one.name) < 0.8;
    const missed = one.is_required ? 'no_match_required' : 'no_match_preferred';
    return { ...one, is_match: isMatch, points: isMatch ? one.weight : 0, status: isMatch ? 'match' : missed };
  });
  const request = { ...MOULD.request, id: order * 10_000 + id, user: { id }, work_order: { id: order }, expires: null };
  const wire = { ...MOULD, id, request, selection_rule: { ...MOULD.selection_rule, criterion } };
  const read = toPendingRow(wire, workOrderId(order));
  if (read.kind === 'broken') throw new Error(`the mould is broken: ${read.reason}`);
  return read.row;
}
