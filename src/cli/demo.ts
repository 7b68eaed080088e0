import { relative, resolve } from 'node:path';
import { type Composition, compose } from '../compose.ts';
import { type PlatformConfig, readPlatformConfig, type SettingOverrides } from '../config.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { Clock } from '../engine/ports.ts';
import type { RunDecision } from '../engine/record-decisions.ts';
import { runOnce } from '../engine/run-once.ts';
import type { RunReport } from '../engine/run-report.ts';
import { createLog } from '../log.ts';
import { type RunningSandbox, startSandbox } from '../sandbox/server.ts';
import type { CliIo } from './command.ts';
import { explainDefinition } from './commands/explain.ts';
import { demoComparison } from './demo-comparison.ts';
import { marketLines } from './demo-market.ts';
import { DEMO_RUN_PREFIX, makeRoom } from './demo-room.ts';
import { type DayTotals, demoSummary } from './demo-summary.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { CLEAR_LINE } from './guarded-io.ts';
import { loadRuleSet } from './load-rules.ts';
import { effectsOf, runDeps, takeActingLock } from './run.ts';
import { decisionLine, lineWidth } from './run-output.ts';

export type DemoOptions = {
  readonly seed: number;
  readonly workOrders: number;
  readonly providers: number;
  readonly dir: string;
  readonly overrides: SettingOverrides;
};

/** Monday 2026-03-02, 07:00 in Chicago: the day the demo dispatches, the same for everybody. */
const DAY_STARTS_MS = Date.UTC(2026, 2, 2, 13);
const TICK_MINUTES = 15;
const TICKS = 44;

/** A simulated working day: the sandbox on a free port, one run every quarter of an hour of its clock, then what came of it. */
export async function demoCommand(options: DemoOptions, io: CliIo): Promise<ExitCode> {
  const folder = resolve(io.cwd, options.dir);
  const databasePath = await makeRoom(folder);
  const { seed, workOrders, providers } = options;
  const market = { seed, workOrders, providers, speed: 0, startAtMs: DAY_STARTS_MS };
  const sandbox = await startSandbox({ port: 0, ...market });
  try {
    const config = demoConfig(options, { databasePath, url: sandbox.url }, io);
    const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
    const log = createLog({ level: config.logLevel, secrets: [], write: (line) => io.stderr.write(line) });
    const composition = await compose({ config, isDryRunAsked: false, log, clock: sandboxClock(sandbox) });
    try {
      const totals = await dispatchDay({ sandbox, composition, config, ruleSet, io });
      io.stdout.write(demoSummary(sandbox.world, totals));
      io.stdout.write(demoComparison(sandbox.world, market));
      await explainOne(totals, databasePath, io);
      io.stdout.write(furtherCommands(totals, databasePath, io));
    } finally {
      await composition.close();
    }
  } finally {
    await sandbox.close();
  }
  return EXIT_CODES.done.code;
}

/** The settings anybody would have, with only address, login and ledger in place of the operator's. */
function demoConfig(
  options: DemoOptions,
  at: { readonly databasePath: string; readonly url: string },
  io: CliIo,
): PlatformConfig {
  const read = readPlatformConfig({
    env: {
      FIELDMARSHAL_BASE_URL: at.url,
      FIELDMARSHAL_CLIENT_ID: 'demo-client',
      FIELDMARSHAL_CLIENT_SECRET: 'demo-secret',
      FIELDMARSHAL_USERNAME: 'demo.user',
      FIELDMARSHAL_PASSWORD: 'demo-password',
      FIELDMARSHAL_DB: at.databasePath,
    },
    cwd: io.cwd,
    overrides: options.overrides,
  });
  if (read.kind === 'problems') throw new OperatorMistake(read.problems);
  return read.config;
}

/** The market's own time: waiting moves it on instead of taking any. */
function sandboxClock(sandbox: RunningSandbox): Clock {
  return {
    nowMs: () => sandbox.clock.nowMs(),
    sleep: async (ms) => sandbox.clock.advance(ms),
  };
}

type Day = {
  readonly sandbox: RunningSandbox;
  readonly composition: Composition;
  readonly config: PlatformConfig;
  readonly ruleSet: RuleSet;
  readonly io: CliIo;
};

