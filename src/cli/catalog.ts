import type { CommandDefinition } from './command.ts';
import {
  approveDecisionDefinition,
  approveListDefinition,
  approveRunDefinition,
  rejectDecisionDefinition,
  rejectRunDefinition,
} from './commands/approve.ts';
import { backtestDefinition } from './commands/backtest.ts';
import { daemonDefinition } from './commands/daemon.ts';
import { demoDefinition } from './commands/demo.ts';
import { doctorDefinition } from './commands/doctor.ts';
import { excludeAddDefinition, excludeExpireDefinition, excludeListDefinition } from './commands/exclude.ts';
import { explainDefinition } from './commands/explain.ts';
import { frontierDefinition } from './commands/frontier.ts';
import { initDefinition } from './commands/init.ts';
import { ledgerBackupDefinition } from './commands/ledger-backup.ts';
import { ledgerEraseProviderDefinition, ledgerPruneDefinition } from './commands/ledger-erase.ts';
import { ledgerExportDefinition } from './commands/ledger-export.ts';
import { ledgerRebuildCountsDefinition } from './commands/ledger-rebuild-counts.ts';
import { ledgerVerifyDefinition } from './commands/ledger-verify.ts';
import { notifyTestDefinition } from './commands/notify-test.ts';
import { overrideDefinition } from './commands/override.ts';

import { pauseDefinition, resumeDefinition } from './commands/pause.ts';
import { pinAddDefinition, pinExpireDefinition, pinListDefinition } from './commands/pin.ts';
import { providersImportDefinition } from './commands/providers-import.ts';
import { replayDefinition } from './commands/replay.ts';
import { reportDefinition } from './commands/report.ts';
import { rulesCheckDefinition } from './commands/rules-check.ts';
import { rulesDiffDefinition } from './commands/rules-diff.ts';
import { rulesDocsDefinition } from './commands/rules-docs.ts';
import { rulesExportDefinition } from './commands/rules-export.ts';
import { rulesFmtDefinition } from './commands/rules-fmt.ts';
import { rulesImportDefinition } from './commands/rules-import.ts';
import { rulesSchemaDefinition } from './commands/rules-schema.ts';
import { rulesTestDefinition } from './commands/rules-test.ts';
import { runDefinition } from './commands/run.ts';
import { sandboxDefinition } from './commands/sandbox.ts';
import { settleDefinition } from './commands/settle.ts';
import { simulateDefinition } from './commands/simulate.ts';
import { whichRuleDefinition } from './commands/which-rule.ts';
import { woDefinition } from './commands/wo.ts';

/** Every command, in the order of help. A new command is a file in commands/ and a line here. */
export const COMMANDS: readonly CommandDefinition[] = [
  demoDefinition,
  sandboxDefinition,
  runDefinition,
  daemonDefinition,
  woDefinition,
  settleDefinition,
  pauseDefinition,
  resumeDefinition,
  excludeAddDefinition,
  excludeListDefinition,
  excludeExpireDefinition,
  pinAddDefinition,
  pinListDefinition,
  pinExpireDefinition,
  approveListDefinition,
  approveRunDefinition,
  approveDecisionDefinition,
  rejectRunDefinition,
  rejectDecisionDefinition,
  overrideDefinition,
  rulesCheckDefinition,
  rulesTestDefinition,
  rulesFmtDefinition,
  rulesDocsDefinition,
  rulesDiffDefinition,
  rulesSchemaDefinition,
  rulesExportDefinition,
  rulesImportDefinition,
  whichRuleDefinition,
  simulateDefinition,
  providersImportDefinition,
  backtestDefinition,
  frontierDefinition,
  explainDefinition,
  replayDefinition,
  reportDefinition,
  ledgerVerifyDefinition,
  ledgerRebuildCountsDefinition,
  ledgerBackupDefinition,
  ledgerExportDefinition,
  ledgerPruneDefinition,
  ledgerEraseProviderDefinition,
  notifyTestDefinition,
  doctorDefinition,
  initDefinition,
];
