import type { ProviderId, WorkOrderId } from '../../domain/ids.ts';
import { toComponents } from './components.ts';
import { at, type Instance, type InstanceOrder, toInstance, withOrders } from './instance.ts';
import { type AssignmentLimits, limits as usualLimits } from './limits.ts';
import { objectiveOf, planOf } from './plan.ts';
import type { AssignmentProblem, Objective, SolvedComponent } from './problem.ts';
import type { SolveProgram } from './program.ts';
import { solveInstance } from './solve-assignment.ts';

/** A work order that is to get a certain provider, and who gets whom without that. */
export type Gift = {
  readonly workOrderId: WorkOrderId;
  readonly providerId: ProviderId;
  readonly assigned: ReadonlyMap<WorkOrderId, ProviderId>;
};

/** The best there is if the work order gets the provider, beside what it is instead of. */
export type IfGiven = {
  /** Ascending: all that share a provider with it, directly or through others. Everything here is about these. */
  readonly workOrderIds: readonly WorkOrderId[];
  /** By work order; one of `workOrderIds` that is not there gets nobody. */
  readonly assigned: ReadonlyMap<WorkOrderId, ProviderId>;
  readonly objective: Objective;
  /** Of what `Gift.assigned` says. */
  readonly without: Objective;
  /** `limit`: there may be a better one. */
  readonly status: SolvedComponent['status'];
};

/**
 * What it would cost to give a work order this provider, come what may: who else then goes without, and how many points, cents
 * and ranks it makes. Null where the provider did not ask for it or could not take it even alone.
 */
export function objectiveIfGiven(
  problem: AssignmentProblem,
  { workOrderId, providerId, assigned: assignedWithout }: Gift,
  { solve, limits = usualLimits }: { readonly solve: SolveProgram; readonly limits?: AssignmentLimits },
): IfGiven | null {
  const isIt = (order: InstanceOrder) => order.workOrderId === workOrderId;
  const instance = toComponents(toInstance(problem)).find(({ orders }) => orders.some(isIt));
  const order = instance?.orders.find(isIt);
  const bids = order?.bids.filter(({ provider }) => instance?.providerIds[provider] === providerId) ?? [];
  if (instance === undefined || bids.length === 0) return null;
  // Filling it counts for more than all others together, so that every best plan does.
  const fillWeight = 1 + instance.orders.reduce((total, own) => total + own.fillWeight, 0);
  const given = withOrders(
    instance,
    instance.orders.map((own) => (isIt(own) ? { ...own, bids, fillWeight } : own)),
  );
  const { assigned, components } = solveInstance(given, solve, limits);
  return {
    workOrderIds: instance.orders.map((own) => own.workOrderId),
    assigned,
    objective: objectiveOfAssigned(instance, assigned),
    without: objectiveOfAssigned(instance, assignedWithout),
    status: components.every(({ status }) => status === 'optimal') ? 'optimal' : 'limit',
  };
}

function objectiveOfAssigned(instance: Instance, assigned: ReadonlyMap<WorkOrderId, ProviderId>): Objective {
  const chosen = instance.orders.map(({ workOrderId, bids }) => {
    const providerId = assigned.get(workOrderId);
    return bids.findIndex(({ provider }) => at(instance.providerIds, provider) === providerId);
  });
  return objectiveOf(instance, planOf(instance, Int32Array.from(chosen)));
}
