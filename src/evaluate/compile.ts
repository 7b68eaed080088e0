import { Rule } from 'json-rules-engine';
import type { Fact, FactRef, Facts } from '../domain/fact.ts';
import type { Condition, Criterion, RuleFile } from '../domain/rule-file.ts';
import type { Candidate, Evidence, ScoredSlate, Slate, Verdict } from '../domain/scored-slate.ts';
import { type BoundOperator, bindOperator } from './bind-operator.ts';
import { type EngineCondition, factsOf, toEngineConditions } from './engine-conditions.ts';
import { bothOf, eitherOf, oppositeOf } from './kleene.ts';
import { fillLabel, placeOnSlate, scoreOnSlate } from './score.ts';

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

/** Looks facts up among the candidate's own first, then among those all candidates share. Stops where the verdict is settled. */
type Judge = (own: Facts, shared: Facts) => Verdict;

/** One condition of a tree, which judges by itself. */
type Leaf = { readonly ref: FactRef; readonly written: string; readonly judge: Judge };

/**
 * A tree made ready. Its verdict and its evidence are asked for apart: of most candidates nobody reads the evidence, and a
 * verdict alone needs neither the leaves behind one that settles it nor a list to put them in.
 */
type CompiledTree = {
  readonly judge: Judge;
  /** In the order of the tree. */
  readonly leaves: readonly Leaf[];
};

const NO_FACTS: Facts = {};
const ALWAYS: ConditionOutcome = { verdict: 'match', evidence: [] };
const ABSENT: Fact = { kind: 'unknown', because: 'no source has this fact' };

/**
 * The tree as json-rules-engine parses it, with the library's own operators, as a synchronous three-valued function: a leaf
 * whose fact is not known is unknown, and only what follows for every value the fact could have counts as known.
 */
export function compileCondition(condition: Condition): (facts: Facts) => ConditionOutcome {
  const tree = compileTree(condition);
  return (facts) => ({ verdict: tree.judge(facts, NO_FACTS), evidence: collectEvidence(tree, facts, NO_FACTS) });
}

export function compileRuleFile(file: RuleFile): CompiledRuleFile {
  const parts = file.criteria.map((criterion) => ({ criterion, tree: compileTree(criterion.when) }));
  return {
    file,
    appliesTo: file.appliesTo === null ? () => ALWAYS : compileCondition(file.appliesTo),
    score: (slate) => scoreSlate(file, parts, slate),
  };
}

type Part = { readonly criterion: Criterion; readonly tree: CompiledTree };

function scoreSlate(file: RuleFile, parts: readonly Part[], slate: Slate): ScoredSlate {
  const terms = { slate, maxVerdictAgeDays: file.maxVerdictAgeDays };
  const criteria = parts.map(({ criterion, tree }) => ({
    ...placeOnSlate(criterion, fillLabel(criterion.label, slate.workOrder), terms),
    judge: tree.judge,
    collect: ({ facts }: Candidate) => collectEvidence(tree, facts, slate.facts),
  }));
  const onSlate = { slate, criteria };
  const candidates = slate.candidates.map((candidate) => scoreOnSlate(onSlate, candidate));
  return { slate, ruleFileId: file.id, ruleFileHash: file.hash, candidates };
}

function collectEvidence({ leaves }: CompiledTree, own: Facts, shared: Facts): readonly Evidence[] {
  return leaves.map(({ ref, written, judge }) => ({
    fact: ref,
    written,
    actual: own[ref.key] ?? shared[ref.key] ?? ABSENT,
    verdict: judge(own, shared),
  }));
}

function compileTree(condition: Condition): CompiledTree {
  const parsed = new Rule({ conditions: toEngineConditions(condition), event: { type: 'criterion' } }).conditions;
  const leaves: Leaf[] = [];
  return { judge: compileNode(parsed, factsOf(condition), leaves), leaves };
}

/** Adds the leaves it meets. */
function compileNode(node: EngineCondition, refs: ReadonlyMap<string, FactRef>, leaves: Leaf[]): Judge {
  if ('all' in node) return compileAll(node.all.map((part) => compileNode(part, refs, leaves)));
  if ('any' in node) return compileAny(node.any.map((part) => compileNode(part, refs, leaves)));
  if ('not' in node) return compileNot(compileNode(node.not, refs, leaves));
  const ref = 'fact' in node ? refs.get(node.fact) : undefined;
  if (ref === undefined || !('fact' in node)) throw new TypeError('json-rules-engine gave back another tree');
  const judge = compileTest(ref.key, bindOperator(node.operator, node.value));
  leaves.push({ ref, written: node.name ?? '', judge });
  return judge;
}

function compileAll(parts: readonly Judge[]): Judge {
  const [only] = parts;
  // The root of a short form, which is most of them.
  if (only !== undefined && parts.length === 1) return only;
  return (own, shared) => {
    let verdict: Verdict = 'match';
    for (const part of parts) {
      verdict = bothOf(verdict, part(own, shared));
      if (verdict === 'no_match') break;
    }
    return verdict;
  };
}

function compileAny(parts: readonly Judge[]): Judge {
  return (own, shared) => {
    let verdict: Verdict = 'no_match';
    for (const part of parts) {
      verdict = eitherOf(verdict, part(own, shared));
      if (verdict === 'match') break;
    }
    return verdict;
  };
}

function compileNot(part: Judge): Judge {
  return (own, shared) => oppositeOf(part(own, shared));
}

function compileTest(key: string, holds: BoundOperator): Judge {
  return (own, shared) => {
    const actual = own[key] ?? shared[key];
    if (actual === undefined || actual.kind === 'unknown') return 'unknown';
    return holds(actual.value) ? 'match' : 'no_match';
  };
}
