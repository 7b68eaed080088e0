import { Rule } from 'json-rules-engine';
import type { Fact, FactRef, Facts } from '../domain/fact.ts';
import type { Condition, Criterion, RuleFile } from '../domain/rule-file.ts';
import type { Evidence, ScoredSlate, Slate, Verdict } from '../domain/scored-slate.ts';
import { type EngineCondition, factsOf, toEngineConditions } from './engine-conditions.ts';
import { bothOf, eitherOf, oppositeOf } from './kleene.ts';
import { findLibraryOperator } from './library-operator.ts';
import { fillLabel, scoreCandidate } from './score.ts';

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

/** Looks a fact up among the candidate's own first, then among those all candidates share, and notes what it saw. */
type Judge = (own: Facts, shared: Facts, evidence: Evidence[]) => Verdict;

const NO_FACTS: Facts = {};
const ALWAYS: ConditionOutcome = { verdict: 'match', evidence: [] };

/**
 * The tree as json-rules-engine parses it, with the library's own operators, as a synchronous three-valued function: a leaf
 * whose fact is not known is unknown, and only what follows for every value the fact could have counts as known.
 */
export function compileCondition(condition: Condition): (facts: Facts) => ConditionOutcome {
  const judge = compileTree(condition);
  return (facts) => {
    const evidence: Evidence[] = [];
    return { verdict: judge(facts, NO_FACTS, evidence), evidence };
  };
}

export function compileRuleFile(file: RuleFile): CompiledRuleFile {
  const criteria = file.criteria.map((criterion) => ({ criterion, judge: compileTree(criterion.when) }));
  return {
    file,
    appliesTo: file.appliesTo === null ? () => ALWAYS : compileCondition(file.appliesTo),
    score: (slate) => scoreSlate(file, criteria, slate),
  };
}

function scoreSlate(
  file: RuleFile,
  criteria: readonly { readonly criterion: Criterion; readonly judge: Judge }[],
  slate: Slate,
): ScoredSlate {
  const terms = { slate, maxVerdictAgeDays: file.maxVerdictAgeDays };
  const labelled = criteria.map(({ criterion, judge }) => ({
    criterion,
    judge,
    label: fillLabel(criterion.label, slate.workOrder),
  }));
  const candidates = slate.candidates.map((candidate) => {
    const judged = labelled.map(({ criterion, judge, label }) => {
      const evidence: Evidence[] = [];
      return { criterion, label, verdict: judge(candidate.facts, slate.facts, evidence), evidence };
    });
    return scoreCandidate(terms, candidate, judged);
  });
  return { slate, ruleFileId: file.id, ruleFileHash: file.hash, candidates };
}

function compileTree(condition: Condition): Judge {
  const parsed = new Rule({ conditions: toEngineConditions(condition), event: { type: 'criterion' } }).conditions;
  return compileNode(parsed, factsOf(condition));
}

function compileNode(node: EngineCondition, refs: ReadonlyMap<string, FactRef>): Judge {
  if ('all' in node) return compileAll(node.all.map((part) => compileNode(part, refs)));
  if ('any' in node) return compileAny(node.any.map((part) => compileNode(part, refs)));
  if ('not' in node) return compileNot(compileNode(node.not, refs));
  const ref = 'fact' in node ? refs.get(node.fact) : undefined;
  if (ref === undefined || !('fact' in node)) throw new TypeError('json-rules-engine gave back another tree');
  return compileLeaf({ ref, operator: node.operator, value: node.value, written: node.name ?? '' });
}

function compileAll(parts: readonly Judge[]): Judge {
  return (own, shared, evidence) => {
    let verdict: Verdict = 'match';
    for (const part of parts) verdict = bothOf(verdict, part(own, shared, evidence));
    return verdict;
  };
}

function compileAny(parts: readonly Judge[]): Judge {
  return (own, shared, evidence) => {
    let verdict: Verdict = 'no_match';
    for (const part of parts) verdict = eitherOf(verdict, part(own, shared, evidence));
    return verdict;
  };
}

function compileNot(part: Judge): Judge {
  return (own, shared, evidence) => oppositeOf(part(own, shared, evidence));
}

function compileLeaf(leaf: {
  readonly ref: FactRef;
  readonly operator: string;
  readonly value: unknown;
  readonly written: string;
}): Judge {
  const { ref, value, written } = leaf;
  const test = findLibraryOperator(leaf.operator);
  const absent: Fact = { kind: 'unknown', because: 'no source has this fact' };
  return (own, shared, evidence) => {
    const actual = own[ref.key] ?? shared[ref.key] ?? absent;
    const verdict = actual.kind === 'unknown' ? 'unknown' : test(actual.value, value) ? 'match' : 'no_match';
    evidence.push({ fact: ref, written, actual, verdict });
    return verdict;
  };
}
