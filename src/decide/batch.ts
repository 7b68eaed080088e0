import type { Commitment, Outcome, PlannedDecision } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { type Allotted, allot, plus } from './allot.ts';
import type { AssignmentOrder } from './assignment/problem.ts';
import type { SolveProgram } from './assignment/program.ts';
import { toAssignmentOrder } from './bids.ts';
import { type Bookings, NO_BOOKINGS, toCommitment } from './bookings.ts';
import { decideAmong, decideOrder, isUntouched, lookAtCandidates, type Turn } from './decide-order.ts';
import type { OrderInput, Share, Solution } from './input.ts';
import type { PreparedOrder } from './prepare-order.ts';

export type Among = {
  /** Null: one at a time, as in runs of versions that could not solve them together. */
  readonly solve: SolveProgram | null;
  /** What others have been given already. */
  readonly before?: Bookings;
  /** What work orders took that are not decided here, each at its turn. */
  readonly standIns?: readonly Share[];
  /** How it was solved then, with others that are not here. */
  readonly recorded?: Solution | null;
};

/**
 * Decides work orders together: what one is given is gone for the rest. First the assignments that are best for all of them,
 * solved as one problem; then, in rounds, whoever has none: those that assign, for an assignment is certain and an invitation
 * may come to nothing; then single routes; then mass-routes and everything that does not act. Within each round, the work
 * order with the fewest candidates first, then the earliest start, then the lowest id. One whose candidates have been given
 * away falls back to a later round. By work order.
 */
export function decideTogether(orders: Iterable<PreparedOrder>, among: Among): Together {
  const { before = NO_BOOKINGS, standIns = [] } = among;
  const decided = new Map<OrderInput, PlannedDecision>();
  const turns = new Map<OrderInput, TurnTaken>();
  const terms = { ...among, before, standIns, forGood: takenForGood(among) };
  const fixed = plus(before, terms.forGood);
  // Each work order's slate is looked at once here, whatever becomes of it.
  const seats = Array.from(orders, (prepared) => seatOf(prepared, { ...terms, fixed }));
  const { allotted, planned: given } = allotTogether(seats, { ...terms, fixed });
  const planned = new Map(given);
  const take = (commitments: readonly Commitment[]) => {
    for (const one of commitments) planned.set(one.providerId, [...(planned.get(one.providerId) ?? []), one]);
  };
  const settle = ({ prepared, candidates }: OrderSeat, turn: Turn, how: Pick<TurnTaken, 'round' | 'allotted'>) => {
    const { order } = prepared;
    const commitments = commitmentsOf(prepared, turn);
    decided.set(order, turn.decision);
    turns.set(order, { candidates, startMs: order.workOrder.schedule.startMs, ...how, commitments });
    return commitments;
  };
  const left: Seat[] = standIns.filter((share) => share.allotted !== true).map(seatOfShare);
  for (const seat of seats) {
    const turn = allotted.turns.get(seat.prepared);
    if (turn === undefined) left.push(seat);
    else settle(seat, turn, { round: 0, allotted: true });
  }
  let open = inTurn(left);
  for (const round of ROUNDS) {
    const later: Seat[] = [];
    for (const seat of open) {
      if (seat.kind === 'stand_in') {
        if (seat.share.round > round) later.push(seat);
        else take(seat.share.commitments);
        continue;
      }
      const turn = decideNow(seat, planned);
      if (roundOf(turn.decision.outcome) > round) {
        later.push(seat);
        continue;
      }
      const commitments = settle(seat, turn, { round });
      take(commitments);
    }
    open = later;
  }
  return { decided, turns, planned, solution: allotted.solution };
}

/** Most work orders find their candidates as if they were alone, and need not decide again. */
function decideNow({ prepared, alone }: OrderSeat, planned: Bookings): Turn {
  return isUntouched(prepared, planned) ? alone : decideOrder(prepared, planned);
}

/** Everything that is settled before the first of these is looked at. */
type Settled = Among &
  Required<Pick<Among, 'before' | 'standIns'>> & {
    readonly forGood: readonly Commitment[];
    /** `before` and `forGood` together. */
    readonly fixed: Bookings;
  };

