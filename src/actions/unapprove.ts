import { confirmStep, guardStep } from './after-the-job.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/** Takes an approval back before it is paid. Source: Field Nation `DELETE /workorders/{id}/approve`. */
export const unapprove: ActionDefinition = defineAction({
  kind: 'unapprove',
  title: 'take back the approval',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => guardStep(view, 'approved', 'unapprove'),
  confirm: (_call, view) => confirmStep(view, ['work_done']),
});
