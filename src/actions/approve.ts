import { confirmStep, guardStep } from './after-the-job.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/** Accepts finished work, which releases the pay. Source: Field Nation `POST /workorders/{id}/approve`. */
export const approve: ActionDefinition = defineAction({
  kind: 'approve',
  title: 'approve',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => guardStep(view, 'work_done', 'approve'),
  confirm: (_call, view) => confirmStep(view, ['approved', 'paid']),
});
