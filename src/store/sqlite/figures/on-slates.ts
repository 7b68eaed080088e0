import type { ProviderId } from '../../../domain/ids.ts';
import type { LedgerQuery, SlatePlace } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';
import { narrowedSql, narrowingOf } from './narrowed.ts';

type Asked = Omit<LedgerQuery, 'providerId'>;

export function readSlatesByProvider({ db }: Connection, query: Asked): ReadonlyMap<ProviderId, number> {
  const rows = prepared<[object], readonly [ProviderId, number]>(db, COUNTED).raw().all(narrowingOf(query));
  return new Map(rows);
}

export function readSlatePlaces({ db }: Connection, query: Asked): readonly SlatePlace[] {
  return prepared<[object], SlatePlace>(db, PLACES).all(narrowingOf(query));
}

/** From the roll-up, whose rows are small; of decisions that it does not have yet from the decisions themselves. */
const WANTED = `
  WITH wanted (id, work_order_id, rule_file_id) AS MATERIALIZED (
    SELECT decision, work_order_id, rule_file_id FROM roll_up WHERE is_shadow = 0 AND ${narrowedSql('roll_up')}
    UNION ALL
    SELECT id, work_order_id, rule_file_id FROM decision WHERE mode <> 'shadow' AND ${narrowedSql('decision')}
      AND NOT EXISTS (SELECT 1 FROM roll_up WHERE roll_up.decision = decision.id)
  )`;

/** By the index of candidates alone, in its order. */
const COUNTED = `${WANTED}
  SELECT provider_id, count(*) FROM candidate WHERE decision IN (SELECT id FROM wanted) GROUP BY provider_id`;

/** Which ones, and not how often: counting them would sort every candidate there ever was. */
const PLACES = `${WANTED}, placed (id, rule_file_id, client_id) AS MATERIALIZED (
    SELECT id, rule_file_id, client_id FROM wanted LEFT JOIN work_order_label USING (work_order_id)
  )
  SELECT DISTINCT provider_id AS providerId, placed.rule_file_id AS ruleFileId, placed.client_id AS clientId
  FROM candidate CROSS JOIN placed ON placed.id = candidate.decision`;
