import { type DecisionId, parseDecisionId, type WorkOrderId, workOrderId } from '../../domain/ids.ts';
import type { LedgerReader, RecordedDecision } from '../../engine/ports.ts';
import { type CliIo, type CommandInput, defineCommand } from '../command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from '../exit-codes.ts';

const OPTIONS = {
  json: { kind: 'switch', doc: 'The whole recorded decision as one JSON object, every candidate in it.' },
} as const;

export const explainDefinition = defineCommand({
  name: 'explain',
  summary:
    'Shows why a work order was decided as it was: every candidate, every criterion, what was sent and what came of it.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A work order id (its latest decision that is not a shadow one), or a decision id such as 4047.1.3.',
      isRequired: true,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal explain 4047',
  exitCodes: [0, 5],
  run: explain,
});

async function explain(input: CommandInput<typeof OPTIONS>, io: CliIo): Promise<ExitCode> {
  const subject = readSubject(input.args[0] ?? '');
  const { withLedgerReader } = await import('../open-reader.ts');
  const found = await withLedgerReader(input, io, (reader) => findDecision(reader, subject));
  if (input.options.json) {
    io.stdout.write(`${JSON.stringify(found.decision, null, 2)}\n`);
    return EXIT_CODES.done.code;
  }
  const { explainCard } = await import('../../report/explain-card.ts');
  const { findFact } = await import('../../criteria/catalog.ts');
  const unitOf = (name: string) => {
    const type = findFact(name)?.type;
    return type?.kind === 'number' ? type.unit : null;
  };
  io.stdout.write(explainCard({ ...found, unitOf }));
  return EXIT_CODES.done.code;
}

type Subject =
  | { readonly kind: 'decision'; readonly id: DecisionId }
  | { readonly kind: 'work_order'; readonly id: WorkOrderId };

function readSubject(text: string): Subject {
  const decision = parseDecisionId(text);
  if (decision !== null) return { kind: 'decision', id: decision };
  if (/^[1-9]\d{0,14}$/.test(text)) return { kind: 'work_order', id: workOrderId(Number(text)) };
  throw unknown(`is neither a work order id nor a decision id: ${JSON.stringify(text)}`);
}

type Found = { readonly decision: RecordedDecision; readonly shadows: readonly RecordedDecision[] };

async function findDecision(reader: LedgerReader, subject: Subject): Promise<Found> {
  const named = subject.kind === 'decision' ? await reader.decision(subject.id) : null;
  if (subject.kind === 'decision' && named === null) throw unknown(`is not in this ledger: decision ${subject.id}`);
  const order = named?.workOrderId ?? (subject.kind === 'work_order' ? subject.id : null);
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: order, withCandidates: false });
  const live = all.filter(({ mode }) => mode !== 'shadow');
  const latest = live.at(-1) ?? all.at(-1);
  const decision = named ?? (latest === undefined ? null : await reader.decision(latest.id));
  if (decision === null) throw unknown(`is not in this ledger: work order ${order}`);
  return { decision, shadows: latestShadows(all, decision) };
}

/** Of each shadow file the last word about the same work order, unless it is the decision itself. */
function latestShadows(all: readonly RecordedDecision[], decision: RecordedDecision): readonly RecordedDecision[] {
  const shadows = all.filter(({ mode, episode }) => mode === 'shadow' && episode === decision.episode);
  const byFile = new Map(shadows.map((shadow) => [shadow.ruleFileId, shadow]));
  return [...byFile.values()].filter(({ id }) => id !== decision.id);
}

function unknown(what: string): OperatorMistake {
  const fix =
    'Take an id from "fieldmarshal report decisions", or name the right ledger with --db. Ids look like 4047 or 4047.1.3.';
  return new OperatorMistake([
    { where: 'WORK_ORDER_OR_DECISION', line: null, column: null, code: 'FM-C203', what, fix },
  ]);
}
