import type Database from 'better-sqlite3';
import type { Connection } from './connection.ts';
import type { candidate } from './decision-tables.ts';
import { prepared } from './prepared.ts';

type Row = typeof candidate.$inferSelect;
type Values = readonly (number | string | null)[];

/** A hundred a decision: values by position, which no column's mapping has to look at. */
export function candidateInsert({ db }: Connection): Database.Statement<[Values]> {
  return prepared<[Values]>(db, INSERT);
}

/** In the order of `INSERT`. */
export function candidateValues(row: Omit<Row, 'decision' | 'body'>, decision: number, body: number): Values {
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

const INSERT = `
  INSERT INTO candidate (decision, provider_id, kind, is_eligible, rank, is_match, points_milli, max_points, cost_cents, matched,
    missed, unknown, not_applying, by_platform, by_on_missing, needs_person, shape, blocked_by, graded, evidence, times, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
