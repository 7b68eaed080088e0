import type { Attempt, EffectKind, OpenedAt, Outcome } from '../../domain/decision.ts';
import { type DecisionId, decisionId, type ProviderId, type WorkOrderId } from '../../domain/ids.ts';
import type { ReasonCode } from '../../domain/reason-codes.ts';
import type { WriteCall } from '../../domain/write-call.ts';
import type { LedgerSnapshot, WorkOrderHistory } from '../../engine/ports.ts';
import { hashFromBytes } from './columns.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

type DecisionRow = {
  readonly id: number;
  readonly workOrderId: number;
  readonly episode: number;
  readonly seq: number;
  readonly ruleFileId: string | null;
  readonly stage: number | null;
  readonly outcome: Outcome;
  readonly openedAtMs: number;
  readonly openedSource: OpenedAt['source'];
  readonly inputHash: Buffer;
};

/** An intent with its last effect; the three last are null when it has none. */
type AttemptRow = {
  readonly decision: number;
  readonly n: number;
  readonly call: string;
  readonly kind: EffectKind | null;
  readonly reason: ReasonCode | null;
  readonly atMs: number | null;
};

/** Work orders go in as one JSON list, so their number has no limit of SQLite's. */
export function readSnapshot(
  connection: Connection,
  workOrders: readonly WorkOrderId[],
  dayStartMs: number,
): LedgerSnapshot {
  const ids = JSON.stringify(workOrders);
  const decisions = Map.groupBy(readDecisions(connection, ids), (row) => row.workOrderId);
  const attempts = Map.groupBy(readAttempts(connection, ids), (row) => row.decision);
  return {
    histories: workOrders.map((id) => toHistory(id, decisions.get(id) ?? [], attempts)),
    ...readCommitted(connection, dayStartMs),
  };
}

function toHistory(
  workOrderId: WorkOrderId,
  decisions: readonly DecisionRow[],
  attemptsOf: ReadonlyMap<number, readonly AttemptRow[]>,
): WorkOrderHistory {
  const all = decisions.map((row) => ({
    row,
    attempts: (attemptsOf.get(row.id) ?? []).map((attempt) => toAttempt(row, attempt)),
  }));
  const episode = Math.max(
    1,
    ...all.map(({ row, attempts }) => row.episode + Number(attempts.some(isConfirmedUnassign))),
  );
  const current = all.filter(({ row }) => row.episode === episode);
  const attempts = current.flatMap((decision) => decision.attempts);
  return {
    workOrderId,
    episode,
    nextSeq: 1 + Math.max(0, ...current.map(({ row }) => row.seq)),
    openedAt: earliest(current.map(({ row }) => ({ atMs: row.openedAtMs, source: row.openedSource }))),
    last: Object.fromEntries(current.map(({ row }) => [row.ruleFileId ?? '-', toLast(row)])),
    attempts,
    assigned: attempts.map(toAssigned).findLast((assigned) => assigned !== null) ?? null,
  };
}

function toLast(row: DecisionRow): WorkOrderHistory['last'][string] {
  return { id: idOf(row), inputHash: hashFromBytes(row.inputHash), outcome: row.outcome, stage: row.stage };
}

function toAttempt(row: DecisionRow, { n, call, kind, reason, atMs }: AttemptRow): Attempt {
  return {
    decisionId: idOf(row),
    ruleFileId: row.ruleFileId,
    stage: row.stage,
    intentN: n,
    call: JSON.parse(call) as WriteCall,
    effect: kind === null || reason === null || atMs === null ? null : { kind, reason, atMs },
  };
}

/** Ours, and the job is then open again: the next episode. */
function isConfirmedUnassign({ call, effect }: Attempt): boolean {
  return call.kind === 'unassign' && effect?.kind === 'confirmed';
}

function toAssigned({ call, effect, decisionId: id }: Attempt): WorkOrderHistory['assigned'] {
  if (effect?.kind !== 'confirmed' || (call.kind !== 'assign' && call.kind !== 'accept_counter')) return null;
  return { decisionId: id, providerId: call.providerId as ProviderId, confirmedAtMs: effect.atMs };
}

function earliest(signs: readonly OpenedAt[]): OpenedAt | null {
  return signs.reduce<OpenedAt | null>(
    (first, sign) => (first === null || sign.atMs < first.atMs ? sign : first),
    null,
  );
}

function idOf(row: DecisionRow): DecisionId {
  return decisionId(row.workOrderId as WorkOrderId, row.episode, row.seq);
}

/** Of all episodes, oldest first. */
function readDecisions({ db }: Connection, ids: string): readonly DecisionRow[] {
  return prepared<[string], DecisionRow>(
    db,
    `SELECT id, work_order_id AS workOrderId, episode, seq, rule_file_id AS ruleFileId, stage, outcome,
       opened_at_ms AS openedAtMs, opened_source AS openedSource, input_hash AS inputHash
     FROM decision WHERE work_order_id IN (SELECT value FROM json_each(?)) ORDER BY work_order_id, episode, seq`,
  ).all(ids);
}

function readAttempts({ db }: Connection, ids: string): readonly AttemptRow[] {
  return prepared<[string], AttemptRow>(
    db,
    `SELECT intent.decision, intent.n, intent.call, effect.kind, effect.reason_code AS reason, effect.at_ms AS atMs
     FROM decision JOIN intent ON intent.decision = decision.id
     LEFT JOIN effect ON effect.intent = intent.id AND effect.n = (SELECT max(n) FROM effect WHERE intent = intent.id)
     WHERE decision.work_order_id IN (SELECT value FROM json_each(?)) ORDER BY decision.id, intent.n`,
  ).all(ids);
}

/** Contracts made, or perhaps made: claimed since, and not refused or lost. */
function readCommitted({ db }: Connection, dayStartMs: number) {
  const rows = prepared<[number], { ruleFileId: string | null; cents: number }>(
    db,
    `SELECT decision.rule_file_id AS ruleFileId, sum(intent.cost_cents) AS cents
     FROM intent JOIN decision ON decision.id = intent.decision
     WHERE intent.id IN (SELECT intent FROM claim WHERE at_ms >= ?) AND intent.kind IN ('assign', 'accept_counter')
       AND NOT EXISTS (SELECT 1 FROM effect WHERE effect.intent = intent.id AND effect.kind IN ('refused', 'lost_race'))
     GROUP BY decision.rule_file_id ORDER BY decision.rule_file_id`,
  ).all(dayStartMs);
  return {
    committedTodayCents: rows.reduce((sum, row) => sum + row.cents, 0),
    committedTodayByRuleFile: Object.fromEntries(
      rows.flatMap((row) => (row.ruleFileId === null ? [] : [[row.ruleFileId, row.cents] as const])),
    ),
  };
}
