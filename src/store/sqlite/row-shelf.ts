import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerFailure, type PendingList } from '../../engine/ports.ts';
import type { RowShelf } from '../../engine/row-shelf.ts';
import { packRows, unpackedLater } from './packed-rows.ts';

type Room = {
  /** A run with no more rows than that stays in memory, and needs no file. */
  readonly rows: number;
  /** Else so many candidates: slates and what is made of them, as many as one commit of decisions takes. */
  readonly inHand: number;
};

const ROOM: Room = { rows: 1_000, inHand: 2_500 };

/**
 * A file without a name in the temporary folder: no other process can open it, and whatever ends this one, nothing of it stays
 * behind. Rows hold no names or addresses.
 */
export class FileRowShelf implements RowShelf {
  readonly #room: Room;
  #rowsInMemory = 0;
  #atHand: AtHand[] = [];
  #file: number | null = null;
  #end = 0;
  /** Goes up when it is cleared: what stood there before is another run's. */
  #run = 0;

  constructor(room = ROOM) {
    this.#room = room;
  }

  get inHand(): number {
    return this.#file === null ? Number.POSITIVE_INFINITY : this.#room.inHand;
  }

  shelve(list: PendingList): PendingList {
    if (this.#file === null && this.#rowsInMemory + list.rows.length <= this.#room.rows) {
      this.#rowsInMemory += list.rows.length;
      const held: AtHand = { list };
      this.#atHand.push(held);
      return shownAtHand(held);
    }
    // It is a large run: those that came first need not be held either.
    for (const held of this.#atHand.splice(0)) held.list = this.#putAway(held.list);
    return this.#putAway(list);
  }

  #putAway(list: PendingList): PendingList {
    const bytes = packRows(list);
    // Whatever reads it later holds on to these alone.
    const place = { workOrderId: list.workOrderId, at: this.#end, length: bytes.length, run: this.#run };
    writeWhole(this.#open(), bytes, place.at);
    this.#end += bytes.length;
    return unpackedLater(list, () => this.#read(place));
  }

  #read({ workOrderId, at, length, run }: Place): Buffer {
    if (run !== this.#run) throw new RangeError(`the rows of work order ${workOrderId} are of an earlier run`);
    return readWhole(this.#open(), Buffer.allocUnsafe(length), at);
  }

  clear(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    this.#end = 0;
    this.#rowsInMemory = 0;
    this.#atHand = [];
    this.#run += 1;
  }

  #open(): number {
    this.#file ??= openNameless();
    return this.#file;
  }
}

/** A list whose rows are in memory until there are too many. */
type AtHand = { list: PendingList };

function shownAtHand(held: AtHand): PendingList {
  const { workOrderId, observedAtMs, quarantined } = held.list;
  return {
    workOrderId,
    observedAtMs,
    quarantined,
    get rows() {
      return held.list.rows;
    },
  };
}

type Place = Pick<PendingList, 'workOrderId'> & { readonly at: number; readonly length: number; readonly run: number };

function openNameless(): number {
  const path = join(tmpdir(), `fieldmarshal-rows-${process.pid}-${randomUUID()}`);
  return orFailure(() => {
    const file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return file;
  });
}

function writeWhole(file: number, bytes: Buffer, at: number): void {
  orFailure(() => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  });
}

function readWhole(file: number, bytes: Buffer, at: number): Buffer {
  return orFailure(() => {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file, bytes, done, bytes.length - done, at + done);
      if (read === 0) throw new RangeError(`the file ends at ${at + done}`);
      done += read;
    }
    return bytes;
  });
}

function orFailure<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new LedgerFailure(
      `pending lists cannot be kept in ${tmpdir()} while they are decided on: ${because}`,
      'Make room there, some 10 kB for each open work order, or name another folder in TMPDIR.',
    );
  }
}
