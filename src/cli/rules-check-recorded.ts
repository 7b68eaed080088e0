import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type DataTally, startDataLint } from '../analysis/data-lint.ts';
import { dataWarnings } from '../analysis/data-warnings.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Limits } from '../domain/limits.ts';
import type { Problem } from '../domain/problem.ts';
import { recordedRow } from '../fieldnation/to-pending-row.ts';
import { parseRuleSet } from '../rules/parse-rule-set.ts';
import type { CliIo } from './command.ts';
import { Blocked, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import type { RuleFileText } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { showProgress } from './progress.ts';
import { spareMemory } from './spare-memory.ts';
import { readTimeRange } from './time-range.ts';

export type RecordedCheck = { readonly tally: DataTally; readonly warnings: readonly Problem[] };

/**
 * `rules check --db FILE`: streams the ledger's slates through the rule set, one run in memory at a time. Null: the files are no
 * set that could decide anything.
 */
export async function checkOnRecord(
  files: readonly RuleFileText[],
  { db, since, limits }: { readonly db: string; readonly since: string; readonly limits: Limits },
  io: CliIo,
): Promise<RecordedCheck | null> {
  const parsed = parseRuleSet(files, limits);
  if (parsed.kind === 'problems') return null;
  const { set } = parsed;
  const path = resolve(io.cwd, db);
  if (!existsSync(path)) {
    const [what, fix] = ['is not there', 'Name the ledger that runs write to.'];
    throw new OperatorMistake([configurationProblem(`--db ${db}`, 'FM-C233', { what, fix })]);
  }
  const { range, problems } = readTimeRange({ since, until: null }, Date.now());
  if (problems.length > 0) throw new OperatorMistake(problems);
  spareMemory(io);
  const linter = startDataLint(set, recordedRow);
  await withLedgerReader({ overrides: { FIELDMARSHAL_DB: path } }, io, async (reader) => {
    const show = showProgress(io, { of: await reader.countDecisions(range), what: 'recorded decisions' });
    let done = 0;
    for await (const run of reader.slates(range)) {
      if (io.signal?.aborted === true) throw new Blocked('asked to stop', 'Nothing was written anywhere.');
      linter.add(run);
      done += run.slates.reduce((sum, { decisions }) => sum + decisions.length, 0);
      show(done);
      // Lets a signal and the terminal have their turn.
      await setImmediate();
    }
    if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  });
  return { tally: linter.tally, warnings: dataWarnings(set, linter.tally) };
}
