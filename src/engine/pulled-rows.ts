import type { BatchDecisions } from '../decide/input.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { glanceAt } from './glance.ts';
import type { PendingInputs } from './pull-changed.ts';
import type { PulledLists } from './pull-inputs.ts';

/** Of remembered lists, those that what is to be sent rests on: its own, and all that tell who is invited elsewhere. */
export function restingOn(
  { decisions }: Pick<BatchDecisions, 'decisions'>,
  { open }: PulledLists,
  kept: ReadonlySet<WorkOrderId>,
): readonly WorkOrderId[] {
  const acting = decisions.filter(({ intents }) => intents.length > 0).map(({ workOrder }) => workOrder.id);
  if (acting.length === 0) return [];
  const binding = open.filter(({ isRouted }) => isRouted).map(({ id }) => id);
  return [...new Set([...acting, ...binding])].filter((id) => kept.has(id));
}

/** Of this run alone: remembered ones would drown what is not understood now. */
export function countRows(lists: PulledLists, pending: PendingInputs): number {
  const read = [...pending.lists.values()].filter(({ workOrderId }) => !pending.kept.has(workOrderId));
  return read.reduce((sum, list) => sum + glanceAt(list).providerIds.length, countListed(lists));
}

export function countListed({ open, assigned, drafts, finished }: PulledLists): number {
  return open.length + assigned.length + drafts.length + finished.length;
}
