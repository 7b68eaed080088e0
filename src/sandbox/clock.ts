/** Virtual time of one sandbox, epoch milliseconds. It never goes back. */
export interface VirtualClock {
  nowMs(): number;
  advance(ms: number): void;
}

/**
 * Starts at `startMs` and goes `speed` times as fast as the machine's monotonic clock; speed 0 stands still until it
 * is advanced.
 */
export function createVirtualClock(options: { readonly startMs: number; readonly speed: number }): VirtualClock {
  const wallStartMs = performance.now();
  let advancedMs = 0;
  return {
    nowMs: () =>
      options.startMs +
      advancedMs +
      (options.speed === 0 ? 0 : Math.floor((performance.now() - wallStartMs) * options.speed)),
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`virtual time cannot go back by ${ms} ms`);
      advancedMs += Math.floor(ms);
    },
  };
}
