import type { Sha256 } from '../../domain/ids.ts';
import { CELL } from './candidate-rows.ts';
import type { Connection } from './connection.ts';
import { type Cell, type Into, insertRows } from './insert-rows.ts';
import type { PackedCandidate } from './pack-candidates.ts';

/** Where a candidate's body is kept. */
type Kept = { readonly id: number; readonly hash: Sha256 };

/**
 * `bodies`: as the rows come. Returns what the chain hashes of them: see `hashDecision`. A hundred a decision: cells by place, which no
 * column's mapping has to look at.
 */
export function insertCandidates(
  connection: Connection,
  packed: readonly PackedCandidate[],
  { decision, bodies }: { readonly decision: number; readonly bodies: readonly Kept[] },
): string {
  const rows: Cell[][] = [];
  const chained: [Sha256, Cell[]][] = [];
  for (let n = 0; n < packed.length; n += 1) {
    const [row, body] = [packed[n], bodies[n]];
    if (row === undefined || body === undefined) throw new TypeError(`no candidate, or no body of it, at ${n}`);
    const cells = cellsOf(row, decision, body.id);
    rows.push(cells);
    chained.push([body.hash, cells]);
  }
  insertRows(connection, CANDIDATE, rows);
  return JSON.stringify(inOrder(chained));
}

/** By provider id, as they mostly are. */
function inOrder<Item extends readonly [Sha256, readonly Cell[]]>(all: readonly Item[]): readonly Item[] {
  const idOf = ([, cells]: Item) => Number(cells[CELL.providerId]);
  const isSorted = all.every((one, n) => n === 0 || idOf(all[n - 1] ?? one) < idOf(one));
  return isSorted ? all : [...all].sort((one, other) => idOf(one) - idOf(other));
}

const COLUMNS = [
  ...(['decision', 'provider_id', 'kind', 'is_eligible', 'rank', 'is_match', 'points_milli'] as const),
  ...(['max_points', 'cost_cents', 'matched', 'missed', 'unknown', 'not_applying', 'by_platform'] as const),
  ...(['by_on_missing', 'needs_person', 'shape', 'blocked_by', 'graded', 'evidence', 'times', 'body'] as const),
];

function placesOf(...columns: readonly (typeof COLUMNS)[number][]): readonly number[] {
  return columns.map((column) => COLUMNS.indexOf(column));
}

const CANDIDATE: Into = {
  table: 'candidate',
  columns: COLUMNS,
  alike: [
    placesOf('decision', 'not_applying', 'needs_person', 'evidence'),
    placesOf('unknown', 'by_on_missing'),
    placesOf('kind', 'max_points', 'cost_cents', 'shape'),
    placesOf('times'),
  ],
};

/** In the order of those columns. */
function cellsOf(row: PackedCandidate, decision: number, body: number): Cell[] {
  return [
    decision,
    row.providerId,
    row.kind,
    row.isEligible,
    row.rank,
    row.isMatch,
    row.pointsMilli,
    row.maxPoints,
    row.costCents,
    row.matched,
    row.missed,
    row.unknown,
    row.notApplying,
    row.byPlatform,
    row.byOnMissing,
    row.needsPerson,
    row.shape,
    row.blockedBy,
    row.graded,
    row.evidence,
    row.times,
    body,
  ];
}
