import type { FactUnit } from '../domain/fact.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import { alignColumns } from './align.ts';
import { factText } from './fact-text.ts';
import { wrapText } from './wrap.ts';

/** The criteria of a review, in file order: what came out, what was asked, and the values it rests on. */
export function reviewTable(
  review: readonly ReviewedCriterion[],
  unitOf: (factName: string) => FactUnit | null,
  width: number,
): readonly string[] {
  return [
    'Finished work, criterion by criterion',
    ...alignColumns(reviewRows(review, unitOf), ['left', 'left', 'left', 'left'], width),
    ...wrapText('Marks: ✓ match, ✗ required and missed, · preferred and missed, ? unknown', width),
  ];
}

/** Mark, whether it is required, label, facts. */
export function reviewRows(
  review: readonly ReviewedCriterion[],
  unitOf: (factName: string) => FactUnit | null,
): readonly (readonly string[])[] {
  return review.map((criterion) => [
    markOf(criterion),
    criterion.isRequired ? 'required' : 'preferred',
    criterion.label,
    criterion.evidence.map((leaf) => leafText(leaf, unitOf)).join('; '),
  ]);
}

/** A shape, not a colour, as in the slate's table. */
function markOf({ verdict, isRequired }: ReviewedCriterion): string {
  switch (verdict) {
    case 'match':
      return '✓';
    case 'no_match':
      return isRequired ? '✗' : '·';
    case 'unknown':
      return '?';
  }
}

/** `work_order.hours_over_estimate 40 %, wanted <= 25`, or why nobody knows. */
function leafText(
  { fact, written, actual }: ReviewedCriterion['evidence'][number],
  unitOf: (factName: string) => FactUnit | null,
): string {
  if (actual.kind === 'unknown') return `${fact.key} is unknown, wanted ${written}: ${actual.because}`;
  return `${fact.key} ${factText(actual.value, unitOf(fact.name))}, wanted ${written}`;
}
