import type { CriterionTally, DataTally, FileTally } from '../analysis/data-lint.ts';
import { alignColumns } from './align.ts';
import { counted } from './counted.ts';
import { wrapText } from './wrap.ts';

/** What recorded slates show of every criterion: a table a file. */
export function dataLintText(
  tally: DataTally,
  { since, width }: { readonly since: string; readonly width: number },
): string {
  const head = `Recorded data since ${since}: ${counted(tally.slates, 'slate')} of open work and ${counted(tally.finished, 'review')} of finished work, ${counted(tally.workOrders.size, 'work order')} in all${tally.unread === 0 ? '' : `; ${tally.unread} left out, erased or not readable`}.`;
  if (tally.slates + tally.finished === 0) return `${[...wrapText(head, width), NOTHING].join('\n')}\n`;
  const paragraphs = [
    wrapText(head, width),
    ...tally.files.map(fileLines),
    wrapText(
      'n: candidates (of a review: work orders) that the criterion was asked of; met, missed and unknown are shares of it. orders: slates on which its points changed who is ahead of whom. decided: decisions that would have had another outcome or winner without it, each work order by itself; one that everybody meets decides where a stage’s min_points is not reached without its weight. Slates of one work order resemble each other, so fewer work orders than slates say less.',
      width,
    ),
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const NOTHING = 'Nothing of it says anything about criteria: go back further with --since, or name another ledger.';

function fileLines(file: FileTally): readonly string[] {
  const { ruleFileId, mode, kind, slates, workOrders, criteria } = file;
  const head = `${ruleFileId} (${kind === 'review' ? 'review, ' : ''}${mode}): ${counted(slates, 'slate')}, ${counted(workOrders.size, 'work order')}`;
  if (slates === 0) return [head];
  const heads = ['', 'criterion', 'weight', 'n', 'met', 'missed', 'unknown', 'orders', 'decided'];
  const rows = criteria.map((criterion) => criterionRow(criterion, file));
  const right = heads.slice(2).map(() => 'right' as const);
  return [head, ...alignColumns([heads, ...rows], ['right', 'left', ...right])];
}

function criterionRow(criterion: CriterionTally, { kind, slates }: FileTally): readonly string[] {
  const { position, key, weight, isRequired, match, miss, unknown, reorders, pivotal } = criterion;
  const n = match + miss + unknown;
  const share = (count: number) => (n === 0 ? '–' : `${percent(count, n)} %`);
  return [
    String(position),
    key,
    `${weight}${isRequired ? '*' : ''}`,
    String(n),
    share(match),
    share(miss),
    share(unknown),
    kind === 'review' ? '–' : String(reorders),
    `${pivotal} (${percent(pivotal, slates)} %)`,
  ];
}

function percent(part: number, whole: number): number {
  return Math.round((100 * part) / whole);
}

/** The same for programs. */
export function dataLintJson(tally: DataTally) {
  return {
    slates: tally.slates,
    finished: tally.finished,
    workOrders: tally.workOrders.size,
    unread: tally.unread,
    files: tally.files.map(({ ruleFileId, kind, mode, slates, workOrders, criteria }) => ({
      ...{ ruleFile: ruleFileId, kind, mode, slates, workOrders: workOrders.size, criteria },
    })),
  };
}
