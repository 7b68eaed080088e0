import { resolve } from 'node:path';
import { connectPlatform, systemClock } from '../compose.ts';
import { readSecrets } from '../config.ts';
import { type ConfigurationProblemCode, configurationProblem } from '../configuration-problems.ts';
import { type WorkOrderId, workOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { PlatformUnavailable } from '../engine/ports.ts';
import type { FieldNationClient } from '../fieldnation/connect.ts';
import { createLog } from '../log.ts';
import { printable } from '../report/printable.ts';
import { type ImportFormat, type ImportOutcome, importDocument, importRules } from '../rules/import-rules.ts';
import { formatNotExpressed } from '../rules/not-expressed.ts';
import { FILE_SHAPE, LONGEST_NAME } from '../rules/shapes.ts';
import { checkedConfig, checkedPlatformConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { readEditedPaths } from './load-rules.ts';
import { writeNewFile } from './new-file.ts';

type RulesImportInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly from: 'auto' | ImportFormat;
    readonly workOrder: number | null;
    readonly id: string | null;
    readonly name: string | null;
    readonly out: string | null;
    readonly format: 'text' | 'json';
  };
};

/** `rules import`: exit 1 where something became a placeholder that a person must fill in. */
export async function importRulesCommand(input: RulesImportInput, io: CliIo): Promise<ExitCode> {
  const { out, format, workOrder } = input.options;
  const [file = null] = input.args;
  if ((file === null) === (workOrder === null))
    throw mistake('rules import', 'FM-C221', {
      what: file === null ? 'has nothing to import' : 'has a file and --work-order',
      fix: 'Give either a file, - for stdin, or --work-order ID.',
    });
  refuseNames(input.options);
  const outcome =
    workOrder === null ? await fromText(file ?? '', input, io) : await fromWorkOrder(workOrder, input, io);
  if (outcome.kind === 'problems') throw new OperatorMistake(outcome.problems);
  if (outcome.kind === 'unclear') throw unclear(file, input.options);
  if (out !== null) writeNewFile(out, outcome.text, io);
  const { text, criteria, placeholders, notExpressed } = outcome;
  if (format === 'json') {
    const report = { type: 'rules_import', from: outcome.format ?? null, criteria, placeholders, path: out };
    const ruleFile: unknown = JSON.parse(text);
    io.stdout.write(`${JSON.stringify({ ...report, rule_file: ruleFile, not_expressed: notExpressed }, null, 2)}\n`);
  } else {
    io.stdout.write(out === null ? text : `wrote ${printable(out)}\n`);
    for (const item of notExpressed) io.stderr.write(`not taken over: ${printable(formatNotExpressed(item))}\n`);
  }
  return placeholders > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** What goes into the file from the command line is refused there: the file does not exist yet. */
function refuseNames({ id, name }: RulesImportInput['options']): void {
  if (id !== null && !FILE_SHAPE.shape.id.safeParse(id).success)
    throw mistake(`--id ${JSON.stringify(id)}`, 'FM-C237', {
      what: 'is no id of a rule file',
      fix: 'Write lower-case letters, digits and hyphens, a letter first, for example "atm-onsite".',
    });
  if (name !== null && !FILE_SHAPE.shape.name.safeParse(name).success)
    throw mistake('--name', 'FM-C237', {
      what: `has ${name.length} characters`,
      fix: `Write 1 to ${LONGEST_NAME}.`,
    });
}

async function fromText(file: string, input: RulesImportInput, io: CliIo): Promise<ImportOutcome> {
  const { limits } = checkedConfig(input, io);
  const { from, id, name } = input.options;
  const read =
    file === '-'
      ? { path: 'stdin', text: (await io.readStdin?.()) ?? '' }
      : readEditedPaths([resolve(io.cwd, file)], limits, io.cwd)[0];
  if (read === undefined) throw new TypeError('a file was read and is not there');
  const format = from === 'auto' ? null : from;
  return importRules({ ...read, format }, { id, name, from: null, limits });
}

/** The codes say more, thresholds among them; where the platform shows none, what the pending list shows has to do. */
async function fromWorkOrder(order: number, input: RulesImportInput, io: CliIo): Promise<ImportOutcome> {
  const config = checkedPlatformConfig(input, io);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const client = connectPlatform(config, { clock: systemClock(), log });
  try {
    const from = `work order ${order}`;
    const { id, name } = input.options;
    const wanted = {
      id: id ?? `work-order-${order}`,
      name: name ?? `Selection rule of ${from}`,
      from,
      limits: config.limits,
    };
    for await (const json of shownRules(client, order, io)) {
      const outcome = importDocument({ json, format: 'fieldnation' }, wanted);
      if (outcome.kind !== 'unclear') return outcome;
    }
    throw mistake(from, 'FM-C223', {
      what: 'shows no selection rule, neither in its qualifications nor for a pending provider',
      fix: 'Import that of a work order somebody has asked for, or an answer of the platform that shows one.',
    });
  } finally {
    await client.close();
  }
}

async function* shownRules(client: FieldNationClient, order: number, io: CliIo): AsyncGenerator<JsonValue> {
  const id = workOrderId(order);
  yield await readCodes(client, id, io);
  const pending = await client.pullPending(id);
  for (const { raw } of pending.rows) yield raw;
}

/** Not everywhere is this address switched on; the pending list is asked then. */
async function readCodes(client: FieldNationClient, id: WorkOrderId, io: CliIo): Promise<JsonValue> {
  try {
    return await client.readSelectionRule(id);
  } catch (error) {
    if (
      !(error instanceof PlatformUnavailable) ||
      !['not_understood', 'server_error', 'forbidden'].includes(error.kind)
    )
      throw error;
    io.stderr.write(`note: ${printable(error.message)}; looking at the pending list instead\n`);
    return null;
  }
}

function unclear(file: string | null, { from }: RulesImportInput['options']): OperatorMistake {
  const where = file ?? 'rules import';
  if (from !== 'auto')
    return mistake(where, 'FM-C221', {
      what: `has no rules of ${from}`,
      fix: 'Leave --from out to see whether it is another format; a rule file of ours needs no import.',
    });
  return mistake(where, 'FM-C224', {
    what: 'is neither rules of json-rules-engine nor a selection rule of Field Nation',
    fix: 'rules/README.md shows both; a rule file of ours needs no import.',
  });
}

function mistake(
  where: string,
  code: ConfigurationProblemCode,
  said: { readonly what: string; readonly fix: string },
): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, code, said)]);
}
