import type { Effect } from '../domain/decision.ts';
import type { JsonValue } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import { REASONS, type ReasonCode, reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import { primaryTypeOfWork } from '../domain/work-order.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import type { RunReport } from '../engine/run-once.ts';
import { pointsText } from '../report/fact-text.ts';
import { printable } from '../report/printable.ts';

/** One line for a dispatcher: what, on whom, out of how many, at what price, and why; `explain` has the sentence. */
export function decisionLine(decision: RunDecision, effects: readonly Effect[]): string {
  const { planned } = decision;
  const { workOrder, outcome, reason } = planned;
  const what = [outcome.replace('_', '-'), ...chosen(decision)].join(' ');
  const cost = planned.costCents === null ? [] : [formatCents(planned.costCents)];
  const margin = planned.marginMilli === null ? [] : [`+${pointsText(planned.marginMilli)} points`];
  const ends = effects.map((effect) => effect.kind.replace('_', ' '));
  const marks = [...(decision.isUnchanged ? ['unchanged'] : []), ...(planned.mode === 'shadow' ? ['shadow'] : [])];
  const parts = [
    `${workOrder.id}`.padEnd(7),
    printable(primaryTypeOfWork(workOrder)?.name ?? workOrder.title)
      .slice(0, 24)
      .padEnd(24),
    slateText(decision).padEnd(34),
    `→ ${[what, ...cost, ...margin].join('  ')}`.padEnd(38),
    reason.code,
    REASONS[reason.code].title,
    ...(ends.length > 0 ? [`[${ends.join(', ')}]`] : []),
    ...marks.map((mark) => `[${mark}]`),
  ];
  return parts.join(' ').trimEnd();
}

function chosen({ planned }: RunDecision): readonly string[] {
  if (planned.winner !== null) return [String(planned.winner)];
  return planned.intents.flatMap(({ call }) =>
    call.kind === 'mass_route' ? [`${call.providerIds.length} providers`] : [],
  );
}

function slateText({ planned }: RunDecision): string {
  const count = countKinds(planned.candidates.map((one) => one.scored.candidate.kind));
  const eligible = planned.candidates.filter((one) => one.isEligible).length;
  return `${count.request} req, ${count.routed} routed, ${count.bench} bench, ${eligible} eligible`;
}

function countKinds(kinds: readonly ('request' | 'routed' | 'bench')[]): {
  readonly request: number;
  readonly routed: number;
  readonly bench: number;
} {
  const count = { request: 0, routed: 0, bench: 0 };
  for (const kind of kinds) count[kind] += 1;
  return count;
}

/** One object a decision, for `run --json`. */
export function decisionJson(decision: RunDecision, effects: readonly Effect[]): JsonValue {
  const { planned } = decision;
  const count = countKinds(planned.candidates.map((one) => one.scored.candidate.kind));
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
    marginPoints: planned.marginMilli === null ? null : planned.marginMilli / 1000,
    costCents: planned.costCents,
    candidates: { ...count, eligible: planned.candidates.filter((one) => one.isEligible).length },
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
export function summaryJson(report: RunReport, dryRunBecause: string | null): JsonValue {
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

/** What a run came to, in a few lines. */
export function summaryText(report: RunReport, dryRunBecause: string | null): string {
  const { summary } = report;
  const outcomes = Object.entries(summary.byOutcome).map(([outcome, count]) => `${count} ${outcome.replace('_', '-')}`);
  const { effects } = summary;
  const lines = [
    `${summary.openWorkOrders} open work orders, ${summary.decisions} decisions: ${outcomes.join(', ') || 'none'}; ${summary.unchanged} unchanged.`,
    ...(dryRunBecause === null
      ? [
          `${summary.actions} actions: ${effects.confirmed} writes confirmed, ${effects.refused} refused, ${effects.lost_race} lost races, ${effects.unknown} not settled; ${formatCents(summary.committedCents)} committed.`,
        ]
      : [`Dry run (${dryRunBecause}): nothing was sent and nothing recorded.`]),
    ...(summary.quarantined.length > 0
      ? [
          `${summary.quarantined.length} rows could not be understood:`,
          ...summary.quarantined.slice(0, 5).map(quarantineLine),
        ]
      : []),
    ...(summary.stopped === null
      ? []
      : [`STOPPED ${summary.stopped.code}: ${summary.stopped.message} ${reasonRemedy(summary.stopped.code, {})}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function quarantineLine(row: RunReport['summary']['quarantined'][number]): string {
  const where = row.workOrderId === null || row.workOrderId === row.id ? '' : ` of work order ${row.workOrderId}`;
  return `  ${row.what} ${row.id ?? '(no id)'}${where}: ${printable(row.reason)}`;
}
