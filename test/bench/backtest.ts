import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Bench, Figure, Line } from './bench-definition.ts';
import { buildCommand, type Measured, measureCommand } from './measure.ts';
import { pastLedger } from './past-ledger.ts';

const SIZE = { runs: 500, ordersPerRun: 20, candidates: 30 };

const CANDIDATES_PER_SECOND = 100_000;

/** The shipped rule files against what was recorded by them, so that nothing may change; and every decision taken again to the byte. */
export const backtestBench: Bench = {
  name: 'backtest',
  summary: 'Backtest and replay of 10,000 recorded decisions with 30 candidates each, by the rule files that ship.',
  run: async (note) => {
    const rules = join(import.meta.dirname, '../../rules');
    const ruleSet = loadRuleSet(rules, DEFAULT_LIMITS, { cwd: process.cwd(), stderr: process.stderr });
    const of = SIZE.runs * SIZE.ordersPerRun;
    const path = await pastLedger(SIZE, ruleSet, {
      folder: join(tmpdir(), 'fieldmarshal-bench'),
      onProgress: (done) => note(`ledger: ${done} of ${of} decisions`),
    });
    buildCommand();
    note('backtest');
    const argv = ['backtest', '--rules', rules, '--db', path, '--since', '2020-01-01', '--format', 'json'];
    const backtest = await measureCommand(argv);
    const { slates, changed } = JSON.parse(backtest.stdout);
    if (slates.compared !== of || changed.decisions !== 0)
      throw new Error(`${slates.compared} of ${of} slates, ${changed.decisions} changed: it did not do its work`);
    note('replay');
    const replay = await measureCommand(['replay', '--db', path, '--all', '--json']);
    const { decisions, counts } = JSON.parse(replay.stdout);
    if (decisions !== of || counts.identical !== of)
      throw new Error(`${decisions} of ${of} decisions, ${counts.identical} identical: it did not do its work`);
    return {
      lines: [lineOf('backtest', backtest), lineOf('replay', replay)],
      figures: [
        ...figuresOf('backtest', backtest),
        ...figuresOf('replay', replay),
        { what: 'ledger', value: Math.round(statSync(path).size / 1e6), unit: 'MB' },
      ],
    };
  },
};

const CANDIDATES = SIZE.runs * SIZE.ordersPerRun * SIZE.candidates;

/** By the clock: a command that uses all processors is done sooner the more there are. What it takes of them stands below. */
function lineOf(command: string, { wallSeconds }: Measured): Line {
  return {
    what: `${command} by the built command on all processors, start and reading included`,
    ours: Math.round(CANDIDATES / wallSeconds),
    unit: 'candidates/s',
    peer: null,
    mustReach: { kind: 'at_least', value: CANDIDATES_PER_SECOND },
  };
}

function figuresOf(command: string, { wallSeconds, cpuSeconds, peakRssMb }: Measured): readonly Figure[] {
  return [
    { what: `${command}, wall time`, value: rounded(wallSeconds), unit: 's' },
    { what: `${command}, processor time`, value: rounded(cpuSeconds), unit: 's' },
    { what: `${command}, of one processor`, value: Math.round(CANDIDATES / cpuSeconds), unit: 'candidates/s' },
    { what: `${command}, peak memory (RSS)`, value: Math.round(peakRssMb), unit: 'MB' },
  ];
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
