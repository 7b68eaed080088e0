import { asc, eq, sql } from 'drizzle-orm';
import type { DecisionId } from '../../domain/ids.ts';
import { hashText, type JsonValue } from '../../domain/json.ts';
import type { RecordedDecision } from '../../domain/recorded-decision.ts';
import type { BrokenPart, KeptPart, RecordedRun, WholeDecision } from '../../domain/recorded-run.ts';
import type { Candidate, Slate } from '../../domain/scored-slate.ts';
import { inflateBody, type ParsedBody, parseBody, restoreTimes, withoutSalt } from './body.ts';
import { hashRow } from './chain.ts';
import { hashFromBytes } from './columns.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import { candidate, decision } from './decision-tables.ts';
import { placeOfDecision } from './intents.ts';
import { prepared } from './prepared.ts';
import { toBareDecision, workOrderTimes } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';
import { batchesIn } from './recorded-slates.ts';
import { unpackReview } from './row-evidence.ts';
import { candidateTimes, unpackCandidate } from './unpack-candidate.ts';

type DecisionRow = typeof decision.$inferSelect;
type Range = { readonly sinceMs: number | null; readonly untilMs: number | null };

/** Bodies kept parsed and found true to their hashes: most of a slate comes back with the work order's next decision. */
const KEPT_BODIES = 1_000;

/** See `ReplayReader`. Each run is read at one moment and let go. */
export async function* readRecordedRuns(
  connection: Connection,
  of: Range | { readonly decisionId: DecisionId },
): AsyncGenerator<RecordedRun> {
  const bodies = new Bodies(connection);
  if ('decisionId' in of) {
    const { decisionId } = of;
    const run = readAtOneMoment(connection, () => {
      const row = connection.orm.select().from(decision).where(placeOfDecision(decisionId)).get();
      return row === undefined ? null : readRun(connection, [row], bodies);
    });
    if (run !== null) yield run;
    return;
  }
  for (const places of batchesIn(connection, of)) {
    const ids = places.map(({ id }) => id);
    yield readAtOneMoment(connection, () => readRun(connection, wholeRows(connection, ids), bodies));
  }
}

function readRun(connection: Connection, rows: readonly DecisionRow[], bodies: Bodies): RecordedRun {
  const [first] = rows;
  if (first === undefined) throw new TypeError('a run without decisions');
  const intents = readIntentsOf(
    connection,
    rows.map(({ id }) => id),
  );
  return {
    runId: first.runId,
    ruleSetHash: first.ruleSetHash,
    batch: readBatch(connection, first.batchBody),
    decisions: rows.map((row) => readWhole(connection, row, { intents: intents.get(row.id) ?? [], bodies })),
  };
}

function readBatch(connection: Connection, body: number): KeptPart<JsonValue> {
  const read = readTrueText(connection, body, 'the batch of its run');
  if (read.kind !== 'kept') return read;
  return { kind: 'kept', value: JSON.parse(read.value) as JsonValue };
}

type With = { readonly intents: RecordedDecision['intents']; readonly bodies: Bodies };

