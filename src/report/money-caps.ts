import type { CapOf } from '../analysis/broken-money.ts';
import { readRecordedBatch } from '../analysis/recorded-batch.ts';
import { readRecordedFiles } from '../analysis/recorded-rule-files.ts';
import { DAY_MS, dayOf } from '../analysis/spend.ts';
import type { SentIntent, SentWork } from '../domain/sent-work.ts';
import type { LedgerReader } from '../engine/ports.ts';

type LastDecided = ReadonlyMap<string, SentIntent>;

/** By day and rule file, and by day alone, the last dispatch decision of a file that was to send something. */
function lastDecided(works: readonly SentWork[], days: ReadonlySet<number>): LastDecided {
  const last = new Map<string, SentIntent>();
  for (const intent of works.flatMap(({ intents }) => intents)) {
    const dayMs = dayOf(intent.decidedAtMs);
    if (intent.ruleFileId === null || !days.has(dayMs) || isReview(intent)) continue;
    for (const key of [keyOf(dayMs, intent.ruleFileId), keyOf(dayMs, null)]) {
      const known = last.get(key);
      if (known === undefined || known.decidedAtMs <= intent.decidedAtMs) last.set(key, intent);
    }
  }
  return last;
}

function keyOf(dayMs: number, ruleFileId: string | null): string {
  return `${dayMs / DAY_MS} ${ruleFileId ?? ''}`;
}

function isReview({ call }: SentIntent): boolean {
  return call.kind === 'approve' || call.kind === 'incomplete';
}

/** Of a file by its text, of all by what the run recorded of the configuration: one body a day. */
export async function readCaps(
  reader: LedgerReader,
  works: readonly SentWork[],
  days: ReadonlySet<number>,
): Promise<CapOf> {
  const last = lastDecided(works, days);
  const hashes = [...last.values()].map(({ ruleFileHash }) => ruleFileHash);
  const files = await readRecordedFiles(hashes, (hash) => reader.ruleFileText(hash));
  const global = new Map<number, number>();
  for (const [key, { decisionRow }] of last) {
    if (!key.endsWith(' ')) continue;
    const read = readRecordedBatch(await reader.figures.batch(decisionRow));
    const dayMs = Number(key) * DAY_MS;
    if (read.kind === 'dispatch' && !read.batch.lacks.includes('limits'))
      global.set(dayMs, read.batch.limits.maxDailyTotalCents);
  }
  return (dayMs, ruleFileId) => {
    if (ruleFileId === null) return global.get(dayMs) ?? null;
    const hash = last.get(keyOf(dayMs, ruleFileId))?.ruleFileHash ?? null;
    const found = hash === null ? undefined : files.get(hash);
    return found?.kind === 'dispatch' ? found.file.guardrails.pay.maxDailyTotalCents : null;
  };
}
