import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { counted } from '../report/counted.ts';
import { openLedger, openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { sayDirective } from './directives.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { showProgress } from './progress.ts';

type RebuildInput = Pick<CommandInput, 'overrides'> & { readonly options: { readonly json: boolean } };

/** `ledger rebuild-counts`: runs may go on meanwhile, for each page is written at once. */
export async function rebuildCounts(input: RebuildInput, io: CliIo): Promise<ExitCode> {
  const { databasePath: path } = checkedConfig(input, io);
  const options = { path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') };
  const reader = openLedgerReader(options);
  const of = await reader.countDecisions({ sinceMs: null, untilMs: null });
  await reader.close();
  const store = openLedger(options);
  try {
    const decisions = await store.rebuildRollUp(showProgress(io, { of, what: 'decisions' }));
    if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
    const text = `${counted(decisions, 'decision')} counted anew for reports. \`fieldmarshal ledger verify\` counts once more.`;
    sayDirective(io, input.options.json, { json: { type: 'counts_rebuilt', ledger: path, decisions }, text });
  } finally {
    await store.close();
  }
  return EXIT_CODES.done.code;
}
