import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Sha256 } from '../../domain/ids.ts';
import { LedgerFailure } from '../../engine/ports.ts';
import { closeConnection, openConnection } from './connection.ts';
import { withLedgerFailure } from './ledger-failure.ts';
import { type LedgerOptions, openLedgerReader } from './open-ledger.ts';

/** What the copy holds, read back from it. `head` null: a ledger in which nothing has happened yet. */
export type LedgerCopy = { readonly links: number; readonly head: Sha256 | null; readonly erasedBodies: number };

/**
 * Copies a ledger as it is at one moment, while others may be writing it: they wait for nothing. The copy is one file
 * without a log beside it, and takes its name only after it was read back and found whole. Throws `LedgerFailure`.
 */
export async function backUpLedger(options: LedgerOptions, to: string): Promise<LedgerCopy> {
  // Header, version and head, as before anything else is done with a ledger.
  await openLedgerReader(options).close();
  const partial = `${to}.${process.pid}.partial`;
  try {
    copyAtOneMoment(options.path, partial);
    const copy = await readBack({ ...options, path: partial });
    syncToDisk(partial);
    if (existsSync(to)) throw new LedgerFailure(`${to} was made meanwhile`, 'Name another file; nothing was replaced.');
    renameSync(partial, to);
    syncToDisk(dirname(to));
    return copy;
  } finally {
    for (const path of ['', '-wal', '-shm', '-journal'].map((end) => `${partial}${end}`))
      if (existsSync(path)) rmSync(path);
  }
}

/** `VACUUM INTO` reads in one transaction; in WAL mode that keeps no writer waiting, and unlike a copy of pages never begins anew. */
function copyAtOneMoment(path: string, to: string): void {
  const connection = openConnection({ path, readonly: true, busyTimeoutMs: 5_000 });
  try {
    connection.db.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    if (error instanceof Database.SqliteError && OF_THE_COPY.test(error.code)) {
      throw new LedgerFailure(
        `the copy ${to} cannot be written (${error.code})`,
        'No backup was made. Make room there, let this user write there, or name another place.',
        { cause: error },
      );
    }
    withLedgerFailure(path, () => {
      throw error;
    });
  } finally {
    closeConnection(connection);
  }
}

/** The ledger itself is only read. */
const OF_THE_COPY = /^SQLITE_(FULL|CANTOPEN|READONLY)/;

async function readBack(options: LedgerOptions): Promise<LedgerCopy> {
  const reader = openLedgerReader(options);
  try {
    const found = await reader.quickCheck();
    const chain = await reader.verifyChain();
    if (found === 'ok' && chain.kind === 'intact') return chain;
    throw new LedgerFailure(
      `the copy does not hold: ${chain.kind === 'broken' ? chain.what : found}`,
      'No backup was made. Run `fieldmarshal doctor`: what the copy shows is in the ledger itself.',
    );
  } finally {
    await reader.close();
  }
}

/** A copy that a power cut could still take is none. */
function syncToDisk(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
