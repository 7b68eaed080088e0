import type { Decision } from '../../domain/decision.ts';
import { hashText, toCanonicalJson } from '../../domain/json.ts';
import type { Candidate } from '../../domain/scored-slate.ts';
import { workSpan } from '../../domain/work-order.ts';
import { type PreparedBody, prepareBody, storeBody } from './body.ts';
import { bodyOfCandidate, forgetBodies } from './candidate-body.ts';
import { appendLink } from './chain.ts';
import { hashToBytes } from './columns.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { countParity } from './count-parity.ts';
import { decision as decisionTable, intent as intentTable } from './decision-tables.ts';
import { insertCandidates } from './insert-candidates.ts';
import { insertRow } from './insert-row.ts';
import { packCandidates } from './pack-candidates.ts';
import { prepared } from './prepared.ts';
import { countDecision, rollUpDecision } from './roll-up.ts';
import { packReview } from './row-evidence.ts';
import { labelWorkOrder } from './work-order-labels.ts';
import { findWritten, isStillThere, readLastTombstone, rememberWritten, type WrittenBody } from './written-bodies.ts';

type DecisionRow = typeof decisionTable.$inferInsert;

/** Everything of all of them in one transaction. What can be computed is, before the lock is taken. */
export function recordDecisions(
  connection: Connection,
  decisions: readonly Decision[],
): readonly ('recorded' | 'collision')[] {
  const ready = decisions.map((decision) => prepareDecision(connection, decision));
  const written = writeAtomically(connection, () => {
    const lastTombstone = readLastTombstone(connection);
    return ready.map((one) => writeDecision(connection, one, lastTombstone));
  });
  for (const [n, one] of written.entries()) {
    const decision = decisions[n];
    if (decision === undefined) continue;
    if (one !== 'collision') rememberBodies(connection, decision, one);
    forgetBodies(decision.candidates);
  }
  return written.map((one) => (one === 'collision' ? one : 'recorded'));
}

/** Of a decision that was written: what live and shadow decisions of a run share is not made again. */
type WrittenBodies = { readonly workOrder: WrittenBody; readonly candidates: readonly WrittenBody[] };

function rememberBodies(
  connection: Connection,
  { workOrder, slate, candidates }: Decision,
  bodies: WrittenBodies,
): void {
  rememberWritten(connection, workOrder, { ...bodies.workOrder, facts: slate.facts });
  for (const [n, { scored }] of candidates.entries()) {
    const body = bodies.candidates[n];
    if (body !== undefined) rememberWritten(connection, scored.candidate, { ...body, facts: scored.candidate.facts });
  }
}

function prepareDecision(connection: Connection, decision: Decision) {
  const { facts } = decision.slate;
  const workOrder = findWritten(connection, decision.workOrder, facts) ?? prepareWorkOrder(decision);
  const bodies = decision.candidates.map(
    ({ scored: { candidate } }) => findWritten(connection, candidate, candidate.facts) ?? bodyOfCandidate(candidate),
  );
  const { header: shared, rows } = packCandidates(decision.candidates, { bodies, workOrder, facts });
  const { review, recommends } = decision;
  const header = {
    ...shared,
    ...(review === undefined ? {} : { review: packReview(review, facts) }),
    ...(recommends === undefined ? {} : { recommends }),
  };
  const { ruleFileId, ruleFileHash, mode, decidedAtMs } = decision;
  const rolled = {
    ...{ ruleFileId, mode, decidedAtMs, workOrderId: decision.workOrder.id },
    ruleFileHash: ruleFileHash === null ? null : hashToBytes(ruleFileHash),
  };
  const slate = countDecision(rolled, header, rows);
  const parity =
    slate === null
      ? null
      : countParity(
          header,
          decision.candidates.map(({ scored }, n) => ({ row: rows[n], platform: scored.candidate.platform })),
        );
  const batch = prepareBatch(decision.batch);
  return { decision, workOrder, bodies, batch, header, rows, rolled, counts: { slate, parity } };
}

function prepareWorkOrder({ workOrder, slate }: Decision): PreparedBody {
  return prepareBody({ workOrder }, { facts: slate.facts });
}

/** Under the write lock. What collides writes nothing. */
function writeDecision(
  connection: Connection,
  { decision, workOrder, bodies, batch, header, rows, rolled, counts }: ReturnType<typeof prepareDecision>,
  lastTombstone: number,
): WrittenBodies | 'collision' {
  if (isPlaceTaken(connection, decision)) return 'collision';
  const keep = bodyKeeper(connection, lastTombstone);
  const kept = keep(workOrder, () => prepareWorkOrder(decision));
  const batchBody = storeBody(connection, batch, lastTombstone);
  const id = insertRow(connection, decisionTable, { ...toRow(decision), header, workOrderBody: kept.id, batchBody });
  const candidates = bodies.map((body, n) => keep(body, () => bodyOfCandidate(candidateAt(decision, n))));
  insertCandidates(connection, rows, { decision: id, bodies: candidates.map((body) => body.id) });
  for (const { n, call, costCents } of decision.intents) {
    insertRow(connection, intentTable, { decision: id, n, kind: call.kind, call, costCents });
  }
  appendLink(connection, 'decision', id);
  rollUpDecision(connection, { id, ...rolled }, counts);
  labelWorkOrder(connection, decision.workOrder.id, decision.workOrder);
  return { workOrder: kept, candidates };
}

function candidateAt({ candidates }: Decision, n: number): Candidate {
  const ranked = candidates[n];
  if (ranked === undefined) throw new TypeError(`no candidate at ${n}`);
  return ranked.scored.candidate;
}

/** Writes what is not written yet; what was erased meanwhile is made once more. */
function bodyKeeper(connection: Connection, lastTombstone: number) {
  return (body: PreparedBody | WrittenBody, again: () => PreparedBody): WrittenBody => {
    if ('id' in body && isStillThere(body, lastTombstone)) return body;
    const prepared = 'id' in body ? again() : body;
    return { id: storeBody(connection, prepared, lastTombstone), times: prepared.times, lastTombstone };
  };
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
