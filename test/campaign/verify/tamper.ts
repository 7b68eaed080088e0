import type Database from 'better-sqlite3';
import type { Sha256 } from '../../../src/domain/ids.ts';
import { unpackWhole } from '../../../src/store/sqlite/body-bytes.ts';
import { CHAINED_KINDS, type ChainedKind, hashLink, hashRow } from '../../../src/store/sqlite/chain.ts';
import type { Random } from '../simulation/random.ts';

/** What verify has to say of one way to meddle. */
export type Tampering = {
  readonly what: string;
  /**
   * `nothing`: the ledger says the same as before. `head`: only a head kept elsewhere tells. `found`: and one of `named` is named.
   * `counts`: the ledger is whole, and what reports count from is not.
   */
  readonly expect: 'nothing' | 'head' | 'found' | 'counts';
  /** Any of these rows (`table id`) or links (`link seq`) is the first bad one; empty: whichever. */
  readonly named: readonly string[];
};

/** Null: what was drawn cannot be done, draw again. */
export type Tamper = (db: Database.Database, random: Random) => Tampering | null;

/** Every table that verify answers for. */
export const COVERED = [
  ...CHAINED_KINDS,
  'candidate',
  'intent',
  'rule_text',
  'body_key',
  'body',
  'open_intent',
  'chain',
] as const;

type Cell = number | string | Buffer | null;
type Column = { readonly name: string; readonly type: string; readonly pk: number };
type Row = {
  readonly key: string;
  readonly args: readonly Cell[];
  readonly cells: { readonly [column: string]: Cell };
};

function columnsOf(db: Database.Database, table: string): readonly Column[] {
  return db.prepare<[], Column>(`SELECT name, type, pk FROM pragma_table_info('${table}')`).all();
}

function keyColumns(columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ pk }) => pk > 0);
}

function pickRow(db: Database.Database, table: string, random: Random): Row | null {
  const columns = columnsOf(db, table);
  const count = db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0;
  if (count === 0) return null;
  const cells = db
    .prepare<[number], { readonly [column: string]: Cell }>(`SELECT * FROM "${table}" LIMIT 1 OFFSET ?`)
    .get(random.between(0, count - 1));
  if (cells === undefined) return null;
  const keys = keyColumns(columns);
  return {
    key: keys.map(({ name }) => `"${name}" = ?`).join(' AND '),
    args: keys.map(({ name }) => cells[name] ?? null),
    cells,
  };
}

/** By which rows a fault of this one may be named: its own, or its decision's. */
function namesOf(db: Database.Database, table: string, cells: Row['cells']): readonly string[] {
  if (table === 'chain') return [`link ${cells['seq']}`, `link ${Number(cells['seq']) + 1}`];
  if (table === 'candidate' || table === 'intent')
    return [`decision ${cells['decision']}`, ...(table === 'intent' ? [`intent ${cells['id']}`] : [])];
  if (table === 'body_key' || table === 'body') {
    const ids = db
      .prepare<[Cell, Cell, Cell], number>(
        'SELECT id FROM decision WHERE work_order_body = ? OR batch_body = ? UNION SELECT decision FROM candidate WHERE body = ?',
      )
      .pluck()
      .all(cells['id'] ?? null, cells['id'] ?? null, cells['id'] ?? null);
    return [`body_key ${cells['id']}`, ...ids.map((id) => `decision ${id}`)];
  }
  if (table === 'rule_text' || table === 'open_intent') return [];
  return [`${table} ${cells['id']}`];
}

/** One byte of one cell. */
export const editCell: Tamper = (db, random) => {
  const table = random.pick(COVERED);
  const row = pickRow(db, table, random);
  if (row === null) return null;
  const column = random.pick(columnsOf(db, table) as [Column, ...Column[]]);
  const before = row.cells[column.name] ?? null;
  const after = editedCell(before, column, random);
  const named = namesOf(db, table, row.cells);
  // What stands where the row now says it is may be what is found first.
  const moved = column.pk > 0 ? namesOf(db, table, { ...row.cells, [column.name]: after }) : [];
  if (!tryRun(db, `UPDATE "${table}" SET "${column.name}" = ? WHERE ${row.key}`, [after, ...row.args])) return null;
  const isSame = table === 'body' && column.name === 'bytes' && inflatesTheSame(before, after);
  return {
    what: `${table}.${column.name} of ${row.args.join('/')}: ${shown(before)} -> ${shown(after)}`,
    expect: isSame ? 'nothing' : 'found',
    named: [...named, ...moved],
  };
};

