import { resolve } from 'node:path';
import type { Problem } from '../domain/problem.ts';
import { readDigest } from '../report/digest.ts';
import { digestPage } from '../report/digest-page.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { withLedgerReader } from './open-reader.ts';
import { checkPageFile, writePageFile } from './page-file.ts';
import { readTimeRange } from './time-range.ts';

/** A day, so that a daily mail has neither a gap nor a line twice. */
const USUAL_SINCE = '24h';

type DigestInput = Pick<CommandInput, 'overrides'> & {
  readonly options: { readonly since: string | null; readonly until: string | null; readonly out: string | null };
};

/** `report digest`: one page, written to --out or shown. `misplaced`: what is wrong with the other flags. */
export async function reportDigestCommand(
  input: DigestInput,
  io: CliIo,
  misplaced: readonly Problem[],
): Promise<ExitCode> {
  const { since, until, out } = input.options;
  const nowMs = Date.now();
  const { range, problems } = readTimeRange({ since: since ?? USUAL_SINCE, until }, nowMs);
  if (problems.length + misplaced.length > 0) throw new OperatorMistake([...problems, ...misplaced]);
  const path = out === null ? null : checkPageFile('--out', resolve(io.cwd, out));
  const terms = { sinceMs: range.sinceMs ?? 0, untilMs: range.untilMs ?? nowMs };
  const page = digestPage(await withLedgerReader(input, io, (reader) => readDigest(reader, terms)));
  if (path === null) io.stdout.write(page);
  else writePageFile(path, page);
  return EXIT_CODES.done.code;
}
