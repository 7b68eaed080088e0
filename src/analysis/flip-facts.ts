import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate } from '../domain/scored-slate.ts';
import { type FlipCase, firmness, firmnessWanted, ownOf } from './flip-case.ts';
import { type FactEdit, type FactLever, factLevers, withFactEdits } from './flip-fact-edits.ts';
import { type FlipSearchTerms, largestOf, type Setting, searchFlips } from './flip-search.ts';
import { leavesOf } from './flip-uses.ts';

/** What would have had to be otherwise, decided again with it. */
export type Flip<Edit> = {
  readonly edits: readonly Edit[];
  /** Of the largest single change, parts per million. */
  readonly size: number;
  /** What the work order then becomes. */
  readonly decision: PlannedDecision;
  /** Other decisions of the same run that come out otherwise with it, by work order. */
  readonly others: readonly number[];
};

export type FlipAnswer<Edit> =
  /** Cheapest first, each of as many edits; `found` has at least one. */
  | { readonly kind: 'found'; readonly found: readonly Flip<Edit>[] }
  /** The provider is chosen as it is. */
  | { readonly kind: 'chosen' }
  /** Reasons that no edit looked at can end. */
  | { readonly kind: 'blocked'; readonly blockedBy: readonly FlipBlock[] }
  /** No set of up to so many edits does it; `isWhole`: nor does any other. */
  | { readonly kind: 'none'; readonly searchedTo: number; readonly isWhole: boolean };

/**
 * `not_asked`: the work order went to one who has asked for it. `no_stage`: no stage whose time had come chooses among those
 * who stand to it as the provider does.
 */
export type FlipBlock =
  | { readonly kind: 'reason'; readonly reason: Reason }
  | { readonly kind: 'not_asked' | 'no_stage' };

/** How far a search goes. */
export type FlipLimits = { readonly maxEdits: number; readonly maxTrials: number; readonly maxShown: number };

export const FLIP_LIMITS: FlipLimits = { maxEdits: 4, maxTrials: 20_000, maxShown: 5 };

/** The smallest changes of a provider's facts with which the provider would have been chosen. */
export function flipFacts(flip: FlipCase, provider: ProviderId, limits: FlipLimits): FlipAnswer<FactEdit> {
  const wanted = firmnessWanted(flip.baseline);
  if (firmness(flip.baseline, provider) >= wanted) return { kind: 'chosen' };
  const candidate = flip.slate.candidates.find(({ providerId }) => providerId === provider);
  if (candidate === undefined) return { kind: 'none', searchedTo: 0, isWhole: true };
  const levers = factLevers(flip, candidate, 1);
  const needs = needsOf(flip, candidate, levers);
  const blockedBy = [...wholeRunBlocks(flip), ...kindBlocks(flip, candidate), ...needs.blockedBy];
  if (blockedBy.length > 0) return { kind: 'blocked', blockedBy };
  const reaches = (decision: PlannedDecision) => firmness(decision, provider) >= wanted;
  return answerOf(flip, {
    levers,
    limits,
    mayServe: (picked) =>
      needs.needed.every((some) => some.some((lever) => picked.includes(lever))) && mayLead(flip, candidate, picked),
    changeOf: (edits) => ({ slate: withFactEdits(flip.slate, candidate, edits) }),
    reaches,
  });
}

type Asked<Edit, L> = Pick<FlipSearchTerms<L>, 'levers' | 'mayServe'> & {
  readonly limits: FlipLimits;
  readonly changeOf: (edits: readonly Edit[]) => Parameters<FlipCase['decide']>[0];
  readonly reaches: (decision: PlannedDecision) => boolean;
};

/** Searches, and shows nothing that the whole run, decided again, does not bear out. */
export function answerOf<Edit, L extends { readonly name: string; readonly notches: FactNotches<Edit> }>(
  flip: FlipCase,
  asked: Asked<Edit, L>,
): FlipAnswer<Edit> {
  const { levers, limits, mayServe, changeOf, reaches } = asked;
  const { maxEdits, maxShown } = limits;
  const maxTrials = trialsWithin(flip, limits.maxTrials);
  const serves = (edits: readonly Edit[]) => reaches(flip.decide(changeOf(edits)));
  const { found, searchedTo } = searchFlips<Edit, L>({ levers, maxEdits, maxTrials, mayServe, serves });
  const verified = found.slice(0, maxShown).flatMap((settings) => verify(flip, settings, asked));
  if (verified.length > 0) return { kind: 'found', found: verified };
  return { kind: 'none', searchedTo, isWhole: found.length === 0 && searchedTo >= levers.length };
}

type FactNotches<Edit> = readonly { readonly length: number; readonly at: (index: number) => Setting<Edit> }[];

/** With all of it the decision is as wanted, without any one of it it is not. */
export function verify<Edit>(
  flip: FlipCase,
  settings: readonly Setting<Edit>[],
  { changeOf, reaches }: Pick<Asked<Edit, never>, 'changeOf' | 'reaches'>,
): readonly Flip<Edit>[] {
  const edits = settings.map(({ edit }) => edit);
  const { id } = flip.slate.workOrder;
  const decisions = flip.decideAll(changeOf(edits));
  const decision = ownOf(decisions, id);
  const isNeeded = (edit: Edit) => !reaches(ownOf(flip.decideAll(changeOf(edits.filter((one) => one !== edit))), id));
  if (!reaches(decision) || !edits.every(isNeeded)) return [];
  return [{ edits, size: largestOf(settings), decision, others: otherwiseThan(flip.decisions, decisions, id) }];
}

