import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { ACTIONS } from '../actions/catalog.ts';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Reason } from '../domain/decision.ts';
import { workOrderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { OverrideReason } from '../domain/override.ts';
import { reasonRemedy, reasonSentence } from '../domain/reason-codes.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall } from '../domain/write-call.ts';
import { actByHand, type HandPreview, type HandReport, previewByHand } from '../engine/act-by-hand.ts';
import { findForbidden, readDirectives } from '../engine/standing-directives.ts';
import { createLog } from '../log.ts';
import { packageVersion } from '../package-root.ts';
import { callText } from '../report/call-text.ts';
import { printable } from '../report/printable.ts';
import { checkedPlatformConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { endTerms } from './directives.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { readCode } from './override.ts';
import { takeActingLock } from './run.ts';
import { strayFlag, WO_ACTIONS, type WoTerms } from './wo-actions.ts';
import { handRemedy } from './wo-remedy.ts';

type WoInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: WoTerms & {
    readonly because: string | null;
    readonly code: string;
    readonly dryRun: boolean;
    readonly yes: boolean;
    readonly json: boolean;
  };
};

/** `wo ACTION ID`: preview, ask, act, say what came of it. */
export async function woCommand(input: WoInput, io: CliIo): Promise<ExitCode> {
  const call = readCall(input);
  const config = checkedPlatformConfig(input, io);
  const because = readBecause(input, config);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: input.options.dryRun, log, clock: null });
  try {
    const preview = await previewByHand(composition, call);
    if (preview.workOrder === null) throw unseen(call);
    await refuseUnknownReason(composition, call, { workOrder: preview.workOrder, io });
    if (preview.guard.kind !== 'clear') return sayRefusal(preview, call, { input, io });
    const forbidden = await findDirective(composition, call);
    if (forbidden !== null) {
      if (forbidden.code !== 'FM-6021')
        return sayRefusal({ ...preview, guard: { kind: 'refused', reason: forbidden } }, call, { input, io });
      refusePaused(forbidden, composition, io);
    }
    if (composition.dryRunBecause !== null) return sayDry(preview, call, { composition, input, io });
    await ask(preview, call, { input, io });
    const report = await act({ config, composition, io }, { call, shownCents: preview.costCents });
    if (because !== null && report.kind === 'acted' && report.effect.kind === 'confirmed')
      await composition.store?.recordOverrideReason(toReason(report, because));
    return sayOutcome(report, call, { input, io });
  } finally {
    await composition.close();
  }
}

function readCall({ args, options }: WoInput): WriteCall {
  const [action = '', id = ''] = args.map((arg) => arg ?? '');
  const make = WO_ACTIONS[action];
  const known = Object.keys(WO_ACTIONS).join(', ');
  if (make === undefined) throw mistake(`wo ${action}`, 'is no action', `Write one of ${known}.`);
  if (!/^[1-9]\d{0,14}$/.test(id))
    throw mistake(`wo ${action} ${id}`, 'does not name a work order', 'Write its id, for instance 4047.');
  const stray = strayFlag(action, options);
  if (stray !== null) throw mistake(stray, `is not for wo ${action}`, 'Leave it out; --help says what each is for.');
  const call = make(workOrderId(Number(id)), options);
  if (call.kind === 'flaw') throw mistake(call.flag, call.what, call.fix);
  return call;
}

type Because = Pick<OverrideReason, 'because' | 'actor' | 'code'>;

/** Null: not given. What cannot be written down is refused before anything is sent. */
function readBecause({ options: { because, code } }: WoInput, { actor }: PlatformConfig): Because | null {
  if (because === null) return null;
  const terms = endTerms({ because }, { actor: actor ?? 'a person' }, 0);
  return { because: terms.because, actor: terms.actor, code: readCode(code) };
}

function toReason({ decision, effect }: Extract<HandReport, { readonly kind: 'acted' }>, because: Because) {
  const { id, workOrder, episode } = decision;
  return { ...because, workOrderId: workOrder.id, episode, decisionId: id, atMs: effect.atMs };
}

function mistake(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C161', { what, fix })]);
}

function unseen(call: WriteCall): OperatorMistake {
  return mistake(
    `work order ${call.workOrderId}`,
    'is not one that this API user can see',
    'Check the id and the environment.',
  );
}

/** The platform takes any number and refuses later; its own list is asked before anything is sent. */
async function refuseUnknownReason(
  { source }: Composition,
  call: WriteCall,
  { workOrder: { companyId }, io }: { readonly workOrder: WorkOrder; readonly io: CliIo },
): Promise<void> {
  if (call.kind !== 'incomplete') return;
  const reasons = companyId === null ? null : await source.readIncompleteReasons(companyId);
  if (reasons === null) {
    io.stderr.write(
      `note: the reasons of the company cannot be read, so --reason-id ${call.reasonId} is not checked\n`,
    );
    return;
  }
  if (reasons.some(({ id }) => id === call.reasonId)) return;
  const list = reasons.map(({ id, name }) => `${id} ${printable(name)}`).join(', ');
  throw mistake(`--reason-id ${call.reasonId}`, 'is no reason of this company', `Write one of: ${list}.`);
}

