import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import { loadHashedText } from './body.ts';
import { CHAINED_KINDS, type ChainedKind, type ChainLink, documentOf, readHead, readLinks } from './chain.ts';
import { type Connection, closeConnection } from './connection.ts';
import { withLedgerFailure } from './ledger-failure.ts';
import { type LedgerOptions, openForReading } from './open-ledger.ts';
import { prepared } from './prepared.ts';

export type ExportOptions = LedgerOptions & {
  /** By the rows' own times; the links between the first and the last such row are all there. Null: from the first link, to the last. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
};

export type LedgerExport = {
  /** JSON objects, each without its line end: see docs/ledger.md. All of one moment. */
  readonly lines: Iterable<string>;
  /** Links that it has, once all lines are taken. */
  readonly links: () => number;
  readonly close: () => void;
};

/** The ledger in the chain's order, for somebody who does without our code. Throws `LedgerFailure`. */
export function exportLedger(options: ExportOptions): LedgerExport {
  const connection = openForReading(options);
  connection.db.exec('BEGIN');
  let links = 0;
  const lines = (function* () {
    const segment = withLedgerFailure(options.path, () => findSegment(connection, options));
    yield toCanonicalJson(headLine(connection, segment));
    for (const line of columnLines(connection)) yield toCanonicalJson(line);
    const told = { bodies: new Uint8Array(lastBody(connection) + 1), texts: new Set<string>() };
    for (const link of readLinks(connection)) {
      if (link.seq < segment.first || link.seq > segment.last) continue;
      for (const line of contentLines(connection, link, told)) yield toCanonicalJson(line);
      yield toCanonicalJson(linkLine(connection, link));
      links += 1;
    }
  })();
  return { lines, links: () => links, close: () => closeConnection(connection) };
}

/** Links, both included; none: `last` is before `first`. */
type Segment = { readonly first: number; readonly last: number };

const TIMES: { readonly [kind in ChainedKind]: string } = {
  run: 'started_at_ms',
  run_end: 'ended_at_ms',
  rule_set: 'recorded_at_ms',
  decision: 'decided_at_ms',
  claim: 'at_ms',
  effect: 'at_ms',
  approval: 'at_ms',
  override: 'at_ms',
  tombstone: 'at_ms',
  directive: 'at_ms',
  directive_end: 'at_ms',
  rule_event: 'at_ms',
};

function findSegment(connection: Connection, { sinceMs, untilMs }: ExportOptions): Segment {
  const end = readHead(connection)?.seq ?? 0;
  if (sinceMs === null && untilMs === null) return { first: 1, last: end };
  const times = CHAINED_KINDS.map(
    (kind) =>
      `SELECT chain.seq FROM chain JOIN "${kind}" AS one ON chain.kind = '${kind}' AND one.id = chain.row_id WHERE one.${TIMES[kind]} >= :since AND one.${TIMES[kind]} < :until`,
  );
  const found = connection.db
    .prepare<[{ since: number; until: number }], { first: number | null; last: number | null }>(
      `SELECT min(seq) AS first, max(seq) AS last FROM (${times.join(' UNION ALL ')})`,
    )
    .get({ since: sinceMs ?? 0, until: untilMs ?? Number.MAX_SAFE_INTEGER });
  return { first: found?.first ?? end + 1, last: found?.last ?? end };
}

function headLine(connection: Connection, { first, last }: Segment): JsonObject {
  const head = readHead(connection);
  return {
    type: 'ledger',
    format: 1,
    firstLink: first,
    lastLink: last,
    ledgerLinks: head?.seq ?? 0,
    ledgerHead: head?.hash ?? null,
  };
}

/** What the places of a row mean. */
function columnLines({ db }: Connection): readonly JsonObject[] {
  return [...CHAINED_KINDS, 'candidate', 'intent'].map((table) => ({
    type: 'columns',
    table,
    names: db.prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck().all(table),
  }));
}

function lastBody({ db }: Connection): number {
  return db.prepare<[], number>('SELECT max(id) FROM body_key').pluck().get() ?? 0;
}

type Told = { readonly bodies: Uint8Array; readonly texts: Set<string> };

/** What the row names by hash, the first time that it is named. */
function* contentLines(connection: Connection, { kind, rowId }: ChainLink, told: Told): Generator<JsonObject> {
  if (kind === 'rule_set') {
    for (const text of ruleTexts(connection, rowId)) {
      if (told.texts.has(text.hash)) continue;
      told.texts.add(text.hash);
      yield { type: 'rule_text', ...text };
    }
  }
  if (kind !== 'decision') return;
  for (const { id, hash } of bodiesOf(connection, rowId)) {
    if (told.bodies[id] === 1) continue;
    told.bodies[id] = 1;
    yield { type: 'body', hash, text: loadHashedText(connection, id) };
  }
}

function ruleTexts({ db }: Connection, ruleSet: number) {
  return prepared<[number], { hash: string; text: string }>(
    db,
    `SELECT lower(hex(rule_text.hash)) AS hash, rule_text.text FROM rule_set JOIN json_each(rule_set.files) AS file
     JOIN rule_text ON rule_text.hash = unhex(json_extract(file.value, '$[1]')) WHERE rule_set.id = ?`,
  ).all(ruleSet);
}

function bodiesOf({ db }: Connection, decision: number) {
  return prepared<[{ id: number }], { id: number; hash: string }>(
    db,
    `SELECT id, lower(hex(hash)) AS hash FROM body_key WHERE id IN (
       SELECT work_order_body FROM decision WHERE id = :id UNION SELECT batch_body FROM decision WHERE id = :id
       UNION SELECT body FROM candidate WHERE decision = :id) ORDER BY id`,
  ).all({ id: decision });
}

function linkLine(connection: Connection, { rowHash, prevHash, hash, seq, kind, rowId }: ChainLink): JsonObject {
  const known = CHAINED_KINDS.find((one) => one === kind);
  const row: JsonValue = known === undefined ? null : documentOf(connection, known, rowId);
  return { type: 'link', seq, kind, rowId, rowHash, prevHash, hash, row };
}
