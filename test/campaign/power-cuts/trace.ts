import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a process did to the files of its ledger, and what it sent, in order. Files are named without their folder. */
export type Operation =
  | { readonly kind: 'create' | 'unlink' | 'sync'; readonly file: string }
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'syncFolder' }
  /** The head of a request that writes, such as `POST 4047 /assignee`, as it goes to the socket. */
  | { readonly kind: 'sent'; readonly call: string };

/** Which calls `strace` has to show; their data whole and in hex, the paths of descriptors with them. */
export const STRACE_FLAGS = [
  ...['-ff', '--seccomp-bpf', '-y', '-xx', '-s', '16777216', '-e'],
  `trace=${[
    ...['openat', 'open', 'creat', 'write', 'pwrite64', 'pwritev', 'writev', 'sendto', 'sendmsg', 'fsync', 'fdatasync'],
    ...['ftruncate', 'truncate', 'fallocate', 'unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'link', 'mmap'],
  ].join(',')}`,
];

/**
 * Reads the traces of all threads of one process, `PREFIX.TID` each. SQLite and the sockets are all the main thread's, so
 * one file has the order of everything; anything else about the ledger's files is an error and not left out.
 */
export function readTrace(folder: string, prefix: string, ledgerPath: string): readonly Operation[] {
  const texts = readdirSync(folder)
    .filter((name) => name.startsWith(`${prefix}.`))
    .map((name) => readFileSync(join(folder, name), 'latin1'));
  const traces = texts.map((text) => parseTrace(text, ledgerPath)).filter((operations) => operations.length > 0);
  const [only = [], ...others] = traces;
  if (others.length > 0) throw new Error('more than one thread touched the ledger or sent something');
  return only;
}

export function parseTrace(text: string, ledgerPath: string): readonly Operation[] {
  const folder = ledgerPath.slice(0, -basename(ledgerPath).length - 1);
  const there = new Set<string>();
  return text.split('\n').flatMap((line): readonly Operation[] => {
    const [, call = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)/s.exec(line) ?? [];
    if (call === '' || result.startsWith('-') || result === '?') return [];
    if (
      ['write', 'writev', 'sendto', 'sendmsg'].includes(call) &&
      /^\d+<[^>]*\\x73\\x6f\\x63\\x6b\\x65\\x74/.test(args)
    )
      return readSent(args);
    const paths = [...args.matchAll(/[<"]((?:\\x[0-9a-f]{2})+)[>"]/g)].map(([, hex = '']) => decode(hex).toString());
    const named = call === 'openat' ? paths.at(1) : paths[0];
    if (named === folder && (call === 'fsync' || call === 'fdatasync')) return [{ kind: 'syncFolder' }];
    if (named === undefined || !isOfLedger(named, ledgerPath)) return [];
    const file = basename(named);
    switch (call) {
      case 'openat': {
        if (!args.includes('O_CREAT') || there.has(file)) return [];
        there.add(file);
        return [{ kind: 'create', file }];
      }
      case 'pwrite64': {
        const [, hex = '', , offset] = /, "([^"]*)", (\d+), (\d+)$/.exec(args) ?? [];
        return [{ kind: 'write', file, offset: Number(offset), bytes: decode(hex).subarray(0, Number(result)) }];
      }
      case 'fsync':
      case 'fdatasync':
        return [{ kind: 'sync', file }];
      case 'ftruncate':
        return [{ kind: 'truncate', file, size: Number(args.split(', ').at(-1)) }];
      case 'unlink': {
        there.delete(file);
        return [{ kind: 'unlink', file }];
      }
      case 'mmap':
        if (!args.includes('MAP_SHARED') || !args.includes('PROT_WRITE')) return [];
        throw new Error(`${file} is written through memory, which the trace does not show`);
      default:
        throw new Error(`the replay knows no ${call} of ${file}`);
    }
  });
}

/** The index of the log in shared memory is made anew after every start; locks are empty files. */
function isOfLedger(path: string, ledgerPath: string): boolean {
  return [ledgerPath, `${ledgerPath}-wal`, `${ledgerPath}-journal`].includes(path);
}

function readSent(args: string): readonly Operation[] {
  const text = [...args.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)]
    .map(([, hex = '']) => decode(hex).toString('latin1'))
    .join('');
  const heads = text.matchAll(/(POST|PUT|PATCH|DELETE) \S*\/workorders\/(\d+)([^\s?]*)\S* HTTP\/1\.1\r\n/g);
  return [...heads].map(([, method = '', id = '', rest = '']) => ({ kind: 'sent', call: `${method} ${id} ${rest}` }));
}

function decode(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}
