import { ACTING } from './reasons/acting.ts';
import { AFTER_WRITING } from './reasons/after-writing.ts';
import { HOLDING } from './reasons/holding.ts';
import { NOT_ELIGIBLE } from './reasons/not-eligible.ts';
import { SKIPPING } from './reasons/skipping.ts';
import { STOPPING_RUNS } from './reasons/stopping-runs.ts';
import { TELLING } from './reasons/telling.ts';
import { WAITING } from './reasons/waiting.ts';

/**
 * Every reason fieldmarshal can give, with its sentence and what to do about it. Codes are stable: they are never
 * renumbered or reused. 1xxx acts, 2xxx waits, 3xxx holds, 4xxx skips, 5xxx says why a candidate is not eligible,
 * 6xxx what became of a write, 7xxx why a run stopped, 8xxx what people are told besides.
 * `{name}` in a sentence is filled from the reason's detail; docs/reason-codes.md is generated from this table.
 */
export type ReasonCode = keyof typeof REASONS;

/** What the first digit of a code says. */
export const REASON_KINDS: { readonly [digit: string]: string } = {
  1: 'acts',
  2: 'waits',
  3: 'holds for a person',
  4: 'skips',
  5: 'why a candidate is not eligible',
  6: 'what became of a write',
  7: 'why a run stopped',
  8: 'what people are told besides',
};

export const REASONS = {
  ...ACTING,
  ...WAITING,
  ...HOLDING,
  ...SKIPPING,
  ...NOT_ELIGIBLE,
  ...AFTER_WRITING,
  ...STOPPING_RUNS,
  ...TELLING,
};

/** The sentence with its placeholders filled. A detail that is missing shows as `?`. */
export function reasonSentence(code: ReasonCode, detail: { readonly [name: string]: string | number }): string {
  return fill(REASONS[code].sentence, detail);
}

export function reasonRemedy(code: ReasonCode, detail: { readonly [name: string]: string | number }): string {
  return fill(REASONS[code].remedy, detail);
}

function fill(template: string, detail: { readonly [name: string]: string | number }): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? '?'));
}
