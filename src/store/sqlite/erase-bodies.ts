import Database from 'better-sqlite3';
import type { Sha256 } from '../../domain/ids.ts';
import { appendLink } from './chain.ts';
import { hashFromBytes, hashToBytes } from './columns.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
import { prepared } from './prepared.ts';
import { tombstone } from './schema.ts';

export type ErasureTerms = { readonly actor: string; readonly because: string; readonly atMs: number };

export type EraseRequest = ErasureTerms & { readonly hashes: readonly Sha256[] };

/** The one way a body goes: a chained tombstone for its hash, then its bytes, together. Returns how many went. */
export function eraseBodies(connection: Connection, request: EraseRequest): number {
  const erased = entomb(connection, request);
  emptyLog(connection);
  return erased;
}

function entomb(connection: Connection, { hashes, ...why }: EraseRequest): number {
  const { db } = connection;
  return writeAtomically(connection, () => {
    let count = 0;
    for (const bodyHash of hashes) {
      appendLink(connection, 'tombstone', insertRow(connection, tombstone, { bodyHash, ...why }));
      count += prepared<[Buffer]>(db, 'DELETE FROM body WHERE id = (SELECT id FROM body_key WHERE hash = ?)').run(
        hashToBytes(bodyHash),
      ).changes;
    }
    return count;
  });
}

/** Bodies that go in one transaction: nobody else waits longer than for these. */
const BATCH = 500;

/** By number, batch by batch: what a crash leaves undone, the next call does. */
export function eraseByNumber(
  connection: Connection,
  ids: readonly number[],
  { terms, onProgress }: { readonly terms: ErasureTerms; readonly onProgress?: (done: number) => void },
): number {
  const hashOf = prepared<[number], Buffer>(connection.db, 'SELECT hash FROM body_key WHERE id = ?').pluck();
  let erased = 0;
  for (let at = 0; at < ids.length; at += BATCH) {
    const hashes = ids.slice(at, at + BATCH).flatMap((id) => hashOf.get(id) ?? []);
    erased += entomb(connection, { hashes: hashes.map(hashFromBytes), ...terms });
    onProgress?.(erased);
  }
  return erased;
}

/** `held`: another process reads the log, which so keeps the pages as they were until the next time it is emptied. */
export type Cleaned = { readonly log: 'empty' | 'held'; readonly isSmaller: boolean };

/**
 * Nothing of what was deleted is left in the file: its pages were written over (`secure_delete`), the log is emptied, and the
 * file is made anew without the room they took. The last thing that is done with a connection.
 */
export function cleanFile(connection: Connection): Cleaned {
  // Whoever reads for longer than this is told of; closing then waits no more.
  connection.db.pragma('busy_timeout = 1000');
  const isSmaller = makeSmaller(connection);
  const log = emptyLog(connection);
  if (log === 'held') connection.db.pragma('busy_timeout = 0');
  return { log, isSmaller };
}

/** The log still holds the pages as they were. */
export function emptyLog({ db }: Connection): Cleaned['log'] {
  const busy = db.pragma('wal_checkpoint(TRUNCATE)', { simple: true });
  return busy === 0 ? 'empty' : 'held';
}

/** Needs as much room again for a moment, and nobody reading: without them the file keeps its size and its free pages, which hold nothing. */
function makeSmaller({ db }: Connection): boolean {
  try {
    db.exec('VACUUM');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError) return false;
    throw error;
  }
}
