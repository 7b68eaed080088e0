import type { Condition } from '../domain/rule-file.ts';
import { type Asked, type Test, whatIsAsked } from './fact-values.ts';
import { bothOf, isEmpty, type ValueSet, without, words } from './value-set.ts';

/*
 * What conditions say about each other, in the three-valued logic they are evaluated in. Every question comes down to one:
 * is there a work order and a candidate of whom all these claims are true? The search for one (a tableau) goes through the
 * `any`s branch by branch and keeps what is left of each fact; where nothing is left of a fact, the branch is closed. It gives
 * up after so many steps, and whoever gave up has proved nothing, so every answer errs on the side of silence.
 */

/** `not_match` is no_match or unknown, `not_no_match` is match or unknown. */
type Sign = 'match' | 'no_match' | 'not_match' | 'not_no_match';
export type Claim = { readonly condition: Condition; readonly is: Sign };

/** What is left of one variable. */
export type Left = { readonly values: ValueSet; readonly mayBeUnknown: boolean; readonly test: Test };
export type Case = ReadonlyMap<string, Left>;

/** `case`: this one, as far as the search can see. `unsure`: it gave up. */
export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'case'; readonly of: Case };

/** Facts that are never known there, as those of the pending list are not of the bench. */
export type Terms = { readonly neverKnown?: readonly string[] };

/** Enough for any file that people write; a search that wants more is after a puzzle. */
const MOST_STEPS = 4_000;

/** Never both a match. */
export function contradict(a: Condition, b: Condition): boolean {
  return isRuledOut([matches(a), matches(b)]);
}

/** Whatever `a` matches, `b` matches too. */
export function implies(a: Condition, b: Condition): boolean {
  return isRuledOut([matches(a), { condition: b, is: 'not_match' }]);
}

/** Never a miss: a match, or unknown. */
export function neverMisses(condition: Condition): boolean {
  return isRuledOut([{ condition, is: 'no_match' }]);
}

export function neverMatches(condition: Condition): boolean {
  return isRuledOut([matches(condition)]);
}

export function matches(condition: Condition): Claim {
  return { condition, is: 'match' };
}

/** True only when it is certain that the claims are never true together. */
export function isRuledOut(claims: readonly Claim[], terms: Terms = {}): boolean {
  return findCase(claims, terms).kind === 'none';
}

/** A case of which all claims are true. */
export function findCase(claims: readonly Claim[], terms: Terms = {}): Found {
  const search: Search = { neverKnown: terms.neverKnown ?? [], steps: 0 };
  const of = searchOn(search, { open: [...claims], choices: [], left: new Map() });
  if (of !== null) return { kind: 'case', of };
  return { kind: search.steps > MOST_STEPS ? 'unsure' : 'none' };
}

type Search = { readonly neverKnown: readonly string[]; steps: number };
/** `choices`: of each list one claim has to be true. */
type Branch = {
  readonly open: readonly Claim[];
  readonly choices: readonly (readonly Claim[])[];
  readonly left: Case;
};

function searchOn(search: Search, { open, choices, left }: Branch): Case | null {
  const todo = [...open];
  const later = [...choices];
  const now = new Map(left);
  for (let claim = todo.pop(); claim !== undefined; claim = todo.pop()) {
    search.steps += 1;
    if (search.steps > MOST_STEPS) return null;
    const { condition } = claim;
    if (condition.kind === 'not') todo.push({ condition: condition.of, is: OPPOSITE[claim.is] });
    else if (condition.kind === 'test') {
      if (!narrow(now, condition, { is: claim.is, neverKnown: search.neverKnown })) return null;
    } else {
      const parts = condition.of.map((part): Claim => ({ condition: part, is: claim.is }));
      if (isForAll(condition.kind, claim.is) || parts.length === 1) todo.push(...parts);
      else later.push(parts);
    }
  }
  const [choice, ...others] = later;
  if (choice === undefined) return now;
  for (const one of choice) {
    const found = searchOn(search, { open: [one], choices: others, left: now });
    if (found !== null) return found;
    if (search.steps > MOST_STEPS) return null;
  }
  return null;
}

const OPPOSITE: { readonly [sign in Sign]: Sign } = {
  match: 'no_match',
  no_match: 'match',
  not_match: 'not_no_match',
  not_no_match: 'not_match',
};

/** Whether the claim is true only when it is true of every part; else of one. */
function isForAll(kind: 'all' | 'any', is: Sign): boolean {
  return (kind === 'all') === (is === 'match' || is === 'not_no_match');
}

const NOTHING = words();

/** False: nothing is left of the test's variable. */
function narrow(
  left: Map<string, Left>,
  test: Test,
  { is, neverKnown }: { readonly is: Sign; readonly neverKnown: readonly string[] },
): boolean {
  const asked = whatIsAsked(test);
  const isNeverKnown = neverKnown.includes(test.fact.name);
  const allowed = allowedBy(asked, is);
  const before = left.get(asked.variable);
  const values = isNeverKnown ? NOTHING : before === undefined ? allowed.values : bothOf(before.values, allowed.values);
  const mayBeUnknown = allowed.mayBeUnknown && (before?.mayBeUnknown ?? (asked.mayBeUnknown || isNeverKnown));
  left.set(asked.variable, { values, mayBeUnknown, test });
  return mayBeUnknown || !isEmpty(values);
}

function allowedBy({ possible, accepted }: Asked, is: Sign): Pick<Left, 'values' | 'mayBeUnknown'> {
  const isAccepted = is === 'match' || is === 'not_no_match';
  const values = isAccepted ? accepted : without(possible, accepted);
  return { values, mayBeUnknown: is === 'not_match' || is === 'not_no_match' };
}
