import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import { packageRoot } from '../package-root.ts';
import { counted } from '../report/counted.ts';
import { printable } from '../report/printable.ts';
import { exportLedger, type LedgerExport } from '../store/sqlite/export-ledger.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { readTimeRange } from './time-range.ts';

type ExportInput = Pick<CommandInput, 'overrides'> & {
  readonly options: { readonly since: string | null; readonly until: string | null; readonly out: string | null };
};

/** `ledger export`: what an auditor checks with tools of their own. */
export async function exportCommand(input: ExportInput, io: CliIo): Promise<ExitCode> {
  const { databasePath } = checkedConfig(input, io);
  const nowMs = Date.now();
  const { range, problems } = readTimeRange(input.options, nowMs);
  if (problems.length > 0) throw new OperatorMistake(problems);
  const file = input.options.out === null ? null : placeFor(resolve(io.cwd, input.options.out), nowMs);
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  const exported = exportLedger({ path: databasePath, migrationsFolder, ...range });
  try {
    if (file === null) await print(exported, io);
    else writeNewFile(exported, file);
  } finally {
    exported.close();
  }
  const where = file === null ? '' : ` to ${file}`;
  io.stderr.write(`${printable(`${counted(exported.links(), 'link')} of ${databasePath} exported${where}`)}\n`);
  return EXIT_CODES.done.code;
}

function placeFor(path: string, nowMs: number): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const file = isFolder ? join(path, `ledger-${stamp}.jsonl`) : path;
  if (existsSync(file)) throw noPlace(file, 'is there already', 'Name a file that does not exist yet.');
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw noPlace(file, `cannot be made: there is no folder ${dirname(file)}`, 'Make the folder, or name another.');
  return file;
}

function noPlace(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C281', { what, fix })]);
}

const CHUNK_CHARS = 1 << 20;

/** Several lines at a time. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

async function print({ lines }: LedgerExport, io: CliIo): Promise<void> {
  for (const chunk of chunksOf(lines)) {
    io.stdout.write(chunk);
    // Whoever reads the pipe gets their turn.
    await new Promise((done) => setImmediate(done));
  }
}

/** It takes its name only when it is whole. */
function writeNewFile({ lines }: LedgerExport, file: string): void {
  const partial = `${file}.${process.pid}.partial`;
  try {
    const descriptor = openSync(partial, 'wx', 0o600);
    try {
      for (const chunk of chunksOf(lines)) writeSync(descriptor, chunk);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}
