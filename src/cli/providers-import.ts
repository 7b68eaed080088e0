import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatProblem } from '../domain/problem.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import { packageRoot } from '../package-root.ts';
import { printable } from '../report/printable.ts';
import { openLedger, openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { PROVIDER_COLUMNS } from './provider-columns.ts';
import { type ProvidersFile, readProvidersFile } from './read-providers-file.ts';

type ImportInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly dryRun: boolean; readonly json: boolean };
};

/** A hundred thousand providers with every column fit into it. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** `providers import FILE`: good rows into the directory, bad ones reported. */
export async function importProviders(input: ImportInput, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const path = input.args[0] ?? '';
  const file = readProvidersFile({ path, text: readText(resolve(io.cwd, path), path), atMs: Date.now() });
  const isDry = input.options.dryRun;
  const known = await store(file.entries, config.databasePath, isDry);
  tellDropped(file, io);
  const added = file.entries.filter(({ providerId }) => !known.has(providerId)).length;
  const counts = { read: file.entries.length, added, updated: file.entries.length - added, bad: file.badRows };
  if (input.options.json) {
    const { problems, personal, ignored } = file;
    const dropped = [...personal, ...ignored];
    io.stdout.write(`${JSON.stringify({ type: 'providers_import', isDryRun: isDry, ...counts, dropped, problems })}\n`);
  } else {
    const done = `${isDry ? 'would be ' : ''}imported (${counts.added} new, ${counts.updated} known before)`;
    const lines = [
      ...file.problems.map(formatProblem),
      `${counts.read} provider(s) ${done}, ${counts.bad} row(s) left out`,
    ];
    io.stdout.write(`${lines.map(printable).join('\n')}\n`);
  }
  return file.badRows > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** Who was in the directory before. */
async function store(entries: readonly DirectoryEntry[], path: string, isDry: boolean): Promise<ReadonlySet<number>> {
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  if (isDry && !existsSync(path)) return new Set();
  if (isDry) {
    const reader = openLedgerReader({ path, migrationsFolder });
    const before = await reader.readDirectory().finally(() => reader.close());
    return new Set(before.map(({ providerId }) => providerId));
  }
  const ledger = openLedger({ path, migrationsFolder });
  try {
    const before = await ledger.readDirectory();
    await ledger.saveDirectory(entries);
    return new Set(before.map(({ providerId }) => providerId));
  } finally {
    await ledger.close();
  }
}

function tellDropped({ personal, ignored }: ProvidersFile, io: CliIo): void {
  const list = (names: readonly string[]) => printable(names.join(', '));
  if (personal.length > 0) io.stderr.write(`note: personal data is never stored; dropped: ${list(personal)}\n`);
  if (ignored.length > 0) {
    const known = Object.keys(PROVIDER_COLUMNS).join(', ');
    io.stderr.write(`warning: not understood and left out: ${list(ignored)}; columns are ${known}\n`);
  }
}

function readText(path: string, asWritten: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw unreadable(asWritten, 'is no file', 'Give the path of a CSV or JSON file.');
  if (stats.size > MAX_FILE_BYTES)
    throw unreadable(asWritten, `has more than ${MAX_FILE_BYTES} bytes`, 'Split it: imports add up.');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const why = error instanceof TypeError ? 'is not UTF-8' : 'cannot be read';
    throw unreadable(asWritten, why, 'Save it as UTF-8 text, where this user may read it.');
  }
}

function unreadable(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([{ where, line: null, column: null, code: 'FM-C170', what, fix }]);
}
