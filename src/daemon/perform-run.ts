import { type DispatchTarget, PlatformUnavailable, type WorkOrderSource } from '../engine/ports.ts';
import { type RunDeps, type RunRequest, runOnce, TickTaken } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import type { LastGoodRules, RuleSet, RulesInForce } from './rule-reload.ts';

/** Everything a run needs but the rule set, and what to do when it is over. */
export type RunMeans = {
  readonly kind: 'open';
  readonly deps: Omit<RunDeps, 'ruleSet' | 'observer' | 'isStopping'>;
  readonly isDryRun: boolean;
  /** What else is due, before others may act on the ledger again. */
  readonly afterRun?: () => Promise<void>;
  /** Lets others act on the ledger again. */
  readonly release: () => void;
};

export type RunParts = {
  /** Takes the acting lock; `locked`: somebody else keeps it for longer than we wait. */
  readonly open: () => Promise<RunMeans | { readonly kind: 'locked'; readonly message: string }>;
  readonly rules: LastGoodRules;
  /** Aborted: nothing new is begun. */
  readonly stop: AbortSignal;
  readonly newRunId: () => string;
  /** What the ledger holds after the run; null when there is none. */
  readonly lookAtLedger: () => Promise<LedgerState | null>;
};

export type LedgerState = {
  readonly openIntents: number;
  /** Kept elsewhere, as in a log, it shows when a ledger was cut short. */
  readonly chainHead: string | null;
};

/** What came of one tick. Errors of the ledger, and bugs, are thrown: they end the daemon. */
export type RunOutcome = {
  readonly httpRequests: number;
  readonly ruleSet: RuleSet;
  readonly ruleProblems: number;
  readonly ledger: LedgerState | null;
} & (
  | { readonly kind: 'finished'; readonly report: RunReport }
  /** Another run has this tick. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'locked'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly why: PlatformUnavailable['kind']; readonly message: string }
  /** Asked to stop before it had decided anything. */
  | { readonly kind: 'stopped' }
);

/** Which run is made. */
export type RunAsked = Pick<RunRequest, 'tick' | 'only' | 'pullAnew'>;

/** One run from tick to outcome, under the acting lock. */
export async function performRun(parts: RunParts, asked: RunAsked): Promise<RunOutcome> {
  const rules = parts.rules.current();
  const known = { ruleSet: rules.set, ruleProblems: rules.refused?.problems.length ?? 0 };
  const means = await parts.open();
  if (means.kind === 'locked') return { ...means, ...known, httpRequests: 0, ledger: await parts.lookAtLedger() };
  const requestsBefore = means.deps.source.requestCount();
  try {
    const ended = await attempt(parts, { means, rules, asked });
    const httpRequests = means.deps.source.requestCount() - requestsBefore;
    if (!parts.stop.aborted) await means.afterRun?.();
    return { ...ended, ...known, httpRequests, ledger: await parts.lookAtLedger() };
  } finally {
    means.release();
  }
}

type Ended =
  | { readonly kind: 'finished'; readonly report: RunReport }
  | { readonly kind: 'taken' | 'stopped' }
  | { readonly kind: 'unavailable'; readonly why: PlatformUnavailable['kind']; readonly message: string };

async function attempt(
  { stop, newRunId }: RunParts,
  run: { readonly means: RunMeans; readonly rules: RulesInForce; readonly asked: RunAsked },
): Promise<Ended> {
  const { deps, isDryRun } = run.means;
  if (stop.aborted) return { kind: 'stopped' };
  const pulling = createPulling(deps.source, stop);
  const request = { id: newRunId(), ...run.asked, isDryRun, isScheduled: true };
  try {
    const report = await runOnce(
      {
        ...deps,
        ruleSet: run.rules.set,
        rulesSeen: {
          refused: run.rules.refused,
          readCommit: deps.rulesSeen?.readCommit ?? (async () => null),
        },
        source: pulling.source,
        target: pulling.endingWith(deps.target),
        observer: { onDecision: pulling.end, onEffect: () => undefined, onReconciled: () => undefined },
        isStopping: () => stop.aborted,
      },
      request,
    );
    return { kind: 'finished', report };
  } catch (error) {
    if (error instanceof TickTaken) return { kind: 'taken' };
    if (!(error instanceof PlatformUnavailable)) throw error;
    if (stop.aborted) return { kind: 'stopped' };
    return { kind: 'unavailable', why: error.kind, message: error.message };
  }
}

/**
 * Lists and profiles can take minutes; a stop ends them at once. What settles a write is read to the end: once a decision
 * is recorded or a call has left, reading goes on. Requests are counted from here, since the client lives longer.
 */
function createPulling(source: WorkOrderSource, stop: AbortSignal) {
  const before = source.requestCount();
  let isPulling = true;
  const end = () => {
    isPulling = false;
  };
  const unlessStopped = <Answer>(read: () => Promise<Answer>): Promise<Answer> =>
    isPulling && stop.aborted
      ? Promise.reject(new PlatformUnavailable('unreachable', 'the daemon was asked to stop'))
      : read();
  const stoppable: WorkOrderSource = {
    ...source,
    pullList: (list) => unlessStopped(() => source.pullList(list)),
    pullPending: (id) => unlessStopped(() => source.pullPending(id)),
    readProfile: (id) => unlessStopped(() => source.readProfile(id)),
    requestCount: () => source.requestCount() - before,
  };
  const endingWith = (target: DispatchTarget): DispatchTarget => ({
    send: (call) => {
      end();
      return target.send(call);
    },
  });
  return { source: stoppable, end, endingWith };
}
