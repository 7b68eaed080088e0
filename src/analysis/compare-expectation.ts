import type { PlannedDecision, RankedCandidate } from '../domain/decision.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { Expectation, ExpectedCandidate, ExpectedCriteria } from '../rules/rule-test.ts';
import { type CriterionEvidence, criteriaOf, reviewedCriteria } from './criterion-evidence.ts';

/** One thing that a test wanted otherwise. */
export type Difference = {
  /** As the test writes it: `winner`, `candidates.801.points`, `candidates.801.criteria.rating`. */
  readonly what: string;
  readonly wanted: Compared;
  readonly got: Compared;
  /** The candidate it is about; null: the decision as a whole. */
  readonly candidate: number | null;
  /** The criterion it is about, by key; null: none alone. */
  readonly criterion: string | null;
};

/** Lists are sorted. Null: none, nobody. */
export type Compared = string | number | boolean | readonly (string | number)[] | null;

/**
 * Everything in which a decision is not what a test expects, in the order of the format; empty: it passes. `grantsCredit`: whether
 * the file grades points, so that the last thousandths follow from the unit that a fact is kept in.
 */
export function differencesOf(
  expect: Expectation,
  decision: PlannedDecision,
  grantsCredit: boolean,
): readonly Difference[] {
  const whole: readonly (readonly [string, Compared | undefined, Compared])[] = [
    ['outcome', expect.outcome, decision.outcome],
    ['reason', expect.reason, decision.reason.code],
    ['stage', expect.stage, decision.stage],
    ['winner', expect.winner, decision.winner],
    ['runner_up', expect.runnerUp, decision.runnerUp],
    ['invited', expect.invited, invitedBy(decision)],
    ['cost_usd', unscaled(expect.costCents, 100), unscaled(decision.costCents, 100)],
    ['holds', expect.holds, heldIn(decision)],
  ];
  return [
    ...compareAll(whole, { prefix: '', candidate: null }),
    ...expect.candidates.flatMap((wanted) =>
      compareCandidate(grantsCredit ? asNearlyWanted(wanted, decision.candidates) : wanted, decision.candidates),
    ),
    ...compareCriteria(expect.criteria, reviewedCriteria(decision.review ?? []), {
      prefix: 'criteria',
      candidate: null,
    }),
  ];
}

type Rows = readonly (readonly [what: string, wanted: Compared | undefined, got: Compared])[];
type About = { readonly prefix: string; readonly candidate: number | null };

function compareAll(rows: Rows, { prefix, candidate }: About): readonly Difference[] {
  return rows.flatMap(([name, wanted, got]) => {
    if (wanted === undefined || isSame(wanted, got)) return [];
    return [{ what: `${prefix}${name}`, wanted, got, candidate, criterion: null }];
  });
}

function isSame(a: Compared, b: Compared): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Miles are kept as metres, so that nobody can work points out to the thousandth by hand. */
const NEARLY_MILLI = 10;

function asNearlyWanted(wanted: ExpectedCandidate, candidates: readonly RankedCandidate[]): ExpectedCandidate {
  const got = candidates.find(({ scored }) => scored.candidate.providerId === wanted.id)?.scored.pointsMilli;
  const isNear = got !== undefined && Math.abs(got - (wanted.pointsMilli ?? Infinity)) <= NEARLY_MILLI;
  return isNear ? { ...wanted, pointsMilli: got } : wanted;
}

function compareCandidate(wanted: ExpectedCandidate, candidates: readonly RankedCandidate[]): readonly Difference[] {
  const prefix = `candidates.${wanted.id}`;
  const found = candidates.find(({ scored }) => scored.candidate.providerId === wanted.id);
  if (found === undefined)
    return [{ what: prefix, wanted: 'looked at', got: null, candidate: wanted.id, criterion: null }];
  const { scored } = found;
  const rows: Rows = [
    ['points', unscaled(wanted.pointsMilli, 1000), unscaled(scored.pointsMilli, 1000)],
    ['max_points', wanted.maxPoints, scored.maxPoints],
    ['is_match', wanted.isMatch, scored.isMatch],
    ['eligible', wanted.isEligible, found.isEligible],
    ['blocked_by', wanted.blockedBy, distinct(found.blockedBy.map(({ code }) => code))],
    ['rank', wanted.rank, found.rank],
  ];
  return [
    ...compareAll(rows, { prefix: `${prefix}.`, candidate: wanted.id }),
    ...compareCriteria(wanted.criteria, criteriaOf(scored), { prefix: `${prefix}.criteria`, candidate: wanted.id }),
  ];
}

function compareCriteria(
  wanted: ExpectedCriteria,
  criteria: readonly CriterionEvidence[],
  { prefix, candidate }: About,
): readonly Difference[] {
  return wanted.flatMap(({ key, status }) => {
    const got = criteria.find((one) => one.key === key)?.status ?? null;
    if (got === status) return [];
    return [{ what: `${prefix}.${key}`, wanted: status, got, candidate, criterion: key }];
  });
}

/** Whom the decision's writes invite, ascending; empty: nobody. */
export function invitedBy({ intents }: PlannedDecision): readonly number[] {
  const inviting = intents.filter(({ call }) => call.kind === 'route' || call.kind === 'mass_route');
  return inviting.flatMap(({ call }) => boundProviders(call)).sort((a, b) => a - b);
}

/** Keys of the criteria about which a person must look, of whichever candidate. */
function heldIn({ candidates, review }: PlannedDecision): readonly string[] {
  const ofCandidates = candidates.flatMap(({ scored }) => scored.criteria.filter((one) => one.applies));
  return distinct([...ofCandidates, ...(review ?? [])].filter((one) => one.needsPerson).map(({ key }) => key));
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** Thousandths of a point as points, cents as dollars; what is not there stays so. */
function unscaled(value: number, scale: number): number;
function unscaled(value: number | undefined, scale: number): number | undefined;
function unscaled(value: number | null, scale: number): number | null;
function unscaled(value: number | null | undefined, scale: number): number | null | undefined {
  return value == null ? value : value / scale;
}
