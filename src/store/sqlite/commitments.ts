import type { ProviderId, WorkOrderId } from '../../domain/ids.ts';
import {
  BINDING_KINDS,
  type Binding,
  committedOf,
  idOf,
  type SentRow,
  standingBindings,
} from '../../domain/standing.ts';
import type { WriteCall } from '../../domain/write-call.ts';
import type { LedgerCommitment, LedgerSnapshot } from '../../engine/ports.ts';
import type { Connection } from './connection.ts';
import { readObservations } from './observations.ts';
import { prepared } from './prepared.ts';

export type SnapshotTimes = { readonly dayStartMs: number; readonly sinceMs: number };

/** What the ledger itself knows to be bound, and the money of the day: both from what stands of the recent work orders. */
export function readCommitments(
  connection: Connection,
  { dayStartMs, sinceMs }: SnapshotTimes,
): Omit<LedgerSnapshot, 'histories'> {
  const rows = Map.groupBy(readSent(connection, Math.min(dayStartMs, sinceMs)), (row) => row.workOrderId);
  const ids = JSON.stringify([...rows.keys()]);
  const observations = Map.groupBy(readObservations(connection, ids), (row) => row.workOrderId);
  const standing = [...rows].map(([id, sent]) => standingBindings(sent, observations.get(id) ?? []));
  return {
    commitments: standing
      .flatMap((bindings) => toCommitments(bindings, sinceMs))
      .toSorted((a, b) => a.providerId - b.providerId || a.workOrderId - b.workOrderId),
    ...sumMoney(standing.flatMap((bindings) => moneyOf(bindings, dayStartMs))),
  };
}

/** One per provider: an assignment rather than a route, the later rather than the earlier. */
function toCommitments(bindings: readonly Binding[], sinceMs: number): readonly LedgerCommitment[] {
  const byProvider = new Map<ProviderId, LedgerCommitment>();
  for (const { row, kind, providerId, isSettled, atMs } of bindings) {
    if (providerId === null || (isSettled && atMs < sinceMs)) continue;
    if (kind === 'routed' && byProvider.get(providerId)?.kind === 'assigned') continue;
    const { workOrderId, startMs, endMs, localDate } = row;
    byProvider.set(providerId, {
      kind,
      workOrderId,
      providerId,
      startMs,
      endMs,
      localDate,
      decisionId: idOf(row),
      atMs,
    });
  }
  return [...byProvider.values()];
}

type Money = { readonly workOrderId: WorkOrderId; readonly ruleFileId: string | null; readonly cents: number };

/** Empty: nothing of this day. */
function moneyOf(bindings: readonly Binding[], dayStartMs: number): readonly Money[] {
  const money = committedOf(bindings, dayStartMs);
  if (money === null) return [];
  const { binding, ruleFileId, cents } = money;
  return [{ workOrderId: binding.row.workOrderId, ruleFileId, cents }];
}

function sumMoney(money: readonly Money[]) {
  const byRuleFile: { [ruleFileId: string]: number } = {};
  for (const { ruleFileId, cents } of money) {
    if (ruleFileId !== null) byRuleFile[ruleFileId] = (byRuleFile[ruleFileId] ?? 0) + cents;
  }
  return {
    committedTodayCents: money.reduce((sum, { cents }) => sum + cents, 0),
    committedTodayByRuleFile: byRuleFile,
    committedTodayByWorkOrder: Object.fromEntries(money.map(({ workOrderId, cents }) => [workOrderId, cents])),
    committedTodayFileOf: Object.fromEntries(
      money.flatMap(({ workOrderId, ruleFileId }) => (ruleFileId === null ? [] : [[workOrderId, ruleFileId] as const])),
    ),
  };
}

/**
 * Of every work order where something was claimed, confirmed or accepted since, or is open: the intents of its last episode,
 * and open ones of an earlier, in the order they were decided.
 */
function readSent({ db }: Connection, sinceMs: number): readonly SentRow[] {
  const rows = prepared<[{ since: number }], Omit<SentRow, 'call'> & { readonly call: string }>(db, SENT).all({
    since: sinceMs,
  });
  return rows.map((row) => ({ ...row, call: JSON.parse(row.call) as WriteCall }));
}

/** CROSS JOIN and `+` hold SQLite, which knows nothing of our sizes, to the indexes: without them it reads whole tables. */
const SENT = `
  WITH recent (intent) AS (
    SELECT intent FROM claim WHERE at_ms >= :since
    UNION ALL SELECT intent FROM effect WHERE at_ms >= :since AND kind = 'confirmed'
    UNION ALL SELECT intent FROM open_intent WHERE claims > 0
  ), touched (work_order_id) AS (
    SELECT DISTINCT work_order_id FROM (
      SELECT decision.work_order_id FROM recent CROSS JOIN intent ON intent.id = recent.intent
        CROSS JOIN decision ON decision.id = intent.decision
      UNION ALL SELECT work_order_id FROM override WHERE at_ms >= :since AND kind = 'route_accepted'
    )
  )
  SELECT decision.work_order_id AS workOrderId, decision.episode, decision.seq, decision.rule_file_id AS ruleFileId,
    decision.start_ms AS startMs, decision.end_ms AS endMs, decision.local_date AS localDate, intent.call,
    intent.cost_cents AS costCents, effect.kind AS effect, effect.at_ms AS effectAtMs,
    (SELECT at_ms FROM claim WHERE claim.intent = intent.id ORDER BY n DESC LIMIT 1) AS claimedAtMs
  FROM touched
  CROSS JOIN decision ON decision.work_order_id = touched.work_order_id
  CROSS JOIN intent ON intent.decision = decision.id
  LEFT JOIN effect ON effect.intent = intent.id AND effect.n = (SELECT max(n) FROM effect WHERE intent = intent.id)
  WHERE +intent.kind IN (${BINDING_KINDS.map((kind) => `'${kind}'`).join(', ')})
    AND (decision.episode = (SELECT max(episode) FROM decision AS any_decision WHERE work_order_id = touched.work_order_id)
      OR intent.id IN (SELECT intent FROM open_intent WHERE claims > 0))
  ORDER BY decision.work_order_id, decision.id, intent.n`;
