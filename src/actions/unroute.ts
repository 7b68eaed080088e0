import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, isRouted, lostTo, refuseUnlessOpen } from './view.ts';

/**
 * Withdraws one invitation. A provider who accepts on the way has won: that ends as a lost race.
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
    return isRouted(view, call.providerId)
      ? { kind: 'absent' }
      : confirmed(`provider ${call.providerId} is no longer routed`);
  },
});
