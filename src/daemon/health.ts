import type { DaemonClock } from './clock.ts';
import type { Schedule } from './schedule.ts';

/** What `/healthz` answers. */
export type HealthReport = {
  /** `late`: no good run for three intervals. `starting`: none yet, and none missed for that long. */
  readonly status: 'ok' | 'starting' | 'late' | 'stopping';
  readonly last_good_run_at: string | null;
  /** Seconds on the monotonic clock; null before the first good run. */
  readonly last_good_run_age_seconds: number | null;
  readonly last_result: string | null;
  readonly is_running: boolean;
  readonly next_tick: string | null;
  readonly schedule: string;
  /** False while the files on disk have mistakes, and an earlier set is in force. */
  readonly are_rule_files_good: boolean;
  /** By whom, until when and why nothing is sent; null: acting is not paused. A paused daemon is healthy. */
  readonly paused: string | null;
  /** Null: the receiver of the platform's events is turned off. */
  readonly webhook: {
    readonly url: string;
    /** Requests to it since the start, by what became of them. */
    readonly deliveries: { readonly [result: string]: number };
    readonly last_taken_at: string | null;
    /** Hinted at, and not looked at yet. */
    readonly waiting_work_orders: number;
  } | null;
};

export type Health = {
  readonly noteGoodRun: () => void;
  readonly noteResult: (result: string) => void;
  readonly report: (
    now: Pick<HealthReport, 'is_running' | 'are_rule_files_good' | 'paused' | 'webhook'> & { isStopping: boolean },
  ) => HealthReport;
};

const INTERVALS = 3;
const GRACE_MS = 5_000;

/** Remembers the last good run. Ages are taken on the monotonic clock, which nobody can set. */
export function createHealth(clock: DaemonClock, schedule: Schedule): Health {
  const lateAfterMs = () => {
    const wallMs = clock.wallMs();
    const lastMs = schedule.slotsAfter(wallMs, INTERVALS).at(-1) ?? Number.POSITIVE_INFINITY;
    return clock.monotonicMs() + (lastMs - wallMs) + GRACE_MS;
  };
  let good: { readonly wallMs: number; readonly monotonicMs: number } | null = null;
  let lateAtMs = lateAfterMs();
  let lastResult: string | null = null;
  return {
    noteGoodRun: () => {
      good = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
      lateAtMs = lateAfterMs();
    },
    noteResult: (result) => {
      lastResult = result;
    },
    report: ({ isStopping, ...now }) => {
      const isLate = clock.monotonicMs() >= lateAtMs;
      const waiting = good === null ? 'starting' : 'ok';
      const [nextMs] = schedule.slotsAfter(clock.wallMs(), 1);
      return {
        status: isStopping ? 'stopping' : isLate ? 'late' : waiting,
        last_good_run_at: good === null ? null : new Date(good.wallMs).toISOString(),
        last_good_run_age_seconds: good === null ? null : Math.floor((clock.monotonicMs() - good.monotonicMs) / 1000),
        last_result: lastResult,
        next_tick: nextMs === undefined ? null : new Date(nextMs).toISOString(),
        schedule: schedule.expression,
        ...now,
      };
    },
  };
}
