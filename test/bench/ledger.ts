import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Decision } from '../../src/domain/decision.ts';
import { decisionId } from '../../src/domain/ids.ts';
import { type CompiledRuleFile, compileRuleFile } from '../../src/evaluate/compile.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { type Bench, Disagreement, type Findings, type Line } from './bench-definition.ts';
import { cycleRules } from './cycle-scene.ts';
import { decidePast } from './past-ledger.ts';
import { median } from './rounds.ts';

const SIZE = { runs: 1, ordersPerRun: 100, candidates: 100, asking: 'all' } as const;
const ROUNDS = 3;
/** As the engine does. */
const PER_COMMIT = 16;
const MIN_DECISIONS_PER_SECOND = 1_000;
const MAX_CANDIDATE_KB = 7;
const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');

/** What writing a run's decisions down costs, beside the same bytes in as many rows without a ledger's duties. */
export const ledgerBench: Bench = {
  name: 'ledger',
  summary: `${SIZE.ordersPerRun} decisions with ${SIZE.candidates} candidates and ten criteria each, synchronous=FULL, ${PER_COMMIT} a commit.`,
  run: async (note) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-bench-ledger-'));
    try {
      const rounds: Round[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        note(`round ${round} of ${ROUNDS}`);
        const measured = await measureRound(folder, round);
        // The first one warms up.
        if (round > 0) rounds.push(measured);
      }
      return findings(rounds);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Rate = { readonly perSecond: number; readonly perCpuSecond: number };

type Kind = 'fresh' | 'beside' | 'known' | 'plain';

type Round = { readonly [kind in Kind]: Rate } & { readonly bytes: Bytes };

/** In turn, so that whatever else the machine does falls on all of them. */
async function measureRound(folder: string, round: number): Promise<Round> {
  const path = join(folder, `${round}.db`);
  const ledger = await openEmpty(path);
  const [first, second] = [ledger.decide(1), ledger.decide(2)];
  const fresh = await rateOf(() => ledger.record(first));
  const bytes = bytesOf(path);
  const shadow = ledger.shadow(first, 3);
  const beside = await rateOf(() => ledger.record(shadow));
  const known = await rateOf(() => ledger.record(second));
  await ledger.close();
  const plain = await rateOf(async () => writePlainly(join(folder, `${round}-plain.db`), bytes));
  return { fresh, beside, known, plain, bytes };
}

async function rateOf(work: () => Promise<void>): Promise<Rate> {
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const { ordersPerRun } = SIZE;
  return {
    perSecond: (ordersPerRun * 1_000) / (performance.now() - startedAt),
    perCpuSecond: (ordersPerRun * 1e6) / (user + system),
  };
}

function findings(rounds: readonly Round[]): Findings {
  const perSecond = (kind: Kind) => median(rounds.map((round) => round[kind].perSecond));
  const kilobytes = (table: keyof Bytes) => median(rounds.map(({ bytes }) => bytes[table])) / SIZE.ordersPerRun / 1_000;
  const besidePlain: Line = {
    what: 'ledger write beside plain rows, every body new',
    ours: perSecond('fresh'),
    unit: 'decisions/s',
    peer: {
      kind: 'measured',
      name: 'rows of the same bytes, plain',
      value: perSecond('plain'),
      ratio: median(rounds.map((round) => round.fresh.perSecond / round.plain.perSecond)),
    },
    mustReach: null,
  };
  const rows: Line = {
    what: 'ledger write, raw bodies beside it',
    ours: perSecond('beside'),
    unit: 'decisions/s',
    peer: null,
    mustReach: { kind: 'at_least', value: MIN_DECISIONS_PER_SECOND },
  };
  const size: Line = {
    what: 'candidate rows a decision',
    ours: kilobytes('candidate'),
    unit: 'kB',
    peer: null,
    mustReach: { kind: 'at_most', value: MAX_CANDIDATE_KB },
  };
  const cpu = (what: string, kind: Kind) => ({
    what,
    value: Math.round(median(rounds.map((round) => round[kind].perCpuSecond))),
    unit: 'decisions per second of the processor',
  });
  return {
    lines: [
      rows,
      { ...rows, what: 'with every raw body, all known by hash', ours: perSecond('known'), mustReach: null },
      { ...rows, what: 'with every raw body, all new', ours: perSecond('fresh'), mustReach: null },
      besidePlain,
      size,
    ],
    figures: [
      { what: 'raw bodies, where all are new', value: Math.round(kilobytes('body') * 10) / 10, unit: 'kB a decision' },
      cpu('bodies beside it', 'beside'),
      cpu('every body known', 'known'),
      cpu('every body new', 'fresh'),
      cpu('plain rows', 'plain'),
    ],
  };
}

async function openEmpty(path: string) {
  const ruleSet = cycleRules();
  const scorers = ruleSet.files.map(compileRuleFile);
  const { runId, takenAtMs } = decidePast(0, { ...SIZE, ordersPerRun: 5 }, ruleSet);
  const store = openLedger({ path, migrationsFolder: MIGRATIONS });
  await store.bindIdentity({ environment: 'loopback', companyId: 15 });
  await store.recordRuleSet(ruleSet, takenAtMs);
  const of = { engineVersion: '0.0.0-bench', ruleSetHash: ruleSet.hash };
  await store.openRun({ id: runId, environment: 'loopback', tick: runId, startedAtMs: takenAtMs, ...of });
  return {
    path,
    /** Made anew, as each run makes its own. */
    decide: (seq: number) =>
      decidePast(0, SIZE, ruleSet).decisions.map(
        (one): Decision => ({ ...one, seq, id: decisionId(one.workOrder.id, 1, seq) }),
      ),
    /** The same candidates scored once more, as the run's shadow files do: their bodies were written a moment before. */
    shadow: (all: readonly Decision[], seq: number) =>
      all.map(
        (one): Decision => ({
          ...one,
          ...{ seq, id: decisionId(one.workOrder.id, 1, seq) },
          candidates: scoredAgain(one, scorers),
        }),
      ),
    record: async (all: readonly Decision[]) => {
      for (let at = 0; at < all.length; at += PER_COMMIT) {
        const answers = await store.recordDecisions(all.slice(at, at + PER_COMMIT));
        if (answers.some((answer) => answer !== 'recorded')) throw new Disagreement('a decision was not recorded');
      }
    },
    close: () => store.close(),
  };
}

function scoredAgain(
  { workOrder, slate, candidates }: Decision,
  [scorer]: readonly CompiledRuleFile[],
): Decision['candidates'] {
  const whole = { workOrder, ...slate, candidates: candidates.map(({ scored }) => scored.candidate) };
  const again = scorer?.score(whole).candidates ?? [];
  return candidates.map((ranked, n) => ({ ...ranked, scored: again[n] ?? ranked.scored }));
}

type Bytes = { readonly decision: number; readonly candidate: number; readonly body: number };

/** Of the cells of each table, without the pages around them. */
function bytesOf(path: string): Bytes {
  const db = new Database(path, { readonly: true });
  const payload = db.prepare<[string], number>('SELECT sum(payload) FROM dbstat WHERE name = ?').pluck();
  const of = (table: string) => payload.get(table) ?? 0;
  const bytes = { decision: of('decision'), candidate: of('candidate'), body: of('body') };
  db.close();
  return bytes;
}

function writePlainly(path: string, bytes: Bytes): void {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY, bytes BLOB); CREATE TABLE b (id INTEGER PRIMARY KEY, bytes BLOB)');
  const [a, b] = ['a', 'b'].map((table) => db.prepare<[Buffer]>(`INSERT INTO ${table} (bytes) VALUES (?)`));
  const { ordersPerRun, candidates } = SIZE;
  const decision = Buffer.alloc(Math.round(bytes.decision / ordersPerRun), 1);
  const [row, body] = [bytes.candidate, bytes.body].map((all) =>
    Buffer.alloc(Math.round(all / ordersPerRun / candidates), 1),
  );
  const write = db.transaction((count: number) => {
    for (let n = 0; n < count; n += 1) {
      a?.run(decision);
      for (let candidate = 0; candidate < candidates; candidate += 1) {
        if (row !== undefined) a?.run(row);
        if (body !== undefined) b?.run(body);
      }
    }
  });
  for (let at = 0; at < ordersPerRun; at += PER_COMMIT) write.immediate(Math.min(PER_COMMIT, ordersPerRun - at));
  db.close();
}