async function dispatchDay(day: Day): Promise<DayTotals> {
  const { composition, config, ruleSet, io, sandbox } = day;
  const lock = await takeActingLock(config, composition, io);
  const reports: RunReport[] = [];
  const said = new Map<WorkOrderId, string>();
  io.stdout.write(dayHeading());
  try {
    for (let tick = 1; tick <= TICKS; tick += 1) {
      const dueMs = DAY_STARTS_MS + tick * TICK_MINUTES * 60_000;
      const logged = sandbox.world.log.length;
      sandbox.clock.advance(Math.max(0, dueMs - sandbox.clock.nowMs()));
      const scheduled = new Date(dueMs).toISOString();
      const quiet = { ...io, stderr: { ...io.stderr, write: () => true, isTTY: false } };
      const deps = runDeps({ composition, ruleSet, config, io: quiet });
      await composition.beginRun();
      const report = await runOnce(deps, {
        id: `${DEMO_RUN_PREFIX}${String(tick).padStart(2, '0')}`,
        tick: scheduled,
        isDryRun: false,
        only: null,
      });
      reports.push(report);
      showTick(report, { tick, dueMs, market: marketLines(sandbox.world, logged, localTime), said, io });
    }
  } finally {
    lock.release();
  }
  return { reports };
}

function dayHeading(): string {
  const day = new Date(DAY_STARTS_MS).toISOString().slice(0, 10);
  return `Monday ${day}. Chicago time (UTC-6; the ledger and explain use UTC). A run every ${TICK_MINUTES} min: → we, ← the market.\n`;
}

/** Chicago's in winter, which this day is in. */
function localTime(atMs: number): string {
  return new Date(atMs - 6 * 3_600_000).toISOString().slice(11, 16);
}

type Tick = {
  readonly tick: number;
  readonly dueMs: number;
  readonly market: readonly string[];
  /** What was last said of each work order: outcome and reason code. Grows with the day. */
  readonly said: Map<WorkOrderId, string>;
  readonly io: CliIo;
};

/** What is new since the tick before, the market's doing first; a decision that only stands is not repeated. */
function showTick(report: RunReport, { tick, dueMs, market, said, io }: Tick): void {
  if (io.stderr.isTTY) io.stderr.write(CLEAR_LINE);
  const local = localTime(dueMs);
  for (const line of market) io.stdout.write(`${line}\n`);
  for (const decision of report.decisions) {
    if (decision.isUnchanged) continue;
    const { workOrder, outcome, reason } = decision.planned;
    const now = `${outcome} ${reason.code}`;
    // Recorded, because somebody came or went since; to read a day by, it says nothing new.
    if ((outcome === 'wait' || outcome === 'hold') && said.get(workOrder.id) === now) continue;
    said.set(workOrder.id, now);
    const width = lineWidth(io.stdout.columns) - local.length - 1;
    io.stdout.write(`${local} ${decisionLine(decision, effectsOf(report, decision), width)}\n`);
  }
  if (io.stderr.isTTY) {
    const width = Math.round((tick / TICKS) * 30);
    io.stderr.write(`${local} [${'#'.repeat(width)}${'.'.repeat(30 - width)}] run ${tick} of ${TICKS}`);
    if (tick === TICKS) io.stderr.write(CLEAR_LINE);
  }
}

/** The assignment a dispatcher would ask about: that had a runner-up, if any had, and the most candidates. */
function mostContested(totals: DayTotals): string | null {
  const rivals = ({ planned }: RunDecision) => (planned.runnerUp === null ? 0 : 1);
  const assigned = totals.reports
    .flatMap((report) => report.decisions)
    .filter((decision) => decision.planned.outcome === 'assign' && decision.id !== null)
    .toSorted((a, b) => rivals(b) - rivals(a) || b.planned.candidates.length - a.planned.candidates.length);
  return assigned[0]?.id ?? null;
}

async function explainOne(totals: DayTotals, databasePath: string, io: CliIo): Promise<void> {
  const id = mostContested(totals);
  if (id === null) return;
  io.stdout.write(`\nWhy ${id}? (fieldmarshal explain ${id})\n\n`);
  await explainDefinition.run(
    {
      args: [id],
      options: { format: 'text', json: false, provider: null, flip: false, letter: false, contact: null },
      overrides: { FIELDMARSHAL_DB: databasePath },
    },
    io,
  );
}

function furtherCommands(totals: DayTotals, databasePath: string, io: CliIo): string {
  const db = relative(io.cwd, databasePath);
  const held = totals.reports.at(-1)?.decisions.find((decision) => decision.planned.outcome === 'hold')?.planned
    .workOrder.id;
  const commands = [
    `report runs --db ${db}`,
    `report decisions --db ${db} --format csv`,
    ...(held === undefined ? [] : [`explain ${held} --db ${db}`]),
  ];
  return [
    '',
    `The ledger is ${db}. Look into it:`,
    ...commands.map((command) => `  npm run -s fieldmarshal -- ${command}`),
    '',
  ].join('\n');
}
