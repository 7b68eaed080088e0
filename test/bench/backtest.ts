import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Bench, Line } from './bench-definition.ts';
import { buildCommand, measureCommand } from './measure.ts';
import { pastLedger } from './past-ledger.ts';

const SIZE = { runs: 500, ordersPerRun: 20, candidates: 30 };

/** The shipped rule files against what was recorded by them, so that nothing may change. */
export const backtestBench: Bench = {
  name: 'backtest',
  summary: 'A backtest of 10,000 recorded decisions with 30 candidates each, by the rule files that ship.',
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
    const { stdout, ...cost } = await measureCommand(argv);
    const { slates, changed } = JSON.parse(stdout);
    if (slates.compared !== of || changed.decisions !== 0)
      throw new Error(`${slates.compared} of ${of} slates, ${changed.decisions} changed: it did not do its work`);
    const candidatesPerSecond = Math.round((of * SIZE.candidates) / cost.cpuSeconds);
    const lines: readonly Line[] = [
      {
        what: 'backtest by the built command, start and reading included',
        ours: candidatesPerSecond,
        unit: 'candidates/s of the processor',
        peer: null,
        mustReach: { kind: 'at_least', value: 100_000 },
      },
    ];
    const figures = [
      { what: 'wall time', value: rounded(cost.wallSeconds), unit: 's' },
      { what: 'processor time', value: rounded(cost.cpuSeconds), unit: 's' },
      { what: 'candidates decided again', value: candidatesPerSecond, unit: 'per processor second' },
      { what: 'peak memory (RSS)', value: Math.round(cost.peakRssMb), unit: 'MB' },
      { what: 'ledger', value: Math.round(statSync(path).size / 1e6), unit: 'MB' },
    ];
    return { lines, figures };
  },
};

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