function readWhole(connection: Connection, row: DecisionRow, { intents, bodies }: With): WholeDecision {
  const { header } = row;
  const rows = bodies.candidates.all({ decision: row.id });
  const workOrder = bodies.read(row.workOrderBody, 'the work order');
  const own = rows.map((one) => ({ row: one, body: bodies.read(one.body, `candidate ${one.providerId}`) }));
  const parts = [workOrder, ...own.map(({ body }) => body)];
  const broken: BrokenPart[] = parts.flatMap((part) => (part.kind === 'broken' ? [part.part] : []));
  const erased = [
    ...(workOrder.kind === 'erased' ? ['the work order'] : []),
    ...own.flatMap((one) => (one.body.kind === 'erased' ? [`candidate ${one.row.providerId}`] : [])),
  ];
  const isAsChained = isRowAsChained(connection, row.id);
  const bare = toBareDecision(row, intents);
  if (workOrder.kind !== 'kept' || broken.length > 0 || erased.length > 0)
    return { decision: bare, slate: null, erased, broken, isAsChained };
  try {
    const top = restoreTimes(workOrder.value, workOrderTimes(header)) as unknown as Pick<Slate, 'workOrder' | 'facts'>;
    const candidates = own.flatMap((one) => {
      const times = candidateTimes(one.row, header);
      return one.body.kind === 'kept' ? [restoreTimes(one.body.value, times) as unknown as Candidate] : [];
    });
    const whole: RecordedDecision = {
      ...bare,
      workOrder: { title: row.title, facts: top.facts },
      candidates: own.map((one, index) => {
        const facts = { candidate: candidates[index]?.facts ?? null, workOrder: top.facts };
        return unpackCandidate(one.row, header, facts);
      }),
      ...(header.review === undefined ? {} : { review: unpackReview(header.review, top.facts) }),
      ...(header.recommends === undefined ? {} : { recommends: header.recommends }),
    };
    return { decision: whole, slate: { ...top, candidates, takenAtMs: row.takenAtMs }, erased, broken, isAsChained };
  } catch (cause) {
    // Numbers that point nowhere, JSON that is none: only a row that somebody changed is like that.
    const how = `cannot be put together (${cause instanceof Error ? cause.message : String(cause)})`;
    return { decision: bare, slate: null, erased, broken: [{ part: 'its row', how }], isAsChained };
  }
}

/** As recorded. */
function wholeRows({ orm }: Connection, ids: readonly number[]): readonly DecisionRow[] {
  const isAsked = sql`${decision.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return orm.select().from(decision).where(isAsked).orderBy(asc(decision.id)).all();
}

/** In the slate's order. Made ready once: it is asked for every decision. */
function prepareCandidates({ orm }: Connection) {
  const isOfDecision = eq(candidate.decision, sql.placeholder('decision'));
  return orm.select().from(candidate).where(isOfDecision).orderBy(asc(candidate.providerId)).prepare();
}

function isRowAsChained({ db }: Connection, id: number): boolean {
  const chained = prepared<[number], Buffer>(db, "SELECT row_hash FROM chain WHERE kind = 'decision' AND row_id = ?")
    .pluck()
    .get(id);
  return chained !== undefined && hashRow({ db }, 'decision', id) === hashFromBytes(chained);
}

type BodyRow = { readonly hash: Buffer; readonly bytes: Buffer | null; readonly isErased: number };

/** The text of a body, if it is the one that its hash was made of. */
function readTrueText({ db }: Connection, id: number, part: string): KeptPart<string> {
  const row = prepared<[number], BodyRow>(
    db,
    `SELECT body_key.hash, body.bytes, body_key.hash IN (SELECT body_hash FROM tombstone) AS isErased
     FROM body_key LEFT JOIN body ON body.id = body_key.id WHERE body_key.id = ?`,
  ).get(id);
  if (row === undefined || row.bytes === null) {
    return row?.isErased === 1
      ? { kind: 'erased' }
      : { kind: 'broken', part: { part, how: 'is gone without a tombstone' } };
  }
  const text = inflated(row.bytes);
  if (text === null) return { kind: 'broken', part: { part, how: 'cannot be inflated' } };
  if (hashText(text) !== hashFromBytes(row.hash))
    return { kind: 'broken', part: { part, how: 'is not what its hash says' } };
  return { kind: 'kept', value: withoutSalt(text) };
}

function inflated(bytes: Buffer): string | null {
  try {
    return inflateBody(bytes);
  } catch {
    return null;
  }
}

/** Bodies by number, the ones met last kept at hand; and the rows of candidates that name them. */
class Bodies {
  readonly candidates: ReturnType<typeof prepareCandidates>;
  readonly #connection: Connection;
  readonly #kept = new Map<number, KeptPart<ParsedBody>>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.candidates = prepareCandidates(connection);
  }

  read(id: number, part: string): KeptPart<ParsedBody> {
    const found = this.#kept.get(id) ?? this.#load(id, part);
    if (found.kind !== 'kept') return found;
    this.#kept.delete(id);
    this.#kept.set(id, found);
    if (this.#kept.size > KEPT_BODIES) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return found;
  }

  #load(id: number, part: string): KeptPart<ParsedBody> {
    const text = readTrueText(this.#connection, id, part);
    return text.kind === 'kept' ? { kind: 'kept', value: parseBody(text.value) } : text;
  }
}
