import type { Sha256 } from '../domain/ids.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { ReviewFile, RuleFile } from '../domain/rule-file.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';

/** Rule files as the ledger keeps their texts, by hash. What is not there, or is not understood any more, is left out. */
export type RecordedFiles = ReadonlyMap<Sha256, RecordedFile>;

export type RecordedFile =
  | { readonly kind: 'dispatch'; readonly file: RuleFile }
  | { readonly kind: 'review'; readonly file: ReviewFile };

export async function readRecordedFiles(
  hashes: Iterable<Sha256 | null>,
  textOf: (hash: Sha256) => Promise<string | null>,
): Promise<RecordedFiles> {
  const files = new Map<Sha256, RecordedFile>();
  for (const hash of new Set(hashes)) {
    const text = hash === null ? null : await textOf(hash);
    if (hash === null || text === null) continue;
    const read = parseRuleFile({ path: 'recorded', text }, DEFAULT_LIMITS);
    if (read.kind === 'ok') files.set(hash, { kind: 'dispatch', file: read.file });
    if (read.kind === 'review') files.set(hash, { kind: 'review', file: read.review });
  }
  return files;
}
