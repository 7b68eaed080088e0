import { randomUUID } from 'node:crypto';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readPlatformConfig, readSecrets, type SettingOverrides } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Effect } from '../domain/decision.ts';
import { type WorkOrderId, workOrderId } from '../domain/ids.ts';
import type { Problem } from '../domain/problem.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { isOpen, type WorkOrder } from '../domain/work-order.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import { type RunDeps, type RunRequest, runOnce } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import { createLog } from '../log.ts';
import { packageVersion } from '../package-root.ts';
import { createScrubber } from '../scrub.ts';
import type { LedgerHead } from '../store/sqlite/chain.ts';
import { type HeldLock, tryLock } from '../store/sqlite/process-lock.ts';
import type { CliIo } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { loadActingRules } from './refused-at-start.ts';
import { readRulesCommit } from './rules-commit.ts';
import {
  decisionJson,
  decisionLine,
  failureJson,
  headText,
  lineWidth,
  nothingToDoJson,
  summaryJson,
  summaryText,
} from './run-output.ts';
import { spareMemory } from './spare-memory.ts';
import { type Teller, tellerOf } from './teller.ts';

export type RunOnceOptions = {
  readonly once: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly only: readonly number[];
  readonly full: boolean;
  readonly overrides: SettingOverrides;
};

/** `run --once`: one pass over the open work orders. With --json the last line is a summary however it ends. */
export async function runOnceCommand(options: RunOnceOptions, io: CliIo): Promise<ExitCode> {
  spareMemory(io, 50);
  const progress: Progress = { request: null, teller: null };
  try {
    return await dispatchOnce(options, progress, io);
  } catch (error) {
    progress.teller?.noteFailure(error);
    await progress.teller?.send();
    if (options.json) {
      const { scrub } = createScrubber(readSecrets(io));
      io.stdout.write(`${scrub(JSON.stringify(failureJson(error, progress.request)))}\n`);
    }
    throw error;
  }
}

/** `request` null: no run has begun. `teller` null: nothing is known yet, or it only looks. */
type Progress = { request: RunRequest | null; teller: Teller | null };

async function dispatchOnce(options: RunOnceOptions, progress: Progress, io: CliIo): Promise<ExitCode> {
  const config = checkedRunConfig(options, io);
  const teller = tellerOf(config, {
    isDryRunAsked: options.dryRun,
    secrets: readSecrets(io),
    warn: (sentence) => io.stderr.write(`${sentence}\n`),
  });
  progress.teller = teller;
  const ruleSet = await loadActingRules({ config, isDryRunAsked: options.dryRun, io });
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const composition = await compose({ config, isDryRunAsked: options.dryRun, log, clock: null });
  let lock: HeldLock | null = null;
  try {
    if (composition.dryRunBecause === null) lock = await takeActingLock(config, composition, io);
    else io.stderr.write(`DRY RUN: ${composition.dryRunBecause}\n`);
    await composition.beginRun();
    const only = await selectOrders(composition, options.only, io);
    if (only?.length === 0) {
      io.stderr.write('None of the work orders named is open: there is nothing to decide.\n');
      if (options.json) io.stdout.write(`${JSON.stringify(nothingToDoJson(composition))}\n`);
      return EXIT_CODES.done.code;
    }
    progress.request = { ...manualRequest(composition), only, ...(options.full ? { pullAnew: 'all' } : {}) };
    const report = await runOnce(runDeps({ composition, ruleSet, config, io }), progress.request);
    printReport(report, composition.dryRunBecause, { json: options.json, head: await composition.ledgerHead(), io });
    // Others may act while people are told.
    lock?.release();
    lock = null;
    await teller.noteRun(report, composition.store);
    await teller.send();
    if (report.result !== 'done') return EXIT_CODES.blocked.code;
    return hasAlarms(report) ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  } finally {
    lock?.release();
    await composition.close();
  }
}

function hasAlarms({ summary, isDryRun }: RunReport): boolean {
  const isDemoted = !isDryRun && (summary.demoted ?? []).some(({ isNew }) => isNew);
  return summary.alarms.length > 0 || isDemoted;
}

/** A missing --once is one mistake among the others. */
function checkedRunConfig({ once, overrides }: RunOnceOptions, { env, cwd }: CliIo): PlatformConfig {
  const read = readPlatformConfig({ env, cwd, overrides });
  const fix = 'Write run --once for one run, or daemon for runs on a schedule.';
  const problems = [
    ...(once ? [] : [mistake('--once', 'is missing', fix)]),
    ...(read.kind === 'problems' ? read.problems : []),
  ];
  if (read.kind === 'problems' || problems.length > 0) throw new OperatorMistake(problems);
  return read.config;
}

function mistake(where: string, what: string, fix: string): Problem {
  return configurationProblem(where, 'FM-C130', { what, fix });
}

