import { resolve } from 'node:path';
import { backtest, startJoining } from '../analysis/backtest.ts';
import type { BacktestResult } from '../analysis/backtest-result.ts';
import type { ComparedRun } from '../analysis/compare-run.ts';
import { type Condition, judgeFailIf, parseFailIf } from '../analysis/fail-if.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Limits } from '../domain/limits.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { backtestCsv, backtestJson } from '../report/backtest-data.ts';
import { type BacktestReport, backtestSections } from '../report/backtest-sections.ts';
import { sectionsAsMarkdown, sectionsAsPage, sectionsAsText } from '../report/section.ts';
import { textWidth } from '../report/wrap.ts';
import { type BacktestTask, compareTerms } from './backtest-pieces.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { jobsFor, pieceSize } from './jobs.ts';
import { throughPieces } from './ledger-threads.ts';
import { loadRuleSet } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { checkPageFile, writePageFile } from './page-file.ts';
import { showProgress } from './progress.ts';
import { collectAlone, spareMemory } from './spare-memory.ts';
import { readTimeRange } from './time-range.ts';
import { withPauses } from './with-pauses.ts';

type BacktestInput = Pick<CommandInput, 'overrides'> & {
  readonly options: {
    readonly rules: string | null;
    readonly against: string;
    readonly since: string | null;
    readonly until: string | null;
    readonly failIf: string | null;
    readonly html: string | null;
    readonly top: number;
    readonly jobs: number | null;
    readonly format: 'text' | 'json' | 'markdown' | 'csv';
  };
};

/** `backtest`: reads rule files and ledger, decides, and writes nothing but the page asked for. */
export async function backtestCommand(input: BacktestInput, io: CliIo): Promise<ExitCode> {
  const { options } = input;
  const { range, problems } = readTimeRange(options, Date.now());
  if (problems.length > 0) throw new OperatorMistake(problems);
  const failIf = options.failIf === null ? null : readFailIf(options.failIf);
  const page = options.html === null ? null : checkPageFile('--html', resolve(io.cwd, options.html));
  const { rulesPath, limits, databasePath } = checkedConfig(input, io);
  const given = (folder: string) => loadRules(resolve(io.cwd, folder), limits, io);
  const next = given(options.rules ?? rulesPath);
  const old = options.against === 'recorded' ? null : given(options.against);
  spareMemory(io);
  const { result, outside } = await withLedgerReader(input, io, async (reader) => {
    const sides = { new: next.deciding, old: old === null ? 'recorded' : old.deciding } as const;
    const found = await runBacktest(reader, range, { sides, databasePath, options, io });
    const all = await reader.countDecisions({ sinceMs: null, untilMs: null });
    return { result: found, outside: all - found.decisions };
  });
  const report: BacktestReport = {
    result,
    newRules: options.rules ?? 'the configured rules',
    oldRules: options.against,
    failIf: failIf === null ? null : { expression: options.failIf ?? '', verdict: judgeFailIf(failIf, result) },
    notes: [
      ...notesOnRange(result, outside),
      ...notesOn(next.set, 'new'),
      ...(old === null ? [] : notesOn(old.set, 'old')),
    ],
  };
  if (page !== null) writePageFile(page, sectionsAsPage(backtestSections(report)));
  io.stdout.write(written(report, options.format, textWidth(io.stdout.columns)));
  return report.failIf === null || report.failIf.verdict.verdict === 'does_not_hold'
    ? EXIT_CODES.done.code
    : EXIT_CODES.findings.code;
}

type Rules = { readonly set: RuleSet; readonly deciding: Pick<RuleSet, 'files'> };

/** Shadow files decide nothing for the platform: they would only take time. */
function loadRules(folder: string, limits: Limits, io: CliIo): Rules {
  const set = loadRuleSet(folder, limits, io);
  return { set, deciding: { files: set.files.filter(({ mode }) => mode !== 'shadow') } };
}

function notesOn({ files }: RuleSet, side: 'new' | 'old'): readonly string[] {
  const idle = files.filter(({ mode }) => mode === 'shadow' || mode === 'off');
  if (idle.length === 0) return [];
  const names = idle.map(({ id, mode }) => `${id} (${mode})`).join(', ');
  return [`Of the ${side} rules ${names} decide nothing here: give a copy mode enforce to see what it would do.`];
}

function notesOnRange({ decisions }: BacktestResult, outside: number): readonly string[] {
  if (decisions > 0 || outside === 0) return [];
  return [`The ledger has ${outside} decisions of other times: --since and --until reach them, as in --since 52w.`];
}

type Running = Pick<BacktestInput, 'options'> & BacktestTask & { readonly io: CliIo };

async function runBacktest(
  reader: Pick<LedgerReader, 'slates' | 'countDecisions' | 'pieces'>,
  range: { readonly sinceMs: number | null; readonly untilMs: number | null },
  { sides, databasePath, options, io }: Running,
): Promise<BacktestResult> {
  const of = await reader.countDecisions(range);
  const show = showProgress(io, { of, what: 'decisions' });
  const onProgress = (decisions: number) => {
    if (io.signal?.aborted === true) throw stopped();
    show(decisions);
  };
  const jobs = jobsFor(of, options.jobs);
  try {
    if (jobs === 1) {
      const terms = { ...(await compareTerms(sides)), top: options.top, onProgress };
      return await backtest(withPauses(reader.slates(range)), terms);
    }
    collectAlone(io);
    const joining = startJoining(options.top);
    const pieces = await reader.pieces(range, pieceSize(of, jobs));
    const task = { kind: 'backtest', databasePath, sides } as const;
    for await (const runs of throughPieces(pieces, { task, jobs, signal: io.signal, stopped }))
      for (const run of runs as readonly ComparedRun[]) onProgress(joining.add(run));
    return joining.result();
  } finally {
    if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  }
}

function stopped(): Blocked {
  return new Blocked('the backtest was stopped on request', 'Nothing was written; begin again when you like.');
}

function readFailIf(text: string): Condition {
  const parsed = parseFailIf(text);
  if (parsed.kind === 'condition') return parsed.condition;
  const { position, what, fix } = parsed.flaw;
  const where = `--fail-if ${JSON.stringify(text)}, character ${position}`;
  throw new OperatorMistake([configurationProblem(where, 'FM-C235', { what, fix })]);
}

function written(report: BacktestReport, format: BacktestInput['options']['format'], width: number): string {
  switch (format) {
    case 'text':
      return sectionsAsText(backtestSections(report), width);
    case 'markdown':
      return sectionsAsMarkdown(backtestSections(report));
    case 'json':
      return backtestJson(report);
    case 'csv':
      return backtestCsv(report);
  }
}
