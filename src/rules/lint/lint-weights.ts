import type { RuleFile } from '../../domain/rule-file.ts';
import { type Asking, putsInOrder } from './asked-criterion.ts';
import { type LintReading, warnOnce } from './lint-reading.ts';

/** With fewer, one is always the heavier. */
const FEWEST = 3;

/**
 * A weight above all the others that tell eligible providers apart, put together: whoever has it comes before whoever has
 * not, and the others only order the rest.
 */
export function lintWeights(
  reading: LintReading,
  { tieBreak }: Pick<RuleFile, 'tieBreak'>,
  { criteria }: Asking,
): void {
  if (tieBreak[0]?.by !== 'points' || tieBreak[0].direction !== 'desc') return;
  const telling = criteria.filter(putsInOrder);
  const sum = telling.reduce((total, { weight }) => total + weight, 0);
  const heaviest = telling.find(({ weight, credit }) => credit === null && weight > sum - weight);
  if (heaviest === undefined || telling.length < FEWEST) return;
  const { key, weight, path } = heaviest;
  const what = `${key} weighs ${weight}, more than all other criteria that tell eligible providers apart (${sum - weight} together): whoever meets it comes first`;
  const fix = `Write at most ${sum - weight}, or make it required if it is to decide.`;
  warnOnce(reading, [...path, 'weight'], { code: 'FM-R831', what, fix });
}
