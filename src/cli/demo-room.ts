import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import { LedgerFailure } from '../engine/ports.ts';
import { packageRoot } from '../package-root.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { tryLock } from '../store/sqlite/process-lock.ts';
import { OperatorMistake } from './exit-codes.ts';

const FILE_NAME = 'demo.db';

/** Runs of the demo are told by it from everybody else's. */
export const DEMO_RUN_PREFIX = 'demo-';

/**
 * The place for the demo's ledger, emptied of an earlier demo's and of nothing else: a ledger is the only account of what
 * was assigned and why. Throws `OperatorMistake` when something else is there or the folder cannot be used.
 */
export async function makeRoom(folder: string): Promise<string> {
  const path = join(folder, FILE_NAME);
  try {
    mkdirSync(folder, { recursive: true });
    const whose = existsSync(path) ? await whatIsThere(path) : null;
    if (whose !== null) {
      const fix = 'Name another --dir: the demo replaces nothing but ledgers of its own.';
      throw refusal(folder, 'FM-C142', { what: `holds ${FILE_NAME}, ${whose}`, fix });
    }
    for (const suffix of ['', '-wal', '-shm', '.acting.lock']) rmSync(`${path}${suffix}`, { force: true });
  } catch (error) {
    if (error instanceof OperatorMistake) throw error;
    const what = `cannot hold the demo's ledger (${error instanceof Error ? error.message : String(error)})`;
    throw refusal(folder, 'FM-C141', { what, fix: 'Name a folder that this user may write to.' });
  }
  return path;
}

function refusal(
  folder: string,
  code: 'FM-C141' | 'FM-C142',
  text: { readonly what: string; readonly fix: string },
): OperatorMistake {
  return new OperatorMistake([configurationProblem(`--dir ${folder}`, code, text)]);
}

/** Null: the ledger of an earlier demo that is over. Read-only, so that a stranger's file stays as it is. */
async function whatIsThere(path: string): Promise<string | null> {
  try {
    const reader = openLedgerReader({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
    try {
      const identity = await reader.identity();
      if (identity !== null && identity.environment !== 'loopback') return `the ledger of ${identity.environment}`;
      const runs = await reader.runs({ sinceMs: null, untilMs: null });
      if (runs.some(({ id }) => !id.startsWith(DEMO_RUN_PREFIX))) return 'a ledger with runs that no demo made';
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof LedgerFailure) return `which is not a demo's ledger (${error.message})`;
    throw error;
  }
  const lock = tryLock(`${path}.acting.lock`);
  lock?.release();
  return lock === null ? 'which another demo is writing just now' : null;
}
