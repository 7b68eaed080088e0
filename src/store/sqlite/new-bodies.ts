import type { Sha256 } from '../../domain/ids.ts';
import { hashText } from '../../domain/json.ts';
import type { PreparedBody } from './body.ts';
import { packText } from './body-bytes.ts';
import { hashToBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { type Cell, type Into, insertRows } from './insert-rows.ts';
import { prepared } from './prepared.ts';

/** Where a body is. */
export type KeptBody = { readonly id: number; readonly hash: Sha256 };

type Body = Pick<PreparedBody, 'text' | 'hash'>;

const KEYS: Into = { table: 'body_key', columns: ['id', 'hash'], alike: [] };
const BODIES: Into = { table: 'body', columns: ['id', 'bytes'], alike: [] };

/**
 * The bodies of one transaction, under the write lock: what is not in the ledger gets its number at once, and goes in with others by
 * `write`, before anything that names it.
 */
export class NewBodies {
  readonly #db: Connection['db'];
  readonly #lastTombstone: number;
  #nextId: number;
  readonly #pending = new Map<Sha256, number>();
  #keys: Cell[][] = [];
  #bodies: Cell[][] = [];

  /** `lastTombstone`: 0, nothing was erased ever. */
  constructor({ db }: Connection, lastTombstone: number) {
    this.#db = db;
    this.#lastTombstone = lastTombstone;
    this.#nextId = (prepared<[], number>(db, 'SELECT coalesce(max(id), 0) FROM body_key').pluck().get() ?? 0) + 1;
  }

  /**
   * Bytes are added with the number, and never to one that has a tombstone: what was erased stays erased. A decision that rests on
   * the same again has it under another hash: the text behind a line of its own, `1` the first time, and so on.
   */
  keep(body: Body): KeptBody {
    let kept = this.#keepUnlessErased(body);
    for (let n = 1; kept === null; n += 1) {
      const text = `${n}\n${body.text}`;
      kept = this.#keepUnlessErased({ text, hash: hashText(text) });
    }
    return kept;
  }

  write(): void {
    insertRows({ db: this.#db }, KEYS, this.#keys);
    insertRows({ db: this.#db }, BODIES, this.#bodies);
    this.#pending.clear();
    this.#keys = [];
    this.#bodies = [];
  }

  /** Null: what has this hash was erased. */
  #keepUnlessErased({ text, hash }: Body): KeptBody | null {
    const pending = this.#pending.get(hash);
    if (pending !== undefined) return { id: pending, hash };
    const bytes = hashToBytes(hash);
    const known = prepared<[Buffer], number>(this.#db, 'SELECT id FROM body_key WHERE hash = ?').pluck().get(bytes);
    if (this.#lastTombstone > 0 && isErased(this.#db, bytes, known)) return null;
    return { id: known ?? this.#add(text, { hash, bytes }), hash };
  }

  #add(text: string, { hash, bytes }: { readonly hash: Sha256; readonly bytes: Buffer }): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(hash, id);
    this.#keys.push([id, bytes]);
    this.#bodies.push([id, packText(text)]);
    return id;
  }
}

function isErased(db: Connection['db'], hash: Buffer, known: number | undefined): boolean {
  return known === undefined
    ? prepared<[Buffer]>(db, 'SELECT 1 FROM tombstone WHERE body_hash = ?').get(hash) !== undefined
    : prepared<[number]>(db, 'SELECT 1 FROM body WHERE id = ?').get(known) === undefined;
}
