import { findFact } from '../criteria/catalog.ts';
import type { FactRef } from '../domain/fact.ts';
import type { Condition, LinearCredit } from '../domain/rule-file.ts';
import { type FileReading, type Mistake, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { readKeptNumber } from './read-fact-value.ts';
import { readInnerPart } from './read-part.ts';
import { CREDIT_SHAPE } from './shapes.ts';

/**
 * Graded credit goes by the one number that the criterion compares. `when` null: the criterion is broken, so only the
 * shape is looked at. Null: wrong, and reported; `given` null: the file names no credit.
 */
export function readCredit(
  reading: FileReading,
  path: JsonPath,
  when: Condition | null,
): { readonly given: LinearCredit | null } | null {
  if (nodeAt(reading.document.root, path) === null) return { given: null };
  const shape = readInnerPart(reading, path, CREDIT_SHAPE);
  if (shape === null || when === null) return null;
  const tests = numberTests(when, false);
  const ref = onlyFact(tests);
  const fact = ref === null ? null : findFact(ref.name);
  if (ref === null || fact === null) {
    refuse(reading, path, WITHOUT_NUMBER);
    return null;
  }
  const fullAt = readKeptNumber(reading, [...path, 'full_at'], fact);
  const zeroAt = readKeptNumber(reading, [...path, 'zero_at'], fact);
  if (fullAt === null || zeroAt === null) return null;
  const mistake = flawIn(fullAt, zeroAt, tests);
  if (mistake === null) return { given: { kind: 'linear', fullAt, zeroAt, fact: ref } };
  refuse(reading, [...path, 'full_at'], mistake);
  return null;
}

type NumberTest = { readonly fact: FactRef; readonly wants: 'less' | 'more' | 'either' };

/** Every number compared anywhere in the tree, and which way the comparison points, `not` taken into account. */
function numberTests(condition: Condition, isNegated: boolean): readonly NumberTest[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap((each) => numberTests(each, isNegated));
    case 'not':
      return numberTests(condition.of, !isNegated);
    case 'test': {
      if (findFact(condition.fact.name)?.type.kind !== 'number') return [];
      const isLess = condition.operator.startsWith('lessThan');
      const isMore = condition.operator.startsWith('greaterThan');
      const wants = !isLess && !isMore ? 'either' : isLess === isNegated ? 'more' : 'less';
      return [{ fact: condition.fact, wants }];
    }
  }
}

function onlyFact(tests: readonly NumberTest[]): FactRef | null {
  const [first, ...rest] = tests;
  return first !== undefined && rest.every((each) => each.fact.key === first.fact.key) ? first.fact : null;
}

function flawIn(fullAt: number, zeroAt: number, tests: readonly NumberTest[]): Mistake | null {
  if (fullAt === zeroAt) {
    const what = 'full_at and zero_at are the same, so there is nothing between them';
    return { code: 'FM-R405', what, fix: 'Write two different numbers, or delete the credit.' };
  }
  const wantsLess = tests.every((each) => each.wants === 'less');
  const wantsMore = tests.every((each) => each.wants === 'more');
  if ((wantsLess && fullAt > zeroAt) || (wantsMore && fullAt < zeroAt)) {
    const what = `The criterion wants ${wantsLess ? 'less' : 'more'}, and the credit gives points for ${wantsLess ? 'more' : 'less'}`;
    return { code: 'FM-R405', what, fix: 'Exchange full_at and zero_at.' };
  }
  return null;
}

const WITHOUT_NUMBER: Mistake = {
  code: 'FM-R404',
  what: 'Credit needs exactly one number to go by, and the criterion compares none or several',
  fix: 'Delete the credit, or make a criterion of its own for the number.',
};