function editedCell(cell: Cell, { type }: Column, random: Random): Cell {
  if (cell === null)
    return type === 'INTEGER' || type === 'integer'
      ? random.between(0, 9)
      : type.toLowerCase() === 'blob'
        ? Buffer.alloc(32, 7)
        : 'x';
  if (typeof cell === 'number') return random.chance(0.5) ? cell + 1 : cell - 2 ** random.between(0, 20);
  if (typeof cell === 'string') {
    if (cell.length === 0) return 'x';
    const at = random.between(0, cell.length - 1);
    const code = cell.charCodeAt(at);
    return `${cell.slice(0, at)}${String.fromCharCode(code === 0x7e ? 0x21 : code + 1)}${cell.slice(at + 1)}`;
  }
  const bytes = Buffer.from(cell);
  const at = random.between(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
  return bytes;
}

/** Deflate has more than one way to say a thing, and bits behind the last. A body is its text. */
function inflatesTheSame(before: Cell, after: Cell): boolean {
  try {
    return unpackWhole(after as Buffer).equals(unpackWhole(before as Buffer));
  } catch {
    return false;
  }
}

export const deleteRow: Tamper = (db, random) => {
  const table = random.pick(COVERED);
  const row = pickRow(db, table, random);
  if (row === null) return null;
  const links = db.prepare<[], number>('SELECT max(seq) FROM chain').pluck().get();
  const named = namesOf(db, table, row.cells);
  if (!tryRun(db, `DELETE FROM "${table}" WHERE ${row.key}`, row.args)) return null;
  // Without its row the last link was as good as cut off; then the row nobody chained tells.
  const isLast = table === 'chain' && row.cells['seq'] === links;
  return {
    what: `${table} ${row.args.join('/')} is deleted`,
    expect: 'found',
    named: isLast || table === 'body_key' ? [] : named,
  };
};

/** Two rows keep their keys and take each other's content. */
export const swapRows: Tamper = (db, random) => {
  const table = random.pick(COVERED);
  const [one, other] = [pickRow(db, table, random), pickRow(db, table, random)];
  const columns = columnsOf(db, table).filter(({ pk }) => pk === 0);
  if (one === null || other === null || one.args.join() === other.args.join()) return null;
  const same = columns.every(({ name }) => String(one.cells[name]) === String(other.cells[name]));
  if (same) return null;
  const named = [...namesOf(db, table, one.cells), ...namesOf(db, table, other.cells)];
  const sets = columns.map(({ name }) => `"${name}" = ?`).join(', ');
  const values = (row: Row) => columns.map(({ name }) => row.cells[name] ?? null);
  // Unique columns may not meet on the way.
  const parked = columns.map(({ name }) => parkedCell(one.cells[name] ?? null));
  const isDone =
    tryRun(db, `UPDATE "${table}" SET ${sets} WHERE ${one.key}`, [...parked, ...one.args]) &&
    tryRun(db, `UPDATE "${table}" SET ${sets} WHERE ${other.key}`, [...values(one), ...other.args]) &&
    tryRun(db, `UPDATE "${table}" SET ${sets} WHERE ${one.key}`, [...values(other), ...one.args]);
  return isDone
    ? { what: `${table} ${one.args.join('/')} and ${other.args.join('/')} change places`, expect: 'found', named }
    : null;
};

function parkedCell(cell: Cell): Cell {
  if (typeof cell === 'number') return cell + 1_000_003;
  return Buffer.isBuffer(cell) ? Buffer.alloc(cell.length, 0xee) : cell === null ? null : `~${cell}`;
}

/** A copy of a row under a number of its own, which nobody chained. */
export const addRow: Tamper = (db, random) => {
  const table = random.pick([...CHAINED_KINDS, 'candidate', 'intent', 'body_key', 'rule_text'] as const);
  const row = pickRow(db, table, random);
  if (row === null) return null;
  const columns = columnsOf(db, table);
  const key = keyColumns(columns).at(-1)?.name ?? '';
  const unique: { readonly [column: string]: Cell } = {
    run_id: 'run-99',
    tick: 'another',
    seq: 99,
    n: 99,
    hash: Buffer.alloc(32, 9),
    work_order_id: 77,
    subject: 'run-99',
    directive: 99,
    rule_file_id: 'another',
  };
  const values = columns.map(({ name }) =>
    name === key
      ? typeof row.cells[name] === 'number'
        ? 9_999
        : Buffer.alloc(32, 5)
      : table !== 'candidate' && table !== 'effect' && row.cells[name] !== null && name in unique
        ? (unique[name] ?? null)
        : (row.cells[name] ?? null),
  );
  const names = columns.map(({ name }) => `"${name}"`).join();
  if (!tryRun(db, `INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join()})`, values)) return null;
  const named = table === 'candidate' || table === 'intent' ? namesOf(db, table, row.cells) : [];
  return { what: `a row like ${table} ${row.args.join('/')} is put in`, expect: 'found', named };
};

/** A link is taken out, or two change places, and those behind close the gap. */
export const renumberLinks: Tamper = (db, random) => {
  const last = db.prepare<[], number>('SELECT max(seq) FROM chain').pluck().get() ?? 0;
  const seq = random.between(1, last - 1);
  db.exec('CREATE TEMP TABLE moved AS SELECT * FROM chain');
  const isSwap = random.chance(0.5);
  db.prepare('DELETE FROM chain WHERE seq >= ?').run(seq);
  const place = isSwap ? `CASE seq WHEN ${seq} THEN ${seq + 1} WHEN ${seq + 1} THEN ${seq} ELSE seq END` : 'seq - 1';
  db.prepare(
    `INSERT INTO chain SELECT ${place}, kind, row_id, row_hash, prev_hash, hash FROM moved WHERE seq >= ? AND ${isSwap ? '1' : `seq <> ${seq}`}`,
  ).run(seq);
  db.exec('DROP TABLE moved');
  return {
    what: isSwap ? `links ${seq} and ${seq + 1} change places` : `link ${seq} is taken out and the rest renumbered`,
    expect: 'found',
    named: [`link ${seq}`],
  };
};

/** The end goes with all its rows, as if it had never been. */
export const cutOff: Tamper = (db, random) => {
  const last = db.prepare<[], number>('SELECT max(seq) FROM chain').pluck().get() ?? 0;
  const keep = random.between(0, last - 1);
  for (const { kind, row_id } of db
    .prepare<[number], { kind: string; row_id: number }>('SELECT kind, row_id FROM chain WHERE seq > ?')
    .all(keep)) {
    db.prepare(`DELETE FROM "${kind}" WHERE id = ?`).run(row_id);
  }
  db.prepare('DELETE FROM chain WHERE seq > ?').run(keep);
  tidy(db);
  return { what: `cut off behind link ${keep}`, expect: isWholeAgain(db) ? 'head' : 'found', named: [] };
};

/** A forger who knows the recipe changes a row and makes every hash from there on anew. */
export const writeAnew: Tamper = (db, random) => {
  const edits = [
    "UPDATE decision SET outcome = 'hold' WHERE id = 1",
    'UPDATE candidate SET points_milli = points_milli + 1 WHERE decision = 1',
    "UPDATE directive SET because = 'nothing' WHERE id = 1",
    'UPDATE run SET started_at_ms = started_at_ms + 1',
    "UPDATE approval SET verdict = 'approved'",
    'DELETE FROM directive_end',
  ] as const;
  const edit = random.pick(edits);
  db.exec(edit);
  let prevHash = '0'.repeat(64) as Sha256;
  let seq = 0;
  const links = db
    .prepare<[], { kind: ChainedKind; row_id: number }>('SELECT kind, row_id FROM chain ORDER BY seq')
    .all();
  db.exec('DELETE FROM chain');
  for (const { kind, row_id: rowId } of links) {
    const rowHash = hashRow({ db }, kind, rowId);
    if (rowHash === null) continue;
    seq += 1;
    const hash = hashLink({ seq, kind, rowId, rowHash, prevHash });
    const blobs = [rowHash, prevHash, hash].map((hex) => Buffer.from(hex, 'hex'));
    db.prepare('INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?)').run(seq, kind, rowId, ...blobs);
    prevHash = hash;
  }
  return { what: `all written anew with: ${edit}`, expect: 'head', named: [] };
};

/** A body goes with a tombstone that nobody chained, or one that is for another. */
export const forgeTombstone: Tamper = (db, random) => {
  const row = pickRow(db, 'body', random);
  if (row === null) return null;
  const hash = db
    .prepare<[Cell], Buffer>('SELECT hash FROM body_key WHERE id = ?')
    .pluck()
    .get(row.args[0] ?? null);
  const isEdited = random.chance(0.3);
  if (isEdited) db.prepare('UPDATE tombstone SET body_hash = ?').run(hash);
  else db.prepare("INSERT INTO tombstone VALUES (99, ?, 'lead', 'asked to', 0)").run(hash);
  db.prepare('DELETE FROM body WHERE id = ?').run(row.args[0]);
  return {
    what: `a forged tombstone for body ${row.args[0]}`,
    expect: 'found',
    named: [isEdited ? 'tombstone 1' : 'tombstone 99'],
  };
};

/** What was erased is put back. */
export const bringBack: Tamper = (db) => {
  const id = db.prepare<[], number>('SELECT id FROM body_key WHERE id NOT IN (SELECT id FROM body)').pluck().get();
  const bytes = db.prepare<[], Buffer>('SELECT bytes FROM body LIMIT 1').pluck().get();
  db.prepare('INSERT INTO body VALUES (?, ?)').run(id, bytes);
  return { what: `bytes for the erased body ${id}`, expect: 'found', named: [`body_key ${id}`] };
};

const DROPPABLE = [
  'decision_no_update',
  'body_delete_needs_tombstone',
  'chain_row',
  'effect_n',
  'chain_follows',
] as const;

/** The file no longer refuses what it should. */
export const weakenSchema: Tamper = (db, random) => {
  const name = random.pick(DROPPABLE);
  const type = db.prepare<[string], string>('SELECT type FROM sqlite_schema WHERE name = ?').pluck().get(name);
  if (type === undefined) return null;
  db.exec(`DROP ${type} "${name}"`);
  if (random.chance(0.3))
    db.exec(
      `CREATE ${type === 'trigger' ? `TRIGGER "${name}" BEFORE UPDATE ON decision BEGIN SELECT 1; END` : `INDEX "${name}" ON chain (row_id)`}`,
    );
  return { what: `${type} ${name} is weakened`, expect: 'found', named: [] };
};

/** A trigger or index that nobody made, also under names that SQLite keeps for itself. */
export const plantInSchema: Tamper = (db, random) => {
  const name = random.pick(['sqlite_evil', 'sqlite_stat1', 'sqlite_autoindex_pin_9', 'decision_no_update'] as const);
  const table = random.pick(['directive', 'pin', 'decision'] as const);
  const sql = `CREATE TRIGGER "${name}" BEFORE INSERT ON ${table} BEGIN DELETE FROM pin; END`;
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  db.prepare("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', ?, ?, 0, ?)").run(
    name,
    table,
    sql,
  );
  db.pragma('writable_schema = OFF');
  return { what: `a trigger ${name} is planted on ${table}`, expect: 'found', named: [] };
};

/** What reports count from says something else of a decision, or leaves it out. */
export const miscount: Tamper = (db, random) => {
  const row = pickRow(db, 'roll_up', random);
  if (row === null) return null;
  const columns = columnsOf(db, 'roll_up').filter(({ pk }) => pk === 0);
  const column = random.pick(columns as [Column, ...Column[]]);
  const before = row.cells[column.name] ?? null;
  const after = editedCell(before, column, random);
  if (!tryRun(db, `UPDATE roll_up SET "${column.name}" = ? WHERE ${row.key}`, [after, ...row.args])) return null;
  // Counted when its bodies were there, and never again.
  const isSure = column.name !== 'parity' || !isListedErased(db, row.cells['decision'] ?? null);
  return {
    what: `roll_up.${column.name} of ${row.args.join()}: ${shown(before)} -> ${shown(after)}`,
    expect: isSure ? 'counts' : 'nothing',
    named: isSure ? [`decision ${row.cells['decision']}`] : [],
  };
};

function isListedErased(db: Database.Database, decision: Cell): boolean {
  const find = db.prepare(
    'SELECT 1 FROM candidate WHERE decision = ? AND kind <> 2 AND body NOT IN (SELECT id FROM body)',
  );
  return find.get(decision) !== undefined;
}

/** The ledger is made out to be of another environment, or of none. */
export const rebind: Tamper = (db, random) => {
  const sql = random.pick([
    "UPDATE ledger_identity SET environment = 'production'",
    'DELETE FROM ledger_identity',
  ] as const);
  return tryRun(db, sql, []) ? { what: sql, expect: 'found', named: [] } : null;
};

export const TAMPERINGS: readonly (readonly [string, number, Tamper])[] = [
  ['cells', 12, editCell],
  ['deletions', 3, deleteRow],
  ['swaps', 3, swapRows],
  ['additions', 2, addRow],
  ['renumbered', 2, renumberLinks],
  ['cut off', 1, cutOff],
  ['written anew', 1, writeAnew],
  ['tombstones', 1, forgeTombstone],
  ['brought back', 1, bringBack],
  ['schema', 1, weakenSchema],
  ['planted', 1, plantInSchema],
  ['counts', 2, miscount],
  ['identity', 1, rebind],
];

/** What no decision rests on any more, as a forger with patience leaves it. */
function tidy(db: Database.Database): void {
  db.exec(`
    DELETE FROM candidate WHERE decision NOT IN (SELECT id FROM decision);
    DELETE FROM intent WHERE decision NOT IN (SELECT id FROM decision);
    DELETE FROM roll_up WHERE decision NOT IN (SELECT id FROM decision);
    CREATE TEMP TABLE used AS SELECT body AS id FROM candidate UNION SELECT work_order_body FROM decision UNION SELECT batch_body FROM decision;
    DELETE FROM body WHERE id NOT IN (SELECT id FROM used);
    DELETE FROM body_key WHERE id NOT IN (SELECT id FROM used);
    DROP TABLE used;
    DELETE FROM rule_text WHERE hash NOT IN (SELECT unhex(json_extract(value, '$[1]')) FROM rule_set, json_each(rule_set.files));
    DELETE FROM open_intent;
    INSERT INTO open_intent
      SELECT intent.id, work_order_id, (SELECT count(*) FROM claim WHERE claim.intent = intent.id),
        (SELECT at_ms FROM claim WHERE claim.intent = intent.id ORDER BY n DESC LIMIT 1)
      FROM intent JOIN decision ON decision.id = intent.decision
      WHERE NOT EXISTS (SELECT 1 FROM effect WHERE effect.intent = intent.id AND kind <> 'unknown');`);
}

/** Cut off before a tombstone, the bytes it let go are missing: that shows. */
function isWholeAgain(db: Database.Database): boolean {
  return (
    db
      .prepare(
        'SELECT 1 FROM body_key WHERE id NOT IN (SELECT id FROM body) AND hash NOT IN (SELECT body_hash FROM tombstone)',
      )
      .get() === undefined
  );
}

function tryRun(db: Database.Database, sql: string, args: readonly Cell[]): boolean {
  try {
    return db.prepare(sql).run(...args).changes > 0;
  } catch {
    return false;
  }
}

function shown(cell: Cell): string {
  return Buffer.isBuffer(cell) ? cell.toString('hex').slice(0, 16) : String(cell).slice(0, 40);
}
