import type { Verdict } from '../domain/scored-slate.ts';

/** Three-valued logic (Kleene's strong one): what is unknown stays unknown unless the other side settles it alone. */

/** `all`: one no_match settles it; `match` is its neutral start. */
export function bothOf(left: Verdict, right: Verdict): Verdict {
  if (left === 'no_match' || right === 'no_match') return 'no_match';
  return left === 'unknown' || right === 'unknown' ? 'unknown' : 'match';
}

/** `any`: one match settles it; `no_match` is its neutral start. */
export function eitherOf(left: Verdict, right: Verdict): Verdict {
  if (left === 'match' || right === 'match') return 'match';
  return left === 'unknown' || right === 'unknown' ? 'unknown' : 'no_match';
}

/** `not`: the opposite; unknown has none. */
export function oppositeOf(verdict: Verdict): Verdict {
  if (verdict === 'unknown') return 'unknown';
  return verdict === 'match' ? 'no_match' : 'match';
}
