import { decisionId, type WorkOrderId } from '../../../domain/ids.ts';
import { DEFAULT_LIMITS } from '../../../domain/limits.ts';
import type { OverrideCase, OverrideEnd } from '../../../domain/override.ts';
import type { OverrideQuery, OverrideSubject } from '../../../engine/figures.ts';
import { hashFromBytes } from '../columns.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';
import { readReasons } from './override-reasons.ts';

/** Oldest first, by work order and then by decision where they are of the same moment. */
export function readOverrides(connection: Connection, query: OverrideQuery): readonly OverrideCase[] {
  const given = {
    since: query.sinceMs ?? 0,
    until: query.untilMs ?? Number.MAX_SAFE_INTEGER,
    rule: query.ruleFileId,
    client: query.clientId,
    project: query.projectId,
    provider: query.providerId,
    order: query.workOrderId,
  };
  const rows = prepared<[typeof given], CaseRow>(connection.db, CASES).all(given);
  const reasonsOf = readReasons(
    connection,
    rows.map(({ workOrderId }) => workOrderId),
  );
  return rows.map((row) => toCase(row, reasonsOf(row)));
}

type CaseRow = Pick<OverrideCase, 'workOrderId' | 'episode' | 'did' | 'seenAtMs' | 'providerId'> &
  Pick<OverrideCase['decision'], 'ruleFileId' | 'mode' | 'decidedAtMs' | 'outcome' | 'winner'> & {
    readonly seq: number;
    readonly hash: Buffer;
    readonly code: string;
    readonly detail: string;
    readonly isOnSlate: 0 | 1;
    readonly rank: number | null;
    readonly pointsMilli: number;
    readonly maxPoints: number;
    /** JSON lists: places in `reasons`, and the reasons of the decision. Null: none blocks. */
    readonly blockedBy: string | null;
    readonly reasons: string | null;
    readonly isGone: 0 | 1;
    /** The last word on the work: an intent that was confirmed, or that it was done. */
    readonly work: 'approve' | 'incomplete' | 'done' | null;
  };

function toCase(row: CaseRow, reasons: OverrideCase['reasons']): OverrideCase {
  const { workOrderId, episode, did, seenAtMs, providerId, rank, pointsMilli, maxPoints } = row;
  return {
    ...{ workOrderId, episode, did, seenAtMs, providerId },
    decision: {
      id: decisionId(workOrderId, episode, row.seq),
      ruleFileId: row.ruleFileId,
      ruleFileHash: hashFromBytes(row.hash),
      mode: row.mode,
      decidedAtMs: row.decidedAtMs,
      outcome: row.outcome,
      reason: { code: row.code, detail: JSON.parse(row.detail) as OverrideCase['decision']['reason']['detail'] },
      winner: row.winner,
    },
    standing: row.isOnSlate === 1 ? { rank, pointsMilli, maxPoints, blockedBy: blockersOf(row) } : null,
    reasons,
    afterwards: endOf(row),
  };
}

type Blockers = NonNullable<OverrideCase['standing']>['blockedBy'];

function blockersOf({ blockedBy, reasons }: CaseRow): Blockers {
  if (blockedBy === null || reasons === null) return [];
  const all = JSON.parse(reasons) as Blockers;
  return (JSON.parse(blockedBy) as readonly number[]).flatMap((place) => all[place] ?? []);
}

/** A work order may be sent back and approved after all; and who is gone after approval did the work. */
function endOf({ isGone, work }: CaseRow): OverrideEnd {
  if (work === 'approve') return 'approved';
  if (isGone === 1) return 'gone';
  if (work === null) return 'stands';
  return work === 'incomplete' ? 'sent_back' : 'work_done';
}

/** Nobody's decision but a person's: no rule file took it. */
const BY_HAND = 'decision.mode IS NULL';

