import { SOLVER } from '../decide/assignment/solver-version.ts';
import type { Solution } from '../decide/input.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { Difference } from './compare-replayed.ts';
import type { Again, BatchAgain } from './replayed.ts';

/** What a work order brought into the assignments solved together, and got out of them, that is not what was recorded. */
export function differentSolution(id: WorkOrderId, again: Again, { solutions }: BatchAgain): readonly Difference[] {
  if (solutions === null) return [];
  return PARTS.flatMap(({ part, of }) => {
    const recorded = solutions.flatMap((one) => named(one, of(one, id)));
    const now = (again.solutions ?? []).flatMap((one) => named(one, of(one, id)));
    return toCanonicalJson(recorded) === toCanonicalJson(now) ? [] : [{ part, place: '', recorded, again: now }];
  });
}

/** The version that solved them then is another one. */
export function wasSolvedOtherwise(differences: readonly Difference[], { solver }: BatchAgain): string | null {
  const isOfSolver = differences.some(({ part }) => part === HOW_SOLVED);
  return isOfSolver && solver !== SOLVER ? `${solver} solved its assignments, and ${SOLVER} does not so` : null;
}

const HOW_SOLVED = 'how its assignment was solved';

type Part = { readonly part: string; readonly of: (solution: Solution, id: WorkOrderId) => readonly JsonValue[] };

const PARTS: readonly Part[] = [
  {
    part: 'its bids in the batch',
    of: ({ problem, dropped }, id) => [
      ...problem.orders.filter(({ workOrderId }) => workOrderId === id),
      ...dropped.filter(({ workOrderId }) => workOrderId === id),
    ],
  },
  {
    part: 'who of its bidders was booked',
    of: ({ problem: { orders, booked } }, id) => {
      const bidders = new Set(
        orders.flatMap(({ workOrderId, bids }) => (workOrderId === id ? bids.map(({ providerId }) => providerId) : [])),
      );
      return booked.filter(({ providerId }) => bidders.has(providerId));
    },
  },
  { part: HOW_SOLVED, of: ({ components }, id) => components.filter(({ workOrderIds }) => workOrderIds.includes(id)) },
  {
    part: 'whom the batch gave it',
    of: ({ assigned }, id) => assigned.filter(({ workOrderId }) => workOrderId === id),
  },
];

function named({ group, ruleFileId }: Solution, found: readonly JsonValue[]): readonly JsonValue[] {
  return found.length === 0 ? [] : [{ group, ruleFileId, found }];
}
