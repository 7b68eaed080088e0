import type { Outcome } from '../../../domain/decision.ts';
import { decisionId, type ProviderId, type WorkOrderId } from '../../../domain/ids.ts';
import type { OpenWork } from '../../../domain/open-work.ts';
import type { RecordedIntent } from '../../../domain/recorded-decision.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import { hashFromBytes } from '../columns.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';
import { readIntentsOf } from '../recorded-intents.ts';

type Given = {
  readonly rule: string | null;
  readonly client: number | null;
  readonly project: number | null;
  readonly provider: number | null;
};

type Row = {
  readonly id: number;
  readonly workOrderId: number;
  readonly episode: number;
  readonly seq: number;
  readonly title: string;
  readonly ruleFileId: string | null;
  readonly ruleFileHash: Buffer | null;
  readonly mode: string | null;
  readonly outcome: Outcome;
  readonly code: string;
  readonly detail: string;
  readonly winner: ProviderId | null;
  readonly openedAtMs: number;
  readonly decidedAtMs: number;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly assignedAtMs: number | null;
  readonly undoneAtMs: number | null;
  readonly sinceMs: number;
  readonly verdict: 'approved' | 'rejected' | null;
  readonly actor: string | null;
  readonly because: string | null;
};

/**
 * By work order: the newest live decision of each, with whether somebody has it; the time of the query is that of `sinceMs`. Of
 * a provider: what is, or was to be, done with it.
 */
export function readOpenWork(connection: Connection, query: LedgerQuery): readonly OpenWork[] {
  const { ruleFileId: rule, clientId: client, projectId: project, providerId: provider } = query;
  const rows = prepared<[Given], Row>(connection.db, NEWEST).all({ rule, client, project, provider });
  const intents = readIntentsOf(
    connection,
    rows.map(({ id }) => id),
  );
  const { sinceMs, untilMs } = query;
  return rows
    .map((row) => toOpenWork(row, intents.get(row.id) ?? []))
    .filter((work) => work.sinceMs >= (sinceMs ?? 0) && work.sinceMs < (untilMs ?? Number.MAX_SAFE_INTEGER));
}

function toOpenWork(row: Row, intents: readonly RecordedIntent[]): OpenWork {
  const { id: _, episode, seq, code, detail, assignedAtMs, undoneAtMs, verdict, actor, because, ...rest } = row;
  const looked = intents.flatMap(({ effects }) => effects.map(({ atMs }) => atMs));
  const workOrderId = row.workOrderId as WorkOrderId;
  return {
    ...rest,
    workOrderId,
    decisionId: decisionId(workOrderId, episode, seq),
    ruleFileHash: row.ruleFileHash === null ? null : hashFromBytes(row.ruleFileHash),
    reason: { code, detail: JSON.parse(detail) as OpenWork['reason']['detail'] },
    sinceMs: Math.max(row.sinceMs, ...looked),
    intents,
    answer: verdict === null || actor === null ? null : { verdict, actor, because },
    isAssigned: assignedAtMs !== null && (undoneAtMs === null || undoneAtMs < assignedAtMs),
  };
}

/** Of the newest decision's episode: the last time that something was confirmed, or seen, that this says. */
function lastWrite(kinds: string): string {
  return `SELECT max(effect.at_ms) FROM decision AS own CROSS JOIN intent ON intent.decision = own.id
    CROSS JOIN effect ON effect.intent = intent.id
    WHERE own.work_order_id = decision.work_order_id AND own.episode = decision.episode
      AND intent.kind IN (${kinds}) AND effect.kind = 'confirmed'`;
}

function lastSeen(kinds: string): string {
  return `SELECT max(override.at_ms) FROM override
    WHERE override.work_order_id = decision.work_order_id AND override.episode = decision.episode AND override.kind IN (${kinds})`;
}

function later(one: string, other: string): string {
  return `nullif(max(coalesce((${one}), 0), coalesce((${other}), 0)), 0)`;
}

/** One look into the index for each work order, and never at a row that is not its newest. */
const NEWEST = `
  WITH orders (work_order_id) AS (
    SELECT DISTINCT work_order_id FROM decision
    WHERE coalesce(:client, :project) IS NULL OR work_order_id IN (
      SELECT work_order_id FROM work_order_label
      WHERE client_id IS coalesce(:client, client_id) AND project_id IS coalesce(:project, project_id)
    )
  ), newest (id) AS MATERIALIZED (
    SELECT (
      SELECT id FROM decision WHERE decision.work_order_id = orders.work_order_id AND mode IS NOT 'shadow'
      ORDER BY episode DESC, seq DESC LIMIT 1
    ) FROM orders
  )
  SELECT decision.id, decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.title,
    decision.rule_file_id AS ruleFileId, decision.rule_file_hash AS ruleFileHash, decision.mode, decision.outcome,
    decision.reason_code AS code, decision.reason_detail AS detail, decision.winner_id AS winner,
    decision.opened_at_ms AS openedAtMs, decision.decided_at_ms AS decidedAtMs, decision.start_ms AS startMs,
    decision.end_ms AS endMs, approval.verdict, approval.actor, approval.because,
    ${later(lastWrite(`'assign', 'accept_counter'`), lastSeen(`'route_accepted', 'assigned_by_other'`))} AS assignedAtMs,
    ${later(lastWrite(`'unassign'`), lastSeen(`'unassigned'`))} AS undoneAtMs,
    (
      SELECT min(same.decided_at_ms) FROM decision AS same
      WHERE same.work_order_id = decision.work_order_id AND same.episode = decision.episode AND same.mode IS NOT 'shadow'
        AND same.seq > coalesce((
          SELECT max(other.seq) FROM decision AS other
          WHERE other.work_order_id = decision.work_order_id AND other.episode = decision.episode
            AND other.mode IS NOT 'shadow'
            AND (other.outcome, other.reason_code) IS NOT (decision.outcome, decision.reason_code)
        ), 0)
    ) AS sinceMs
  FROM newest CROSS JOIN decision ON decision.id = newest.id
  LEFT JOIN approval ON approval.subject_kind = 'decision'
    AND approval.subject = decision.work_order_id || '.' || decision.episode || '.' || decision.seq
  WHERE (:rule IS NULL OR decision.rule_file_id = :rule)
    AND (:provider IS NULL OR decision.winner_id = :provider
      OR EXISTS (SELECT 1 FROM intent WHERE intent.decision = decision.id AND intent.call ->> '$.providerId' = :provider))
  ORDER BY decision.work_order_id`;
