import { stringify } from 'csv-stringify/sync';
import type { Choice } from '../analysis/choice.ts';
import { changeCause } from '../analysis/why-changed.ts';
import { type BacktestReport, causesText } from './backtest-sections.ts';
import { guardFormula } from './formats.ts';
import { printable } from './printable.ts';
import { writtenTime } from './report.ts';
import { causeText, whyText } from './why-text.ts';

/** One object: everything that was counted, in kept units (cents, metres, milli-points, basis points, epoch ms). */
export function backtestJson({ result, newRules, oldRules, failIf, notes }: BacktestReport): string {
  return `${JSON.stringify({ new: newRules, old: oldRules, ...result, fail_if: failIf, notes }, null, 2)}\n`;
}

/** The changed decisions, one a line, for a spreadsheet. */
export function backtestCsv({ result }: BacktestReport): string {
  const rows = result.changes.map((change) => [
    writtenTime(change.decidedAtMs),
    change.decisionId,
    change.workOrderId,
    safe(change.title),
    ...cellsOf(change.old),
    ...cellsOf(change.new),
    safe(causeText(changeCause(change.why, change.new))),
    safe(whyText(change)),
    safe(causesText(change).trim()),
  ]);
  return stringify([HEADS, ...rows]);
}

const SIDE_HEADS = ['rule_file', 'stage', 'outcome', 'provider', 'cost_usd', 'distance_metres', 'points', 'max_points'];

const HEADS = [
  'decided_utc',
  'decision',
  'work_order',
  'title',
  ...SIDE_HEADS.map((head) => `old_${head}`),
  ...SIDE_HEADS.map((head) => `new_${head}`),
  'cause',
  'because',
  'unless',
];

function cellsOf(choice: Choice): readonly (string | number)[] {
  const { ruleFileId, stage, outcome, winner, invited, pools, costCents, distanceMetres, pointsMilli, maxPoints } =
    choice;
  return [
    safe(ruleFileId ?? ''),
    stage ?? '',
    outcome,
    winner ?? invited?.join(' ') ?? pools?.map((pool) => `pool ${pool}`).join(' ') ?? '',
    costCents === null ? '' : (costCents / 100).toFixed(2),
    distanceMetres ?? '',
    pointsMilli === null ? '' : pointsMilli / 1000,
    maxPoints ?? '',
  ];
}

function safe(text: string): string {
  return guardFormula(printable(text));
}
