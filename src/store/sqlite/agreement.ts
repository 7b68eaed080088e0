import type { AgreementCase } from '../../domain/agreement.ts';
import { decisionId, type ProviderId, type WorkOrderId } from '../../domain/ids.ts';
import type { RuleMode } from '../../domain/rule-file.ts';
import { hashFromBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

/** By rule file, mode, work order and decision. The range is of the decisions: `sinceMs` is included, `untilMs` is not. */
export function readAgreement(
  { db }: Connection,
  range: { readonly sinceMs: number | null; readonly untilMs: number | null },
): readonly AgreementCase[] {
  const given = { since: range.sinceMs ?? 0, until: range.untilMs ?? Number.MAX_SAFE_INTEGER };
  return prepared<[typeof given], CaseRow>(db, CASES).all(given).map(toCase);
}

type CaseRow = {
  readonly ruleFileId: string;
  readonly mode: RuleMode;
  readonly hash: Buffer;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly seq: number;
  readonly decidedAtMs: number;
  readonly winner: ProviderId;
  readonly isRejected: 0 | 1;
  readonly assignee: ProviderId | null;
  readonly isByPerson: 0 | 1 | null;
  readonly isOnSlate: 0 | 1;
  readonly rank: number | null;
};

function toCase(row: CaseRow): AgreementCase {
  const { ruleFileId, mode, hash, decidedAtMs, winner, assignee, isByPerson, isOnSlate, rank } = row;
  return {
    ruleFileId,
    mode,
    ruleFileHash: hashFromBytes(hash),
    decisionId: decisionId(row.workOrderId, row.episode, row.seq),
    decidedAtMs,
    winner,
    isRejected: row.isRejected === 1,
    assigned:
      assignee === null
        ? null
        : { providerId: assignee, isByPerson: isByPerson === 1, standing: isOnSlate === 1 ? { rank } : null },
  };
}

/**
 * Whoever was assigned first in an episode, by whatever showed it: a write of ours (by hand, or recommended and approved: a
 * person's), an accepted route, or somebody else's. A decision at the same millisecond is the one that led there. SQLite takes the other columns from the row with the least time.
 * What people did answers the file's last word before it, so that an approved recommendation says nothing of what the file had named in shadow.
 */
const CASES = `
  WITH assigned (work_order_id, episode, provider_id, is_by_person, at_ms) AS (
    SELECT decision.work_order_id, decision.episode, intent.call ->> '$.providerId',
      decision.mode IS NULL OR decision.mode = 'recommend', effect.at_ms
    FROM intent CROSS JOIN effect ON effect.intent = intent.id CROSS JOIN decision ON decision.id = intent.decision
    WHERE intent.kind IN ('assign', 'accept_counter') AND effect.kind = 'confirmed'
    UNION ALL
    SELECT override.work_order_id, override.episode, override.provider_id,
      override.kind = 'assigned_by_other' OR decision.mode IS NULL OR decision.mode = 'recommend', override.at_ms
    FROM override LEFT JOIN decision ON decision.id = override.decision
    WHERE override.kind IN ('assigned_by_other', 'route_accepted') AND override.provider_id IS NOT NULL
  ), first AS MATERIALIZED (
    SELECT work_order_id, episode, provider_id, is_by_person, min(at_ms) AS at_ms FROM assigned GROUP BY work_order_id, episode
  ), latest (id) AS (
    SELECT max(decision.id) FROM decision
    LEFT JOIN first ON first.work_order_id = decision.work_order_id AND first.episode = decision.episode
    WHERE decision.winner_id IS NOT NULL AND decision.rule_file_id IS NOT NULL AND decision.mode IS NOT NULL
      AND decision.decided_at_ms >= :since AND decision.decided_at_ms < :until
      AND (first.at_ms IS NULL OR decision.decided_at_ms <= first.at_ms)
    GROUP BY decision.rule_file_id, decision.work_order_id, decision.episode
  ), rejected (id) AS MATERIALIZED (
    SELECT decision.id FROM decision CROSS JOIN approval ON approval.subject_kind = 'decision' AND approval.verdict = 'rejected'
      AND approval.subject = decision.work_order_id || '.' || decision.episode || '.' || decision.seq
    WHERE decision.mode = 'recommend' AND decision.winner_id IS NOT NULL AND decision.rule_file_id IS NOT NULL
      AND decision.decided_at_ms >= :since AND decision.decided_at_ms < :until
  ), counted (id) AS (
    SELECT id FROM latest UNION SELECT id FROM rejected
  )
  SELECT decision.rule_file_id AS ruleFileId, decision.mode, decision.rule_file_hash AS hash,
    decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.decided_at_ms AS decidedAtMs,
    decision.winner_id AS winner, decision.id IN (SELECT id FROM rejected) AS isRejected,
    first.provider_id AS assignee, first.is_by_person AS isByPerson,
    candidate.provider_id IS NOT NULL AS isOnSlate, candidate.rank
  FROM counted CROSS JOIN decision ON decision.id = counted.id
  LEFT JOIN first ON first.work_order_id = decision.work_order_id AND first.episode = decision.episode
  LEFT JOIN candidate ON candidate.decision = decision.id AND candidate.provider_id = first.provider_id
  ORDER BY decision.rule_file_id, decision.mode, decision.work_order_id, decision.episode, decision.seq`;
