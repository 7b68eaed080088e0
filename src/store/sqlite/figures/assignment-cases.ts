import type { AssignmentCase } from '../../../domain/assignment-case.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

type Given = {
  readonly since: number;
  readonly until: number;
  readonly rule: string | null;
  readonly client: number | null;
  readonly project: number | null;
  readonly provider: number | null;
};

/** By work order and episode. The range is of when it was assigned, the provider who was. */
export function readAssignmentCases({ db }: Connection, query: LedgerQuery): readonly AssignmentCase[] {
  const { sinceMs, untilMs, ruleFileId: rule, clientId: client, projectId: project, providerId: provider } = query;
  const given = { since: sinceMs ?? 0, until: untilMs ?? Number.MAX_SAFE_INTEGER, rule, client, project, provider };
  return prepared<[Given], AssignmentCase>(db, CASES).all(given);
}

const OF_EPISODE = 'own.work_order_id = first.work_order_id AND own.episode = first.episode';

/**
 * Whoever was assigned first in an episode, by whatever showed it; SQLite takes the other columns from the row with the least
 * time. That a decision has a request to assign to is known without a look at its candidates where it assigns.
 */
const CASES = `
  WITH assigned (work_order_id, episode, decision, provider_id, kind, at_ms) AS (
    SELECT decision.work_order_id, decision.episode, decision.id, intent.call ->> '$.providerId', 'write', effect.at_ms
    FROM intent CROSS JOIN effect ON effect.intent = intent.id CROSS JOIN decision ON decision.id = intent.decision
    WHERE intent.kind IN ('assign', 'accept_counter') AND effect.kind = 'confirmed'
    UNION ALL
    SELECT work_order_id, episode, decision, provider_id, kind, at_ms FROM override
    WHERE kind IN ('assigned_by_other', 'route_accepted')
  ), first AS MATERIALIZED (
    SELECT work_order_id, episode, decision, provider_id, kind, min(at_ms) AS at_ms
    FROM assigned GROUP BY work_order_id, episode
  ), cases AS (
    SELECT first.work_order_id AS workOrderId, first.episode,
      CASE WHEN first.kind <> 'assigned_by_other' AND decision.rule_file_id IS NOT NULL THEN decision.rule_file_id ELSE (
        SELECT own.rule_file_id FROM decision AS own
        WHERE ${OF_EPISODE} AND own.rule_file_id IS NOT NULL AND own.mode IS NOT 'shadow' AND own.decided_at_ms <= first.at_ms
        ORDER BY own.seq DESC LIMIT 1
      ) END AS ruleFileId,
      CASE
        WHEN first.kind = 'assigned_by_other' THEN 'elsewhere'
        WHEN decision.mode IS NULL THEN 'by_hand'
        WHEN decision.mode = 'recommend' THEN 'approved'
        WHEN first.kind = 'route_accepted' THEN 'invited'
        ELSE 'automated'
      END AS how,
      first.provider_id AS providerId,
      (SELECT min(own.opened_at_ms) FROM decision AS own WHERE ${OF_EPISODE}) AS openedAtMs,
      (
        SELECT own.decided_at_ms FROM decision AS own
        WHERE ${OF_EPISODE} AND own.mode IS NOT 'shadow' AND own.decided_at_ms <= first.at_ms AND own.rule_file_id IS NOT NULL
          AND (own.outcome = 'assign' OR EXISTS (
            SELECT 1 FROM candidate WHERE candidate.decision = own.id AND kind = 0 AND is_eligible = 1
          ))
        ORDER BY own.seq LIMIT 1
      ) AS eligibleAtMs,
      CASE WHEN first.kind = 'assigned_by_other' THEN NULL ELSE decision.decided_at_ms END AS decidedAtMs,
      first.at_ms AS assignedAtMs
    FROM first LEFT JOIN decision ON decision.id = first.decision
    WHERE first.at_ms >= :since AND first.at_ms < :until AND (:provider IS NULL OR first.provider_id = :provider)
      AND (coalesce(:client, :project) IS NULL OR first.work_order_id IN (
        SELECT work_order_id FROM work_order_label
        WHERE client_id IS coalesce(:client, client_id) AND project_id IS coalesce(:project, project_id)
      ))
  )
  SELECT * FROM cases WHERE openedAtMs IS NOT NULL AND (:rule IS NULL OR ruleFileId = :rule)`;
