import type { Facts } from '../domain/fact.ts';
import type { Condition, Criterion, RuleFile } from '../domain/rule-file.ts';
import type { Evidence, ScoredSlate, Slate, Verdict } from '../domain/scored-slate.ts';
import {
  type ColumnPlan,
  type CompiledTree,
  collectEvidence,
  compileTree,
  emptyPlan,
  judgeColumns,
} from './condition-columns.ts';
import { type Endings, endingsByFacts, endingsOf } from './ending.ts';
import { codeAt, verdictOf } from './kleene.ts';
import { fillLabel, scoreAll } from './score.ts';
import type { CriterionOnSlate } from './slate-terms.ts';

/** What a condition tree says of one set of facts, with every leaf it looked at: none is skipped, in the order of the tree. */
export type ConditionOutcome = { readonly verdict: Verdict; readonly evidence: readonly Evidence[] };

/** A rule file made ready to be asked many times. Holds no state: the same input gives the same answer. */
export type CompiledRuleFile = {
  readonly file: RuleFile;
  /** Over `work_order.*` facts. A catch-all always matches. */
  readonly appliesTo: (facts: Facts) => ConditionOutcome;
  /** Candidates in the slate's order; the slate is left as it is. */
  readonly score: (slate: Slate) => ScoredSlate;
};

const NO_FACTS: Facts = {};
const ALWAYS: ConditionOutcome = { verdict: 'match', evidence: [] };

/**
 * The tree as json-rules-engine parses it, with the library's own operators, as a synchronous three-valued function: a leaf
 * whose fact is not known is unknown, and only what follows for every value the fact could have counts as known.
 */
export function compileCondition(condition: Condition): (facts: Facts) => ConditionOutcome {
  const plan = emptyPlan();
  const tree = compileTree(condition, plan);
  return (facts) => {
    const judged = judgeColumns(plan, [{ facts }], NO_FACTS);
    return {
      verdict: verdictOf(codeAt(judged.codes, tree.root.column)),
      evidence: collectEvidence(tree.leaves, judged, 0),
    };
  };
}

export function compileRuleFile(file: RuleFile): CompiledRuleFile {
  const plan = emptyPlan();
  const parts = file.criteria.map((criterion) => ({
    criterion,
    endings: endingsOf(criterion),
    ...compileTree(criterion.when, plan),
  }));
  return {
    file,
    appliesTo: file.appliesTo === null ? () => ALWAYS : compileCondition(file.appliesTo),
    score: (slate) => scoreSlate(file, { plan, parts }, slate),
  };
}

type Part = CompiledTree & { readonly criterion: Criterion; readonly endings: Endings };
type Compiled = { readonly plan: ColumnPlan; readonly parts: readonly Part[] };

function scoreSlate(file: RuleFile, { plan, parts }: Compiled, slate: Slate): ScoredSlate {
  const terms = { slate, maxVerdictAgeDays: file.maxVerdictAgeDays };
  const judged = judgeColumns(plan, slate.candidates, slate.facts);
  const criteria = parts.map(({ criterion, endings, root, leaves }): CriterionOnSlate => {
    const leaf = root.kind === 'test' ? root : null;
    return {
      criterion,
      label: fillLabel(criterion.label, slate.workOrder),
      endings,
      byFacts: endingsByFacts(endings, slate),
      at: root.column * judged.count,
      collect: (place) => collectEvidence(leaves, judged, place),
      leaves,
      leaf,
      actuals: leaf === null ? [] : (judged.facts[leaf.fact] ?? []),
    };
  });
  const candidates = scoreAll(terms, slate.candidates, { criteria, codes: judged.codes });
  return { slate, ruleFileId: file.id, ruleFileHash: file.hash, candidates };
}
