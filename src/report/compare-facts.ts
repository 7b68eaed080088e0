import type { FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { counted } from './counted.ts';
import { ageText, factText, pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';
import { shownCandidates, verdictMark } from './slate-table.ts';

export type CompareInput = {
  readonly decision: RecordedDecision;
  /** The provider asked about; null: the runner-up, if there is one. */
  readonly asked: ProviderId | null;
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
};

type RecordedCriterion = RecordedCandidate['criteria'][number];
type RecordedEvidence = RecordedCriterion['evidence'][number];
type Side = { readonly candidate: RecordedCandidate; readonly role: string };

/** The facts of the winner (or, without one, of whoever has the most points) beside those of somebody else. */
export function compareFacts(input: CompareInput & { readonly width: number }): readonly (readonly string[])[] {
  const compared = comparedFacts(input);
  if (compared === null) return [];
  const { title, heads, rows, why } = compared;
  const alignments = heads.map(() => 'left' as const);
  const reasons = why.map((line, index) => (index === 0 ? line : `  ${line}`));
  const table = [title, ...alignColumns([heads, ...rows], alignments, input.width)];
  return [reasons, [...table, COMPARED_CELLS]];
}

export const COMPARED_CELLS = 'Of each: verdict and points, value (source, age).';

export type ComparedFacts = {
  readonly title: string;
  readonly heads: readonly string[];
  /** One a condition leaf; the criterion stands in its first. */
  readonly rows: readonly (readonly string[])[];
  /** Why the provider asked about was not taken, then each reason; empty: nobody was asked about. */
  readonly why: readonly string[];
};

/** Null: nobody was on the slate. */
export function comparedFacts(input: CompareInput): ComparedFacts | null {
  const { decision, asked } = input;
  const [first, second] = chooseSides(decision, asked);
  if (first === undefined) return null;
  const sides = second === undefined ? [first] : [first, second];
  return {
    title: second === undefined ? 'Facts' : 'Facts, side by side',
    heads: ['criterion', 'fact', 'asked', ...sides.map(({ candidate, role }) => `${candidate.providerId}, ${role}`)],
    rows: first.candidate.criteria.flatMap((criterion) => criterionRows(criterion, sides, input)),
    why: second === undefined || asked === null ? [] : whyNot(second.candidate, decision),
  };
}

/** Why the provider asked about was not taken. */
function whyNot(candidate: RecordedCandidate, { winner, intents }: RecordedDecision): readonly string[] {
  const { providerId, blockedBy, rank, kind, pointsMilli, maxPoints } = candidate;
  const points = `${pointsText(pointsMilli)} of ${maxPoints} points`;
  const isInvited = intents.some(({ call }) => call.kind === 'mass_route' && call.providerIds.includes(providerId));
  if (providerId === winner || isInvited) return [`Provider ${providerId} was taken: ${points}.`];
  if (blockedBy.length === 0)
    return [`Why not ${providerId}? Eligible, number ${rank ?? '?'} of its kind (${kind}), ${points}.`];
  return [
    `Why not ${providerId}? Not eligible, for ${counted(blockedBy.length, 'reason')} (${kind}, ${points}):`,
    ...blockedBy.map((reason) => `${reasonText(reason).sentence} (${reason.code})`),
  ];
}

function chooseSides(decision: RecordedDecision, asked: ProviderId | null): readonly Side[] {
  const { candidates, winner, runnerUp } = decision;
  const find = (id: ProviderId | null) => candidates.find(({ providerId }) => providerId === id);
  const best = shownCandidates(decision).reduce<RecordedCandidate | undefined>(
    (most, one) => (most === undefined || one.pointsMilli > most.pointsMilli ? one : most),
    undefined,
  );
  const left = find(winner) ?? best;
  const other = find(asked === null || asked === left?.providerId ? runnerUp : asked);
  return [left, other].flatMap((candidate) => {
    if (candidate === undefined) return [];
    return [{ candidate, role: roleOf(candidate, decision, best?.providerId ?? null) }];
  });
}

function roleOf({ providerId, kind }: RecordedCandidate, decision: RecordedDecision, best: ProviderId | null): string {
  if (providerId === decision.winner) return `${kind}, winner`;
  if (providerId === decision.runnerUp) return `${kind}, runner-up`;
  return providerId === best ? `${kind}, the most points` : kind;
}

/** One row a condition leaf; the criterion's name and marks stand in its first. */
function criterionRows(
  criterion: RecordedCriterion,
  sides: readonly Side[],
  { decision, unitOf }: CompareInput,
): readonly (readonly string[])[] {
  return criterion.evidence.map(({ fact, written }, index) => [
    index === 0 ? criterion.key : '',
    fact.replace(/^provider\./, ''),
    written,
    ...sides.map(({ candidate }) => {
      const own = candidate.criteria.find(({ position }) => position === criterion.position);
      const evidence = own?.evidence[index];
      if (own === undefined || evidence === undefined) return '';
      const mark = index === 0 ? markText(own) : '';
      return `${mark}${valueText(evidence, unitOf, decision.decidedAtMs)}`;
    }),
  ]);
}

function markText(criterion: RecordedCriterion): string {
  const points = criterion.applies ? pointsText(criterion.pointsMilli) : '';
  return `${`${verdictMark(criterion, false)} ${points}`.padEnd(6)} `;
}

function valueText(
  { fact, value, source, observedAtMs, isErased }: RecordedEvidence,
  unitOf: CompareInput['unitOf'],
  decidedAtMs: number,
): string {
  if (isErased === true) return 'erased';
  const written = factText(value, unitOf(fact.replace(/\{.*/s, '')));
  const age = observedAtMs === null ? [] : [ageText(decidedAtMs - observedAtMs)];
  const from = [...(source === null ? [] : [source]), ...age].join(', ');
  return from === '' ? written : `${written} (${from})`;
}
