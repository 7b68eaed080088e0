import type { Sha256 } from '../../domain/ids.ts';
import { appendLink } from './chain.ts';
import { hashToBytes } from './columns.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
import { prepared } from './prepared.ts';
import { tombstone } from './schema.ts';

export type EraseRequest = {
  readonly hashes: readonly Sha256[];
  readonly actor: string;
  readonly because: string;
  readonly atMs: number;
};

/** The one way a body goes: a chained tombstone for its hash, then its bytes, together. Returns how many went. */
export function eraseBodies(connection: Connection, { hashes, ...why }: EraseRequest): number {
  const { db } = connection;
  const erased = writeAtomically(connection, () => {
    let count = 0;
    for (const bodyHash of hashes) {
      appendLink(connection, 'tombstone', insertRow(connection, tombstone, { bodyHash, ...why }));
      count += prepared<[Buffer]>(db, 'DELETE FROM body WHERE id = (SELECT id FROM body_key WHERE hash = ?)').run(
        hashToBytes(bodyHash),
      ).changes;
    }
    return count;
  });
  // The log still holds the pages as they were.
  db.pragma('wal_checkpoint(TRUNCATE)');
  return erased;
}
