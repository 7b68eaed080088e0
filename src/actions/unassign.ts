import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, refused } from './view.ts';

/** Takes the work order from its provider and opens a new episode. Source: Field Nation `DELETE /workorders/{id}/assignee`. */
export const unassign: ActionDefinition = defineAction({
  kind: 'unassign',
  title: 'un-assign',
  bindsProvider: false,
  mayResend: false,
  guard: (call, view) => {
    if (view.workOrder === null) return refused('FM-6004', { status: 'gone or not visible' });
    if (view.workOrder.status !== 'assigned')
      return refused('FM-6004', { status: view.workOrder.status.replace('_', ' ') });
    return view.assigneeId === call.providerId
      ? CLEAR
      : refused('FM-6004', { status: `assigned to provider ${view.assigneeId ?? 'nobody'}` });
  },
  confirm: (call, view) =>
    view.workOrder === null || view.assigneeId === call.providerId
      ? { kind: 'absent' }
      : confirmed(`provider ${call.providerId} is no longer assigned`),
});
