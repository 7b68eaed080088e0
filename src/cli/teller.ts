import { basename, join } from 'node:path';
import type { OpenHold } from '../analysis/open-holds.ts';
import { whyDry } from '../compose.ts';
import type { Config, PlatformConfig } from '../config.ts';
import type { Reason } from '../domain/decision.ts';
import type { Notice } from '../domain/notice.ts';
import { formatProblem } from '../domain/problem.ts';
import type { Environment } from '../domain/run.ts';
import { type DecisionStore, LedgerFailure, PlatformUnavailable } from '../engine/ports.ts';
import type { RunReport } from '../engine/run-report.ts';
import type { NoticeChannel } from '../notify/channel.ts';
import { type NoticeBook, withMet, withSent } from '../notify/notice-book.ts';
import { packageRoot } from '../package-root.ts';
import { readOpenHolds } from '../report/holds.ts';
import { UNNARROWED } from '../report/report.ts';
import { createScrubber } from '../scrub.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { Blocked, OperatorMistake } from './exit-codes.ts';
import { noticeBookPath, readNoticeBook, writeNoticeBook } from './notice-book-file.ts';
import { noticesOfRun, unended } from './run-notices.ts';
import { toNotice } from './to-notice.ts';

/**
 * Tells people by the channels that are set up; does nothing, and loads nothing, where there are none. What is noted stands in
 * the book first, so that nothing is lost when the process ends before `send`. Nothing here ever fails what it tells of.
 */
export type Teller = {
  readonly noteRun: (report: RunReport, store: DecisionStore | null) => Promise<void>;
  /** `refused`: the problems of rule files, a sentence each; null: they are good. */
  readonly noteReload: (refused: readonly string[] | null) => void;
  readonly noteFailure: (error: unknown) => void;
  /** What a command found by itself. */
  readonly note: (reason: Reason, about: { readonly subject: string; readonly command: string }) => void;
  /** Within half a minute, whatever the other side does. */
  readonly send: () => Promise<void>;
};

export type TellerParts = {
  readonly config: Pick<Config, 'notify' | 'databasePath'>;
  /** As messages name it. */
  readonly environment: Environment | 'ledger';
  readonly nowMs: () => number;
  /** What no message may show. */
  readonly secrets: readonly string[];
  /** Told when people could not be. */
  readonly warn: (sentence: string) => void;
};

/** A dry run tells nobody: it has no channels. */
export function tellerOf(
  config: PlatformConfig,
  { isDryRunAsked, ...parts }: Pick<TellerParts, 'secrets' | 'warn'> & { readonly isDryRunAsked: boolean },
): Teller {
  const { environment } = config.platform.hosts;
  const isDry = whyDry({ isDryRunAsked, config }, environment) !== null;
  const notify = isDry ? { ...config.notify, webhookUrl: null, mail: null } : config.notify;
  return createTeller({ ...parts, config: { ...config, notify }, environment, nowMs: Date.now });
}

export function createTeller(parts: TellerParts): Teller {
  const safely = async (tell: () => void | Promise<void>) => {
    if (!hasChannels(parts)) return;
    try {
      await tell();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      parts.warn(`What needs a person could not be told: ${why}.`);
    }
  };
  // One message after the other, or two would tell the same.
  let sending = Promise.resolve();
  const note = (...notices: readonly Notice[]) => void safely(() => noteAll(notices, parts));
  return {
    noteRun: (report, store) =>
      safely(async () => {
        if (!report.isDryRun && store !== null) noteAll(await noticesAfter(report, store, parts), parts);
      }),
    noteReload: (refused) => {
      if (refused !== null) note(refusal(refused));
    },
    noteFailure: (error) => {
      const notice = ofFailure(error);
      if (notice !== null) note(notice);
    },
    note: (reason, about) => note(toNotice(reason, about)),
    send: () => {
      sending = sending.then(() => safely(() => sendNoted(parts)));
      return sending;
    },
  };
}

/** An assignment older than this is no longer asked after. */
const UNDONE_WITHIN_MS = 90 * 24 * 3_600_000;

async function noticesAfter(
  report: RunReport,
  store: DecisionStore,
  { config }: TellerParts,
): Promise<readonly Notice[]> {
  // The run's own clock, which may be the platform's.
  const nowMs = report.run.startedAtMs;
  const open = await store.openIntents();
  const undone = await store.readCancellations(nowMs - UNDONE_WITHIN_MS);
  const holds = await readHolds(config.databasePath, nowMs);
  return noticesOfRun({ report, open, undone, holds, nowMs });
}

