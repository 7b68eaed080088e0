import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, lostTo, refused, refuseUnlessAllowed, refuseUnlessOpen, statusText } from './view.ts';

/**
 * Takes a work order from the marketplace: draft again, or routed where it also was. Pending requests are lost.
 * Source: Field Nation `DELETE /workorders/{id}/publish`.
 */
export const unpublish: ActionDefinition = defineAction({
  kind: 'unpublish',
  title: 'unpublish',
  bindsProvider: false,
  mayResend: true,
  guard: (call, view) => {
    const closed = refuseUnlessOpen(view);
    if (closed !== null) return closed;
    if (view.workOrder?.status !== 'published') return refused('FM-6004', { status: statusText(view) });
    const asking = view.rows.filter(({ request }) => request?.isActive === true && !request.isExpired).length;
    // A row that cannot be read may be a request as well.
    const pending = asking + view.unreadRows;
    if (call.keepsRequests === true && pending > 0)
      return refused('FM-3015', { count: pending, work_order: call.workOrderId });
    return refuseUnlessAllowed(view, 'unpublish') ?? CLEAR;
  },
  confirm: (_call, view) => {
    if (view.assigneeId !== null) return lostTo(view.assigneeId);
    const status = view.workOrder?.status;
    return status === 'draft' || status === 'routed' ? confirmed(`the work order is ${status}`) : { kind: 'absent' };
  },
});
