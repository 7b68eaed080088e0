import { findFact } from '../criteria/catalog.ts';
import type { Condition } from '../domain/rule-file.ts';
import { type FileReading, refuse } from './file-reading.ts';
import { nodeAt } from './json-document.ts';
import type { NamedConditions } from './named-conditions.ts';
import { notHere } from './read-comparison.ts';
import { readCondition } from './read-condition.ts';

/** `given` null: the catch-all. */
export function readAppliesTo(
  reading: FileReading,
  named: NamedConditions,
): { readonly given: Condition | null } | null {
  if (nodeAt(reading.document.root, ['applies_to']) === null) return { given: null };
  const read = readCondition(reading, ['applies_to'], {
    facts: 'work_order',
    resolve: (name, path) => {
      const resolved = named.resolve(name, path);
      const outside = resolved === null ? null : factOutside(resolved.condition);
      if (outside === null) return resolved;
      refuse(reading, path, notHere(outside));
      return null;
    },
  });
  return read === null ? null : { given: read.condition };
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
