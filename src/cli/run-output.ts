import type { Composition } from '../compose.ts';
import type { Effect, Reason } from '../domain/decision.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import { REASONS, type ReasonCode, reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import { PlatformUnavailable } from '../engine/ports.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import type { RunRequest } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import { counted } from '../report/counted.ts';
import { roundedPoints } from '../report/fact-text.ts';
import { printable } from '../report/printable.ts';
import { cutText, DEFAULT_WIDTH, lengthOf } from '../report/wrap.ts';
import type { LedgerHead } from '../store/sqlite/chain.ts';
import { REBUILD_COUNTS_REMEDY } from '../store/sqlite/roll-up.ts';
import { describeFailure, OperatorMistake } from './exit-codes.ts';
import { togetherText } from './together-text.ts';

/** Lines of decisions are made for 120 columns; a wider terminal shows reasons in full, a narrower one wraps. */
export function lineWidth(columns: number | undefined): number {
  return Math.max(DEFAULT_WIDTH, columns ?? 0);
}

/**
 * One line of at most `width` characters for a dispatcher: what, on whom, out of how many, at what price, and why;
 * `explain` has the sentence. Only the reason's title is cut, since its code stands for it.
 */
export function decisionLine(decision: RunDecision, effects: readonly Effect[], width: number): string {
  const { workOrder, reason } = decision.planned;
  const wanted = wantedBy(reason);
  const head = [
    `${workOrder.id}`.padEnd(6),
    cutText(printable(workOrder.title), 16).padEnd(16),
    slateText(decision).padEnd(21),
    wanted === null ? `→ ${whatText(decision)}`.padEnd(18) : `→ ${whatText(decision)}`,
    reason.code,
  ].join(' ');
  const marks = marksOf(decision, effects)
    .map((mark) => ` [${mark}]`)
    .join('');
  const room = width - lengthOf(head) - lengthOf(marks) - 1;
  return `${head} ${cutText(wanted ?? REASONS[reason.code].title, Math.max(LEAST_TITLE, room))}${marks}`;
}

const LEAST_TITLE = 8;

/** What was stopped says more than that it was stopped, which the code stands for. */
function wantedBy({ code, detail }: Reason): string | null {
  const isStopped = code === 'FM-3010' || code === 'FM-3030';
  return isStopped && detail['wanted'] !== undefined ? `wanted: ${detail['wanted']}` : null;
}

function whatText(decision: RunDecision): string {
  const { outcome, costCents, marginMilli } = decision.planned;
  return [
    outcome.replace('_', '-'),
    ...chosen(decision),
    ...(costCents === null ? [] : [formatCents(costCents)]),
    ...(marginMilli === null ? [] : [`lead ${roundedPoints(marginMilli)}`]),
  ].join(' ');
}

function chosen({ planned }: RunDecision): readonly string[] {
  if (planned.winner !== null) return [String(planned.winner)];
  return planned.intents.flatMap(({ call }) => {
    if (call.kind === 'mass_route') return [String(call.providerIds.length)];
    return call.kind === 'mass_route_pool' ? [`pool ${call.talentPoolId}`] : [];
  });
}

/** What came of it: `confirmed`, or `4 confirmed` where several things were sent. */
function marksOf({ planned, isUnchanged }: RunDecision, effects: readonly Effect[]): readonly string[] {
  const counts = Object.entries(countBy(effects.map(({ kind }) => kind.replace('_', ' '))));
  const ends = counts.map(([kind, count]) => (effects.length === 1 ? kind : `${count} ${kind}`)).join(', ');
  return [
    ...(ends === '' ? [] : [ends]),
    ...(isUnchanged ? ['unchanged'] : []),
    ...(planned.mode === 'shadow' ? ['shadow'] : []),
    ...(planned.recommends === undefined ? [] : ['recommended']),
  ];
}

