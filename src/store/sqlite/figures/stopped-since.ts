import type { StoppedQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

/** Through the indices of providers and of work orders alone: nobody has more than some hundreds. */
export function readStoppedSince({ db }: Connection, queries: readonly StoppedQuery[]): readonly number[] {
  return queries.map(({ providerId, workOrderId, ruleFileId, code, sinceMs }) => {
    const given = { provider: providerId, order: workOrderId, rule: ruleFileId, code, since: sinceMs };
    const sql = workOrderId === null ? OF_PROVIDER : OF_WORK_ORDER;
    return prepared<[typeof given], number>(db, sql).pluck().get(given) ?? 0;
  });
}

const IS_STOPPED = `decision.mode <> 'shadow' AND decision.decided_at_ms >= :since
  AND (:rule IS NULL OR decision.rule_file_id = :rule)
  AND candidate.blocked_by IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(candidate.blocked_by) AS place
    WHERE json_extract(decision.header, '$.reasons[' || place.value || '].code') = :code
  )`;

const OF_PROVIDER = `
  SELECT count(*) FROM candidate CROSS JOIN decision ON decision.id = candidate.decision
  WHERE candidate.provider_id = :provider AND :order IS NULL AND ${IS_STOPPED}`;

const OF_WORK_ORDER = `
  SELECT count(*) FROM decision CROSS JOIN candidate ON candidate.decision = decision.id
  WHERE decision.work_order_id = :order AND :provider IS NOT NULL AND ${IS_STOPPED}`;
