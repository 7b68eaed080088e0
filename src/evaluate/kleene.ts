import type { Verdict } from '../domain/scored-slate.ts';

/*
 * Three-valued logic (Kleene's strong one): what is unknown stays unknown unless the other side settles it alone. Verdicts are
 * kept as small numbers in this order, for then `all` is the least of its parts, `any` the greatest, and `not` the mirror.
 */

export const NO_MATCH = 0;
export const UNKNOWN = 1;
export const MATCH = 2;

export type VerdictCode = typeof NO_MATCH | typeof UNKNOWN | typeof MATCH;

const VERDICTS = ['no_match', 'unknown', 'match'] as const satisfies readonly Verdict[];
const CODES: { readonly [verdict in Verdict]: VerdictCode } = { no_match: NO_MATCH, unknown: UNKNOWN, match: MATCH };

export function verdictOf(code: VerdictCode): Verdict {
  return VERDICTS[code];
}

export function codeOf(verdict: Verdict): VerdictCode {
  return CODES[verdict];
}

/** `not`: the opposite; unknown has none. */
export function mirrorOf(code: VerdictCode): VerdictCode {
  return code === UNKNOWN ? UNKNOWN : code === MATCH ? NO_MATCH : MATCH;
}

/** From a column of verdicts. */
export function codeAt(codes: Uint8Array, place: number): VerdictCode {
  const code = codes[place];
  return code === MATCH || code === NO_MATCH ? code : UNKNOWN;
}

/** `all`: one no_match settles it; `match` is its neutral start. */
export function bothOf(left: Verdict, right: Verdict): Verdict {
  return CODES[left] < CODES[right] ? left : right;
}

/** `any`: one match settles it; `no_match` is its neutral start. */
export function eitherOf(left: Verdict, right: Verdict): Verdict {
  return CODES[left] > CODES[right] ? left : right;
}

/** `not` */
export function oppositeOf(verdict: Verdict): Verdict {
  return verdictOf(mirrorOf(CODES[verdict]));
}
