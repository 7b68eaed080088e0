import type { JsonObject } from '../domain/json.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { CriterionResult, ScoredCandidate } from '../domain/scored-slate.ts';

/**
 * The evaluation as Field Nation shows it in a pending row, key by key in its order, so that both can be laid side by side.
 * `id` is false for the default ranking, as the platform sends it; criteria that do not apply are left out.
 * Source: Field Nation `GET /workorders/{id}/providers`, `results[].selection_rule`.
 */
export function toSelectionRule(scored: ScoredCandidate, file: RuleFile): JsonObject {
  return {
    id: file.selectionRuleId === 0 ? false : file.selectionRuleId,
    is_match: scored.isMatch,
    points: scored.pointsMilli / 1000,
    is_default: file.selectionRuleId === 0,
    criterion: scored.criteria.filter((result) => result.applies).map(toCriterion),
    max_points: scored.maxPoints,
  };
}

function toCriterion(result: CriterionResult): JsonObject {
  return {
    id: result.position,
    weight: result.weight,
    name: result.label,
    is_required: result.isRequired,
    can_remote: result.canRemote,
    points: result.pointsMilli / 1000,
    width: result.width,
    status: result.status,
    order: result.order,
    is_match: result.verdict === 'match',
  };
}
