import { randomUUID } from 'node:crypto';
import { wantedText } from '../decide/approved.ts';
import type { DecisionAnswer } from '../domain/approval.ts';
import type { JsonValue } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import { runOnce } from '../engine/run-once.ts';
import { counted } from '../report/counted.ts';
import { durationText, pointsText } from '../report/fact-text.ts';
import { reasonText } from '../report/reason-text.ts';
import { type ActingRun, answeredMeanwhile, sayLeftOut, withActingRun } from './approve-run.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { directiveMistake, endTerms, sayDirective, withBook } from './directives.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { withLedgerReader } from './open-reader.ts';
import { findRecommendations, type Recommendation, readRecommendations } from './recommendations.ts';
import { printReport, runDeps } from './run.ts';

type Given<Options> = Pick<CommandInput, 'args' | 'overrides'> & { readonly options: Options };

type ApproveInput = Given<{
  readonly all: boolean;
  readonly rule: string | null;
  readonly because: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}>;

/** `approve decision DECISION… | --all`: a run now, of what was recommended and no more. */
export async function approveDecisions(input: ApproveInput, io: CliIo): Promise<ExitCode> {
  refuseUnclear(input);
  return withActingRun(input, io, async (run) => {
    const { config, nowMs, isDryRun } = run;
    const terms = endTerms({ because: input.options.because ?? 'approved' }, config, nowMs);
    const items = await withLedgerReader(input, io, async (reader) => {
      const at = { limits: config.limits, nowMs };
      return input.options.all
        ? (await readRecommendations(reader, at)).filter((one) => isAskedFor(one, input.options.rule))
        : findRecommendations(reader, input.args, at);
    });
    if (items.length === 0) {
      io.stderr.write('No recommendation waits for an answer.\n');
      return EXIT_CODES.done.code;
    }
    await run.refusePaused('Resume first; nothing was approved.');
    if (!isDryRun) {
      const answers = items.map((one) => toAnswer(one, { ...terms, verdict: 'approved' }));
      const [answered] = await withBook(config, io, (book) => book.recordAnswers(answers));
      if (answered !== undefined) throw answeredMeanwhile(`decision ${answered}`);
    }
    return doApproved(run, items, { isJson: input.options.json, io });
  });
}

async function doApproved(
  { composition, ruleSet, config, isDryRun }: ActingRun,
  items: readonly Recommendation[],
  { isJson, io }: { readonly isJson: boolean; readonly io: CliIo },
): Promise<ExitCode> {
  const approvedDecisions = items.map(({ decision, action }) => ({ decisionId: decision.id, action }));
  const actions = items.map(({ action }) => action);
  const id = randomUUID();
  const report = await runOnce(
    { ...runDeps({ composition, ruleSet, config, io }), approvedDecisions },
    { id, tick: `approve:${id}`, isDryRun, only: actions.map(({ workOrderId }) => workOrderId) },
  );
  printReport(report, composition.dryRunBecause, { json: isJson, head: await composition.ledgerHead(), io });
  return sayLeftOut(report, actions, { isJson, io });
}

function isAskedFor({ decision, answer }: Recommendation, rule: string | null): boolean {
  return answer === null && (rule === null || decision.ruleFileId === rule);
}

function refuseUnclear({ args, options: { all, rule } }: ApproveInput): void {
  const isNamed = args.some((one) => one !== null);
  if (isNamed === all)
    throw directiveMistake(
      'approve decision',
      isNamed ? 'names decisions, and --all beside them' : 'names no decision',
      'Name the decisions that approve list shows, or give --all.',
    );
  if (rule !== null && !all)
    throw directiveMistake('--rule', 'goes with --all', 'Leave it out: each decision names its rule file itself.');
}

