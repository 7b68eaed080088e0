import { join } from 'node:path';
import { type ComparedRun, type CompareTerms, compareRun } from '../analysis/compare-run.ts';
import { prepareRules } from '../analysis/decide-again.ts';
import { loadHighs } from '../decide/assignment/highs.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { LedgerPiece } from '../engine/figures.ts';
import { recordedRow } from '../fieldnation/to-pending-row.ts';
import { packageRoot } from '../package-root.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';

type Rules = Pick<RuleSet, 'files'>;

/** The files that decide on each side. */
export type BacktestSides = { readonly new: Rules; readonly old: Rules | 'recorded' };

/** What a thread needs to compare runs. */
export type BacktestTask = { readonly databasePath: string; readonly sides: BacktestSides };

/** Opens the ledger for as long as the thread lives. */
export async function openBacktest({
  databasePath,
  sides,
}: BacktestTask): Promise<(piece: LedgerPiece) => Promise<readonly ComparedRun[]>> {
  const reader = openLedgerReader({
    path: databasePath,
    migrationsFolder: join(packageRoot(), 'migrations', 'sqlite'),
  });
  const terms = await compareTerms(sides);
  return async (piece) => {
    const runs: ComparedRun[] = [];
    for await (const run of reader.slates(piece)) runs.push(compareRun(run, terms));
    return runs;
  };
}

export async function compareTerms({ new: now, old }: BacktestSides): Promise<CompareTerms> {
  return {
    new: prepareRules(now),
    old: old === 'recorded' ? old : prepareRules(old),
    readRow: recordedRow,
    solve: await loadHighs(),
  };
}
