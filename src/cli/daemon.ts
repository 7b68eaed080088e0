import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readSecrets, type SettingOverrides } from '../config.ts';
import { findClockFault, systemDaemonClock } from '../daemon/clock.ts';
import { type Daemon, type DaemonParts, startDaemon } from '../daemon/daemon.ts';
import { createMetrics } from '../daemon/metrics.ts';
import { keepLastGoodRules, type RuleSet } from '../daemon/rule-reload.ts';
import { readSchedule, type Schedule } from '../daemon/schedule.ts';
import { type StatusServer, startStatusServer } from '../daemon/status-server.ts';
import { cronTicker } from '../daemon/ticker.ts';
import { type LedgerReader, PlatformUnavailable } from '../engine/ports.ts';
import { readDirectives } from '../engine/standing-directives.ts';
import { createLog, type Log } from '../log.ts';
import { packageRoot, packageVersion } from '../package-root.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { type HeldLock, tryLock } from '../store/sqlite/process-lock.ts';
import { DELIVERY_RESULTS } from '../webhook/receiver.ts';
import { checkedPlatformConfig } from './checked-config.ts';
import type { CliIo } from './command.ts';
import { Blocked, EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { readRulesOnDisk } from './load-rules.ts';
import { pausedText } from './pause.ts';
import { loadActingRules } from './refused-at-start.ts';
import { retentionOf } from './retention.ts';
import { runDeps, takeActingLock } from './run.ts';
import { spareMemory } from './spare-memory.ts';
import { type Teller, tellerOf } from './teller.ts';
import { type RunningWebhook, startWebhook } from './webhook-receiver.ts';

export type DaemonOptions = { readonly dryRun: boolean; readonly overrides: SettingOverrides };

/** `daemon`: one composition and one lock for life, and a run whenever the schedule says so. */
export async function runDaemon(options: DaemonOptions, io: CliIo): Promise<ExitCode> {
  spareMemory(io, 50);
  const config = checkedPlatformConfig({ ...options, defaults: { FIELDMARSHAL_LOG_LEVEL: 'info' } }, io);
  const schedule = checkedSchedule(config.cron);
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const saying = sayingTo(log.warn.bind(log), io);
  const warn = (sentence: string) => log.warn(sentence);
  const teller = tellerOf(config, { isDryRunAsked: options.dryRun, secrets: readSecrets(io), warn });
  const first = await loadActingRules({ config, isDryRunAsked: options.dryRun, io: saying });
  const lock = takeDaemonLock(config.databasePath);
  try {
    const composition = await compose({
      config,
      isDryRunAsked: options.dryRun,
      log,
      clock: null,
      ledgerCheck: 'quick',
    });
    try {
      const heedRetention = retentionOf(config, composition.clock, log);
      return await serve({ config, schedule, first, log, composition, teller, heedRetention, io });
    } finally {
      await composition.close();
    }
  } catch (error) {
    teller.noteFailure(error);
    await teller.send();
    throw error;
  } finally {
    lock.release();
  }
}

function checkedSchedule(cron: string): Schedule {
  const nowMs = Date.now();
  const fault = findClockFault(nowMs);
  const reading = readSchedule(cron, fault === null ? nowMs : 0);
  const problems = [
    ...(fault === null
      ? []
      : [
          problem('clock', 'FM-C150', {
            what: `is wrong: ${fault}`,
            fix: 'Set the clock, best by NTP, then start again.',
          }),
        ]),
    ...(reading.kind === 'schedule' ? [] : [problem('FIELDMARSHAL_CRON', 'FM-C106', reading)]),
  ];
  if (reading.kind === 'wrong' || problems.length > 0) throw new OperatorMistake(problems);
  return reading.schedule;
}

function problem(where: string, code: string, { what, fix }: { readonly what: string; readonly fix: string }) {
  return { where, line: null, column: null, code, what, fix };
}

/** For life: two daemons on one ledger would only stand in each other's way. */
function takeDaemonLock(databasePath: string): HeldLock {
  const lock = tryLock(daemonLockPath(databasePath));
  if (lock !== null) return lock;
  throw new Blocked(
    `another fieldmarshal daemon runs on ${databasePath}`,
    'Stop that one first, or give this one a ledger of its own (FIELDMARSHAL_DB); nothing was done.',
  );
}

export function daemonLockPath(databasePath: string): string {
  return `${databasePath}.daemon.lock`;
}

async function pausedNow({ store, view, clock, outsidePause }: Composition): Promise<string | null> {
  const { pause } = await readDirectives({ ledger: store ?? view, outsidePause }, clock.nowMs());
  return pause === null ? null : pausedText(pause);
}

type Serving = {
  readonly config: PlatformConfig;
  readonly schedule: Schedule;
  readonly first: RuleSet;
  readonly log: Log;
  readonly composition: Composition;
  readonly teller: Teller;
  readonly heedRetention: () => Promise<void>;
  readonly io: CliIo;
};

async function serve(serving: Serving): Promise<ExitCode> {
  const { config, composition, log } = serving;
  const reader = composition.store === null ? null : openReader(config.databasePath);
  const metrics = createMetrics({ withProcess: true, deliveryResults: DELIVERY_RESULTS });
  let daemon: Daemon | null = null;
  let webhook: RunningWebhook | null = null;
  const status = await startStatus(config.healthPort, {
    health: async () => daemon?.health(await pausedNow(composition), webhook?.counts() ?? null) ?? null,
    metrics: metrics.text,
  });
  try {
    webhook = await startWebhook({ config, log, metrics, daemon: () => daemon });
    sayStarted(serving, { status: status?.url ?? null, webhook: webhook?.url ?? null });
    daemon = startDaemon(toParts(serving, { reader, metrics }));
    const ended = await daemon.ended;
    if (ended === 'drained') log.info('stopped');
    else log.warn('stopped with an action under way; the next start settles it by reading');
    return ended === 'drained' ? EXIT_CODES.done.code : EXIT_CODES.findings.code;
  } finally {
    await webhook?.close();
    await status?.close();
    await reader?.close();
  }
}

function toParts(
  serving: Serving,
  made: { readonly reader: LedgerReader | null; readonly metrics: DaemonParts['metrics'] },
): DaemonParts {
  const { config, schedule, first, log, composition, teller, io } = serving;
  const stop = io.signal ?? new AbortController().signal;
  const rules = keepLastGoodRules({
    first,
    read: () => readRulesOnDisk(config.rulesPath, config.limits),
    log,
    onReload: made.metrics.noteReload,
  });
  return {
    ...made,
    clock: systemDaemonClock(),
    schedule,
    ticker: cronTicker(schedule.expression),
    log,
    hintLimits: config.limits,
    drainMs: config.limits.drainMs,
    stop,
    newRunId: randomUUID,
    rules,
    note: async (outcome) => {
      teller.noteReload(rules.inForce().refused?.problems ?? null);
      if (outcome.kind === 'finished') await teller.noteRun(outcome.report, composition.store);
      if (outcome.kind === 'unavailable') teller.noteFailure(new PlatformUnavailable(outcome.why, outcome.message));
    },
    tell: teller.send,
    open: () => openRun(serving),
    lookAtLedger: async () => {
      if (composition.store === null || made.reader === null) return null;
      const openIntents = (await composition.store.openIntents()).length;
      return { openIntents, chainHead: await made.reader.chainHead() };
    },
  };
}

function openReader(path: string): LedgerReader {
  return openLedgerReader({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
}

async function openRun(serving: Serving): ReturnType<DaemonParts['open']> {
  const { config, composition, first: ruleSet, io, log } = serving;
  const isDryRun = composition.dryRunBecause !== null;
  const saying = sayingTo(log.info.bind(log), io);
  try {
    const lock = isDryRun ? null : await takeActingLock(config, composition, saying);
    await composition.beginRun();
    const deps = runDeps({ composition, ruleSet, config, io: saying });
    const release = () => lock?.release();
    return { kind: 'open', deps, isDryRun, release, ...(isDryRun ? {} : { afterRun: serving.heedRetention }) };
  } catch (error) {
    if (error instanceof Blocked) return { kind: 'locked', message: error.message };
    throw error;
  }
}

/** What a command would tell a person becomes a line of the log, which holds nothing else. */
function sayingTo(say: (text: string) => void, io: CliIo): CliIo {
  return { ...io, stderr: { write: (text: string) => say(text.trim()), isTTY: false } };
}

/** Null: turned off. */
async function startStatus(
  port: number,
  parts: {
    readonly health: () => Promise<ReturnType<Daemon['health']> | null>;
    readonly metrics: () => Promise<string>;
  },
): Promise<StatusServer | null> {
  if (port === 0) return null;
  try {
    return await startStatusServer({ port, ...parts });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const what = `cannot be used: port ${port} of 127.0.0.1 is ${code === 'EACCES' ? 'not for this user' : 'taken'}`;
    throw new OperatorMistake([
      problem('FIELDMARSHAL_HEALTH_PORT', 'FM-C107', { what, fix: 'Give another port, or 0 for none.' }),
    ]);
  }
}

function sayStarted(
  { config, schedule, first, log, composition }: Serving,
  urls: { readonly status: string | null; readonly webhook: string | null },
): void {
  const [nextMs = 0] = schedule.slotsAfter(Date.now(), 1);
  log.info(
    {
      version: packageVersion(),
      environment: composition.environment,
      dryRunBecause: composition.dryRunBecause,
      ledger: config.databasePath,
      rules: config.rulesPath,
      ruleSet: first.hash,
      schedule: schedule.expression,
      nextTick: new Date(nextMs).toISOString(),
      ...urls,
    },
    'daemon started',
  );
}
