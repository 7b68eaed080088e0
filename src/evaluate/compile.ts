import type { Facts } from '../domain/fact.ts';
import type { Condition, RuleFile } from '../domain/rule-file.ts';
import type { Evidence, ScoredSlate, Slate, Verdict } from '../domain/scored-slate.ts';
import { type ColumnPlan, collectEvidence, compileTree, emptyPlan, judgeColumns } from './condition-columns.ts';
import { codeAt, verdictOf } from './kleene.ts';
import { fillLabel, scorePlaced } from './score.ts';
import { oldestVerdictMs, type ReadyCriterion, type SlateTerms } from './slate-terms.ts';

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
      evidence: collectEvidence(tree, judged, 0),
    };
  };
}

export function compileRuleFile(file: RuleFile): CompiledRuleFile {
  const plan = emptyPlan();
  const criteria = file.criteria.map((criterion, index): ReadyCriterion => {
    const tree = compileTree(criterion.when, plan);
    const { column } = tree.root;
    return { criterion, index, column, collect: (judged, place) => collectEvidence(tree, judged, place) };
  });
  return {
    file,
    appliesTo: file.appliesTo === null ? () => ALWAYS : compileCondition(file.appliesTo),
    score: (slate) => scoreSlate(file, { plan, criteria }, slate),
  };
}

type Compiled = { readonly plan: ColumnPlan; readonly criteria: readonly ReadyCriterion[] };

function scoreSlate(file: RuleFile, { plan, criteria }: Compiled, slate: Slate): ScoredSlate {
  const terms: SlateTerms = {
    slate,
    criteria,
    labels: file.criteria.map(({ label }) => fillLabel(label, slate.workOrder)),
    judged: judgeColumns(plan, slate.candidates, slate.facts),
    oldestVerdictMs: oldestVerdictMs(slate, file.maxVerdictAgeDays),
  };
  const candidates = slate.candidates.map((candidate, place) => scorePlaced(terms, { candidate, place }));
  return { slate, ruleFileId: file.id, ruleFileHash: file.hash, candidates };
}
