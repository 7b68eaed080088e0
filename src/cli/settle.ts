import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets } from '../config.ts';
import type { Effect } from '../domain/decision.ts';
import { parseDecisionId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import { reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import type { LedgerReader, OpenIntent } from '../engine/ports.ts';
import { type SettleReport, settleByHand, type Word } from '../engine/settle-by-hand.ts';
import { createLog } from '../log.ts';
import { packageVersion } from '../package-root.ts';
import { callText } from '../report/call-text.ts';
import { printable } from '../report/printable.ts';
import { writtenTime } from '../report/report.ts';
import { checkedPlatformConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { directiveMistake, endTerms, sayDirective } from './directives.ts';
import { Blocked, EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { takeActingLock } from './run.ts';

type SettleInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly as: string | null;
    readonly because: string | null;
    readonly intent: number | null;
    readonly yes: boolean;
    readonly json: boolean;
  };
};

/** `settle DECISION`: reads once more, shows what is known, asks, and records the answer. */
export async function settleCommand(input: SettleInput, io: CliIo): Promise<ExitCode> {
  const config = checkedPlatformConfig(input, io);
  const word = readWord(input, config);
  const open = await withLedgerReader(input, io, (reader) => findIntent(reader, input));
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: false, log, clock: null });
  const on: Settling = { config, composition, io, open };
  try {
    // The lock is not held while somebody thinks.
    const looked = input.options.yes ? null : await settleLocked(on, null);
    if (looked !== null && looked.kind !== 'unreadable') return sayReport(looked, on, { word, input });
    if (looked !== null) await ask(looked, word, io);
    return sayReport(await settleLocked(on, word), on, { word, input });
  } finally {
    await composition.close();
  }
}

function readWord({ options }: SettleInput, config: PlatformConfig): Word {
  const { as } = options;
  if (as !== 'confirmed' && as !== 'refused')
    throw directiveMistake(
      '--as',
      as === null ? 'is missing' : `cannot be ${JSON.stringify(as)}`,
      'Write --as confirmed when it took effect, --as refused when it did not.',
    );
  const { actor: by, because } = endTerms(options, config, Date.now());
  return { as, by, because };
}

/** The one open intent that the arguments name. */
async function findIntent(
  reader: Pick<LedgerReader, 'openIntents' | 'decision'>,
  { args: [given], options }: SettleInput,
): Promise<OpenIntent> {
  const where = `decision ${given ?? ''}`;
  const seeOpen = 'See report open-intents for what is not settled.';
  const open = (await reader.openIntents()).filter(({ decisionId }) => decisionId === given);
  const [only, ...more] = open.filter(({ intent }) => options.intent === null || intent.n === options.intent);
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) {
    const list = open.map(({ intent }) => `${intent.n} (${callText(intent.call)})`).join(', ');
    throw directiveMistake(where, `has several open writes: ${list}`, 'Say which with --intent N.');
  }
  const id = parseDecisionId(given ?? '');
  const known = id === null ? null : await reader.decision(id);
  if (known === null) throw directiveMistake(where, 'is none of this ledger', seeOpen);
  if (options.intent !== null && !known.intents.some(({ n }) => n === options.intent))
    throw directiveMistake(where, `has no write ${options.intent}`, seeOpen);
  throw directiveMistake(where, 'has nothing to settle: what it sent is settled, or it sent nothing', seeOpen);
}

type Settling = {
  readonly config: PlatformConfig;
  readonly composition: Composition;
  readonly io: CliIo;
  readonly open: OpenIntent;
};

async function settleLocked({ config, composition, io, open }: Settling, word: Word | null): Promise<SettleReport> {
  const { store } = composition;
  if (store === null)
    throw new Blocked(`nothing can be settled in a dry run: ${composition.dryRunBecause}`, 'Nothing was recorded.');
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const lock = await takeActingLock(config, composition, io);
  try {
    await composition.beginRun();
    const deps = { ...composition, store, limits: config.limits, engineVersion: packageVersion(), ruleSet };
    const { decisionId, intent } = open;
    return await settleByHand(deps, { runId: randomUUID(), decisionId, intentN: intent.n, word });
  } finally {
    lock.release();
  }
}

/** `assign provider 557 on work order 4047 (decision 4047.1.2)` */
function nameOf({ intent, workOrderId, decisionId }: OpenIntent): string {
  return `${callText(intent.call)} on work order ${workOrderId} (decision ${decisionId})`;
}

type Unreadable = Extract<SettleReport, { readonly kind: 'unreadable' }>;

/** Nobody there to answer is a no. */
async function ask({ open, because }: Unreadable, word: Word, io: CliIo): Promise<void> {
  const { claimedAtMs, claims, lastEffect, intent } = open;
  const facts = [
    nameOf(open),
    `claimed for sending at ${claimedAtMs === null ? 'no time' : writtenTime(claimedAtMs)}, ${claims} time(s) in all`,
    lastEffect === null
      ? 'never looked at since'
      : `last looked at ${writtenTime(lastEffect.atMs)}: ${lastEffect.reason}`,
    `read right now: ${because}`,
    ...(intent.costCents > 0 ? [`may cost ${formatCents(intent.costCents)}`] : []),
  ];
  for (const fact of facts) io.stderr.write(`${printable(fact)}\n`);
  if (!io.stderr.isTTY || !process.stdin.isTTY)
    throw directiveMistake('settle', 'would record this, and there is no terminal to ask on', 'Add --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Record it as ${word.as}, by ${printable(word.by)}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Blocked('not settled: the answer was no', 'Nothing was recorded.');
  } finally {
    terminal.close();
  }
}

type Saying = { readonly word: Word; readonly input: SettleInput };

function sayReport(report: SettleReport, { open, io }: Settling, { word, input }: Saying): ExitCode {
  const seconds = 'waitMs' in report ? Math.ceil(report.waitMs / 1000) : 0;
  switch (report.kind) {
    case 'not_open':
      throw directiveMistake(nameOf(open), 'was settled by another process at this moment', 'See explain.');
    case 'readable':
      throw new Blocked(
        `${nameOf(open)} can be read, and is not settled yet`,
        `Nothing was recorded of what you say: reading settles it in ${seconds} s, by any run or by this command.`,
      );
    case 'too_early':
      throw new Blocked(
        `${nameOf(open)} may still land`,
        `Nothing was recorded: say refused in ${seconds} s, when the quiet time is over.`,
      );
    case 'unreadable':
      throw new TypeError('what cannot be read was asked about before');
    case 'by_reading':
      say(report.effect, 'reading', { open, io, isJson: input.options.json });
      return report.effect.kind === word.as ? EXIT_CODES.done.code : EXIT_CODES.findings.code;
    case 'by_word':
      say(report.effect, 'person', { open, io, isJson: input.options.json });
      return EXIT_CODES.done.code;
  }
}

function say(
  { kind, reason: { code, detail }, decisionId, intentN }: Effect,
  by: 'reading' | 'person',
  { open, io, isJson }: Pick<Settling, 'open' | 'io'> & { readonly isJson: boolean },
): void {
  const reason = { code, sentence: reasonSentence(code, detail), remedy: reasonRemedy(code, detail) };
  const how = by === 'reading' ? 'settled by reading, so what you say was not needed' : 'settled by your word';
  sayDirective(io, isJson, {
    json: { type: 'settled', decision: decisionId, intent: intentN, kind, by, reason },
    text: `${nameOf(open)} is ${how}: ${kind.replace('_', ' ')}. ${reason.sentence} (${code}) ${reason.remedy}`,
  });
}
