import type { Facts } from '../../domain/fact.ts';
import type { Slate } from '../../domain/scored-slate.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import { factsAt, type StoredFact, toStoredFacts } from './stored-candidate.ts';

/** A work order's body read once, to be given its times as often as it comes back with another decision. */
export type StoredWorkOrder = { readonly workOrder: WorkOrder; readonly facts: readonly StoredFact[] };

export function parseStoredWorkOrder(text: string): StoredWorkOrder {
  const { workOrder, dated } = JSON.parse(text) as {
    readonly workOrder: WorkOrder;
    readonly dated: { readonly facts: Facts };
  };
  return { workOrder, facts: toStoredFacts(dated.facts) };
}

/** The work order itself is the same object each time. */
export function workOrderAt(
  { workOrder, facts }: StoredWorkOrder,
  times: readonly number[],
): Pick<Slate, 'workOrder' | 'facts'> {
  return { workOrder, facts: factsAt(facts, times) };
}
