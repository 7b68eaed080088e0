import { type ActionDefinition, defineAction } from './definition.ts';
import {
  CLEAR,
  confirmed,
  refuseIfBundled,
  refuseIfOfferChanged,
  refuseIfRoutesLive,
  refuseUnlessAllowed,
  refuseUnlessOpen,
} from './view.ts';

/**
 * Invites a talent pool whose members the platform knows and we need not. It is confirmed by routed rows being there, or
 * by somebody being assigned, which only an accepted route or a person can have done. Rows that were there before would
 * pass for that, so there must be none.
 * Source: Field Nation `POST /workorders/{id}/mass-route` with `talent_pool_id`.
 */
export const massRoutePool: ActionDefinition = defineAction({
  kind: 'mass_route_pool',
  title: 'mass-route a talent pool',
  bindsProvider: false,
  mayResend: false,
  guard: (_call, view, decidedCents) =>
    refuseUnlessOpenOrDraft(view) ??
    refuseIfBundled(view) ??
    refuseUnlessAllowed(view, 'route') ??
    refuseIfRoutesLive(view, null) ??
    refuseIfOfferChanged(view, decidedCents) ??
    CLEAR,
  confirm: (call, view) => {
    const pool = `talent pool ${call.talentPoolId}`;
    if (view.assigneeId !== null) return confirmed(`${pool} was routed and provider ${view.assigneeId} is assigned`);
    const count = view.rows.filter((row) => row.route !== null).length;
    return count === 0 ? { kind: 'absent' } : confirmed(`${count} provider(s) are routed`);
  },
});

function refuseUnlessOpenOrDraft(view: Parameters<typeof refuseUnlessOpen>[0]): ReturnType<typeof refuseUnlessOpen> {
  return view.workOrder?.status === 'draft' && view.assigneeId === null ? null : refuseUnlessOpen(view);
}