/** A manual run has a tick of its own, so that it never collides with a scheduled one. */
export function manualRequest(composition: Composition): Omit<RunRequest, 'only'> {
  const id = randomUUID();
  return { id, tick: `manual:${id}`, isDryRun: composition.dryRunBecause !== null };
}

export function runDeps(parts: {
  readonly composition: Composition;
  readonly ruleSet: RuleSet;
  readonly config: Pick<PlatformConfig, 'limits' | 'rulesPath'>;
  readonly io: CliIo;
}): RunDeps {
  const { composition, config, io } = parts;
  return {
    source: composition.source,
    target: composition.target,
    store: composition.store,
    view: composition.view,
    memory: composition.memory,
    shelf: composition.shelf,
    clock: composition.clock,
    environment: composition.environment,
    limits: config.limits,
    ruleSet: parts.ruleSet,
    rulesSeen: { refused: null, readCommit: () => readRulesCommit(config.rulesPath, io) },
    outsidePause: composition.outsidePause,
    clockSkewMs: composition.clockSkewMs,
    engineVersion: packageVersion(),
    observer: progressObserver(io),
    isStopping: () => io.signal?.aborted === true,
  };
}

/** One changing line while people watch; silent when nobody does. */
function progressObserver(io: CliIo): RunDeps['observer'] {
  let decided = 0;
  let acted = 0;
  const show = () => {
    if (io.stderr.isTTY) io.stderr.write(`${CLEAR_LINE}${decided} decided, ${acted} writes settled`);
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

/**
 * Null: all of them. An id that nobody can see stops the run before it does anything about the others; one that is no
 * longer open is noted and left out, since somebody may have filled it a moment ago.
 */
async function selectOrders(
  composition: Composition,
  only: readonly number[],
  io: CliIo,
): Promise<readonly WorkOrderId[] | null> {
  if (only.length === 0) return null;
  const problems: Problem[] = [];
  const closed: WorkOrder[] = [];
  const open: WorkOrderId[] = [];
  for (const id of new Set(only)) {
    const workOrder = await composition.source.readWorkOrder(workOrderId(id));
    if (workOrder === null)
      problems.push(
        mistake(`--only ${id}`, 'is not a work order that this API user can see', 'Check the id and the environment.'),
      );
    else if (isOpen(workOrder)) open.push(workOrder.id);
    else closed.push(workOrder);
  }
  if (problems.length > 0) throw new OperatorMistake(problems);
  for (const { id, status } of closed) {
    io.stderr.write(`Work order ${id} is left out: it is ${status.replace('_', ' ')}, no longer open.\n`);
  }
  return open;
}

/** Held for the whole run: two processes never act on one ledger at a time. */
export async function takeActingLock(
  config: Pick<PlatformConfig, 'databasePath' | 'limits'>,
  { clock }: Pick<Composition, 'clock'>,
  io: CliIo,
): Promise<HeldLock> {
  const path = `${config.databasePath}.acting.lock`;
  const waitMs = config.limits.actingLockWaitMs;
  const pauseMs = 250;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    if (io.signal?.aborted === true)
      throw new Blocked('asked to stop while another fieldmarshal was acting', 'Nothing was done.');
    if (waitedMs === 0)
      io.stderr.write(`Another fieldmarshal is acting on ${config.databasePath}; waiting up to ${waitMs / 1000} s\n`);
    if (waitedMs >= waitMs) {
      throw new Blocked(
        `another fieldmarshal is still acting on ${config.databasePath}`,
        'Wait for it to finish, then run again; nothing was done.',
      );
    }
    await clock.sleep(pauseMs);
  }
}

export function printReport(
  report: RunReport,
  dryRunBecause: string | null,
  to: { readonly json: boolean; readonly head: LedgerHead | null; readonly io: CliIo },
): void {
  const { io } = to;
  if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  for (const decision of to.json ? report.decisions : toldDecisions(report.decisions)) {
    const effects = effectsOf(report, decision);
    const line = to.json
      ? JSON.stringify(decisionJson(decision, effects))
      : decisionLine(decision, effects, lineWidth(io.stdout.columns));
    io.stdout.write(`${line}\n`);
  }
  io.stdout.write(
    to.json
      ? `${JSON.stringify({ ...summaryJson(report, dryRunBecause), ledger: to.head })}\n`
      : `\n${summaryText(report, dryRunBecause)}${headText(to.head)}`,
  );
}

/** That no live file looked at a work order says nothing beside what a file in shadow would do with it. */
export function toldDecisions(decisions: RunReport['decisions']): RunReport['decisions'] {
  const shadowed = new Set(
    decisions.flatMap(({ planned }) => (planned.mode === 'shadow' ? [planned.workOrder.id] : [])),
  );
  return decisions.filter(({ planned }) => planned.reason.code !== 'FM-4001' || !shadowed.has(planned.workOrder.id));
}

export function effectsOf(report: RunReport, decision: RunDecision): readonly Effect[] {
  return decision.isUnchanged ? [] : report.effects.filter((effect) => effect.decisionId === decision.id);
}
