import { formatCents } from '../domain/money.ts';
import { confirmStep, guardStep } from './after-the-job.ts';
import { type ActionDefinition, defineAction } from './definition.ts';
import { refused } from './view.ts';

/** Accepts finished work, which releases the pay. Source: Field Nation `POST /workorders/{id}/approve`. */
export const approve: ActionDefinition = defineAction({
  kind: 'approve',
  title: 'approve',
  bindsProvider: false,
  mayResend: true,
  guard: (_call, view, decidedCents) => {
    const nowCents = view.workOrder?.work?.approvedPayCents ?? null;
    if (decidedCents !== null && view.workOrder?.status === 'work_done' && nowCents !== decidedCents) {
      const now = nowCents === null ? 'not known' : formatCents(nowCents);
      return refused('FM-6006', { now, decided: formatCents(decidedCents) });
    }
    return guardStep(view, 'work_done', 'approve');
  },
  confirm: (_call, view) => confirmStep(view, ['approved', 'paid']),
});
