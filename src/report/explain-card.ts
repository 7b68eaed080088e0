import type { DecisionAnswer } from '../domain/approval.ts';
import type { FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { RecordedDecision, RecordedIntent } from '../domain/recorded-decision.ts';
import type { SeenEvent } from '../engine/figures.ts';
import { type AfterwardsEvent, afterwards } from './afterwards.ts';
import { alignColumns } from './align.ts';
import { attritionTable } from './attrition-table.ts';
import { callText } from './call-text.ts';
import { compareFacts } from './compare-facts.ts';
import { counted } from './counted.ts';
import { earlierDecisions } from './earlier-decisions.ts';
import { durationText, pointsText } from './fact-text.ts';
import { printableLines } from './printable.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';
import { reviewTable } from './review-table.ts';
import { type Section, sectionsAsText } from './section.ts';
import { shownCandidates, slateTable } from './slate-table.ts';
import { type Stages, stageText } from './stage-text.ts';
import { type KnownAssignment, workOrderNow } from './work-order-now.ts';
import { wrapText } from './wrap.ts';

export type ExplainInput = {
  readonly decision: RecordedDecision;
  /** Every live decision of the work order, oldest first, this one among them; candidates are not needed. */
  readonly history: readonly RecordedDecision[];
  readonly assigned: KnownAssignment;
  /** What shadow rule files would have done with the same work order; shown as a line each. */
  readonly shadows: readonly RecordedDecision[];
  /** What people said to recommendations for the work order, oldest first, of whatever decision of the same episode. */
  readonly answers?: readonly DecisionAnswer[];
  /** Of the work order, of all episodes, oldest first; left out: nothing was. */
  readonly seen?: readonly SeenEvent[];
  /** Of the rule file that decided; null: it is not known. */
  readonly stages: Stages | null;
  /** The provider asked about; null: nobody in particular. */
  readonly asked: ProviderId | null;
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
  /** What else was asked for, shown after the facts in every format for people; left out: nothing. */
  readonly more?: readonly Section[];
  /** In characters. The slate's table keeps its own width, which grows with the criteria. */
  readonly width: number;
  /** True: decided only to be looked at. It has no place in the ledger, no history, and nothing of it is sent. */
  readonly isSimulated?: boolean;
};

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
  const { decision, stages, width, isSimulated = false } = input;
  const { title, sentence, remedy } = reasonText(decision.reason);
  const opened = `${writtenTime(decision.openedAt.atMs)} (${decision.openedAt.source.replace('_', ' ')}), ${durationText(decision.decidedAtMs - decision.openedAt.atMs)} before`;
  const rows = [
    ...(decision.mode === 'shadow'
      ? [['In shadow', 'The rule file only says what it would do: nothing was sent, and nobody was asked.']]
      : []),
    ...recommendedRow(input),
    ['Outcome', `${decision.outcome} – ${title} (${decision.reason.code})`],
    ['Because', sentence],
    ...(remedy === 'Nothing to do.' ? [] : [['To do', readHere(remedy)]]),
    ['Result', resultText(decision)],
    [
      'Decided',
      `${writtenTime(decision.decidedAtMs)}, ${isSimulated ? '' : `run ${decision.runId}, `}engine ${decision.engineVersion}`,
    ],
    ['Rule file', ruleFileText(decision)],
    ...(decision.ruleFileId === null || decision.review !== undefined ? [] : [['Stage', stageText(decision, stages)]]),
    ['Opened', opened],
  ];
  const what = isSimulated ? 'Simulated decision' : `Decision ${decision.id}`;
  const head = `${what}, work order ${decision.workOrderId}: ${decision.workOrder.title} (times in UTC)`;
  return [...wrapText(head, width), ...alignColumns(rows, ['left', 'left'], width)];
}

function recommendedRow({
  decision,
  history,
  answers = [],
  isSimulated = false,
}: ExplainInput): readonly (readonly string[])[] {
  if (decision.recommends === undefined) return [];
  if (isSimulated) return [['Recommended', 'A run would send nothing, and ask a person to approve it.']];
  const answer = answers.find(({ decisionId }) => decisionId === decision.id);
  if (answer !== undefined) {
    const why = answer.because === null ? '' : `: ${answer.because}`;
    return [['Recommended', `${answer.verdict} by ${answer.actor} at ${writtenTime(answer.atMs)}${why}`]];
  }
  const waits = `It waits for approval: approve decision ${decision.id}, or reject decision ${decision.id} --because TEXT.`;
  const isNewest = history.at(-1)?.id === decision.id;
  return [['Recommended', isNewest ? waits : 'Nobody has answered, and a newer decision has overtaken it.']];
}

function ruleFileText({ ruleFileId, ruleFileHash, mode, reason }: RecordedDecision): string {
  if (ruleFileId !== null) return `${ruleFileId} (${mode}), sha256 ${ruleFileHash?.slice(0, 12)}`;
  return reason.code === BY_HAND ? 'by hand, no rule file asked' : 'none applies';
}

const BY_HAND: ReasonCode = 'FM-1901';

