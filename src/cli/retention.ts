import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Clock } from '../engine/ports.ts';
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
  log: Pick<Log, 'info'>,
): () => Promise<void> {
  let doneOn: number | null = null;
  return async () => {
    const nowMs = clock.nowMs();
    const today = Math.floor(nowMs / DAY_MS);
    if (retentionDays === null || doneOn === today) return;
    const beforeMs = nowMs - retentionDays * DAY_MS;
    const because = `retention of ${retentionDays} days (FIELDMARSHAL_RETENTION_DAYS)`;
    const terms = { actor: 'daemon', because, atMs: nowMs };
    const store = openLedger({
      path: databasePath,
      migrationsFolder: join(packageRoot(), 'migrations', 'sqlite'),
      check: 'none',
    });
    try {
      const bodies = await store.pruneSome(beforeMs, { terms, most: MOST_AFTER_A_RUN });
      if (bodies < MOST_AFTER_A_RUN) doneOn = today;
      if (bodies > 0)
        log.info({ bodies, because }, `raw rows and facts of decisions before ${writtenTime(beforeMs)} erased`);
    } finally {
      await store.close();
    }
  };
}
