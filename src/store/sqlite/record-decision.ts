import type { Decision } from '../../domain/decision.ts';
import { hashText, toCanonicalJson } from '../../domain/json.ts';
import type { Candidate } from '../../domain/scored-slate.ts';
import { workSpan } from '../../domain/work-order.ts';
import { type PreparedBody, prepareBody } from './body.ts';
import { bodyOfCandidate } from './candidate-body.ts';
import { appendDecision } from './chain.ts';
import { hashToBytes } from './columns.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { countParity } from './count-parity.ts';
import { decision as decisionTable, intent as intentTable } from './decision-tables.ts';
import { insertCandidates } from './insert-candidates.ts';
import { insertRow } from './insert-row.ts';
import { NewBodies } from './new-bodies.ts';
import { packCandidates } from './pack-candidates.ts';
import { prepared } from './prepared.ts';
import { countDecision, rollUpDecision } from './roll-up.ts';
import { packReview } from './row-evidence.ts';
import { labelWorkOrder } from './work-order-labels.ts';
import { isStillThere, readLastTombstone, rememberWritten, type WrittenBody, writtenBodies } from './written-bodies.ts';

type DecisionRow = typeof decisionTable.$inferInsert;

/** Everything of all of them in one transaction. What can be computed is, before the lock is taken. */
export function recordDecisions(
  connection: Connection,
  decisions: readonly Decision[],
): readonly ('recorded' | 'collision')[] {
  const bodyOf = bodiesOnce();
  const ready = decisions.map((decision) => prepareDecision(connection, decision, bodyOf));
  const written = writeAtomically(connection, () => {
    const lastTombstone = readLastTombstone(connection);
    const bodies = new NewBodies(connection, lastTombstone);
    return ready.map((one) => writeDecision(connection, one, { bodies, lastTombstone }));
  });
  for (const [n, one] of ready.entries()) {
    const bodies = written[n];
    if (bodies !== undefined && bodies !== 'collision') rememberBodies(connection, one, bodies);
  }
  return written.map((one) => (one === 'collision' ? one : 'recorded'));
}

/** Live and shadow decisions of one run share their candidates. */
function bodiesOnce(): (candidate: Candidate) => PreparedBody {
  const bodies = new Map<Candidate, PreparedBody>();
  return (candidate) => {
    const known = bodies.get(candidate);
    if (known !== undefined) return known;
    const body = bodyOfCandidate(candidate);
    bodies.set(candidate, body);
    return body;
  };
}

/** Of a decision that was written: what live and shadow decisions of a run share is not made again. */
type WrittenBodies = { readonly workOrder: WrittenBody; readonly candidates: readonly WrittenBody[] };

type Ready = ReturnType<typeof prepareDecision>;

function rememberBodies(connection: Connection, { decision, workOrder, bodies }: Ready, written: WrittenBodies): void {
  const { slate, candidates } = decision;
  if (workOrder !== written.workOrder)
    rememberWritten(connection, decision.workOrder, { ...written.workOrder, facts: slate.facts });
  for (let n = 0; n < candidates.length; n += 1) {
    const [candidate, body] = [candidateAt(decision, n), written.candidates[n]];
    // Nothing new of what was remembered already.
    if (body === undefined || body === bodies[n]) continue;
    rememberWritten(connection, candidate, { ...body, facts: candidate.facts });
  }
}

function prepareDecision(connection: Connection, decision: Decision, bodyOf: (candidate: Candidate) => PreparedBody) {
  const { facts } = decision.slate;
  const findWritten = writtenBodies(connection);
  const workOrder = findWritten(decision.workOrder, facts) ?? prepareWorkOrder(decision);
  const bodies = decision.candidates.map(
    ({ scored: { candidate } }) => findWritten(candidate, candidate.facts) ?? bodyOf(candidate),
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

type Writing = { readonly bodies: NewBodies; readonly lastTombstone: number };

/** Under the write lock. What collides writes nothing. */
function writeDecision(connection: Connection, ready: Ready, writing: Writing): WrittenBodies | 'collision' {
  const { decision, batch, header, rows, rolled, counts } = ready;
  if (isPlaceTaken(connection, decision)) return 'collision';
  const workOrder = keep(ready.workOrder, () => prepareWorkOrder(decision), writing);
  const batchBody = writing.bodies.keep(batch);
  const bodies = ready.bodies.map((body, n) => keep(body, () => bodyOfCandidate(candidateAt(decision, n)), writing));
  writing.bodies.write();
  const id = insertRow(connection, decisionTable, {
    ...toRow(decision),
    ...{ header, workOrderBody: workOrder.id, batchBody: batchBody.id },
  });
  const candidates = insertCandidates(connection, rows, { decision: id, bodies });
  for (const { n, call, costCents } of decision.intents) {
    insertRow(connection, intentTable, { decision: id, n, kind: call.kind, call, costCents });
  }
  appendDecision(connection, id, { bodies: [workOrder.hash, batchBody.hash], candidates });
  rollUpDecision(connection, { id, ...rolled }, counts);
  labelWorkOrder(connection, decision.workOrder.id, decision.workOrder);
  return { workOrder, candidates: bodies };
}

function candidateAt({ candidates }: Decision, n: number): Candidate {
  const ranked = candidates[n];
  if (ranked === undefined) throw new TypeError(`no candidate at ${n}`);
  return ranked.scored.candidate;
}

/** What was erased meanwhile is made once more. */
function keep(
  body: PreparedBody | WrittenBody,
  again: () => PreparedBody,
  { bodies, lastTombstone }: Writing,
): WrittenBody {
  if ('id' in body && isStillThere(body, lastTombstone)) return body;
  const given = 'id' in body ? again() : body;
  const { id, hash } = bodies.keep(given);
  return { id, hash, times: given.times, lastTombstone };
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
