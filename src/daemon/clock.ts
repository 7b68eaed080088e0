import { performance } from 'node:perf_hooks';

/** Ends what was begun: a timer, a schedule, a server. */
export type Stop = () => void;

/** The two clocks of this machine and its timers. Whoever tests the daemon brings others. */
export interface DaemonClock {
  /** Epoch milliseconds, UTC. May be set back or forward by anybody, by years. */
  wallMs(): number;
  /** Milliseconds since some moment; never goes back, and nobody can set it. */
  monotonicMs(): number;
  /** Calls again and again until stopped. */
  every(ms: number, call: () => void): Stop;
  /** Calls once unless stopped before. */
  after(ms: number, call: () => void): Stop;
}

export function systemDaemonClock(): DaemonClock {
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    every: (ms, call) => {
      const timer = setInterval(call, ms);
      return () => clearInterval(timer);
    },
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * No clock that is right shows less: the day this version was written. Renewed with each release, so that a machine
 * which wakes up in 1970 or at its image's date is noticed before it acts on work orders of the wrong day.
 */
export const WRITTEN_ON = '2026-11-22';

/** Null when the wall clock may be right; else what is wrong, as a sentence. */
export function findClockFault(wallMs: number): string | null {
  const earliestMs = Date.parse(WRITTEN_ON);
  if (wallMs >= earliestMs) return null;
  const shown = Number.isFinite(wallMs) ? new Date(wallMs).toISOString() : String(wallMs);
  return `this machine's clock shows ${shown}, before this version of fieldmarshal was written (${WRITTEN_ON})`;
}
