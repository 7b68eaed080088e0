import type { FactRef, Facts } from '../domain/fact.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { planReading, readWorkOrderFacts } from './plan-reading.ts';

/** The `work_order.*` facts among `refs`: enough to say which rule files apply, before any provider is known. */
export function workOrderFacts(workOrder: WorkOrder, refs: readonly FactRef[], takenAtMs: number): Facts {
  return readWorkOrderFacts(planReading(refs), { workOrder, takenAtMs });
}
