import type { Random } from '../simulation/random.ts';
import type { Operation } from './trace.ts';

/** Content of each file by name. */
export type Files = ReadonlyMap<string, Buffer>;

type Change = Extract<Operation, { readonly kind: 'write' | 'truncate' }>;

/** A file as the disk has it for sure, and what was asked of it since. A name may go while the file is still open. */
type Inode = { durable: Content; readonly pending: Change[] };

/** Grows in place, so that hundreds of writes cost no more than their bytes. */
type Content = { bytes: Buffer; size: number };

type Naming = { readonly file: string; readonly inode: Inode | null };

/** What of the changes that were not synced the disk has made nevertheless. */
const LUCKS = ['none', 'prefix', 'subset', 'torn'] as const;
export type Luck = (typeof LUCKS)[number];

/** Atomic on every disk we know. */
const SECTOR_BYTES = 512;

/**
 * A disk after a power cut, some operations after `base`: everything that was synced is there; of the rest nothing, the first
 * few, some, or some sectors. Names come and go in order, and are certain once their folder was synced. An honest fsync is assumed.
 */
export function cutPower(base: Files, operations: readonly Operation[], random: Random): { files: Files; luck: Luck } {
  const luck = random.pick(LUCKS);
  const { names, unsure } = replay(base, operations);
  const kept = luck === 'none' ? 0 : random.between(0, unsure.length);
  for (const naming of unsure.slice(0, kept)) setName(names, naming);
  const files = new Map<string, Buffer>();
  for (const [file, inode] of names) files.set(file, settle(inode, luck, random));
  return { files, luck };
}

function replay(base: Files, operations: readonly Operation[]) {
  const names = new Map([...base].map(([file, bytes]): [string, Inode] => [file, newInode(bytes)]));
  const current = new Map(names);
  let unsure: Naming[] = [];
  for (const operation of operations) {
    switch (operation.kind) {
      case 'create': {
        if (current.has(operation.file)) break;
        const naming = { file: operation.file, inode: newInode(Buffer.alloc(0)) };
        setName(current, naming);
        unsure.push(naming);
        break;
      }
      case 'unlink': {
        const naming = { file: operation.file, inode: null };
        setName(current, naming);
        unsure.push(naming);
        break;
      }
      case 'write':
      case 'truncate':
        current.get(operation.file)?.pending.push(operation);
        break;
      case 'sync': {
        const inode = current.get(operation.file);
        for (const change of inode?.pending.splice(0) ?? []) if (inode !== undefined) apply(inode.durable, change);
        break;
      }
      case 'syncFolder':
        for (const naming of unsure) setName(names, naming);
        unsure = [];
        break;
      case 'sent':
        break;
    }
  }
  return { names, unsure };
}

function setName(names: Map<string, Inode>, { file, inode }: Naming): void {
  if (inode === null) names.delete(file);
  else names.set(file, inode);
}

/** The last look at it: its content is this state's alone. */
function settle({ durable, pending }: Inode, luck: Luck, random: Random): Buffer {
  for (const change of survivors(pending, luck, random)) apply(durable, change);
  return durable.bytes.subarray(0, durable.size);
}

function survivors(pending: readonly Change[], luck: Luck, random: Random): readonly Change[] {
  const share = random.pick([0.1, 0.5, 0.9]);
  switch (luck) {
    case 'none':
      return [];
    case 'prefix':
      return pending.slice(0, random.between(0, pending.length));
    case 'subset':
      return pending.filter(() => random.chance(share));
    case 'torn':
      return pending.flatMap((change) => tear(change, () => random.chance(share)));
  }
}

function tear(change: Change, isKept: () => boolean): readonly Change[] {
  if (change.kind === 'truncate') return isKept() ? [change] : [];
  const { file, bytes } = change;
  const end = change.offset + bytes.length;
  const parts: Change[] = [];
  for (let offset = change.offset; offset < end; ) {
    const next = Math.min(end, (Math.floor(offset / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    const part = bytes.subarray(offset - change.offset, next - change.offset);
    if (isKept()) parts.push({ kind: 'write', file, offset, bytes: part });
    offset = next;
  }
  return parts;
}

function newInode(bytes: Buffer): Inode {
  return { durable: { bytes: Buffer.from(bytes), size: bytes.length }, pending: [] };
}

/** What lies between the old end and a write beyond it is zeros, as on a disk. */
function apply(content: Content, change: Change): void {
  const end = change.kind === 'truncate' ? change.size : change.offset + change.bytes.length;
  if (end > content.bytes.length) {
    const grown = Buffer.alloc(end * 2);
    content.bytes.copy(grown, 0, 0, content.size);
    content.bytes = grown;
  }
  if (change.kind === 'truncate') {
    content.bytes.fill(0, Math.min(change.size, content.size), Math.max(change.size, content.size));
    content.size = change.size;
    return;
  }
  change.bytes.copy(content.bytes, change.offset);
  content.size = Math.max(content.size, end);
}
