import { performance } from 'node:perf_hooks';
import type { Clock } from '../engine/ports.ts';

/** A moment, on the clock the engine uses and on one that never jumps. */
export type Mark = { readonly clockMs: number; readonly steadyMs: number };

export function markNow(clock: Clock): Mark {
  return { clockMs: clock.nowMs(), steadyMs: performance.now() };
}

/**
 * The longer of what both clocks say. The engine's own may be the platform's, which stands while nothing is asked, or may
 * be set back: neither must keep a pause from ending.
 */
export function passedMs(since: Mark, clock: Clock): number {
  return Math.max(clock.nowMs() - since.clockMs, performance.now() - since.steadyMs);
}
