import { approvedActions } from '../decide/approved.ts';
import type { Decision, Effect } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { Environment, Run } from '../domain/run.ts';
import { actOnDecisions } from './act.ts';
import { recheckRequired } from './authority.ts';
import { closeFailed, closingOnFailure, summariseNothing } from './close-failed.ts';
import { closeRun } from './close-run.ts';
import { type DemotedCanary, demoteCanaries } from './demote-canaries.ts';
import { noteRules, type RulesSeen } from './note-rules.ts';
import { observeAcceptances } from './observe-acceptances.ts';
import { inOrderOfTurns } from './order-of-turns.ts';
import type { ActContext } from './perform-intent.ts';
import { planAndRemember } from './plan-and-remember.ts';
import { compileReviews } from './plan-reviews.ts';
import { type Planner, planRun, type RunPlan } from './plan-run.ts';
import { type DecisionStore, type DispatchTarget, LedgerFailure, type LedgerView } from './ports.ts';
import { type PulledLists, pullLists } from './pull-inputs.ts';
import { recheckReview } from './recheck-review.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { type RunDecision, recordDecisions } from './record-decisions.ts';
import { type AnyRun, type RunReport, reportRun, tripOf } from './run-report.ts';
import { sizeOfSlate } from './slate-size.ts';

export type RunDeps = Omit<Planner, 'ledger'> & {
  readonly target: DispatchTarget;
  /** Null for a dry run, which has none to write to. */
  readonly store: DecisionStore | null;
  /** What a dry run reads instead; null where there is no ledger yet. */
  readonly view: LedgerView | null;
  readonly environment: Environment;
  readonly engineVersion: string;
  readonly observer: RunObserver;
  /** Left out: the set is all there is, and where it comes from is not known. */
  readonly rulesSeen?: RulesSeen;
  /** By how much this machine's clock is ahead of the platform's, after an answer of it; null: it cannot be told. */
  readonly clockSkewMs?: () => number | null;
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
  /** `manual:<uuid>`, `webhook:<uuid>`, or the scheduled minute. */
  readonly tick: string;
  readonly isDryRun: boolean;
  /** Null: every open work order. What the others bind counts all the same. */
  readonly only: readonly WorkOrderId[] | null;
  /** As reconcile's. */
  readonly isScheduled?: boolean;
  /** As the planner's. */
  readonly pullAnew?: Planner['pullAnew'];
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
  if (request.isDryRun) return dryRun({ deps, run, requestsBefore }, request);
  if (deps.store === null) throw new TypeError('a run that acts needs a ledger');
  const live: LiveRun = { deps, store: deps.store, run, requestsBefore };
  // The company is known only after the first read; a ledger of another environment gets no row of ours at all.
  await bindEnvironment(live.store, deps.environment);
  await live.store.recordRuleSet(deps.ruleSet, run.startedAtMs);
  await noteRules(live.store, deps.rulesSeen ?? SET_ALONE, { set: deps.ruleSet, atMs: run.startedAtMs });
  if ((await live.store.openRun(run)) === 'taken')
    throw new TickTaken(`a run for tick ${run.tick} is already in the ledger`);
  return closingOnFailure(live, () => liveRun(live, request));
}

/** Throws `LedgerFailure` where the ledger is another environment's. */
export async function bindEnvironment(
  store: Pick<DecisionStore, 'bindIdentity'>,
  environment: Environment,
): Promise<void> {
  const bound = await store.bindIdentity({ environment, companyId: null });
  if (bound.kind === 'foreign') throw foreignLedger(bound.message);
}

const SET_ALONE: RulesSeen = { refused: null, readCommit: async () => null };

type DryRun = AnyRun & { readonly deps: RunDeps };

type LiveRun = DryRun & { readonly store: DecisionStore };

