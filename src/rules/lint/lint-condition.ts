import { unitOfFact } from '../../criteria/catalog.ts';
import { toWrittenNumber } from '../../domain/fact.ts';
import type { Condition } from '../../domain/rule-file.ts';
import { type Claim, implies, isRuledOut, matches, neverMatches, neverMisses } from '../condition-logic.ts';
import { type Test, whatIsAsked } from '../fact-values.ts';
import type { JsonPath } from '../json-document.ts';
import { type LintReading, type PlacedCondition, partsOf, warnOnce } from './lint-reading.ts';

/** What follows for the file when the whole condition never, or always, holds; both go on after "so". */
export type Consequences = { readonly never: string; readonly always: string };

/** A larger tree is looked at comparison by comparison: what its parts say of each other would take too long to find. */
const MOST_TESTS = 200;
/** With more parts than this no pair of them is compared: that takes the square of it. */
const MOST_PARTS = 40;

/** Every comparison, `all` and `any` of the tree that cannot mean what it says. */
export function lintCondition(reading: LintReading, placed: PlacedCondition, then: Consequences): void {
  const { condition } = placed;
  if (countTests(condition) > MOST_TESTS) {
    for (const part of partsOf(reading, placed)) lintCondition(reading, part, then);
    return;
  }
  const so = neverMatches(condition) ? `, so ${then.never}` : neverMisses(condition) ? `, so ${then.always}` : '';
  visit({ reading, so }, placed);
}

type Visit = { readonly reading: LintReading; readonly so: string };

function visit(lint: Visit, placed: PlacedCondition): void {
  const { condition } = placed;
  const parts = partsOf(lint.reading, placed);
  for (const part of parts) visit(lint, part);
  if (condition.kind === 'test') lintTest(lint, { ...placed, condition });
  else if (condition.kind !== 'not' && !parts.some((part) => isSettled(part.condition))) {
    const isWhole = condition.kind === 'all' ? !lintAll(lint, parts) : !lintAny(lint, parts);
    if (isWhole && parts.length <= MOST_PARTS) lintNeedless(lint, parts, condition.kind);
  }
}

export function countTests(condition: Condition): number {
  switch (condition.kind) {
    case 'test':
      return 1;
    case 'not':
      return countTests(condition.of);
    case 'all':
    case 'any':
      return condition.of.reduce((sum, part) => sum + countTests(part), 0);
  }
}

function isSettled(condition: Condition): boolean {
  return neverMatches(condition) || neverMisses(condition);
}

function lintTest({ reading, so }: Visit, { condition, path }: PlacedCondition & { readonly condition: Test }): void {
  const at = [...path, 'value'];
  const compared = `${condition.fact.key} ${condition.written}`;
  const range = describeRange(condition);
  if (neverMisses(condition)) {
    const what = `${compared} is always true${range}${so}`;
    warnOnce(reading, at, { code: 'FM-R808', what, fix: 'Delete it, or write the value that was meant.' });
  } else if (neverMatches(condition)) {
    const what = `${compared} is never true${range}${so}`;
    warnOnce(reading, at, { code: 'FM-R809', what, fix: 'Write the value that was meant.' });
  } else lintFraction(reading, condition, at);
}

/** `cancel_rate <= 0.05`, by somebody who means 5 %. */
function lintFraction(reading: LintReading, { fact, value, written }: Test, at: JsonPath): void {
  if (unitOfFact(fact.name) !== 'percent' || typeof value !== 'number') return;
  const percent = toWrittenNumber(value, 'percent');
  if (percent <= 0 || percent >= 1) return;
  const what = `${fact.name} is in percent, and ${written} asks for a part of one percent`;
  const fix = `Write ${toWrittenNumber(value * 100, 'percent')} if ${toWrittenNumber(value * 100, 'percent')} % is meant.`;
  warnOnce(reading, at, { code: 'FM-R833', what, fix });
}

