import type { Notice } from '../domain/notice.ts';

/** What people were told, by channel, code and subject: see `withMet`. */
export type NoticeBook = { readonly [key: string]: NoticeEntry };

/** Epoch ms. */
export type NoticeEntry = {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Null: it could not be sent yet. */
  readonly sentAtMs: number | null;
  /** What is still to be sent, also when it is not met again; null: nothing. */
  readonly unsent: Notice | null;
  /** How often it was met. */
  readonly count: number;
};

/** A notice to be sent now, and how often it was met since it began. */
export type DueNotice = Notice & { readonly count: number; readonly firstAtMs: number };

export type SortingOut = {
  readonly channels: readonly string[];
  readonly nowMs: number;
  /** What goes on is told again after this. */
  readonly repeatMs: number;
};

/** Not met for as long as this, it was over: what comes then is another one. */
const OVER_AFTER_MS = 24 * 3_600_000;
/** Nobody asks about it any more. */
const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * The book with these notices in it, for each channel as still to be sent unless it was told of the same thing lately. None
 * counts as sent before `withSent`. A time in the future, by a clock that was set back since, keeps nothing back.
 */
export function withMet(
  book: NoticeBook,
  notices: readonly Notice[],
  { channels, nowMs, repeatMs }: SortingOut,
): NoticeBook {
  const entries = new Map(Object.entries(book).filter(([, { lastAtMs }]) => nowMs - lastAtMs < FORGOTTEN_AFTER_MS));
  for (const notice of firstOfEach(notices)) {
    for (const channel of channels) {
      const key = keyOf(channel, notice);
      const before = entries.get(key);
      const isAnother = before === undefined || nowMs - before.lastAtMs >= OVER_AFTER_MS;
      const entry: NoticeEntry = isAnother
        ? { firstAtMs: nowMs, lastAtMs: nowMs, sentAtMs: null, unsent: notice, count: 1 }
        : { ...before, lastAtMs: nowMs, count: before.count + 1 };
      const { sentAtMs } = entry;
      const isDue = sentAtMs === null || sentAtMs > nowMs || nowMs - sentAtMs >= repeatMs;
      entries.set(key, isDue ? { ...entry, unsent: notice } : entry);
    }
  }
  return Object.fromEntries(entries);
}

/** What the channel has still to be told. */
export function dueOf(book: NoticeBook, channel: string): readonly DueNotice[] {
  return Object.entries(book).flatMap(([key, { unsent, count, firstAtMs }]) =>
    unsent !== null && key.startsWith(`${channel} `) ? [{ ...unsent, count, firstAtMs }] : [],
  );
}

/** The book once a channel has been told. */
export function withSent(
  book: NoticeBook,
  sent: readonly Notice[],
  { channel, nowMs }: { readonly channel: string; readonly nowMs: number },
): NoticeBook {
  const keys = new Set(sent.map((notice) => keyOf(channel, notice)));
  return Object.fromEntries(
    Object.entries(book).map(([key, entry]) => [
      key,
      keys.has(key) ? { ...entry, sentAtMs: nowMs, unsent: null } : entry,
    ]),
  );
}

function firstOfEach(notices: readonly Notice[]): readonly Notice[] {
  const met = new Set<string>();
  return notices.filter((notice) => {
    const key = keyOf('', notice);
    return !met.has(key) && met.add(key);
  });
}

function keyOf(channel: string, { code, subject }: Notice): string {
  return `${channel} ${code} ${subject}`;
}
