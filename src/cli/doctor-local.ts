import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, PlatformConfig } from '../config.ts';
import { findClockFault } from '../daemon/clock.ts';
import { readSchedule, type Schedule } from '../daemon/schedule.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { LedgerFailure } from '../engine/ports.ts';
import { packageRoot } from '../package-root.ts';
import { parseRuleSet } from '../rules/parse-rule-set.ts';
import { openLedgerReader } from '../store/sqlite/open-ledger.ts';
import { tryLock } from '../store/sqlite/process-lock.ts';
import { daemonLockPath } from './daemon.ts';
import { type Check, fail, ok, skipped, warn } from './doctor-check.ts';
import { checkDrift } from './doctor-drift.ts';
import { OperatorMistake } from './exit-codes.ts';
import { readRuleFiles } from './load-rules.ts';

const SETTINGS = { name: 'settings', about: 'setup' } as const;

export function checkSettings(found: PlatformConfig | readonly Problem[], cwd: string): readonly Check[] {
  if (!('platform' in found))
    return found.map((one) => fail(SETTINGS, `${one.where} ${one.code} ${one.what}`, one.fix));
  const { hosts, username } = found.platform;
  const host = new URL(hosts.apiBaseUrl).host;
  const told = ok(SETTINGS, `${hosts.environment} at ${host} as ${username}; client id, secret and password are set`);
  const dotenv = join(cwd, '.env');
  const mode = existsSync(dotenv) ? statSync(dotenv).mode : 0;
  // Windows has no such bits, and shows all of them as set.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [told];
  return [
    told,
    warn(SETTINGS, 'other users of this machine may read .env', 'Run chmod 600 .env: it holds the password.'),
  ];
}

const ARMED = { name: 'armed', about: 'setup' } as const;

/** Whether a run would send anything. */
export function checkArmed({ platform, arm }: PlatformConfig): Check {
  const { environment } = platform.hosts;
  if (environment !== 'production') return ok(ARMED, `${environment}: runs act; nothing there is production`);
  return arm === 'production'
    ? ok(ARMED, 'production is armed: runs act on real work orders')
    : warn(
        ARMED,
        'production is not armed: every run is a dry run',
        'Set FIELDMARSHAL_ARM=production to let runs act.',
      );
}

/** How long what people are known by stays in the ledger. */
export function checkRetention({ retentionDays }: Config): Check {
  const about = { name: 'retention', about: 'setup' } as const;
  return ok(
    about,
    retentionDays === null
      ? 'raw rows and facts of decisions are kept for ever; FIELDMARSHAL_RETENTION_DAYS has the daemon erase old ones'
      : `the daemon erases raw rows and facts of decisions after ${retentionDays} days`,
  );
}

const RULES = { name: 'rule files', about: 'setup' } as const;

export function checkRuleFiles({ rulesPath, limits }: Config, cwd: string): readonly Check[] {
  try {
    const parsed = parseRuleSet(readRuleFiles(rulesPath, limits, cwd), limits);
    const warnings = parsed.warnings.map((one) => warn(RULES, formatPlace(one), one.fix));
    if (parsed.kind === 'problems')
      return [...parsed.problems.map((one) => fail(RULES, formatPlace(one), one.fix)), ...warnings];
    const all = [...parsed.set.files, ...parsed.set.reviews];
    const files = all.map(({ id, mode }) => `${id} (${mode})`).join(', ');
    const acts = parsed.set.files.some(({ mode }) => mode === 'enforce' || mode === 'canary');
    const asks = all.some(({ mode }) => mode === 'recommend');
    const idle = asks
      ? '; none of them acts by itself: what is recommended waits in approve list'
      : '; none of them acts: the next step from shadow is "mode": "recommend"';
    const note = acts ? '' : idle;
    return [ok(RULES, `${all.length} in ${rulesPath}: ${files}${note}`), ...warnings];
  } catch (error) {
    if (!(error instanceof OperatorMistake)) throw error;
    return error.problems.map((one) => fail(RULES, formatPlace(one), one.fix));
  }
}

function formatPlace(problem: Problem): string {
  // The fix is shown on a line of its own.
  return formatProblem({ ...problem, fix: '' }).replace(/ — $/, '');
}

const SCHEDULE = { name: 'schedule', about: 'setup' } as const;

export type ScheduleCheck = { readonly checks: readonly Check[]; readonly schedule: Schedule | null };

