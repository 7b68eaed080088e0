import { connectPlatform, systemClock } from '../compose.ts';
import { type PlatformConfig, readConfig, readPlatformConfig, readSecrets, type SettingOverrides } from '../config.ts';
import { createLog } from '../log.ts';
import { printable } from '../report/printable.ts';
import { createScrubber } from '../scrub.ts';
import type { CliIo } from './command.ts';
import type { Check } from './doctor-check.ts';
import {
  checkArmed,
  checkLedger,
  checkRetention,
  checkRuleFiles,
  checkSchedule,
  checkSettings,
  isDaemonRunning,
  type ScheduleCheck,
} from './doctor-local.ts';
import { checkNotify } from './doctor-notify.ts';
import { checkPause } from './doctor-pause.ts';
import { checkPlatform } from './doctor-platform.ts';
import { checkWebhook } from './doctor-webhook.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

export type DoctorOptions = { readonly json: boolean; readonly overrides: SettingOverrides };

/** `doctor`: everything a run depends on, looked at one by one; nothing is changed. */
export async function runDoctor(options: DoctorOptions, io: CliIo): Promise<ExitCode> {
  const checks = await lookAtAll(options, io);
  const exit = exitOf(checks);
  const text = options.json ? `${JSON.stringify({ checks, exit }, null, 2)}\n` : describe(checks);
  io.stdout.write(createScrubber(readSecrets(io)).scrub(text));
  return exit;
}

async function lookAtAll({ overrides }: DoctorOptions, io: CliIo): Promise<readonly Check[]> {
  const { env, cwd } = io;
  const platform = readPlatformConfig({ env, cwd, overrides });
  const settings = checkSettings(platform.kind === 'config' ? platform.config : platform.problems, cwd);
  const local = readConfig({ env, cwd, overrides });
  // A setting that is wrong in itself may be the very path of the next check.
  if (local.kind === 'problems') return settings;
  const nowMs = Date.now();
  const schedule = checkSchedule(local.config, nowMs);
  const environment = platform.kind === 'config' ? platform.config.platform.hosts.environment : null;
  const ledger = await checkLedger(local.config, environment, nowMs);
  return [
    ...settings,
    ...(platform.kind === 'config' ? [checkArmed(platform.config)] : []),
    ...(await checkPause(local.config, nowMs)),
    ...checkRuleFiles(local.config, cwd),
    checkRetention(local.config),
    ...schedule.checks,
    ...ledger.checks,
    checkNotify(local.config),
    ...(await checkWebhook(local.config, isDaemonRunning(local.config.databasePath))),
    ...(platform.kind === 'config'
      ? await lookAtPlatform(platform.config, { schedule, lastRunRequests: ledger.lastRunRequests, io })
      : []),
  ];
}

async function lookAtPlatform(
  config: PlatformConfig,
  known: { readonly schedule: ScheduleCheck; readonly lastRunRequests: number | null; readonly io: CliIo },
): Promise<readonly Check[]> {
  const { io } = known;
  const log = createLog({ level: config.logLevel, secrets: readSecrets(io), write: (line) => io.stderr.write(line) });
  const client = connectPlatform(config, { clock: systemClock(), log });
  try {
    const { lastRunRequests } = known;
    return await checkPlatform({ client, config, schedule: known.schedule.schedule, lastRunRequests, nowMs: Date.now });
  } finally {
    await client.close();
  }
}

function exitOf(checks: readonly Check[]): ExitCode {
  const failed = checks.filter(({ result }) => result === 'fail').map(({ about }) => about);
  if (failed.includes('ledger')) return EXIT_CODES.ledger.code;
  if (failed.includes('platform')) return EXIT_CODES.upstream.code;
  return failed.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

function describe(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, result, saw, todo }) => {
    const line = `${(result === 'skipped' ? '-' : result).padEnd(4)}  ${name.padEnd(width)}  ${saw}`;
    return todo === null ? [line] : [line, `${' '.repeat(8 + width)}→ ${todo}`];
  });
  const count = (result: Check['result']) => checks.filter((check) => check.result === result).length;
  const summary = `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} wrong`;
  return `${[...lines, '', summary].map(printable).join('\n')}\n`;
}
