import type { FlipCard } from '../analysis/flip.ts';
import { readRecordedBatch } from '../analysis/recorded-batch.ts';
import { type SwapProof, swapProof } from '../analysis/swap-proof.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { unitOfFact } from '../criteria/catalog.ts';
import { loadHighs } from '../decide/assignment/highs.ts';
import type { DecisionAnswer } from '../domain/approval.ts';
import { type ProviderId, providerId } from '../domain/ids.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { RecordedDecision, RecordedInput } from '../domain/recorded-decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { SeenEvent } from '../engine/figures.ts';
import type { HistoryView } from '../engine/history-view.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { explainCard } from '../report/explain-card.ts';
import type { ExplainInput } from '../report/explain-input.ts';
import { explainJson } from '../report/explain-json.ts';
import { explainPage } from '../report/explain-page.ts';
import { flipJson, flipSection } from '../report/flip-section.ts';
import { latestDecision } from '../report/latest-decision.ts';
import { type ParityInput, parityJson, paritySection } from '../report/parity-section.ts';
import { providerLetter } from '../report/provider-letter.ts';
import { type Section, sectionsAsPage, sectionsAsText } from '../report/section.ts';
import { swapSection } from '../report/swap-section.ts';
import type { KnownAssignment } from '../report/work-order-now.ts';
import { textWidth } from '../report/wrap.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { flipRecorded } from './flip-recorded.ts';
import { withLedgerReader } from './open-reader.ts';
import { readSubject, type Subject, unknownSubject } from './subject.ts';

type ExplainCommandInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly provider: number | null;
    readonly flip: boolean;
    readonly letter: boolean;
    readonly contact: string | null;
    readonly format: 'text' | 'json' | 'html';
    readonly json: boolean;
  };
};

/** `explain`: reads the ledger, and writes nothing. */
export async function explainCommand(input: ExplainCommandInput, io: CliIo): Promise<ExitCode> {
  const { options } = input;
  const format = options.json ? askedTwice(options.format) : options.format;
  const subject = readSubject(input.args[0] ?? '');
  const asked = options.provider === null ? null : providerId(options.provider);
  const addressee = options.letter ? addresseeOf(asked, options.flip) : null;
  const { found, flip } = await withLedgerReader(input, io, async (reader) => {
    const decided = await findDecision(reader, subject);
    if (asked !== null) await refuseStranger(reader, decided.decision, asked);
    return { found: decided, flip: options.flip ? await flipRecorded(reader, decided.decision, asked) : null };
  });
  const file = readFile(found.ruleFileText);
  const width = textWidth(io.stdout.columns);
  if (addressee !== null) {
    const terms = { decision: found.decision, provider: addressee, unitOf: unitOfFact };
    const letter = providerLetter({ ...terms, ruleFileName: file?.name ?? null, contact: options.contact });
    io.stdout.write(writtenLetter(letter, { format, width }));
    return EXIT_CODES.done.code;
  }
  const stages = file?.stages ?? null;
  const shown = { ...found, stages, asked, unitOf: unitOfFact, width };
  const parity = paritySection(shown);
  const swaps = swapSection(found.together);
  const more = [swaps, flip === null ? null : flipSection(flip), parity].filter((section) => section !== null);
  io.stdout.write(written({ ...shown, more }, { format, flip }));
  return EXIT_CODES.done.code;
}

type Format = ExplainCommandInput['options']['format'];

function addresseeOf(asked: ProviderId | null, isFlip: boolean): ProviderId {
  if (asked !== null && !isFlip) return asked;
  const problem = isFlip
    ? { what: 'is asked for with --flip, which tells of others', fix: 'Leave --flip out.' }
    : { what: 'is for one provider', fix: 'Name the provider: --provider ID.' };
  throw new OperatorMistake([configurationProblem('--letter', 'FM-C274', problem)]);
}

function writtenLetter(
  letter: readonly Section[],
  { format, width }: { readonly format: Format; readonly width: number },
): string {
  switch (format) {
    case 'text':
      return sectionsAsText(letter, width);
    case 'json':
      return `${JSON.stringify({ letter }, null, 2)}\n`;
    case 'html':
      return sectionsAsPage(letter);
  }
}

function written(
  shown: ExplainInput & Pick<ParityInput, 'platform'> & Pick<Found, 'together'>,
  { format, flip }: { readonly format: Format; readonly flip: FlipCard | null },
): string {
  switch (format) {
    case 'text':
      return explainCard(shown);
    case 'json': {
      const json = { ...explainJson(shown, shown.asked), parity: parityJson(shown), together: shown.together };
      return `${JSON.stringify(flip === null ? json : { ...json, flip: flipJson(flip) }, null, 2)}\n`;
    }
    case 'html':
      return explainPage(shown);
  }
}

