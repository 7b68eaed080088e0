import { confirmStep, guardStep } from './after-the-job.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/** Moves an assigned work order to work done, for the provider. Source: Field Nation `POST /workorders/{id}/complete`. */
export const complete: ActionDefinition = defineAction({
  kind: 'complete',
  title: 'complete',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => guardStep(view, 'assigned', 'complete'),
  confirm: (_call, view) => confirmStep(view, ['work_done', 'approved', 'paid']),
});
