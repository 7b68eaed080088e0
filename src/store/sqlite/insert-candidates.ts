import type { Connection } from './connection.ts';
import { type Cell, type Into, insertRows } from './insert-rows.ts';
import type { PackedCandidate } from './pack-candidates.ts';

/** `bodies`: the numbers of theirs, as the rows come. A hundred a decision: cells by place, which no column's mapping has to look at. */
export function insertCandidates(
  connection: Connection,
  rows: readonly PackedCandidate[],
  { decision, bodies }: { readonly decision: number; readonly bodies: readonly number[] },
): void {
  const cells: Cell[] = [];
  for (let n = 0; n < rows.length; n += 1) {
    const [row, body] = [rows[n], bodies[n]];
    if (row !== undefined && body !== undefined) addCells(cells, row, { decision, body });
  }
  insertRows(connection, CANDIDATE, cells);
}

const CANDIDATE: Into = {
  table: 'candidate',
  columns: [
    ...[
      'decision',
      'provider_id',
      'kind',
      'is_eligible',
      'rank',
      'is_match',
      'points_milli',
      'max_points',
      'cost_cents',
    ],
    ...['matched', 'missed', 'unknown', 'not_applying', 'by_platform', 'by_on_missing', 'needs_person'],
    ...['shape', 'blocked_by', 'graded', 'evidence', 'times', 'body'],
  ],
};

/** In the order of those columns. */
function addCells(
  cells: Cell[],
  row: PackedCandidate,
  { decision, body }: { readonly decision: number; readonly body: number },
): void {
  cells.push(
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
  );
}
