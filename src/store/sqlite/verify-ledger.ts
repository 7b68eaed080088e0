import type { Sha256 } from '../../domain/ids.ts';
import { readHead } from './chain.ts';
import { type Connection, closeConnection, readAtOneMoment } from './connection.ts';
import { findCountFault } from './find-count-fault.ts';
import { findIdentityFault, findSchemaFault } from './find-schema-fault.ts';
import { RESTORE_REMEDY } from './ledger-failure.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';
import { type LedgerOptions, openForReading } from './open-ledger.ts';
import { verifyChain } from './verify-chain.ts';

/** What the tables beside the ledger are; verify does not cover them, as nothing that was decided rests on them. */
export const BESIDE_THE_LEDGER = [
  'ledger_identity',
  'provider',
  'exclusion',
  'pin',
  'roll_up',
  'work_order_label',
  'pending_list',
] as const;

/** Bodies that went together. */
export type Erasure = {
  readonly actor: string;
  readonly because: string;
  readonly bodies: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

export type LedgerVerification = {
  /** In the file as it stands, whether they hold or not. */
  readonly links: number;
  readonly head: Sha256 | null;
  /** Where in the chain the head given is: `since` links have come after it. Null: none was given, or it is not there. */
  readonly anchor: { readonly seq: number; readonly since: number } | null;
  /** Rows by table. */
  readonly rows: { readonly [table: string]: number };
  readonly bodies: number;
  readonly erasures: readonly Erasure[];
  /** The first of each sort, the chain's before all others; empty: everything is as it was written. */
  readonly faults: readonly LedgerFault[];
  /** The first count for reports that is not what its decision gives; looked for where there are no faults. Null: none. */
  readonly countFault: LedgerFault | null;
};

export type VerifyOptions = LedgerOptions & {
  /** Kept elsewhere: the hash or its beginning, lower-case hex. Null: none. */
  readonly head: string | null;
  readonly onProgress?: (done: number, of: number) => void;
};

/** Everything that can be known of a ledger from its file, at one moment, and from a head that was kept elsewhere. Throws `LedgerFailure` when it cannot be opened. */
export function verifyLedger(options: VerifyOptions): LedgerVerification {
  const connection = openForReading(options);
  try {
    return readAtOneMoment(connection, () => verifyConnection(connection, options));
  } finally {
    closeConnection(connection);
  }
}

/** The same of a connection that is open. */
export function verifyConnection(
  connection: Connection,
  { head: wanted, migrationsFolder, onProgress }: Omit<VerifyOptions, 'path'>,
): LedgerVerification {
  const damage = findDamage(connection);
  const last = readLast(connection);
  let seenAt: number | null = null;
  const chain = verifyChain(connection, {
    onLink: ({ seq, hash }) => {
      if (wanted !== null && hash.startsWith(wanted)) seenAt = seq;
      onProgress?.(seq, last?.seq ?? seq);
    },
  });
  const links = last?.seq ?? 0;
  const chainFaults = chain.kind === 'broken' ? chain.faults : [];
  const faults = [
    ...chainFaults,
    // Beyond a link that does not hold nothing was looked for.
    chainFaults[0]?.seq == null ? findLostHead(connection, { wanted, seenAt, links }) : null,
    findSchemaFault(connection, migrationsFolder),
    findIdentityFault(connection),
    findDangling(connection),
    damage,
  ].filter((fault) => fault !== null);
  return {
    links,
    head: last?.hash ?? null,
    anchor: seenAt === null ? null : { seq: seenAt, since: links - seenAt },
    ...count(connection, damage === null),
    faults,
    countFault: faults.length === 0 ? findCountFault(connection) : null,
  };
}

function readLast(connection: Connection) {
  try {
    return readHead(connection);
  } catch {
    // The walk tells what is wrong with it.
    return null;
  }
}

type Looking = { readonly wanted: string | null; readonly seenAt: number | null; readonly links: number };

function findLostHead(connection: Connection, { wanted, seenAt, links }: Looking): LedgerFault | null {
  if (wanted === null || seenAt !== null) return null;
  return faultOf(connection, null, {
    seq: null,
    what: `the head ${wanted} is not among its ${links} links: the ledger was cut off before it, or written anew`,
    fix: 'Make sure that the head was printed for this very ledger. If it was, links that stood there then are gone: look for them in a backup that has the head (`fieldmarshal ledger verify --file BACKUP --head HASH`), and keep both files.',
  });
}

/** Candidates and intents of no decision, and whatever else names a row that is not there. */
function findDangling(connection: Connection): LedgerFault | null {
  try {
    const rows = connection.db.prepare<[], { table: string; rowid: number | null; parent: string }>(
      'PRAGMA foreign_key_check',
    );
    for (const { table, rowid, parent } of rows.iterate()) {
      const what = `${table}${rowid === null ? '' : ` ${rowid}`} names a row of ${parent} that is not there`;
      return faultOf(connection, rowid === null ? null : { table, rowId: rowid }, { seq: null, what });
    }
    return null;
  } catch (error) {
    return faultOf(connection, null, { seq: null, what: `its references cannot be followed: ${messageOf(error)}` });
  }
}

function findDamage(connection: Connection): LedgerFault | null {
  const found = tryCheck(connection);
  return found === 'ok'
    ? null
    : faultOf(connection, null, { seq: null, what: `the file is damaged: ${found}`, fix: RESTORE_REMEDY });
}

function tryCheck({ db }: Connection): string {
  try {
    return String(db.pragma('integrity_check(1)', { simple: true }));
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NOTHING_COUNTED = { rows: {}, bodies: 0, erasures: [] };

/** Of a damaged file nothing can be counted for sure. */
function count({ db }: Connection, isSound: boolean): Pick<LedgerVerification, 'rows' | 'bodies' | 'erasures'> {
  if (!isSound) return NOTHING_COUNTED;
  try {
    const kinds = db
      .prepare<[], { kind: string; rows: number }>(
        'SELECT kind, count(*) AS rows FROM chain GROUP BY kind ORDER BY kind',
      )
      .all();
    const one = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;
    return {
      rows: Object.fromEntries([
        ...kinds.map(({ kind, rows }) => [kind, rows] as const),
        ['candidate', one('SELECT count(*) FROM candidate')],
        ['intent', one('SELECT count(*) FROM intent')],
      ]),
      bodies: one('SELECT count(*) FROM body'),
      erasures: db
        .prepare<[], Erasure>(
          `SELECT actor, because, count(*) AS bodies, min(at_ms) AS firstAtMs, max(at_ms) AS lastAtMs
           FROM tombstone GROUP BY actor, because ORDER BY min(at_ms)`,
        )
        .all(),
    };
  } catch {
    // A table is gone: the schema's fault says so.
    return NOTHING_COUNTED;
  }
}
