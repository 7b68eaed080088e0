import type { Log } from '../log.ts';
import type { DaemonClock } from './clock.ts';
import { createHealth, type Health, type HealthReport } from './health.ts';
import { gatherHints, type HintLimits, type Hints } from './hints.ts';
import { type DaemonMetrics, resultOf } from './metrics.ts';
import { performRun, type RunAsked, type RunOutcome, type RunParts } from './perform-run.ts';
import { describeRun } from './run-line.ts';
import type { Schedule } from './schedule.ts';
import type { Ticker } from './ticker.ts';
import { type Due, startTimekeeper, type Timekeeper } from './timekeeper.ts';

export type DaemonParts = RunParts & {
  readonly clock: DaemonClock;
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  readonly log: Log;
  readonly metrics: DaemonMetrics;
  /** Writes down what a run has to tell people, and tells them; neither ever throws. Left out: nobody is told. */
  readonly note?: (outcome: RunOutcome) => Promise<void>;
  readonly tell?: () => Promise<void>;
  /** Of the runs that hints wake. */
  readonly hintLimits: HintLimits;
  /** How long the run under way may take to finish once asked to stop. */
  readonly drainMs: number;
};

export type Daemon = {
  /** `paused`, `webhook`: see `HealthReport`. */
  readonly health: (paused?: string | null, webhook?: WebhookCounts | null) => HealthReport;
  /** Somebody says that something has happened to a work order: a run looks at it soon. Returns at once. */
  readonly hint: Hints['note'];
  readonly isStopping: () => boolean;
  /**
   * Resolves after the stop: `drained` when no run is under way any more, `abandoned` when one still was at the deadline.
   * Rejects with what no daemon goes on after: a failed ledger, or a bug.
   */
  readonly ended: Promise<'drained' | 'abandoned'>;
};

type WebhookCounts = Omit<NonNullable<HealthReport['webhook']>, 'waiting_work_orders'>;

/** Makes runs on schedule, one at a time, until `stop` is aborted. */
export function startDaemon(parts: DaemonParts): Daemon {
  const state = toState(parts);
  const timekeeper = startTimekeeper({
    clock: parts.clock,
    schedule: parts.schedule,
    ticker: parts.ticker,
    log: parts.log,
    begin: (due) => begin(state, due),
    onOverlap: (tick) => {
      parts.metrics.noteOverlap();
      parts.log.warn({ tick }, 'the run before is still under way; this moment is dropped');
    },
    onRestart: parts.metrics.noteRestart,
  });
  state.timekeeper = timekeeper;
  const ended = Promise.race([state.failed.promise, untilDrained(state, timekeeper)]).finally(timekeeper.stop);
  return {
    hint: (workOrderId) => {
      if (!parts.stop.aborted) state.hints.note(workOrderId);
    },
    isStopping: () => parts.stop.aborted,
    health: (paused = null, webhook = null) =>
      state.health.report({
        paused,
        webhook: webhook === null ? null : { ...webhook, waiting_work_orders: state.hints.waiting() },
        isStopping: parts.stop.aborted,
        is_running: state.running !== null,
        are_rule_files_good: parts.rules.inForce().refused === null,
      }),
    ended,
  };
}

type State = {
  readonly parts: DaemonParts;
  readonly health: Health;
  /** Never resolves. */
  readonly failed: PromiseWithResolvers<never>;
  readonly hints: Hints;
  /** The run under way; null between runs. */
  running: Promise<void> | null;
  /** True while the run under way is one that hints woke. */
  isForHints: boolean;
  /** What the schedule asked for while such a run was under way; it has its turn right after it. */
  next: Due | null;
  timekeeper: Timekeeper | null;
};

function toState(parts: DaemonParts): State {
  const { clock, schedule, log, hintLimits: limits } = parts;
  const begun = () => begin(state, { tick: `webhook:${parts.newRunId()}`, because: 'webhook' });
  const state: State = {
    parts,
    health: createHealth(clock, schedule),
    failed: Promise.withResolvers<never>(),
    hints: gatherHints({ clock, schedule, limits, log, begin: begun }),
    running: null,
    isForHints: false,
    next: null,
    timekeeper: null,
  };
  return state;
}

