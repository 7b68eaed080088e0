import type { Condition } from '../../domain/rule-file.ts';
import { type FileReading, type Mistake, warn } from '../file-reading.ts';
import { type JsonNode, type JsonPath, nodeAt } from '../json-document.ts';

/** A rule file that was read without problems, while it is looked at for what it cannot mean. */
export type LintReading = Pick<FileReading, 'path' | 'document' | 'warnings'>;

/** A condition with where it stands; of one in short form, where its criterion stands. */
export type PlacedCondition = {
  readonly condition: Condition;
  readonly path: JsonPath;
  /** Where it is asked by a name; null: it is written out in its place. */
  readonly named: { readonly name: string; readonly path: JsonPath } | null;
};

/** What it is made of, each where it is written: for a named condition that is under `conditions`. */
export function partsOf(reading: LintReading, { condition, path }: PlacedCondition): readonly PlacedCondition[] {
  switch (condition.kind) {
    case 'test':
      return [];
    case 'not':
      return [placeCondition(reading, condition.of, [...path, 'not'])];
    case 'all':
    case 'any':
      return condition.of.map((part, place) => placeCondition(reading, part, [...path, condition.kind, place]));
  }
}

export function placeCondition(reading: LintReading, condition: Condition, path: JsonPath): PlacedCondition {
  const name = nameAt(reading, path);
  if (name === null) return { condition, path, named: null };
  return { ...placeCondition(reading, condition, ['conditions', name]), named: { name, path: [...path, 'condition'] } };
}

function nameAt({ document }: LintReading, path: JsonPath): string | null {
  const node: JsonNode | null = nodeAt(document.root, [...path, 'condition']);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

/** Once for each place and code: a named condition may be used many times. */
export function warnOnce(reading: LintReading, path: JsonPath, mistake: Mistake): void {
  warn(reading, path, mistake);
  const added = reading.warnings.pop();
  if (added === undefined) return;
  const isKnown = reading.warnings.some(
    ({ line, column, code }) => line === added.line && column === added.column && code === added.code,
  );
  if (!isKnown) reading.warnings.push(added);
}
