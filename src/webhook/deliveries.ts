/** Which deliveries have been taken: for a time, and never more than so many. */
export type Deliveries = {
  /** True when one of the names was noted before; else all of them are noted now. */
  readonly isKnown: (names: readonly string[]) => boolean;
  readonly size: () => number;
};

/** `nowMs`: a clock that nobody can set. Beyond `max` names the oldest are forgotten. */
export function rememberDeliveries(terms: {
  readonly keepMs: number;
  readonly max: number;
  readonly nowMs: () => number;
}): Deliveries {
  // Noted in the order of time, so that the oldest are always the first.
  const notedAtMs = new Map<string, number>();
  const forget = (nowMs: number) => {
    for (const [name, atMs] of notedAtMs) {
      if (nowMs - atMs < terms.keepMs && notedAtMs.size <= terms.max) return;
      notedAtMs.delete(name);
    }
  };
  return {
    isKnown: (names) => {
      const nowMs = terms.nowMs();
      forget(nowMs);
      if (names.some((name) => notedAtMs.has(name))) return true;
      for (const name of names) notedAtMs.set(name, nowMs);
      forget(nowMs);
      return false;
    },
    size: () => notedAtMs.size,
  };
}
