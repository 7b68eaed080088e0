import type { RecordedCandidate } from '../domain/recorded-decision.ts';

/** What one criterion gave each of two candidates of a slate, in thousandths of a point. */
export type MarginPart = {
  readonly position: number;
  readonly key: string;
  readonly label: string;
  readonly firstMilli: number;
  readonly secondMilli: number;
  /** Negative: the second has more of it. */
  readonly leadMilli: number;
};

type Scored = Pick<RecordedCandidate, 'criteria' | 'pointsMilli'>;

/** What makes up the first one's lead: every criterion, those that make the most of a difference first. The leads add up to it. */
export function marginParts(first: Scored, second: Scored): readonly MarginPart[] {
  const parts = first.criteria.map(({ position, key, label, pointsMilli }) => {
    const secondMilli = second.criteria.find((one) => one.position === position)?.pointsMilli ?? 0;
    return { position, key, label, firstMilli: pointsMilli, secondMilli, leadMilli: pointsMilli - secondMilli };
  });
  return parts.sort((a, b) => Math.abs(b.leadMilli) - Math.abs(a.leadMilli) || a.position - b.position);
}
