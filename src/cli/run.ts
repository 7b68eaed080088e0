import { randomUUID } from 'node:crypto';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets, type SettingOverrides } from '../config.ts';
import type { Effect } from '../domain/decision.ts';
import { workOrderId } from '../domain/ids.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { isOpen } from '../domain/work-order.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import { type RunDeps, type RunReport, type RunRequest, runOnce } from '../engine/run-once.ts';
import { createLog } from '../log.ts';
import { packageVersion } from '../package-root.ts';
import { type HeldLock, tryLock } from '../store/sqlite/process-lock.ts';
import { checkedPlatformConfig } from './checked-config.ts';
import type { CliIo } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { decisionJson, decisionLine, summaryJson, summaryText } from './run-output.ts';

export type RunOnceOptions = {
  readonly once: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly only: readonly number[];
  readonly overrides: SettingOverrides;
};

/** `run --once`: one pass over the open work orders. */
export async function runOnceCommand(options: RunOnceOptions, io: CliIo): Promise<ExitCode> {
  if (!options.once)
    throw new OperatorMistake([
      mistake('--once', 'is missing', 'Write run --once for one run, or daemon for runs on a schedule.'),
    ]);
  const config = checkedPlatformConfig(options, io);
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: options.dryRun, log, clock: null });
  let lock: HeldLock | null = null;
  try {
    if (composition.dryRunBecause === null) lock = await takeActingLock(config, composition, io);
    else io.stderr.write(`DRY RUN: ${composition.dryRunBecause}\n`);
    await refuseUnknownOrders(composition, options.only);
    const report = await runOnce(runDeps({ composition, ruleSet, config, io }), {
      ...manualRequest(composition),
      only: options.only.length > 0 ? options.only.map(workOrderId) : null,
    });
    printReport(report, composition.dryRunBecause, { json: options.json, io });
    return report.result === 'done' ? EXIT_CODES.done.code : EXIT_CODES.blocked.code;
  } finally {
    lock?.release();
    await composition.close();
  }
}

function mistake(where: string, what: string, fix: string): ConstructorParameters<typeof OperatorMistake>[0][number] {
  return { where, line: null, column: null, code: 'FM-C130', what, fix };
}

/** A manual run has a tick of its own, so that it never collides with a scheduled one. */
export function manualRequest(composition: Composition): Omit<RunRequest, 'only'> {
  const id = randomUUID();
  return { id, tick: `manual:${id}`, isDryRun: composition.dryRunBecause !== null };
}

export function runDeps(parts: {
  readonly composition: Composition;
  readonly ruleSet: RuleSet;
  readonly config: Pick<PlatformConfig, 'limits'>;
  readonly io: CliIo;
}): RunDeps {
  const { composition } = parts;
  return {
    source: composition.source,
    target: composition.target,
    store: composition.store,
    clock: composition.clock,
    environment: composition.environment,
    limits: parts.config.limits,
    ruleSet: parts.ruleSet,
    engineVersion: packageVersion(),
    observer: progressObserver(parts.io),
  };
}

/** One changing line while people watch; silent when nobody does. */
function progressObserver(io: CliIo): RunDeps['observer'] {
  let decided = 0;
  let acted = 0;
  const show = () => {
    if (io.stderr.isTTY) io.stderr.write(`\r\u001b[2K${decided} decided, ${acted} writes settled`);
  };
  return {
    onDecision: () => {
      decided += 1;
      show();
    },
    onEffect: () => {
      acted += 1;
      show();
    },
    onReconciled: (effect) => {
      io.stderr.write(
        `Settled from an earlier run: decision ${effect.decisionId} step ${effect.intentN}: ${effect.kind.replace('_', ' ')}\n`,
      );
    },
  };
}

/** An id that is not there, or not open, stops the run before it does anything about the others. */
async function refuseUnknownOrders(composition: Composition, only: readonly number[]): Promise<void> {
  const problems = [];
  for (const id of only) {
    const workOrder = await composition.source.readWorkOrder(workOrderId(id));
    if (workOrder === null) {
      problems.push(
        mistake(`--only ${id}`, 'is not a work order that this API user can see', 'Check the id and the environment.'),
      );
    } else if (!isOpen(workOrder)) {
      problems.push(
        mistake(
          `--only ${id}`,
          `is ${workOrder.status.replace('_', ' ')}, not open`,
          'Name a published or routed work order.',
        ),
      );
    }
  }
  if (problems.length > 0) throw new OperatorMistake(problems);
}

/** Held for the whole run: two processes never act on one ledger at a time. */
export async function takeActingLock(config: PlatformConfig, composition: Composition, io: CliIo): Promise<HeldLock> {
  const path = `${config.databasePath}.acting.lock`;
  const waitMs = config.limits.actingLockWaitMs;
  const pauseMs = 250;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    if (waitedMs === 0)
      io.stderr.write(`Another fieldmarshal is acting on ${config.databasePath}; waiting up to ${waitMs / 1000} s\n`);
    if (waitedMs >= waitMs) {
      throw new Blocked(
        `another fieldmarshal is still acting on ${config.databasePath}`,
        'Wait for it to finish, then run again; nothing was done.',
      );
    }
    await composition.clock.sleep(pauseMs);
  }
}

export function printReport(
  report: RunReport,
  dryRunBecause: string | null,
  to: { readonly json: boolean; readonly io: CliIo },
): void {
  const { io } = to;
  if (io.stderr.isTTY) io.stderr.write('\r\u001b[2K');
  for (const decision of report.decisions) {
    const effects = effectsOf(report, decision);
    io.stdout.write(
      to.json ? `${JSON.stringify(decisionJson(decision, effects))}\n` : `${decisionLine(decision, effects)}\n`,
    );
  }
  io.stdout.write(
    to.json ? `${JSON.stringify(summaryJson(report, dryRunBecause))}\n` : `\n${summaryText(report, dryRunBecause)}`,
  );
}

export function effectsOf(report: RunReport, decision: RunDecision): readonly Effect[] {
  return decision.isUnchanged ? [] : report.effects.filter((effect) => effect.decisionId === decision.id);
}
