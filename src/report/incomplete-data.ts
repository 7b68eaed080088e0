import { type DoubtCount, measureDoubt } from '../analysis/measure-doubt.ts';
import { ranksByPoints } from '../analysis/read-recorded-file.ts';
import { unmaskDecisions } from '../analysis/unmask-decisions.ts';
import type { DoubtFigures } from '../domain/doubted-rows.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, type ReportQuery } from './report.ts';

type Line = DoubtCount & { readonly considered: number; readonly age: Age | null };

/** Of evidence, in the winners of the newest decisions. */
type Age = Pick<DoubtCount, 'ruleFileId' | 'key' | 'label'> & { readonly stale: number; readonly oldestDays: number };

/** A profile is read anew after a day; what is a week old nobody has read in spite of that. A rule of thumb, of ours. */
const STALE_DAYS = 7;

/** Ages stand in the bodies, which take milliseconds each. */
const AGED_DECISIONS = 30;

const { column, wide, percent } = columnsOf<Line>();

const COLUMNS: readonly ReportColumn<Line>[] = [
  column('rule_file', 'The rule file.', (row) => row.ruleFileId),
  column('criterion', 'Its key in the file.', (row) => row.key),
  column(
    'decisions',
    'Live decisions in which it did not rest on known facts for the winner, the runner-up or the best of those not eligible; only these three of each slate are looked at.',
    (row) => row.decisions,
  ),
  percent('percent', 'Of all live decisions asked for that have one of the three, of whatever rule file.', (row) =>
    row.considered === 0 ? null : Math.round((1000 * row.decisions) / row.considered),
  ),
  column(
    'pivotal',
    'Of these, where it alone could have changed who is chosen: varied was, for one of the three at a time, whether this criterion matches, gate and points reckoned anew; a match gives the whole weight, equal points change nothing, limits of the stage are not asked.',
    (row) => row.pivotal,
  ),
  column('winners', 'Of these, where it was so for the winner.', (row) => row.winners),
  column(
    'by_platform',
    'Candidates of the three for whom the platform’s own verdict was taken.',
    (row) => row.byPlatform,
  ),
  column('by_on_missing', 'For whom on_missing said what the unknown means.', (row) => row.byOnMissing),
  column('unknown', 'For whom it stayed unknown, and nothing said what that means.', (row) => row.unknown),
  column(
    'stale',
    `Winners of the newest ${AGED_DECISIONS} live decisions asked for, for whom a value behind it had been observed more than ${STALE_DAYS} days before.`,
    (row) => row.age?.stale ?? 0,
  ),
  wide('oldest_days', 'The oldest value behind it in those winners, in days.', (row) => row.age?.oldestDays ?? null),
  wide('candidates', 'Candidates of the three for whom it did not rest on known facts.', (row) => row.candidates),
  wide('label', 'Its name on the platform.', (row) => row.label),
];

export const incompleteDataReport = defineReport({
  name: 'incomplete-data',
  summary:
    'What rested on missing or old data, by criterion, and where it could have mattered; of a provider its own verdicts as winner, runner-up or best of those not eligible.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [7],
  remedy:
    'Where pivotal is high: get the fact (providers import, more profile reads), or say with on_missing what its lack means. One decision: explain WORK_ORDER.',
  load: loadDoubt,
});

async function loadDoubt(reader: LedgerReader, query: ReportQuery): Promise<readonly Line[]> {
  const figures = await reader.figures.doubtFigures({ ...query, newest: AGED_DECISIONS });
  const byPoints = new Set<string>();
  for (const hash of figures.criteria.keys()) {
    const text = await reader.ruleFileText(hash);
    if (text !== null && ranksByPoints(text)) byPoints.add(hash);
  }
  const counts = measureDoubt(unmaskDecisions(figures, byPoints));
  const ages = await readAges(reader, figures);
  const ofCounts = new Set(counts.map(placeOf));
  const onlyOld = [...ages.values()].filter((age) => age.stale > 0 && !ofCounts.has(placeOf(age)));
  return [...counts, ...onlyOld.map((age) => ({ ...age, ...NO_DOUBT }))].map((count) => ({
    ...count,
    considered: figures.considered,
    age: ages.get(placeOf(count)) ?? null,
  }));
}

const NO_DOUBT = { decisions: 0, candidates: 0, winners: 0, byPlatform: 0, byOnMissing: 0, unknown: 0, pivotal: 0 };

function placeOf({ ruleFileId, key }: Pick<DoubtCount, 'ruleFileId' | 'key'>): string {
  return `${ruleFileId} ${key}`;
}

/** By rule file and criterion. */
async function readAges(reader: LedgerReader, { newest }: DoubtFigures): Promise<ReadonlyMap<string, Age>> {
  const ages = new Map<string, Age>();
  for (const id of newest) {
    const decision = await reader.decision(id);
    const winner = decision?.candidates.find(({ providerId }) => providerId === decision.winner);
    const ruleFileId = decision?.ruleFileId ?? null;
    if (decision === null || winner === undefined || ruleFileId === null) continue;
    for (const { key, label, evidence } of winner.criteria) {
      const seen = evidence.flatMap(({ observedAtMs }) => observedAtMs ?? []);
      if (seen.length === 0) continue;
      const days = Math.floor((decision.decidedAtMs - Math.min(...seen)) / 86_400_000);
      const own = { ruleFileId, key, label };
      const { stale, oldestDays } = ages.get(placeOf(own)) ?? { stale: 0, oldestDays: days };
      const age = { stale: stale + Number(days > STALE_DAYS), oldestDays: Math.max(days, oldestDays) };
      ages.set(placeOf(own), { ...own, ...age });
    }
  }
  return ages;
}
