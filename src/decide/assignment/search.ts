import type { BidColumns } from './bid-columns.ts';
import type { Instance } from './instance.ts';
import type { LevelTerms } from './level-terms.ts';
import type { AssignmentLimits } from './limits.ts';
import type { Level } from './objective.ts';
import type { Plan } from './plan.ts';
import type { Objective } from './problem.ts';
import type { ProgramRow, SolveProgram } from './program.ts';

/** What is known so far: the best plan, and what a plan has to keep to be no worse on the objectives that are done. */
export type Search = {
  readonly instance: Instance;
  readonly solve: SolveProgram;
  readonly limits: AssignmentLimits;
  readonly columns: BidColumns;
  readonly counters: { models: number; rows: number; columns: number; nodes: number; iterations: number };
  best: { readonly plan: Plan; readonly objective: Objective };
  /** By column: false for a bid that no best plan takes. */
  readonly open: boolean[];
  /** Side constraints of the bids that were open at the first program; null before that. */
  sides: readonly ProgramRow[] | null;
  /** What was found to hold in every best plan. */
  readonly rows: ProgramRow[];
  readonly held: { readonly terms: LevelTerms; readonly most: number }[];
};

/** One objective, in numbers as small as they can be. */
export type LevelToSolve = {
  readonly level: Level;
  readonly terms: LevelTerms;
  /** What a value of the objective is in those numbers. */
  readonly toSmall: (value: number) => number;
};

/** The value of one objective, the less the better. */
export function signedBest({ best: { objective } }: Search, level: Level): number {
  return level === 'fill' || level === 'pointsMilli' ? -objective[level] : objective[level];
}

export function smallBest(search: Search, { level, toSmall }: LevelToSolve): number {
  return toSmall(signedBest(search, level));
}

/** Whether everybody has a provider; from then on only such plans are looked for. */
export function isFilled({ best }: Search): boolean {
  return best.plan.chosen.every((bid) => bid >= 0);
}
