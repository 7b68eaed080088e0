import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Random } from '../simulation/random.ts';

/** A way for a disk to fail under a run. */
export type DiskFailure = {
  /** As the counts name it. */
  readonly name: string;
  /** What a person is told. */
  readonly says: RegExp;
  /** Which system calls fail, for strace; nothing: they all go well. */
  readonly flags: (ledger: string, random: Random) => readonly string[];
  /** Done to the file before the run begins. */
  readonly spoil: ((ledger: string, random: Random) => void) | null;
  /** Held from some request of the run on, for so long; null: nobody else holds it. */
  readonly lockMs: ((random: Random) => number) | null;
  /** The ledger as it is cannot be used any more: its backup is. */
  readonly isLost: boolean;
  readonly words: readonly string[];
};

const ONCE = ['run', '--once'] as const;
const DAEMON = ['daemon', '--cron', '* * * * * *'] as const;

/** Calls on the ledger or its log fail from the n-th on, or just the n-th; a run makes about `usual` of them. */
function inject(calls: string, error: string, usual: number): DiskFailure['flags'] {
  return (ledger, random) => {
    // The first few are the opening; after about half of them the first write is sent.
    const nth = random.between(1, random.chance(0.25) ? 8 : usual);
    const when = random.chance(0.5) ? `${nth}+` : `${nth}`;
    const files = [ledger, `${ledger}-wal`].flatMap((path) => ['-P', path]);
    return [...files, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${when}`];
  };
}

const NONE = { flags: () => [], spoil: null, lockMs: null, isLost: false, words: ONCE } as const;
const FULL =
  /^the ledger \S+ cannot grow: the disk is full \(SQLITE_FULL\)\. Make room on the disk, then run again\.$/m;
const BROKEN =
  /^the ledger \S+ cannot be read or written: the disk failed \(SQLITE_IOERR\w*\)\. Check the disk before /m;
const READ_ONLY =
  /^the ledger \S+ (may not be written|cannot be opened or made) \(SQLITE_(READONLY|CANTOPEN)\w*\)\. Let this user /m;
const DAMAGED = /^(the ledger \S+ (is damaged|was changed from outside|is not a database)|not a ledger: )/m;

/** SQLite takes a file system that cannot read for a damaged one. */
const BROKEN_OR_DAMAGED = new RegExp(`${BROKEN.source}|${DAMAGED.source}`, 'm');

export const DISK_FAILURES: readonly DiskFailure[] = [
  { ...NONE, name: 'full', says: FULL, flags: inject('pwrite64', 'ENOSPC', 900) },
  { ...NONE, name: 'fsync', says: BROKEN, flags: inject('fsync,fdatasync', 'EIO', 50) },
  { ...NONE, name: 'write', says: BROKEN, flags: inject('pwrite64', 'EIO', 900) },
  { ...NONE, name: 'read', says: BROKEN_OR_DAMAGED, flags: inject('pread64', 'EIO', 40) },
  { ...NONE, name: 'readOnlyFile', says: READ_ONLY, flags: (ledger) => refuse(ledger, 'EACCES:when=1') },
  { ...NONE, name: 'readOnlyFolder', says: READ_ONLY, flags: (ledger) => refuse(`${ledger}-wal`, 'EACCES') },
  { ...NONE, name: 'truncated', says: DAMAGED, spoil: truncate, isLost: true },
  { ...NONE, name: 'overwritten', says: DAMAGED, spoil: overwritePage, isLost: true, words: DAEMON },
  { ...NONE, name: 'lockedShortly', says: /^$/, lockMs: (random) => random.between(100, 2_500) },
  {
    ...NONE,
    name: 'lockedLong',
    says: /^the ledger \S+ is locked by another process \(SQLITE_BUSY\w*\)\. Wait /m,
    lockMs: () => 60_000,
  },
];

function refuse(path: string, error: string): readonly string[] {
  return ['-P', path, '-e', 'trace=openat', '-e', `inject=openat:error=${error}`];
}

/** Not to nothing: an empty file is a place for a new ledger. */
function truncate(ledger: string, random: Random): void {
  truncateSync(ledger, random.between(1, readFileSync(ledger).length - 1));
}

function overwritePage(ledger: string, random: Random): void {
  const bytes = readFileSync(ledger);
  const pageBytes = bytes.readUInt16BE(16);
  const start = random.between(0, bytes.length / pageBytes - 1) * pageBytes;
  for (let at = start; at < start + pageBytes; at += 1) bytes[at] = random.between(0, 255);
  writeFileSync(ledger, bytes);
}

/** Another program that writes the same file, and takes its time. */
export function holdLock(ledger: string, ms: number): { readonly release: () => void } {
  const database = new Database(ledger, { timeout: 10_000 });
  database.exec('BEGIN IMMEDIATE');
  const release = () => {
    if (!database.open) return;
    database.exec('ROLLBACK');
    database.close();
  };
  const timer = setTimeout(release, ms);
  return {
    release: () => {
      clearTimeout(timer);
      release();
    },
  };
}