/** Work orders besides this one that become something else, ascending. */
export function otherwiseThan(
  before: readonly PlannedDecision[],
  after: readonly PlannedDecision[],
  besides: number,
): readonly number[] {
  const said = ({ outcome, winner, intents, recommends }: PlannedDecision) =>
    JSON.stringify([outcome, winner, intents.map(({ call }) => call), recommends?.providers ?? null]);
  const [old, now] = [liveOnes(before), liveOnes(after)];
  return [...now.keys()].filter((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    return id !== besides && was !== undefined && is !== undefined && said(was) !== said(is);
  });
}

/** The first of a work order is its live one. */
function liveOnes(decisions: readonly PlannedDecision[]): ReadonlyMap<number, PlannedDecision> {
  return new Map(
    decisions
      .toReversed()
      .map((one) => [one.workOrder.id as number, one] as const)
      .toReversed(),
  );
}

/** What stands in the way whoever the provider is. */
export function wholeRunBlocks({ isStopped, prepared, baseline }: FlipCase): readonly FlipBlock[] {
  if (prepared.stop !== null) return [{ kind: 'reason', reason: prepared.stop.reason }];
  const isIdle = isStopped || prepared.calendar.due.length === 0;
  return isIdle ? [{ kind: 'reason', reason: baseline.reason }] : [];
}

/** What stands in the way of everybody of the candidate's kind. */
export function kindBlocks({ baseline, prepared }: FlipCase, { kind }: Candidate): readonly FlipBlock[] {
  if (firmnessWanted(baseline) === 3 && kind !== 'request') return [{ kind: 'not_asked' }];
  const isFor = (what: string) => (kind === 'request' ? what === 'assign' : what === 'route' || what === 'mass_route');
  const hasStage = kind === 'routed' || prepared.calendar.due.some((stage) => isFor(stage.do));
  return hasStage ? [] : [{ kind: 'no_stage' }];
}

/** Trials take the longer the more candidates the run's connected work orders have: so many of them are scored at most. */
const MOST_SCORED = 500_000;

export function trialsWithin({ slate, mates }: FlipCase, most: number): number {
  const candidates = [slate, ...mates].reduce((sum, one) => sum + one.candidates.length, 0);
  return Math.min(most, Math.ceil(MOST_SCORED / Math.max(1, candidates)));
}

export type Needs = {
  /** One lever of each must be used. */
  readonly needed: readonly (readonly FactLever[])[];
  readonly blockedBy: readonly FlipBlock[];
};

/** What makes the candidate ineligible by itself, and with what that could end. */
export function needsOf(flip: FlipCase, candidate: Candidate, levers: readonly FactLever[]): Needs {
  const standing = flip.prepared.standings.find(({ scored }) => scored.candidate.providerId === candidate.providerId);
  if (standing === undefined) return { needed: [], blockedBy: [] };
  const missed = standing.scored.criteria.filter(
    ({ isRequired, applies, verdict }) => isRequired && applies && verdict !== 'match',
  );
  const ofGate = missed.map(({ position }, place) => {
    const criterion = flip.compiled.file.criteria.find((one) => one.position === position);
    return { reason: standing.gate[place], by: criterion === undefined ? [] : leversOf(criterion, levers) };
  });
  const ofRest = [...standing.constraints, ...standing.bookings].map((reason) => {
    return { reason, by: levers.filter(({ codes }) => codes.includes(reason.code)) };
  });
  const blocks = [...ofGate, ...ofRest];
  const hopeless = blocks.flatMap(({ reason, by }) => (by.length === 0 && reason !== undefined ? [reason] : []));
  return {
    needed: blocks.map(({ by }) => by),
    blockedBy: hopeless.map((reason) => ({ kind: 'reason', reason }) as const),
  };
}

function leversOf({ when, credit }: Criterion, levers: readonly FactLever[]): readonly FactLever[] {
  const keys = new Set(leavesOf(when, false).map(({ test }) => test.fact.key));
  if (credit !== null) keys.add(credit.fact.key);
  return levers.filter(({ facts }) => facts.some((key) => keys.has(key)));
}

/**
 * Whether the candidate could have as many points as the best other one who may be chosen. Where points come first and
 * nobody else wants these providers, nobody with fewer is assigned.
 */
function mayLead(
  { prepared, compiled, isAlone }: FlipCase,
  candidate: Candidate,
  picked: readonly FactLever[],
): boolean {
  const { file } = compiled;
  const [first] = file.tieBreak;
  if (!isAlone || candidate.kind !== 'request' || first?.by !== 'points' || first.direction !== 'desc') return true;
  const own = prepared.standings.find(({ scored }) => scored.candidate.providerId === candidate.providerId);
  const rivals = prepared.standings.filter(
    (one) =>
      one !== own &&
      one.scored.candidate.kind === 'request' &&
      one.gate.length + one.constraints.length + one.bookings.length === 0,
  );
  const most = (own?.scored.criteria ?? []).reduce((sum, result) => {
    const criterion = file.criteria.find(({ position }) => position === result.position);
    const isMoved = criterion !== undefined && leversOf(criterion, picked).length > 0;
    return sum + (isMoved ? result.weight * 1000 : result.pointsMilli);
  }, 0);
  return rivals.every(({ scored }) => scored.pointsMilli <= most);
}
