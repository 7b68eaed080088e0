import { readCalendar } from '../decide/calendar.ts';
import type { OrderInput, ProjectDispatch } from '../decide/input.ts';
import { actsByItself } from '../decide/preconditions.ts';
import type { Quarantined } from '../domain/run.ts';
import type { CompanySource } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';

/**
 * Whether the platform drives the projects of the work orders on which a stage is due that acts, each project read once.
 * A platform without such settings drives nothing; settings that cannot be read may say anything.
 */
export async function pullProjectDispatch(
  source: Pick<CompanySource, 'readDispatchSettings'>,
  orders: readonly OrderInput[],
  nowMs: number,
): Promise<{ readonly dispatch: ProjectDispatch; readonly quarantined: readonly Quarantined[] }> {
  const asked = orders.filter((order) => isActedOn(order, nowMs)).flatMap(({ workOrder }) => workOrder.projectId ?? []);
  const dispatch = new Map<number, 'on' | 'off' | 'unreadable'>();
  const quarantined: Quarantined[] = [];
  for (const id of [...new Set(asked)].toSorted((a, b) => a - b)) {
    try {
      const settings = await source.readDispatchSettings(id);
      dispatch.set(id, settings?.isEnabled === true ? 'on' : 'off');
    } catch (error) {
      if (!isLocalFailure(error)) throw error;
      dispatch.set(id, 'unreadable');
      const failed = { what: 'dispatch settings', id, workOrderId: null, reason: error.message };
      // What our user may not see is no fault of the platform's.
      if (error.kind !== 'forbidden') quarantined.push(failed);
    }
  }
  // One at most: many settings that cannot be read must not look like a garbled platform.
  return { dispatch, quarantined: quarantined.slice(0, 1) };
}

function isActedOn(order: OrderInput, nowMs: number): boolean {
  const files = [...(order.live === null ? [] : [order.live]), ...order.shadows];
  return files.some(({ file }) => readCalendar(file, order, nowMs).due.some(actsByItself));
}
