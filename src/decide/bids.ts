import type { ProviderId } from '../domain/ids.ts';
import type { TieBreak } from '../domain/rule-file.ts';
import { workSpan } from '../domain/work-order.ts';
import { MAX_COST_CENTS } from './assignment/instance.ts';
import type { AssignmentOrder, AssignmentProblem } from './assignment/problem.ts';
import { type Bookings, boundBy, dayNumber, NO_BOOKINGS } from './bookings.ts';
import { assignableIn, type Looked } from './decide-order.ts';
import type { Assessed } from './eligibility.ts';
import type { PreparedOrder } from './prepare-order.ts';

/** A work order's candidates beside what others had been given before, and beside what is given away for good besides. */
export type Bidding = { readonly prepared: PreparedOrder; readonly before: Looked; readonly now: Looked };

/** The work order's part in the assignments of its run; null: it would assign nobody, or its file wants one at a time. */
export function toAssignmentOrder({ prepared, before, now }: Bidding): AssignmentOrder | null {
  const { file } = prepared.scored;
  const { workOrder } = prepared.order;
  const { perDay, per7Days, forbidOverlap, travelBufferMinutes } = file.guardrails.perProvider;
  const told = toldBy(file.tieBreak);
  if (file.batch === 'off' || ranksByLoad(file.tieBreak.slice(told))) return null;
  const able = assignableIn(prepared, before);
  const left = before === now ? able : stillEligible(able, now);
  if (left.length === 0) return null;
  return {
    workOrderId: workOrder.id,
    fillWeight: file.fillWeight,
    ...workSpan(workOrder),
    day: dayNumber(workOrder.schedule.localDate),
    limits: { perDay, per7Days, forbidOverlap, travelBufferMinutes },
    told,
    bids: left.map(({ keys }, place) => ({
      providerId: keys.provider_id,
      pointsMilli: keys.points,
      costCents: keys.total_pay ?? MAX_COST_CENTS,
      assigned7Days: keys.assigned_7d ?? 0,
      rank: place + 1,
    })),
  };
}

/** Whom it ranks first then changes with each that is given away, unless the problem as a whole counts that. */
function ranksByLoad(rest: readonly TieBreak[]): boolean {
  return rest.some(({ by }) => by === 'assigned_7d');
}

function stillEligible(able: readonly Assessed[], { pools }: Looked): readonly Assessed[] {
  const now = new Map(pools.requests.eligible.map((one) => [one.keys.provider_id, one]));
  return able.flatMap(({ keys }) => now.get(keys.provider_id) ?? []);
}

const TOLD_BY: readonly TieBreak[] = [
  { by: 'points', direction: 'desc' },
  { by: 'total_pay', direction: 'asc' },
  { by: 'assigned_7d', direction: 'asc' },
];

function toldBy(tieBreak: readonly TieBreak[]): AssignmentOrder['told'] {
  const differs = TOLD_BY.findIndex(({ by, direction }, place) => {
    const step = tieBreak[place];
    return step?.by !== by || step.direction !== direction;
  });
  return differs === 0 || differs === 1 || differs === 2 ? differs : 3;
}

/**
 * The days on which bidders are bound already, ascending by provider. A provider's own invitation to a work order that it
 * bids for is no other work, and is left out for all of them: whether a limit still holds is looked at once they are solved.
 */
export function bookedDays(
  bidding: readonly { readonly prepared: PreparedOrder; readonly node: AssignmentOrder }[],
  fixed: Bookings,
): AssignmentProblem['booked'] {
  const ownOf = new Map<ProviderId, Set<number>>();
  for (const { node } of bidding)
    for (const { providerId } of node.bids)
      ownOf.set(providerId, (ownOf.get(providerId) ?? new Set()).add(node.workOrderId));
  const bookings = bidding[0]?.prepared.bookings ?? NO_BOOKINGS;
  return [...ownOf]
    .map(([providerId, own]) => {
      const all = boundBy(bookings.get(providerId) ?? [], fixed.get(providerId) ?? []);
      const others = all.filter((one) => !own.has(one.workOrderId));
      return { providerId, days: others.flatMap(({ localDate }) => dayNumber(localDate) ?? []).sort((a, b) => a - b) };
    })
    .filter(({ days }) => days.length > 0)
    .sort((a, b) => a.providerId - b.providerId);
}
