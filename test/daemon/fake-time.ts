import type { DaemonClock, Stop } from '../../src/daemon/clock.ts';
import type { Schedule } from '../../src/daemon/schedule.ts';
import type { Ticker } from '../../src/daemon/ticker.ts';

/** Two clocks that only tests move, and their timers. */
export type FakeTime = DaemonClock & {
  /** Time passes on both clocks, and what is due is called in order. */
  pass(ms: number): void;
  /** Somebody sets the wall clock. */
  jump(ms: number): void;
};

type Timer = { atMs: number; readonly everyMs: number | null; readonly call: () => void };

export function fakeTime(startMs: number): FakeTime {
  let wallMs = startMs;
  let monotonicMs = 0;
  const timers = new Set<Timer>();
  const add = (timer: Timer) => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const moveTo = (atMs: number) => {
    wallMs += atMs - monotonicMs;
    monotonicMs = atMs;
  };
  return {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    every: (ms, call) => add({ atMs: monotonicMs + ms, everyMs: ms, call }),
    after: (ms, call) => add({ atMs: monotonicMs + Math.max(1, ms), everyMs: null, call }),
    pass: (ms) => {
      const untilMs = monotonicMs + ms;
      for (;;) {
        const due = [...timers].reduce<Timer | null>((a, b) => (a === null || b.atMs < a.atMs ? b : a), null);
        if (due === null || due.atMs > untilMs) break;
        moveTo(due.atMs);
        if (due.everyMs === null) timers.delete(due);
        else due.atMs += due.everyMs;
        due.call();
      }
      moveTo(untilMs);
    },
    jump: (ms) => {
      wallMs += ms;
    },
  };
}

const STEP_MS = 5 * 60_000;

/** Every five minutes, without asking a library each second. */
export const EVERY_FIVE_MINUTES: Schedule = {
  expression: '*/5 * * * *',
  slotsAfter: (epochMs, count) =>
    Array.from({ length: count }, (_, n) => (Math.floor(epochMs / STEP_MS) + 1 + n) * STEP_MS),
  latestSlot: (epochMs, afterMs) => {
    const slot = Math.floor(epochMs / STEP_MS) * STEP_MS;
    return slot > afterMs ? slot : null;
  },
};

export type CronModel = Ticker & {
  /** Moments counted one by one because the clock had run past them; a hundred thousand of them freeze the process. */
  counted(): number;
};

/**
 * What node-cron does, as far as clocks go: a timer of at most a day to the next moment; woken too early it sleeps for all
 * of the rest; woken late it counts every moment that went by.
 */
export function cronModel(time: FakeTime, schedule: Schedule): CronModel {
  let counted = 0;
  return {
    counted: () => counted,
    start: (onSlot) => {
      let nextMs = nextAfter(schedule, time.wallMs());
      let stop: Stop = () => undefined;
      const arm = () => {
        stop = time.after(Math.min(86_400_000, Math.max(0, nextMs - time.wallMs())), wake);
      };
      const wake = () => {
        const behind = Math.floor((time.wallMs() - nextMs) / STEP_MS);
        if (behind > 0) {
          counted += behind;
          nextMs += behind * STEP_MS;
        }
        const slotMs = nextMs;
        const isDue = time.wallMs() >= slotMs;
        if (isDue) nextMs = nextAfter(schedule, slotMs);
        arm();
        if (isDue && time.wallMs() - slotMs <= 30_000) onSlot(slotMs);
        else if (isDue) counted += 1;
      };
      arm();
      return () => stop();
    },
  };
}

function nextAfter(schedule: Schedule, epochMs: number): number {
  return schedule.slotsAfter(epochMs, 1)[0] ?? Number.POSITIVE_INFINITY;
}