/**
 * `deed`: what a person did, of an episode the last of each kind. `answered`: the decisions before it that it is compared with;
 * what was decided in the same millisecond is what led there. An un-assignment answers the live decision that had named the one
 * it takes off, and nothing else. Whoever a person had assigned is gone also where the work order was decided on anew: only open
 * ones are, and by then no list lags any more. SQLite takes the other columns of `last` from the row with the greatest time.
 */
const CASES = `
  WITH deed (work_order_id, episode, did, provider_id, at_ms) AS (
    SELECT work_order_id, episode, 'assigned', provider_id, at_ms FROM override
    WHERE kind = 'assigned_by_other' AND provider_id IS NOT NULL AND at_ms >= :since AND at_ms < :until
    UNION ALL
    SELECT override.work_order_id, override.episode, 'assigned', override.provider_id, override.at_ms
    FROM override CROSS JOIN decision ON decision.id = override.decision
    WHERE override.kind = 'route_accepted' AND override.at_ms >= :since AND override.at_ms < :until AND ${BY_HAND}
    UNION ALL
    SELECT decision.work_order_id, decision.episode, CASE intent.kind WHEN 'unassign' THEN 'unassigned' ELSE 'assigned' END,
      intent.call ->> '$.providerId', effect.at_ms
    FROM effect CROSS JOIN intent ON intent.id = effect.intent CROSS JOIN decision ON decision.id = intent.decision
    WHERE effect.at_ms >= :since AND effect.at_ms < :until AND effect.kind = 'confirmed'
      AND intent.kind IN ('assign', 'accept_counter', 'unassign') AND ${BY_HAND}
  ), last AS MATERIALIZED (
    SELECT work_order_id, episode, did, provider_id, max(at_ms) AS at_ms FROM deed
    WHERE :order IS NULL OR work_order_id = :order GROUP BY work_order_id, episode, did
  ), answered (id, did, provider_id, at_ms) AS MATERIALIZED (
    SELECT max(decision.id), last.did, last.provider_id, last.at_ms FROM last
    CROSS JOIN decision ON decision.work_order_id = last.work_order_id AND decision.episode = last.episode
    WHERE decision.decided_at_ms <= last.at_ms AND decision.rule_file_id IS NOT NULL AND decision.mode IS NOT NULL
      AND decision.outcome NOT IN ('approve', 'incomplete')
      AND (last.did = 'assigned' OR (decision.mode <> 'shadow' AND decision.winner_id IS NOT NULL))
    GROUP BY last.work_order_id, last.episode, last.did, CASE decision.mode WHEN 'shadow' THEN decision.rule_file_id END
    UNION ALL
    SELECT decision.id, 'rejected', decision.winner_id, approval.at_ms
    FROM approval CROSS JOIN decision ON decision.work_order_id = CAST(approval.subject AS INTEGER)
      AND approval.subject = decision.work_order_id || '.' || decision.episode || '.' || decision.seq
    WHERE approval.subject_kind = 'decision' AND approval.verdict = 'rejected'
      AND approval.at_ms >= :since AND approval.at_ms < :until AND decision.rule_file_id IS NOT NULL
      AND (:order IS NULL OR decision.work_order_id = :order)
  )
  SELECT decision.work_order_id AS workOrderId, decision.episode, decision.seq, answered.did, answered.at_ms AS seenAtMs,
    answered.provider_id AS providerId, decision.rule_file_id AS ruleFileId, decision.rule_file_hash AS hash, decision.mode,
    decision.decided_at_ms AS decidedAtMs, decision.outcome, decision.reason_code AS code, decision.reason_detail AS detail,
    decision.winner_id AS winner, candidate.provider_id IS NOT NULL AS isOnSlate, candidate.rank,
    candidate.points_milli AS pointsMilli, candidate.max_points AS maxPoints, candidate.blocked_by AS blockedBy,
    CASE WHEN candidate.blocked_by IS NOT NULL THEN decision.header -> '$.reasons' END AS reasons,
    EXISTS (SELECT 1 FROM decision AS next WHERE next.work_order_id = decision.work_order_id AND next.episode > decision.episode)
      OR EXISTS (SELECT 1 FROM override WHERE work_order_id = decision.work_order_id AND episode = decision.episode
        AND kind = 'unassigned')
      OR EXISTS (SELECT 1 FROM decision AS anew WHERE anew.work_order_id = decision.work_order_id
        AND anew.episode = decision.episode AND anew.decided_at_ms >= answered.at_ms + ${DEFAULT_LIMITS.quietTimeMs}
        AND anew.rule_file_id IS NOT NULL AND anew.header -> '$.review' IS NULL AND answered.did = 'assigned')
      OR EXISTS (SELECT 1 FROM last AS off WHERE off.work_order_id = decision.work_order_id AND off.episode = decision.episode
        AND off.did = 'unassigned' AND off.at_ms > answered.at_ms) AS isGone,
    coalesce(
      (SELECT intent.kind FROM decision AS later CROSS JOIN intent ON intent.decision = later.id
        CROSS JOIN effect ON effect.intent = intent.id
        WHERE later.work_order_id = decision.work_order_id AND later.episode = decision.episode
          AND intent.kind IN ('approve', 'incomplete') AND effect.kind = 'confirmed' AND effect.at_ms >= answered.at_ms
        ORDER BY effect.id DESC LIMIT 1),
      (SELECT 'done' FROM decision AS later
        WHERE later.work_order_id = decision.work_order_id AND later.episode = decision.episode
          AND later.decided_at_ms >= answered.at_ms AND later.header -> '$.review' IS NOT NULL LIMIT 1)) AS work
  FROM answered CROSS JOIN decision ON decision.id = answered.id
  LEFT JOIN candidate ON candidate.decision = decision.id AND candidate.provider_id = answered.provider_id
  WHERE CASE answered.did WHEN 'assigned' THEN decision.winner_id IS NOT answered.provider_id
      WHEN 'unassigned' THEN decision.winner_id IS answered.provider_id ELSE 1 END
    AND (:rule IS NULL OR decision.rule_file_id = :rule)
    AND (:provider IS NULL OR answered.provider_id = :provider OR decision.winner_id = :provider)
    AND (coalesce(:client, :project) IS NULL OR decision.work_order_id IN (
      SELECT work_order_id FROM work_order_label
      WHERE client_id IS coalesce(:client, client_id) AND project_id IS coalesce(:project, project_id)))
  ORDER BY answered.at_ms, decision.work_order_id, decision.id`;

