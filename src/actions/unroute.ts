import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, isRouted, lostTo, refuseUnlessOpen } from './view.ts';

/**
 * Withdraws one invitation. A provider who accepts on the way has won: that ends as a lost race.
 * A row that cannot be understood may be the very route.
 * Source: Field Nation `DELETE /workorders/{id}/route`.
 */
export const unroute: ActionDefinition = defineAction({
  kind: 'unroute',
  title: 'un-route',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => refuseUnlessOpen(view) ?? CLEAR,
  confirm: (call, view) => {
    if (view.assigneeId !== null) return lostTo(view.assigneeId);
    if (view.workOrder === null) return { kind: 'absent' };
    const mayBeThere = isRouted(view, call.providerId) || (view.unreadRows > 0 && view.workOrder?.isRouted === true);
    return mayBeThere ? { kind: 'absent' } : confirmed(`provider ${call.providerId} is no longer routed`);
  },
});
