import { type ActionDefinition, defineAction } from './definition.ts';
import { CLEAR, confirmed, lostTo, refused, refuseUnlessAllowed } from './view.ts';

/** Makes a draft visible to the marketplace. Source: Field Nation `POST /workorders/{id}/publish`. */
export const publish: ActionDefinition = defineAction({
  kind: 'publish',
  title: 'publish',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => {
    if (view.workOrder === null) return refused('FM-6004', { status: 'gone or not visible' });
    const status = view.workOrder.status;
    if (status !== 'draft' && status !== 'routed') return refused('FM-6004', { status: status.replace('_', ' ') });
    return refuseUnlessAllowed(view, 'publish') ?? CLEAR;
  },
  confirm: (_call, view) => {
    if (view.assigneeId !== null) return lostTo(view.assigneeId);
    return view.workOrder?.status === 'published' ? confirmed('the work order is published') : { kind: 'absent' };
  },
});
