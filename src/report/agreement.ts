import { type Agreement, measureAgreement } from '../analysis/agreement.ts';
import { workOrderOf } from '../domain/ids.ts';
import { OVERRIDE_CODES, type OverrideCase } from '../domain/override.ts';
import type { LedgerQuery, LedgerRange } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

type Line = Agreement & { readonly topReasons: string | null };

const { column, wide, percent } = columnsOf<Line>();

const COLUMNS: readonly ReportColumn<Line>[] = [
  column('rule_file', 'The rule file.', (row) => row.ruleFileId),
  column('mode', 'The mode it decided in.', (row) => row.mode),
  column(
    'named',
    'For each work order the last decision that named somebody before anybody was assigned, and those rejected.',
    (row) => row.named,
  ),
  column('same', 'Of these, a person assigned the same provider.', (row) => row.same),
  column('another', 'A person assigned another one of the slate.', (row) => row.anotherOnSlate),
  column('off_slate', 'A person assigned somebody who was not on the slate.', (row) => row.notOnSlate),
  column('rejected', 'A person said no to the decision.', (row) => row.rejected),
  column('not_yet', 'Nobody is known to be assigned yet.', (row) => row.notYet),
  percent('agree_percent', 'Same, of all that people assigned or rejected.', (row) => row.agreed?.perMille),
  percent('low_percent', 'Lower end of its 95 % interval (Wilson).', (row) => row.agreed?.lowPerMille),
  percent('high_percent', 'Upper end.', (row) => row.agreed?.highPerMille),
  column('rank', 'Middle rank that the file gave to whom people assigned.', (row) => row.medianRank),
  { ...column('next_step', 'What that means for the next step up.', (row) => row.nextStep), tableLength: 100 },
  wide(
    'top_reasons',
    'Why people did otherwise, by the codes they gave, most often first; the words stand in report overrides.',
    (row) => row.topReasons,
  ),
  wide('by_engine', 'Assigned by the engine itself: nobody’s opinion.', (row) => row.byEngine),
  wide(
    'not_eligible',
    'Of those whom people assigned from the slate, not eligible by the file.',
    (row) => row.notEligible,
  ),
  wide('texts', 'Texts of the file that these decisions come from.', (row) => row.texts),
  wide('in_mode_since_utc', 'Since when it is in this mode; empty: it is in another one now.', (row) =>
    row.inModeSinceMs === null ? null : writtenTime(row.inModeSinceMs),
  ),
];

export const agreementReport = defineReport({
  name: 'agreement',
  summary:
    'What people did with what each rule file decided, by mode: whom it named, and whom they assigned; of a provider, where it was either.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [11],
  load: loadAgreement,
});

async function loadAgreement(reader: LedgerReader, query: LedgerQuery): Promise<readonly Line[]> {
  const { ruleFileId, providerId } = query;
  const isAsked = await reader.figures.workOrdersOf(query);
  const cases = (await reader.agreementCases(query)).filter(
    (one) =>
      (ruleFileId === null || one.ruleFileId === ruleFileId) &&
      (isAsked === null || isAsked.has(workOrderOf(one.decisionId))) &&
      (providerId === null || one.winner === providerId || one.assigned?.providerId === providerId),
  );
  // By when it was decided, as the cases are: what people did with it may come after the range.
  const overrides = (
    await reader.figures.overrides({ ...query, sinceMs: null, untilMs: null, workOrderId: null })
  ).filter(({ decision }) => isWithin(decision.decidedAtMs, query));
  return measureAgreement(cases, await reader.ruleEvents()).map((line) => ({
    ...line,
    topReasons: topReasons(
      overrides.filter(({ decision }) => decision.ruleFileId === line.ruleFileId && decision.mode === line.mode),
    ),
  }));
}

function isWithin(atMs: number, { sinceMs, untilMs }: LedgerRange): boolean {
  return (sinceMs === null || atMs >= sinceMs) && (untilMs === null || atMs < untilMs);
}

/** `price 3, schedule 1`; of equally many the one that comes first in the table of codes. */
function topReasons(cases: readonly OverrideCase[]): string | null {
  const codes = cases.flatMap(({ reasons }) => reasons.flatMap(({ code }) => code ?? []));
  const counts = Object.keys(OVERRIDE_CODES)
    .map((code) => ({ code, count: codes.filter((one) => one === code).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return counts.length === 0 ? null : counts.map(({ code, count }) => `${code} ${count}`).join(', ');
}
