import type { CanaryFigures, CanaryQuery } from '../../domain/canary.ts';
import type { ReasonCode } from '../../domain/reason-codes.ts';
import { loadBodyText } from './body.ts';
import { hashToBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

/** Prices are of the latest assignments alone, for each asks for a body. */
const PRICED = 200;

/** Work orders count once per episode: an order that is decided on at every run is one case. */
export function readCanaryFigures(connection: Connection, query: CanaryQuery): CanaryFigures {
  const { db } = connection;
  const key = { id: query.ruleFileId, hash: hashToBytes(query.textHash), stage: query.lastActingStage ?? -1 };
  const one = <Row>(sql: string): Row | undefined => prepared<[typeof key], Row>(db, sql).get(key);
  const orders = one<{ all_: number; nobody: number }>(ORDERS);
  const writes = one<{ all_: number; conflicts: number }>(WRITES);
  const assigned = prepared<[typeof key], AssignedRow>(db, ASSIGNED).all(key);
  const prices = assigned.slice(0, PRICED).flatMap((row) => priceOf(connection, row));
  return {
    workOrders: orders?.all_ ?? 0,
    withoutEligible: orders?.nobody ?? 0,
    assignments: assigned.length,
    undone: assigned.filter(({ isUndone }) => isUndone === 1).length,
    writes: writes?.all_ ?? 0,
    conflicts: writes?.conflicts ?? 0,
    priced: prices.length,
    costCents: prices.reduce((sum, { costCents }) => sum + costCents, 0),
    baseCents: prices.reduce((sum, { baseCents }) => sum + baseCents, 0),
  };
}

type AssignedRow = { readonly costCents: number; readonly workOrderBody: number; readonly isUndone: 0 | 1 };

/** Empty: the body was erased, or the work order carries no pay. */
function priceOf(connection: Connection, { costCents, workOrderBody }: AssignedRow) {
  const text = loadBodyText(connection, workOrderBody);
  const base: unknown = text === null ? null : JSON.parse(text).workOrder?.pay?.maxCents;
  return typeof base === 'number' && base > 0 && costCents > 0 ? [{ costCents, baseCents: base }] : [];
}

function codes(...of: readonly ReasonCode[]): string {
  return of.map((code) => `'${code}'`).join(', ');
}

const OF_CANARY = "rule_file_hash = :hash AND mode = 'canary' AND rule_file_id = :id";

/**
 * What was never the file's to fill: somebody's invitation out or a pin, a bundle, a project where the platform dispatches by
 * itself.
 */
const NOT_ITS_TURN = codes('FM-2003', 'FM-2010', 'FM-3006', 'FM-3016', 'FM-3017', 'FM-3031');

/** Nobody is eligible: by its last decision, with all that act due, and nothing of it was ever sent in this episode. */
const ORDERS = `
  WITH last (id) AS (SELECT max(id) FROM decision WHERE ${OF_CANARY} GROUP BY work_order_id, episode)
  SELECT count(*) AS all_, coalesce(sum(
    outcome IN ('hold', 'wait') AND reason_code NOT IN (${NOT_ITS_TURN})
    AND EXISTS (SELECT 1 FROM json_each(due_stages) WHERE value = :stage)
    AND NOT EXISTS (SELECT 1 FROM candidate WHERE candidate.decision = decision.id AND is_eligible = 1)
    AND NOT EXISTS (
      SELECT 1 FROM decision AS own JOIN intent ON intent.decision = own.id
      WHERE own.work_order_id = decision.work_order_id AND own.episode = decision.episode
    )
  ), 0) AS nobody
  FROM last CROSS JOIN decision ON decision.id = last.id`;

/** What a person or an earlier step forbade, what never left, and what was lost on the way, says nothing of the file. */
const NOT_ITS_FAULT = codes(
  ...(['FM-6009', 'FM-6012', 'FM-6014', 'FM-6018', 'FM-6019', 'FM-6021', 'FM-6022', 'FM-6023'] as const),
  ...(['FM-6013', 'FM-6020', 'FM-6046', 'FM-6047'] as const),
);

const BINDING = "'assign', 'accept_counter', 'route', 'mass_route', 'mass_route_pool', 'auto_dispatch'";

const WRITES = `
  SELECT count(*) AS all_, coalesce(sum(effect.kind <> 'confirmed'), 0) AS conflicts
  FROM decision CROSS JOIN intent ON intent.decision = decision.id
  CROSS JOIN effect ON effect.intent = intent.id
  WHERE decision.${OF_CANARY} AND intent.kind IN (${BINDING}) AND effect.kind <> 'unknown'
    AND NOT (effect.kind = 'refused' AND effect.reason_code IN (${NOT_ITS_FAULT}))`;

/**
 * Newest first, the last of each episode. Undone: a later episode was opened, nobody was seen assigned any more, somebody else
 * was, or we un-assigned.
 */
const ASSIGNED = `
  WITH assigned (decision, cost_cents, at_ms) AS (
    SELECT decision.id, intent.cost_cents, effect.at_ms
    FROM decision CROSS JOIN intent ON intent.decision = decision.id CROSS JOIN effect ON effect.intent = intent.id
    WHERE decision.${OF_CANARY} AND intent.kind IN ('assign', 'accept_counter') AND effect.kind = 'confirmed'
    UNION ALL
    SELECT decision.id, coalesce(decision.cost_cents, 0), override.at_ms
    FROM decision CROSS JOIN override ON override.work_order_id = decision.work_order_id AND override.decision = decision.id
    WHERE decision.${OF_CANARY} AND override.kind = 'route_accepted'
  ), latest AS (
    SELECT decision.id, decision.work_order_id, decision.episode, decision.work_order_body, assigned.cost_cents,
      max(assigned.at_ms) AS at_ms
    FROM assigned CROSS JOIN decision ON decision.id = assigned.decision
    GROUP BY decision.work_order_id, decision.episode
  )
  SELECT cost_cents AS costCents, work_order_body AS workOrderBody, (
    EXISTS (SELECT 1 FROM decision WHERE work_order_id = latest.work_order_id AND episode > latest.episode)
    OR EXISTS (SELECT 1 FROM override WHERE work_order_id = latest.work_order_id AND episode = latest.episode
      AND (kind = 'unassigned' OR (kind = 'assigned_by_other' AND at_ms >= latest.at_ms)))
    OR EXISTS (
      SELECT 1 FROM decision AS own CROSS JOIN intent ON intent.decision = own.id
        CROSS JOIN effect ON effect.intent = intent.id
      WHERE own.work_order_id = latest.work_order_id AND own.episode = latest.episode AND intent.kind = 'unassign'
        AND effect.kind = 'confirmed'
    )
  ) AS isUndone
  FROM latest ORDER BY at_ms DESC, id DESC`;
