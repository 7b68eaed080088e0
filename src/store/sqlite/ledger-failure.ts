import { LedgerFailure } from '../../engine/ports.ts';

export const NOT_A_LEDGER_REMEDY =
  'Point FIELDMARSHAL_DB at a ledger, or at a file that does not exist yet to begin a new one.';
export const RESTORE_REMEDY =
  'Keep the file for later, restore the newest backup under another name, and point FIELDMARSHAL_DB at it. Nothing is sent until then.';

type FailureText = { readonly what: string; readonly remedy: string };

/** By the beginning of SQLite's result code; the first that fits counts. */
const BY_CODE: readonly (readonly [string, FailureText])[] = [
  ['SQLITE_NOTADB', { what: 'is not a database', remedy: NOT_A_LEDGER_REMEDY }],
  ['SQLITE_CORRUPT', { what: 'is damaged', remedy: RESTORE_REMEDY }],
  [
    'SQLITE_BUSY',
    {
      what: 'is locked by another process',
      remedy: 'Wait until the other fieldmarshal process is done, then try again.',
    },
  ],
  ['SQLITE_FULL', { what: 'cannot grow: the disk is full', remedy: 'Make room on the disk, then run again.' }],
  [
    'SQLITE_READONLY',
    {
      what: 'may not be written',
      remedy: 'Let this user write the file and its folder, or point FIELDMARSHAL_DB elsewhere.',
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      what: 'cannot be opened or made',
      remedy: 'Let this user read and write the file and its folder, or point FIELDMARSHAL_DB elsewhere.',
    },
  ],
  [
    'SQLITE_IOERR',
    {
      what: 'cannot be read or written: the disk failed',
      remedy: 'Check the disk before anything else; do not go on with this file.',
    },
  ],
];

/** Runs it; what SQLite reports of file, disk or lock becomes a `LedgerFailure`, everything else is a bug and stays. */
export function withLedgerFailure<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toLedgerFailure(path, error);
  }
}

function toLedgerFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  const text = BY_CODE.find(([prefix]) => code?.startsWith(prefix) === true)?.[1];
  return text === undefined
    ? error
    : new LedgerFailure(`the ledger ${path} ${text.what} (${code})`, text.remedy, { cause: error });
}

/** drizzle wraps what the driver throws. */
function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')) return error.code;
  return sqliteCode(error.cause);
}
