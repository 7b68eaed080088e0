import { findFact } from '../criteria/catalog.ts';
import type { Condition } from '../domain/rule-file.ts';
import { type FileReading, refuse } from './file-reading.ts';
import { nodeAt } from './json-document.ts';
import type { NamedConditions } from './named-conditions.ts';
import { notHere } from './read-comparison.ts';
import { type ConditionScope, readCondition } from './read-condition.ts';

/** `given` null: the catch-all. */
export function readAppliesTo(
  reading: FileReading,
  named: NamedConditions,
  facts: 'work_order' | 'review',
): { readonly given: Condition | null } | null {
  if (nodeAt(reading.document.root, ['applies_to']) === null) return { given: null };
  const read = readCondition(reading, ['applies_to'], workOrderScope(reading, named, facts));
  return read === null ? null : { given: read.condition };
}

/** Facts of the work order alone, also in the named conditions that are put in place. */
export function workOrderScope(
  reading: FileReading,
  named: NamedConditions,
  facts: 'work_order' | 'review',
): ConditionScope {
  return {
    facts,
    resolve: (name, path) => {
      const resolved = named.resolve(name, path);
      const outside = resolved === null ? null : factOutside(resolved.condition);
      if (outside === null) return resolved;
      refuse(reading, path, notHere(outside, facts));
      return null;
    },
  };
}

/** A fact of the tree that is about a provider, not the work order; null when there is none. */
function factOutside(condition: Condition): string | null {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.map(factOutside).find((name) => name !== null) ?? null;
    case 'not':
      return factOutside(condition.of);
    case 'test':
      return findFact(condition.fact.name)?.scope === 'work_order' ? null : condition.fact.name;
  }
}
