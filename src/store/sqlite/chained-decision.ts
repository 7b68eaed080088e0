import type { Sha256 } from '../../domain/ids.ts';
import { hashText, type JsonValue } from '../../domain/json.ts';
import { hashRow } from './chain.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

type Cell = number | string | Buffer | null;

/** What was read of a decision already. A hash is null where its body was erased, or is broken. */
export type ReadParts = {
  readonly workOrderHash: Sha256 | null;
  readonly batchHash: Sha256 | null;
  /** By provider id: their bodies' hashes, and their rows. */
  readonly candidateHashes: readonly (Sha256 | null)[];
  readonly candidates: readonly (readonly Cell[])[];
};

/** Whether its row, candidates, intents and the hashes of its bodies are what its link says was written. */
export function isDecisionAsChained({ db }: Connection, id: number, parts: ReadParts): boolean {
  const chained = prepared<[number], string>(
    db,
    "SELECT lower(hex(row_hash)) FROM chain WHERE kind = 'decision' AND row_id = ?",
  )
    .pluck()
    .get(id);
  if (chained === undefined) return false;
  // Of the same text there is one hash; where it is not the same, the row is read as it was when it was linked.
  return hashParts({ db }, id, parts) === chained || hashRow({ db }, 'decision', id) === chained;
}

/** The document that `documentOf` tells of, in one text; null: a part is not there. */
function hashParts({ db }: Pick<Connection, 'db'>, id: number, parts: ReadParts): Sha256 | null {
  const { workOrderHash, batchHash, candidateHashes, candidates } = parts;
  const row = prepared<[number], Cell[]>(db, 'SELECT * FROM decision WHERE id = ?').raw().get(id);
  if (row === undefined || workOrderHash === null || batchHash === null) return null;
  if (candidateHashes.includes(null)) return null;
  const intents = prepared<[number], Cell[]>(db, 'SELECT * FROM intent WHERE decision = ? ORDER BY n').raw().all(id);
  const slate = candidates.map((cells, n) => `["${candidateHashes[n]}",${writeCells(cells)}]`).join();
  return hashText(
    `["${workOrderHash}","${batchHash}",${writeCells(row)},[${slate}],[${intents.map(writeCells).join()}]]`,
  );
}

/** Without the nulls behind its last value; blobs in hex. */
function writeCells(row: readonly Cell[]): string {
  const isWhole = row.at(-1) !== null;
  const cells = isWhole ? row : row.slice(0, row.findLastIndex((cell) => cell !== null) + 1);
  return JSON.stringify(cells.some(Buffer.isBuffer) ? cells.map(toJson) : cells);
}

function toJson(cell: Cell): JsonValue {
  return Buffer.isBuffer(cell) ? cell.toString('hex') : cell;
}
