import { REASON_KINDS, REASONS } from '../domain/reason-codes.ts';
import type { ReasonText } from '../domain/reasons/reason-text.ts';
import { RULE_PROBLEM_KINDS, RULE_PROBLEMS } from './problem-codes.ts';
import { PROBLEM_MEANINGS } from './problem-meanings.ts';
import type { ReferenceEntry } from './reference.ts';

export function reasonEntries(): readonly ReferenceEntry[] {
  const reasons: { readonly [code: string]: ReasonText } = REASONS;
  return Object.entries(reasons).map(([code, { title, sentence, remedy }]) => ({
    topic: 'reason',
    name: code,
    aliases: numberOf(code),
    doc: title,
    details: [
      ['kind', REASON_KINDS[code.charAt(3)] ?? ''],
      ['what it says', sentence],
      ['what to do', remedy],
    ],
    example: null,
  }));
}

export function problemEntries(): readonly ReferenceEntry[] {
  const meanings: { readonly [code: string]: string | undefined } = PROBLEM_MEANINGS;
  return Object.entries(RULE_PROBLEMS).map(([code, title]) => {
    const meaning = meanings[code];
    const group = RULE_PROBLEM_KINDS.findLast(({ from }) => from <= code);
    return {
      topic: 'problem',
      name: code,
      aliases: numberOf(code),
      doc: title,
      details: [
        ['kind', group?.kind ?? ''],
        ['effect', group?.effect ?? ''],
        ...(meaning === undefined ? [] : [['what it means', meaning] as const]),
        ['how to mend it', 'The message says so, with its place.'],
      ],
      example: null,
    };
  });
}

/** `FM-R204` may be looked up as `R204`. */
function numberOf(code: string): readonly string[] {
  return [code.slice('FM-'.length)];
}
