import type { CandidateKind } from '../../domain/provider.ts';
import { type Claim, contradict, isRuledOut, matches } from '../condition-logic.ts';
import { whatIsAsked } from '../fact-values.ts';
import type { Mistake } from '../file-reading.ts';
import { type JsonPath, nodeAt } from '../json-document.ts';
import { bothOf, isEmpty } from '../value-set.ts';
import {
  type AskedCriterion,
  type Asking,
  givesPoints,
  isComparable,
  letsThrough,
  whenPath,
  whereAsked,
} from './asked-criterion.ts';
import { type Consequences, isNarrower, lintCondition } from './lint-condition.ts';
import { type LintReading, placeCondition, warnOnce } from './lint-reading.ts';

/** What each criterion asks by itself, beside what the file applies to, and beside the others. */
export function lintCriteria(reading: LintReading, asking: Asking): void {
  for (const criterion of asking.criteria) {
    const placed = placeCondition(reading, criterion.when, whenPath(reading, criterion));
    lintCondition(reading, placed, consequencesOf(criterion, asking.of));
    lintCredit(reading, criterion);
    lintPlace(reading, criterion, asking);
  }
  const compared = asking.criteria
    .filter((criterion) => whereAsked(criterion, asking) !== 'none' && isComparable(criterion))
    .filter((criterion) => !lintGiven(reading, criterion, asking));
  for (const [place, criterion] of compared.entries()) {
    lintBeside(reading, criterion, { asking, others: compared, place });
  }
  lintTogether(reading, compared, asking);
}

function consequencesOf({ key, isRequired, weight }: AskedCriterion, of: Asking['of']): Consequences {
  if (of === 'review') {
    const required = isRequired ? ', which is required' : '';
    return { never: `no work ever meets ${key}${required}`, always: `${key} holds no work back` };
  }
  return isRequired
    ? { never: `nobody ever meets ${key}, which is required`, always: `${key} keeps nobody out` }
    : { never: `nobody ever has the ${weight} points of ${key}`, always: `everybody known has the points of ${key}` };
}

/** Where the whole comparison is: of the short form its value, of the long form its condition. */
export function askedAt({ path, when }: AskedCriterion, { document }: LintReading): JsonPath {
  if (nodeAt(document.root, [...path, 'when']) !== null) {
    return when.kind === 'test' ? [...path, 'when', 'value'] : [...path, 'when'];
  }
  return nodeAt(document.root, [...path, 'value']) === null ? path : [...path, 'value'];
}

/** A criterion for work at a site, in a file for remote work. */
function lintPlace(reading: LintReading, criterion: AskedCriterion, asking: Asking): void {
  const { key, path } = criterion;
  if (whereAsked(criterion, asking) !== 'none') return;
  const what = `${key} does not apply to remote work orders, and the file takes no others`;
  const at = nodeAt(reading.document.root, [...path, 'can_remote']) === null ? path : [...path, 'can_remote'];
  warnOnce(reading, at, { code: 'FM-R817', what, fix: 'Delete it, or add "can_remote": true.' });
}

/** True: what the file applies to settles it. */
function lintGiven(reading: LintReading, criterion: AskedCriterion, { given }: Asking): boolean {
  if (isRuledOut(given)) return false;
  const isNever = isRuledOut([...given, matches(criterion.when)]);
  const isAlways = isRuledOut([...given, { condition: criterion.when, is: 'not_match' }]);
  if (!isNever && !isAlways) return false;
  const what = isNever
    ? `Nothing that applies_to lets in can meet ${criterion.key}`
    : `Everything that applies_to lets in meets ${criterion.key}`;
  const fix = isNever ? 'Change one of the two.' : 'Delete it: applies_to asks for it already.';
  warnOnce(reading, askedAt(criterion, reading), { code: 'FM-R813', what, fix });
  return true;
}

type Beside = { readonly asking: Asking; readonly others: readonly AskedCriterion[]; readonly place: number };

function lintBeside(reading: LintReading, criterion: AskedCriterion, { asking, others, place }: Beside): void {
  const rival = others.find((other, at) => {
    const comesFirst = at < place || !criterion.isRequired;
    if (!other.isRequired || at === place || !comesFirst) return false;
    // The points of one that counts for remote work too are had there, where the other does not count.
    const isAround = criterion.isRequired || whereAsked(other, asking) === 'all' || !criterion.canRemote;
    return isAround && contradict(other.when, criterion.when);
  });
  if (rival !== undefined) {
    warnOnce(reading, askedAt(criterion, reading), excluded(criterion, rival, asking));
    return;
  }
  const stronger = others.find((other, at) => at !== place && makesNeedless(other, criterion, at < place));
  if (stronger === undefined) return;
  const isSame = isNarrower(criterion.when, stronger.when);
  const what = isSame
    ? `${criterion.key} asks the same as ${stronger.key}`
    : `Whoever meets ${stronger.key}, which is required, meets ${criterion.key}`;
  const rest = criterion.isRequired ? RESULTS[asking.of].needless : RESULTS[asking.of].given;
  const fix = isSame ? 'Delete one of the two, or change it.' : `Delete it (${rest}), or change one of the two.`;
  warnOnce(reading, askedAt(criterion, reading), { code: 'FM-R815', what, fix });
}

