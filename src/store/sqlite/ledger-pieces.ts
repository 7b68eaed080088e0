import type { LedgerPiece, LedgerRange } from '../../engine/figures.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import { prepared } from './prepared.ts';

/** Decisions looked up at once, to see where a run ends. */
const PAGE = 512;

export type Place = {
  readonly id: number;
  readonly decidedAtMs: number;
  readonly runId: string;
  readonly batchBody: number;
};

/** The places of decisions that share a run and a batch, oldest first. */
export function* batchesIn(connection: Connection, piece: LedgerPiece): Generator<readonly Place[]> {
  let group: Place[] = [];
  for (const place of placesIn(connection, piece)) {
    const [first] = group;
    if (first !== undefined && !isOneBatch(first, place)) {
      yield group;
      group = [];
    }
    group.push(place);
  }
  if (group.length > 0) yield group;
}

function isOneBatch(one: Place, other: Place): boolean {
  return one.runId === other.runId && one.batchBody === other.batchBody;
}

/**
 * The range in pieces of about so many decisions, or more, in order and none left out. What shares a run and a batch is in one
 * piece, so that going through the pieces gives what going through the range does.
 */
export function cutIntoPieces(connection: Connection, range: LedgerRange, about: number): readonly LedgerPiece[] {
  const pieces: LedgerPiece[] = [];
  let piece: LedgerPiece = range;
  for (let cut = findCut(connection, piece, about); cut !== null; cut = findCut(connection, piece, about)) {
    pieces.push({ ...piece, untilMs: cut.decidedAtMs, untilRow: cut.id });
    piece = { ...piece, sinceMs: cut.decidedAtMs, sinceRow: cut.id };
  }
  return [...pieces, piece];
}

/** The first decision behind that many that does not belong together with the one before it; null: there is none. */
function findCut(connection: Connection, piece: LedgerPiece, about: number): Place | null {
  const [[sinceMs, sinceRow], [untilMs, untilRow]] = endsOf(piece);
  const found = prepared<[number, number, number, number, number], Pick<Place, 'id' | 'decidedAtMs'>>(
    connection.db,
    `SELECT id, decided_at_ms AS decidedAtMs FROM decision
     WHERE (decided_at_ms, id) >= (?, ?) AND (decided_at_ms, id) < (?, ?) ORDER BY decided_at_ms, id LIMIT 1 OFFSET ?`,
  );
  const last = readAtOneMoment(connection, () => found.get(sinceMs, sinceRow, untilMs, untilRow, about - 1));
  if (last === undefined) return null;
  let before: Place | null = null;
  for (const place of placesIn(connection, { ...piece, sinceMs: last.decidedAtMs, sinceRow: last.id })) {
    if (before !== null && !isOneBatch(before, place)) return place;
    before = place;
  }
  return null;
}

export function countDecisions({ db }: Connection, piece: LedgerPiece): number {
  const [since, until] = endsOf(piece);
  const count = prepared<[number, number, number, number], number>(
    db,
    'SELECT count(*) FROM decision WHERE (decided_at_ms, id) >= (?, ?) AND (decided_at_ms, id) < (?, ?)',
  );
  return count.pluck().get(...since, ...until) ?? 0;
}

/** By time, then as recorded. What is recorded meanwhile is met too if it is in the range. */
function* placesIn(connection: Connection, piece: LedgerPiece): Generator<Place> {
  const [[sinceMs, sinceRow], until] = endsOf(piece);
  const page = prepared<[number, number, number, number, number], Place>(
    connection.db,
    `SELECT id, decided_at_ms AS decidedAtMs, run_id AS runId, batch_body AS batchBody FROM decision
     WHERE (decided_at_ms, id) > (?, ?) AND (decided_at_ms, id) < (?, ?) ORDER BY decided_at_ms, id LIMIT ?`,
  );
  let last: Pick<Place, 'id' | 'decidedAtMs'> | undefined = { decidedAtMs: sinceMs, id: sinceRow - 1 };
  while (last !== undefined) {
    const { decidedAtMs, id }: Pick<Place, 'id' | 'decidedAtMs'> = last;
    const places: Place[] = readAtOneMoment(connection, () => page.all(decidedAtMs, id, ...until, PAGE));
    yield* places;
    last = places.length < PAGE ? undefined : places.at(-1);
  }
}

type End = readonly [decidedAtMs: number, row: number];

/** The first is included, the second is not. Rows are numbered from 1. */
function endsOf({ sinceMs, sinceRow, untilMs, untilRow }: LedgerPiece): readonly [End, End] {
  return [
    [sinceMs ?? 0, sinceRow ?? 0],
    [untilMs ?? Number.MAX_SAFE_INTEGER, untilRow ?? 0],
  ];
}
