import { CRITERIA } from '../../criteria/catalog.ts';
import { neverMatches, neverMisses } from '../condition-logic.ts';
import type { Test } from '../fact-values.ts';
import { type AskedCriterion, type Asking, whenPath } from './asked-criterion.ts';
import { type LintReading, type PlacedCondition, partsOf, placeCondition, warnOnce } from './lint-reading.ts';

/** By fact, what speaks for a provider: more of it or less. */
const BETTER: ReadonlyMap<string, 'more' | 'less'> = new Map(
  CRITERIA.flatMap(({ fact, better }) =>
    better === undefined || fact.type.kind !== 'number' ? [] : [[fact.name, better] as const],
  ),
);

const AT_MOST = ['lessThan', 'lessThanInclusive'];
const AT_LEAST = ['greaterThan', 'greaterThanInclusive'];

/**
 * Required criteria that keep the good ones out: `rating <= 4.5`, `distance >= 50`. Who asks for both ends of something means
 * what is between, or has been told that nothing is.
 */
export function lintDirection(reading: LintReading, { criteria }: Pick<Asking, 'criteria'>): void {
  const asked = criteria
    .filter(({ isRequired }) => isRequired)
    .flatMap((criterion) =>
      testsOf(reading, placeCondition(reading, criterion.when, whenPath(reading, criterion))).map((placed) => {
        return { ...placed, criterion };
      }),
    );
  for (const { test, at, criterion } of asked) {
    const isAlone = asked.every((other) => other.test === test || other.test.fact.key !== test.fact.key);
    if (isAlone && isTurned(test)) warnOnce(reading, at, turned(criterion, test));
  }
}

type Placed = { readonly test: Test; readonly at: PlacedCondition['path'] };

/** What must hold whatever else does: the comparison itself, or those of an `all`. */
function testsOf(reading: LintReading, placed: PlacedCondition): readonly Placed[] {
  const { condition, path } = placed;
  if (condition.kind === 'test') return [{ test: condition, at: [...path, 'value'] }];
  return condition.kind === 'all' ? partsOf(reading, placed).flatMap((part) => testsOf(reading, part)) : [];
}

/** More than nothing, or less than all there is, is asked as it is meant. */
function isTurned(test: Test): boolean {
  const better = BETTER.get(test.fact.name);
  if (better === undefined || test.value === 0 || neverMatches(test) || neverMisses(test)) return false;
  return (better === 'more' ? AT_MOST : AT_LEAST).includes(test.operator);
}

function turned({ key }: AskedCriterion, { fact, written }: Test) {
  const isMore = BETTER.get(fact.name) === 'more';
  const [whom, sign] = isMore ? ['most', written.replace('<', '>')] : ['least', written.replace('>', '<')];
  const what = `${key} is required, and ${fact.name} ${written} keeps out whoever has the ${whom}`;
  return { code: 'FM-R834', what, fix: `Write ${sign} if that is meant.` } as const;
}
