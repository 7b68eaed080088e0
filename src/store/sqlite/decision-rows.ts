import { BARE_COLUMNS, toBareRow, type WrittenRow } from './bare-decisions.ts';
import type { Connection } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { prepared } from './prepared.ts';
import type { BareRow } from './recorded-decision.ts';

/** A decision's row but for its span of time, with the header as it is written: most of it is seldom asked for. */
export type DecisionRow = {
  readonly bare: BareRow;
  readonly header: string;
  readonly takenAtMs: number;
  readonly workOrderBody: number;
  readonly batchBody: number;
};

type Written = WrittenRow & Omit<DecisionRow, 'bare'>;

/** As recorded. By hand-written SQL: drizzle made a statement for each run and a third more work of each row. */
export function decisionRows({ db }: Connection, ids: readonly number[]): readonly DecisionRow[] {
  const read = prepared<[string], Written>(
    db,
    `SELECT ${BARE_COLUMNS}, header, taken_at_ms AS takenAtMs, work_order_body AS workOrderBody, batch_body AS batchBody
     FROM decision WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
  );
  const parsed = new Map<string, readonly number[]>();
  return read.all(JSON.stringify(ids)).map((row) => {
    const { header, takenAtMs, workOrderBody, batchBody } = row;
    return { bare: toBareRow(row, parsed), header, takenAtMs, workOrderBody, batchBody };
  });
}

export type HeaderTimes = Pick<DecisionHeader, 'times' | 'workOrderTimes'>;

/** Its last members in canonical JSON, which leaves nine tenths of it unread. A quote in a string is escaped: no other key is like it. */
export function readHeaderTimes(header: string): HeaderTimes {
  return JSON.parse(`{${header.slice(header.lastIndexOf(TIMES_KEY))}`) as HeaderTimes;
}

const TIMES_KEY = '"times":[';
