import { type Frontier, findFrontier } from '../analysis/frontier.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Limits } from '../domain/limits.ts';
import { frontierCsv, frontierJson, frontierSections } from '../report/frontier-sections.ts';
import { sectionsAsMarkdown, sectionsAsPage, sectionsAsText } from '../report/section.ts';
import { textWidth } from '../report/wrap.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { withLedgerReader } from './open-reader.ts';
import { showProgress } from './progress.ts';
import { recordedRulesOf } from './replay-rules.ts';
import { spareMemory } from './spare-memory.ts';
import { readTimeRange } from './time-range.ts';
import { withPauses } from './with-pauses.ts';

type Format = 'text' | 'json' | 'csv' | 'markdown' | 'html';

type FrontierInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly since: string | null; readonly until: string | null; readonly format: Format };
};

/** `frontier`: reads the ledger, decides, and writes nothing. */
export async function frontierCommand(input: FrontierInput, io: CliIo): Promise<ExitCode> {
  const { range, problems } = readTimeRange(input.options, Date.now());
  if (problems.length > 0) throw new OperatorMistake(problems);
  const { limits } = checkedConfig(input, io);
  spareMemory(io);
  const [ruleFileId = null] = input.args;
  const frontier = await runFrontier(input, io, { range, limits, ruleFileId });
  if (ruleFileId !== null && frontier.decisions + frontier.leftOut === 0) {
    const what = `has no decision in this time: ${JSON.stringify(ruleFileId)}`;
    const fix = 'Take an id from "fieldmarshal report rules", or reach further back with --since.';
    throw new OperatorMistake([configurationProblem('RULE_FILE_ID', 'FM-C276', { what, fix })]);
  }
  io.stdout.write(written(frontier, input.options.format, textWidth(io.stdout.columns)));
  return EXIT_CODES.done.code;
}

type Asked = {
  readonly range: { readonly sinceMs: number | null; readonly untilMs: number | null };
  readonly limits: Limits;
  readonly ruleFileId: string | null;
};

function runFrontier(input: FrontierInput, io: CliIo, { range, limits, ruleFileId }: Asked): Promise<Frontier> {
  return withLedgerReader(input, io, async (reader) => {
    const show = showProgress(io, { of: 2 * (await reader.countDecisions(range)), what: 'decisions, each read twice' });
    try {
      return await findFrontier({
        runs: () => withPauses(reader.recordedRuns(range)),
        rulesOf: recordedRulesOf(reader, limits),
        ruleFileId,
        onProgress: (decisions) => {
          if (io.signal?.aborted === true)
            throw new Blocked('the search was stopped on request', 'Nothing was written; begin again when you like.');
          show(decisions);
        },
      });
    } finally {
      if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
    }
  });
}

function written(frontier: Frontier, format: Format, width: number): string {
  switch (format) {
    case 'text':
      return sectionsAsText(frontierSections(frontier), width);
    case 'markdown':
      return sectionsAsMarkdown(frontierSections(frontier));
    case 'html':
      return sectionsAsPage(frontierSections(frontier));
    case 'csv':
      return frontierCsv(frontier);
    case 'json':
      return frontierJson(frontier);
  }
}
