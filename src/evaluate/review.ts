import type { Facts } from '../domain/fact.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { ReviewFile } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { type CompiledRuleFile, type ConditionOutcome, compileCondition } from './compile.ts';
import { confirmByReference, disagreements } from './reference.ts';
import { fillLabel } from './score.ts';

/** A review file made ready to be asked many times. Holds no state. */
export type CompiledReviewFile = {
  readonly file: ReviewFile;
  readonly appliesTo: CompiledRuleFile['appliesTo'];
  /** How the work does on each criterion, in file order. */
  readonly review: (workOrder: WorkOrder, facts: Facts) => readonly ReviewedCriterion[];
};

const ALWAYS: ConditionOutcome = { verdict: 'match', evidence: [] };

export function compileReviewFile(file: ReviewFile): CompiledReviewFile {
  const criteria = file.criteria.map((criterion) => ({ criterion, judge: compileCondition(criterion.when) }));
  return {
    file,
    appliesTo: file.appliesTo === null ? () => ALWAYS : compileCondition(file.appliesTo),
    review: (workOrder, facts) =>
      criteria.map(({ criterion, judge }) => {
        const { position, key, label, weight, isRequired, onMissing } = criterion;
        const { verdict, evidence } = judge(facts);
        const needsPerson = verdict === 'unknown' && (isRequired || onMissing === 'hold');
        return {
          position,
          key,
          label: fillLabel(label, workOrder),
          weight,
          isRequired,
          verdict,
          needsPerson,
          evidence,
        };
      }),
  };
}

/** Keys of the criteria on which json-rules-engine itself says something else; empty when they agree. */
export async function disputedByReference(
  file: ReviewFile,
  facts: Facts,
  reviewed: readonly ReviewedCriterion[],
): Promise<readonly string[]> {
  const reference = await confirmByReference({ file, workOrderFacts: facts, candidateFacts: {} });
  const criteria = reviewed.map(({ key, verdict }) => ({ key, factVerdict: verdict }));
  return disagreements({ criteria }, reference);
}
