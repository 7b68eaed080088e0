import { join } from 'node:path';
import type { HistoryView } from '../engine/history-view.ts';
import type { ApprovalBook, LedgerReader, LedgerView } from '../engine/ports.ts';
import type { ReplayReader } from '../engine/replay-reader.ts';
import { packageRoot } from '../package-root.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';

/** Opens the configured ledger for reading, and closes it whatever happens. */
export async function withLedgerReader<Result>(
  input: Pick<CommandInput, 'overrides'>,
  io: CliIo,
  use: (
    reader: LedgerReader & ReplayReader & HistoryView & Pick<LedgerView, 'ruleState'> & Pick<ApprovalBook, 'approvals'>,
  ) => Promise<Result>,
): Promise<Result> {
  const { databasePath } = checkedConfig(input, io);
  const reader = openLedgerReader({
    path: databasePath,
    migrationsFolder: join(packageRoot(), 'migrations', 'sqlite'),
  });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}
