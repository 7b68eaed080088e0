import type { Reason } from '../../domain/decision.ts';
import { type Blocker, criterionBlocker } from '../../domain/slate-counts.ts';
import type { DecisionHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import { hasBit } from './mask.ts';

/** What of a candidate's row tells what stops it. */
export type StoppedRow = Pick<
  typeof candidateTable.$inferSelect,
  'isEligible' | 'matched' | 'unknown' | 'notApplying' | 'blockedBy'
>;

export type CountedRow = StoppedRow & Pick<typeof candidateTable.$inferSelect, 'providerId' | 'pointsMilli'>;

/** `[how many, …what stops them together]`, by what stops them; nothing: eligible. */
export type CountedSet = readonly [number, ...Blocker[]];

export type CountedSlate = {
  readonly sets: readonly CountedSet[];
  /** Of those who are not eligible the one with the most points, then the lowest id; null: all are eligible. */
  readonly bestBlocked: { readonly providerId: number; readonly blockedBy: readonly Reason[] } | null;
};

export function countSlate(header: DecisionHeader, rows: readonly CountedRow[]): CountedSlate {
  const counts = new Map<string, number>();
  const keyOf = keysOfBlockers(header);
  let best: CountedRow | null = null;
  for (const row of rows) {
    const key = keyOf(row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (row.isEligible === 0 && (best === null || isBefore(row, best))) best = row;
  }
  const sets = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    sets: sets.map(([key, count]): CountedSet => [count, ...(key === '' ? [] : key.split(' '))]),
    bestBlocked: best === null ? null : { providerId: best.providerId, blockedBy: reasonsOf(header, best) },
  };
}

/** So many are looked through faster than a key is made. */
const LOOKED_THROUGH = 8;

/** Most rows of a slate are stopped by the same few. */
function keysOfBlockers(header: DecisionHeader): (row: StoppedRow) => string {
  const met: { readonly row: StoppedRow; readonly key: string }[] = [];
  const keys = new Map<string, string>();
  return (row) => {
    if (row.isEligible === 1) return '';
    for (const one of met) if (isStoppedAlike(one.row, row)) return one.key;
    const stopped = `${row.matched} ${row.unknown} ${row.notApplying} ${row.blockedBy}`;
    const key = keys.get(stopped) ?? blockersOf(header, row).join(' ');
    if (met.length < LOOKED_THROUGH) met.push({ row, key });
    else keys.set(stopped, key);
    return key;
  };
}

function isStoppedAlike(one: StoppedRow, other: StoppedRow): boolean {
  return (
    one.matched === other.matched &&
    one.unknown === other.unknown &&
    one.notApplying === other.notApplying &&
    one.blockedBy === other.blockedBy
  );
}

function isBefore(row: CountedRow, other: CountedRow): boolean {
  return (
    row.pointsMilli > other.pointsMilli || (row.pointsMilli === other.pointsMilli && row.providerId < other.providerId)
  );
}

/** Sorted, each once. */
export function blockersOf(header: DecisionHeader, row: StoppedRow): readonly Blocker[] {
  if (row.isEligible === 1) return [];
  const blockers: Blocker[] = [];
  for (let n = 0; n < header.criteria.length; n += 1) {
    const criterion = header.criteria[n];
    if (criterion?.isRequired !== true || hasBit(row.notApplying, n) || hasBit(row.matched, n)) continue;
    addOnce(blockers, criterionBlocker(criterion.key, hasBit(row.unknown, n)));
  }
  for (const { code } of reasonsOf(header, row)) {
    if (code !== 'FM-5001' && code !== 'FM-5002') addOnce(blockers, code);
  }
  return blockers.sort();
}

function addOnce(blockers: Blocker[], blocker: Blocker): void {
  if (!blockers.includes(blocker)) blockers.push(blocker);
}

export function reasonsOf({ reasons }: Pick<DecisionHeader, 'reasons'>, row: Pick<StoppedRow, 'blockedBy'>) {
  const places = row.blockedBy === null ? [] : (JSON.parse(row.blockedBy) as readonly number[]);
  return places.flatMap((place) => reasons[place] ?? []);
}
