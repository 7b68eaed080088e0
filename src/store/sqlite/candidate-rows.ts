import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';
import type { CandidateRow } from './unpack-candidate.ts';

/** In the table's order, as the chain hashes them; later releases may add some behind these. */
export type CandidateCells = readonly [
  decision: number,
  providerId: number,
  kind: number,
  isEligible: number,
  rank: number | null,
  isMatch: number,
  pointsMilli: number,
  maxPoints: number,
  costCents: number | null,
  matched: number,
  missed: number,
  unknown: number,
  notApplying: number,
  byPlatform: number,
  byOnMissing: number,
  needsPerson: number,
  shape: number,
  blockedBy: string | null,
  graded: string | null,
  evidence: string,
  times: string | null,
  body: number,
];

/** Places of those that are read without a row. */
export const CELL = { providerId: 1, times: 20, body: 21 } as const;

/** In the slate's order. */
export function candidateCells({ db }: Connection, decision: number): readonly CandidateCells[] {
  return prepared<[number], CandidateCells>(db, 'SELECT * FROM candidate WHERE decision = ? ORDER BY provider_id')
    .raw()
    .all(decision);
}

/** Made when it is looked at: a run's cells are kept until it is decided, and as much again of rows would be as well. */
export function rowOf(cells: CandidateCells): CandidateRow {
  return {
    decision: cells[0],
    providerId: cells[1],
    kind: cells[2],
    isEligible: cells[3],
    rank: cells[4],
    isMatch: cells[5],
    pointsMilli: cells[6],
    maxPoints: cells[7],
    costCents: cells[8],
    matched: cells[9],
    missed: cells[10],
    unknown: cells[11],
    notApplying: cells[12],
    byPlatform: cells[13],
    byOnMissing: cells[14],
    needsPerson: cells[15],
    shape: cells[16],
    blockedBy: cells[17],
    graded: cells[18],
    evidence: cells[19],
    times: cells[20],
    body: cells[21],
  };
}
