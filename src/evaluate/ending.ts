import type { Criterion, LinearCredit, OnMissing } from '../domain/rule-file.ts';
import type { CriterionResult, CriterionStatus, Slate, Verdict } from '../domain/scored-slate.ts';
import { type VerdictCode, verdictOf } from './kleene.ts';

/** How a criterion ended, after `can_remote` and `on_missing`. */
type Settlement = Pick<CriterionResult, 'applies' | 'factVerdict' | 'decidedBy' | 'verdict' | 'needsPerson'>;

/** One way for a criterion to end, with what follows from it whoever the candidate: one object for all whom it comes to. */
export type Ending = Settlement &
  Pick<CriterionResult, 'status' | 'order'> & {
    readonly criterion: Criterion;
    /** Whole points of its weight that do not count for the candidate's maximum: all of them, or none. */
    readonly uncounted: number;
    /** What it gives, before grading. */
    readonly fullMilli: number;
    /** What grades that; null: nothing. */
    readonly credit: LinearCredit | null;
    /** Whether it keeps the gate shut: 0, it does not; 1, until a person has looked; 2, it does. */
    readonly shuts: 0 | 1 | 2;
  };

/** By the verdict from the facts. */
export type ByVerdict = { readonly [code in VerdictCode]: Ending };

/** All ways there are for one criterion. */
export type Endings = {
  readonly criterion: Criterion;
  readonly byFacts: ByVerdict;
  readonly leftOut: ByVerdict;
  /** `unknown` is not among them: that is an ending by facts. */
  readonly byPlatform: { readonly match: Ending; readonly no_match: Ending };
  readonly byFile: { readonly [onMissing in Exclude<OnMissing, 'platform'>]: Ending };
};

const listed = new WeakMap<Criterion, Endings>();

/** Of one criterion always the same. */
export function endingsOf(criterion: Criterion): Endings {
  const known = listed.get(criterion) ?? listEndings(criterion);
  listed.set(criterion, known);
  return known;
}

/** What the facts alone bring a criterion to on this slate. */
export function endingsByFacts({ criterion, byFacts, leftOut }: Endings, { workOrder }: Slate): ByVerdict {
  return workOrder.isRemote && !criterion.canRemote ? leftOut : byFacts;
}

function listEndings(criterion: Criterion): Endings {
  const byFacts = (code: VerdictCode, applies: boolean) => {
    const verdict = verdictOf(code);
    return toEnding(criterion, { applies, factVerdict: verdict, decidedBy: 'facts', verdict, needsPerson: false });
  };
  const without = (decidedBy: 'platform' | 'on_missing', verdict: Verdict, given: Partial<Settlement> = {}) => {
    const missing = { applies: true, factVerdict: 'unknown', decidedBy, verdict, needsPerson: false } as const;
    return toEnding(criterion, { ...missing, ...given });
  };
  return {
    criterion,
    byFacts: [byFacts(0, true), byFacts(1, true), byFacts(2, true)],
    leftOut: [byFacts(0, false), byFacts(1, false), byFacts(2, false)],
    byPlatform: { match: without('platform', 'match'), no_match: without('platform', 'no_match') },
    byFile: {
      match: without('on_missing', 'match'),
      no_match: without('on_missing', 'unknown'),
      hold: without('on_missing', 'unknown', { needsPerson: true }),
      ignore: without('on_missing', 'unknown', { applies: false }),
    },
  };
}

function toEnding(criterion: Criterion, settlement: Settlement): Ending {
  const { applies, factVerdict, decidedBy, verdict, needsPerson } = settlement;
  const { weight, isRequired } = criterion;
  const isCounted = applies && verdict === 'match';
  return {
    ...{ criterion, applies, factVerdict, decidedBy, verdict, needsPerson },
    status: statusOf(verdict, isRequired),
    order: verdict === 'match' ? 1 : isRequired ? 3 : 2,
    uncounted: applies ? 0 : weight,
    fullMilli: isCounted ? weight * 1000 : 0,
    credit: isCounted ? criterion.credit : null,
    shuts: !applies || !isRequired || verdict === 'match' ? 0 : needsPerson ? 1 : 2,
  };
}

function statusOf(verdict: Verdict, isRequired: boolean): CriterionStatus {
  switch (verdict) {
    case 'match':
      return 'match';
    case 'no_match':
      return isRequired ? 'no_match_required' : 'no_match_preferred';
    case 'unknown':
      return isRequired ? 'unknown_required' : 'unknown_preferred';
  }
}
