import type { Fact, FactType, FactValue } from '../domain/fact.ts';
import type { FinishedWork, WorkOrder } from '../domain/work-order.ts';
import type { WorkOrderFact } from './definition.ts';
import { known, unknown } from './reading.ts';

const COUNT: FactType = { kind: 'number', unit: 'count' };
const USD: FactType = { kind: 'number', unit: 'usd' };
const PERCENT: FactType = { kind: 'number', unit: 'percent' };

export const hoursWorkedFact = finishedWorkFact({
  name: 'work_order.hours_worked',
  type: { kind: 'number', unit: 'hours' },
  doc: 'Hours reported on site, all visits together. Unknown until the work is done, and when no hours are reported.',
  example: 2.5,
  because: 'No hours are reported.',
  pick: (work) => work.reportedMinutes,
});

export const hoursOverEstimateFact = finishedWorkFact({
  name: 'work_order.hours_over_estimate',
  type: PERCENT,
  doc: 'By how many percent the reported hours exceed the estimate; 0 when they do not. Unknown without an estimate or without reported hours.',
  example: 25,
  because: 'The work order gives no estimate, or no hours are reported.',
  pick: ({ reportedMinutes }, { schedule }) => percentOver(reportedMinutes, schedule.estimatedMinutes),
});

export const problemsOpenFact = finishedWorkFact({
  name: 'work_order.problems_open',
  type: COUNT,
  doc: 'Problems reported on the work order and not resolved. Unknown until the work is done, and when the list cannot be read whole.',
  example: 0,
  because: 'The platform does not show all problems.',
  pick: (work) => work.problemsOpen,
});

export const tasksOpenFact = finishedWorkFact({
  name: 'work_order.tasks_open',
  type: COUNT,
  doc: 'Tasks that are not ticked off. Unknown until the work is done, and when the list cannot be read whole.',
  example: 0,
  because: 'The platform does not show all tasks.',
  pick: (work) => work.tasksOpen,
});

export const deliverablesFact = finishedWorkFact({
  name: 'work_order.deliverables',
  type: COUNT,
  doc: 'Files handed in, in all folders. Unknown until the work is done, and when the folders cannot be read whole.',
  example: 1,
  because: 'The platform does not show all files.',
  pick: (work) => work.attachmentsCount,
});

export const closingNotesFact = finishedWorkFact({
  name: 'work_order.has_closing_notes',
  type: { kind: 'boolean' },
  doc: 'Whether the provider wrote closing notes. Unknown until the work is done, and when the platform does not say.',
  example: true,
  because: 'The platform does not say whether there are closing notes.',
  pick: (work) => work.hasClosingNotes,
});

export const payToReleaseFact = finishedWorkFact({
  name: 'work_order.pay_to_release',
  type: USD,
  doc: 'What approving releases, in US dollars, expenses included. Unknown until the work is done, and when the platform does not say.',
  example: 250,
  because: 'The platform does not say what approving releases.',
  pick: (work) => work.approvedPayCents,
});

export const payOverOfferUsdFact = finishedWorkFact({
  name: 'work_order.pay_over_offer_usd',
  type: USD,
  doc: 'By how many US dollars the pay to release exceeds the most the labour was to cost; 0 when it does not. Unknown when either is.',
  example: 20,
  because: 'The work order carries no pay, or the platform does not say what approving releases.',
  pick: ({ approvedPayCents }, { pay }) =>
    approvedPayCents === null || pay.maxCents <= 0 ? null : Math.max(0, approvedPayCents - pay.maxCents),
});

export const payOverOfferFact = finishedWorkFact({
  name: 'work_order.pay_over_offer',
  type: PERCENT,
  doc: 'By how many percent the pay to release exceeds the most the labour was to cost; 0 when it does not. Unknown when either is.',
  example: 10,
  because: 'The work order carries no pay, or the platform does not say what approving releases.',
  pick: ({ approvedPayCents }, { pay }) => percentOver(approvedPayCents, pay.maxCents),
});

/** What review files can ask of finished work, besides the other `work_order.*` facts. */
export const FINISHED_WORK_FACTS: readonly WorkOrderFact[] = [
  hoursWorkedFact,
  hoursOverEstimateFact,
  problemsOpenFact,
  tasksOpenFact,
  deliverablesFact,
  closingNotesFact,
  payToReleaseFact,
  payOverOfferUsdFact,
  payOverOfferFact,
];

/** Basis points, rounded up: what exceeds a limit by a little must not be rounded onto it. */
function percentOver(actual: number | null, planned: number | null): number | null {
  if (actual === null || planned === null || planned <= 0) return null;
  return Math.max(0, Math.ceil(((actual - planned) * 10_000) / planned));
}

type Field = Pick<WorkOrderFact, 'name' | 'type' | 'doc' | 'example'> & {
  readonly pick: (work: FinishedWork, workOrder: WorkOrder) => FactValue | null;
  /** Why nobody knows, although the work is done. */
  readonly because: string;
};

function finishedWorkFact({ pick, because, ...field }: Field): WorkOrderFact {
  return {
    ...field,
    scope: 'work_order',
    params: null,
    sources: ['work_order'],
    read: ({ workOrder, takenAtMs }): Fact => {
      if (workOrder.work === null) return unknown('The work is not done yet.');
      const value = pick(workOrder.work, workOrder);
      return value === null ? unknown(because) : known(value, 'work_order', takenAtMs);
    },
  };
}
