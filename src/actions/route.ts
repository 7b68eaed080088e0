import { type ActionDefinition, defineAction } from './definition.ts';
import {
  CLEAR,
  confirmed,
  hasDeclinedSince,
  isRouted,
  lostTo,
  refused,
  refuseIfBundled,
  refuseIfDeclined,
  refuseIfOfferChanged,
  refuseUnlessAllowed,
  refuseUnlessOpen,
} from './view.ts';

/** Invites one provider; from then on acceptance assigns at once. Source: Field Nation `POST /workorders/{id}/route`. */
export const route: ActionDefinition = defineAction({
  kind: 'route',
  title: 'route',
  bindsProvider: true,
  mayResend: true,
  guard: (call, view, decidedCents) => {
    const closed =
      refuseUnlessOpen(view) ??
      refuseIfBundled(view) ??
      refuseUnlessAllowed(view, 'route') ??
      refuseIfDeclined(view, [call.providerId]) ??
      refuseIfOfferChanged(view, decidedCents);
    if (closed !== null) return closed;
    return isRouted(view, call.providerId) ? refused('FM-6017', { count: 1 }) : CLEAR;
  },
  confirm: (call, view, sentAtMs) => {
    if (view.assigneeId === call.providerId)
      return confirmed(`provider ${call.providerId} was routed and has accepted`);
    if (hasDeclinedSince(view, call.providerId, sentAtMs))
      return confirmed(`provider ${call.providerId} was routed and has declined`);
    if (view.assigneeId !== null) return lostTo(view.assigneeId);
    return isRouted(view, call.providerId) ? confirmed(`provider ${call.providerId} is routed`) : { kind: 'absent' };
  },
});
