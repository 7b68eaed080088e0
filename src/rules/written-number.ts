import { type FactUnit, toKeptNumber, UNITS } from '../domain/fact.ts';

const MOST_DECIMALS = 6;

/**
 * The shortest number that, written in a rule file, is kept as `kept`: unlike what is shown to people it loses nothing, so
 * 97 metres are 0.06 miles and 100 metres 0.062.
 */
export function writtenAs(kept: number, unit: FactUnit): number {
  const whole = kept / UNITS[unit].scale;
  let decimals = 0;
  while (decimals < MOST_DECIMALS && toKeptNumber(Number(whole.toFixed(decimals)), unit) !== kept) decimals += 1;
  return Number(whole.toFixed(decimals));
}
