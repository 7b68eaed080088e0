/** A mixed-integer program, in whole numbers throughout; every variable is 0 or 1, or a share of 1. */
export type Program = {
  readonly sense: 'maximise' | 'minimise';
  /** Coefficients of the objective by column. */
  readonly objective: readonly number[];
  /** By column: false for one that may be a fraction. */
  readonly integral: readonly boolean[];
  readonly rows: readonly ProgramRow[];
};

/** `least` ≤ the sum of coefficient × column ≤ `most`; null: no such bound. */
export type ProgramRow = {
  readonly columns: readonly number[];
  readonly coefficients: readonly number[];
  readonly least: number | null;
  readonly most: number | null;
};

/** Counted in nodes and iterations, never in seconds: the same program always ends the same way. */
export type ProgramLimits = { readonly maxNodes: number; readonly maxIterations: number };

export type SolvedProgram = {
  readonly status: 'optimal' | 'limit' | 'infeasible';
  /** Value by column; empty where none is known. */
  readonly values: readonly number[];
  /** By column, of a program without whole columns: what one of it costs above the best there is. Empty where unknown. */
  readonly reducedCosts: readonly number[];
  readonly nodes: number;
  readonly iterations: number;
};

/** Solves one program and forgets it. Deterministic. */
export type SolveProgram = (program: Program, limits: ProgramLimits) => SolvedProgram;

/** For a work order alone, which is never made a program of. */
export function solveNone(): never {
  throw new TypeError('a work order alone is no program');
}
