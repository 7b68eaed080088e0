import { hash as digestOf } from 'node:crypto';
import { type Sha256, sha256 } from '../../domain/ids.ts';
import type { KeptPart } from '../../domain/recorded-run.ts';
import { inflateBody, withoutSalt } from './body.ts';
import { unpackInPlace } from './body-bytes.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';
import { createRecent } from './recent.ts';
import { parseStoredCandidate, type StoredCandidate } from './stored-candidate.ts';
import { parseStoredWorkOrder, type StoredWorkOrder } from './stored-work-order.ts';

/** At least so many are kept read and found true to their hashes: most of a slate comes back with the work order's next decision. */
const KEPT_CANDIDATES = 1_000;
const KEPT_WORK_ORDERS = 200;

export type TrueBody<Read> = { readonly hash: Sha256; readonly read: Read };

/** Bodies by number, each held against its hash when it is first met, and the ones met last kept at hand. */
export class TrueBodies {
  readonly #connection: Connection;
  readonly #candidates = createRecent<KeptPart<TrueBody<StoredCandidate>>>(KEPT_CANDIDATES);
  readonly #workOrders = createRecent<KeptPart<TrueBody<StoredWorkOrder>>>(KEPT_WORK_ORDERS);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** `provider`: whose it is, to be told where it is broken. */
  candidate(id: number, provider: number): KeptPart<TrueBody<StoredCandidate>> {
    return this.#candidates.get(id, () =>
      mapKept(readTrueText(this.#connection, id, `candidate ${provider}`), ({ hash, text, bytes }) => ({
        hash,
        read: parseStoredCandidate(text, () => withoutSalt(inflateBody(bytes))),
      })),
    );
  }

  workOrder(id: number): KeptPart<TrueBody<StoredWorkOrder>> {
    return this.#workOrders.get(id, () =>
      mapKept(readTrueText(this.#connection, id, 'the work order'), ({ hash, text }) => ({
        hash,
        read: parseStoredWorkOrder(text),
      })),
    );
  }
}

type TrueText = { readonly hash: Sha256; readonly text: string; readonly bytes: Buffer };

/** The text of a body, if it is the one that its hash was made of. */
export function readTrueText({ db }: Connection, id: number, part: string): KeptPart<TrueText> {
  // One statement that joins both takes SQLite four times as long as two that do not.
  const bytes = prepared<[number], Buffer>(db, 'SELECT bytes FROM body WHERE id = ?').pluck().get(id);
  if (bytes === undefined)
    return isErased({ db }, id)
      ? { kind: 'erased' }
      : { kind: 'broken', part: { part, how: 'is gone without a tombstone' } };
  const whole = inflated(bytes);
  if (whole === null) return { kind: 'broken', part: { part, how: 'cannot be inflated' } };
  const hash = digestOf('sha256', whole, 'hex');
  const written = prepared<[number], string>(db, 'SELECT lower(hex(hash)) FROM body_key WHERE id = ?').pluck().get(id);
  if (hash !== written) return { kind: 'broken', part: { part, how: 'is not what its hash says' } };
  return { kind: 'kept', value: { hash: sha256(hash), text: withoutSalt(whole.toString('utf8')), bytes } };
}

function isErased({ db }: Pick<Connection, 'db'>, id: number): boolean {
  const erased = prepared<[number], number>(
    db,
    'SELECT 1 FROM tombstone WHERE body_hash = (SELECT hash FROM body_key WHERE id = ?)',
  );
  return erased.pluck().get(id) !== undefined;
}

/** In a room that the next body is written into. */
function inflated(bytes: Buffer): Buffer | null {
  try {
    return unpackInPlace(bytes);
  } catch {
    return null;
  }
}

function mapKept<From, To>(part: KeptPart<From>, map: (value: From) => To): KeptPart<To> {
  return part.kind === 'kept' ? { kind: 'kept', value: map(part.value) } : part;
}
