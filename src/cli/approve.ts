import { randomUUID } from 'node:crypto';
import { compose } from '../compose.ts';
import { readSecrets } from '../config.ts';
import { wantedText } from '../decide/approved.ts';
import type { WantedAction } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import { runOnce } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import { readDirectives } from '../engine/standing-directives.ts';
import { createLog } from '../log.ts';
import { counted } from '../report/counted.ts';
import { printable } from '../report/printable.ts';
import { checkedConfig, checkedPlatformConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { directiveMistake, endTerms, sayDirective, withBook } from './directives.ts';
import { Blocked, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { withLedgerReader } from './open-reader.ts';
import { pausedText } from './pause.ts';
import { loadActingRules } from './refused-at-start.ts';
import { printReport, runDeps, takeActingLock } from './run.ts';
import { type ApprovalItem, findItem, openItems, readTripped } from './tripped-runs.ts';

type Given<Options> = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: Options };

/** `approve list`: tripped runs that wait for an answer, newest first. */
export async function listApprovals(input: Given<{ readonly json: boolean }>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const items = await withLedgerReader(input, io, async (reader) => {
    return openItems(await readTripped(reader), config, Date.now());
  });
  for (const { run, wanted } of items) {
    const cents = wanted.actions.reduce((sum, { costCents }) => sum + (costCents ?? 0), 0);
    const stopped = run.end?.summary.stopped;
    const text = `run ${run.id} of ${new Date(run.startedAtMs).toISOString()}: ${counted(wanted.actions.length, 'action')}, ${formatCents(cents)}; ${stopped?.code} ${stopped?.message}`;
    sayDirective(io, input.options.json, {
      json: { type: 'approval_item', run: run.id, stopped: stopped ?? null, ...wanted },
      text,
    });
    if (input.options.json) continue;
    for (const one of wanted.actions) io.stdout.write(`  work order ${one.workOrderId}: ${wantedText(one)}\n`);
  }
  if (items.length === 0) io.stderr.write('No tripped run waits for an answer.\n');
  return EXIT_CODES.done.code;
}

/** `reject run RUN`: nothing of it is ever done by approval. */
export async function rejectRun(
  input: Given<{ readonly because: string | null; readonly json: boolean }>,
  io: CliIo,
): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const terms = endTerms(input.options, config, nowMs);
  const { run } = await withLedgerReader(input, io, async (reader) => {
    return findItem(await readTripped(reader), input.args[0] ?? '', { limits: config.limits, nowMs });
  });
  const answer = await withBook(config, io, (book) =>
    book.recordApproval({ runId: run.id, verdict: 'rejected', ...terms }),
  );
  if (answer === 'answered') throw answeredMeanwhile(run.id);
  const text = `Run ${run.id} is rejected by ${terms.actor}: ${terms.because}. What it wanted is decided again by the next run.`;
  sayDirective(io, input.options.json, { json: { type: 'rejected', run: run.id, ...terms }, text });
  return EXIT_CODES.done.code;
}

type ApproveInput = Given<{ readonly because: string | null; readonly dryRun: boolean; readonly json: boolean }>;

/** `approve run RUN`: a run now, of what that run wanted and no more. */
export async function approveRun(input: ApproveInput, io: CliIo): Promise<ExitCode> {
  const config = checkedPlatformConfig(input, io);
  const ruleSet = await loadActingRules({ config, isDryRunAsked: input.options.dryRun, io });
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: input.options.dryRun, log, clock: null });
  const isDryRun = composition.dryRunBecause !== null;
  const lock = isDryRun ? null : await takeActingLock(config, composition, io);
  try {
    await composition.beginRun();
    const nowMs = composition.clock.nowMs();
    const because = input.options.because ?? 'approved';
    const terms = endTerms({ because }, config, nowMs);
    const { run, wanted } = await withLedgerReader(input, io, async (reader): Promise<ApprovalItem> => {
      return findItem(await readTripped(reader), input.args[0] ?? '', { limits: config.limits, nowMs });
    });
    const ledger = composition.store ?? composition.view;
    const { pause } = await readDirectives({ ledger, outsidePause: composition.outsidePause }, nowMs);
    if (pause !== null) throw new Blocked(printable(pausedText(pause)), 'Resume first; the run was not approved.');
    if (isDryRun) io.stderr.write(`DRY RUN: ${composition.dryRunBecause}\n`);
    else {
      const approval = { runId: run.id, verdict: 'approved' as const, ...terms };
      const answer = await withBook(config, io, (book) => book.recordApproval(approval));
      if (answer === 'answered') throw answeredMeanwhile(run.id);
    }
    const deps = { ...runDeps({ composition, ruleSet, config, io }), approved: { ...wanted, runId: run.id } };
    const only = wanted.actions.map(({ workOrderId }) => workOrderId);
    const report = await runOnce(deps, { id: randomUUID(), tick: `approve:${run.id}`, isDryRun, only });
    printReport(report, composition.dryRunBecause, { json: input.options.json, io });
    return sayLeftOut(report, wanted.actions, { isJson: input.options.json, io });
  } finally {
    lock?.release();
    await composition.close();
  }
}

/** What was approved and is not what would be done now. */
function sayLeftOut(
  report: RunReport,
  actions: readonly WantedAction[],
  { isJson, io }: { readonly isJson: boolean; readonly io: CliIo },
): ExitCode {
  if (report.result !== 'done') return EXIT_CODES.blocked.code;
  const live = report.decisions.filter(({ planned }) => planned.mode !== 'shadow');
  const left = actions.flatMap((one) => {
    const now = live.find(({ planned }) => planned.workOrder.id === one.workOrderId)?.planned;
    return now !== undefined && now.intents.length > 0 ? [] : [{ one, now }];
  });
  for (const { one, now } of left) {
    const why = now === undefined ? 'no longer open' : `${now.outcome} ${now.reason.code}`;
    if (isJson) io.stdout.write(`${JSON.stringify({ type: 'not_done', approved: one, now: why })}\n`);
    else io.stdout.write(`Not done: work order ${one.workOrderId}, ${wantedText(one)} was approved; now ${why}.\n`);
  }
  return left.length > 0 || report.summary.alarms.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

function answeredMeanwhile(id: string) {
  return directiveMistake(`run ${id}`, 'was answered by somebody else at this moment', 'See approve list.');
}
