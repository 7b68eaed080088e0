import { sql } from 'drizzle-orm';
import type { WorkOrderId } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedDecision, RecordedSlate, RecordedSlates } from '../../domain/recorded-decision.ts';
import type { Candidate, Slate } from '../../domain/scored-slate.ts';
import type { LedgerPiece } from '../../engine/figures.ts';
import { inflateBody, loadBodyText, withoutSalt } from './body.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { type DecisionRow, decisionRows, readHeaderTimes } from './decision-rows.ts';
import { candidate } from './decision-tables.ts';
import { batchesIn, type Place } from './ledger-pieces.ts';
import { prepared } from './prepared.ts';
import { createRecent } from './recent.ts';
import { toBareDecision, workOrderTimes } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';
import { candidateAt, parseStoredCandidate, type StoredCandidate } from './stored-candidate.ts';
import { parseStoredWorkOrder, type StoredWorkOrder, workOrderAt } from './stored-work-order.ts';
import { candidateTimes, createTimesReader, unpackCandidate } from './unpack-candidate.ts';

/** At least so many are kept parsed, at some kilobytes each: most of a slate comes back unchanged with the work order's next decision. */
const KEPT_CANDIDATES = 1_000;
const KEPT_WORK_ORDERS = 200;

/**
 * Run by run, oldest first. Each run is read at one moment and let go, so that neither the ledger's writer nor the memory has
 * to bear with how long the caller takes.
 */
export async function* readRecordedSlates(connection: Connection, piece: LedgerPiece): AsyncGenerator<RecordedSlates> {
  const bodies = new Bodies(connection);
  for (const places of batchesIn(connection, piece))
    yield readAtOneMoment(connection, () => readRun(connection, places, bodies));
}

function readRun(connection: Connection, places: readonly Place[], bodies: Bodies): RecordedSlates {
  const ids = places.map(({ id }) => id);
  const rows = decisionRows(connection, ids);
  const [first] = rows;
  if (first === undefined) throw new TypeError('a run without decisions');
  const intents = readIntentsOf(connection, ids);
  const batch = loadBodyText(connection, first.batchBody);
  const byOrder = Map.groupBy(rows, ({ bare }) => `${bare.workOrderId} ${bare.episode}`);
  const { runId, decidedAtMs, ruleSetHash } = first.bare;
  return {
    ...{ runId, decidedAtMs, ruleSetHash },
    batch: batch === null ? 'erased' : (JSON.parse(batch) as JsonValue),
    slates: [...byOrder.values()].flatMap((own): readonly RecordedSlate[] => {
      const [one] = own;
      if (one === undefined) return [];
      const read = { connection, bodies };
      const slate = readSlate(read, one);
      const decisions = own.map((row) => {
        const bare = toBareDecision(row.bare, intents.get(row.bare.id) ?? []);
        return withWinner({ ...read, slate: row === one && slate !== 'erased' ? slate : 'unread' }, row, bare);
      });
      return [{ workOrderId: one.bare.workOrderId as WorkOrderId, episode: one.bare.episode, slate, decisions }];
    }),
  };
}

type WinnerFacts = Parameters<typeof unpackCandidate>[2];

type Reading = { readonly connection: Connection; readonly bodies: Bodies };

/** A slate read from the same row spares reading the same bodies again. */
type WinnerReading = Reading & { readonly slate: Slate | 'unread' };

/** Put together when somebody looks at it; its bodies are read at once, for later they may be gone. */
function withWinner(read: WinnerReading, row: DecisionRow, bare: RecordedDecision): RecordedDecision {
  const { connection, slate } = read;
  if (row.bare.winnerId === null) return bare;
  const found = winnerQuery(connection).get({ decision: row.bare.id, provider: row.bare.winnerId });
  if (found === undefined) return bare;
  const facts = slate === 'unread' ? readFacts(read, row, found) : factsIn(slate, found.providerId);
  let candidates: RecordedDecision['candidates'] | undefined;
  return {
    ...bare,
    get candidates() {
      candidates ??= [unpackCandidate(found, JSON.parse(row.header) as DecisionHeader, facts)];
      return candidates;
    },
  };
}

function factsIn({ facts, candidates }: Slate, providerId: number): WinnerFacts {
  return { candidate: candidates.find((one) => one.providerId === providerId)?.facts ?? null, workOrder: facts };
}

function readFacts({ bodies }: Reading, row: DecisionRow, found: CandidateBody): WinnerFacts {
  const header = readHeaderTimes(row.header);
  const candidate = bodies.candidate(found.body);
  const workOrder = bodies.workOrder(row.workOrderBody);
  return {
    candidate: candidate === null ? null : candidateAt(candidate, candidateTimes(found, header)).facts,
    workOrder: workOrder === null ? null : workOrderAt(workOrder, workOrderTimes(header)).facts,
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

function readSlate({ connection, bodies }: Reading, row: DecisionRow): Slate | 'erased' {
  const workOrder = bodies.workOrder(row.workOrderBody);
  if (workOrder === null) return 'erased';
  const header = readHeaderTimes(row.header);
  const timesOf = createTimesReader(header);
  const found = prepared<[number], [body: number, times: string | null]>(
    connection.db,
    'SELECT body, times FROM candidate WHERE decision = ? ORDER BY provider_id',
  )
    .raw()
    .all(row.bare.id);
  const candidates: Candidate[] = [];
  for (const [body, times] of found) {
    const stored = bodies.candidate(body);
    if (stored === null) return 'erased';
    candidates.push(candidateAt(stored, timesOf(times)));
  }
  return { ...workOrderAt(workOrder, workOrderTimes(header)), candidates, takenAtMs: row.takenAtMs };
}

/** The bodies met last, read; null: erased. */
class Bodies {
  readonly #connection: Connection;
  readonly #candidates = createRecent<StoredCandidate | null>(KEPT_CANDIDATES);
  readonly #workOrders = createRecent<StoredWorkOrder | null>(KEPT_WORK_ORDERS);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  candidate(id: number): StoredCandidate | null {
    return this.#candidates.get(id, () => {
      const bytes = loadBytes(this.#connection, id);
      return bytes === null ? null : parseStoredCandidate(textIn(bytes), () => textIn(bytes));
    });
  }

  workOrder(id: number): StoredWorkOrder | null {
    return this.#workOrders.get(id, () => {
      const bytes = loadBytes(this.#connection, id);
      return bytes === null ? null : parseStoredWorkOrder(textIn(bytes));
    });
  }
}

function textIn(bytes: Buffer): string {
  return withoutSalt(inflateBody(bytes));
}

function loadBytes({ db }: Connection, id: number): Buffer | null {
  return prepared<[number], Buffer>(db, 'SELECT bytes FROM body WHERE id = ?').pluck().get(id) ?? null;
}
