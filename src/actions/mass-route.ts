import { type ActionDefinition, defineAction } from './definition.ts';
import {
  CLEAR,
  confirmed,
  isRouted,
  lostTo,
  refuseIfBundled,
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
  guard: (_call, view, decidedCents) =>
    refuseUnlessOpen(view) ??
    refuseIfBundled(view) ??
    refuseUnlessAllowed(view, 'route') ??
    refuseIfOfferChanged(view, decidedCents) ??
    CLEAR,
  confirm: (call, view) => {
    const asked = call.providerIds.length;
    const assignee = view.assigneeId;
    if (assignee !== null) {
      return call.providerIds.includes(assignee)
        ? confirmed(`provider ${assignee} was routed and has accepted`)
        : lostTo(assignee);
    }
    const count = call.providerIds.filter((provider) => isRouted(view, provider)).length;
    if (count === asked) return confirmed(`${count} providers are routed`);
    return count === 0 ? { kind: 'absent' } : { kind: 'partial', count, asked };
  },
});
