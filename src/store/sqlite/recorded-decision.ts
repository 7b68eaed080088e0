import { asc, eq } from 'drizzle-orm';
import { decisionId, type ProviderId, type WorkOrderId } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Candidate, Slate } from '../../domain/scored-slate.ts';
import type { RecordedDecision, RecordedIntent } from '../../engine/ports.ts';
import { loadBodyText, readBody } from './body.ts';
import type { Connection } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { candidate, claim, type decision, effect, intent } from './schema.ts';
import { type CandidateRow, candidateTimes, unpackCandidate } from './unpack-candidate.ts';

type DecisionRow = typeof decision.$inferSelect;

/** All that went into a decision besides its rule set: with the rule texts, enough to take it again. */
export type RecordedInput = { readonly slate: Slate; readonly batch: JsonValue };

export function toRecordedDecision(
  connection: Connection,
  row: DecisionRow,
  withCandidates: boolean,
): RecordedDecision {
  const { id, title, header, reasonCode, reasonDetail, openedAtMs, openedSource, winnerId, runnerUpId, ...rest } = row;
  const { workOrderBody, batchBody: _, takenAtMs: __, ...columns } = rest;
  const workOrderId = row.workOrderId as WorkOrderId;
  const body = loadBodyText(connection, workOrderBody);
  return {
    ...columns,
    id: decisionId(workOrderId, row.episode, row.seq),
    workOrderId,
    openedAt: { atMs: openedAtMs, source: openedSource },
    reason: { code: reasonCode, detail: reasonDetail },
    winner: winnerId as ProviderId | null,
    runnerUp: runnerUpId as ProviderId | null,
    workOrder: { title, facts: body === null ? null : (readBody(body, workOrderTimes(header))['facts'] ?? null) },
    candidates: withCandidates ? candidateRows(connection, id).map((found) => unpackCandidate(found, header)) : [],
    intents: readIntents(connection, id),
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

function readIntents({ orm }: Connection, id: number): readonly RecordedIntent[] {
  const intents = orm.select().from(intent).where(eq(intent.decision, id)).orderBy(asc(intent.n)).all();
  return intents.map(({ id: intentId, n, call, costCents }) => {
    const claims = orm.select().from(claim).where(eq(claim.intent, intentId)).orderBy(asc(claim.n)).all();
    const effects = orm.select().from(effect).where(eq(effect.intent, intentId)).orderBy(asc(effect.n)).all();
    return {
      n,
      call,
      costCents,
      claimedAtMs: claims.map(({ atMs }) => atMs),
      effects: effects.map((row) => ({
        n: row.n,
        kind: row.kind,
        reason: { code: row.reasonCode, detail: row.reasonDetail },
        atMs: row.atMs,
      })),
    };
  });
}

function workOrderTimes(header: DecisionHeader): readonly number[] {
  return header.workOrderTimes.flatMap((place) => header.times[place] ?? []);
}
