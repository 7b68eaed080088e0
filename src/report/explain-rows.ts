import { marginParts } from '../analysis/margin.ts';
import { formatCents } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { RecordedCandidate, RecordedDecision, RecordedIntent } from '../domain/recorded-decision.ts';
import { type AfterwardsEvent, afterwards } from './afterwards.ts';
import { callText } from './call-text.ts';
import { counted } from './counted.ts';
import type { ExplainInput } from './explain-input.ts';
import { durationText, pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';
import { shownCandidates } from './slate-table.ts';
import { stageText } from './stage-text.ts';

/* What explain says, as plain texts in rows: the card aligns them, the page makes tables of them. */

export function headTitle({ decision, isSimulated = false }: ExplainInput): string {
  const what = isSimulated ? 'Simulated decision' : `Decision ${decision.id}`;
  return `${what}, work order ${decision.workOrderId}: ${decision.workOrder.title}`;
}

/** Names with what they are, of the decision as a whole. */
export function headRows(input: ExplainInput): readonly (readonly string[])[] {
  const { decision, stages, isSimulated = false } = input;
  const { title, sentence, remedy } = reasonText(decision.reason);
  const opened = `${writtenTime(decision.openedAt.atMs)} (${decision.openedAt.source.replace('_', ' ')}), ${durationText(decision.decidedAtMs - decision.openedAt.atMs)} before`;
  const lead = leadText(decision);
  return [
    ...(decision.mode === 'shadow'
      ? [['In shadow', 'The rule file only says what it would do: nothing was sent, and nobody was asked.']]
      : []),
    ...recommendedRow(input),
    ['Outcome', `${decision.outcome} – ${title} (${decision.reason.code})`],
    ['Because', sentence],
    ...(remedy === 'Nothing to do.' ? [] : [['To do', readHere(remedy)]]),
    ['Result', resultText(decision)],
    ...(lead === null ? [] : [['Lead', lead]]),
    [
      'Decided',
      `${writtenTime(decision.decidedAtMs)}, ${isSimulated ? '' : `run ${decision.runId}, `}engine ${decision.engineVersion}`,
    ],
    ['Rule file', ruleFileText(decision)],
    ...(decision.ruleFileId === null || decision.review !== undefined ? [] : [['Stage', stageText(decision, stages)]]),
    ['Opened', opened],
  ];
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

/** Winner and runner-up; null: there are not two. */
export function firstTwo({
  candidates,
  winner,
  runnerUp,
}: RecordedDecision): readonly [RecordedCandidate, RecordedCandidate] | null {
  const [first, second] = [winner, runnerUp].map((id) => candidates.find(({ providerId }) => providerId === id));
  return first === undefined || second === undefined ? null : [first, second];
}

/** What makes the winner's lead over the runner-up; null: nobody was second. */
export function leadText(decision: RecordedDecision): string | null {
  const two = firstTwo(decision);
  if (two === null) return null;
  const [first, second] = two;
  const parts = marginParts(first, second).filter(({ leadMilli }) => leadMilli !== 0);
  const told = parts.map(({ key, leadMilli }) => `${key} ${signedPoints(leadMilli)}`);
  const total = first.pointsMilli - second.pointsMilli;
  const made = told.length === 0 ? 'equal in every criterion' : told.join(', ');
  return `${signedPoints(total)} points: ${made}${total === 0 ? '; the tie-break of the rule file decided' : ''}`;
}

export function signedPoints(milli: number): string {
  return milli > 0 ? `+${pointsText(milli)}` : pointsText(milli).replace('-', '−');
}

/** Provider, kind, why not eligible; of those that the slate's table shows. */
export function blockedRows(decision: RecordedDecision): readonly (readonly string[])[] {
  const blocked = shownCandidates(decision).filter(({ blockedBy }) => blockedBy.length > 0);
  return blocked.map(({ providerId, kind, blockedBy }) => [
    String(providerId),
    kind,
    blockedBy.map((reason) => `${reasonText(reason).sentence} (${reason.code})`).join(' '),
  ]);
}

/** What was to be sent, then how it went, a text each. */
export function intentTexts(
  { call, costCents, claimedAtMs, effects }: RecordedIntent,
  isSimulated: boolean,
): readonly string[] {
  return [
    `${callText(call)}${costCents === 0 ? '' : `, ${formatCents(costCents)}`}`,
    ...(claimedAtMs.length > 1
      ? [`may have been sent ${claimedAtMs.length} times: ${claimedAtMs.map(writtenTime).join(', ')}`]
      : []),
    ...(effects.length === 0 && !isSimulated ? ['not settled yet'] : []),
    ...effects.map(
      ({ kind, reason, atMs }) =>
        `${writtenTime(atMs)}  ${kind.replace('_', ' ')}: ${reasonText(reason).sentence} (${reason.code})`,
    ),
  ];
}

/** Null: there is something to send, or was. */
export function noActionsText({ intents, recommends }: RecordedDecision, isSimulated: boolean): string | null {
  if (intents.length > 0) return null;
  if (recommends !== undefined) return 'none, unless a person approves.';
  return isSimulated ? 'a run would send nothing.' : 'none were meant to be sent.';
}

/** What happened afterwards, but for what the actions say themselves. */
export function afterwardsShown({
  decision,
  history,
  answers = [],
  seen = [],
}: ExplainInput): readonly AfterwardsEvent[] {
  const events = afterwards({ decision, history, answers, seen });
  return events.filter(({ kind, decisionId }) => kind !== 'effect' || decisionId !== decision.id);
}

/** Decision (of a simulated one none), rule file, outcome, reason. */
export function shadowRows(shadows: readonly RecordedDecision[], isSimulated: boolean): readonly (readonly string[])[] {
  return shadows.map((shadow) => [
    ...(isSimulated ? [] : [shadow.id]),
    shadow.ruleFileId ?? '–',
    `${shadow.outcome}${shadow.winner === null ? '' : ` ${shadow.winner}`}`,
    `${shadow.reason.code} ${reasonText(shadow.reason).title}`,
  ]);
}
