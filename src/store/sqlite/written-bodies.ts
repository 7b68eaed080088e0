import type { Sha256 } from '../../domain/ids.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

/** A body that this process has written, in a transaction that has ended: its text is not needed again. */
export type WrittenBody = {
  readonly id: number;
  readonly hash: Sha256;
  /** As `PreparedBody` has them. */
  readonly times: readonly number[];
  /** `lastTombstone` at that moment. */
  readonly lastTombstone: number;
};

/** `facts`: what was written with it. */
type Written = WrittenBody & { readonly facts: object };

/** By what was written, which live and shadow decisions of a run share. Goes when that goes. */
const written = new WeakMap<Connection, WeakMap<object, Written>>();

/** Null: not written yet, or with other facts. Whether it is still there `isStillThere` tells. */
export function writtenBodies(connection: Connection): (of: object, facts: object) => WrittenBody | null {
  const known = written.get(connection);
  return (of, facts) => {
    const found = known?.get(of);
    return found !== undefined && found.facts === facts ? found : null;
  };
}

/** Only of what is committed. */
export function rememberWritten(connection: Connection, of: object, body: Written): void {
  const known = written.get(connection) ?? new WeakMap<object, Written>();
  written.set(connection, known);
  known.set(of, body);
}

/** No body goes without a tombstone, so that none has gone where none is new. */
export function isStillThere(body: WrittenBody, lastTombstone: number): boolean {
  return body.lastTombstone === lastTombstone;
}

/** Its number, under the write lock; 0: nothing was erased ever. */
export function readLastTombstone({ db }: Connection): number {
  return prepared<[], number>(db, 'SELECT coalesce(max(id), 0) FROM tombstone').pluck().get() ?? 0;
}