export function checkSchedule({ cron, databasePath, healthPort }: Config, nowMs: number): ScheduleCheck {
  const fault = findClockFault(nowMs);
  const clock = fault === null ? [] : [fail({ name: 'clock', about: 'setup' }, fault, 'Set the clock, best by NTP.')];
  const reading = readSchedule(cron, nowMs);
  if (reading.kind === 'wrong')
    return { checks: [...clock, fail(SCHEDULE, `FIELDMARSHAL_CRON ${reading.what}`, reading.fix)], schedule: null };
  const [nextMs = 0] = reading.schedule.slotsAfter(nowMs, 1);
  const next = new Date(nextMs).toISOString();
  const saw = isDaemonRunning(databasePath)
    ? `a daemon runs on this ledger, with settings of its own${healthPort === 0 ? '' : `; by those of this shell its health would be at http://127.0.0.1:${healthPort}/healthz`}`
    : 'no daemon runs on this ledger';
  return {
    checks: [...clock, ok(SCHEDULE, `by the settings of this shell "${cron}" in UTC, next at ${next}; ${saw}`)],
    schedule: reading.schedule,
  };
}

export function isDaemonRunning(databasePath: string): boolean {
  const path = daemonLockPath(databasePath);
  if (!existsSync(path)) return false;
  const lock = tryLock(path);
  lock?.release();
  return lock === null;
}

const LEDGER = { name: 'ledger', about: 'ledger' } as const;

export type LedgerCheck = {
  readonly checks: readonly Check[];
  /** Of the last run that ended; null when there is none. */
  readonly lastRunRequests: number | null;
};

const LOOKED_BACK_MS = 7 * 24 * 3_600_000;

/** Reads the whole file once, and writes nothing. */
export async function checkLedger(config: Config, environment: string | null, nowMs: number): Promise<LedgerCheck> {
  const { databasePath: path } = config;
  if (!existsSync(path))
    return { checks: [ok(LEDGER, `none at ${path} yet; the first run makes it`)], lastRunRequests: null };
  try {
    const reader = openLedgerReader({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
    try {
      const runs = await reader.runs({ sinceMs: nowMs - LOOKED_BACK_MS, untilMs: null });
      const checks = [
        await checkFile(reader, path),
        await checkIdentity(reader, environment),
        await checkOpenIntents(reader),
        checkLastRun(runs.at(-1) ?? null),
        ...(await checkDrift(reader, config, nowMs)),
      ];
      return { checks, lastRunRequests: runs.findLast(({ end }) => end !== null)?.end?.summary.httpRequests ?? null };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof LedgerFailure)) throw error;
    return { checks: [fail(LEDGER, error.message, error.remedy)], lastRunRequests: null };
  }
}

type Reader = ReturnType<typeof openLedgerReader>;

async function checkFile(reader: Reader, path: string): Promise<Check> {
  const found = await reader.quickCheck();
  const head = await reader.chainHead();
  if (found === 'ok') return ok(LEDGER, `${path} is sound; its chain ends in ${head?.slice(0, 12) ?? 'nothing yet'}`);
  return fail(
    LEDGER,
    `${path} is damaged: ${found}`,
    'Restore the newest backup under another name, and point FIELDMARSHAL_DB at it.',
  );
}

async function checkIdentity(reader: Reader, environment: string | null): Promise<Check> {
  const identity = await reader.identity();
  if (identity === null) return ok(LEDGER, 'it belongs to nobody yet; the first run binds it');
  const owner = `${identity.environment}${identity.companyId === null ? '' : `, company ${identity.companyId}`}`;
  if (environment === null) return skipped(LEDGER, `it belongs to ${owner}; the settings do not say where we are`);
  if (identity.environment === environment) return ok(LEDGER, `it belongs to ${owner}`);
  const todo = 'Set FIELDMARSHAL_DB to the ledger of this environment, or to a new file.';
  return fail(LEDGER, `it belongs to ${owner}, and the settings say ${environment}`, todo);
}

async function checkOpenIntents(reader: Reader): Promise<Check> {
  const open = await reader.openIntents();
  if (open.length === 0) return ok(LEDGER, 'every write is settled');
  const orders = [...new Set(open.map(({ workOrderId }) => workOrderId))];
  const shown = orders.slice(0, 5).join(', ');
  const todo =
    'Let a run settle them by reading. What can never be read again needs a person: fieldmarshal report open-intents, then settle DECISION --as confirmed|refused --because TEXT.';
  return warn(LEDGER, `writes not settled: ${open.length}, of work orders ${shown}`, todo);
}

function checkLastRun(last: Awaited<ReturnType<Reader['runs']>>[number] | null): Check {
  if (last === null) return ok(LEDGER, 'no run in the last seven days');
  const when = new Date(last.startedAtMs).toISOString();
  if (last.end === null)
    return warn(
      LEDGER,
      `the run of ${when} has no end: it is under way, or its process died`,
      'Make a run: it settles what was left open.',
    );
  const stopped = last.end.summary.stopped;
  if (stopped === null) return ok(LEDGER, `last run at ${when}: ${last.end.result}`);
  return warn(
    LEDGER,
    `last run at ${when}: ${stopped.code} ${stopped.message}`,
    'See docs/reason-codes.md for what to do.',
  );
}
