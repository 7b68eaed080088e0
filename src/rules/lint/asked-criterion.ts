import { factRef } from '../../domain/fact.ts';
import type { CandidateKind } from '../../domain/provider.ts';
import type { Condition, Criterion, OnMissing, ReviewFile, RuleFile } from '../../domain/rule-file.ts';
import { type Claim, isRuledOut, matches, neverMatches, neverMisses } from '../condition-logic.ts';
import { type JsonDocument, type JsonPath, nodeAt } from '../json-document.ts';
import { countTests } from './lint-condition.ts';

/** A criterion of either kind of file, with where it stands. Those of reviews always apply and grade nothing. */
export type AskedCriterion = Pick<
  Criterion,
  'key' | 'label' | 'weight' | 'isRequired' | 'canRemote' | 'when' | 'onMissing' | 'credit'
> & { readonly path: JsonPath };

/** The criteria of a file together with what holds wherever they are asked. */
export type Asking = {
  readonly of: 'dispatch' | 'review';
  readonly criteria: readonly AskedCriterion[];
  readonly given: readonly Claim[];
};

export function askedByDispatch({ criteria, appliesTo }: RuleFile): Asking {
  const asked = criteria.map((criterion): AskedCriterion => {
    return { ...criterion, path: ['selection_rule', 'rules', criterion.position - 1] };
  });
  return { of: 'dispatch', criteria: asked, given: appliesTo === null ? [] : [matches(appliesTo)] };
}

export function askedByReview({ criteria, appliesTo }: ReviewFile): Asking {
  const asked = criteria.map((criterion): AskedCriterion => {
    const onMissing = criterion.onMissing;
    return {
      ...criterion,
      canRemote: true,
      credit: null,
      onMissing: { request: onMissing, routed: onMissing, bench: onMissing },
      path: ['criteria', criterion.position - 1],
    };
  });
  return { of: 'review', criteria: asked, given: appliesTo === null ? [] : [matches(appliesTo)] };
}

/** More tests than this are compared with no other criterion: it would take too long. */
const MOST_TESTS = 40;

/** Asks something that can hold and can fail, and so can be compared with others. */
export function isComparable({ when }: AskedCriterion): boolean {
  return countTests(when) <= MOST_TESTS && !neverMatches(when) && !neverMisses(when);
}

/** What an unknown fact can come to without the criterion standing in the way, and what with its points. */
const LETS_THROUGH: readonly OnMissing[] = ['match', 'platform', 'ignore'];
const GIVES_POINTS: readonly OnMissing[] = ['match', 'platform'];

/** What is true of its condition for whoever is eligible: that it matches, or that it does not miss. */
export function letsThrough({ when, onMissing }: AskedCriterion, kind: CandidateKind): Claim {
  return { condition: when, is: LETS_THROUGH.includes(onMissing[kind]) ? 'not_no_match' : 'match' };
}

/** What is true of its condition for whoever has its points. */
export function givesPoints({ when, onMissing }: AskedCriterion, kind: CandidateKind): Claim {
  return { condition: when, is: GIVES_POINTS.includes(onMissing[kind]) ? 'not_no_match' : 'match' };
}

/**
 * Whether it puts eligible candidates in order. Whoever is eligible has what is required and all or nothing, unless it is left
 * out of the points of some.
 */
export function putsInOrder({
  weight,
  isRequired,
  credit,
  onMissing,
}: Pick<AskedCriterion, 'weight' | 'isRequired' | 'credit' | 'onMissing'>): boolean {
  return weight > 0 && (!isRequired || credit !== null || Object.values(onMissing).includes('ignore'));
}

/** Whether work orders of that sort can come to the file at all. */
export function canTake({ given }: Pick<Asking, 'given'>, isRemote: boolean): boolean {
  return !isRuledOut([...given, matches(isRemoteWork(isRemote))]);
}

/** Of every work order that comes to the file, of those at a site alone, or of none. */
export function whereAsked({ canRemote }: AskedCriterion, asking: Asking): 'all' | 'on_site' | 'none' {
  if (canRemote || !canTake(asking, true)) return 'all';
  return canTake(asking, false) ? 'on_site' : 'none';
}

export function isRemoteWork(isRemote: boolean): Condition {
  const fact = factRef('work_order.is_remote', null);
  return { kind: 'test', fact, operator: 'equal', value: isRemote, written: `= ${isRemote}` };
}

/** Where its condition is written: of the short form where the criterion is. */
export function whenPath({ document }: { readonly document: JsonDocument }, { path }: AskedCriterion): JsonPath {
  const long = [...path, 'when'];
  return nodeAt(document.root, long) === null ? path : long;
}
