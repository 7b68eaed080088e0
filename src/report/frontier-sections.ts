import { stringify } from 'csv-stringify/sync';
import type { Frontier, FrontierFile } from '../analysis/frontier.ts';
import { MOST_SEARCHED } from '../analysis/relaxation.ts';
import { guardFormula } from './formats.ts';
import { printable } from './printable.ts';
import type { Section } from './section.ts';

const KINDS = { one: 'one', pair: 'pair' } as const;

const MEANING = [
  'Each line: these criteria were preferred, so that they keep their points and keep nobody out. The best pairs and the best set of each size are the best of all there are.',
  'Eligible: so many more providers for a work order, each counted once; none of them was eligible in any recorded decision.',
  'Filled: so many more work orders given away or offered, decided again on the recorded slates with pay, bookings, limits, thresholds and other work orders as they were. Not filled: so many fewer. By others: filled both ways, with another winner or other providers invited.',
  'Relaxing has a price: every one of these providers misses what the file required, or it is not known of them. Points: the median of the winners of the work orders filled besides, of their maximum.',
];

/** What each required criterion costs, one section a rule file. */
export function frontierSections({ decisions, leftOut, files }: Frontier): readonly Section[] {
  const isEmpty = files.length === 0;
  const out = leftOut === 0 ? [] : [`${leftOut} decisions are left out: something they rest on was erased or altered.`];
  const what = isEmpty ? 'No rule file that requires anything decided in this time.' : `${decisions} decisions.`;
  return [
    { title: 'What required criteria cost', sentences: [what, ...out, ...(isEmpty ? [] : MEANING)], table: null },
    ...files.map(fileSection),
  ];
}

function fileSection(file: FrontierFile): Section {
  const { ruleFileId, workOrders, candidates, eligible, blockedOtherwise, required, sets } = file;
  const counted = `${workOrders} work orders, ${candidates} candidates: ${eligible} eligible, ${blockedOtherwise} kept out by something else besides required criteria.`;
  const more = `It requires ${required.length} criteria, more than ${MOST_SEARCHED}: sets of three and more were not looked through.`;
  return {
    title: `Rule file ${ruleFileId}`,
    sentences: [
      counted,
      `Required: ${required.map(({ key, label }) => `${key} (${label})`).join(', ')}.`,
      ...(required.length > MOST_SEARCHED ? [more] : []),
    ],
    table: {
      columns: [
        { name: 'preferred', alignment: 'left' },
        { name: 'set', alignment: 'left' },
        { name: 'eligible', alignment: 'right' },
        { name: 'filled', alignment: 'right' },
        { name: 'not filled', alignment: 'right' },
        { name: 'by others', alignment: 'right' },
        { name: 'points', alignment: 'right' },
      ],
      rows: sets.map(({ kind, criteria, moreEligible, fills }) => [
        criteria.map(({ key }) => key).join(' + '),
        kind === 'best' ? `best ${criteria.length}` : KINDS[kind],
        `+${moreEligible}`,
        `+${fills.more}`,
        fills.fewer === 0 ? '0' : `-${fills.fewer}`,
        String(fills.others),
        fills.medianPerMille === null ? '–' : `${(fills.medianPerMille / 10).toFixed(1)} %`,
      ]),
    },
  };
}

/** One line a set. */
export function frontierCsv({ files }: Frontier): string {
  const rows = files.flatMap(({ ruleFileId, sets }) =>
    sets.map(({ kind, criteria, moreEligible, fills }) => [
      safe(ruleFileId),
      kind,
      criteria.length,
      safe(criteria.map(({ key }) => key).join(' ')),
      safe(criteria.map(({ label }) => label).join(' + ')),
      moreEligible,
      fills.more,
      fills.fewer,
      fills.others,
      fills.medianPerMille === null ? '' : (fills.medianPerMille / 10).toFixed(1),
    ]),
  );
  return stringify([HEADS, ...rows]);
}

const HEADS = [
  'rule_file',
  'set',
  'size',
  'keys',
  'criteria',
  'more_eligible',
  'more_filled',
  'fewer_filled',
  'filled_by_others',
  'median_points_percent',
];

function safe(text: string): string {
  return guardFormula(printable(text));
}

/** Everything, in kept units. */
export function frontierJson(frontier: Frontier): string {
  return `${JSON.stringify(frontier, null, 2)}\n`;
}
