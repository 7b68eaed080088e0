import { join } from 'node:path';
import { type ReplayResult, replay } from '../analysis/replay.ts';
import type { ReplayTerms } from '../analysis/replayed.ts';
import { loadHighs } from '../decide/assignment/highs.ts';
import type { Limits } from '../domain/limits.ts';
import { confirmReviewByAuthority, createRememberingAuthority } from '../engine/authority.ts';
import type { LedgerPiece } from '../engine/figures.ts';
import { fingerprint } from '../engine/fingerprint.ts';
import type { ReplayReader } from '../engine/replay-reader.ts';
import { packageRoot, packageVersion } from '../package-root.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { recordedRulesOf } from './replay-rules.ts';

/** What a thread needs to take decisions again. */
export type ReplayTask = { readonly databasePath: string; readonly limits: Limits };

/** Opens the ledger for as long as the thread lives. */
export async function openReplay({
  databasePath,
  limits,
}: ReplayTask): Promise<(piece: LedgerPiece) => Promise<ReplayResult>> {
  const reader = openLedgerReader({
    path: databasePath,
    migrationsFolder: join(packageRoot(), 'migrations', 'sqlite'),
  });
  const terms = await replayTerms(reader, limits);
  return (piece) => replay(reader.recordedRuns(piece), terms, () => undefined);
}

export async function replayTerms(reader: Pick<ReplayReader, 'recordedRules'>, limits: Limits): Promise<ReplayTerms> {
  return {
    solve: await loadHighs(),
    rulesOf: recordedRulesOf(reader, limits),
    fingerprint,
    confirm: createRememberingAuthority(),
    confirmReview: confirmReviewByAuthority,
    engineVersion: packageVersion(),
  };
}
