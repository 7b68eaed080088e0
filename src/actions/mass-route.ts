import { type ActionDefinition, defineAction } from './definition.ts';
import {
  CLEAR,
  confirmed,
  hasDeclinedSince,
  isRouted,
  lostTo,
  refuseIfBundled,
  refuseIfDeclined,
  refuseIfOfferChanged,
  refuseUnlessAllowed,
  refuseUnlessOpen,
} from './view.ts';

/**
 * Invites many at once; the platform queues a job that cannot be read, so it is confirmed by the routed rows that appear.
 * Source: Field Nation `POST /workorders/{id}/mass-route` with `ids`.
 */
export const massRoute: ActionDefinition = defineAction({
  kind: 'mass_route',
  title: 'mass-route',
  bindsProvider: true,
  mayResend: true,
  guard: (call, view, decidedCents) =>
    refuseUnlessOpen(view) ??
    refuseIfBundled(view) ??
    refuseUnlessAllowed(view, 'route') ??
    refuseIfDeclined(view, call.providerIds) ??
    refuseIfOfferChanged(view, decidedCents) ??
    CLEAR,
  confirm: (call, view, sentAtMs) => {
    const asked = call.providerIds.length;
    const assignee = view.assigneeId;
    if (assignee !== null) {
      return call.providerIds.includes(assignee)
        ? confirmed(`provider ${assignee} was routed and has accepted`)
        : lostTo(assignee);
    }
    const declined = call.providerIds.filter((provider) => hasDeclinedSince(view, provider, sentAtMs));
    const routed = call.providerIds.filter((provider) => isRouted(view, provider) && !declined.includes(provider));
    const count = routed.length + declined.length;
    if (count === asked)
      return confirmed(
        `${count} providers ${declined.length === 0 ? 'are routed' : `were routed, ${declined.length} of whom declined`}`,
      );
    return count === 0 ? { kind: 'absent' } : { kind: 'partial', count, asked };
  },
});
