/**
 * An operator's mistake in a rule file, a setting or an argument: where it is, what is wrong, how to mend it.
 * All problems of one input are collected and printed together, one `formatProblem` line each.
 */
export type Problem = {
  /** File path, setting name or argument, as the operator knows it. */
  readonly where: string;
  /** 1-based; null when the place has no lines (a setting, an argument). */
  readonly line: number | null;
  /** 1-based, in UTF-16 code units. */
  readonly column: number | null;
  /** Stable, documented: `FM-R101` for rule files, `FM-C101` for configuration. */
  readonly code: string;
  /** What is wrong, without the place. */
  readonly what: string;
  /** What to write instead; a whole sentence. */
  readonly fix: string;
};

/** `atm.json:21:52 FM-R210 cancel_rate … — Write 5.` */
export function formatProblem(problem: Problem): string {
  const place = problem.line === null ? problem.where : `${problem.where}:${problem.line}:${problem.column ?? 1}`;
  return `${place} ${problem.code} ${problem.what} — ${problem.fix}`;
}

/** Of the problems of one file, by line and column. */
export function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
