import { confirmAssigned, guardAssignment } from './assignment.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/**
 * Assigns the provider at the price of the counter-offer, which therefore must be the very one that was decided on.
 * Source: Field Nation `POST /workorders/{id}/requests/{request_id}/accept`.
 */
export const acceptCounter: ActionDefinition = defineAction({
  kind: 'accept_counter',
  title: 'accept counter-offer',
  bindsProvider: true,
  mayResend: true,
  guard: (call, view, decidedCents) =>
    guardAssignment({
      view,
      providerId: call.providerId,
      requestId: call.requestId,
      decidedCents,
      isSameOffer: (request) => request.isCounter && request.pay.maxCents === call.payCents,
    }),
  confirm: (call, view) => confirmAssigned(view, call.providerId, call.payCents),
});
