import type { Effect, Reason } from '../domain/decision.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { Run, RunEnd, RunSummary } from '../domain/run.ts';
import type { DemotedCanary } from './demote-canaries.ts';
import type { Planner, RunPlan } from './plan-run.ts';
import type { Reconciled } from './reconcile.ts';
import type { Recorded, RunDecision } from './record-decisions.ts';
import { summarise } from './summary.ts';

export type RunReport = {
  readonly run: Run;
  readonly isDryRun: boolean;
  readonly result: RunEnd['result'];
  readonly decisions: readonly RunDecision[];
  readonly effects: readonly Effect[];
  readonly summary: RunSummary;
};

/** What every run has from its first moment. */
export type AnyRun = {
  readonly deps: Pick<Planner, 'source' | 'limits'>;
  readonly run: Run;
  /** The client's count when the run began. */
  readonly requestsBefore: number;
};

/**
 * Too many rows of lists that could not be understood: the API has changed under us, and nothing is decided on the rest.
 * Profiles and talent pools do not count: what cannot be read of them leaves facts unknown, or one stage without members.
 */
export function tripOf(deps: Pick<Planner, 'limits'>, plan: RunPlan): Reason | null {
  const count = plan.quarantined.filter((row) => !HELPFUL_READS.includes(row.what)).length;
  const total = plan.rowsUnderstood + count;
  const isTooMuch =
    count >= deps.limits.quarantineCountsFrom && count * 100 > total * deps.limits.maxQuarantinedPercent;
  return isTooMuch ? { code: 'FM-7006', detail: { count, total } } : null;
}

/** What a run can do without. */
const HELPFUL_READS: readonly string[] = ['user', 'talent pool', 'talent pools'];

export type Found = AnyRun &
  Recorded & {
    readonly plan: RunPlan;
    readonly demoted: readonly DemotedCanary[];
    readonly open: number;
    readonly isDryRun: boolean;
    readonly reconciled: Reconciled;
    readonly acted: readonly Effect[];
    readonly stopped: Reason | null;
  };

export function reportRun(found: Found): RunReport {
  const { stopped } = found;
  const effects = [...found.reconciled.effects, ...found.acted];
  const summary = summarise({
    openWorkOrders: found.open,
    decisions: found.decisions,
    recorded: found.recorded,
    effects,
    settledCents: found.reconciled.confirmedCents,
    quarantined: found.plan.quarantined,
    httpRequests: found.deps.source.requestCount() - found.requestsBefore,
    stopped: stopped === null ? null : { code: stopped.code, message: reasonSentence(stopped.code, stopped.detail) },
    isDryRun: found.isDryRun,
    collisions: found.collisions,
    pause: found.plan.directives.pause,
    wanted: found.plan.decided.wanted,
    demoted: found.demoted,
  });
  return {
    run: found.run,
    isDryRun: found.isDryRun,
    result: stopped === null ? 'done' : 'tripped',
    decisions: found.decisions,
    effects,
    summary,
  };
}
