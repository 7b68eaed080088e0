import { Rule } from 'json-rules-engine';
import type { Fact, FactRef, Facts } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';
import type { Evidence } from '../domain/scored-slate.ts';
import { type BoundOperator, bindOperator, stands } from './bind-operator.ts';
import { type EngineCondition, factsOf, toEngineConditions } from './engine-conditions.ts';
import { ABSENT, gatherFacts, type Sets } from './gather-facts.ts';
import { codeAt, MATCH, mirrorOf, NO_MATCH, type VerdictCode, verdictOf } from './kleene.ts';

/*
 * Condition trees over many sets of facts at once: each condition of a tree goes through all of them before the next one does.
 * It then does one and the same thing over and over, which costs a third of going through the tree set by set.
 */

/** What trees that are judged together share. Grows as they are compiled. */
export type ColumnPlan = {
  /** Of the facts they ask for, each once. */
  readonly keys: string[];
  readonly roots: Node[];
  /** Of verdicts: one for each condition, whether it is a leaf or joins others. */
  columns: number;
};

export type CompiledTree = {
  readonly root: Node;
  /** In the order of the tree. */
  readonly leaves: readonly Leaf[];
};

export type Leaf = {
  readonly kind: 'test';
  readonly column: number;
  readonly ref: FactRef;
  /** Its place among the plan's keys. */
  readonly fact: number;
  readonly written: string;
  readonly operator: BoundOperator;
};

type Node =
  | Leaf
  | { readonly kind: 'all' | 'any'; readonly column: number; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly column: number; readonly part: Node };

/** What a plan's trees say of some sets of facts. */
export type JudgedColumns = {
  /** Of sets of facts. */
  readonly count: number;
  /** By the plan's keys, then by set. */
  readonly facts: readonly (readonly Fact[])[];
  /** Verdicts, column after column. */
  readonly codes: Uint8Array;
};

export function emptyPlan(): ColumnPlan {
  return { keys: [], roots: [], columns: 0 };
}

/** Adds to the plan what the tree needs. */
export function compileTree(condition: Condition, plan: ColumnPlan): CompiledTree {
  const parsed = new Rule({ conditions: toEngineConditions(condition), event: { type: 'criterion' } }).conditions;
  const leaves: Leaf[] = [];
  const root = compileNode(parsed, { refs: factsOf(condition), leaves, plan });
  plan.roots.push(root);
  return { root, leaves };
}

/** Facts are looked up among each one's own first, then among those all share. */
export function judgeColumns({ keys, roots, columns }: ColumnPlan, sets: Sets, shared: Facts): JudgedColumns {
  const judged = {
    count: sets.length,
    facts: gatherFacts(keys, sets, shared),
    codes: new Uint8Array(columns * sets.length),
  };
  for (const root of roots) judgeNode(root, judged);
  return judged;
}

/** What each leaf of a tree says: none is skipped, in the order of the tree. `place` is that of the set of facts. */
export function collectEvidence(leaves: readonly Leaf[], judged: JudgedColumns, place: number): readonly Evidence[] {
  return leaves.map((leaf) => toEvidence(leaf, judged, place));
}

function toEvidence(
  { ref, written, fact, column }: Leaf,
  { count, facts, codes }: JudgedColumns,
  place: number,
): Evidence {
  const actual = facts[fact]?.[place] ?? ABSENT;
  return { fact: ref, written, actual, verdict: verdictOf(codeAt(codes, column * count + place)) };
}

type Tree = { readonly refs: ReadonlyMap<string, FactRef>; readonly leaves: Leaf[]; readonly plan: ColumnPlan };

/** Adds the leaves it meets. */
function compileNode(node: EngineCondition, tree: Tree): Node {
  if ('all' in node) return compileParts('all', node.all, tree);
  if ('any' in node) return compileParts('any', node.any, tree);
  if ('not' in node) return { kind: 'not', part: compileNode(node.not, tree), column: nextColumn(tree) };
  const ref = 'fact' in node ? tree.refs.get(node.fact) : undefined;
  if (ref === undefined || !('fact' in node)) throw new TypeError('json-rules-engine gave back another tree');
  const operator = bindOperator(node.operator, node.value);
  const [column, fact] = [nextColumn(tree), placeOfKey(ref.key, tree)];
  const leaf = { kind: 'test', column, ref, fact, written: node.name ?? '', operator } as const;
  tree.leaves.push(leaf);
  return leaf;
}

function compileParts(kind: 'all' | 'any', of: readonly EngineCondition[], tree: Tree): Node {
  const parts = of.map((part) => compileNode(part, tree));
  const [only] = parts;
  // The root of a short form, which is most of them.
  if (only !== undefined && parts.length === 1) return only;
  return { kind, parts, column: nextColumn(tree) };
}

function nextColumn({ plan }: Tree): number {
  plan.columns += 1;
  return plan.columns - 1;
}

function placeOfKey(key: string, { plan: { keys } }: Tree): number {
  const known = keys.indexOf(key);
  return known === -1 ? keys.push(key) - 1 : known;
}

function judgeNode(node: Node, judged: JudgedColumns): void {
  switch (node.kind) {
    case 'test':
      judgeLeaf(node, judged);
      return;
    case 'not':
      judgeNode(node.part, judged);
      mirror(node.part, node.column, judged);
      return;
    case 'all':
    case 'any':
      fill(node.column, node.kind === 'all' ? MATCH : NO_MATCH, judged);
      for (const part of node.parts) {
        judgeNode(part, judged);
        if (node.kind === 'all') keepLeast(part, node.column, judged);
        else keepGreatest(part, node.column, judged);
      }
  }
}

/**
 * Most of scoring is this. V8 fetches what is imported anew at each use: hence a name of its own for `stands`, and 0, 1 and 2
 * instead of the names that `kleene.ts` has for no match, unknown and match.
 */
function judgeLeaf({ column, fact, operator }: Leaf, { count, facts, codes }: JudgedColumns): void {
  const actuals = facts[fact] ?? [];
  const at = column * count;
  const holds = stands;
  for (let place = 0; place < count; place += 1) {
    const actual = actuals[place];
    if (actual === undefined || actual.kind === 'unknown') codes[at + place] = 1;
    else codes[at + place] = holds(actual.value, operator) ? 2 : 0;
  }
}

function fill(column: number, verdict: VerdictCode, { count, codes }: JudgedColumns): void {
  codes.fill(verdict, column * count, (column + 1) * count);
}

function mirror(part: Node, column: number, { count, codes }: JudgedColumns): void {
  const [from, to] = [part.column * count, column * count];
  for (let place = 0; place < count; place += 1) codes[to + place] = mirrorOf(codeAt(codes, from + place));
}

function keepLeast(part: Node, column: number, { count, codes }: JudgedColumns): void {
  const [from, to] = [part.column * count, column * count];
  for (let place = 0; place < count; place += 1) {
    const code = codeAt(codes, from + place);
    if (code < codeAt(codes, to + place)) codes[to + place] = code;
  }
}

function keepGreatest(part: Node, column: number, { count, codes }: JudgedColumns): void {
  const [from, to] = [part.column * count, column * count];
  for (let place = 0; place < count; place += 1) {
    const code = codeAt(codes, from + place);
    if (code > codeAt(codes, to + place)) codes[to + place] = code;
  }
}
