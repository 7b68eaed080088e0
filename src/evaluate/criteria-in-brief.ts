import type { CriteriaInBrief, LeafInBrief } from '../domain/scored-slate.ts';
import { addToMasks, emptyMasks, MAX_MASK_BITS } from '../domain/verdict-masks.ts';
import { pointsOf } from './points.ts';
import { settle } from './settle.ts';
import type { SlateTerms } from './slate-terms.ts';
import { widthOf } from './width.ts';

/** What is the same for all candidates of a slate. Null: some evidence is of other facts, or there are more criteria than bits. */
type SlateInBrief = {
  readonly leaves: readonly LeafInBrief[];
  /** By the mask of criteria that do not apply, from which the maximum follows. */
  readonly widths: Map<number, readonly string[]>;
};

const slates = new WeakMap<SlateTerms, SlateInBrief | null>();

/** Null: read `criteria`. `place`: the candidate's. */
export function criteriaInBrief(terms: SlateTerms, place: number, maxPoints: number): CriteriaInBrief | null {
  const known = slates.get(terms);
  const slate = known === undefined ? slateInBrief(terms) : known;
  if (known === undefined) slates.set(terms, slate);
  if (slate === null) return null;
  const masks = emptyMasks();
  let graded: [number, number][] | null = null;
  let bit = 1;
  for (const on of terms.criteria) {
    const ending = settle(terms, on, place);
    addToMasks(masks, bit, ending);
    if (ending.credit !== null) {
      const pointsMilli = pointsOf(ending, terms, place);
      if (pointsMilli !== ending.fullMilli) {
        graded ??= [];
        graded.push([on.criterion.position, pointsMilli]);
      }
    }
    bit *= 2;
  }
  const widths = slate.widths.get(masks.notApplying) ?? writeWidths(terms, place, maxPoints);
  slate.widths.set(masks.notApplying, widths);
  return { masks, graded: graded ?? NONE, widths, leaves: slate.leaves };
}

const NONE: CriteriaInBrief['graded'] = [];

function slateInBrief({ criteria }: SlateTerms): SlateInBrief | null {
  if (criteria.length > MAX_MASK_BITS) return null;
  const leaves: LeafInBrief[] = [];
  for (const [criterion, { leaves: own }] of criteria.entries()) {
    if (own === null) return null;
    for (const { ref, written } of own) leaves.push({ criterion, fact: ref.key, written });
  }
  return { leaves, widths: new Map() };
}

function writeWidths(terms: SlateTerms, place: number, maxPoints: number): readonly string[] {
  return terms.criteria.map((on) => widthOf(settle(terms, on, place), maxPoints));
}
