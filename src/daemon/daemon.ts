import type { Log } from '../log.ts';
import type { DaemonClock } from './clock.ts';
import { createHealth, type Health, type HealthReport } from './health.ts';
import { type DaemonMetrics, resultOf } from './metrics.ts';
import { performRun, type RunOutcome, type RunParts } from './perform-run.ts';
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
  /** How long the run under way may take to finish once asked to stop. */
  readonly drainMs: number;
};

export type Daemon = {
  /** `paused`: see `HealthReport`. */
  readonly health: (paused?: string | null) => HealthReport;
  /**
   * Resolves after the stop: `drained` when no run is under way any more, `abandoned` when one still was at the deadline.
   * Rejects with what no daemon goes on after: a failed ledger, or a bug.
   */
  readonly ended: Promise<'drained' | 'abandoned'>;
};

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
    health: (paused = null) =>
      state.health.report({
        paused,
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
  /** The run under way; null between runs. */
  running: Promise<void> | null;
  timekeeper: Timekeeper | null;
};

function toState(parts: DaemonParts): State {
  return {
    parts,
    health: createHealth(parts.clock, parts.schedule),
    failed: Promise.withResolvers<never>(),
    running: null,
    timekeeper: null,
  };
}

/** The one place where a run begins, and so the one that keeps two from overlapping. */
function begin(state: State, due: Due): boolean {
  if (state.parts.stop.aborted || state.running !== null) return false;
  state.running = run(state, due)
    .catch((error: unknown) => {
      // The ledger failed or we have a bug: nothing more may begin.
      state.timekeeper?.stop();
      state.failed.reject(error);
    })
    .finally(() => {
      state.running = null;
    });
  return true;
}

async function run(state: State, due: Due): Promise<void> {
  const { parts } = state;
  const beganMs = parts.clock.monotonicMs();
  const outcome = await performRun(parts, due.tick);
  note(state, { due, outcome, durationMs: Math.round(parts.clock.monotonicMs() - beganMs) });
  await parts.note?.(outcome);
  // Not waited for: a slow mail server is no reason to dispatch late.
  void parts.tell?.();
  if (outcome.kind !== 'taken') {
    state.timekeeper?.noteRun();
  } else if (due.because === 'start' && (outcome.ledger?.openIntents ?? 0) > 0 && !parts.stop.aborted) {
    // The process before us died with a write under way: that is settled now and not at the next moment.
    await run(state, { tick: `start:${new Date(parts.clock.wallMs()).toISOString()}`, because: 'catch_up' });
  }
}

function note(
  { parts, health }: State,
  ran: { readonly due: Due; readonly outcome: RunOutcome; readonly durationMs: number },
): void {
  const { level, sentence, fields } = describeRun(ran);
  parts.log[level](fields, sentence);
  parts.metrics.noteRun(ran.outcome, ran.durationMs);
  const result = resultOf(ran.outcome);
  health.noteResult(result);
  if (result !== 'done') return;
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
  if (state.running === null) return 'drained';
  log.info({ drainSeconds: drainMs / 1000 }, 'asked to stop: the action under way is finished, no other is begun');
  const deadline = Promise.withResolvers<'abandoned'>();
  const cancel = clock.after(drainMs, () => deadline.resolve('abandoned'));
  const result = await Promise.race([state.running.then(() => 'drained' as const), deadline.promise]);
  cancel();
  return result;
}
