import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { REPORTS } from '../../src/report/catalog.ts';
import type { Bench, Figure } from './bench-definition.ts';
import { largeLedger } from './large-ledger.ts';
import { buildCommand, measureCommand } from './measure.ts';
import { pastLedger } from './past-ledger.ts';

const SIZE = { runs: 500, ordersPerRun: 20, candidates: 30 };
const COPIES = 10;
const DAY_MS = 86_400_000;

const REPORT_TARGET_MS = 2_000;
/** A page with a dozen reports in it. */
const DIGEST_TARGET_MS = { day: 2_000, all: 5_000 };
const EXPLAIN_TARGET_MS = 100;
/** Decisions explained, spread over the ledger. */
const EXPLAINED = 25;

/** Everything the ledger is asked, as a person asks it; the whole of it each time. */
export const reportsBench: Bench = {
  name: 'reports',
  summary: 'Every report, and explain, on a ledger of 100,000 decisions with 30 candidates each.',
  run: async (note) => {
    const path = await ledger(note);
    buildCommand();
    const figures: Figure[] = [];
    for (const { name } of REPORTS) {
      note(`report ${name}`);
      figures.push(await measureReport(name, path));
    }
    for (const time of ['day', 'all'] as const) {
      note(`digest of ${time}`);
      figures.push(await measureDigest(time, path));
    }
    for (const format of ['text', 'html']) {
      note(`explain as ${format}`);
      figures.push(await measureExplain(format, path));
    }
    figures.push({ what: 'ledger', value: Math.round(statSync(path).size / 1e6), unit: 'MB' });
    return { lines: [], figures };
  },
};

async function ledger(note: (text: string) => void): Promise<string> {
  const rules = join(import.meta.dirname, '../../rules');
  const ruleSet = loadRuleSet(rules, DEFAULT_LIMITS, { cwd: process.cwd(), stderr: process.stderr });
  const of = SIZE.runs * SIZE.ordersPerRun;
  const small = await pastLedger(SIZE, ruleSet, {
    folder: join(tmpdir(), 'fieldmarshal-bench'),
    onProgress: (done) => note(`ledger: ${done} of ${of} decisions`),
  });
  return largeLedger(small, COPIES, (copy) => note(`ledger: copy ${copy} of ${COPIES}`));
}

/** The installed command in a process of its own, start included. */
async function measureReport(name: string, path: string): Promise<Figure> {
  const argv = ['report', name, '--db', path, '--format', 'csv'];
  const { stdout, wallSeconds, cpuSeconds, peakRssMb } = await measureCommand(argv);
  const rows = stdout.split('\n').length - 2;
  return {
    what: `report ${name}`,
    value: Math.round(wallSeconds * 1000),
    unit: `ms, ${Math.round(cpuSeconds * 1000)} of the processor, ${rows} rows, ${Math.round(peakRssMb)} MB`,
    target: REPORT_TARGET_MS,
  };
}

/** Of the last day, as it is mailed, or of all there is. */
async function measureDigest(time: keyof typeof DIGEST_TARGET_MS, path: string): Promise<Figure> {
  const untilMs = newestMs(path) + 1;
  const since = new Date(time === 'day' ? untilMs - DAY_MS : 0).toISOString();
  const range = ['--since', since, '--until', new Date(untilMs).toISOString()];
  const { stdout, wallSeconds, cpuSeconds, peakRssMb } = await measureCommand([
    'report',
    'digest',
    '--db',
    path,
    ...range,
  ]);
  return {
    what: `digest, ${time}`,
    value: Math.round(wallSeconds * 1000),
    unit: `ms, ${Math.round(cpuSeconds * 1000)} of the processor, ${Math.round(stdout.length / 1000)} kB, ${Math.round(peakRssMb)} MB`,
    target: DIGEST_TARGET_MS[time],
  };
}

function newestMs(path: string): number {
  const db = new Database(path, { readonly: true });
  const newest = db.prepare<[], number>('SELECT max(decided_at_ms) FROM decision').pluck().get() ?? 0;
  db.close();
  return newest;
}

/** Within one process, as a page or a shell that stays open would: the middle one of many, the first of all not counted. */
async function measureExplain(format: string, path: string): Promise<Figure> {
  const took: number[] = [];
  for (const decision of someDecisions(path)) {
    const before = performance.now();
    const said: string[] = [];
    const stdout = { write: (text: string) => said.push(text) };
    const stderr = { ...stdout, isTTY: false };
    const argv = ['explain', decision, '--db', path, '--format', format];
    const code = await runCli(argv, { stdout, stderr, cwd: process.cwd(), env: {} });
    took.push(performance.now() - before);
    if (code !== 0) throw new Error(`explain ${decision} ended with ${code}: ${said.join('')}`);
  }
  const sorted = took.slice(1).sort((a, b) => a - b);
  const [middle = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return {
    what: `explain, ${format}`,
    value: Math.round(middle),
    unit: `ms, at most ${Math.round(worst)} of ${sorted.length}`,
    target: EXPLAIN_TARGET_MS,
  };
}

function someDecisions(path: string): readonly string[] {
  const db = new Database(path, { readonly: true });
  const ids = db
    .prepare<[number], string>(
      `SELECT work_order_id || '.' || episode || '.' || seq FROM decision ORDER BY (id * 7919) % 100003 LIMIT ?`,
    )
    .pluck()
    .all(EXPLAINED);
  db.close();
  return ids;
}
