import { asc, eq } from 'drizzle-orm';
import type { Facts } from '../../domain/fact.ts';
import { decisionId, type ProviderId, type WorkOrderId } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedDecision, RecordedInput, RecordedIntent } from '../../domain/recorded-decision.ts';
import type { Candidate, Slate } from '../../domain/scored-slate.ts';
import { loadBodyText, readBody } from './body.ts';
import type { Connection } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { candidate, type decision } from './decision-tables.ts';
import { unpackReview } from './row-evidence.ts';
import { type CandidateRow, candidateTimes, unpackCandidate } from './unpack-candidate.ts';

type DecisionRow = typeof decision.$inferSelect;

/** Of a row what tells of the decision itself, without what its candidates need. */
export type BareRow = Omit<
  DecisionRow,
  'header' | 'workOrderBody' | 'batchBody' | 'startMs' | 'endMs' | 'localDate' | 'takenAtMs'
>;

/** Whole: with the work order's facts and the candidates. */
export function toRecordedDecision(
  connection: Connection,
  { header, ...row }: DecisionRow,
  intents: readonly RecordedIntent[],
): RecordedDecision {
  const workOrder = readFacts(connection, row.workOrderBody, workOrderTimes(header));
  return {
    ...toBareDecision(row, intents),
    workOrder: { title: row.title, facts: workOrder },
    candidates: candidateRows(connection, row.id).map((found) => {
      const candidate = readFacts(connection, found.body, candidateTimes(found, header));
      return unpackCandidate(found, header, { candidate, workOrder });
    }),
    ...(header.review === undefined ? {} : { review: unpackReview(header.review, workOrder) }),
    ...(header.recommends === undefined ? {} : { recommends: header.recommends }),
  };
}

/** Of a candidate's body or a work order's. */
function readFacts(connection: Connection, body: number, times: readonly number[]): Facts | null {
  const text = loadBodyText(connection, body);
  return text === null ? null : (readBody(text, times) as { readonly facts: Facts }).facts;
}

/** From its own row alone. */
export function toBareDecision(row: BareRow, intents: readonly RecordedIntent[]): RecordedDecision {
  const workOrderId = row.workOrderId as WorkOrderId;
  return {
    id: decisionId(workOrderId, row.episode, row.seq),
    runId: row.runId,
    workOrderId,
    episode: row.episode,
    seq: row.seq,
    ruleFileId: row.ruleFileId,
    ruleFileHash: row.ruleFileHash,
    ruleSetHash: row.ruleSetHash,
    mode: row.mode,
    decidedAtMs: row.decidedAtMs,
    engineVersion: row.engineVersion,
    openedAt: { atMs: row.openedAtMs, source: row.openedSource },
    dueStages: row.dueStages,
    stage: row.stage,
    outcome: row.outcome,
    reason: { code: row.reasonCode, detail: row.reasonDetail },
    winner: row.winnerId as ProviderId | null,
    runnerUp: row.runnerUpId as ProviderId | null,
    marginMilli: row.marginMilli,
    costCents: row.costCents,
    inputHash: row.inputHash,
    workOrder: { title: row.title, facts: null },
    candidates: [],
    intents,
  };
}

export function readRecordedInput(connection: Connection, row: DecisionRow): RecordedInput | 'erased' {
  const { header } = row;
  const workOrder = loadBodyText(connection, row.workOrderBody);
  const batch = loadBodyText(connection, row.batchBody);
  const candidates = candidateRows(connection, row.id).map((found) => {
    const text = loadBodyText(connection, found.body);
    return text === null ? null : (readBody(text, candidateTimes(found, header)) as unknown as Candidate);
  });
  const kept = candidates.filter((found) => found !== null);
  if (workOrder === null || batch === null || kept.length < candidates.length) return 'erased';
  const own = readBody(workOrder, workOrderTimes(header)) as unknown as Pick<Slate, 'workOrder' | 'facts'>;
  return { slate: { ...own, candidates: kept, takenAtMs: row.takenAtMs }, batch: JSON.parse(batch) as JsonValue };
}

/** In the slate's order. */
function candidateRows({ orm }: Connection, id: number): readonly CandidateRow[] {
  return orm.select().from(candidate).where(eq(candidate.decision, id)).orderBy(asc(candidate.providerId)).all();
}

/** The times that a decision's work-order body counts. */
export function workOrderTimes(header: Pick<DecisionHeader, 'times' | 'workOrderTimes'>): readonly number[] {
  return header.workOrderTimes.flatMap((place) => header.times[place] ?? []);
}
