import type { DecisionAnswer } from '../../domain/approval.ts';
import type { Attempt, EffectKind, OpenedAt, Outcome } from '../../domain/decision.ts';
import { type DecisionId, decisionId, episodeOf, type ProviderId, type WorkOrderId } from '../../domain/ids.ts';
import type { ReasonCode } from '../../domain/reason-codes.ts';
import type { RuleMode } from '../../domain/rule-file.ts';
import type { ObservedRow } from '../../domain/standing.ts';
import type { WriteCall } from '../../domain/write-call.ts';
import type { LastDecision, LedgerSnapshot, WorkOrderHistory } from '../../engine/ports.ts';
import { readAnswers } from './answers.ts';
import { hashFromBytes } from './columns.ts';
import { readCommitments, type SnapshotTimes } from './commitments.ts';
import type { Connection } from './connection.ts';
import { leaverOf, leaversOf } from './gave-back.ts';
import { readObservations } from './observations.ts';
import { prepared } from './prepared.ts';

type DecisionRow = {
  readonly id: number;
  readonly workOrderId: number;
  readonly episode: number;
  readonly seq: number;
  readonly ruleFileId: string | null;
  readonly mode: RuleMode | null;
  readonly stage: number | null;
  readonly outcome: Outcome;
  readonly openedAtMs: number;
  readonly openedSource: OpenedAt['source'];
  readonly inputHash: Buffer;
  readonly decidedAtMs: number;
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
  times: SnapshotTimes,
): LedgerSnapshot {
  return { histories: readHistories(connection, workOrders), ...readCommitments(connection, times) };
}

/** In the order asked for; blank for a work order that is not known. */
function readHistories(connection: Connection, workOrders: readonly WorkOrderId[]): readonly WorkOrderHistory[] {
  const ids = JSON.stringify(workOrders);
  const decisions = Map.groupBy(readDecisions(connection, ids), (row) => row.workOrderId);
  const attempts = Map.groupBy(readAttempts(connection, ids), (row) => row.decision);
  const observations = Map.groupBy(readObservations(connection, ids), (row) => row.workOrderId);
  const answers = readAnswers(connection, workOrders);
  return workOrders.map((id) =>
    toHistory(id, {
      decisions: decisions.get(id) ?? [],
      attempts,
      observations: observations.get(id) ?? [],
      answers: answers.get(id) ?? [],
    }),
  );
}

/** Of one work order alone. */
export function readHistory(connection: Connection, workOrderId: WorkOrderId): WorkOrderHistory {
  const [history] = readHistories(connection, [workOrderId]);
  if (history === undefined) throw new TypeError(`no history of work order ${workOrderId}`);
  return history;
}

type Found = {
  readonly decisions: readonly DecisionRow[];
  /** By decision row, of all work orders. */
  readonly attempts: ReadonlyMap<number, readonly AttemptRow[]>;
  readonly observations: readonly ObservedRow[];
  readonly answers: readonly DecisionAnswer[];
};

function toHistory(workOrderId: WorkOrderId, found: Found): WorkOrderHistory {
  const all = found.decisions.map((row) => ({
    row,
    attempts: (found.attempts.get(row.id) ?? []).map((attempt) => toAttempt(row, attempt)),
  }));
  const episode = Math.max(
    1,
    ...all.map(({ row, attempts }) => row.episode + Number(attempts.some(isConfirmedUnassign))),
    ...found.observations.map((seen) => seen.episode + Number(seen.kind === 'unassigned')),
  );
  const current = all.filter(({ row }) => row.episode === episode);
  const rows = current.map(({ row }) => row);
  const attempts = current.flatMap((decision) => decision.attempts);
  const seenIn = (n: number) => ({
    attempts: all.filter(({ row }) => row.episode === n).flatMap((decision) => decision.attempts),
    observations: found.observations.filter((seen) => seen.episode === n),
  });
  const past = new Set([...all.map(({ row }) => row.episode), ...found.observations.map((seen) => seen.episode)]);
  past.delete(episode);
  const live = rows.findLast((row) => row.mode !== 'shadow');
  return {
    workOrderId,
    episode,
    nextSeq: 1 + Math.max(0, ...rows.map((row) => row.seq)),
    openedAt: earliest(rows.map((row) => ({ atMs: row.openedAtMs, source: row.openedSource }))),
    last: Object.fromEntries(rows.map((row) => [row.ruleFileId ?? '-', toLast(row)])),
    lastLive: live === undefined ? null : { ...toLast(live), ruleFileId: live.ruleFileId },
    attempts,
    answers: found.answers.filter(({ decisionId: id }) => episodeOf(id) === episode),
    assigned: latest([
      ...attempts.map(toAssigned),
      ...found.observations.filter((seen) => seen.episode === episode).map(toAccepted),
    ]),
    gaveBack: leaversOf([...past].map(seenIn)),
    givesBackNow: leaverOf(seenIn(episode)),
  };
}

function toLast(row: DecisionRow): LastDecision {
  const { outcome, stage, decidedAtMs } = row;
  return { id: idOf(row), inputHash: hashFromBytes(row.inputHash), outcome, stage, decidedAtMs };
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

/** A route that its provider took is an assignment of ours. */
function toAccepted({ kind, decisionId: id, providerId, atMs }: ObservedRow): WorkOrderHistory['assigned'] {
  if (kind !== 'route_accepted' || id === null || providerId === null) return null;
  return { decisionId: id, providerId, confirmedAtMs: atMs };
}

function latest(found: readonly WorkOrderHistory['assigned'][]): WorkOrderHistory['assigned'] {
  return found.reduce(
    (last, one) => (one !== null && (last === null || one.confirmedAtMs >= last.confirmedAtMs) ? one : last),
    null,
  );
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
    `SELECT id, work_order_id AS workOrderId, episode, seq, rule_file_id AS ruleFileId, mode, stage, outcome,
       opened_at_ms AS openedAtMs, opened_source AS openedSource, input_hash AS inputHash,
       decided_at_ms AS decidedAtMs
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
