import { measureRuleImpact, type RuleImpact, type RuleImpactChange } from '../analysis/measure-rule-impact.ts';
import { readRecordedFiles } from '../analysis/recorded-rule-files.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, type ReportQuery, writtenTime } from './report.ts';

const { column, wide, money, percent, cut } = columnsOf<RuleImpactChange>();

type Figure = (impact: RuleImpact) => number | null;

const NOBODY: Figure = (impact) => impact.nobodyPerMille;
const FILLED: Figure = (impact) => impact.filledPerMille;
const COST: Figure = (impact) => impact.costCents;
const FILL: Figure = (impact) => impact.medianFillMs;
const UNDONE: Figure = (impact) => impact.undonePerMille;

const COLUMNS: readonly ReportColumn<RuleImpactChange>[] = [
  column('rule_file', 'The rule file.', (row) => row.ruleFileId),
  cut('text_hash', 'SHA-256 of its text.', { length: 9, cell: (row) => row.ruleFileHash }),
  column('since_utc', 'When this text was taken, or first decided where the ledger does not say.', (row) =>
    writtenTime(row.sinceMs),
  ),
  column('mode', 'The mode it decided in last; what was only shadowed is not counted.', (row) => row.mode),
  column(
    'work_orders',
    'On which it decided, each once per episode; what follows is of its last decision on each.',
    (row) => row.workOrders,
  ),
  percent('nobody_percent', 'Of these, with nobody eligible.', NOBODY),
  percent(
    'filled_percent',
    'Of these, whose first assignment came of a decision of this text, accepted invitations included.',
    FILLED,
  ),
  percent('filled_change', 'That, less the text before: percentage points.', (row) => change(row, FILLED)),
  money('cost_usd', 'Mean of what it filled.', COST),
  money('cost_change_usd', 'That, less the text before.', (row) => change(row, COST)),
  minutes('fill_minutes', 'Half of what it filled took at most so long from the opening to the assignment.', FILL),
  minutes('fill_change_minutes', 'That, less the text before.', (row) => change(row, FILL)),
  percent('undone_percent', 'Of what it filled, un-assigned, cancelled or replaced since.', UNDONE),
  wide('decisions', 'How often it decided anew.', (row) => row.decisions),
  wide('acted_on', 'Of its work orders, those with a confirmed write of it.', (row) => row.actedOn),
  wide('filled', 'Of its work orders, those that it filled.', (row) => row.filled),
  {
    ...percent('held_percent', 'Of its work orders, held for a person in the end.', (row) => row.heldPerMille),
    isInTable: false,
  },
  {
    ...percent('points_percent', 'Mean of the points of whom it chose, of the maximum.', (row) => row.pointsPerMille),
    isInTable: false,
  },
  wide('margin_points', 'Half of whom it chose led by at most so many points.', ({ medianMarginMilli }) =>
    medianMarginMilli === null ? null : medianMarginMilli / 1000,
  ),
  {
    ...money(
      'over_base_usd',
      'Mean of what it filled, above the work order’s own pay; only counter-offers are.',
      (row) => row.overBaseCents,
    ),
    isInTable: false,
  },
  {
    ...percent('nobody_change', 'Nobody eligible, less the text before: percentage points.', (row) =>
      change(row, NOBODY),
    ),
    isInTable: false,
  },
  {
    ...percent('undone_change', 'Undone, less the text before: percentage points.', (row) => change(row, UNDONE)),
    isInTable: false,
  },
  wide('commit', 'Git commit of the folder when it was taken; * where a rule file differed from it.', ({ commit }) =>
    commit === null ? null : `${commit.isDirty ? '*' : ''}${commit.hash}`,
  ),
  wide('text_before', 'SHA-256 of the text before.', ({ before }) => before?.ruleFileHash ?? null),
];

export const ruleImpactReport = defineReport({
  name: 'rule-impact',
  summary:
    'What each text of each rule file did while it decided, beside the text before: not the same work orders, so a difference is no proof of a cause; of a provider where it was chosen.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [6],
  remedy:
    'The texts met other work orders, other providers and another week. Whether the edit is the cause shows on the same slates alone: backtest OLD NEW.',
  load: loadImpact,
});

/** Of files that assign: one that reviews finished work fills nothing. */
async function loadImpact(reader: LedgerReader, query: ReportQuery): Promise<readonly RuleImpactChange[]> {
  const cases = await reader.figures.ruleCases(query);
  const hashes = new Set(cases.map(({ ruleFileHash }) => ruleFileHash));
  const files = await readRecordedFiles(hashes, (hash) => reader.ruleFileText(hash));
  const dispatched = cases.filter(({ ruleFileHash }) => files.get(ruleFileHash)?.kind !== 'review');
  return measureRuleImpact(dispatched, await reader.ruleEvents());
}

function change({ before, ...after }: RuleImpactChange, of: Figure): number | null {
  const [was, is] = [before === null ? null : of(before), of(after)];
  return was === null || is === null ? null : is - was;
}

function minutes(
  name: string,
  doc: string,
  ms: (row: RuleImpactChange) => number | null,
): ReportColumn<RuleImpactChange> {
  const toMinutes = (value: number | null) => (value === null ? null : value / 60_000);
  return { ...column(name, doc, (row) => toMinutes(ms(row))), decimals: 1 };
}
