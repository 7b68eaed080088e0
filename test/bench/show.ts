import { alignColumns } from '../../src/report/align.ts';
import { type Figure, type Goal, isReached, type Line } from './bench-definition.ts';

/** What · ours · peer · ratio · must reach · reached, with a head. */
export function tableLines(lines: readonly Line[]): readonly string[] {
  const head = ['what', 'ours', 'unit', 'peer', 'its own', 'ratio', 'must reach', 'reached'];
  const rows = lines.map((line) => {
    const { what, ours, unit, peer, mustReach } = line;
    return [what, numberText(ours), unit, ...peerCells(peer), goalText(mustReach), reachedText(line)];
  });
  return alignColumns([head, ...rows], ['left', 'right', 'left', 'left', 'right', 'right', 'left', 'left']);
}

function peerCells(peer: Line['peer']): readonly [string, string, string] {
  if (peer === null) return ['', '', ''];
  if (peer.kind === 'missing') return [`${peer.name}: ${peer.because}`, '', ''];
  return [peer.name, numberText(peer.value), ratioText(peer.ratio)];
}

function goalText(goal: Goal | null): string {
  return goal === null ? '' : `${goal.kind === 'at_least' ? '≥' : '≤'} ${numberText(goal.value)}`;
}

function reachedText(line: Line): string {
  const reached = isReached(line);
  if (line.mustReach === null) return '';
  return reached === null ? 'not measured' : reached ? 'yes' : 'NO';
}

/** As the table has it, for machines. */
export function jsonLine(line: Line): object {
  const { what, ours, unit, peer, mustReach } = line;
  return { what, ours, unit, peer, must_reach: mustReach, reached: isReached(line) };
}

export function figureLines(figures: readonly Figure[]): readonly string[] {
  const rows = figures.map(({ what, value, unit, target }) => [
    what,
    numberText(value),
    unit,
    aboveText(value, target),
  ]);
  return alignColumns(rows, ['left', 'right', 'left', 'left']).map((line) => `  ${line}`);
}

function aboveText(value: number, target: number | undefined): string {
  return target !== undefined && value > target ? `above its target of ${numberText(target)}` : '';
}

/** Three digits that count, and no more behind the point than can be trusted. */
function numberText(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function ratioText(ratio: number): string {
  return `${numberText(ratio)}×`;
}
