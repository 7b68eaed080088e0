import { decisionId, type WorkOrderId } from '../../../domain/ids.ts';
import type { SeenEvent } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { OBSERVATION_KINDS } from '../decision-tables.ts';
import { prepared } from '../prepared.ts';

type Row = Omit<SeenEvent, 'decisionId'> & { readonly seq: number | null; readonly decidedIn: number | null };

/** Oldest first, of all episodes. */
export function readSeenOf({ db }: Connection, workOrderId: WorkOrderId): readonly SeenEvent[] {
  const rows = prepared<[number], Row>(db, SEEN).all(workOrderId);
  return rows.map(({ seq, decidedIn, ...row }) => ({
    ...row,
    decisionId: seq === null || decidedIn === null ? null : decisionId(workOrderId, decidedIn, seq),
  }));
}

const KINDS = [...OBSERVATION_KINDS, 'reason'].map((kind) => `'${kind}'`).join(', ');

const SEEN = `
  SELECT override.kind, override.episode, override.at_ms AS atMs, override.provider_id AS providerId, override.actor,
    override.because, decision.seq, decision.episode AS decidedIn
  FROM override LEFT JOIN decision ON decision.id = override.decision
  WHERE override.work_order_id = ? AND override.kind IN (${KINDS})
  ORDER BY override.at_ms, override.id`;
