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
import { packageRoot } from '../package-root.ts';
import { readOpenHolds } from '../report/holds.ts';
import { UNNARROWED } from '../report/report.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { Blocked, OperatorMistake } from './exit-codes.ts';
import { noticeBookPath, readNoticeBook, writeNoticeBook } from './notice-book-file.ts';
import { noticesOfRun, unended } from './run-notices.ts';
import { toNotice } from './to-notice.ts';

/** Tells people by the channels that are set up; does nothing, and loads nothing, where there are none. */
export type Teller = {
  readonly afterRun: (report: RunReport, store: DecisionStore | null) => Promise<void>;
  /** `refused`: the problems of rule files, a sentence each; null: they are good. */
  readonly afterReload: (refused: readonly string[] | null) => Promise<void>;
  readonly afterFailure: (error: unknown) => Promise<void>;
  /** What a command found by itself. */
  readonly tell: (reason: Reason, about: { readonly subject: string; readonly command: string }) => Promise<void>;
};

export type TellerParts = {
  readonly config: Pick<Config, 'notify' | 'databasePath'>;
  /** As messages name it. */
  readonly environment: Environment | 'ledger';
  readonly nowMs: () => number;
  /** Told when a channel could not be reached. */
  readonly warn: (sentence: string) => void;
};

/** A dry run tells nobody: it has no channels. */
export function tellerOf(config: PlatformConfig, isDryRunAsked: boolean, warn: TellerParts['warn']): Teller {
  const { environment } = config.platform.hosts;
  const isDry = whyDry({ isDryRunAsked, config }, environment) !== null;
  const notify = isDry ? { ...config.notify, webhookUrl: null, mail: null } : config.notify;
  return createTeller({ config: { ...config, notify }, environment, nowMs: Date.now, warn });
}

export function createTeller(parts: TellerParts): Teller {
  const tell = (notices: readonly Notice[]) => tellNotices(notices, parts);
  return {
    afterRun: async (report, store) => {
      if (report.isDryRun || store === null || !hasChannels(parts)) return;
      const [open, undone] = [await store.openIntents(), await store.readCancellations(0)];
      // The run's own clock, which may be the platform's.
      const nowMs = report.run.startedAtMs;
      const holds = await readHolds(parts.config.databasePath, nowMs);
      await tell(noticesOfRun({ report, open, undone, holds, nowMs }));
    },
    afterReload: async (refused) => {
      if (refused !== null) await tell([refusal(refused)]);
    },
    afterFailure: async (error) => {
      const notice = ofFailure(error);
      if (notice !== null) await tell([notice]);
    },
    tell: (reason, about) => tell([toNotice(reason, about)]),
  };
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

/** Told or not, the command goes on: what could not be sent is kept, and said. */
async function tellNotices(notices: readonly Notice[], parts: TellerParts): Promise<void> {
  if (!hasChannels(parts)) return;
  const path = noticeBookPath(parts.config.databasePath);
  const before = readNoticeBook(path);
  const hasUnsent = Object.values(before).some(({ unsent }) => unsent !== null);
  if (notices.length === 0 && !hasUnsent) return;
  const { tellPeople } = await import('../notify/tell.ts');
  const channels = await openChannels(parts.config.notify);
  try {
    const { environment, config } = parts;
    const told = await tellPeople(notices, before, {
      channels,
      origin: { environment, ledger: basename(config.databasePath) },
      nowMs: parts.nowMs(),
      repeatMs: config.notify.repeatMs,
    });
    for (const failure of told.failures) parts.warn(failure);
    const failure = writeNoticeBook(path, told.book);
    if (failure !== null) parts.warn(failure);
  } finally {
    for (const channel of channels) await channel.close();
  }
}

/** Of one try, and before each further one: a run waits for them, so all together stay below half a minute. */
const TIMEOUT_MS = 8_000;
const PAUSES_MS = [1_000, 3_000];

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
