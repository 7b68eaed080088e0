import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import { packageRoot } from '../../src/package-root.ts';
import { loadMarketRules } from './market-rules.ts';
import { spreadOf } from './statistics.ts';
import { type MarketResult, type Outcome, runStrategy, STRATEGIES, type StrategyName } from './strategies.ts';
import { differences, figuresJson, type Outcomes, sideBySide, spreads } from './tables.ts';

const HELP = `Simulates markets headless and shows how our rule files compare with the platform's own dispatch.

Usage: npm run market -- [options]

  --seeds N      markets, seeds 1 to N (default 5)
  --days N       length of each, 2 to 28 (default 7)
  --minutes N    begin no further market after so many minutes (default: no limit)
  --rules DIR    rule files (default: the shipped ones)
  --json         figures for programs
  --help

Interrupted (Ctrl-C), it ends with the market under way and reports on those that are done. Exit code 0; 1 when something happened that must never happen (each is printed); 2 for wrong arguments.
`;

type Options = {
  readonly seeds: number;
  readonly days: number;
  readonly minutes: number;
  readonly rules: string;
  readonly isJson: boolean;
};

function readOptions(): Options | string {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '5' },
      days: { type: 'string', default: '7' },
      minutes: { type: 'string', default: 'Infinity' },
      rules: { type: 'string', default: join(packageRoot(), 'rules') },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return HELP;
  const [seeds, days, minutes] = [Number(values.seeds), Number(values.days), Number(values.minutes)];
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1000) return '--seeds: write a whole number from 1 to 1000\n';
  if (!Number.isInteger(days) || days < 2 || days > 28) return '--days: write a whole number from 2 to 28\n';
  if (!(minutes > 0)) return '--minutes: write a number above 0\n';
  return { seeds, days, minutes, rules: values.rules, isJson: values.json };
}

type Totals = {
  readonly outcomes: { readonly [name in StrategyName]: Outcome[] };
  readonly broken: string[];
  readonly decisionsOf: Map<string, number>;
  readonly cpuSeconds: { readonly [name in StrategyName]: number[] };
  runs: number;
  tripped: number;
};

async function simulate(options: Options, ruleSet: RuleSet): Promise<Totals> {
  const totals: Totals = {
    outcomes: { publish: [], route: [], rules: [] },
    broken: [],
    decisionsOf: new Map(),
    cpuSeconds: { publish: [], route: [], rules: [] },
    runs: 0,
    tripped: 0,
  };
  const lastStartMs = performance.now() + options.minutes * 60_000;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  for (let seed = 1; seed <= options.seeds; seed += 1) {
    // Nothing in a market waits for anything outside of it, so signals are heard only here.
    await setImmediate();
    const startedMs = performance.now();
    if (startedMs > lastStartMs || interruption.signal.aborted) break;
    for (const { name } of STRATEGIES) {
      const before = process.cpuUsage();
      const result = await runStrategy(name, { seed, days: options.days }, ruleSet);
      const { user, system } = process.cpuUsage(before);
      add(totals, name, { seed, result, cpuSeconds: (user + system) / 1e6 });
    }
    const elapsed = ((performance.now() - startedMs) / 1000).toFixed(1);
    const computing = STRATEGIES.map(({ name }) => `${name} ${totals.cpuSeconds[name].at(-1)?.toFixed(1)} s`);
    process.stderr.write(`seed ${seed} of ${options.seeds}: ${elapsed} s; of processor time ${computing.join(', ')}\n`);
  }
  return totals;
}

type Finished = { readonly seed: number; readonly result: MarketResult; readonly cpuSeconds: number };

function add(totals: Totals, name: StrategyName, { seed, result, cpuSeconds }: Finished): void {
  totals.outcomes[name].push(result.outcome);
  totals.broken.push(...result.brokenPromises.map((sentence) => `seed ${seed}: ${sentence}`));
  totals.runs += result.runs;
  totals.tripped += result.trippedRuns;
  totals.cpuSeconds[name].push(cpuSeconds);
  for (const [id, count] of Object.entries(result.decisionsOf))
    totals.decisionsOf.set(id, (totals.decisionsOf.get(id) ?? 0) + count);
}

function report({ days, isJson }: Options, totals: Totals): string {
  const outcomes: Outcomes = totals.outcomes;
  const seeds = outcomes.rules.length;
  const decisions = Object.fromEntries(totals.decisionsOf);
  if (isJson) {
    const { runs, tripped, broken } = totals;
    const head = { seeds, days, runs, tripped_runs: tripped, broken, decisions, cpu_seconds: totals.cpuSeconds };
    return `${JSON.stringify({ ...head, ...figuresJson(outcomes) })}\n`;
  }
  return [
    `${seeds} ${seeds === 1 ? 'market' : 'markets'} of ${days} days, ${outcomes.rules[0]?.work_orders ?? 0} work orders each; ${totals.runs} runs of ours, ${totals.tripped} stopped by a trip-wire.`,
    `Decisions recorded: ${Object.entries(decisions)
      .map(([id, count]) => `${id} ${count}`)
      .join(', ')}.`,
    `Processor time of a market, median: ${STRATEGIES.map(({ name }) => secondsOf(name, totals)).join(', ')}.`,
    '',
    sideBySide(outcomes),
    '',
    differences(outcomes),
    '',
    '* the interval leaves zero out',
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
  const ruleSet = loadMarketRules(options.rules);
  const totals = await simulate(options, ruleSet);
  process.stdout.write(report(options, totals));
  for (const sentence of totals.broken) process.stderr.write(`BROKEN: ${sentence}\n`);
  process.exitCode = totals.broken.length > 0 ? 1 : 0;
}
