import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate, Evidence, Slate } from '../domain/scored-slate.ts';
import type { JudgedColumns } from './condition-columns.ts';

/** A criterion of a file made ready: the same for every slate. */
export type ReadyCriterion = {
  readonly criterion: Criterion;
  /** Its place in the file, from 0. */
  readonly index: number;
  /** Of the verdicts that are its own. */
  readonly column: number;
  /** `place`: the candidate's. */
  readonly collect: (judged: JudgedColumns, place: number) => readonly Evidence[];
};

/** All that scoring candidates of one slate needs; made once for all of them. */
export type SlateTerms = {
  readonly slate: Slate;
  /** In file order. */
  readonly criteria: readonly ReadyCriterion[];
  /** By criterion, as `fillLabel` gives them. */
  readonly labels: readonly string[];
  /** What the facts alone say. */
  readonly judged: JudgedColumns;
  /** A verdict of the directory from before does not count. */
  readonly oldestVerdictMs: number;
};

/** One of those judged, with its place among them. */
export type Placed = { readonly candidate: Candidate; readonly place: number };

export function oldestVerdictMs({ takenAtMs }: Slate, maxVerdictAgeDays: number): number {
  return takenAtMs - maxVerdictAgeDays * 86_400_000;
}
