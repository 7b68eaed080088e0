import { asc, sql } from 'drizzle-orm';
import type { WorkOrderId } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedDecision, RecordedSlate, RecordedSlates } from '../../domain/recorded-decision.ts';
import type { Candidate, Slate } from '../../domain/scored-slate.ts';
import { loadBodyText, readBody } from './body.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { candidate, decision } from './decision-tables.ts';
import { prepared } from './prepared.ts';
import { toBareDecision, workOrderTimes } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';
import { candidateAt, parseStoredCandidate, type StoredCandidate } from './stored-candidate.ts';
import { candidateTimes, unpackCandidate } from './unpack-candidate.ts';

type DecisionRow = typeof decision.$inferSelect;

/** `sinceMs` is included, `untilMs` is not. */
type Range = { readonly sinceMs: number | null; readonly untilMs: number | null };

/** Decisions looked up at once, to see where a run ends. */
const PAGE = 512;

/** Candidates kept parsed, at some ten kilobytes: most of a slate comes back unchanged with the work order's next decision. */
const KEPT_CANDIDATES = 1_000;

/**
 * Run by run, oldest first. Each run is read at one moment and let go, so that neither the ledger's writer nor the memory has
 * to bear with how long the caller takes.
 */
export async function* readRecordedSlates(connection: Connection, range: Range): AsyncGenerator<RecordedSlates> {
  const kept: KeptCandidates = new Map();
  for (const places of batchesIn(connection, range))
    yield readAtOneMoment(connection, () => readRun(connection, places, kept));
}

/** The places of decisions that share a run and a batch, oldest first. */
export function* batchesIn(connection: Connection, range: Range): Generator<readonly Place[]> {
  let group: Place[] = [];
  for (const place of placesIn(connection, range)) {
    const [first] = group;
    if (first !== undefined && (first.runId !== place.runId || first.batchBody !== place.batchBody)) {
      yield group;
      group = [];
    }
    group.push(place);
  }
  if (group.length > 0) yield group;
}

export function countDecisions({ db }: Connection, range: Range): number {
  const count = prepared<[number, number], number>(
    db,
    'SELECT count(*) FROM decision WHERE decided_at_ms >= ? AND decided_at_ms < ?',
  );
  return count.pluck().get(...endsOf(range)) ?? 0;
}

export type Place = {
  readonly id: number;
  readonly decidedAtMs: number;
  readonly runId: string;
  readonly batchBody: number;
};

/** By time, then as recorded. What is recorded meanwhile is met too if it is in the range. */
function* placesIn(connection: Connection, range: Range): Generator<Place> {
  const [sinceMs, untilMs] = endsOf(range);
  const page = prepared<[number, number, number, number], Place>(
    connection.db,
    `SELECT id, decided_at_ms AS decidedAtMs, run_id AS runId, batch_body AS batchBody FROM decision
     WHERE (decided_at_ms, id) > (?, ?) AND decided_at_ms < ? ORDER BY decided_at_ms, id LIMIT ?`,
  );
  let last: Pick<Place, 'id' | 'decidedAtMs'> | undefined = { decidedAtMs: sinceMs, id: -1 };
  while (last !== undefined) {
    const { decidedAtMs, id }: Pick<Place, 'id' | 'decidedAtMs'> = last;
    const places: Place[] = readAtOneMoment(connection, () => page.all(decidedAtMs, id, untilMs, PAGE));
    yield* places;
    last = places.length < PAGE ? undefined : places.at(-1);
  }
}

function endsOf({ sinceMs, untilMs }: Range): [number, number] {
  return [sinceMs ?? 0, untilMs ?? Number.MAX_SAFE_INTEGER];
}

function readRun(connection: Connection, places: readonly Place[], kept: KeptCandidates): RecordedSlates {
  const ids = places.map(({ id }) => id);
  const rows = decisionRows(connection, ids);
  const [first] = rows;
  if (first === undefined) throw new TypeError('a run without decisions');
  const intents = readIntentsOf(connection, ids);
  const batch = loadBodyText(connection, first.batchBody);
  const byOrder = Map.groupBy(rows, (row) => `${row.workOrderId} ${row.episode}`);
  return {
    runId: first.runId,
    decidedAtMs: first.decidedAtMs,
    ruleSetHash: first.ruleSetHash,
    batch: batch === null ? 'erased' : (JSON.parse(batch) as JsonValue),
    slates: [...byOrder.values()].flatMap((own): readonly RecordedSlate[] => {
      const [one] = own;
      if (one === undefined) return [];
      const read = { connection, kept };
      const slate = readSlate(read, one);
      const decisions = own.map((row) => {
        const bare = toBareDecision(row, intents.get(row.id) ?? []);
        return withWinner({ ...read, slate: row === one && slate !== 'erased' ? slate : 'unread' }, row, bare);
      });
      return [{ workOrderId: one.workOrderId as WorkOrderId, episode: one.episode, slate, decisions }];
    }),
  };
}

