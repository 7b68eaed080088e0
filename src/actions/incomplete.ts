import { confirmStep, guardStep } from './after-the-job.ts';
import { type ActionDefinition, defineAction } from './definition.ts';

/** Sends finished work back to the provider, with a reason. Source: Field Nation `DELETE /workorders/{id}/complete`. */
export const incomplete: ActionDefinition = defineAction({
  kind: 'incomplete',
  title: 'mark incomplete',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view) => guardStep(view, 'work_done', 'incomplete'),
  confirm: (_call, view) => confirmStep(view, ['assigned']),
});
