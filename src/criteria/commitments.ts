import type { Commitment } from '../domain/decision.ts';
import type { Fact } from '../domain/fact.ts';
import type { FactInput } from './definition.ts';
import { known, unknown } from './reading.ts';

const DAY_MS = 86_400_000;

/** What the provider is bound to besides this work order, assigned or invited. */
export function elsewhere({ workOrder, commitments }: FactInput): readonly Commitment[] {
  return commitments.filter((commitment) => commitment.workOrderId !== workOrder.id);
}

/** Other work orders the provider is assigned to. Invitations do not count: most are never accepted. */
export function countAssigned(input: FactInput): Fact {
  return known(countWorkOrders(assignedElsewhere(input)), 'ledger', input.takenAtMs);
}

/** Those among them that start in the `days` local days ending with the day of this work order. */
export function countAssignedInDays(input: FactInput, days: number): Fact {
  const lastDay = dayNumber(input.workOrder.schedule.localDate);
  if (lastDay === null) return unknown('The work order has no start date.');
  const counted = assignedElsewhere(input).filter(({ localDate }) => {
    const day = dayNumber(localDate);
    return day !== null && day <= lastDay && day > lastDay - days;
  });
  return known(countWorkOrders(counted), 'ledger', input.takenAtMs);
}

function assignedElsewhere(input: FactInput): readonly Commitment[] {
  return elsewhere(input).filter((commitment) => commitment.kind !== 'routed');
}

/** A work order told of twice (by the platform and by our own history) counts once. */
function countWorkOrders(commitments: readonly Commitment[]): number {
  return new Set(commitments.map((commitment) => commitment.workOrderId)).size;
}

/** Days since 1970 of a `YYYY-MM-DD`. */
function dayNumber(localDate: string | null): number | null {
  return localDate === null ? null : Math.floor(Date.parse(`${localDate}T00:00:00Z`) / DAY_MS);
}
