import type { Decision, Effect, Reason } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { Environment, Run, RunEnd, RunSummary } from '../domain/run.ts';
import { actOnDecisions } from './act.ts';
import { recheckRequired } from './authority.ts';
import type { ActContext } from './perform-intent.ts';
import { type Planner, planRun, type RunPlan } from './plan-run.ts';
import { type DecisionStore, type DispatchTarget, LedgerFailure, PlatformUnavailable } from './ports.ts';
import { type PulledLists, pullLists } from './pull-inputs.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { type Recorded, type RunDecision, recordDecisions } from './record-decisions.ts';
import { summarise } from './summary.ts';

export type RunDeps = Omit<Planner, 'ledger'> & {
  readonly target: DispatchTarget;
  /** Null only for a dry run where there is no ledger yet. */
  readonly store: DecisionStore | null;
  readonly environment: Environment;
  readonly engineVersion: string;
  readonly observer: RunObserver;
  /** True: asked to stop. What is being done is finished; decisions whose turn has not come are stood down. */
  readonly isStopping?: () => boolean;
};

/** Told what happens while it happens, for progress on a terminal; decides nothing. */
export type RunObserver = {
  readonly onDecision: (decision: RunDecision) => void;
  readonly onEffect: (decision: Decision, effect: Effect) => void;
  /** Effects of earlier runs that were still open. */
  readonly onReconciled: (effect: Effect) => void;
};

export type RunRequest = {
  readonly id: string;
  /** `manual:<uuid>`, or the scheduled minute. */
  readonly tick: string;
  readonly isDryRun: boolean;
  /** Null: every open work order. */
  readonly only: readonly WorkOrderId[] | null;
};

export type RunReport = {
  readonly run: Run;
  readonly isDryRun: boolean;
  readonly result: RunEnd['result'];
  readonly decisions: readonly RunDecision[];
  readonly effects: readonly Effect[];
  readonly summary: RunSummary;
};

/** Another run of this ledger has the same environment and tick. */
export class TickTaken extends Error {
  override readonly name = 'TickTaken';
}

/** The stages, in order: pull → facts → evaluate → decide → record → act → record → report. */
export async function runOnce(deps: RunDeps, request: RunRequest): Promise<RunReport> {
  const requestsBefore = deps.source.requestCount();
  const run: Run = {
    id: request.id,
    environment: deps.environment,
    tick: request.tick,
    startedAtMs: deps.clock.nowMs(),
    engineVersion: deps.engineVersion,
    ruleSetHash: deps.ruleSet.hash,
  };
  if (request.isDryRun) return dryRun({ deps, run, requestsBefore }, request.only);
  if (deps.store === null) throw new TypeError('a run that acts needs a ledger');
  const live: LiveRun = { deps, store: deps.store, run, requestsBefore, planner: { ...deps, ledger: deps.store } };
  // The company is known only after the first read; a ledger of another environment gets no row of ours at all.
  const bound = await live.store.bindIdentity({ environment: deps.environment, companyId: null });
  if (bound.kind === 'foreign') throw foreignLedger(bound.message);
  await live.store.recordRuleSet(deps.ruleSet, run.startedAtMs);
  if ((await live.store.openRun(run)) === 'taken')
    throw new TickTaken(`a run for tick ${run.tick} is already in the ledger`);
  try {
    return await liveRun(live, request.only);
  } catch (error) {
    if (error instanceof PlatformUnavailable)
      await closeFailed(live, { code: 'FM-7005', message: reasonSentence('FM-7005', { message: error.message }) });
    throw error;
  }
}

type AnyRun = {
  readonly deps: RunDeps;
  readonly run: Run;
  /** The client's count when the run began. */
  readonly requestsBefore: number;
};

type LiveRun = AnyRun & { readonly store: DecisionStore; readonly planner: Planner };

async function dryRun(any: AnyRun, only: readonly WorkOrderId[] | null): Promise<RunReport> {
  const { deps } = any;
  const lists = await pullLists(deps);
  const plan = await planRun({ ...deps, ledger: deps.store }, lists, only);
  const decisions = plan.decided.decisions.map((planned) => ({ planned, id: null, isUnchanged: false }));
  for (const decision of decisions) deps.observer.onDecision(decision);
  const stopped = tripOf(deps, plan) ?? plan.decided.tripped;
  return report({
    ...any,
    plan,
    open: lists.open.length,
    isDryRun: true,
    decisions,
    recorded: [],
    collisions: 0,
    reconciled: NOTHING_SETTLED,
    acted: [],
    stopped,
  });
}

const NOTHING_SETTLED: Reconciled = { effects: [], confirmedCents: 0 };

