import type { RuleChange } from '../analysis/diff-rule-files.ts';
import type { RateDiff, RuleFileDiff } from '../analysis/diff-rule-sets.ts';
import { madeUpBy, type OrderChange, type Worth } from '../analysis/exchange-rates.ts';
import { alignColumns } from '../report/align.ts';
import { printable } from '../report/printable.ts';

/** More lines than this about what outweighs what are left to `--format json`. */
const MOST_PAIRS = 12;

export function diffAsText(diffs: readonly RuleFileDiff[]): string {
  const lines = diffs.flatMap((diff) => {
    const rates = diff.rates === null ? [] : ['', ...ratesAsText(diff.rates)];
    const [deciding, silent] = [true, false].map((decides) =>
      diff.changes.filter((change) => change.decides === decides),
    );
    return [
      headOf(diff),
      ...(deciding ?? []).map((change) => `  ${changeInWords(change)}`),
      ...(silent === undefined || silent.length === 0
        ? []
        : ['  without effect on decisions:', ...silent.map((change) => `    ${changeInWords(change)}`)]),
      ...rates.map((line) => (line === '' ? '' : `  ${line}`)),
      '',
    ];
  });
  return `${[...lines, summaryOf(diffs)].map(printable).join('\n')}\n`;
}

export function diffAsMarkdown(diffs: readonly RuleFileDiff[]): string {
  const lines = diffs.flatMap((diff) => [
    `### ${headOf(diff)}`,
    '',
    ...diff.changes.map(
      (change) => `- ${changeInWords(change)}${change.decides ? '' : ' *(without effect on decisions)*'}`,
    ),
    ...(diff.changes.length === 0 ? [] : ['']),
    ...(diff.rates === null ? [] : ['```', ...ratesAsText(diff.rates), '```', '']),
  ]);
  return `${[...lines, summaryOf(diffs)].map(printable).join('\n')}\n`;
}

function headOf({ kind, id, before, after }: RuleFileDiff): string {
  switch (kind) {
    case 'added':
      return `${id} (${after}): new`;
    case 'removed':
      return `${id} (${before}): gone`;
    case 'same':
    case 'formatting':
    case 'changed': {
      const where = before === after ? after : `${before} → ${after}`;
      const state =
        kind === 'same' ? ': the same' : kind === 'formatting' ? ': the same meaning, only written otherwise' : '';
      return `${id} (${where})${state}`;
    }
  }
}

function changeInWords({ kind, label, before, after, pieces, notes }: RuleChange): string {
  const more = notes.length === 0 ? '' : `; ${notes.join(', ')}`;
  switch (kind) {
    case 'changed':
      return `${label} ${pieces.length > 0 ? pieces.join('; ') : `${before} → ${after}`}${more}`;
    case 'added':
      return `new ${label}: ${after}${more}`;
    case 'removed':
      return `${label} is gone (${before})${more}`;
    case 'renamed':
      return `criterion ${before} is now called ${after}`;
    case 'reordered':
      return `${label}: ${before} → ${after}; points are added up, so the order decides nothing`;
  }
}

function summaryOf(diffs: readonly RuleFileDiff[]): string {
  const count = (...kinds: readonly RuleFileDiff['kind'][]) => diffs.filter(({ kind }) => kinds.includes(kind)).length;
  const changed = diffs.filter(({ kind }) => kind === 'changed');
  const silent = changed.filter(({ changes }) => changes.every(({ decides }) => !decides)).length;
  const parts = [
    `${changed.length - silent} changed`,
    `${silent} in words only`,
    `${count('formatting')} in formatting only`,
    `${count('same')} the same`,
    `${count('added')} new`,
    `${count('removed')} gone`,
  ];
  return `${diffs.length} rule file(s): ${parts.join(', ')}`;
}

/** What the criteria that put eligible providers in order are worth, before beside after. */
function ratesAsText({ before, after, orderChanges }: RateDiff): readonly string[] {
  const keys = [...new Set([...after, ...before].map(({ key }) => key))];
  const rows = keys.map((key) => [key, worthWords(before, key), worthWords(after, key)]);
  const graded = after.filter((worth) => worth.graded !== null);
  return [
    ...alignColumns([['criteria that put eligible providers in order', 'before', 'after'], ...rows], COLUMNS),
    ...graded.flatMap((worth) => makingUp(worth, before, after)),
    ...orderLines(orderChanges),
  ];
}

const COLUMNS = ['left', 'left', 'left'] as const;

/** Points, and how many of the lightest criterion that is. */
function worthWords(worths: readonly Worth[], key: string): string {
  const worth = worths.find((each) => each.key === key);
  if (worth === undefined) return '-';
  const lightest = worths.at(-1);
  const ratio =
    lightest === undefined || lightest === worth
      ? ''
      : ` = ${rounded(worth.weight / lightest.weight)} × ${lightest.key}`;
  if (worth.graded === null) return `${worth.weight}${ratio}`;
  const { unit, milliPointsPerUnit, fullAt, zeroAt } = worth.graded;
  return `${worth.weight}${ratio}, ${rounded(milliPointsPerUnit / 1_000)} for each ${ONE[unit] ?? unit} from ${fullAt} to ${zeroAt}`;
}

const ONE: { readonly [unit: string]: string } = {
  stars: 'star',
  miles: 'mile',
  percent: 'percent',
  hours: 'hour',
  minutes: 'minute',
  usd: 'dollar',
};

/** How much of a graded fact makes up for all of another criterion; more than there is between the ends never does. */
function makingUp(graded: Worth, before: readonly Worth[], after: readonly Worth[]): readonly string[] {
  const old = before.find(({ key }) => key === graded.key) ?? null;
  const rows = after.flatMap((worth) => {
    if (worth.key === graded.key) return [];
    const earlier = before.find(({ key }) => key === worth.key);
    const was = old === null || earlier === undefined ? '-' : amountWords(earlier, old);
    return [[worth.key, was, amountWords(worth, graded)]];
  });
  if (rows.length === 0) return [];
  return ['', ...alignColumns([[`what makes up for it in ${graded.key}`, 'before', 'after'], ...rows], COLUMNS)];
}

function amountWords(worth: Worth, graded: Worth): string {
  const amount = madeUpBy(worth, graded);
  if (amount === null || graded.graded === null) return '-';
  const { unit, fullAt, zeroAt } = graded.graded;
  const range = rounded(Math.abs(zeroAt - fullAt));
  return `${rounded(amount)} ${unit}${amount > range ? ` (never: credit spans ${range})` : ''}`;
}

/** Pairs only: of single criteria the change of their weight says it. */
function orderLines(changes: readonly OrderChange[]): readonly string[] {
  const pairs = changes.filter(({ heavier }) => heavier.length > 1);
  const lines = pairs.slice(0, MOST_PAIRS).map(({ kind, heavier, lighter }) => {
    return `${heavier.join(' and ')} together ${kind === 'now' ? 'now' : 'no longer'} outweigh ${lighter}`;
  });
  if (lines.length === 0) return [];
  const left = pairs.length - lines.length;
  return ['', ...lines, ...(left > 0 ? [`and ${left} more pairs: --format json`] : [])];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
