import type { ProviderId, WorkOrderId } from '../../domain/ids.ts';
import { toComponents } from './components.ts';
import { at, type Instance, toInstance } from './instance.ts';
import { leaveOutBids } from './leave-out-bids.ts';
import { type AssignmentLimits, limits as usualLimits } from './limits.ts';
import { type Plan, planOf } from './plan.ts';
import type { AssignmentProblem, SolvedAssignment } from './problem.ts';
import type { SolveProgram } from './program.ts';
import { solveComponent } from './solve-component.ts';

/**
 * Who gets which work order, best for all of them together. Deterministic to the byte, whatever order the work orders and bids
 * come in. However it ends, no work order could do better alone while all others stay.
 */
export function solveAssignment(
  problem: AssignmentProblem,
  solve: SolveProgram,
  limits: AssignmentLimits = usualLimits,
): SolvedAssignment {
  return solveInstance(toInstance(problem), solve, limits);
}

/** The same for what has been numbered already. */
export function solveInstance(whole: Instance, solve: SolveProgram, limits: AssignmentLimits): SolvedAssignment {
  const assigned = new Map<WorkOrderId, ProviderId>();
  const components = [];
  for (const instance of toComponents(leaveOutBids(whole))) {
    if (instance.orders.length === 1) {
      // Its bids hold alone, and the first is the best.
      const alone = Math.min(0, at(instance.orders, 0).bids.length - 1);
      collect(instance, planOf(instance, new Int32Array([alone])), assigned);
      continue;
    }
    const { plan, solved } = solveComponent(instance, solve, limits);
    collect(instance, plan, assigned);
    components.push(solved);
  }
  return { assigned, components };
}

function collect(instance: Instance, plan: Plan, into: Map<WorkOrderId, ProviderId>) {
  for (const [order, bid] of plan.chosen.entries()) {
    const { workOrderId, bids } = at(instance.orders, order);
    if (bid >= 0) into.set(workOrderId, at(instance.providerIds, at(bids, bid).provider));
  }
}
