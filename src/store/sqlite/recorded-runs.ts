import type { DecisionId, Sha256 } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedDecision } from '../../domain/recorded-decision.ts';
import type { BrokenPart, DecisionAlone, RecordedRun, WholeDecision } from '../../domain/recorded-run.ts';
import type { LedgerPiece } from '../../engine/figures.ts';
import { candidateRows } from './candidate-rows.ts';
import { isDecisionAsChained } from './chained-decision.ts';
import { type Connection, readAtOneMoment } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import { type DecisionRow, decisionRows } from './decision-rows.ts';
import { decision } from './decision-tables.ts';
import { placeOfDecision } from './intents.ts';
import { batchesIn } from './ledger-pieces.ts';
import { toBareDecision, workOrderTimes } from './recorded-decision.ts';
import { readIntentsOf } from './recorded-intents.ts';
import { unpackReview } from './row-evidence.ts';
import { areRecorded, type PackedSlate } from './same-candidates.ts';
import { candidateAt } from './stored-candidate.ts';
import { workOrderAt } from './stored-work-order.ts';
import { readTrueText, TrueBodies } from './true-bodies.ts';
import { createTimesReader, unpackCandidate } from './unpack-candidate.ts';

/** See `ReplayReader`. Each run is read at one moment and let go. */
export async function* readRecordedRuns(
  connection: Connection,
  of: LedgerPiece | { readonly decisionId: DecisionId },
): AsyncGenerator<RecordedRun> {
  const bodies = new TrueBodies(connection);
  if ('decisionId' in of) {
    const { decisionId } = of;
    const run = readAtOneMoment(connection, () => {
      const found = connection.orm.select({ id: decision.id }).from(decision).where(placeOfDecision(decisionId)).get();
      return found === undefined ? null : readRun(connection, decisionRows(connection, [found.id]), bodies);
    });
    if (run !== null) yield run;
    return;
  }
  for (const places of batchesIn(connection, of)) {
    const ids = places.map(({ id }) => id);
    yield readAtOneMoment(connection, () => readRun(connection, decisionRows(connection, ids), bodies));
  }
}

function readRun(connection: Connection, rows: readonly DecisionRow[], bodies: TrueBodies): RecordedRun {
  const [first] = rows;
  if (first === undefined) throw new TypeError('a run without decisions');
  const ids = rows.map(({ bare }) => bare.id);
  const intents = readIntentsOf(connection, ids);
  const batch = readTrueText(connection, first.batchBody, 'the batch of its run');
  const batchHash = batch.kind === 'kept' ? batch.value.hash : null;
  return {
    runId: first.bare.runId,
    ruleSetHash: first.bare.ruleSetHash,
    batch: batch.kind === 'kept' ? { kind: 'kept', value: JSON.parse(batch.value.text) as JsonValue } : batch,
    decisions: rows.map((row) =>
      readWhole(connection, row, { intents: intents.get(row.bare.id) ?? [], bodies, batchHash }),
    ),
  };
}

type With = {
  readonly intents: RecordedDecision['intents'];
  readonly bodies: TrueBodies;
  /** Null: the batch is not kept. */
  readonly batchHash: Sha256 | null;
};

function readWhole(connection: Connection, row: DecisionRow, { intents, bodies, batchHash }: With): WholeDecision {
  const rows = candidateRows(connection, row.bare.id);
  const workOrder = bodies.workOrder(row.workOrderBody);
  const own = rows.map((one) => ({ ...one, body: bodies.candidate(one.row.body, `candidate ${one.row.providerId}`) }));
  const parts = [workOrder, ...own.map(({ body }) => body)];
  const broken: BrokenPart[] = parts.flatMap((part) => (part.kind === 'broken' ? [part.part] : []));
  const erased = [
    ...(workOrder.kind === 'erased' ? ['the work order'] : []),
    ...own.flatMap((one) => (one.body.kind === 'erased' ? [`candidate ${one.row.providerId}`] : [])),
  ];
  const candidates = own.map(({ cells, body }) => ({ cells, hash: body.kind === 'kept' ? body.value.hash : null }));
  const workOrderHash = workOrder.kind === 'kept' ? workOrder.value.hash : null;
  const isAsChained = isDecisionAsChained(connection, row.bare.id, { workOrderHash, batchHash, candidates });
  const { candidates: _, ...bare } = toBareDecision(row.bare, intents);
  if (workOrder.kind !== 'kept' || broken.length > 0 || erased.length > 0)
    return { ...withoutSlate(bare), erased, broken, isAsChained };
  try {
    const header = JSON.parse(row.header) as DecisionHeader;
    const top = workOrderAt(workOrder.value.read, workOrderTimes(header));
    const timesOf = createTimesReader(header);
    const slate = own.flatMap(({ row: { times }, body }) =>
      body.kind === 'kept' ? [candidateAt(body.value.read, timesOf(times))] : [],
    );
    const decision: DecisionAlone = {
      ...bare,
      workOrder: { title: row.bare.title, facts: top.facts },
      ...(header.review === undefined ? {} : { review: unpackReview(header.review, top.facts) }),
      ...(header.recommends === undefined ? {} : { recommends: header.recommends }),
    };
    const facts = slate.map((one) => ({ candidate: one.facts, workOrder: top.facts }));
    const packed = { header, rows: rows.map((one) => one.row), facts };
    return {
      decision,
      slate: { ...top, candidates: slate, takenAtMs: row.takenAtMs },
      ...(isAsChained ? unpackedWhenAsked(packed) : unpackedNow(packed)),
      ...{ erased, broken, isAsChained },
    };
  } catch (cause) {
    // Numbers that point nowhere, JSON that is none: only a row that somebody changed is like that.
    const how = `cannot be put together (${cause instanceof Error ? cause.message : String(cause)})`;
    return { ...withoutSlate(bare), erased, broken: [{ part: 'its row', how }], isAsChained };
  }
}

type Unpacking = Pick<WholeDecision, 'candidates' | 'holds'>;

function unpackedWhenAsked(packed: PackedSlate): Unpacking {
  let unpacked: RecordedDecision['candidates'] | undefined;
  const candidates = () => {
    unpacked ??= unpack(packed);
    return unpacked;
  };
  return { candidates, holds: (ranked) => areRecorded(packed, ranked) };
}

/** Of rows that nobody vouches for each is looked at, so that one that cannot be put together is told. */
function unpackedNow(packed: PackedSlate): Unpacking {
  const candidates = unpack(packed);
  return { candidates: () => candidates, holds: () => false };
}

function unpack({ header, rows, facts }: PackedSlate): RecordedDecision['candidates'] {
  return rows.map((row, place) => unpackCandidate(row, header, facts[place] ?? GONE));
}

const GONE = { candidate: null, workOrder: null };

function withoutSlate(bare: DecisionAlone): Unpacking & Pick<WholeDecision, 'decision' | 'slate'> {
  return { decision: bare, slate: null, candidates: () => [], holds: () => false };
}
