import { REASONS, type ReasonCode, reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import type { ReasonText } from '../domain/reasons/reason-text.ts';

export type RecordedReason = { readonly code: string; readonly detail: { readonly [name: string]: string | number } };

/** Title, sentence and remedy of a recorded reason; a ledger may hold codes of a newer version, which stand as they are. */
export function reasonText({ code, detail }: RecordedReason): ReasonText {
  if (!isKnown(code)) {
    const sentence = `Reason ${code} is not known to this version of fieldmarshal (${JSON.stringify(detail)}).`;
    return { title: code, sentence, remedy: 'Look at it with the version that wrote it, or a newer one.' };
  }
  return { title: REASONS[code].title, sentence: reasonSentence(code, detail), remedy: reasonRemedy(code, detail) };
}

/** The sentence alone, for a list of very many. */
export function reasonSentenceOf(reason: RecordedReason): string {
  return isKnown(reason.code) ? reasonSentence(reason.code, reason.detail) : reasonText(reason).sentence;
}

function isKnown(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}
