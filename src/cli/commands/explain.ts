import { configurationProblem } from '../../configuration-problems.ts';
import type { DecisionAnswer } from '../../domain/approval.ts';
import { type ProviderId, providerId } from '../../domain/ids.ts';
import type { RecordedDecision } from '../../domain/recorded-decision.ts';
import type { RuleFile } from '../../domain/rule-file.ts';
import type { LedgerReader, LedgerView } from '../../engine/ports.ts';
import type { KnownAssignment } from '../../report/work-order-now.ts';
import { type CliIo, type CommandInput, defineCommand } from '../command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from '../exit-codes.ts';
import { readSubject, type Subject, unknownSubject } from '../subject.ts';

const OPTIONS = {
  json: {
    kind: 'switch',
    doc: 'The whole recorded decision as one JSON object, with every candidate (or the one of --provider) in it.',
  },
  provider: {
    kind: 'integer',
    placeholder: 'ID',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unit: null,
    default: null,
    doc: 'Why not this one: the facts of this candidate beside the winner’s. Without it: the runner-up.',
  },
} as const;

export const explainDefinition = defineCommand({
  name: 'explain',
  summary:
    'Shows why a work order was decided as it was: every candidate, every criterion, what was sent and what came of it.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A work order id (the last decision of a live rule file; a shadow file’s where no live one decided), or a decision id such as 4047.1.3.',
      isRequired: true,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal explain 4047 --provider 557',
  exitCodes: [0, 5],
  run: explain,
});

async function explain(input: CommandInput<typeof OPTIONS>, io: CliIo): Promise<ExitCode> {
  const subject = readSubject(input.args[0] ?? '');
  const { json, provider } = input.options;
  const { withLedgerReader } = await import('../open-reader.ts');
  const found = await withLedgerReader(input, io, (reader) => findDecision(reader, subject));
  const asked = provider === null ? null : providerId(provider);
  if (asked !== null) refuseStranger(found.decision, asked);
  if (json) {
    const { explainJson } = await import('../../report/explain-json.ts');
    io.stdout.write(`${JSON.stringify(explainJson(found, asked), null, 2)}\n`);
    return EXIT_CODES.done.code;
  }
  const { explainCard } = await import('../../report/explain-card.ts');
  const { textWidth } = await import('../../report/wrap.ts');
  const { unitOfFact: unitOf } = await import('../../criteria/catalog.ts');
  const stages = await readStages(found.ruleFileText);
  io.stdout.write(explainCard({ ...found, stages, asked, unitOf, width: textWidth(io.stdout.columns) }));
  return EXIT_CODES.done.code;
}

/** Null when the text is gone, or is one that this version can no longer read. */
async function readStages(text: string | null): Promise<RuleFile['stages'] | null> {
  if (text === null) return null;
  const { parseRuleFile } = await import('../../rules/parse-rule-file.ts');
  const { DEFAULT_LIMITS } = await import('../../domain/limits.ts');
  const parsed = parseRuleFile({ path: 'recorded', text }, DEFAULT_LIMITS);
  return parsed.kind === 'ok' ? parsed.file.stages : null;
}

function refuseStranger({ id, candidates }: RecordedDecision, asked: ProviderId): void {
  if (candidates.some((candidate) => candidate.providerId === asked)) return;
  const known = candidates.slice(0, 12).map((candidate) => candidate.providerId);
  const fix =
    candidates.length === 0
      ? 'This decision had none: look at an earlier one of the work order.'
      : `It had ${known.join(', ')}${candidates.length > known.length ? ' and others; --json has them all' : ''}.`;
  throw new OperatorMistake([
    configurationProblem(`--provider ${asked}`, 'FM-C203', { what: `was no candidate of decision ${id}`, fix }),
  ]);
}

type Reader = LedgerReader & Pick<LedgerView, 'snapshot'>;

type Found = {
  readonly decision: RecordedDecision;
  readonly history: readonly RecordedDecision[];
  readonly assigned: KnownAssignment;
  readonly answers: readonly DecisionAnswer[];
  readonly shadows: readonly RecordedDecision[];
  readonly ruleFileText: string | null;
};

async function findDecision(reader: Reader, subject: Subject): Promise<Found> {
  const named = subject.kind === 'decision' ? await reader.decision(subject.id) : null;
  if (subject.kind === 'decision' && named === null)
    throw unknownSubject(`is not in this ledger: decision ${subject.id}`);
  const order = named?.workOrderId ?? (subject.kind === 'work_order' ? subject.id : null);
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: order, withCandidates: false });
  const history = all.filter(({ mode }) => mode !== 'shadow');
  const { latestDecision } = await import('../../report/latest-decision.ts');
  const latest = latestDecision(all);
  const decision = named ?? (latest === undefined ? null : await reader.decision(latest.id));
  if (decision === null) throw unknownSubject(`is not in this ledger: work order ${order}`);
  const { ruleFileHash } = decision;
  const ruleFileText = ruleFileHash === null ? null : await reader.ruleFileText(ruleFileHash);
  const { histories } = await reader.snapshot([decision.workOrderId], Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return {
    decision,
    history,
    assigned: histories[0]?.assigned ?? null,
    answers: histories[0]?.answers ?? [],
    shadows: latestShadows(all, decision),
    ruleFileText,
  };
}

/** Of each shadow file the last word about the same work order, unless it is the decision itself. */
function latestShadows(all: readonly RecordedDecision[], decision: RecordedDecision): readonly RecordedDecision[] {
  const shadows = all.filter(({ mode, episode }) => mode === 'shadow' && episode === decision.episode);
  const byFile = new Map(shadows.map((shadow) => [shadow.ruleFileId, shadow]));
  return [...byFile.values()].filter(({ id }) => id !== decision.id);
}
