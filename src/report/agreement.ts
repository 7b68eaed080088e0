import { type Agreement, measureAgreement } from '../analysis/agreement.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn, writtenTime } from './report.ts';

const { column, wide, percent } = columnsOf<Agreement>();

const COLUMNS: readonly ReportColumn<Agreement>[] = [
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
  summary: 'What people did with what each rule file decided, by mode: whom it named, and whom they assigned.',
  columns: COLUMNS,
  filters: ['time', 'rule'],
  answers: [11],
  load: loadAgreement,
});

async function loadAgreement(reader: LedgerReader, range: LedgerQuery): Promise<readonly Agreement[]> {
  const [cases, events] = [await reader.agreementCases(range), await reader.ruleEvents()];
  const { ruleFileId = null } = range;
  return measureAgreement(
    cases.filter((one) => ruleFileId === null || one.ruleFileId === ruleFileId),
    events,
  );
}
