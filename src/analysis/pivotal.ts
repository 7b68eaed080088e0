/** Why a verdict is not of known facts: the platform's word, what the file says of the unknown, or nothing at all. */
export type Doubt = 'platform' | 'on_missing' | 'unknown';

/** How one criterion stands for one candidate. */
export type DoubtedCriterion = {
  readonly isRequired: boolean;
  /** False: it counts in neither points nor gate. */
  readonly applies: boolean;
  readonly isMatch: boolean;
  readonly weight: number;
  /** What it gives now; thousandths of a point. */
  readonly pointsMilli: number;
  /** Null: it rests on known facts, or does not apply whatever they are. */
  readonly doubt: Doubt | null;
};

export type DoubtedCandidate = {
  /** Of candidate: only one of the winner's kind can take its place. */
  readonly kind: string;
  /** Something but a required criterion stops it: pay, an exclusion, another work order. */
  readonly isBlockedOtherwise: boolean;
  readonly pointsMilli: number;
  /** In file order. */
  readonly criteria: readonly DoubtedCriterion[];
};

/** The three whose verdicts are varied. Null: there is no such candidate. */
export type DoubtedSlate = {
  readonly winner: DoubtedCandidate | null;
  readonly runnerUp: DoubtedCandidate | null;
  /** Of those not eligible the one with the most points. */
  readonly bestBlocked: DoubtedCandidate | null;
  /** False: the tie-break does not begin with points, so that only the gate is looked at. */
  readonly isByPoints: boolean;
};

const PLACES = ['winner', 'runnerUp', 'bestBlocked'] as const;

export type DoubtedPlace = (typeof PLACES)[number];

/**
 * Whether one doubted verdict alone could have changed who is chosen: had this criterion, of this candidate, matched, or not
 * matched, with everything else as it was. Exact for the three: gate and points are reckoned anew; a match gives the whole
 * weight, and with equal points nobody is overtaken. Limits of the stage on points and margin are not asked.
 */
export function isPivotal(slate: DoubtedSlate, place: DoubtedPlace, criterion: number): boolean {
  const candidate = slate[place];
  if (candidate === null || (candidate.criteria[criterion]?.doubt ?? null) === null) return false;
  const before = chosenOf(slate);
  return [true, false].some((isMatch) => {
    const varied = { ...slate, [place]: varyVerdict(candidate, criterion, isMatch) };
    return chosenOf(varied) !== before;
  });
}

/** Whoever has the most points of those who are eligible and of the winner's kind. */
function chosenOf(slate: DoubtedSlate): DoubtedPlace | null {
  let chosen: DoubtedPlace | null = null;
  for (const place of PLACES) {
    const one = slate[place];
    if (one === null || !isEligible(one) || (slate.winner !== null && one.kind !== slate.winner.kind)) continue;
    const best = chosen === null ? null : slate[chosen];
    if (best === null || (slate.isByPoints && one.pointsMilli > best.pointsMilli)) chosen = place;
  }
  return chosen;
}

function isEligible({ isBlockedOtherwise, criteria }: DoubtedCandidate): boolean {
  return (
    !isBlockedOtherwise && criteria.every(({ isRequired, applies, isMatch }) => !isRequired || !applies || isMatch)
  );
}

function varyVerdict(candidate: DoubtedCandidate, criterion: number, isMatch: boolean): DoubtedCandidate {
  const criteria = candidate.criteria.map((one, n) =>
    n === criterion ? { ...one, applies: true, isMatch, pointsMilli: isMatch ? one.weight * 1000 : 0 } : one,
  );
  const was = candidate.criteria[criterion]?.pointsMilli ?? 0;
  const is = criteria[criterion]?.pointsMilli ?? 0;
  return { ...candidate, criteria, pointsMilli: candidate.pointsMilli - was + is };
}