/** --json was there before --format, and stays. */
function askedTwice(format: ExplainCommandInput['options']['format']): 'json' {
  if (format !== 'html') return 'json';
  const problem = { what: 'is asked for two formats: --json and --format html', fix: 'Leave one of them out.' };
  throw new OperatorMistake([configurationProblem('explain', 'FM-C265', problem)]);
}

/** Null when the text is gone, or is one that this version can no longer read. */
function readFile(text: string | null): RuleFile | null {
  if (text === null) return null;
  const parsed = parseRuleFile({ path: 'recorded', text }, DEFAULT_LIMITS);
  return parsed.kind === 'ok' ? parsed.file : null;
}

async function refuseStranger(
  reader: LedgerReader,
  { id, workOrderId, candidates }: RecordedDecision,
  asked: ProviderId,
): Promise<void> {
  if (candidates.some(({ providerId }) => providerId === asked)) return;
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId, withCandidates: true });
  const was = all.filter((one) => one.candidates.some(({ providerId }) => providerId === asked)).map((one) => one.id);
  const newest = was.at(-1);
  const known = candidates.slice(0, 12).map(({ providerId }) => providerId);
  const others = candidates.length > known.length ? ' and others; --json has them all' : '';
  const had = candidates.length === 0 ? 'This decision had none' : `It had ${known.join(', ')}${others}`;
  const fix =
    newest === undefined
      ? `${had}. No decision on this work order had ${asked}.`
      : `It was one of ${was.slice(-5).join(', ')}: explain ${newest} --provider ${asked}.`;
  throw new OperatorMistake([
    configurationProblem(`--provider ${asked}`, 'FM-C203', { what: `was no candidate of decision ${id}`, fix }),
  ]);
}

type Reader = LedgerReader & HistoryView;

type Found = {
  readonly decision: RecordedDecision;
  readonly history: readonly RecordedDecision[];
  readonly assigned: KnownAssignment;
  readonly answers: readonly DecisionAnswer[];
  readonly seen: readonly SeenEvent[];
  readonly shadows: readonly RecordedDecision[];
  readonly ruleFileText: string | null;
  readonly platform: ParityInput['platform'];
  /** Null: it shared no provider with another work order, or nothing says so. */
  readonly together: SwapProof | null;
};

async function findDecision(reader: Reader, subject: Subject): Promise<Found> {
  const named = subject.kind === 'decision' ? await reader.decision(subject.id) : null;
  if (subject.kind === 'decision' && named === null)
    throw unknownSubject(`is not in this ledger: decision ${subject.id}`);
  const order = named?.workOrderId ?? (subject.kind === 'work_order' ? subject.id : null);
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: order, withCandidates: false });
  const history = all.filter(({ mode }) => mode !== 'shadow');
  const latest = latestDecision(all);
  const decision = named ?? (latest === undefined ? null : await reader.decision(latest.id));
  if (decision === null) throw unknownSubject(`is not in this ledger: work order ${order}`);
  const { ruleFileHash } = decision;
  const ruleFileText = ruleFileHash === null ? null : await reader.ruleFileText(ruleFileHash);
  const recorded = await reader.recordedInput(decision.id);
  const input = recorded === 'erased' ? null : recorded;
  const { assigned, answers } = await reader.historyOf(decision.workOrderId);
  return {
    decision,
    history,
    assigned,
    answers,
    seen: await reader.figures.seenOf(decision.workOrderId),
    shadows: latestShadows(all, decision),
    ruleFileText,
    platform: platformOf(input),
    together: input === null ? null : await proveSwaps(input, decision),
  };
}

/** What the rows that the decision rested on said; empty where they were erased. */
function platformOf(input: RecordedInput | null): ParityInput['platform'] {
  return new Map(
    (input?.slate.candidates ?? []).flatMap(({ providerId: of, platform }) =>
      platform === null ? [] : [[of, platform] as const],
    ),
  );
}

async function proveSwaps({ batch }: RecordedInput, decision: RecordedDecision): Promise<SwapProof | null> {
  const read = readRecordedBatch(batch);
  const solutions = read.kind === 'dispatch' ? (read.batch.solutions ?? []) : [];
  return solutions.length === 0 ? null : swapProof(solutions, decision, await loadHighs());
}

/** Of each shadow file the last word about the same work order, unless it is the decision itself. */
function latestShadows(all: readonly RecordedDecision[], decision: RecordedDecision): readonly RecordedDecision[] {
  const shadows = all.filter(({ mode, episode }) => mode === 'shadow' && episode === decision.episode);
  const byFile = new Map(shadows.map((shadow) => [shadow.ruleFileId, shadow]));
  return [...byFile.values()].filter(({ id }) => id !== decision.id);
}
