import { closeSync, openSync, readSync } from 'node:fs';
import type { Config } from './config.ts';
import type { Pause } from './domain/directive.ts';

const MAX_REASON_BYTES = 500;

/** What stops all acting from outside the ledger at this moment: the setting, else the file. Null: neither does. */
export function readOutsidePause({ because, path }: Config['pause']): Pause | null {
  if (because !== null) return { source: 'setting', actor: 'FIELDMARSHAL_PAUSE', because, untilMs: null };
  const line = readFirstLine(path);
  return line === null ? null : { source: 'file', actor: `the file ${path}`, because: line, untilMs: null };
}

/** Null: there is no such file. One that is there and cannot be read pauses as well: in doubt nothing is sent. */
function readFirstLine(path: string): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(MAX_REASON_BYTES);
      const [line = ''] = bytes.toString('utf8', 0, readSync(file, bytes)).split(/\r?\n/);
      return line.trim() || 'the file gives no reason';
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return `the file is there and cannot be read (${code})`;
  }
}
