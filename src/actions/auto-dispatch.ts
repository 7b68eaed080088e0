import { type ActionDefinition, defineAction } from './definition.ts';
import {
  CLEAR,
  confirmed,
  refused,
  refuseIfBundled,
  refuseIfOfferChanged,
  refuseUnlessAllowed,
  statusText,
} from './view.ts';

/**
 * Hands a draft over to the platform's own dispatch, which publishes or routes it and decides at the end of the delay.
 * The worker it answers with cannot be read; that the draft is a draft no longer is what shows.
 * Source: Field Nation `POST /workorders/auto_dispatch`.
 */
export const autoDispatch: ActionDefinition = defineAction({
  kind: 'auto_dispatch',
  title: 'auto-dispatch',
  bindsProvider: false,
  mayResend: false,
  guard: (_call, view, decidedCents) => {
    if (view.workOrder?.status !== 'draft') return refused('FM-6004', { status: statusText(view) });
    return (
      refuseIfBundled(view) ?? refuseUnlessAllowed(view, 'publish') ?? refuseIfOfferChanged(view, decidedCents) ?? CLEAR
    );
  },
  confirm: (_call, view) => {
    const status = view.workOrder?.status ?? 'draft';
    return status === 'draft' ? { kind: 'absent' } : confirmed(`the work order is ${status.replace('_', ' ')}`);
  },
});
