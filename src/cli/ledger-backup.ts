import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import { packageRoot } from '../package-root.ts';
import { printable } from '../report/printable.ts';
import { backUpLedger } from '../store/sqlite/back-up.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';

type BackupInput = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: { readonly json: boolean } };

/** `ledger backup FILE`: a checked copy under a name that was free. */
export async function backUp(input: BackupInput, io: CliIo): Promise<ExitCode> {
  const { databasePath } = checkedConfig(input, io);
  const file = resolve(io.cwd, input.args[0] ?? '');
  requireFree(file);
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  const { links, head, erasedBodies } = await backUpLedger({ path: databasePath, migrationsFolder }, file);
  const bytes = statSync(file).size;
  if (input.options.json) {
    const copied = { type: 'ledger_backup', ledger: databasePath, file, bytes, links, head, erasedBodies };
    io.stdout.write(`${JSON.stringify(copied)}\n`);
  } else {
    const end = head === null ? 'it is empty' : `its chain of ${links} links is whole and ends in ${head}`;
    io.stdout.write(`${printable(`${databasePath} is copied to ${file} (${bytes} bytes); ${end}`)}\n`);
  }
  return EXIT_CODES.done.code;
}

/** Also what SQLite would take for a part of the copy. */
function requireFree(file: string): void {
  const inTheWay = ['', '-wal', '-shm', '-journal'].map((end) => `${file}${end}`).find((path) => existsSync(path));
  if (inTheWay !== undefined) {
    throw noPlace(inTheWay, 'is there already', 'Name a file that does not exist yet: a backup replaces nothing.');
  }
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw noPlace(file, `cannot be made: there is no folder ${dirname(file)}`, 'Make the folder, or name another.');
  }
}

function noPlace(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C144', { what, fix })]);
}
