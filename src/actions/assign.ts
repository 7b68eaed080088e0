import { confirmAssigned, guardAssignment, guardDirectAssignment } from './assignment.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/**
 * Makes the provider of a request the assignee: a contract at the work order's own pay.
 * Source: Field Nation `POST /workorders/{id}/assignee`.
 */
export const assign: ActionDefinition = defineAction({
  kind: 'assign',
  title: 'assign',
  bindsProvider: true,
  mayResend: true,
  guard: (call, view, decidedCents) => {
    if (call.isDirect === true) return guardDirectAssignment(view, call.providerId, decidedCents);
    return guardAssignment({
      view,
      providerId: call.providerId,
      requestId: null,
      decidedCents,
      isSameOffer: (request) => !request.isCounter,
    });
  },
  confirm: (call, view) => confirmAssigned(view, call.providerId, null),
});
