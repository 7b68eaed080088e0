import type { Request, WorkOrder } from '../world/nouns.ts';

/** The platform's status ids; they are not in the order of the lifecycle. */
export const STATUSES = {
  draft: { id: 1, name: 'Draft' },
  published: { id: 2, name: 'Published' },
  assigned: { id: 3, name: 'Assigned' },
  work_done: { id: 4, name: 'Work Done' },
  approved: { id: 5, name: 'Approved' },
  cancelled: { id: 7, name: 'Cancelled' },
  routed: { id: 9, name: 'Routed' },
} as const;

export type StatusName = keyof typeof STATUSES;

export function statusOf(workOrder: WorkOrder): StatusName {
  if (workOrder.phase !== 'open') return workOrder.phase;
  if (workOrder.isPublished) return 'published';
  return workOrder.routes.size > 0 ? 'routed' : 'draft';
}

/** Published or routed, and nobody assigned. */
export function isTakeable(workOrder: WorkOrder): boolean {
  const status = statusOf(workOrder);
  return status === 'published' || status === 'routed';
}

/** Requests that the pending list shows: not hidden, withdrawn or used. An expired one stays until it is asked anew. */
export function shownRequests(workOrder: WorkOrder): readonly Request[] {
  return [...workOrder.requests.values()].filter(
    (request) => request.state === 'active' || request.state === 'expired',
  );
}

/** What the calling user may do with the work order now. */
export function actionsOf(workOrder: WorkOrder): readonly string[] {
  const always = ['messaging', 'history', 'overview', 'print', 'copy'];
  switch (statusOf(workOrder)) {
    case 'draft':
      return ['publish', 'route', 'search-provider', 'edit', 'delete', ...always];
    case 'published':
      return ['unpublish', 'route', 'revert', 'search-provider', 'edit', 'cancel', ...always];
    case 'routed':
      return ['publish', 'route', 'revert', 'search-provider', 'edit', 'cancel', ...always];
    case 'assigned':
      return ['complete', 'hold', 'cancel', 'report_a_problem', 'edit', ...always];
    case 'work_done':
      return ['approve', 'incomplete', 'report_a_problem', ...always];
    case 'approved':
      return ['unapprove', ...always];
    case 'cancelled':
      return always;
  }
}

export function mustFind<Thing>(things: ReadonlyMap<number, Thing>, id: number): Thing {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`no entity with id ${id} in this world`);
  return thing;
}
