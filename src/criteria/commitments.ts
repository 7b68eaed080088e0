import type { Commitment } from '../domain/decision.ts';
import type { Fact } from '../domain/fact.ts';
import type { FactInput } from './definition.ts';
import { known, unknown } from './reading.ts';

const DAY_MS = 86_400_000;

/** What the provider is bound to besides this work order, assigned or invited; each other work order once, an assignment first. */
export function elsewhere({ workOrder, commitments }: FactInput): readonly Commitment[] {
  const others = commitments.filter((commitment) => commitment.workOrderId !== workOrder.id);
  const firmFirst = [...others].sort((a, b) => Number(a.kind === 'routed') - Number(b.kind === 'routed'));
  return [...new Map(firmFirst.reverse().map((commitment) => [commitment.workOrderId, commitment])).values()];
}

/** Invitations leave out: most are never accepted. */
export function assignedElsewhere(input: FactInput): readonly Commitment[] {
  return elsewhere(input).filter((commitment) => commitment.kind !== 'routed');
}

/** Assigned work orders that start in the `days` local days ending with the day of this work order. */
export function countAssigned(input: FactInput, days: number): Fact {
  const lastDay = dayNumber(input.workOrder.schedule.localDate);
  if (lastDay === null) return unknown('The work order has no start date.');
  const counted = assignedElsewhere(input).filter(({ localDate }) => {
    const day = dayNumber(localDate);
    return day !== null && day <= lastDay && day > lastDay - days;
  });
  return known(counted.length, 'ledger', input.takenAtMs);
}

/** Days since 1970 of a `YYYY-MM-DD`. */
function dayNumber(localDate: string | null): number | null {
  return localDate === null ? null : Math.floor(Date.parse(`${localDate}T00:00:00Z`) / DAY_MS);
}
