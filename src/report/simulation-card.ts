import type { FactUnit } from '../domain/fact.ts';
import { formatCents } from '../domain/money.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { compareDecisions } from './compare-decisions.ts';
import { explainCard } from './explain-card.ts';
import { explainJson } from './explain-json.ts';
import { printableLines } from './printable.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';
import type { Stages } from './stage-text.ts';
import { wrapText } from './wrap.ts';

/** What would be decided, beside what it is compared with. */
export type Simulation = {
  /** Where the data come from: `the platform`, `decision 4047.1.3`. */
  readonly readFrom: string;
  /** What was taken to be otherwise, as it was asked for: `provider.557.rating=4.4`; empty: nothing. */
  readonly changes: readonly string[];
  readonly decision: RecordedDecision;
  /** Of the other files that decide the work order too: the live one first, then shadows. */
  readonly others: readonly RecordedDecision[];
  /** The same without the changes; null: there were none. */
  readonly unchanged: RecordedDecision | null;
  /** What the ledger has last; null: nothing. */
  readonly recorded: RecordedDecision | null;
  /** Of the rule file that decided; null: none did. */
  readonly stages: Stages | null;
  /** What to keep in mind about it, in whole sentences. */
  readonly notes: readonly string[];
};

type Shown = { readonly unitOf: (factName: string) => FactUnit | null; readonly width: number };

/** A simulated decision, what differs from what it is compared with, and why: a text of several paragraphs. */
export function simulationCard(simulation: Simulation, { unitOf, width }: Shown): string {
  const { decision, others, stages, unchanged, recorded, notes } = simulation;
  const paragraphs = [
    headLines(simulation, width),
    ...(unchanged === null ? [] : [comparison('Without it', unchanged, { decision, unitOf, width })]),
    ...(recorded === null ? [] : [recordedLines(simulation, recorded, { unitOf, width })]),
    notes.flatMap((note) => wrapText(`Note: ${note}`, width)),
  ].filter((lines) => lines.length > 0);
  const head = paragraphs.map((lines) => `${lines.join('\n')}\n\n`).join('');
  const card = explainCard({
    ...{ decision, history: [], assigned: null, shadows: others, stages, asked: null },
    ...{ unitOf, width, isSimulated: true },
  });
  return `${printableLines(head)}${card}`;
}

function headLines({ decision, readFrom, changes }: Simulation, width: number): readonly string[] {
  const what = changes.length === 0 ? 'What these rule files decide' : `What if ${changes.join(', ')}`;
  return [
    ...wrapText(
      `${what}, on the data of ${readFrom}, at ${writtenTime(decision.decidedAtMs)}: ${decisionText(decision)}`,
      width,
    ),
    'Nothing was written, neither to the platform nor to the ledger.',
  ];
}

function decisionText({ outcome, winner, costCents, reason }: RecordedDecision): string {
  const what = [outcome.replaceAll('_', '-'), ...(winner === null ? [] : [String(winner)])].join(' ');
  const cost = costCents === null ? '' : `, ${formatCents(costCents)}`;
  return `${what}${cost} (${reason.code} ${reasonText(reason).title})`;
}

/** Where the files come to what was recorded as long as nothing is supposed, the difference has been shown. */
function recordedLines(
  { decision, unchanged }: Simulation,
  recorded: RecordedDecision,
  shown: Shown,
): readonly string[] {
  const title = `Recorded ${recorded.id}, ${writtenTime(recorded.decidedAtMs)}`;
  const isSame = unchanged !== null && compareDecisions(recorded, unchanged, shown.unitOf).changes.length === 0;
  if (isSame) return wrapText(`${title}: the same as without it.`, shown.width);
  return comparison(title, recorded, { decision, ...shown });
}

function comparison(
  title: string,
  before: RecordedDecision,
  { decision, unitOf, width }: Shown & { readonly decision: RecordedDecision },
): readonly string[] {
  const { changes, because } = compareDecisions(before, decision, unitOf);
  const differs = changes.map(({ what, from, to }) => `${what} ${from} → ${to}`).join('; ');
  const rows = [
    [title, decisionText(before)],
    ['  differs', differs === '' ? 'nothing of it' : differs],
    ...because.map((sentence, place) => [place === 0 ? (differs === '' ? '  moved' : '  because') : '', sentence]),
  ];
  return alignColumns(rows, ['left', 'left'], width);
}

/** The same for programs; decisions as `explain --json` has them. */
export function simulationJson(simulation: Simulation, unitOf: Shown['unitOf']) {
  const { decision, others, unchanged, recorded, notes, readFrom, changes } = simulation;
  const against = (before: RecordedDecision | null) =>
    before === null ? null : { ...briefly(before), ...compareDecisions(before, decision, unitOf) };
  return {
    readFrom,
    changes,
    decision: thoughtJson(decision),
    others: others.map(thoughtJson),
    unchanged: against(unchanged),
    recorded: recorded === null ? null : { id: recorded.id, ...against(recorded) },
    notes,
  };
}

function briefly({ decidedAtMs, ruleFileId, mode, outcome, winner, costCents, reason }: RecordedDecision) {
  return { decidedAtMs, ruleFile: ruleFileId, mode, outcome, winner, costCents, reason: reason.code };
}

/** Without what only a place in the ledger gives. */
function thoughtJson(decision: RecordedDecision) {
  const whole = explainJson({ decision, history: [], assigned: null }, null);
  const {
    id: _id,
    runId: _run,
    seq: _seq,
    inputHash: _hash,
    now: _now,
    decisionsOfWorkOrder: _all,
    ...thought
  } = whole;
  return thought;
}
