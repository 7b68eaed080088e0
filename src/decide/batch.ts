import type { Commitment, Outcome, PlannedDecision } from '../domain/decision.ts';
import { type Bookings, NO_BOOKINGS, toCommitment } from './bookings.ts';
import { decideOrder, type PreparedOrder, type Turn } from './decide-order.ts';
import type { OrderInput, Share } from './input.ts';

/**
 * Decides work orders together: what one is given is gone for the rest. First those that assign, for an assignment is
 * certain and an invitation may come to nothing; then single routes; then mass-routes and everything that does not act.
 * Within each, the work order with the fewest candidates first, then the earliest start, then the lowest id. One whose
 * candidates have been given away falls back to a later turn. By work order. `before`: what others have been given already;
 * `standIns`: what work orders took that are not decided here, each at its turn.
 */
export function decideTogether(
  orders: readonly PreparedOrder[],
  { before = NO_BOOKINGS, standIns = [] }: { readonly before?: Bookings; readonly standIns?: readonly Share[] } = {},
): Together {
  const planned = new Map(before);
  const take = (commitments: readonly Commitment[]) => {
    for (const one of commitments) planned.set(one.providerId, [...(planned.get(one.providerId) ?? []), one]);
  };
  const decided = new Map<OrderInput, PlannedDecision>();
  const turns = new Map<OrderInput, TurnTaken>();
  let open = inTurn([...orders.map(seatOf), ...standIns.map(seatOfShare)]);
  for (const round of ROUNDS) {
    const later: Seat[] = [];
    for (const seat of open) {
      if (seat.kind === 'stand_in') {
        if (seat.share.round > round) later.push(seat);
        else take(seat.share.commitments);
        continue;
      }
      const turn = decideOrder(seat.prepared, planned);
      if (roundOf(turn.decision.outcome) > round) {
        later.push(seat);
        continue;
      }
      const { order } = seat.prepared;
      const commitments = commitmentsOf(seat.prepared, turn);
      decided.set(order, turn.decision);
      turns.set(order, { candidates: seat.candidates, startMs: order.workOrder.schedule.startMs, round, commitments });
      take(commitments);
    }
    open = later;
  }
  return { decided, turns, planned };
}

/** When it was a work order's turn, and what it took then. */
export type TurnTaken = Pick<Share, 'candidates' | 'startMs' | 'round' | 'commitments'>;

export type Together = {
  readonly decided: ReadonlyMap<OrderInput, PlannedDecision>;
  readonly turns: ReadonlyMap<OrderInput, TurnTaken>;
  /** What these have given away, and those before them. */
  readonly planned: Bookings;
};

const ROUNDS = [0, 1, 2] as const;

function roundOf(outcome: Outcome): (typeof ROUNDS)[number] {
  if (outcome === 'assign') return 0;
  return outcome === 'route' ? 1 : 2;
}

type Seat = { readonly candidates: number; readonly startMs: number; readonly id: number } & (
  | { readonly kind: 'order'; readonly prepared: PreparedOrder }
  | { readonly kind: 'stand_in'; readonly share: Share }
);

function seatOf(prepared: PreparedOrder): Seat {
  const { id, schedule } = prepared.order.workOrder;
  return {
    kind: 'order',
    prepared,
    id,
    candidates: countCandidates(decideOrder(prepared)),
    startMs: startOf(schedule),
  };
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