/** The one place where a run begins, and so the one that keeps two from overlapping. */
function begin(state: State, due: Due): boolean {
  if (state.parts.stop.aborted) return false;
  if (state.running !== null) return putOff(state, due);
  state.isForHints = due.because === 'webhook';
  state.running = run(state, due)
    .catch((error: unknown) => {
      // The ledger failed or we have a bug: nothing more may begin.
      state.timekeeper?.stop();
      state.hints.stop();
      state.next = null;
      state.failed.reject(error);
    })
    .finally(() => {
      state.running = null;
      const { next } = state;
      state.next = null;
      if (next !== null) begin(state, next);
      state.hints.runEnded();
    });
  return true;
}

/** A run for a few work orders must not cost the others their tick. */
function putOff(state: State, due: Due): boolean {
  if (!state.isForHints || due.because === 'webhook' || state.next !== null) return false;
  state.next = due;
  return true;
}

type Looked = { readonly outcome: RunOutcome; readonly only: RunAsked['only'] };

/** Whichever run begins takes the hints; only one that they woke is about them alone. */
async function lookNow({ parts, hints }: State, { tick, because }: Due): Promise<Looked> {
  const hinted = hints.take();
  const only: RunAsked['only'] = because === 'webhook' && hinted !== 'all' ? hinted : null;
  const outcome = await performRun(parts, { tick, only, pullAnew: hinted });
  if (outcome.kind !== 'finished') hints.giveBack(hinted);
  return { outcome, only };
}

async function run(state: State, due: Due): Promise<void> {
  const { parts } = state;
  const beganMs = parts.clock.monotonicMs();
  const { outcome, only } = await lookNow(state, due);
  note(state, { due, outcome, only, durationMs: Math.round(parts.clock.monotonicMs() - beganMs) });
  await parts.note?.(outcome);
  // Not waited for: a slow mail server is no reason to dispatch late.
  void parts.tell?.();
  if (outcome.kind !== 'taken') {
    // The watchdog waits for runs about everything.
    if (due.because !== 'webhook') state.timekeeper?.noteRun();
  } else if (due.because === 'start' && (outcome.ledger?.openIntents ?? 0) > 0 && !parts.stop.aborted) {
    // The process before us died with a write under way: that is settled now and not at the next moment.
    await run(state, { tick: `start:${new Date(parts.clock.wallMs()).toISOString()}`, because: 'catch_up' });
  }
}

function note({ parts, health }: State, ran: Looked & { readonly due: Due; readonly durationMs: number }): void {
  const { level, sentence, fields } = describeRun(ran);
  parts.log[level](fields, sentence);
  parts.metrics.noteRun(ran.outcome, ran.durationMs);
  if (ran.due.because === 'webhook') parts.metrics.noteWebhookRun();
  const result = resultOf(ran.outcome);
  health.noteResult(result);
  // A run about a few work orders is no sign that the others are looked after.
  if (result !== 'done' || ran.due.because === 'webhook') return;
  health.noteGoodRun();
  parts.metrics.noteGoodRun(parts.clock.wallMs());
}

async function untilDrained(state: State, timekeeper: Timekeeper): Promise<'drained' | 'abandoned'> {
  const { clock, log, stop, drainMs } = state.parts;
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  timekeeper.stop();
  state.hints.stop();
  state.next = null;
  if (state.running === null) return 'drained';
  log.info({ drainSeconds: drainMs / 1000 }, 'asked to stop: the action under way is finished, no other is begun');
  const deadline = Promise.withResolvers<'abandoned'>();
  const cancel = clock.after(drainMs, () => deadline.resolve('abandoned'));
  const result = await Promise.race([state.running.then(() => 'drained' as const), deadline.promise]);
  cancel();
  return result;
}
