import { decisionId, type ProviderId, type WorkOrderId } from '../../../domain/ids.ts';
import type { FaultyRow } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

type Row = Omit<FaultyRow, 'decisionId'> & { readonly episode: number; readonly seq: number };

/** What only the rows beside an intent show to be wrong: its providers' candidates, and pauses. */
export function readFaultyRows({ db }: Connection): readonly FaultyRow[] {
  const rows = [NOT_ELIGIBLE, WHILE_PAUSED].flatMap((sql) => prepared<[], Row>(db, sql).all());
  return rows.map(({ episode, seq, ...row }) => ({
    ...row,
    workOrderId: row.workOrderId as WorkOrderId,
    providerId: row.providerId as ProviderId | null,
    decisionId: decisionId(row.workOrderId, episode, seq),
  }));
}

const PLACE = `decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.rule_file_id AS ruleFileId`;

/** By primary key, for each provider that a rule file was to bind or invite. */
const NOT_ELIGIBLE = `
  WITH bound (decision, provider_id) AS (
    SELECT decision, call ->> '$.providerId' FROM intent WHERE kind IN ('assign', 'accept_counter', 'route')
    UNION ALL
    SELECT decision, json_each.value FROM intent, json_each(intent.call, '$.providerIds') WHERE kind = 'mass_route'
  )
  SELECT 'not_eligible' AS kind, ${PLACE}, bound.provider_id AS providerId, decision.decided_at_ms AS atMs,
    candidate.provider_id IS NOT NULL AS isOnSlate
  FROM bound CROSS JOIN decision ON decision.id = bound.decision
  LEFT JOIN candidate ON candidate.decision = bound.decision AND candidate.provider_id = bound.provider_id
  WHERE decision.rule_file_id IS NOT NULL AND coalesce(candidate.is_eligible, 0) = 0`;

/**
 * In the order of the chain, in which claims and pauses follow each other whatever their clocks say; by their clocks where a
 * link is missing.
 */
const WHILE_PAUSED = `
  SELECT 'while_paused' AS kind, ${PLACE}, NULL AS providerId, claim.at_ms AS atMs, 0 AS isOnSlate
  FROM directive
  LEFT JOIN directive_end ON directive_end.directive = directive.id
  LEFT JOIN chain AS began ON began.kind = 'directive' AND began.row_id = directive.id
  LEFT JOIN chain AS ended ON ended.kind = 'directive_end' AND ended.row_id = directive_end.id
  CROSS JOIN claim ON claim.at_ms >= directive.at_ms AND claim.at_ms < coalesce(directive.until_ms, claim.at_ms + 1)
    AND claim.at_ms <= coalesce(directive_end.at_ms, claim.at_ms)
  LEFT JOIN chain AS claimed ON claimed.kind = 'claim' AND claimed.row_id = claim.id
  CROSS JOIN intent ON intent.id = claim.intent CROSS JOIN decision ON decision.id = intent.decision
  WHERE directive.kind = 'pause'
    AND coalesce(claimed.seq > began.seq, claim.at_ms > directive.at_ms)
    AND (directive_end.id IS NULL OR coalesce(claimed.seq < ended.seq, claim.at_ms < directive_end.at_ms))`;
