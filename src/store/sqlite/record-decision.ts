import type { Decision } from '../../domain/decision.ts';
import { hashText, toCanonicalJson } from '../../domain/json.ts';
import { workSpan } from '../../domain/work-order.ts';
import { prepareBody, storeBody } from './body.ts';
import { appendLink } from './chain.ts';
import { hashToBytes } from './columns.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { countParity } from './count-parity.ts';
import { candidate as candidateTable, decision as decisionTable, intent as intentTable } from './decision-tables.ts';
import { insertRow } from './insert-row.ts';
import { forgetBodies, packCandidates } from './pack-candidates.ts';
import { prepared } from './prepared.ts';
import { countDecision, rollUpDecision } from './roll-up.ts';
import { packReview } from './row-evidence.ts';
import { labelWorkOrder } from './work-order-labels.ts';

type DecisionRow = typeof decisionTable.$inferInsert;

/** Everything of all of them in one transaction. What can be computed is, before the lock is taken. */
export function recordDecisions(
  connection: Connection,
  decisions: readonly Decision[],
): readonly ('recorded' | 'collision')[] {
  const ready = decisions.map(prepareDecision);
  const answers = writeAtomically(connection, () => ready.map((one) => writeDecision(connection, one)));
  for (const { candidates } of decisions) forgetBodies(candidates);
  return answers;
}

function prepareDecision(decision: Decision) {
  const workOrder = prepareBody({ workOrder: decision.workOrder }, { facts: decision.slate.facts });
  const { header: shared, packed } = packCandidates(decision.candidates, {
    body: workOrder,
    facts: decision.slate.facts,
  });
  const { review, recommends } = decision;
  const header = {
    ...shared,
    ...(review === undefined ? {} : { review: packReview(review, decision.slate.facts) }),
    ...(recommends === undefined ? {} : { recommends }),
  };
  const { ruleFileId, ruleFileHash, mode, decidedAtMs } = decision;
  const rolled = {
    ...{ ruleFileId, mode, decidedAtMs, workOrderId: decision.workOrder.id },
    ruleFileHash: ruleFileHash === null ? null : hashToBytes(ruleFileHash),
  };
  const rows = packed.map(({ row }) => row);
  const slate = countDecision(rolled, header, rows);
  const parity =
    slate === null
      ? null
      : countParity(
          header,
          decision.candidates.map(({ scored }, n) => ({ row: rows[n], platform: scored.candidate.platform })),
        );
  return {
    decision,
    workOrder,
    batch: prepareBatch(decision.batch),
    header,
    packed,
    rolled,
    counts: { slate, parity },
  };
}

/** Under the write lock. What collides writes nothing. */
function writeDecision(
  connection: Connection,
  { decision, workOrder, batch, header, packed, rolled, counts }: ReturnType<typeof prepareDecision>,
): 'recorded' | 'collision' {
  if (isPlaceTaken(connection, decision)) return 'collision';
  const bodies = { workOrderBody: storeBody(connection, workOrder), batchBody: storeBody(connection, batch) };
  const id = insertRow(connection, decisionTable, { ...toRow(decision), header, ...bodies });
  for (const { row, body } of packed) {
    insertRow(connection, candidateTable, { ...row, decision: id, body: storeBody(connection, body) });
  }
  for (const { n, call, costCents } of decision.intents) {
    insertRow(connection, intentTable, { decision: id, n, kind: call.kind, call, costCents });
  }
  appendLink(connection, 'decision', id);
  rollUpDecision(connection, { id, ...rolled }, counts);
  labelWorkOrder(connection, decision.workOrder.id, decision.workOrder);
  return 'recorded';
}

/** All decisions of a run carry the same batch. */
const batches = new WeakMap<object, { readonly text: string; readonly hash: ReturnType<typeof hashText> }>();

function prepareBatch(batch: Decision['batch']) {
  const known = typeof batch === 'object' && batch !== null ? batches.get(batch) : undefined;
  if (known !== undefined) return known;
  const text = toCanonicalJson(batch);
  const body = { text, hash: hashText(text) };
  if (typeof batch === 'object' && batch !== null) batches.set(batch, body);
  return body;
}

/** Under the write lock, so nobody can take it between this look and the insert; the unique index stands behind it. */
function isPlaceTaken({ db }: Connection, { workOrder, episode, seq }: Decision): boolean {
  return (
    prepared<[number, number, number]>(
      db,
      'SELECT 1 FROM decision WHERE work_order_id = ? AND episode = ? AND seq = ?',
    ).get(workOrder.id, episode, seq) !== undefined
  );
}

function toRow(decision: Decision): Omit<DecisionRow, 'header' | 'workOrderBody' | 'batchBody'> {
  return {
    runId: decision.runId,
    workOrderId: decision.workOrder.id,
    episode: decision.episode,
    seq: decision.seq,
    title: decision.workOrder.title,
    ...workSpan(decision.workOrder),
    localDate: decision.workOrder.schedule.localDate,
    ruleFileId: decision.ruleFileId,
    ruleFileHash: decision.ruleFileHash,
    ruleSetHash: decision.ruleSetHash,
    mode: decision.mode,
    decidedAtMs: decision.decidedAtMs,
    takenAtMs: decision.slate.takenAtMs,
    engineVersion: decision.engineVersion,
    openedAtMs: decision.openedAt.atMs,
    openedSource: decision.openedAt.source,
    dueStages: decision.dueStages,
    stage: decision.stage,
    outcome: decision.outcome,
    reasonCode: decision.reason.code,
    reasonDetail: decision.reason.detail,
    winnerId: decision.winner,
    runnerUpId: decision.runnerUp,
    marginMilli: decision.marginMilli,
    costCents: decision.costCents,
    inputHash: decision.inputHash,
  };
}