/** What a person has told us to keep to, and this call does not. */
async function findDirective(composition: Composition, call: WriteCall): Promise<Reason | null> {
  const { outsidePause, clock, source } = composition;
  const ledger = composition.store ?? composition.view;
  const directives = await readDirectives({ ledger, outsidePause }, clock.nowMs());
  return findForbidden(directives, call, source);
}

/** A dry run sends nothing anyway, so it only says so. */
function refusePaused({ code, detail }: Reason, { dryRunBecause }: Composition, io: CliIo): void {
  const { by, until, because } = detail;
  const what = printable(`acting is paused by ${by} until ${until}: ${because} (${code})`);
  if (dryRunBecause === null)
    throw new Blocked(
      what,
      'Nothing was sent. To act all the same: fieldmarshal resume --because TEXT, or remove the file or setting.',
    );
  io.stderr.write(`note: ${what}\n`);
}

type Saying = { readonly input: WoInput; readonly io: CliIo };

function sayRefusal(preview: HandPreview, call: WriteCall, { input, io }: Saying): ExitCode {
  if (preview.guard.kind === 'clear') throw new TypeError('a clear guard refuses nothing');
  const { code, detail } = preview.guard.reason;
  const sentence = reasonSentence(code, detail);
  if (input.options.json) io.stdout.write(`${JSON.stringify({ type: 'refused', call, reason: { code, sentence } })}\n`);
  else
    io.stdout.write(
      `Refused before sending: ${callText(call)} on work order ${call.workOrderId}. ${sentence} (${code}) ${handRemedy(call, { code, detail })}\n`,
    );
  return EXIT_CODES.findings.code;
}

function sayDry(
  preview: HandPreview,
  call: WriteCall,
  { composition, input, io }: Saying & { readonly composition: Composition },
): ExitCode {
  const { costCents } = preview;
  io.stderr.write(`DRY RUN: ${composition.dryRunBecause}\n`);
  if (input.options.json) io.stdout.write(`${JSON.stringify({ type: 'dry_run', call, costCents })}\n`);
  else
    io.stdout.write(`Would ${callText(call)} on ${describe(preview, call)}. Nothing was sent and nothing recorded.\n`);
  return EXIT_CODES.done.code;
}

function describe({ workOrder, costCents }: HandPreview, call: WriteCall): string {
  const title = printable(workOrder?.title ?? '');
  const cost = costCents > 0 ? `, ${formatCents(costCents)}` : '';
  return `work order ${call.workOrderId} (${title}${cost})`;
}

/** Nobody there to answer is a no: what acts must have been asked for in so many words. */
async function ask(preview: HandPreview, call: WriteCall, { input, io }: Saying): Promise<void> {
  if (input.options.yes) return;
  if (!io.stderr.isTTY || !process.stdin.isTTY)
    throw mistake(
      'wo',
      'would act, and there is no terminal to ask on',
      'Add --yes, or --dry-run to see what it would do.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${callText(call)} on ${describe(preview, call)}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Blocked('not done: the answer was no', 'Nothing was sent.');
  } finally {
    terminal.close();
  }
}

async function act(
  on: { readonly config: PlatformConfig; readonly composition: Composition; readonly io: CliIo },
  asked: { readonly call: WriteCall; readonly shownCents: number },
): Promise<HandReport> {
  const { config, composition, io } = on;
  if (composition.store === null) throw new TypeError('an action by hand needs a ledger');
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const lock = await takeActingLock(config, composition, io);
  try {
    const deps = {
      ...composition,
      store: composition.store,
      limits: config.limits,
      engineVersion: packageVersion(),
      ruleSet,
    };
    const by = config.actor === null ? {} : { by: config.actor };
    return await actByHand(deps, { runId: randomUUID(), ...asked, ...by });
  } finally {
    lock.release();
  }
}

function sayOutcome(report: HandReport, call: WriteCall, { input, io }: Saying): ExitCode {
  if (report.kind === 'blocked') {
    throw new Blocked(
      `what became of an earlier action (decision ${report.decisionId}) is not known yet`,
      `Nothing was sent. Look at work order ${call.workOrderId} on the platform, or try again in two minutes.`,
    );
  }
  const { decision, effect } = report;
  const { code, detail } = effect.reason;
  const sentence = reasonSentence(code, detail);
  if (input.options.json) {
    const reason = { code, sentence, remedy: reasonRemedy(code, detail) };
    io.stdout.write(`${JSON.stringify({ type: 'effect', decision: decision.id, call, kind: effect.kind, reason })}\n`);
  } else {
    const title = ACTIONS[call.kind].title;
    io.stdout.write(`${title} ${effect.kind.replace('_', ' ')}: ${sentence} (${code}, decision ${decision.id})\n`);
    if (effect.kind !== 'confirmed') io.stdout.write(`${reasonRemedy(code, detail)}\n`);
  }
  return effect.kind === 'confirmed' ? EXIT_CODES.done.code : EXIT_CODES.findings.code;
}