/** Remedies send to the card that their reader has before them. */
function readHere(remedy: string): string {
  return remedy.replace(/\bexplain (\d+|\?)(?=\W|$)/g, 'below');
}

/** A review looks at the work, and has none. */
function withoutCandidates({ decision, unitOf, width }: ExplainInput): readonly string[] {
  const { review = [] } = decision;
  if (decision.outcome === 'skip') return ['Nobody was scored.'];
  return review.length === 0 ? ['No candidates.'] : reviewTable(review, unitOf, width);
}

function resultText(decision: RecordedDecision): string {
  const { winner, runnerUp, marginMilli, costCents, intents, review, recommends } = decision;
  if (review !== undefined) return costCents === null ? 'nothing released' : `releases ${formatCents(costCents)}`;
  const invited = intents.flatMap(({ call }) => (call.kind === 'mass_route' ? call.providerIds : []));
  if (invited.length > 0) return `${counted(invited.length, 'provider')} invited`;
  const proposed = recommends?.outcome === 'mass_route' ? recommends.providers.length : 0;
  if (proposed > 0) return `${counted(proposed, 'provider')} to be invited`;
  const parts = [
    winner === null ? 'nobody chosen' : `provider ${winner}`,
    runnerUp === null ? 'no runner-up' : `runner-up ${runnerUp}`,
    ...(marginMilli === null ? [] : [`lead ${pointsText(marginMilli)} points`]),
    ...(costCents === null ? [] : [`cost ${formatCents(costCents)}`]),
  ];
  return parts.join(', ');
}

function blockedLines(decision: RecordedDecision, width: number): readonly string[] {
  const blocked = shownCandidates(decision).filter(({ blockedBy }) => blockedBy.length > 0);
  if (blocked.length === 0) return [];
  const rows = blocked.map(({ providerId, kind, blockedBy }) => [
    String(providerId),
    kind,
    blockedBy.map((reason) => `${reasonText(reason).sentence} (${reason.code})`).join(' '),
  ]);
  return ['Not eligible, and why', ...alignColumns(rows, ['right', 'left', 'left'], width)];
}

type Shown = { readonly width: number; readonly isSimulated: boolean };

function actionLines({ intents, recommends }: RecordedDecision, shown: Shown): readonly string[] {
  if (intents.length === 0 && recommends !== undefined) return ['Actions: none, unless a person approves.'];
  if (intents.length === 0)
    return [shown.isSimulated ? 'Actions: a run would send nothing.' : 'Actions: none were meant to be sent.'];
  const title = shown.isSimulated ? 'Actions that a run would send' : 'Actions (times in UTC)';
  return [title, ...intents.flatMap((intent) => intentLines(intent, shown))];
}

function intentLines(
  { n, call, costCents, claimedAtMs, effects }: RecordedIntent,
  { width, isSimulated }: Shown,
): readonly string[] {
  const indent = ' '.repeat(5);
  const what = `${callText(call)}${costCents === 0 ? '' : `, ${formatCents(costCents)}`}`;
  const notes = [
    ...(claimedAtMs.length > 1
      ? [`may have been sent ${claimedAtMs.length} times: ${claimedAtMs.map(writtenTime).join(', ')}`]
      : []),
    ...(effects.length === 0 && !isSimulated ? ['not settled yet'] : []),
    ...effects.map(
      ({ kind, reason, atMs }) =>
        `${writtenTime(atMs)}  ${kind.replace('_', ' ')}: ${reasonText(reason).sentence} (${reason.code})`,
    ),
  ];
  const lines = [what, ...notes].flatMap((text) => wrapText(text, width - indent.length)).map((line) => indent + line);
  return [`  ${n}`.padEnd(indent.length) + (lines[0] ?? '').trimStart(), ...lines.slice(1)];
}

function afterwardsLines(input: ExplainInput): readonly string[] {
  const rows = afterwardsShown(input).map(({ atMs, decisionId, text }) => [writtenTime(atMs), decisionId ?? '–', text]);
  if (rows.length === 0) return [];
  return ['Afterwards (times in UTC)', ...alignColumns(rows, ['left', 'left', 'left'], input.width)];
}

/** But for what the actions say themselves. */
export function afterwardsShown({
  decision,
  history,
  answers = [],
  seen = [],
}: ExplainInput): readonly AfterwardsEvent[] {
  const events = afterwards({ decision, history, answers, seen });
  return events.filter(({ kind, decisionId }) => kind !== 'effect' || decisionId !== decision.id);
}

function shadowLines(shadows: readonly RecordedDecision[], { width, isSimulated }: Shown): readonly string[] {
  if (shadows.length === 0) return [];
  const rows = shadows.map((shadow) => [
    ...(isSimulated ? [] : [shadow.id]),
    shadow.ruleFileId ?? '–',
    `${shadow.outcome}${shadow.winner === null ? '' : ` ${shadow.winner}`}`,
    `${shadow.reason.code} ${reasonText(shadow.reason).title}`,
  ]);
  return [
    isSimulated ? 'The other files that decide it' : 'In shadow (explain with the id shows it in full)',
    ...alignColumns(rows, isSimulated ? ['left', 'left', 'left'] : ['left', 'left', 'left', 'left'], width),
  ];
}