/** By what the ledger knows; null: no rule file has decided on the work order. */
export function readOverrideSubject({ db }: Connection, workOrderId: WorkOrderId): OverrideSubject | null {
  const given = { order: workOrderId };
  const found = prepared<[typeof given], SubjectRow>(db, SUBJECT).get(given);
  return found === undefined || found.episode === null ? null : { ...found, episode: found.episode };
}

type SubjectRow = { readonly episode: number | null; readonly assigned: OverrideSubject['assigned'] };

const SUBJECT = `
  SELECT latest.episode, (
    SELECT provider_id FROM (
      SELECT intent.call ->> '$.providerId' AS provider_id, effect.at_ms
      FROM decision CROSS JOIN intent ON intent.decision = decision.id CROSS JOIN effect ON effect.intent = intent.id
      WHERE decision.work_order_id = :order AND decision.episode = latest.episode
        AND intent.kind IN ('assign', 'accept_counter') AND effect.kind = 'confirmed'
      UNION ALL
      SELECT provider_id, at_ms FROM override
      WHERE work_order_id = :order AND episode = latest.episode AND kind IN ('assigned_by_other', 'route_accepted')
    ) ORDER BY at_ms DESC LIMIT 1
  ) AS assigned
  FROM (SELECT max(episode) AS episode FROM decision WHERE work_order_id = :order AND rule_file_id IS NOT NULL) AS latest`;
