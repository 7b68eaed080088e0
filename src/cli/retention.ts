import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Clock, LedgerFailure } from '../engine/ports.ts';
import type { Log } from '../log.ts';
import { packageRoot } from '../package-root.ts';
import { writtenTime } from '../report/report.ts';
import { openLedger } from '../store/sqlite/open-ledger.ts';

const DAY_MS = 86_400_000;

/** Bodies that go after one run: seconds of work. What is over goes after the next. */
const MOST_AFTER_A_RUN = 20_000;

/** Erases what is older than the retention, once a day, between a run and the next. Nothing when none is set. */
export function retentionOf(
  { retentionDays, databasePath }: Pick<Config, 'retentionDays' | 'databasePath'>,
  clock: Pick<Clock, 'nowMs'>,
  log: Pick<Log, 'info' | 'warn'>,
): () => Promise<void> {
  let doneOn: number | null = null;
  return async () => {
    const nowMs = clock.nowMs();
    const today = Math.floor(nowMs / DAY_MS);
    if (retentionDays === null || doneOn === today) return;
    const beforeMs = nowMs - retentionDays * DAY_MS;
    const because = `retention of ${retentionDays} days (FIELDMARSHAL_RETENTION_DAYS)`;
    const terms = { actor: 'daemon', because, atMs: nowMs };
    try {
      const bodies = await prune(databasePath, { beforeMs, terms });
      if (bodies < MOST_AFTER_A_RUN) doneOn = today;
      if (bodies > 0)
        log.info({ bodies, because }, `raw rows and facts of decisions before ${writtenTime(beforeMs)} erased`);
    } catch (error) {
      // Dispatching goes on, and finds out by itself whether the disk is broken; this is tried again after the next run.
      if (!(error instanceof LedgerFailure)) throw error;
      log.warn({ because, remedy: error.remedy }, `nothing was erased: ${error.message}`);
    }
  };
}

async function prune(
  path: string,
  { beforeMs, terms }: { readonly beforeMs: number; readonly terms: { actor: string; because: string; atMs: number } },
): Promise<number> {
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  const store = openLedger({ path, migrationsFolder, check: 'none' });
  try {
    return await store.pruneSome(beforeMs, { terms, most: MOST_AFTER_A_RUN });
  } finally {
    await store.close();
  }
}
