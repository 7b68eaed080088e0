import Database from 'better-sqlite3';
import { LedgerFailure } from '../../engine/ports.ts';

export type HeldLock = { release(): void };

/**
 * Takes a lock that at most one process holds, and that the kernel frees when its holder dies, however it dies: an
 * exclusive transaction on a small file beside the ledger. Null: somebody else has it.
 */
export function tryLock(path: string): HeldLock | null {
  let connection: Database.Database;
  try {
    connection = new Database(path, { timeout: 0 });
  } catch (cause) {
    throw new LedgerFailure(
      `the lock file ${path} cannot be opened`,
      'Check that its folder exists and that this user may write there.',
      { cause },
    );
  }
  try {
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    if (isBusy(cause)) return null;
    throw new LedgerFailure(
      `the lock file ${path} cannot be locked`,
      'Remove the file if no fieldmarshal is running, and check the disk.',
      { cause },
    );
  }
  return { release: () => connection.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
