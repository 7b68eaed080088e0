import type { Chosen } from '../domain/choice-figures.ts';
import type { DayOutcome, Fill } from '../domain/fill.ts';
import type { Sha256 } from '../domain/ids.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { REPORTS } from './catalog.ts';
import type { Cell, Report } from './report.ts';

/** What a digest tells of. Epoch ms; `sinceMs` is included, `untilMs` not. */
export type DigestTerms = { readonly sinceMs: number; readonly untilMs: number };

/** A report as a digest shows it. */
export type DigestReport = { readonly report: Report; readonly rows: readonly (readonly Cell[])[] };

/** All that a digest is made of, read from the ledger. */
export type Digest = DigestTerms & {
  readonly outcomes: readonly DayOutcome[];
  readonly fills: readonly Fill[];
  /** Smallest margins first; without those who had no rival. */
  readonly closest: readonly Chosen[];
  readonly reports: { readonly [name in DigestReportName]?: DigestReport };
  /** Null: the ledger is empty. */
  readonly head: Sha256 | null;
};

/** The reports in a digest. `now`: of how things stand, whenever that began; `time`: of what was within its time. */
const DIGEST_REPORTS = {
  spend: 'time',
  holds: 'now',
  latency: 'time',
  attrition: 'time',
  'incomplete-data': 'time',
  overrides: 'time',
  effects: 'time',
  'open-intents': 'now',
  fairness: 'time',
  parity: 'time',
  invariants: 'time',
  rules: 'time',
} as const;

export type DigestReportName = keyof typeof DIGEST_REPORTS;

export async function readDigest(reader: LedgerReader, terms: DigestTerms): Promise<Digest> {
  const { sinceMs, untilMs } = terms;
  const { figures } = reader;
  const none = { ruleFileId: null, clientId: null, projectId: null, providerId: null };
  const reports: { [name in DigestReportName]?: DigestReport } = {};
  for (const report of REPORTS) {
    const { name } = report;
    if (!isInDigest(name)) continue;
    const range = DIGEST_REPORTS[name] === 'time' ? { sinceMs, untilMs } : { sinceMs: null, untilMs: null };
    reports[name] = { report, rows: await report.load(reader, { ...range, nowMs: untilMs }) };
  }
  return {
    ...{ sinceMs, untilMs, reports },
    outcomes: await figures.outcomesByDay({ sinceMs, untilMs }),
    fills: await figures.fills({ sinceMs, untilMs }),
    closest: closestOf(await figures.chosen({ sinceMs, untilMs, ...none })),
    head: await reader.chainHead(),
  };
}

/** Nearest first, by the lead in either direction: a batch may choose one with fewer points. */
export function closestOf(chosen: readonly Chosen[]): readonly Chosen[] {
  const margin = ({ marginMilli }: Chosen) => Math.abs(marginMilli ?? Number.MAX_SAFE_INTEGER);
  return chosen
    .filter(({ runnerUp, marginMilli }) => runnerUp !== null && marginMilli !== null)
    .sort((a, b) => margin(a) - margin(b) || a.decidedAtMs - b.decidedAtMs);
}

function isInDigest(name: string): name is DigestReportName {
  return Object.hasOwn(DIGEST_REPORTS, name);
}

/** Of a report's rows the cells of one column, by its name; empty where the digest has no such report. */
export function cellsOf(digest: Digest, name: DigestReportName, column: string): readonly Cell[] {
  const found = digest.reports[name];
  if (found === undefined) return [];
  const place = found.report.columns.findIndex((one) => one.name === column);
  return found.rows.map((row) => row[place] ?? null);
}