/** `reject decision DECISION`: no rule file gives this work order to the provider in this episode. */
export async function rejectDecision(
  input: Given<{ readonly because: string | null; readonly json: boolean }>,
  io: CliIo,
): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const nowMs = Date.now();
  const terms = endTerms(input.options, config, nowMs);
  const items = await withLedgerReader(input, io, (reader) =>
    findRecommendations(reader, [input.args[0] ?? null], { limits: config.limits, nowMs }),
  );
  const answers = items.map((one) => toAnswer(one, { ...terms, verdict: 'rejected' }));
  const [answered] = await withBook(config, io, (book) => book.recordAnswers(answers));
  if (answered !== undefined) throw answeredMeanwhile(`decision ${answered}`);
  for (const { decision, action } of items) {
    const next =
      action.winner === null
        ? 'The work order is left to a person from the next run on.'
        : `The next run goes on with the next best. For good, and everywhere: exclude add ${action.winner}.`;
    const text = `Decision ${decision.id} (${wantedText(action)}) is rejected by ${terms.actor}: ${terms.because}. It holds for this work order in every rule file, whatever its mode, until ${untilText(action)}. ${next}`;
    sayDirective(io, input.options.json, { json: { type: 'rejected', decision: decision.id, ...terms }, text });
  }
  return EXIT_CODES.done.code;
}

function untilText({ outcome }: Recommendation['action']): string {
  return outcome === 'approve' || outcome === 'incomplete'
    ? 'the work is sent back and done again'
    : 'it loses its provider and opens anew';
}

function toAnswer(
  { decision, action }: Recommendation,
  terms: Pick<DecisionAnswer, 'verdict' | 'actor' | 'because' | 'atMs'>,
): DecisionAnswer {
  const { verdict, actor, because, atMs } = terms;
  const { outcome, winner } = action;
  return { decisionId: decision.id, verdict, actor, because, atMs, outcome, winner };
}

/** Of `approve list`. */
export function recommendationText({ decision, action, answer }: Recommendation, nowMs: number): string {
  const { title, sentence } = reasonText(decision.reason);
  const { marginMilli } = decision;
  const facts = [
    ...(pointsOf(decision) === null ? [] : [`${pointsText(pointsOf(decision) ?? 0)} points`]),
    ...(marginMilli === null ? [] : [`lead ${pointsText(marginMilli)}`]),
    `by ${decision.ruleFileId}`,
    `${durationText(nowMs - decision.decidedAtMs)} ago`,
  ];
  const state = answer === null ? '' : ` APPROVED by ${answer.actor} AND NOT DONE: the next run recommends it again.`;
  return `decision ${decision.id}: ${wantedText(action)} on work order ${decision.workOrderId}, ${decision.workOrder.title} (${facts.join(', ')}).${state}\n  ${decision.reason.code} ${title}: ${sentence}`;
}

export function recommendationJson({ decision, action, answer }: Recommendation, nowMs: number): JsonValue {
  const { code, detail } = decision.reason;
  const { costCents, marginMilli } = decision;
  const points = pointsOf(decision);
  return {
    type: 'recommendation',
    decision: decision.id,
    workOrderId: decision.workOrderId,
    title: decision.workOrder.title,
    ruleFile: decision.ruleFileId,
    outcome: decision.outcome,
    providers: action.providers,
    winner: action.winner,
    points: points === null ? null : points / 1000,
    marginPoints: marginMilli === null ? null : marginMilli / 1000,
    costCents,
    wouldDo: wantedText(action),
    reason: { code, sentence: reasonText(decision.reason).sentence, detail },
    decidedAtMs: decision.decidedAtMs,
    ageSeconds: Math.max(0, Math.floor((nowMs - decision.decidedAtMs) / 1000)),
    approvedBy: answer?.actor ?? null,
  };
}

/** Of the winner, in thousandths. */
function pointsOf({ candidates, winner }: Recommendation['decision']): number | null {
  return candidates.find(({ providerId }) => providerId === winner)?.pointsMilli ?? null;
}

/** `3 recommendations, $750.00 in all` */
export function recommendationsTotal(items: readonly Recommendation[]): string {
  const waiting = items.filter(({ answer }) => answer === null);
  const cents = waiting.reduce((sum, { action }) => sum + (action.costCents ?? 0), 0);
  return `${counted(waiting.length, 'recommendation')}, ${formatCents(cents)} in all`;
}
