import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';
import { loadMarketRules } from './market-rules.ts';
import { openThread, runSeeds, type SeedResult } from './run-seeds.ts';
import { spreadOf } from './statistics.ts';
import { type Outcome, STRATEGIES, type StrategyName } from './strategies.ts';
import { differences, figuresJson, type Outcomes, sideBySide, spreads } from './tables.ts';

const HELP = `Simulates markets headless and shows how our rule files compare with the platform's own dispatch.

Usage: npm run market -- [options]

  --seeds N      markets, seeds 1 to N (default 5)
  --days N       length of each, 2 to 28 (default 7)
  --every N      minutes between two runs of ours, 1 to 60 (default 30; the daemon's is 5, at five times the computing)
  --jobs N       markets at once (default: one for each processor); the figures are the same
  --minutes N    begin no further market after so many minutes (default: no limit)
  --rules DIR    rule files (default: the shipped ones)
  --json         figures for programs
  --help

Interrupted (Ctrl-C), it ends with the market under way and reports on those that are done. Exit code 0; 1 when something happened that must never happen (each is printed); 2 for wrong arguments.
`;

type Options = {
  readonly seeds: number;
  readonly days: number;
  readonly every: number;
  readonly jobs: number;
  readonly minutes: number;
  readonly rules: string;
  readonly isJson: boolean;
};

function readOptions(): Options | string {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '5' },
      days: { type: 'string', default: '7' },
      every: { type: 'string', default: '30' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      minutes: { type: 'string', default: 'Infinity' },
      rules: { type: 'string', default: join(packageRoot(), 'rules') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return HELP;
  const [seeds, days, every] = [Number(values.seeds), Number(values.days), Number(values.every)];
  const [jobs, minutes] = [Number(values.jobs), Number(values.minutes)];
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1000) return '--seeds: write a whole number from 1 to 1000\n';
  if (!Number.isInteger(days) || days < 2 || days > 28) return '--days: write a whole number from 2 to 28\n';
  if (!Number.isInteger(every) || every < 1 || every > 60) return '--every: write a whole number from 1 to 60\n';
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) return '--jobs: write a whole number from 1 to 64\n';
  if (!(minutes > 0)) return '--minutes: write a number above 0\n';
  return { seeds, days, every, jobs, minutes, rules: values.rules, isJson: values.json };
}

type Totals = {
  readonly outcomes: { readonly [name in StrategyName]: Outcome[] };
  readonly broken: string[];
  readonly decisionsOf: Map<string, number>;
  readonly cpuSeconds: { readonly [name in StrategyName]: number[] };
  runs: number;
  tripped: number;
};

async function simulate(options: Options): Promise<Totals> {
  const lastStartMs = performance.now() + options.minutes * 60_000;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  const results = await runSeeds({
    ...options,
    open: () => openThread(options),
    mayBegin: () => performance.now() <= lastStartMs && !interruption.signal.aborted,
    onDone: ({ seed, ways }) => {
      const computing = ways.map(({ name, cpuSeconds }) => `${name} ${cpuSeconds.toFixed(1)} s`);
      process.stderr.write(`seed ${seed} of ${options.seeds}: of processor time ${computing.join(', ')}\n`);
    },
  });
  return totalsOf(results);
}

function totalsOf(results: readonly SeedResult[]): Totals {
  const totals: Totals = {
    outcomes: { publish: [], route: [], rules: [] },
    broken: [],
    decisionsOf: new Map(),
    cpuSeconds: { publish: [], route: [], rules: [] },
    runs: 0,
    tripped: 0,
  };
  for (const { seed, ways } of results) for (const way of ways) add(totals, seed, way);
  return totals;
}

function add(totals: Totals, seed: number, { name, ...result }: SeedResult['ways'][number]): void {
  totals.outcomes[name].push(result.outcome);
  totals.broken.push(...result.brokenPromises.map((sentence) => `seed ${seed}: ${sentence}`));
  totals.runs += result.runs;
  totals.tripped += result.trippedRuns;
  totals.cpuSeconds[name].push(result.cpuSeconds);
  for (const [id, count] of Object.entries(result.decisionsOf))
    totals.decisionsOf.set(id, (totals.decisionsOf.get(id) ?? 0) + count);
}

function report({ days, every, isJson }: Options, totals: Totals): string {
  const outcomes: Outcomes = totals.outcomes;
  const seeds = outcomes.rules.length;
  const decisions = Object.fromEntries(totals.decisionsOf);
  if (isJson) {
    const { runs, tripped, broken } = totals;
    const head = { seeds, days, every, runs, tripped_runs: tripped, broken, decisions, cpu_seconds: totals.cpuSeconds };
    return `${JSON.stringify({ ...head, ...figuresJson(outcomes) })}\n`;
  }
  return [
    `${seeds} ${seeds === 1 ? 'market' : 'markets'} of ${days} days, ${outcomes.rules[0]?.work_orders ?? 0} work orders each; ${totals.runs} runs of ours, one every ${every} minutes, ${totals.tripped} stopped by a trip-wire.`,
    `Decisions recorded: ${Object.entries(decisions)
      .map(([id, count]) => `${id} ${count}`)
      .join(', ')}.`,
    `Processor time of a market, median: ${STRATEGIES.map(({ name }) => secondsOf(name, totals)).join(', ')}.`,
    '',
    sideBySide(outcomes),
    '',
    differences(outcomes),
    '',
    seeds === 1
      ? 'One market has no interval: none of this can be told from chance.'
      : '* the interval leaves zero out',
    '',
    spreads(outcomes),
    '',
  ].join('\n');
}

function secondsOf(name: StrategyName, { cpuSeconds }: Totals): string {
  return `${name} ${spreadOf(cpuSeconds[name])?.median.toFixed(1)} s`;
}

const options = readOptions();
if (typeof options === 'string') {
  process.stderr.write(options);
  process.exitCode = options === HELP ? 0 : 2;
} else {
  // What is wrong with the files is said once, before any thread reads them.
  loadMarketRules(options.rules);
  const totals = await simulate(options);
  process.stdout.write(report(options, totals));
  for (const sentence of totals.broken) process.stderr.write(`BROKEN: ${sentence}\n`);
  process.exitCode = totals.broken.length > 0 ? 1 : 0;
}
