import { ChannelFailure, type NoticeChannel } from './channel.ts';
import { composeMessage, type Origin } from './message.ts';
import { type DueNotice, dueOf, type NoticeBook } from './notice-book.ts';

export type Telling = {
  readonly channels: readonly NoticeChannel[];
  readonly origin: Origin;
  /** Of one channel, from the first try to the last: a server that answers a byte now and then holds nobody longer. */
  readonly deadlineMs: number;
};

/** What one channel was told, or why it was not. */
export type Told = { readonly channel: string; readonly due: readonly DueNotice[]; readonly failure: string | null };

/** Tells every channel what the book has for it, in one message, all channels at once. Never throws for a channel. */
export async function tellPeople(book: NoticeBook, telling: Telling): Promise<readonly Told[]> {
  const told = telling.channels.map(async (channel): Promise<Told | null> => {
    const due = dueOf(book, channel.name);
    if (due.length === 0) return null;
    const failure = await tellOne(channel, due, telling);
    return { channel: channel.name, due, failure };
  });
  return (await Promise.all(told)).flatMap((one) => one ?? []);
}

async function tellOne(channel: NoticeChannel, due: readonly DueNotice[], telling: Telling): Promise<string | null> {
  const { origin, deadlineMs } = telling;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new ChannelFailure(`it took longer than ${Math.round(deadlineMs / 1000)} s`)),
    deadlineMs,
  );
  try {
    await Promise.race([channel.send(composeMessage(due, origin)), late.promise]);
    return null;
  } catch (error) {
    if (!(error instanceof ChannelFailure)) throw error;
    return `Nobody was told by ${channel.name} of ${due.length} thing(s): ${error.message}.`;
  } finally {
    clearTimeout(timer);
  }
}
