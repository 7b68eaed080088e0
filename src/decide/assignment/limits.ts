/** Where the solvers stop, in what they count, so that the same problem ends the same way on every machine. */
export const limits = {
  /** Bids looked at by shortest paths: about two seconds. A thousand work orders with twenty bids each take a million. */
  maxPathSteps: 50_000_000,
  /** Columns of one integer program: about 60 MB, which a run can spare. */
  maxColumns: 20_000,
  /** Nodes of all the programs of a component. Nearly all are done at the root; the hardest that were seen took 30. */
  maxNodes: 1_000,
  /**
   * Simplex iterations of all the programs of a component: about twenty seconds. A thousand work orders with a hundred bids each
   * take two thousand, two hundred of which a quarter cannot be filled ten thousand.
   */
  maxIterations: 50_000,
} as const;

export type AssignmentLimits = { readonly [limit in keyof typeof limits]: number };
