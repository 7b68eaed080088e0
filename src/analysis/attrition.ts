import type { RecordedCandidate } from '../domain/recorded-decision.ts';

/** What a candidate is asked on the way from the slate to being eligible, in this order; a required criterion each. */
export type AttritionPlace =
  | { readonly kind: 'active' | 'not_expired' | 'guardrails' }
  | { readonly kind: 'criterion'; readonly position: number; readonly key: string; readonly label: string };

/** How many candidates a step or one of its reasons stops; the others of the slate pass it. */
export type Stops = {
  /** Stopped by it, whatever else stops them. */
  readonly stops: number;
  /** Stopped by nothing else: they would be eligible without it. */
  readonly alone: number;
};

export type AttritionStep = AttritionPlace &
  Stops & {
    /** Stopped by it and by no step before: they leave the funnel here. */
    readonly leaves: number;
    /** Left after it. */
    readonly remain: number;
    /** Most stops first; `alone` counts those with no other reason at all. */
    readonly reasons: readonly (Stops & { readonly code: string })[];
  };

/** How a slate shrinks: `remain` of the last step are eligible. */
export type Attrition = { readonly slate: number; readonly steps: readonly AttritionStep[]; readonly eligible: number };

export type AttritionCandidate = Pick<RecordedCandidate, 'isEligible' | 'blockedBy' | 'criteria'>;

/** What the platform's row itself says: the request is gone, or nobody may be given the work order by it. */
const INACTIVE: readonly string[] = ['FM-5003', 'FM-5005', 'FM-5013', 'FM-5014', 'FM-5040'];

/** Missed, and not known. */
const CRITERION: readonly string[] = ['FM-5001', 'FM-5002'];

/** Which step a reason of `blockedBy` belongs to; `criterion` is one of several. */
export function attritionStepOf(code: string): AttritionPlace['kind'] {
  if (INACTIVE.includes(code)) return 'active';
  if (code === 'FM-5004') return 'not_expired';
  return CRITERION.includes(code) ? 'criterion' : 'guardrails';
}

/** What a step is called wherever it is shown. */
export function attritionStepName(place: AttritionPlace): string {
  switch (place.kind) {
    case 'active':
      return 'open on the platform';
    case 'not_expired':
      return 'not expired';
    case 'criterion':
      return `required: ${place.label}`;
    case 'guardrails':
      return 'guardrails';
  }
}

/** A criterion that is required of nobody of the slate, or applies to nobody, is no step. */
export function attritionOf(candidates: readonly AttritionCandidate[]): Attrition {
  const places = placesOf(candidates);
  const stopped = candidates.map((candidate) => places.filter((place) => stoppers(candidate, place).length > 0));
  const steps = places.map((place, index): AttritionStep => {
    const here = stopped.filter((own) => own.includes(place));
    const before = places.slice(0, index);
    return {
      ...place,
      stops: here.length,
      alone: here.filter((own) => own.length === 1).length,
      leaves: here.filter((own) => own[0] === place).length,
      remain: stopped.filter((own) => !own.includes(place) && !before.some((earlier) => own.includes(earlier))).length,
      reasons: reasonsAt(place, candidates),
    };
  });
  return { slate: candidates.length, steps, eligible: candidates.filter(({ isEligible }) => isEligible).length };
}

function placesOf(candidates: readonly AttritionCandidate[]): readonly AttritionPlace[] {
  const required = candidates.flatMap(({ criteria }) => criteria.filter((one) => one.isRequired && one.applies));
  const byPosition = new Map(required.map(({ position, key, label }) => [position, { position, key, label }]));
  const criteria = [...byPosition.values()].sort((a, b) => a.position - b.position);
  return [
    { kind: 'active' },
    { kind: 'not_expired' },
    ...criteria.map((criterion) => ({ kind: 'criterion', ...criterion }) as const),
    { kind: 'guardrails' },
  ];
}

/** The codes by which the step stops the candidate; two criteria may bear the same label, so verdicts tell them apart. */
function stoppers({ blockedBy, criteria }: AttritionCandidate, place: AttritionPlace): readonly string[] {
  if (place.kind !== 'criterion')
    return blockedBy.filter(({ code }) => attritionStepOf(code) === place.kind).map(({ code }) => code);
  return criteria
    .filter(({ position, isRequired, applies }) => position === place.position && isRequired && applies)
    .flatMap(({ verdict }) => (verdict === 'match' ? [] : [verdict === 'unknown' ? 'FM-5002' : 'FM-5001']));
}

function reasonsAt(place: AttritionPlace, candidates: readonly AttritionCandidate[]): AttritionStep['reasons'] {
  const counts = new Map<string, Stops>();
  for (const candidate of candidates) {
    const isAlone = candidate.blockedBy.length === 1;
    for (const code of new Set(stoppers(candidate, place))) {
      const { stops, alone } = counts.get(code) ?? { stops: 0, alone: 0 };
      counts.set(code, { stops: stops + 1, alone: alone + (isAlone ? 1 : 0) });
    }
  }
  return [...counts]
    .map(([code, counted]) => ({ code, ...counted }))
    .sort((a, b) => b.stops - a.stops || (a.code < b.code ? -1 : 1));
}
