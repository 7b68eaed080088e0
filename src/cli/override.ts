import { configurationProblem } from '../configuration-problems.ts';
import { episodeOf, parseDecisionId, type WorkOrderId, workOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { OVERRIDE_CODES, type OverrideCase, type OverrideCode, type OverrideReason } from '../domain/override.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { counted } from '../report/counted.ts';
import { decidedText, deedText } from '../report/override-text.ts';
import { writtenTime } from '../report/report.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { endTerms, idArgument, sayDirective, withBook } from './directives.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { withLedgerReader } from './open-reader.ts';

export type OverrideInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly because: string | null;
    readonly code: string;
    readonly decision: string | null;
    readonly json: boolean;
  };
};

/** `override WORK_ORDER --because TEXT`: one more row of the ledger. Without a work order: the list of what waits. */
export async function overrideCommand(input: OverrideInput, io: CliIo): Promise<ExitCode> {
  const [id = null] = input.args;
  if (id === null) return listWaiting(input, io);
  const config = checkedConfig(input, io);
  const order = workOrderId(idArgument(id, 'WORK_ORDER'));
  const { actor, because, atMs } = endTerms(input.options, config, Date.now());
  const code = readCode(input.options.code);
  const answered = await withLedgerReader(input, io, (reader) => findAnswered(reader, order, input.options.decision));
  const reason = { workOrderId: order, ...answered.of, code, actor, because, atMs };
  await withBook(config, io, (book) => writeReason(book, reason));
  sayDirective(io, input.options.json, {
    json: { type: 'override_reason', ...reason },
    text: `Work order ${order}: ${because} (${code}, by ${actor}). ${answered.text}`,
  });
  return EXIT_CODES.done.code;
}

async function writeReason(
  book: { recordOverrideReason(reason: OverrideReason): Promise<'recorded' | 'unknown'> },
  reason: OverrideReason,
): Promise<void> {
  if ((await book.recordOverrideReason(reason)) === 'recorded') return;
  throw mistake('FM-C291', `decision ${reason.decisionId}`, {
    what: 'is not in this ledger',
    fix: 'Take an id from report decisions, or name the right ledger with --db.',
  });
}

/** The table of codes is that of the option's choices. */
export function readCode(given: string): OverrideCode {
  return Object.hasOwn(OVERRIDE_CODES, given) ? (given as OverrideCode) : 'other';
}

type Answered = { readonly of: Pick<OverrideReason, 'episode' | 'decisionId'>; readonly text: string };

async function findAnswered(reader: LedgerReader, order: WorkOrderId, decision: string | null): Promise<Answered> {
  if (decision !== null) return namedDecision(order, decision);
  const last = (await reader.figures.overrides({ ...OF_ALL, workOrderId: order })).at(-1);
  if (last !== undefined) {
    const of = { episode: last.episode, decisionId: null };
    return { of, text: `${deedText(last)}; ${decidedText(last)}.` };
  }
  const subject = await reader.figures.overrideSubject(order);
  if (subject === null)
    throw mistake('FM-C291', `work order ${order}`, {
      what: 'has no decision of a rule file in this ledger',
      fix: 'Check the id, or name the right ledger with --db.',
    });
  if (subject.assigned !== null)
    throw mistake('FM-C291', `work order ${order}`, {
      what: `is not overridden: provider ${subject.assigned} has it, as it was decided`,
      fix: 'If a person has given it to somebody else since, let a run see that first, or name the decision with --decision ID.',
    });
  const text = 'No run has seen yet that anybody is assigned; the reason counts as soon as one does.';
  return { of: { episode: subject.episode, decisionId: null }, text };
}

function namedDecision(order: WorkOrderId, given: string): Answered {
  const decisionId = parseDecisionId(given);
  if (decisionId === null || !decisionId.startsWith(`${order}.`))
    throw mistake('FM-C290', `--decision ${given}`, {
      what: `is no decision on work order ${order}`,
      fix: `Write its id, for instance ${order}.1.2; report decisions has them.`,
    });
  return { of: { episode: episodeOf(decisionId), decisionId }, text: `It answers decision ${decisionId}.` };
}

function mistake(
  code: 'FM-C290' | 'FM-C291',
  where: string,
  text: { readonly what: string; readonly fix: string },
): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, code, text)]);
}

const OF_ALL = {
  sinceMs: null,
  untilMs: null,
  ruleFileId: null,
  clientId: null,
  projectId: null,
  providerId: null,
  workOrderId: null,
} as const;

/** More than anybody answers at a sitting. */
const MOST_LISTED = 50;

/** Newest first, a work order once however many rule files decided otherwise. */
async function listWaiting(input: OverrideInput, io: CliIo): Promise<ExitCode> {
  if (input.options.because !== null || input.options.decision !== null)
    throw mistake('FM-C290', 'override', {
      what: 'names no work order',
      fix: 'Write override WORK_ORDER --because TEXT.',
    });
  const cases = await withLedgerReader(input, io, (reader) => reader.figures.overrides(OF_ALL));
  const waiting = [
    ...Map.groupBy(cases.filter(isWaiting), ({ workOrderId: id, episode }) => `${id}.${episode}`).values(),
  ]
    .flatMap((group) => group.findLast(({ decision }) => decision.mode !== 'shadow') ?? group.at(-1) ?? [])
    .sort((a, b) => b.seenAtMs - a.seenAtMs);
  for (const one of waiting.slice(0, MOST_LISTED)) {
    sayDirective(io, input.options.json, { json: waitingJson(one), text: waitingText(one) });
  }
  const left = waiting.length - MOST_LISTED;
  if (waiting.length === 0) io.stderr.write('No override waits for a reason.\n');
  else if (left > 0) io.stderr.write(`${counted(left, 'older one')} left out: report overrides has all.\n`);
  return EXIT_CODES.done.code;
}

function isWaiting({ reasons, did }: OverrideCase): boolean {
  return reasons.length === 0 && did !== 'rejected';
}

function commandFor({ workOrderId: id }: OverrideCase): string {
  return `fieldmarshal override ${id} --because "…" --code CODE`;
}

function waitingText(one: OverrideCase): string {
  return `${writtenTime(one.seenAtMs)} work order ${one.workOrderId}: ${deedText(one)}; ${decidedText(one)}. Say why: ${commandFor(one)}`;
}

function waitingJson(one: OverrideCase): JsonValue {
  const { workOrderId: order, episode, did, seenAtMs, providerId, decision } = one;
  const { id, ruleFileId, mode, outcome, winner } = decision;
  return {
    type: 'override',
    workOrderId: order,
    ...{ episode, did, seenAtMs, providerId },
    decision: { id, ruleFile: ruleFileId, mode, outcome, winner },
    command: commandFor(one),
  };
}
