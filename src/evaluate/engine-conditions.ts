import type { TopLevelCondition } from 'json-rules-engine';
import type { FactRef } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';

type Leaf = Extract<Condition, { readonly kind: 'test' }>;
type Branch = Exclude<Condition, Leaf>;

/** One place inside json-rules-engine's tree; the library does not export the name. */
export type EngineCondition = Extract<TopLevelCondition, { readonly all: unknown }>['all'][number];

/**
 * The tree in json-rules-engine's own shape. A leaf names its fact by the canonical key, because the library ignores
 * `params` of constant facts; `name` carries the text as written, and neither `path` nor `priority` is ever set.
 */
export function toEngineConditions(condition: Condition): TopLevelCondition {
  // The library wants all, any or not at the root.
  return condition.kind === 'test' ? { all: [toEngineLeaf(condition)] } : toEngineBranch(condition);
}

/** Every fact the tree asks for, by key; each once, in the order of the tree. */
export function factsOf(condition: Condition): ReadonlyMap<string, FactRef> {
  const refs = new Map<string, FactRef>();
  collectFacts(condition, refs);
  return refs;
}

function toEngineBranch(condition: Branch): TopLevelCondition {
  switch (condition.kind) {
    case 'all':
      return { all: toEngineParts(condition.of) };
    case 'any':
      return { any: toEngineParts(condition.of) };
    case 'not':
      return { not: toEngineCondition(condition.of) };
  }
}

function toEngineParts(parts: readonly Condition[]): EngineCondition[] {
  // The library calls an empty `any` true; such files are refused at load.
  if (parts.length === 0) throw new TypeError('an empty "all" or "any" has no meaning');
  return parts.map(toEngineCondition);
}

function toEngineCondition(condition: Condition): EngineCondition {
  return condition.kind === 'test' ? toEngineLeaf(condition) : toEngineBranch(condition);
}

function toEngineLeaf(leaf: Leaf): EngineCondition {
  return { fact: leaf.fact.key, operator: leaf.operator, value: leaf.value, name: leaf.written };
}

function collectFacts(condition: Condition, into: Map<string, FactRef>): void {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const part of condition.of) collectFacts(part, into);
      return;
    case 'not':
      collectFacts(condition.of, into);
      return;
    case 'test':
      if (!into.has(condition.fact.key)) into.set(condition.fact.key, condition.fact);
  }
}
