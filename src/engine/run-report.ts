import type { Effect, Reason } from '../domain/decision.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { Run, RunEnd, RunSummary } from '../domain/run.ts';
import { gainOf } from './batch-gain.ts';
import type { DemotedCanary } from './demote-canaries.ts';
import { countGarbled, isGarbled } from './garbled.ts';
import type { Planner } from './plan-run.ts';
import type { Reconciled } from './reconcile.ts';
import type { PlanToRecord, Recorded, RunDecision } from './record-decisions.ts';
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

/** The API has changed under us, and nothing is decided on the rest. */
export function tripOf(deps: Pick<Planner, 'limits'>, plan: PlanToRecord): Reason | null {
  const garbled = countGarbled({ quarantined: plan.quarantined, understood: plan.rowsUnderstood });
  return isGarbled(garbled, deps.limits) ? { code: 'FM-7006', detail: garbled } : null;
}

export type Found = AnyRun &
  Recorded & {
    readonly plan: PlanToRecord;
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
    pendingLists: found.plan.pendingLists,
    together: gainOf(found.plan.decided.solutions),
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
