import { adaptiveBench } from './adaptive.ts';
import { backtestBench } from './backtest.ts';
import type { Bench } from './bench-definition.ts';
import { cycleBench } from './cycle.ts';
import { ledgerBench } from './ledger.ts';
import { memoryBench } from './memory.ts';
import { pullingBench } from './pulling.ts';
import { reportsBench } from './reports.ts';
import { scoringBench } from './scoring.ts';
import { startBench } from './start.ts';

/** Every bench. A new one is a file here and a line in this list. */
export const BENCHES: readonly Bench[] = [
  scoringBench,
  pullingBench,
  adaptiveBench,
  cycleBench,
  ledgerBench,
  memoryBench,
  startBench,
  backtestBench,
  reportsBench,
];
