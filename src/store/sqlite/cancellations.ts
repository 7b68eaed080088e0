import type { Cancellation } from '../../domain/decision.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

/** Who had a work order of ours last in an episode that is over, and was not taken off it by us: oldest assignment first. */
export function readCancellations({ db }: Connection, assignedSinceMs: number): readonly Cancellation[] {
  const rows = prepared<[{ since: number }], AssignedRow>(db, ASSIGNED_AND_OVER).all({ since: assignedSinceMs });
  // In the order of time, so that the last of an episode is the one who had it when it ended.
  const last = new Map(rows.map((row) => [`${row.workOrderId}.${row.episode}`, row]));
  return rows
    .filter((row) => row.isOurs === 1 && last.get(`${row.workOrderId}.${row.episode}`) === row)
    .map(({ workOrderId, providerId, assignedAtMs }) => ({ workOrderId, providerId, assignedAtMs }));
}

type AssignedRow = Cancellation & { readonly episode: number; readonly isOurs: 0 | 1 };

/**
 * An episode is over when a later one was decided on or when it was observed that nobody is assigned any more. One in which we
 * un-assigned, or may have, says nothing of the provider. CROSS JOIN holds SQLite to the indexes, as in commitments.ts.
 */
const ASSIGNED_AND_OVER = `
  WITH assigned (work_order_id, episode, provider_id, at_ms, is_ours) AS (
    SELECT decision.work_order_id, decision.episode, intent.call ->> '$.providerId', effect.at_ms, 1
    FROM effect CROSS JOIN intent ON intent.id = effect.intent CROSS JOIN decision ON decision.id = intent.decision
    WHERE effect.at_ms >= :since AND effect.kind = 'confirmed' AND intent.kind IN ('assign', 'accept_counter')
    UNION ALL
    SELECT work_order_id, episode, provider_id, at_ms, kind = 'route_accepted' FROM override
    WHERE at_ms >= :since AND kind IN ('route_accepted', 'assigned_by_other')
  )
  SELECT work_order_id AS workOrderId, episode, provider_id AS providerId, at_ms AS assignedAtMs, is_ours AS isOurs
  FROM assigned
  WHERE (
      EXISTS (SELECT 1 FROM decision WHERE work_order_id = assigned.work_order_id AND episode > assigned.episode)
      OR EXISTS (SELECT 1 FROM override WHERE work_order_id = assigned.work_order_id AND episode = assigned.episode
        AND kind = 'unassigned')
    )
    AND NOT EXISTS (
      SELECT 1 FROM decision CROSS JOIN intent ON intent.decision = decision.id
      WHERE decision.work_order_id = assigned.work_order_id AND decision.episode = assigned.episode
        AND intent.kind = 'unassign' AND coalesce(
          (SELECT kind FROM effect WHERE intent = intent.id ORDER BY n DESC LIMIT 1), 'unknown') IN ('confirmed', 'unknown')
    )
  ORDER BY assigned.at_ms, work_order_id, episode`;
