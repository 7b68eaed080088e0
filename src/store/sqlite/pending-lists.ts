import { hash as digest } from 'node:crypto';
import { type WorkOrderId, workOrderId } from '../../domain/ids.ts';
import type { PendingMemory, RememberedHead, ToRemember } from '../../engine/pending-memory.ts';
import type { PendingList } from '../../engine/ports.ts';
import { hashFromBytes, hashToBytes } from './columns.ts';
import { type Connection, readAtOneMoment, writeAtomically } from './connection.ts';
import { packRows, ROWS_FORM, unpackedLater, unpackRows } from './packed-rows.ts';
import { prepared } from './prepared.ts';

type HeadRow = {
  readonly workOrderId: number;
  readonly shownHash: Buffer;
  readonly observedAtMs: number;
  readonly changesAtMs: number | null;
};

type BytesRow = { readonly observedAtMs: number; readonly bytesHash: Buffer; readonly bytes: Buffer };

/** Pending lists beside the ledger, in its file. Made by `SqliteStore` and, for reading alone, by `SqliteLedgerReader`. */
export class SqlitePendingMemory implements PendingMemory {
  readonly #connection: Connection;
  readonly #version: string;

  /** `version`: of the program; the rows are in the form in which it understood them. */
  constructor(connection: Connection, version: string) {
    this.#connection = connection;
    this.#version = `${ROWS_FORM} ${version}`;
  }

  async heads(): Promise<readonly RememberedHead[]> {
    const { db } = this.#connection;
    const rows = readAtOneMoment(this.#connection, () => prepared<[string], HeadRow>(db, HEADS).all(this.#version));
    return rows.map((row) => ({
      workOrderId: workOrderId(row.workOrderId),
      shownHash: hashFromBytes(row.shownHash),
      observedAtMs: row.observedAtMs,
      changesAtMs: row.changesAtMs,
    }));
  }

  async recall(ids: readonly WorkOrderId[]): Promise<ReadonlyMap<WorkOrderId, PendingList>> {
    const { db } = this.#connection;
    const find = prepared<[number], BytesRow>(db, BYTES);
    return readAtOneMoment(this.#connection, () => {
      const lists = new Map<WorkOrderId, PendingList>();
      for (const id of ids) {
        const found = find.get(id);
        if (found === undefined || !isWhole(found)) continue;
        const { observedAtMs, bytes } = found;
        lists.set(
          id,
          unpackedLater({ workOrderId: id, observedAtMs, quarantined: [] }, () => bytes),
        );
      }
      return lists;
    });
  }

  async remember(lists: readonly ToRemember[]): Promise<void> {
    for (let at = 0; at < lists.length; at += LISTS_PER_COMMIT)
      this.#rememberSome(lists.slice(at, at + LISTS_PER_COMMIT));
  }

  #rememberSome(lists: readonly ToRemember[]): void {
    const { db } = this.#connection;
    // Packed before the lock is taken.
    const packed = lists.map((one) => ({ ...one, bytes: packRows(one.list) }));
    writeAtomically(this.#connection, () => {
      for (const { list, shownHash, changesAtMs, bytes } of packed) {
        prepared<(number | string | Buffer | null)[]>(db, REMEMBER).run(
          list.workOrderId,
          hashToBytes(shownHash),
          list.observedAtMs,
          changesAtMs,
          this.#version,
          list.workOrderId,
          list.workOrderId,
          hashBytes(bytes),
          bytes,
        );
      }
    });
  }

  async keepOnly(open: readonly WorkOrderId[]): Promise<void> {
    const { db } = this.#connection;
    const kept = new Set<number>(open);
    const all = readAtOneMoment(this.#connection, () =>
      prepared<[], number>(db, 'SELECT work_order_id FROM pending_list').pluck().all(),
    );
    forget(
      this.#connection,
      all.filter((id) => !kept.has(id)),
    );
  }
}

/** As many as are in memory at once: some 30 kB each. */
const LISTS_PER_COMMIT = 64;

const LAST_INTENT = `coalesce((SELECT max(intent.id) FROM decision JOIN intent ON intent.decision = decision.id
  WHERE decision.work_order_id = `;
const LAST_EFFECT = `coalesce((SELECT max(effect.id) FROM decision JOIN intent ON intent.decision = decision.id
  JOIN effect ON effect.intent = intent.id WHERE decision.work_order_id = `;

const HEADS = `SELECT work_order_id AS workOrderId, shown_hash AS shownHash, observed_at_ms AS observedAtMs,
    changes_at_ms AS changesAtMs
  FROM pending_list
  WHERE version = ?
    AND NOT EXISTS (SELECT 1 FROM open_intent WHERE open_intent.work_order_id = pending_list.work_order_id)
    AND intents = ${LAST_INTENT} pending_list.work_order_id), 0)
    AND effects = ${LAST_EFFECT} pending_list.work_order_id), 0)
  ORDER BY work_order_id`;

const BYTES = `SELECT observed_at_ms AS observedAtMs, bytes_hash AS bytesHash, bytes FROM pending_list
  WHERE work_order_id = ?`;

const REMEMBER = `INSERT OR REPLACE INTO pending_list
  (work_order_id, shown_hash, observed_at_ms, changes_at_ms, version, intents, effects, bytes_hash, bytes)
  VALUES (?, ?, ?, ?, ?, ${LAST_INTENT} ?), 0), ${LAST_EFFECT} ?), 0), ?, ?)`;

/** Those pulled before then. */
export function forgetBefore(connection: Connection, beforeMs: number): void {
  writeAtomically(connection, () => {
    prepared<[number]>(connection.db, 'DELETE FROM pending_list WHERE observed_at_ms < ?').run(beforeMs);
  });
}

/** Work orders of the lists that go with the provider: also of those that cannot be read, for they may be in them. */
export function listsWith({ db }: Connection, providerId: number): readonly number[] {
  const rows = prepared<[], BytesRow & { readonly id: number; readonly version: string }>(
    db,
    `SELECT work_order_id AS id, observed_at_ms AS observedAtMs, version, bytes_hash AS bytesHash, bytes
      FROM pending_list ORDER BY work_order_id`,
  );
  const holding: number[] = [];
  for (const { id, version, ...row } of rows.iterate()) {
    // What another form means is not known here.
    const isReadable = version.startsWith(`${ROWS_FORM} `) && isWhole(row);
    if (!isReadable || unpackRows(row.bytes).some((one) => one.providerId === providerId)) holding.push(id);
  }
  return holding;
}

export function forgetProvider(connection: Connection, providerId: number): void {
  forget(connection, listsWith(connection, providerId));
}

function forget(connection: Connection, ids: readonly number[]): void {
  if (ids.length === 0) return;
  const remove = prepared<[number]>(connection.db, 'DELETE FROM pending_list WHERE work_order_id = ?');
  writeAtomically(connection, () => {
    for (const id of ids) remove.run(id);
  });
}

function isWhole({ bytes, bytesHash }: Pick<BytesRow, 'bytes' | 'bytesHash'>): boolean {
  return hashBytes(bytes).equals(bytesHash);
}

function hashBytes(bytes: Buffer): Buffer {
  return digest('sha256', bytes, 'buffer');
}
