import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whyDry } from '../compose.ts';
import type { PlatformConfig } from '../config.ts';
import { hashRuleTexts } from '../domain/rule-event.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { noteRefusal } from '../engine/note-rules.ts';
import { LedgerFailure } from '../engine/ports.ts';
import { packageRoot } from '../package-root.ts';
import { openLedger } from '../store/sqlite/open-ledger.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';
import { loadRuleSet, readRulesOnDisk } from './load-rules.ts';
import { readRulesCommit } from './rules-commit.ts';

export type ActingRules = { readonly config: PlatformConfig; readonly isDryRunAsked: boolean; readonly io: CliIo };

/** As `loadRuleSet`, for who would act by it: that its files were refused is written into the ledger, if there is one. */
export async function loadActingRules(acting: ActingRules): Promise<RuleSet> {
  const { config, io } = acting;
  try {
    return loadRuleSet(config.rulesPath, config.limits, io);
  } catch (error) {
    if (error instanceof OperatorMistake) await noteStartRefused(acting);
    throw error;
  }
}

/**
 * No ledger is made for it, none of another environment gets a row, and a folder that is not there or empty is a mistake in
 * the arguments. That the ledger cannot be written stops nobody from mending the files.
 */
async function noteStartRefused({ config, isDryRunAsked, io }: ActingRules): Promise<void> {
  const { databasePath, rulesPath, limits } = config;
  const { environment } = config.platform.hosts;
  if (whyDry({ isDryRunAsked, config }, environment) !== null || !existsSync(databasePath)) return;
  const refused = readRulesOnDisk(rulesPath, limits);
  if (refused.kind !== 'refused' || refused.textHash === hashRuleTexts([])) return;
  try {
    const store = openLedger({ path: databasePath, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
    try {
      if ((await store.identity())?.environment !== environment) return;
      const seen = { refused, readCommit: () => readRulesCommit(rulesPath, io) };
      await noteRefusal(store, seen, { set: null, atMs: Date.now() });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof LedgerFailure)) throw error;
    io.stderr.write(`The refusal of the rule files is not in the ledger: ${error.message}\n`);
  }
}
