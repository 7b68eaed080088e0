import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets } from '../config.ts';
import { wantedText } from '../decide/approved.ts';
import type { WantedAction } from '../domain/decision.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { bindEnvironment } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import { readDirectives } from '../engine/standing-directives.ts';
import { createLog } from '../log.ts';
import { printable } from '../report/printable.ts';
import { checkedPlatformConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { directiveMistake } from './directives.ts';
import { Blocked, EXIT_CODES, type ExitCode, type OperatorMistake } from './exit-codes.ts';
import { pausedText } from './pause.ts';
import { loadActingRules } from './refused-at-start.ts';
import { takeActingLock } from './run.ts';

/** All that a run needs which a person has approved, with nobody else acting meanwhile. */
export type ActingRun = {
  readonly config: PlatformConfig;
  readonly ruleSet: RuleSet;
  readonly composition: Composition;
  readonly isDryRun: boolean;
  readonly nowMs: number;
  /** Throws `Blocked` while acting is paused: an approval is not used up for nothing. */
  readonly refusePaused: (instead: string) => Promise<void>;
};

/** Rule files, platform and ledger ready, and the acting lock held; all let go of, however `use` ends. */
export async function withActingRun(
  input: Pick<CommandInput, 'overrides'> & { readonly options: { readonly dryRun: boolean } },
  io: CliIo,
  use: (run: ActingRun) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = checkedPlatformConfig(input, io);
  const ruleSet = await loadActingRules({ config, isDryRunAsked: input.options.dryRun, io });
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: input.options.dryRun, log, clock: null });
  const isDryRun = composition.dryRunBecause !== null;
  const lock = isDryRun ? null : await takeActingLock(config, composition, io);
  try {
    await composition.beginRun();
    // Before an answer is written, and used up: what runs by it would refuse a ledger of another environment.
    if (composition.store !== null) await bindEnvironment(composition.store, composition.environment);
    const nowMs = composition.clock.nowMs();
    const refusePaused = async (instead: string) => {
      const ledger = composition.store ?? composition.view;
      const { pause } = await readDirectives({ ledger, outsidePause: composition.outsidePause }, nowMs);
      if (pause !== null) throw new Blocked(printable(pausedText(pause)), instead);
      if (isDryRun) io.stderr.write(`DRY RUN: ${composition.dryRunBecause}\n`);
    };
    return await use({ config, ruleSet, composition, isDryRun, nowMs, refusePaused });
  } finally {
    lock?.release();
    await composition.close();
  }
}

/** What was approved and is not what would be done now. */
export function sayLeftOut(
  report: RunReport,
  actions: readonly WantedAction[],
  { isJson, io }: { readonly isJson: boolean; readonly io: CliIo },
): ExitCode {
  if (report.result !== 'done') return EXIT_CODES.blocked.code;
  const live = report.decisions.filter(({ planned }) => planned.mode !== 'shadow');
  const left = actions.flatMap((one) => {
    const why = whyNotDone(
      live.find(({ planned }) => planned.workOrder.id === one.workOrderId),
      report,
    );
    return why === null ? [] : [{ one, why }];
  });
  for (const { one, why } of left) {
    if (isJson) io.stdout.write(`${JSON.stringify({ type: 'not_done', approved: one, now: why })}\n`);
    else io.stdout.write(`Not done: work order ${one.workOrderId}, ${wantedText(one)} was approved; now ${why}.\n`);
  }
  return left.length > 0 || report.summary.alarms.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** Null: it is done as far as it can be seen. */
function whyNotDone(now: RunReport['decisions'][number] | undefined, { effects }: RunReport): string | null {
  if (now === undefined) return 'no longer open';
  const { outcome, reason, intents } = now.planned;
  if (intents.length === 0) return `${outcome} ${reason.code}`;
  const failed = effects.find(({ decisionId, kind }) => decisionId === now.id && kind !== 'confirmed');
  return failed === undefined ? null : `${failed.kind} ${failed.reason.code}`;
}

export function answeredMeanwhile(subject: string): OperatorMistake {
  return directiveMistake(subject, 'was answered by somebody else at this moment', 'See approve list.');
}
