import type { RecordedDecision, RecordedIntent } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { attritionTable } from './attrition-table.ts';
import { compareFacts } from './compare-facts.ts';
import { earlierDecisions } from './earlier-decisions.ts';
import type { ExplainInput } from './explain-input.ts';
import {
  afterwardsShown,
  blockedRows,
  headRows,
  headTitle,
  intentTexts,
  noActionsText,
  shadowRows,
} from './explain-rows.ts';
import { printableLines } from './printable.ts';
import { writtenTime } from './report.ts';
import { reviewTable } from './review-table.ts';
import { sectionsAsText } from './section.ts';
import { slateTable } from './slate-table.ts';
import { workOrderNow } from './work-order-now.ts';
import { wrapText } from './wrap.ts';

/** Why a decision came out as it did, for a dispatcher to read: a text of several paragraphs. */
export function explainCard(input: ExplainInput): string {
  const { decision, history, assigned, shadows, answers = [], more = [], width, isSimulated = false } = input;
  const isBare = decision.candidates.length === 0;
  const paragraphs: readonly (readonly string[])[] = [
    ...(isSimulated
      ? []
      : [wrapText(`Now: work order ${decision.workOrderId}: ${workOrderNow(history, assigned)}`, width)]),
    headLines(input),
    isBare ? withoutCandidates(input) : slateTable(decision, width),
    isBare ? [] : attritionTable(decision.candidates, width),
    blockedLines(decision, width),
    ...compareFacts(input),
    ...more.map((section) => [sectionsAsText([section], width).trimEnd()]),
    actionLines(decision, { width, isSimulated }),
    shadowLines(shadows, { width, isSimulated }),
    afterwardsLines(input),
    earlierDecisions(decision, history, { answers, width }),
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${printableLines(text.join('\n\n'))}\n`;
}

function headLines(input: ExplainInput): readonly string[] {
  const { width } = input;
  return [
    ...wrapText(`${headTitle(input)} (times in UTC)`, width),
    ...alignColumns(headRows(input), ['left', 'left'], width),
  ];
}

/** A review looks at the work, and has none. */
function withoutCandidates({ decision, unitOf, width }: ExplainInput): readonly string[] {
  const { review = [] } = decision;
  if (decision.outcome === 'skip') return ['Nobody was scored.'];
  return review.length === 0 ? ['No candidates.'] : reviewTable(review, unitOf, width);
}

function blockedLines(decision: RecordedDecision, width: number): readonly string[] {
  const rows = blockedRows(decision);
  return rows.length === 0 ? [] : ['Not eligible, and why', ...alignColumns(rows, ['right', 'left', 'left'], width)];
}

type Shown = { readonly width: number; readonly isSimulated: boolean };

function actionLines(decision: RecordedDecision, shown: Shown): readonly string[] {
  const none = noActionsText(decision, shown.isSimulated);
  if (none !== null) return [`Actions: ${none}`];
  const title = shown.isSimulated ? 'Actions that a run would send' : 'Actions (times in UTC)';
  return [title, ...decision.intents.flatMap((intent) => intentLines(intent, shown))];
}

function intentLines(intent: RecordedIntent, { width, isSimulated }: Shown): readonly string[] {
  const indent = ' '.repeat(5);
  const texts = intentTexts(intent, isSimulated);
  const lines = texts.flatMap((text) => wrapText(text, width - indent.length)).map((line) => indent + line);
  return [`  ${intent.n}`.padEnd(indent.length) + (lines[0] ?? '').trimStart(), ...lines.slice(1)];
}

function afterwardsLines(input: ExplainInput): readonly string[] {
  const rows = afterwardsShown(input).map(({ atMs, decisionId, text }) => [writtenTime(atMs), decisionId ?? '–', text]);
  if (rows.length === 0) return [];
  return ['Afterwards (times in UTC)', ...alignColumns(rows, ['left', 'left', 'left'], input.width)];
}

function shadowLines(shadows: readonly RecordedDecision[], { width, isSimulated }: Shown): readonly string[] {
  if (shadows.length === 0) return [];
  const alignments = isSimulated ? (['left', 'left', 'left'] as const) : (['left', 'left', 'left', 'left'] as const);
  return [
    isSimulated ? 'The other files that decide it' : 'In shadow (explain with the id shows it in full)',
    ...alignColumns(shadowRows(shadows, isSimulated), alignments, width),
  ];
}