async function liveRun(live: LiveRun, only: readonly WorkOrderId[] | null): Promise<RunReport> {
  const { deps, store, run, planner } = live;
  const settled = await pullAndReconcile(live);
  const plan = await planRun(planner, settled.lists, only);
  const open = settled.lists.open.length;
  await store.saveDirectory(plan.learnt);
  const garbled = tripOf(deps, plan);
  if (garbled !== null) {
    return close(
      live,
      report({
        ...live,
        plan,
        open,
        isDryRun: false,
        decisions: [],
        recorded: [],
        collisions: 0,
        reconciled: settled.reconciled,
        acted: [],
        stopped: garbled,
      }),
    );
  }
  const recorded = await recordDecisions(plan, {
    store,
    runId: run.id,
    engineVersion: deps.engineVersion,
    ruleSetHash: deps.ruleSet.hash,
    onDecision: deps.observer.onDecision,
  });
  const acted = await actOnDecisions(actContext(live, plan.around), {
    decisions: recorded.recorded,
    stopAfterErrors: stopAfterErrors(deps),
    onEffect: deps.observer.onEffect,
    isStopping: deps.isStopping ?? (() => false),
  });
  const { reconciled } = settled;
  const stopped = plan.decided.tripped ?? acted.stopped;
  return close(
    live,
    report({ ...live, plan, open, isDryRun: false, ...recorded, reconciled, acted: acted.effects, stopped }),
  );
}

/** The lists, after everything an earlier run left open has been settled as far as reading can. */
async function pullAndReconcile(
  live: LiveRun,
): Promise<{ readonly lists: PulledLists; readonly reconciled: Reconciled }> {
  const { deps, store } = live;
  const lists = await pullLists(deps);
  const companyId =
    [...lists.open, ...lists.assigned].find((workOrder) => workOrder.companyId !== null)?.companyId ?? null;
  const bound = await store.bindIdentity({ environment: deps.environment, companyId });
  if (bound.kind === 'foreign') {
    await closeFailed(live, null);
    throw foreignLedger(bound.message);
  }
  const reconciled = await reconcile({ ...deps, store, runId: live.run.id });
  for (const effect of reconciled.effects) deps.observer.onReconciled(effect);
  return { lists: reconciled.effects.length > 0 ? await pullLists(deps) : lists, reconciled };
}

function foreignLedger(message: string): LedgerFailure {
  return new LedgerFailure(
    message,
    'Set FIELDMARSHAL_DB to the ledger of this environment and company, or to a new file.',
  );
}

function actContext(live: LiveRun, around: RunPlan['around']): ActContext {
  const { deps, store, run } = live;
  return {
    source: deps.source,
    target: deps.target,
    store,
    clock: deps.clock,
    limits: deps.limits,
    runId: run.id,
    recheck: (task, view) => recheckRequired(around, task, view),
  };
}

/** The smallest brake of the configuration and of the files that act. */
function stopAfterErrors(deps: RunDeps): number {
  const ofFiles = deps.ruleSet.files
    .filter((file) => file.mode === 'enforce' || file.mode === 'canary')
    .flatMap((file) => file.guardrails.stopAfterErrors ?? []);
  return Math.min(deps.limits.stopAfterErrors, ...ofFiles);
}

/**
 * Too many rows of lists that could not be understood: the API has changed under us, and nothing is decided on the rest.
 * Profiles do not count: one that cannot be read leaves its facts unknown.
 */
function tripOf(deps: RunDeps, plan: RunPlan): Reason | null {
  const count = plan.quarantined.filter((row) => row.what !== 'user').length;
  const total = plan.rowsUnderstood + count;
  const isTooMuch =
    count >= deps.limits.quarantineCountsFrom && count * 100 > total * deps.limits.maxQuarantinedPercent;
  return isTooMuch ? { code: 'FM-7006', detail: { count, total } } : null;
}

type Found = AnyRun &
  Recorded & {
    readonly plan: RunPlan;
    readonly open: number;
    readonly isDryRun: boolean;
    readonly reconciled: Reconciled;
    readonly acted: readonly Effect[];
    readonly stopped: Reason | null;
  };

function report(found: Found): RunReport {
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

async function close(live: LiveRun, finished: RunReport): Promise<RunReport> {
  await live.store.closeRun({
    runId: live.run.id,
    endedAtMs: live.deps.clock.nowMs(),
    result: finished.result,
    summary: finished.summary,
  });
  return finished;
}

async function closeFailed(live: LiveRun, stopped: RunSummary['stopped']): Promise<void> {
  const empty = summarise({
    openWorkOrders: 0,
    decisions: [],
    recorded: [],
    effects: [],
    settledCents: 0,
    quarantined: [],
    httpRequests: live.deps.source.requestCount() - live.requestsBefore,
    stopped,
    isDryRun: false,
    collisions: 0,
  });
  await live.store.closeRun({
    runId: live.run.id,
    endedAtMs: live.deps.clock.nowMs(),
    result: 'failed',
    summary: empty,
  });
}
