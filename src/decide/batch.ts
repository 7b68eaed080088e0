import type { Commitment, Outcome, PlannedDecision } from '../domain/decision.ts';
import { type Bookings, NO_BOOKINGS, toCommitment } from './bookings.ts';
import { decideOrder, type PreparedOrder, type Turn } from './decide-order.ts';
import type { OrderInput } from './input.ts';

/**
 * Decides work orders together: what one is given is gone for the rest. First those that assign, for an assignment is
 * certain and an invitation may come to nothing; then single routes; then mass-routes and everything that does not act.
 * Within each, the work order with the fewest candidates first, then the earliest start, then the lowest id. One whose
 * candidates have been given away falls back to a later turn. By work order. `before`: what others have been given already.
 */
export function decideTogether(orders: readonly PreparedOrder[], before: Bookings = NO_BOOKINGS): Together {
  const planned = new Map(before);
  const decided = new Map<OrderInput, PlannedDecision>();
  let open = inTurn(orders);
  for (const round of ROUNDS) {
    const later: PreparedOrder[] = [];
    for (const prepared of open) {
      const turn = decideOrder(prepared, planned);
      if (roundOf(turn.decision.outcome) > round) {
        later.push(prepared);
        continue;
      }
      decided.set(prepared.order, turn.decision);
      for (const commitment of commitmentsOf(prepared, turn))
        planned.set(commitment.providerId, [...(planned.get(commitment.providerId) ?? []), commitment]);
    }
    open = later;
  }
  return { decided, planned };
}

export type Together = {
  readonly decided: ReadonlyMap<OrderInput, PlannedDecision>;
  /** What these have given away, and those before them. */
  readonly planned: Bookings;
};

const ROUNDS = [0, 1, 2] as const;

function roundOf(outcome: Outcome): (typeof ROUNDS)[number] {
  if (outcome === 'assign') return 0;
  return outcome === 'route' ? 1 : 2;
}

function inTurn(orders: readonly PreparedOrder[]): readonly PreparedOrder[] {
  const entries = orders.map((prepared) => {
    const { workOrder } = prepared.order;
    const candidates = countCandidates(decideOrder(prepared));
    return { prepared, candidates, startMs: workOrder.schedule.startMs ?? Number.MAX_SAFE_INTEGER, id: workOrder.id };
  });
  return entries
    .sort((a, b) => a.candidates - b.candidates || a.startMs - b.startMs || a.id - b.id)
    .map(({ prepared }) => prepared);
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
