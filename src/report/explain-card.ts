import type { FactUnit } from '../domain/fact.ts';
import { formatCents } from '../domain/money.ts';
import type { WriteCall } from '../domain/write-call.ts';
import type { RecordedCandidate, RecordedDecision } from '../engine/ports.ts';
import { alignColumns } from './align.ts';
import { attritionTable } from './attrition.ts';
import { ageText, factText, pointsText } from './fact-text.ts';
import { printableLines } from './printable.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';
import { MAX_SHOWN_CANDIDATES, orderCandidates, slateTable } from './slate-table.ts';

export type ExplainInput = {
  readonly decision: RecordedDecision;
  /** What shadow rule files would have done with the same work order; shown as a line each. */
  readonly shadows: readonly RecordedDecision[];
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
};

/** Why a decision came out as it did, for a dispatcher to read: a text of several paragraphs. */
export function explainCard({ decision, shadows, unitOf }: ExplainInput): string {
  const best = orderCandidates(decision)[0];
  const paragraphs: readonly (readonly string[])[] = [
    headLines(decision),
    decision.candidates.length === 0 ? ['No candidates.'] : slateTable(decision),
    decision.candidates.length === 0 ? [] : attritionTable(decision.candidates),
    blockedLines(decision),
    best === undefined ? [] : factLines(best, { decision, unitOf }),
    actionLines(decision),
    shadowLines(shadows),
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${printableLines(text.join('\n\n'))}\n`;
}

function headLines(decision: RecordedDecision): readonly string[] {
  const { title, sentence, remedy } = reasonText(decision.reason);
  const opened = `${writtenTime(decision.openedAt.atMs)} (${decision.openedAt.source}), ${ageText(decision.decidedAtMs - decision.openedAt.atMs)} before`;
  const rule =
    decision.ruleFileId === null
      ? 'none applies'
      : `${decision.ruleFileId} (${decision.mode}), sha256 ${decision.ruleFileHash?.slice(0, 12)}`;
  const due = decision.dueStages.length === 0 ? 'none' : decision.dueStages.join(', ');
  const rows = [
    ['Outcome', `${decision.outcome} – ${title} (${decision.reason.code})`],
    ['Because', sentence],
    ...(remedy === 'Nothing to do.' ? [] : [['To do', remedy]]),
    ['Result', resultText(decision)],
    ['Decided', `${writtenTime(decision.decidedAtMs)}, run ${decision.runId}, engine ${decision.engineVersion}`],
    ['Rule file', rule],
    ['Stage', `${decision.stage ?? 'none'} of those due: ${due}`],
    ['Opened', opened],
  ];
  const head = `Decision ${decision.id}, work order ${decision.workOrderId}: ${decision.workOrder.title}`;
  return [head, ...alignColumns(rows, ['left', 'left'])];
}

function resultText({ winner, runnerUp, marginMilli, costCents, intents }: RecordedDecision): string {
  const invited = intents.flatMap(({ call }) => (call.kind === 'mass_route' ? call.providerIds : []));
  if (invited.length > 0) return `${invited.length} provider(s) invited`;
  const parts = [
    winner === null ? 'nobody chosen' : `provider ${winner}`,
    runnerUp === null ? 'no runner-up' : `runner-up ${runnerUp}`,
    ...(marginMilli === null ? [] : [`margin ${pointsText(marginMilli)} points`]),
    ...(costCents === null ? [] : [`cost ${formatCents(costCents)}`]),
  ];
  return parts.join(', ');
}

function blockedLines(decision: RecordedDecision): readonly string[] {
  const blocked = orderCandidates(decision)
    .slice(0, MAX_SHOWN_CANDIDATES)
    .filter(({ blockedBy }) => blockedBy.length > 0);
  if (blocked.length === 0) return [];
  const rows = blocked.map(({ providerId, blockedBy }) => [
    String(providerId),
    blockedBy.map((reason) => `${reasonText(reason).sentence} (${reason.code})`).join(' '),
  ]);
  return ['Not eligible, and why', ...alignColumns(rows, ['right', 'left'])];
}

function factLines(
  candidate: RecordedCandidate,
  { decision, unitOf }: Pick<ExplainInput, 'decision' | 'unitOf'>,
): readonly string[] {
  const rows = candidate.criteria.flatMap((criterion) =>
    criterion.evidence.map(({ fact, written, value, source, observedAtMs }) => [
      criterion.key,
      fact,
      written,
      factText(value, unitOf(fact.replace(/\{.*/s, ''))),
      source ?? '–',
      observedAtMs === null ? '–' : ageText(decision.decidedAtMs - observedAtMs),
      verdictWord(criterion),
    ]),
  );
  if (rows.length === 0) return [];
  const role = candidate.providerId === decision.winner ? 'the winner' : 'the best placed';
  const heads = ['criterion', 'fact', 'asked', 'value', 'source', 'age', 'verdict'];
  const alignments = heads.map(() => 'left' as const);
  return [`Facts of provider ${candidate.providerId}, ${role}`, ...alignColumns([heads, ...rows], alignments)];
}

function verdictWord({ applies, verdict, decidedBy }: RecordedCandidate['criteria'][number]): string {
  if (!applies) return 'does not apply';
  const by = { facts: '', platform: ' (Field Nation’s own verdict)', on_missing: ' (on_missing)' }[decidedBy];
  return `${verdict.replace('_', ' ')}${by}`;
}

function actionLines({ intents }: RecordedDecision): readonly string[] {
  if (intents.length === 0) return ['Actions: none were meant to be sent.'];
  const lines = intents.flatMap(({ n, call, costCents, effects }) => [
    `  ${n}  ${callText(call)}${costCents === 0 ? '' : `, ${formatCents(costCents)}`}`,
    ...(effects.length === 0 ? ['     not settled yet'] : []),
    ...effects.map(
      ({ kind, reason, atMs }) => `     ${writtenTime(atMs)}  ${kind}: ${reasonText(reason).sentence} (${reason.code})`,
    ),
  ]);
  return ['Actions', ...lines];
}

/** A write in the words of the platform's pages. */
export function callText(call: WriteCall): string {
  switch (call.kind) {
    case 'publish':
    case 'unpublish':
    case 'complete':
    case 'approve':
    case 'unapprove':
      return call.kind;
    case 'incomplete':
      return `send back incomplete (reason ${call.reasonId}): ${call.reason}`;
    case 'auto_dispatch':
      return `hand over to the platform's auto-dispatch for ${call.dispatch.delaySeconds} s (rule ${call.dispatch.selectionRuleId}, ${call.dispatch.shouldRoute ? 'route' : 'publish'})`;
    case 'mass_route_pool':
      return `mass-route to talent pool ${call.talentPoolId}`;
    case 'decline_request':
      return `decline request ${call.requestId} of provider ${call.providerId}`;
    case 'mass_route':
      return `mass-route to ${call.providerIds.length} provider(s): ${call.providerIds.join(', ')}`;
    case 'accept_counter':
      return `accept counter-offer ${call.requestId} of provider ${call.providerId}`;
    case 'unroute':
      return `withdraw the route of provider ${call.providerId}`;
    case 'unassign':
      return `un-assign provider ${call.providerId} (reason ${call.reasonId})`;
    case 'assign':
    case 'route':
      return `${call.kind} provider ${call.providerId}`;
  }
}

function shadowLines(shadows: readonly RecordedDecision[]): readonly string[] {
  if (shadows.length === 0) return [];
  const rows = shadows.map((shadow) => [
    shadow.id,
    shadow.ruleFileId ?? '–',
    `${shadow.outcome}${shadow.winner === null ? '' : ` ${shadow.winner}`}`,
    `${shadow.reason.code} ${reasonText(shadow.reason).title}`,
  ]);
  return ['In shadow', ...alignColumns(rows, ['left', 'left', 'left', 'left'])];
}
