import { getTableColumns } from 'drizzle-orm';
import type { Sha256 } from '../../domain/ids.ts';
import { hashJson, hashText, type JsonValue } from '../../domain/json.ts';
import { hashFromBytes, hashToBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { candidate } from './decision-tables.ts';
import { prepared } from './prepared.ts';

/** Tables whose every row has a link, by the link's `kind`. Candidates, intents and bodies are covered by their decision's. */
export const CHAINED_KINDS = [
  'run',
  'run_end',
  'rule_set',
  'decision',
  'claim',
  'effect',
  'approval',
  'override',
  'tombstone',
  'directive',
  'directive_end',
  'rule_event',
] as const;

export type ChainedKind = (typeof CHAINED_KINDS)[number];

export type ChainLink = {
  readonly seq: number;
  readonly kind: string;
  readonly rowId: number;
  readonly rowHash: Sha256;
  readonly prevHash: Sha256;
  readonly hash: Sha256;
};

/** What the first link follows: 32 zero bytes. */
export const GENESIS = hashFromBytes(Buffer.alloc(32));

type LinkRow = { seq: number; kind: string; row_id: number; row_hash: Buffer; prev_hash: Buffer; hash: Buffer };
type Cell = number | string | Buffer | null;

/** Links a row just written in this transaction. The row is read back, so that what is hashed is what the disk has. */
export function appendLink({ db }: Connection, kind: ChainedKind, rowId: number): void {
  linkRow({ db }, { kind, rowId, rowHash: hashRow({ db }, kind, rowId) });
}

/**
 * What else of a decision is hashed beside its row. `bodies`: hashes of the work order's and of the batch's, in hex.
 * `candidates`: their part of the text, of the very cells that were written.
 */
type AroundDecision = { readonly bodies: readonly JsonValue[]; readonly candidates: string };

/** The same of a decision. */
export function appendDecision({ db }: Connection, rowId: number, around: AroundDecision): void {
  linkRow({ db }, { kind: 'decision', rowId, rowHash: hashDecision({ db }, rowId, around) });
}

type Linked = { readonly kind: ChainedKind; readonly rowId: number; readonly rowHash: Sha256 | null };

function linkRow({ db }: Pick<Connection, 'db'>, { kind, rowId, rowHash }: Linked): void {
  const last = prepared<[], { seq: number; hash: Buffer }>(
    db,
    'SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1',
  ).get();
  if (rowHash === null) throw new TypeError(`no row to chain: ${kind} ${rowId}`);
  const seq = (last?.seq ?? 0) + 1;
  const prevHash = last === undefined ? GENESIS : hashFromBytes(last.hash);
  const hash = hashLink({ seq, kind, rowId, rowHash, prevHash });
  prepared(db, 'INSERT INTO chain (seq, kind, row_id, row_hash, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?)').run(
    seq,
    kind,
    rowId,
    hashToBytes(rowHash),
    hashToBytes(prevHash),
    hashToBytes(hash),
  );
}

/** SHA-256 of the canonical JSON `["<prev_hash>",seq,"kind",row_id,"<row_hash>"]`, hashes in lower-case hex. */
export function hashLink(link: Omit<ChainLink, 'hash'>): Sha256 {
  return hashJson([link.prevHash, link.seq, link.kind, link.rowId, link.rowHash]);
}

/** SHA-256 of the row's document. Null when there is no such row. */
export function hashRow(connection: Pick<Connection, 'db'>, kind: ChainedKind, rowId: number): Sha256 | null {
  if (kind === 'decision') {
    const bodies = readBodyHashes(connection.db, rowId);
    return hashDecision(connection, rowId, { bodies, candidates: readCandidates(connection, rowId) });
  }
  const document = documentOf(connection, kind, rowId);
  // Arrays and plain values alone, of which every text is the canonical one.
  return document === null ? null : hashText(JSON.stringify(document));
}

/** Of the same text as its document's. */
function hashDecision({ db }: Pick<Connection, 'db'>, id: number, around: AroundDecision): Sha256 | null {
  const row = prepared<[number], Cell[]>(db, 'SELECT * FROM "decision" WHERE id = ?').raw().get(id);
  if (row === undefined) return null;
  const head = [...around.bodies, rowDocument(row)].map((part) => JSON.stringify(part));
  return hashText(`[${head.join()},${around.candidates},${JSON.stringify(readIntents(db, id))}]`);
}

/** Written by SQLite, in half the time of reading two thousand cells. */
function readCandidates({ db }: Pick<Connection, 'db'>, decision: number): string {
  return `[${prepared<[number], string>(db, CANDIDATE_TEXTS).pluck().all(decision).join()}]`;
}

const CANDIDATE_COLUMNS = Object.values(getTableColumns(candidate)).map(({ name }) => `candidate."${name}"`);

/** A row's last column is never null, so that no nulls have to be left out. */
const CANDIDATE_TEXTS = `
  SELECT '[' || coalesce('"' || lower(hex(body_key.hash)) || '"', 'null') || ',' || json_array(${CANDIDATE_COLUMNS.join()}) || ']'
  FROM candidate LEFT JOIN body_key ON body_key.id = candidate.body WHERE decision = ? ORDER BY provider_id`;

/**
 * The row as a canonical JSON array: columns in table order, blobs in hex, trailing nulls left out. A decision is
 * `[hash of the work-order body, hash of the batch body, row, candidates, intents]`, each candidate `[hash of its body,
 * row]`, by provider id; intents by number. Null when there is no such row.
 */
export function documentOf({ db }: Pick<Connection, 'db'>, kind: ChainedKind, rowId: number): JsonValue {
  const row = prepared<[number], Cell[]>(db, `SELECT * FROM "${kind}" WHERE id = ?`).raw().get(rowId);
  if (row === undefined) return null;
  return kind === 'decision' ? decisionDocument(db, rowId, row) : rowDocument(row);
}

function decisionDocument(db: Connection['db'], id: number, row: readonly Cell[]): JsonValue {
  const candidates = prepared<[number], [Buffer, ...Cell[]]>(
    db,
    `SELECT body_key.hash, candidate.* FROM candidate LEFT JOIN body_key ON body_key.id = candidate.body
     WHERE decision = ? ORDER BY provider_id`,
  )
    .raw()
    .all(id);
  return [
    ...readBodyHashes(db, id),
    rowDocument(row),
    candidates.map(([bodyHash, ...cells]) => [cellDocument(bodyHash), rowDocument(cells)]),
    readIntents(db, id),
  ];
}

/** Of the work order and of the batch; none where either is gone. */
function readBodyHashes(db: Connection['db'], decision: number): readonly JsonValue[] {
  const bodies = prepared<[number], [Buffer, Buffer]>(
    db,
    `SELECT work_order_key.hash, batch_key.hash FROM decision
     JOIN body_key AS work_order_key ON work_order_key.id = work_order_body
     JOIN body_key AS batch_key ON batch_key.id = batch_body
     WHERE decision.id = ?`,
  )
    .raw()
    .get(decision);
  return (bodies ?? []).map(cellDocument);
}

function readIntents(db: Connection['db'], decision: number): readonly JsonValue[] {
  const rows = prepared<[number], Cell[]>(db, 'SELECT * FROM intent WHERE decision = ? ORDER BY n').raw().all(decision);
  return rows.map(rowDocument);
}

function rowDocument(row: readonly Cell[]): JsonValue {
  const length = row.findLastIndex((cell) => cell !== null) + 1;
  return row.slice(0, length).map(cellDocument);
}

function cellDocument(cell: Cell): JsonValue {
  return Buffer.isBuffer(cell) ? cell.toString('hex') : cell;
}

/** What is kept elsewhere to show later that nothing was cut off: how many links there are, and the last one's hash. */
export type LedgerHead = { readonly links: number; readonly hash: Sha256 };

/** Null for an empty ledger. */
export function readHead({ db }: Connection): ChainLink | null {
  const row = prepared<[], LinkRow>(db, 'SELECT * FROM chain ORDER BY seq DESC LIMIT 1').get();
  return row === undefined ? null : toLink(row);
}

/** In order, one at a time. */
export function* readLinks({ db }: Connection): Generator<ChainLink> {
  // Its own statement: a cached one could be asked again while this walk is under way.
  for (const row of db.prepare<[], LinkRow>('SELECT * FROM chain ORDER BY seq').iterate()) yield toLink(row);
}

/** What is wrong with the last link, or null: a cheap look at every start. */
export function findBrokenHead(connection: Connection): string | null {
  const head = readHead(connection);
  return head === null ? null : findBrokenLink(connection, head);
}

/** What is wrong with one link and its row, wherever it stands; null when both are as they were written. */
export function findBrokenLink(connection: Connection, link: ChainLink): string | null {
  if (hashLink(link) !== link.hash) return `link ${link.seq} does not have the hash of its content`;
  const kind = CHAINED_KINDS.find((known) => known === link.kind);
  if (kind === undefined) return `link ${link.seq} names the unknown table ${link.kind}`;
  const rowHash = hashRow(connection, kind, link.rowId);
  if (rowHash === null) return `${kind} ${link.rowId} is gone`;
  return rowHash === link.rowHash ? null : `${kind} ${link.rowId} is not as it was written`;
}

function toLink(row: LinkRow): ChainLink {
  return {
    seq: row.seq,
    kind: row.kind,
    rowId: row.row_id,
    rowHash: hashFromBytes(row.row_hash),
    prevHash: hashFromBytes(row.prev_hash),
    hash: hashFromBytes(row.hash),
  };
}
