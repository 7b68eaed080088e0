import { describe, expect, it } from 'vitest';
import { cutPower } from './power-cuts/disk.ts';
import { type Operation, parseTrace } from './power-cuts/trace.ts';
import { makeRandom } from './simulation/random.ts';

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const DB = '/data/ledger.db';
const at = (fd: number, path: string) => `${fd}<${hex(path)}>`;

describe('a trace of system calls', () => {
  it('becomes what was done to the ledger and what was sent, in order', () => {
    const post = `POST /api/rest/v2/workorders/4047/assignee?access_token=t HTTP/1.1\r\nhost: x\r\n\r\n`;
    const text = [
      `openat(AT_FDCWD<${hex('/data')}>, "${hex(`${DB}-wal`)}", O_RDWR|O_CREAT, 0644) = ${at(9, `${DB}-wal`)}`,
      `pwrite64(${at(9, `${DB}-wal`)}, "${hex('abcd')}", 4, 32) = 4`,
      `pwrite64(${at(9, `${DB}-shm`)}, "${hex('zz')}", 2, 0) = 2`,
      `fsync(${at(9, `${DB}-wal`)}) = 0`,
      `fdatasync(${at(8, '/data')}) = 0`,
      `write(${at(20, 'socket:[77]')}, "${hex(post)}", ${post.length}) = ${post.length}`,
      `write(${at(1, '/dev/null')}, "${hex(post)}", ${post.length}) = ${post.length}`,
      `ftruncate(${at(8, DB)}, 8192) = 0`,
      `unlink("${hex(`${DB}-wal`)}") = 0`,
      `unlink("${hex(`${DB}-journal`)}") = -1 ENOENT (No such file or directory)`,
      `openat(AT_FDCWD<${hex('/data')}>, "${hex('/etc/hosts')}", O_RDONLY) = ${at(8, '/etc/hosts')}`,
    ].join('\n');
    expect(parseTrace(text, DB)).toEqual([
      { kind: 'create', file: 'ledger.db-wal' },
      { kind: 'write', file: 'ledger.db-wal', offset: 32, bytes: Buffer.from('abcd') },
      { kind: 'sync', file: 'ledger.db-wal' },
      { kind: 'syncFolder' },
      { kind: 'sent', call: 'POST 4047 /assignee' },
      { kind: 'truncate', file: 'ledger.db', size: 8192 },
      { kind: 'unlink', file: 'ledger.db-wal' },
    ]);
  });

  it('that shows something we cannot replay is refused', () => {
    const written = `mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_SHARED, ${at(8, DB)}, 0) = 0x7f00`;
    expect(() => parseTrace(written, DB)).toThrow(/written through memory/);
    const moved = `rename("${hex(DB)}", "${hex('/data/other')}") = 0`;
    expect(() => parseTrace(moved, DB)).toThrow(/knows no rename of ledger\.db/);
  });
});

describe('a disk after a power cut', () => {
  const write = (text: string, offset = 0): Operation => ({
    kind: 'write',
    file: 'a',
    offset,
    bytes: Buffer.from(text),
  });
  const sync: Operation = { kind: 'sync', file: 'a' };
  const disksOf = (operations: readonly Operation[], base = new Map([['a', Buffer.from('old')]])) =>
    Array.from({ length: 400 }, (_, run) => cutPower(base, operations, makeRandom('disk', run)).files);

  it('has everything that was synced, and any part of the rest', () => {
    const disks = disksOf([write('synced'), sync, write('later', 6), write('LAST', 11)]);
    const seen = new Set(disks.map((files) => files.get('a')?.toString()));
    expect(seen).toEqual(new Set(['synced', 'syncedlater', 'syncedlaterLAST', 'synced\0\0\0\0\0LAST']));
  });

  it('has pages torn at sectors', () => {
    const disks = disksOf([write('x'.repeat(1024))], new Map([['a', Buffer.alloc(1024, 'o')]]));
    const seen = new Set(
      disks.map((files) =>
        files
          .get('a')
          ?.toString()
          .replaceAll(/(.)\1{511}/g, '$1'),
      ),
    );
    expect(seen).toEqual(new Set(['oo', 'xx', 'xo', 'ox']));
  });

  it('has names in the order they came and went, and for sure once the folder was synced', () => {
    const create: Operation = { kind: 'create', file: 'b' };
    const unlink: Operation = { kind: 'unlink', file: 'a' };
    const namesOf = (operations: readonly Operation[]) =>
      new Set(disksOf(operations).map((files) => [...files.keys()].join()));
    expect(namesOf([create, unlink])).toEqual(new Set(['a', 'a,b', 'b']));
    expect(namesOf([create, { kind: 'syncFolder' }, unlink])).toEqual(new Set(['a,b', 'b']));
  });
});