type WinnerFacts = Parameters<typeof unpackCandidate>[2];

type Reading = { readonly connection: Connection; readonly kept: KeptCandidates };

/** As recorded. */
export function decisionRows({ orm }: Connection, ids: readonly number[]): readonly DecisionRow[] {
  const isAsked = sql`${decision.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return orm.select().from(decision).where(isAsked).orderBy(asc(decision.id)).all();
}

/** A slate read from the same row spares reading the same bodies again. */
type WinnerReading = Reading & { readonly slate: Slate | 'unread' };

function withWinner(read: WinnerReading, row: DecisionRow, bare: RecordedDecision): RecordedDecision {
  const { connection, slate } = read;
  if (row.winnerId === null) return bare;
  const found = winnerQuery(connection).get({ decision: row.id, provider: row.winnerId });
  if (found === undefined) return bare;
  const facts = slate === 'unread' ? readFacts(read, row, found) : factsIn(slate, found.providerId);
  return { ...bare, candidates: [unpackCandidate(found, row.header, facts)] };
}

function factsIn({ facts, candidates }: Slate, providerId: number): WinnerFacts {
  return { candidate: candidates.find((one) => one.providerId === providerId)?.facts ?? null, workOrder: facts };
}

function readFacts(read: Reading, row: DecisionRow, found: CandidateBody): WinnerFacts {
  const text = loadBodyText(read.connection, row.workOrderBody);
  return {
    candidate: readCandidate(read, found, row.header)?.facts ?? null,
    workOrder: text === null ? null : (readBody(text, workOrderTimes(row.header)) as unknown as Slate).facts,
  };
}

const winnerQueries = new WeakMap<Connection, ReturnType<typeof prepareWinnerQuery>>();

function winnerQuery(connection: Connection): ReturnType<typeof prepareWinnerQuery> {
  const query = winnerQueries.get(connection) ?? prepareWinnerQuery(connection);
  winnerQueries.set(connection, query);
  return query;
}

function prepareWinnerQuery({ orm }: Connection) {
  const isWinner = sql`${candidate.decision} = ${sql.placeholder('decision')} AND ${candidate.providerId} = ${sql.placeholder('provider')}`;
  return orm.select().from(candidate).where(isWinner).prepare();
}

type CandidateBody = { readonly body: number; readonly times: string | null };

function readSlate(read: Reading, row: DecisionRow): Slate | 'erased' {
  const { connection } = read;
  const text = loadBodyText(connection, row.workOrderBody);
  if (text === null) return 'erased';
  const bodies = prepared<[number], CandidateBody>(
    connection.db,
    'SELECT body, times FROM candidate WHERE decision = ? ORDER BY provider_id',
  ).all(row.id);
  const candidates: Candidate[] = [];
  for (const one of bodies) {
    const candidate = readCandidate(read, one, row.header);
    if (candidate === null) return 'erased';
    candidates.push(candidate);
  }
  const own = readBody(text, workOrderTimes(row.header)) as unknown as Pick<Slate, 'workOrder' | 'facts'>;
  return { ...own, candidates, takenAtMs: row.takenAtMs };
}

/** By body, the one met last at the end. */
type KeptCandidates = Map<number, StoredCandidate>;

function readCandidate(
  { connection, kept }: Reading,
  { body, times }: CandidateBody,
  header: DecisionHeader,
): Candidate | null {
  const parsed = kept.get(body) ?? parseStored(connection, body);
  if (parsed === null) return null;
  kept.delete(body);
  kept.set(body, parsed);
  if (kept.size > KEPT_CANDIDATES) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  return candidateAt(parsed, candidateTimes({ times }, header));
}

function parseStored(connection: Connection, body: number): StoredCandidate | null {
  const text = loadBodyText(connection, body);
  return text === null ? null : parseStoredCandidate(text);
}