async function dryRun(any: DryRun, { only, pullAnew = [] }: RunRequest): Promise<RunReport> {
  const { deps } = any;
  const lists = await pullLists(deps);
  const wrongClock = stoppedByClock(any, true);
  if (wrongClock !== null) return wrongClock;
  await refuseForeignView(deps, lists);
  const rules = await demoteCanaries({ ...deps, ledger: deps.view, store: null });
  const plan = await planRun({ ...deps, ...rules, ledger: deps.view, pullAnew }, lists, only);
  const all = [...plan.decided.decisions, ...plan.reviews.decisions];
  const decisions = all.map((planned) => ({ planned, id: null, isUnchanged: false, slate: sizeOfSlate(planned) }));
  for (const decision of decisions) deps.observer.onDecision(decision);
  const stopped = tripOf(deps, plan) ?? plan.decided.tripped ?? plan.reviews.tripped;
  return reportRun({
    ...any,
    plan,
    demoted: rules.demoted,
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

/** By a clock that is wrong every stage may look due and every request over: then nothing is settled or decided by it. */
function stoppedByClock(any: DryRun, isDryRun: boolean): RunReport | null {
  const { deps, run } = any;
  const skewMs = deps.clockSkewMs?.() ?? null;
  if (skewMs === null || Math.abs(skewMs) <= deps.limits.maxClockSkewMs) return null;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const detail = { seconds, side: skewMs < 0 ? 'behind' : 'ahead of', limit: deps.limits.maxClockSkewMs / 1000 };
  const stopped = { code: 'FM-7013', message: reasonSentence('FM-7013', detail) } as const;
  const summary = summariseNothing(any, { stopped, isDryRun });
  return { run, isDryRun, result: 'tripped', decisions: [], effects: [], summary };
}

/** A dry run binds nothing, but it must not be planned on the history of somebody else's work orders either. */
export async function refuseForeignView(
  deps: Pick<RunDeps, 'view' | 'environment'>,
  lists: PulledLists,
): Promise<void> {
  const identity = deps.view === null ? null : await deps.view.identity();
  if (identity === null) return;
  const companyId = companyOf(lists);
  const isForeign =
    identity.environment !== deps.environment ||
    (identity.companyId !== null && companyId !== null && identity.companyId !== companyId);
  if (!isForeign) return;
  const theirs = `${identity.environment}, company ${identity.companyId ?? 'not known'}`;
  throw foreignLedger(
    `this ledger belongs to ${theirs}; this run is for ${deps.environment}, company ${companyId ?? 'not known'}`,
  );
}

function companyOf({ open, assigned, drafts, finished }: PulledLists): number | null {
  return (
    [...open, ...assigned, ...drafts, ...finished].find((workOrder) => workOrder.companyId !== null)?.companyId ?? null
  );
}

const NOTHING_SETTLED: Reconciled = { effects: [], confirmedCents: 0 };

async function liveRun(live: LiveRun, { only, isScheduled, pullAnew = [] }: RunRequest): Promise<RunReport> {
  const { deps, store } = live;
  const first = await pullLists(deps);
  const wrongClock = stoppedByClock(live, false);
  if (wrongClock !== null) return closeRun(live, wrongClock);
  const settled = await bindAndReconcile(live, { lists: first, isScheduled: isScheduled ?? false });
  // Whatever an earlier run left open counts, once it is settled.
  const rules = await demoteCanaries({ ...deps, ledger: store, store });
  return decideAndAct({ ...live, deps: { ...deps, ruleSet: rules.ruleSet, pullAnew } }, { only, ...settled, ...rules });
}

type Begun = {
  readonly only: readonly WorkOrderId[] | null;
  readonly lists: PulledLists;
  readonly reconciled: Reconciled;
  readonly demoted: readonly DemotedCanary[];
};

async function decideAndAct(live: LiveRun, { only, lists, reconciled, demoted }: Begun): Promise<RunReport> {
  const { deps, store, run } = live;
  const { plan, garbled } = await planAndRemember({ ...deps, demoted, store }, lists, only);
  const open = lists.open.length;
  if (garbled !== null) {
    return closeRun(
      live,
      reportRun({
        ...live,
        plan,
        demoted,
        open,
        isDryRun: false,
        decisions: [],
        recorded: [],
        collisions: 0,
        reconciled,
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
    approvalMaxAgeMs: deps.limits.approvalMaxAgeMs,
    onDecision: deps.observer.onDecision,
  });
  const acted = await actOnDecisions(actContext(live, plan.around), {
    decisions: inOrderOfTurns(recorded.recorded, plan.decided.shares),
    stopAfterErrors: stopAfterErrors(deps),
    onEffect: deps.observer.onEffect,
    isStopping: deps.isStopping ?? (() => false),
  });
  const stopped = plan.decided.tripped ?? plan.reviews.tripped ?? acted.stopped;
  return closeRun(
    live,
    reportRun({
      ...live,
      plan,
      demoted,
      open,
      isDryRun: false,
      ...recorded,
      reconciled,
      acted: acted.effects,
      stopped,
    }),
  );
}

/** The lists, after everything an earlier run left open has been settled as far as reading can. */
async function bindAndReconcile(
  live: LiveRun,
  { lists, isScheduled }: { readonly lists: PulledLists; readonly isScheduled: boolean },
): Promise<{ readonly lists: PulledLists; readonly reconciled: Reconciled }> {
  const { deps, store } = live;
  const bound = await store.bindIdentity({ environment: deps.environment, companyId: companyOf(lists) });
  if (bound.kind === 'foreign') {
    await closeFailed(live, null);
    throw foreignLedger(bound.message);
  }
  const reconciled = await reconcile({ ...deps, store, runId: live.run.id, isScheduled });
  for (const effect of reconciled.effects) deps.observer.onReconciled(effect);
  const now = reconciled.effects.length > 0 ? await pullLists(deps) : lists;
  await observeAcceptances(store, now.assigned, { nowMs: deps.clock.nowMs(), quietTimeMs: deps.limits.quietTimeMs });
  return { lists: now, reconciled };
}

function foreignLedger(message: string): LedgerFailure {
  return new LedgerFailure(
    message,
    'Set FIELDMARSHAL_DB to the ledger of this environment and company, or to a new file.',
  );
}

function actContext(live: LiveRun, around: RunPlan['around']): ActContext {
  const { deps, store, run } = live;
  const reviews = compileReviews(deps.ruleSet);
  return {
    source: deps.source,
    target: deps.target,
    store,
    clock: deps.clock,
    limits: deps.limits,
    runId: run.id,
    recheck: (task, view) =>
      reviews.files.some(({ file }) => file.id === task.ruleFileId)
        ? recheckReview(reviews, task, view)
        : recheckRequired(around, task, view),
    outsidePause: deps.outsidePause ?? (() => null),
  };
}

/** The smallest brake of the configuration and of the files that act; what recommends acts when it is approved. */
function stopAfterErrors(deps: RunDeps): number {
  const approved = new Set(approvedActions(deps).map(({ ruleFileId }) => ruleFileId));
  const ofFiles = [...deps.ruleSet.files, ...deps.ruleSet.reviews]
    .filter(({ id, mode }) => mode === 'enforce' || mode === 'canary' || (mode === 'recommend' && approved.has(id)))
    .flatMap((file) => file.guardrails.stopAfterErrors ?? []);
  return Math.min(deps.limits.stopAfterErrors, ...ofFiles);
}