function countBy(words: readonly string[]): { readonly [word: string]: number } {
  const counts: { [word: string]: number } = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Kinds of which there is none are left out. */
function slateText({ planned, slate }: RunDecision): string {
  if (planned.review !== undefined) return reviewText(planned.review);
  // No rule file looked at them: whether anybody asked is not known here, so it is not said.
  const { request, routed, bench, eligible } = slate;
  if (planned.outcome === 'skip' && request + routed + bench === 0) return 'not looked at';
  const kinds = [
    [request, 'req'],
    [routed, 'rtd'],
    [bench, 'bench'],
  ] as const;
  const shown = kinds.filter(([size]) => size > 0).map(([size, word]) => `${size} ${word}`);
  return shown.length === 0 ? 'nobody' : [...shown, `${eligible} elig`].join(' ');
}

function reviewText(review: readonly ReviewedCriterion[]): string {
  const required = review.filter(({ isRequired }) => isRequired);
  const matched = required.filter(({ verdict }) => verdict === 'match').length;
  return required.length === 0 ? 'not reviewed' : `${matched} of ${required.length} met`;
}

/** One object a decision, for `run --json`. */
export function decisionJson(decision: RunDecision, effects: readonly Effect[]): JsonValue {
  const { planned } = decision;
  return {
    type: 'decision',
    id: decision.id,
    workOrderId: planned.workOrder.id,
    title: planned.workOrder.title,
    ruleFile: planned.ruleFileId,
    mode: planned.mode,
    stage: planned.stage,
    dueStages: planned.dueStages,
    outcome: planned.outcome,
    reason: reasonJson(planned.reason.code, planned.reason.detail),
    winner: planned.winner,
    runnerUp: planned.runnerUp,
    ...(planned.recommends === undefined ? {} : { recommends: planned.recommends }),
    marginPoints: planned.marginMilli === null ? null : planned.marginMilli / 1000,
    costCents: planned.costCents,
    ...(planned.review === undefined
      ? {}
      : { review: planned.review.map(({ key, isRequired, verdict }) => ({ key, isRequired, verdict })) }),
    candidates: decision.slate,
    unchanged: decision.isUnchanged,
    actions: planned.intents.map(({ n, call, costCents }) => ({ n, call, costCents })),
    effects: effects.map((effect) => ({
      intent: effect.intentN,
      kind: effect.kind,
      reason: reasonJson(effect.reason.code, effect.reason.detail),
    })),
  };
}

function reasonJson(code: ReasonCode, detail: { readonly [name: string]: string | number }): JsonValue {
  return { code, sentence: reasonSentence(code, detail), remedy: reasonRemedy(code, detail), detail };
}

/** The last object of `run --json`. */
export function summaryJson(report: RunReport, dryRunBecause: string | null): JsonObject {
  return {
    type: 'summary',
    run: report.run.id,
    tick: report.run.tick,
    environment: report.run.environment,
    result: report.result,
    dryRun: dryRunBecause,
    ...report.summary,
  };
}

/** The last object of `run --json` when the run failed; the exit code and stderr say the same. `request` null: none had begun. */
export function failureJson(error: unknown, request: RunRequest | null): JsonValue {
  const problems = error instanceof OperatorMistake ? error.problems : [];
  const code = error instanceof PlatformUnavailable ? 'FM-7005' : (problems[0]?.code ?? null);
  return {
    type: 'summary',
    run: request?.id ?? null,
    tick: request?.tick ?? null,
    result: 'failed',
    stopped: { code, message: describeFailure(error, false).message },
    problems: problems.map(({ where, code: own, what, fix }) => ({ where, code: own, what, fix })),
  };
}

/** The same for a run that was limited to work orders of which none is open. */
export function nothingToDoJson({ environment, dryRunBecause }: Pick<Composition, 'environment' | 'dryRunBecause'>) {
  const counts = { openWorkOrders: null, decisions: 0, unchanged: 0, actions: 0, committedCents: 0 };
  return { type: 'summary', run: null, tick: null, environment, result: 'done', dryRun: dryRunBecause, ...counts };
}

/** What a run came to, in a few lines. */
/** For keeping elsewhere: `ledger verify --head` then shows whether anything before it was cut off or written anew. */
export function headText(head: LedgerHead | null): string {
  return head === null ? '' : `Ledger head: link ${head.links}, ${head.hash}\n`;
}

export function summaryText(report: RunReport, dryRunBecause: string | null): string {
  const { summary } = report;
  const outcomes = Object.entries(summary.byOutcome).map(([outcome, count]) => `${count} ${outcome.replace('_', '-')}`);
  const { effects } = summary;
  const lines = [
    `${counted(summary.openWorkOrders, 'open work order')}, ${counted(summary.decisions, 'decision')}${beyondOpen(report)}: ${outcomes.join(', ') || 'none'}; ${summary.unchanged} unchanged.`,
    ...shadowText(report.decisions),
    ...recommendedText(report.decisions),
    ...(dryRunBecause === null
      ? [
          `${counted(summary.actions, 'action')}: ${counted(effects.confirmed, 'write')} confirmed, ${effects.refused} refused, ${counted(effects.lost_race, 'lost race')}, ${effects.unknown} not settled; ${formatCents(summary.committedCents)} committed.`,
        ]
      : [`Dry run (${dryRunBecause}): nothing was sent and nothing recorded.`]),
    ...togetherText(summary.together),
    ...pulledText(summary.pendingLists),
    ...(summary.paused == null
      ? []
      : [`PAUSED ${summary.paused.code}: ${printable(summary.paused.message)} ${reasonRemedy('FM-7012', {})}`]),
    ...(summary.collisions === 0
      ? []
      : [`${counted(summary.collisions, 'work order')} left alone: another run decided meanwhile.`]),
    ...demotedText(summary.demoted ?? [], dryRunBecause !== null),
    ...(summary.drift ?? []).map(
      ({ code, message, remedy, command }) =>
        `ALARM ${code}: ${printable(`${message} ${remedy}`)} ${printable(command)}`,
    ),
    ...(summary.notCounted === undefined
      ? []
      : [`NOT COUNTED for reports: ${printable(summary.notCounted)}. ${REBUILD_COUNTS_REMEDY}`]),
    ...summary.alarms.map(
      ({ code, decisionId }) =>
        `ALARM decision ${decisionId}: ${REASONS[code].title} (${code}). ${reasonRemedy(code, {})}`,
    ),
    ...(summary.quarantined.length > 0
      ? [
          `${counted(summary.quarantined.length, 'row')} could not be understood:`,
          ...summary.quarantined.slice(0, 5).map(quarantineLine),
        ]
      : []),
    ...(summary.stopped === null
      ? []
      : [`STOPPED ${summary.stopped.code}: ${summary.stopped.message} ${reasonRemedy(summary.stopped.code, {})}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Nothing to say where all were read anyway. */
function pulledText(lists: RunReport['summary']['pendingLists']): readonly string[] {
  if (lists === undefined || lists.kept + lists.unseen === 0) return [];
  const all = counted(lists.pulled + lists.kept, 'list');
  const unseen = lists.unseen === 0 ? '' : `; ${lists.unseen} had changed and nothing had shown it`;
  return [`Read ${lists.pulled} of ${all} of pending providers; the others show no change${unseen}.`];
}

function demotedText(demoted: NonNullable<RunReport['summary']['demoted']>, isDryRun: boolean): readonly string[] {
  return demoted.map(({ code, ruleFileId, message, isNew }) => {
    if (!isNew) return `In shadow since it was demoted: ${ruleFileId} (${code}). report rules says why.`;
    const note = isDryRun ? ' This is a dry run: it would be demoted.' : '';
    return `ALARM ${code}: ${printable(message)}${note} ${reasonRemedy(code, {})}`;
  });
}

/** Drafts and finished work are decided too, and are no open work orders. */
function beyondOpen({ decisions }: RunReport): string {
  const live = decisions.filter(({ planned }) => planned.mode !== 'shadow');
  const reviews = live.filter(({ planned }) => planned.workOrder.status === 'work_done').length;
  const drafts = live.filter(({ planned }) => planned.workOrder.status === 'draft').length;
  if (reviews + drafts === 0) return '';
  const parts = [
    ...(drafts === 0 ? [] : [`${drafts} of drafts`]),
    ...(reviews === 0 ? [] : [`${reviews} of finished work`]),
  ];
  return ` (${parts.join(', ')})`;
}

/** With a first rule file in shadow this is all there is to see of it, and the counts above are skips. */
function shadowText(decisions: readonly RunDecision[]): readonly string[] {
  const outcomes = decisions.flatMap(({ planned }) => (planned.mode === 'shadow' ? [planned.outcome] : []));
  if (outcomes.length === 0) return [];
  const counts = Object.entries(countBy(outcomes)).map(([outcome, count]) => `${count} ${outcome.replace('_', '-')}`);
  return [`In shadow, so nothing of it is sent: ${counts.join(', ')}.`];
}

/** The next word is a person's; in a dry run nothing is recorded that they could answer. */
function recommendedText(decisions: readonly RunDecision[]): readonly string[] {
  const asking = decisions.filter(({ planned }) => planned.recommends !== undefined);
  if (asking.length === 0) return [];
  const ids = asking.flatMap(({ id }) => id ?? []);
  const more = ids.length > MOST_IDS ? ' …' : '';
  const how =
    ids.length === 0 ? '' : `: approve decision ${ids.slice(0, MOST_IDS).join(' ')}${more}, or see approve list`;
  return [`${counted(asking.length, 'decision')} recommended, which waits for approval${how}.`];
}

const MOST_IDS = 3;

function quarantineLine(row: RunReport['summary']['quarantined'][number]): string {
  const where = row.workOrderId === null || row.workOrderId === row.id ? '' : ` of work order ${row.workOrderId}`;
  return `  ${row.what} ${row.id ?? '(no id)'}${where}: ${printable(row.reason)}`;
}