async function readHolds(path: string, nowMs: number): Promise<readonly OpenHold[]> {
  const reader = openLedgerReader({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
  try {
    return await readOpenHolds(reader, { ...UNNARROWED, sinceMs: null, untilMs: null, nowMs });
  } finally {
    await reader.close();
  }
}

function hasChannels({ config: { notify } }: TellerParts): boolean {
  return notify.webhookUrl !== null || notify.mail !== null;
}

/** Read, changed and written in one go: another process of the same ledger may be at it too. */
function changeBook({ config, warn }: TellerParts, change: (book: NoticeBook) => NoticeBook): void {
  const path = noticeBookPath(config.databasePath);
  const failure = writeNoticeBook(path, change(readNoticeBook(path)));
  if (failure !== null) warn(failure);
}

function noteAll(notices: readonly Notice[], parts: TellerParts): void {
  if (notices.length === 0) return;
  const { scrub } = createScrubber(parts.secrets);
  const met = notices.map((notice) => ({ ...notice, sentence: scrub(notice.sentence), remedy: scrub(notice.remedy) }));
  const { webhookUrl, mail, repeatMs } = parts.config.notify;
  const channels = [...(webhookUrl === null ? [] : ['webhook']), ...(mail === null ? [] : ['e-mail'])];
  changeBook(parts, (book) => withMet(book, met, { channels, nowMs: parts.nowMs(), repeatMs }));
}

async function sendNoted(parts: TellerParts): Promise<void> {
  const { config, environment } = parts;
  const book = readNoticeBook(noticeBookPath(config.databasePath));
  if (Object.values(book).every(({ unsent }) => unsent === null)) return;
  const { tellPeople } = await import('../notify/tell.ts');
  const channels = await openChannels(config.notify);
  try {
    const origin = { environment, ledger: basename(config.databasePath) };
    const told = await tellPeople(book, { channels, origin, deadlineMs: DEADLINE_MS });
    changeBook(parts, (current) =>
      told.reduce(
        (sent, { channel, due, failure }) =>
          failure === null ? withSent(sent, due, { channel, nowMs: parts.nowMs() }) : sent,
        current,
      ),
    );
    for (const { failure } of told) if (failure !== null) parts.warn(failure);
  } finally {
    for (const channel of channels) await channel.close();
  }
}

/** Of one try, before each further one, and of all of them. */
const TIMEOUT_MS = 8_000;
const PAUSES_MS = [1_000, 3_000];
const DEADLINE_MS = 20_000;

export async function openChannels({ webhookUrl, mail }: Config['notify']): Promise<readonly NoticeChannel[]> {
  const channels: NoticeChannel[] = [];
  if (webhookUrl !== null) {
    const { createWebhook } = await import('../notify/webhook.ts');
    channels.push(createWebhook({ url: webhookUrl, timeoutMs: TIMEOUT_MS, pausesMs: PAUSES_MS }));
  }
  if (mail !== null) {
    const { createMail } = await import('../notify/mail.ts');
    channels.push(createMail({ ...mail, timeoutMs: TIMEOUT_MS }));
  }
  return channels;
}

function refusal(problems: readonly string[]): Notice {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const problem = `${first ?? 'they cannot be read'}${more}`;
  const about = { subject: 'rule files', command: 'fieldmarshal rules check' };
  return toNotice({ code: 'FM-8003', detail: { problem } }, about);
}

/** Null: a person who gave a command reads the answer, and another process that acts is no failure. */
function ofFailure(error: unknown): Notice | null {
  if (error instanceof Blocked) return null;
  if (error instanceof OperatorMistake)
    return error.problems.some(({ code }) => code.startsWith('FM-R'))
      ? refusal(error.problems.map(formatProblem))
      : null;
  const command = 'fieldmarshal doctor';
  if (error instanceof PlatformUnavailable)
    return toNotice({ code: 'FM-7005', detail: { message: error.message } }, { subject: 'platform', command });
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof LedgerFailure ? error.remedy : 'This is a bug in fieldmarshal: report it.';
  return toNotice({ code: 'FM-8004', detail: { message, remedy: unended(remedy) } }, { subject: 'runs', command });
}
