import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ReasonCode } from '../domain/reason-codes.ts';
import { REASONS } from '../domain/reason-codes.ts';
import type { NoticeBook } from '../notify/notice-book.ts';
import { replaceFile } from './replace-file.ts';

/** Beside the ledger and not in it, since it has to work when the ledger is what is broken. */
export function noticeBookPath(databasePath: string): string {
  return `${databasePath}.notices.json`;
}

const notice = z.object({
  code: z.custom<ReasonCode>((code) => typeof code === 'string' && Object.hasOwn(REASONS, code)),
  subject: z.string(),
  sentence: z.string(),
  remedy: z.string(),
  command: z.string().nullable(),
});

const entry = z.object({
  firstAtMs: z.int(),
  lastAtMs: z.int(),
  sentAtMs: z.int().nullable(),
  unsent: notice.nullable(),
  count: z.int(),
});

const book = z.record(z.string(), z.unknown());

/** Without the entries that cannot be read, as of a later version: being told twice is better than not at all. */
export function readNoticeBook(path: string): NoticeBook {
  try {
    const entries = Object.entries(book.parse(JSON.parse(readFileSync(path, 'utf8'))));
    return Object.fromEntries(
      entries.flatMap(([key, value]) => {
        const read = entry.safeParse(value);
        return read.success ? [[key, read.data]] : [];
      }),
    );
  } catch {
    return {};
  }
}

/** A sentence when it could not be written: people will then be told the same again. */
export function writeNoticeBook(path: string, written: NoticeBook): string | null {
  const text = `${JSON.stringify(written, null, 1)}\n`;
  try {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      replaceFile(path, text);
    }
    return null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `What people were told could not be written down, so that they may be told again: ${why}.`;
  }
}
