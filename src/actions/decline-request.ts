import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, refused, refuseUnlessOpen, rowOf } from './view.ts';

/**
 * Hides a provider's request: not this time. A row that cannot be understood may be that request.
 * Source: Field Nation `DELETE /workorders/{id}/requests/{request_id}`.
 */
export const declineRequest: ActionDefinition = defineAction({
  kind: 'decline_request',
  title: 'decline request',
  bindsProvider: false,
  mayResend: true,
  guard: (call, view) => {
    const closed = refuseUnlessOpen(view);
    if (closed !== null) return closed;
    const row = rowOf(view, call.providerId);
    if (row?.request?.id !== call.requestId) return refused('FM-6005', {});
    return row.actions.includes('hide') ? CLEAR : refused('FM-6008', { action: 'hide' });
  },
  confirm: (call, view) => {
    const row = rowOf(view, call.providerId);
    const mayBeThere = row?.request?.id === call.requestId || view.unreadRows > 0;
    return view.assigneeId === null && mayBeThere
      ? { kind: 'absent' }
      : confirmed(`request ${call.requestId} is no longer pending`);
  },
});
