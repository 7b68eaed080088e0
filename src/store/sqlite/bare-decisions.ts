import type { RecordedDecision, RecordedIntent } from '../../domain/recorded-decision.ts';
import { hashFromBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';
import { type BareRow, toBareDecision } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';

/** Null: of all. Of the range `sinceMs` is included, `untilMs` is not. */
type BareQuery = {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly workOrderId: number | null;
  readonly runIds: readonly string[] | null;
};

/**
 * Newest last, each from its own row alone and by hand-written SQL: of a hundred thousand drizzle makes twice the work, and what
 * stands in a row behind its header costs as much as the header.
 */
export function readBareDecisions(connection: Connection, query: BareQuery): readonly RecordedDecision[] {
  const { workOrderId, runIds } = query;
  const given = {
    since: query.sinceMs ?? 0,
    until: query.untilMs ?? Number.MAX_SAFE_INTEGER,
    order: workOrderId,
    runs: runIds === null ? null : JSON.stringify(runIds),
  };
  const narrowed = [
    ...(workOrderId === null ? [] : ['work_order_id = :order']),
    ...(runIds === null ? [] : ['run_id IN (SELECT value FROM json_each(:runs))']),
  ];
  const where = ['decided_at_ms >= :since', 'decided_at_ms < :until', ...narrowed].join(' AND ');
  const ids = prepared<[typeof given], number>(connection.db, `SELECT id FROM decision WHERE ${where}`);
  const intents = readIntentsOf(connection, ids.pluck().all(given));
  const rows = prepared<[typeof given], WrittenRow>(
    connection.db,
    `SELECT ${BARE_COLUMNS} FROM decision WHERE ${where} ORDER BY decided_at_ms, id`,
  );
  const parsed = new Map<string, readonly number[]>();
  const decisions: RecordedDecision[] = [];
  // One by one, so that none is kept longer than it takes to make a decision of it.
  for (const row of rows.iterate(given))
    decisions.push(toBareDecision(toBareRow(row, parsed), intents.get(row.id) ?? NO_INTENTS));
  return decisions;
}

const NO_INTENTS: readonly RecordedIntent[] = [];

export type WrittenRow = Omit<BareRow, Hash | 'dueStages' | 'reasonDetail'> & {
  readonly [Name in Exclude<Hash, 'ruleFileHash'>]: Buffer;
} & { readonly ruleFileHash: Buffer | null; readonly dueStages: string; readonly reasonDetail: string };

type Hash = 'ruleFileHash' | 'ruleSetHash' | 'inputHash';

/** Those of a bare row, for `toBareRow`. */
export const BARE_COLUMNS = `
    id, run_id AS runId, work_order_id AS workOrderId, episode, seq, title, rule_file_id AS ruleFileId,
    rule_file_hash AS ruleFileHash, rule_set_hash AS ruleSetHash, mode, decided_at_ms AS decidedAtMs,
    engine_version AS engineVersion, opened_at_ms AS openedAtMs, opened_source AS openedSource, due_stages AS dueStages,
    stage, outcome, reason_code AS reasonCode, reason_detail AS reasonDetail, winner_id AS winnerId,
    runner_up_id AS runnerUpId, margin_milli AS marginMilli, cost_cents AS costCents, input_hash AS inputHash`;

/** `parsed`: lists of due stages by their text, of which there are few. */
export function toBareRow(row: WrittenRow, parsed: Map<string, readonly number[]>): BareRow {
  const dueStages = parsed.get(row.dueStages) ?? (JSON.parse(row.dueStages) as readonly number[]);
  parsed.set(row.dueStages, dueStages);
  return {
    ...row,
    dueStages,
    ruleFileHash: row.ruleFileHash === null ? null : hashFromBytes(row.ruleFileHash),
    ruleSetHash: hashFromBytes(row.ruleSetHash),
    inputHash: hashFromBytes(row.inputHash),
    reasonDetail: JSON.parse(row.reasonDetail) as BareRow['reasonDetail'],
  };
}
