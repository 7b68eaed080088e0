import type { Notice } from '../domain/notice.ts';
import { ChannelFailure, type NoticeChannel } from './channel.ts';
import { composeMessage, type Origin } from './message.ts';
import type { NoticeBook } from './notice-book.ts';
import { sortOut, withSent } from './notice-book.ts';

export type Telling = {
  readonly channels: readonly NoticeChannel[];
  readonly origin: Origin;
  readonly nowMs: number;
  /** What goes on is told again after this. */
  readonly repeatMs: number;
};

export type Told = {
  readonly book: NoticeBook;
  /** How many each channel was told. */
  readonly sent: { readonly [channel: string]: number };
  /** A sentence for each channel that could not be reached; it is told the same again at the next occasion. */
  readonly failures: readonly string[];
};

/** Tells every channel what it has not been told, in one message. Never throws for a channel. */
export async function tellPeople(notices: readonly Notice[], before: NoticeBook, telling: Telling): Promise<Told> {
  let book = before;
  const sent: { [channel: string]: number } = {};
  const failures: string[] = [];
  for (const channel of telling.channels) {
    const sorted = sortOut(book, notices, { ...telling, channel: channel.name });
    book = sorted.book;
    if (sorted.due.length === 0) continue;
    try {
      await channel.send(composeMessage(sorted.due, telling.origin));
      book = withSent(book, sorted.due, { channel: channel.name, nowMs: telling.nowMs });
      sent[channel.name] = sorted.due.length;
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      failures.push(`Nobody was told by ${channel.name} of ${sorted.due.length} thing(s): ${error.message}.`);
    }
  }
  return { book, sent, failures };
}
