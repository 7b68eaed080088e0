import type { Reason } from '../domain/decision.ts';
import type { Notice } from '../domain/notice.ts';
import { reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import { printable } from '../report/printable.ts';

/** A reason with its texts filled in; see `Notice` for the subject and the command. */
export function toNotice({ code, detail }: Reason, { subject, command }: Pick<Notice, 'subject' | 'command'>): Notice {
  const sentence = printable(reasonSentence(code, detail));
  return { code, subject, sentence, remedy: printable(reasonRemedy(code, detail)), command };
}
