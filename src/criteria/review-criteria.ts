import type { WorkOrderFact } from './definition.ts';
import {
  closingNotesFact,
  deliverablesFact,
  hoursOverEstimateFact,
  hoursWorkedFact,
  payOverOfferFact,
  payOverOfferUsdFact,
  payToReleaseFact,
  problemsOpenFact,
  tasksOpenFact,
} from './finished-work-facts.ts';

/** A criterion a review file can name in short form. */
export type ReviewCriterionDefinition = {
  /** `[a-z][a-z0-9_]*`. */
  readonly key: string;
  readonly label: string;
  readonly fact: WorkOrderFact;
};

/** The short forms of review files; anything else is asked with `when`. */
export const REVIEW_CRITERIA: readonly ReviewCriterionDefinition[] = [
  { key: 'hours_worked', label: 'Hours worked', fact: hoursWorkedFact },
  { key: 'hours_over_estimate', label: 'Hours over the estimate', fact: hoursOverEstimateFact },
  { key: 'problems_open', label: 'Problems not resolved', fact: problemsOpenFact },
  { key: 'tasks_open', label: 'Tasks not done', fact: tasksOpenFact },
  { key: 'deliverables', label: 'Deliverables handed in', fact: deliverablesFact },
  { key: 'closing_notes', label: 'Closing notes', fact: closingNotesFact },
  { key: 'pay_to_release', label: 'Pay to release', fact: payToReleaseFact },
  { key: 'pay_over_offer_usd', label: 'Pay over the offer, in dollars', fact: payOverOfferUsdFact },
  { key: 'pay_over_offer', label: 'Pay over the offer', fact: payOverOfferFact },
];

/** By key or label, without regard to case; null: there is no such short form. */
export function findReviewCriterion(name: string): ReviewCriterionDefinition | null {
  const plain = name.trim().toLowerCase();
  return REVIEW_CRITERIA.find(({ key, label }) => key === plain || label.toLowerCase() === plain) ?? null;
}