/** What stands in and was solved then is solved again where it is known how; else what it took is its own for good. */
function takenForGood({ standIns = [], recorded = null }: Among): readonly Commitment[] {
  const solvedThen = solvedIn(recorded);
  const forGood = standIns.filter((share) => share.allotted === true && !solvedThen.has(share.workOrderId));
  return forGood.flatMap(({ commitments }) => commitments);
}

function solvedIn(recorded: Solution | null): ReadonlySet<WorkOrderId> {
  return new Set(recorded?.problem.orders.map(({ workOrderId }) => workOrderId));
}

function allotTogether(
  seats: readonly OrderSeat[],
  { solve, standIns, fixed, recorded = null }: Settled,
): { readonly allotted: Pick<Allotted, 'turns' | 'solution'>; readonly planned: Bookings } {
  if (solve === null) return { allotted: { turns: new Map(), solution: null }, planned: fixed };
  const solvedThen = solvedIn(recorded);
  const isWhole = seats.filter(({ id }) => solvedThen.has(id)).length === solvedThen.size;
  const allotted = allot({ orders: seats, fixed, solve, recorded: isWhole ? null : recorded, shares: standIns });
  return { allotted, planned: plus(fixed, allotted.commitments) };
}

/** When it was a work order's turn, and what it took then. */
export type TurnTaken = Pick<Share, 'candidates' | 'startMs' | 'round' | 'allotted' | 'commitments'>;

export type Together = {
  readonly decided: ReadonlyMap<OrderInput, PlannedDecision>;
  readonly turns: ReadonlyMap<OrderInput, TurnTaken>;
  /** What these have given away, and those before them. */
  readonly planned: Bookings;
  readonly solution: Allotted['solution'];
};

const ROUNDS = [0, 1, 2] as const;

function roundOf(outcome: Outcome): (typeof ROUNDS)[number] {
  if (outcome === 'assign') return 0;
  return outcome === 'route' ? 1 : 2;
}

type OrderSeat = Place & {
  readonly kind: 'order';
  readonly prepared: PreparedOrder;
  /** If nobody had been given anything. */
  readonly alone: Turn;
  /** Its part in what is solved together; null: none. */
  readonly node: AssignmentOrder | null;
};

type Seat = OrderSeat | (Place & { readonly kind: 'stand_in'; readonly share: Share });

type Place = { readonly candidates: number; readonly startMs: number; readonly id: WorkOrderId };

function seatOf(prepared: PreparedOrder, { before, forGood, fixed, solve }: Settled): OrderSeat {
  const { id, schedule } = prepared.order.workOrder;
  const looked = lookAtCandidates(prepared);
  const alone = decideAmong(prepared, looked);
  const asBefore = before.size === 0 ? looked : lookAtCandidates(prepared, before);
  const now = forGood.length === 0 ? asBefore : lookAtCandidates(prepared, fixed);
  const node = solve === null ? null : toAssignmentOrder({ prepared, before: asBefore, now });
  return { kind: 'order', prepared, alone, node, id, candidates: countCandidates(alone), startMs: startOf(schedule) };
}

function seatOfShare(share: Share): Seat {
  return { kind: 'stand_in', share, id: share.workOrderId, candidates: share.candidates, startMs: startOf(share) };
}

function startOf({ startMs }: { readonly startMs: number | null }): number {
  return startMs ?? Number.MAX_SAFE_INTEGER;
}

function inTurn(seats: readonly Seat[]): readonly Seat[] {
  return [...seats].sort((a, b) => a.candidates - b.candidates || a.startMs - b.startMs || a.id - b.id);
}

/** Of the group that it would choose from if it were alone. */
function countCandidates({ decision, eligibleRequests, eligibleBench }: Turn): number {
  const invites = decision.outcome === 'route' || decision.outcome === 'mass_route';
  return invites ? eligibleBench : eligibleRequests;
}

/** An invitation about to be sent is as good as a live route: the provider may be bound by it any moment. */
function commitmentsOf({ order }: PreparedOrder, { decision, providers }: Turn): readonly Commitment[] {
  const kind = decision.outcome === 'assign' ? 'planned' : 'routed';
  return providers.map((providerId) => toCommitment(kind, order.workOrder, providerId));
}
