/** Where the solvers stop, in what they count, so that the same problem ends the same way on every machine. */
export const limits = {
  /** Bids looked at by shortest paths: about two seconds. A thousand work orders with twenty bids each take a million. */
  maxPathSteps: 50_000_000,
  /** Columns of an integer program: about 60 MB, which a run can spare. */
  maxColumns: 20_000,
  /** Nodes of one integer program. Nearly all are done at the root; one that is not is hard, and more nodes seldom end it. */
  maxNodes: 500,
  /** Simplex iterations of one integer program, for those that are slow at the root. */
  maxIterations: 200_000,
} as const;

export type AssignmentLimits = { readonly [limit in keyof typeof limits]: number };
