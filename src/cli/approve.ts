import { randomUUID } from 'node:crypto';
import { wantedText } from '../decide/approved.ts';
import { formatCents } from '../domain/money.ts';
import { runOnce } from '../engine/run-once.ts';
import { counted } from '../report/counted.ts';
import { recommendationJson, recommendationsTotal, recommendationText } from './approve-decisions.ts';
import { answeredMeanwhile, sayLeftOut, withActingRun } from './approve-run.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { endTerms, sayDirective, withBook } from './directives.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { withLedgerReader } from './open-reader.ts';
import { readRecommendations } from './recommendations.ts';
import { printReport, runDeps } from './run.ts';
import { type ApprovalItem, findItem, openItems, readTripped } from './tripped-runs.ts';

type Given<Options> = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: Options };

/** `approve list`: tripped runs that wait for an answer, newest first; then recommendations, oldest first. */
export async function listApprovals(input: Given<{ readonly json: boolean }>, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const { json } = input.options;
  const nowMs = Date.now();
  const { runs, recommendations } = await withLedgerReader(input, io, async (reader) => ({
    runs: openItems(await readTripped(reader), config, nowMs),
    recommendations: await readRecommendations(reader, { limits: config.limits, nowMs }),
  }));
  for (const one of runs) sayRun(one, { isJson: json, io });
  for (const one of recommendations)
    sayDirective(io, json, { json: recommendationJson(one, nowMs), text: recommendationText(one, nowMs) });
  if (recommendations.length > 0 && !json)
    io.stdout.write(
      `${recommendationsTotal(recommendations)}: approve decision DECISION…, or reject decision DECISION --because TEXT.\n`,
    );
  if (runs.length + recommendations.length === 0)
    io.stderr.write('No tripped run and no recommendation waits for an answer.\n');
  return EXIT_CODES.done.code;
}

function sayRun({ run, wanted }: ApprovalItem, { isJson, io }: { readonly isJson: boolean; readonly io: CliIo }): void {
  const cents = wanted.actions.reduce((sum, { costCents }) => sum + (costCents ?? 0), 0);
  const stopped = run.end?.summary.stopped;
  const text = `run ${run.id} of ${new Date(run.startedAtMs).toISOString()}: ${counted(wanted.actions.length, 'action')}, ${formatCents(cents)}; ${stopped?.code} ${stopped?.message}`;
  sayDirective(io, isJson, {
    json: { type: 'approval_item', run: run.id, stopped: stopped ?? null, ...wanted },
    text,
  });
  if (isJson) return;
  for (const one of wanted.actions) io.stdout.write(`  work order ${one.workOrderId}: ${wantedText(one)}\n`);
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
  if (answer === 'answered') throw answeredMeanwhile(`run ${run.id}`);
  const text = `Run ${run.id} is rejected by ${terms.actor}: ${terms.because}. What it wanted is decided again by the next run.`;
  sayDirective(io, input.options.json, { json: { type: 'rejected', run: run.id, ...terms }, text });
  return EXIT_CODES.done.code;
}

type ApproveInput = Given<{ readonly because: string | null; readonly dryRun: boolean; readonly json: boolean }>;

/** `approve run RUN`: a run now, of what that run wanted and no more. */
export async function approveRun(input: ApproveInput, io: CliIo): Promise<ExitCode> {
  return withActingRun(input, io, async ({ config, ruleSet, composition, isDryRun, nowMs, refusePaused }) => {
    const terms = endTerms({ because: input.options.because ?? 'approved' }, config, nowMs);
    const { run, wanted } = await withLedgerReader(input, io, async (reader): Promise<ApprovalItem> => {
      return findItem(await readTripped(reader), input.args[0] ?? '', { limits: config.limits, nowMs });
    });
    await refusePaused('Resume first; the run was not approved.');
    if (!isDryRun) {
      const approval = { runId: run.id, verdict: 'approved' as const, ...terms };
      const answer = await withBook(config, io, (book) => book.recordApproval(approval));
      if (answer === 'answered') throw answeredMeanwhile(`run ${run.id}`);
    }
    const deps = { ...runDeps({ composition, ruleSet, config, io }), approved: { ...wanted, runId: run.id } };
    const only = wanted.actions.map(({ workOrderId }) => workOrderId);
    const report = await runOnce(deps, { id: randomUUID(), tick: `approve:${run.id}`, isDryRun, only });
    printReport(report, composition.dryRunBecause, {
      json: input.options.json,
      head: await composition.ledgerHead(),
      io,
    });
    return sayLeftOut(report, wanted.actions, { isJson: input.options.json, io });
  });
}
