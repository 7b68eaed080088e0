import type { ServerView } from '../actions/definition.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { type Clock, PlatformUnavailable, type WorkOrderSource } from './ports.ts';

type Eyes = { readonly source: WorkOrderSource; readonly clock: Clock };

/**
 * Reads everything that guard and confirm look at, never from a list: lists may lag. The work order's own `assignee`
 * and the assignee resource must not contradict each other in a way that hides somebody, so either one counts.
 */
export async function readServerView(eyes: Eyes, id: WorkOrderId): Promise<ServerView> {
  const [workOrder, assignee] = await Promise.all([eyes.source.readWorkOrder(id), eyes.source.readAssignee(id)]);
  const assigneeId = assignee?.assigneeId ?? workOrder?.assigneeId ?? null;
  const isStillOpen = workOrder !== null && assigneeId === null;
  const pending = isStillOpen ? await eyes.source.pullPending(id) : { rows: [], quarantined: [] };
  return {
    observedAtMs: eyes.clock.nowMs(),
    workOrder,
    assigneeId,
    rows: pending.rows,
    unreadRows: pending.quarantined.length,
  };
}

/** As `readServerView`; the message instead when the platform cannot be read. */
export async function tryReadServerView(eyes: Eyes, id: WorkOrderId): Promise<ServerView | string> {
  try {
    return await readServerView(eyes, id);
  } catch (error) {
    if (error instanceof PlatformUnavailable) return error.message;
    throw error;
  }
}