/** True: reported. */
function lintAll({ reading, so }: Visit, parts: readonly PlacedCondition[]): boolean {
  const place = firstPlace(parts, 'match');
  const late = place === null ? undefined : parts[place];
  if (late === undefined || place === null) return false;
  const rival = parts
    .slice(0, place)
    .find(({ condition }) => isRuledOut([matches(condition), matches(late.condition)]));
  const what = `${describe(late)} excludes ${rival === undefined ? 'what stands before it' : describe(rival)}, and both are asked${so}`;
  const fix = 'Write "any" if one is enough, or change one of them.';
  warnOnce(reading, placeOf(late), { code: 'FM-R810', what, fix });
  return true;
}

function lintAny({ reading, so }: Visit, parts: readonly PlacedCondition[]): boolean {
  const place = firstPlace(parts, 'no_match');
  const late = place === null ? undefined : parts[place];
  if (late === undefined) return false;
  const what = `With ${describe(late)} these alternatives leave nothing out${so}`;
  const fix = 'Write "all" if each is to hold, or delete the "any".';
  warnOnce(reading, placeOf(late), { code: 'FM-R811', what, fix });
  return true;
}

/** The place of the part that can no longer be so where all before it are; null: all can be at once, as far as is certain. */
function firstPlace(parts: readonly PlacedCondition[], is: 'match' | 'no_match'): number | null {
  const claims = parts.map(({ condition }): Claim => ({ condition, is }));
  if (!isRuledOut(claims)) return null;
  const place = claims.findIndex((_, last) => isRuledOut(claims.slice(0, last + 1)));
  return place === -1 ? null : place;
}

function lintNeedless({ reading }: Visit, parts: readonly PlacedCondition[], kind: 'all' | 'any'): void {
  for (const [place, part] of parts.entries()) {
    const other = parts.find((candidate, at) => {
      if (at === place) return false;
      const [narrow, wide] = kind === 'all' ? [candidate, part] : [part, candidate];
      if (!isNarrower(narrow.condition, wide.condition)) return false;
      return at < place || !isNarrower(wide.condition, narrow.condition);
    });
    if (other === undefined) continue;
    const isSame = isNarrower(other.condition, part.condition) && isNarrower(part.condition, other.condition);
    const what = isSame
      ? `${describe(part)} is asked twice`
      : `${describe(part)} makes no difference beside ${describe(other)}`;
    warnOnce(reading, placeOf(part), { code: 'FM-R812', what, fix: 'Delete it, or change one of them.' });
  }
}

/** Whoever meets it meets the other, and whoever misses the other misses it. */
export function isNarrower(narrow: Condition, wide: Condition): boolean {
  return (
    implies(narrow, wide) &&
    isRuledOut([
      { condition: wide, is: 'no_match' },
      { condition: narrow, is: 'not_no_match' },
    ])
  );
}

function placeOf({ condition, path, named }: PlacedCondition): PlacedCondition['path'] {
  return named?.path ?? (condition.kind === 'test' ? [...path, 'value'] : path);
}

/** `provider.rating >= 4.5`, or that it is more than that. */
function describe({ condition, named }: Pick<PlacedCondition, 'condition' | 'named'>): string {
  if (named !== null) return `"${named.name}"`;
  if (condition.kind === 'not') return `not (${describe({ condition: condition.of, named })})`;
  return condition.kind === 'test' ? `${condition.fact.key} ${condition.written}` : `this "${condition.kind}"`;
}

/** `: it goes from 0 to 5`; empty where the fact has no range worth telling. */
function describeRange(test: Test): string {
  const { possible } = whatIsAsked(test);
  if (possible.kind === 'words') return '';
  const unit = unitOfFact(test.fact.name) ?? 'count';
  const [[from, to] = [-Infinity, Infinity]] = possible.ranges;
  const [low, high] = [toWrittenNumber(from, unit), toWrittenNumber(to, unit)];
  return to === Infinity ? `: it is never below ${low}` : `: it goes from ${low} to ${high}`;
}
