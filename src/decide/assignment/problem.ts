import type { BookingLimits } from '../../domain/booking-limits.ts';
import type { ProviderId, WorkOrderId } from '../../domain/ids.ts';
import type { SolvedProgram } from './program.ts';

/**
 * The assignments of one run as one problem: which work order gets which of the providers who asked for it. Best is, in this
 * order: the most fill, the most points, the least cost, the least spread, the best ranks; each only among what is best by
 * those before it. Canonical: work orders ascending by id, their bids best rank first, booked ascending by provider.
 */
export type AssignmentProblem = {
  readonly orders: readonly AssignmentOrder[];
  /** Days of what providers are bound to already, for limits by day and week; overlap with that is no bid to begin with. */
  readonly booked: readonly { readonly providerId: ProviderId; readonly days: readonly number[] }[];
};

/** A work order that would assign somebody. */
export type AssignmentOrder = {
  readonly workOrderId: WorkOrderId;
  /** What filling it counts for beside others. 1 is usual. */
  readonly fillWeight: number;
  /** When the work is done; null: no known time, it then overlaps with nothing. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Local day of its start, in days since 1970; null: it counts for no day. */
  readonly day: number | null;
  /** What its own rule file asks of whoever takes it. */
  readonly limits: BookingLimits;
  /**
   * How many of points, cost, spread its bids are told apart by, in that order: as far as its file's tie-break begins with
   * `points`, `total_pay:asc`, `assigned_7d:asc`. Its other bids differ by rank alone, so that who is first by the file's own
   * order wins where nobody else wants them.
   */
  readonly told: 0 | 1 | 2 | 3;
  readonly bids: readonly Bid[];
};

/** Somebody who may be assigned, as the work order's rule file sees them. */
export type Bid = {
  readonly providerId: ProviderId;
  readonly pointsMilli: number;
  /** Unknown cost counts as more than any that is known. */
  readonly costCents: number;
  /** Work orders assigned in the seven days that end with this one's, without this run. */
  readonly assigned7Days: number;
  /** 1 is the best by the file's tie-break among all bids of the work order. */
  readonly rank: number;
};

/** Sums over the work orders that get somebody. More fill and points, and less of the others, is better. */
export type Objective = {
  readonly fill: number;
  readonly pointsMilli: number;
  readonly costCents: number;
  /** Each bid's `assigned7Days`, and one for every two work orders of this run with the same provider. */
  readonly spread: number;
  readonly rank: number;
};

/** How a component was solved, as the ledger keeps it and a replay finds it again. */
export type SolvedComponent = {
  /** Ascending. Work orders are in one component when they share a provider, directly or through others. */
  readonly workOrderIds: readonly WorkOrderId[];
  readonly providers: number;
  /** As given, and after those were left out that no best solution needs. */
  readonly bids: { readonly given: number; readonly kept: number };
  /**
   * `paths`: shortest augmenting paths, where nobody could take two of its work orders. `highs`: integer programs, one
   * objective after the other. `greedy`: too large for both.
   */
  readonly solver: 'paths' | 'highs' | 'greedy';
  /** `optimal`: proven. `limit`: the best known when a limit was reached, never worse than one after the other. */
  readonly status: Exclude<SolvedProgram['status'], 'infeasible'>;
  /** What the solver counted: steps, augmentations, models, rows, columns. Never time. */
  readonly counters: { readonly [name: string]: number };
  readonly objective: Objective;
  /** What one after the other would have come to, the fewest bids first, then the earliest start, then the lowest id. */
  readonly greedy: Objective;
};

export type SolvedAssignment = {
  /** By work order; one that is not there gets nobody. */
  readonly assigned: ReadonlyMap<WorkOrderId, ProviderId>;
  /** Of more than one work order, in order of their first; whoever stands alone gets its best bid. */
  readonly components: readonly SolvedComponent[];
};