/** What comes of criteria that say too much or too little. */
const RESULTS = {
  dispatch: {
    out: 'nobody is ever eligible',
    none: 'nobody eligible has its points',
    needless: 'it keeps nobody out',
    given: 'everybody eligible has its points',
  },
  review: {
    out: 'no work is ever approved',
    none: 'no work that is approved meets it',
    needless: 'it holds no work back',
    given: 'all work that is approved meets it',
  },
} as const;

function excluded(criterion: AskedCriterion, rival: AskedCriterion, asking: Asking): Mistake {
  if (criterion.isRequired) {
    const what = `${criterion.key} excludes ${rival.key}, and both are required: ${whoIsLeft([criterion, rival], asking)}`;
    return { code: 'FM-R814', what, fix: 'Change one of the two, or set "is_required": false.' };
  }
  const isCertain = KINDS.every((kind) => isRuledOut([givesPoints(criterion, kind), letsThrough(rival, kind)]));
  const none = `${RESULTS[asking.of].none}${isCertain ? '' : UNLESS_UNKNOWN}`;
  const what = `${criterion.key} excludes ${rival.key}, which is required: ${none}`;
  return { code: 'FM-R816', what, fix: 'Change one of the two, or delete it.' };
}

/** Where `on_missing` can let through, or give points to, whom both criteria know nothing of. */
const UNLESS_UNKNOWN = ', unless a fact is unknown';

/** `nobody is ever eligible`, of remote work only where the criteria count there too. */
function whoIsLeft(required: readonly AskedCriterion[], asking: Asking): string {
  const isEverywhere = required.every((criterion) => whereAsked(criterion, asking) === 'all');
  const isCertain = KINDS.every((kind) =>
    isRuledOut([...asking.given, ...required.map((criterion) => letsThrough(criterion, kind))]),
  );
  const where = isEverywhere ? '' : ' for work at a site';
  return `${RESULTS[asking.of].out}${where}${isCertain ? '' : UNLESS_UNKNOWN}`;
}

const KINDS: readonly CandidateKind[] = ['request', 'routed', 'bench'];

/** Whether the criterion says nothing once the other is met; graded credit always says more. */
function makesNeedless(other: AskedCriterion, criterion: AskedCriterion, isEarlier: boolean): boolean {
  if (criterion.credit !== null || !isAskedAlike(other, criterion)) return false;
  if (!isNarrower(other.when, criterion.when)) return false;
  const isSame = isNarrower(criterion.when, other.when);
  if (!other.isRequired) return isSame && isEarlier && !criterion.isRequired && other.credit === null;
  return !isSame || isEarlier || !criterion.isRequired;
}

/** Wherever the criterion applies the other does too, and an unknown fact means the same for both. */
function isAskedAlike(other: AskedCriterion, criterion: AskedCriterion): boolean {
  if (criterion.canRemote && !other.canRemote) return false;
  const isVerdictShared = other.label === criterion.label;
  return KINDS.every((kind) => {
    const [ofOther, own] = [other.onMissing[kind], criterion.onMissing[kind]];
    if (ofOther === 'no_match' && other.isRequired) return true;
    return ofOther === own && (own !== 'platform' || isVerdictShared);
  });
}

/** Required criteria of which no two exclude each other, and all together do. */
function lintTogether(reading: LintReading, compared: readonly AskedCriterion[], asking: Asking): void {
  const { given } = asking;
  const required = compared.filter(({ isRequired }) => isRequired);
  const isPairOut = required.some((one, at) => required.slice(0, at).some((other) => contradict(one.when, other.when)));
  if (isPairOut) return;
  const claims = (upTo: number): readonly Claim[] => [
    ...given,
    ...required.slice(0, upTo).map(({ when }) => matches(when)),
  ];
  const last = required.findIndex((_, at) => isRuledOut(claims(at + 1)));
  const criterion = required[last];
  if (criterion === undefined || isRuledOut(given)) return;
  const what = `${criterion.key} excludes what the required criteria before it leave: ${whoIsLeft(required.slice(0, last + 1), asking)}`;
  const fix = 'Change one of them, or set "is_required": false.';
  warnOnce(reading, askedAt(criterion, reading), { code: 'FM-R814', what, fix });
}

/** Credit whose slope lies outside of what the criterion lets through. */
function lintCredit(reading: LintReading, { credit, when, key, path }: AskedCriterion): void {
  if (credit === null || when.kind !== 'test') return;
  const { accepted } = whatIsAsked(when);
  const [low, high] = [Math.min(credit.fullAt, credit.zeroAt), Math.max(credit.fullAt, credit.zeroAt)];
  const isGraded = !isEmpty(bothOf(accepted, { kind: 'numbers', ranges: [[low + 1, high - 1]] }));
  const [atLow, atHigh] = [[-Infinity, low] as const, [high, Infinity] as const].map(
    (range) => !isEmpty(bothOf(accepted, { kind: 'numbers', ranges: [range] })),
  );
  if (isGraded || (atLow === true && atHigh === true) || isEmpty(accepted)) return;
  const isFull = (atLow === true) === (credit.fullAt === low);
  const what = isFull
    ? `Whoever meets ${key} gets its whole weight: the credit begins to fall outside of it`
    : `Whoever meets ${key} gets none of its weight: the credit has come to nothing before it`;
  const fix = 'Put full_at and zero_at where the criterion still matches, or delete the credit.';
  warnOnce(reading, [...path, 'credit', isFull ? 'full_at' : 'zero_at'], { code: 'FM-R818', what, fix });
}
