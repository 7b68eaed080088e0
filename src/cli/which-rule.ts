import { existsSync } from 'node:fs';
import { whichRule } from '../analysis/which-rule.ts';
import { connectPlatform, systemClock } from '../compose.ts';
import { readSecrets } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { unitOfFact } from '../criteria/catalog.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { isOfText } from '../domain/rule-event.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { withDemotions } from '../engine/demote-canaries.ts';
import { createLog } from '../log.ts';
import { whichRuleJson, whichRuleText } from '../report/which-rule-card.ts';
import { textWidth } from '../report/wrap.ts';
import { checkedConfig, configToReadLive } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { findRecorded } from './recorded-subject.ts';
import { readSubject, type Subject } from './subject.ts';

type WhichRuleInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly tree: boolean; readonly recorded: boolean; readonly format: 'text' | 'json' };
};

/** A work order at one moment, and where it was read from. */
type Seen = {
  readonly ruleSet: RuleSet;
  readonly workOrder: WorkOrder;
  readonly takenAtMs: number;
  readonly readFrom: string;
  readonly source: JsonValue;
  readonly notes: readonly string[];
};

/** `which-rule`: reads one work order, live or from the ledger, and asks every file of the set. Writes nothing. */
export async function whichRuleCommand(input: WhichRuleInput, io: CliIo): Promise<ExitCode> {
  const { tree: withTree, recorded, format } = input.options;
  const subject = readSubject(input.args[0] ?? '');
  const seen =
    subject.kind === 'work_order' && !recorded
      ? await seeOnPlatform(input, subject.id, io)
      : await seeInLedger(input, subject, io);
  const { ruleSet, notes: ofCanaries } = await withoutDemoted(input, seen.ruleSet, io);
  const which = whichRule(ruleSet, seen.workOrder, seen.takenAtMs);
  if (format === 'json') {
    io.stdout.write(`${JSON.stringify(whichRuleJson({ which, withTree }, seen.source), null, 2)}\n`);
    return EXIT_CODES.done.code;
  }
  const { readFrom } = seen;
  const notes = [...seen.notes, ...ofCanaries];
  const width = textWidth(io.stdout.columns);
  io.stdout.write(whichRuleText({ which, readFrom, notes, withTree, unitOf: unitOfFact, width }));
  return EXIT_CODES.done.code;
}

/** The work order alone is read: what files apply to says nothing of providers. */
async function seeOnPlatform(input: WhichRuleInput, id: WorkOrderId, io: CliIo): Promise<Seen> {
  const config = configToReadLive(input, id, io);
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const clock = systemClock();
  const client = connectPlatform(config, { clock, log });
  try {
    const workOrder = await client.readWorkOrder(id);
    if (workOrder === null) throw unseen(id);
    const takenAtMs = (config.clock === 'server' ? client.serverTimeMs() : null) ?? clock.nowMs();
    return { ruleSet, workOrder, takenAtMs, readFrom: 'the platform', source: { kind: 'platform' }, notes: [] };
  } finally {
    await client.close();
  }
}

async function seeInLedger(input: WhichRuleInput, subject: Subject, io: CliIo): Promise<Seen> {
  const config = checkedConfig(input, io);
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const { decision, input: kept } = await withLedgerReader(input, io, (reader) => findRecorded(reader, subject));
  const { id, ruleFileId, mode } = decision;
  const by = ruleFileId === null ? 'no rule file' : `${ruleFileId} (${mode})`;
  return {
    ruleSet,
    workOrder: kept.slate.workOrder,
    takenAtMs: kept.slate.takenAtMs,
    readFrom: `decision ${id}`,
    source: { kind: 'decision', decisionId: id, ruleFile: ruleFileId, mode },
    notes: [`Decided then by ${by}; below, what the files of ${config.rulesPath} say of it now.`],
  };
}

/** A canary that was demoted only shadows, whatever its file says. Without a canary, or a ledger, there is nothing to ask. */
async function withoutDemoted(
  input: WhichRuleInput,
  ruleSet: RuleSet,
  io: CliIo,
): Promise<{ readonly ruleSet: RuleSet; readonly notes: readonly string[] }> {
  const hasCanary = ruleSet.files.some(({ mode }) => mode === 'canary');
  if (!hasCanary || !existsSync(checkedConfig(input, io).databasePath)) return { ruleSet, notes: [] };
  const { demotions } = await withLedgerReader(input, io, (reader) => reader.ruleState());
  const demoted = ruleSet.files.filter((file) => demotions.some((one) => isOfText(one, file)));
  const notes = demoted.map(
    ({ id }) => `${id} is a canary that was demoted, so it only shadows: report rules says why.`,
  );
  return { ruleSet: withDemotions(ruleSet, demotions), notes };
}

export function unseen(id: WorkOrderId): OperatorMistake {
  return new OperatorMistake([
    configurationProblem(`work order ${id}`, 'FM-C225', {
      what: 'is not one that this API user can see',
      fix: 'Check the id and the environment; --recorded looks into the ledger instead.',
    }),
  ]);
}
