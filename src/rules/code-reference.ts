import { REASON_KINDS, REASONS, type ReasonText } from '../domain/reason-codes.ts';
import { RULE_PROBLEM_KINDS, RULE_PROBLEMS } from './problem-codes.ts';
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
  return Object.entries(RULE_PROBLEMS).map(([code, title]) => {
    const digit = code.charAt(4);
    return {
      topic: 'problem',
      name: code,
      aliases: numberOf(code),
      doc: title,
      details: [
        ['kind', RULE_PROBLEM_KINDS[digit] ?? ''],
        [
          'effect',
          digit < '8' ? 'The file is refused.' : digit === '8' ? 'A warning: the file is taken.' : 'None on runs.',
        ],
        ['how to mend it', 'The message says so, with line and column: fieldmarshal rules check'],
      ],
      example: null,
    };
  });
}

/** `FM-R204` may be looked up as `R204`. */
function numberOf(code: string): readonly string[] {
  return [code.slice('FM-'.length)];
}
