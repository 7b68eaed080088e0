import type { DecisionId, Sha256 } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedDecision } from '../../domain/recorded-decision.ts';
import type { BrokenPart, DecisionAlone, KeptPart, RecordedRun, WholeDecision } from '../../domain/recorded-run.ts';
import type { Candidate } from '../../domain/scored-slate.ts';
import type { LedgerPiece } from '../../engine/figures.ts';
import { CELL, candidateCells, rowOf } from './candidate-rows.ts';
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

function hashIn(part: KeptPart<{ readonly hash: Sha256 }>): Sha256 | null {
  return part.kind === 'kept' ? part.value.hash : null;
}

function readWhole(connection: Connection, row: DecisionRow, { intents, bodies, batchHash }: With): WholeDecision {
  const cells = candidateCells(connection, row.bare.id);
  const workOrder = bodies.workOrder(row.workOrderBody);
  const candidates = cells.map((one) => bodies.candidate(one[CELL.body], one[CELL.providerId]));
  const broken: BrokenPart[] = [];
  for (const part of [workOrder, ...candidates]) if (part.kind === 'broken') broken.push(part.part);
  const erased = workOrder.kind === 'erased' ? ['the work order'] : [];
  for (const [n, { kind }] of candidates.entries())
    if (kind === 'erased') erased.push(`candidate ${cells[n]?.[CELL.providerId]}`);
  const candidateHashes = candidates.map(hashIn);
  const hashes = { workOrderHash: hashIn(workOrder), batchHash, candidateHashes };
  const isAsChained = isDecisionAsChained(connection, row.bare.id, { ...hashes, candidates: cells });
  const { candidates: _, ...bare } = toBareDecision(row.bare, intents);
  if (workOrder.kind !== 'kept' || broken.length > 0 || erased.length > 0)
    return { ...withoutSlate(bare), erased, broken, isAsChained };
  try {
    const header = JSON.parse(row.header) as DecisionHeader;
    const top = workOrderAt(workOrder.value.read, workOrderTimes(header));
    const timesOf = createTimesReader(header);
    const slate: Candidate[] = [];
    for (const [n, body] of candidates.entries())
      if (body.kind === 'kept') slate.push(candidateAt(body.value.read, timesOf(cells[n]?.[CELL.times] ?? null)));
    const decision: DecisionAlone = {
      ...bare,
      workOrder: { title: row.bare.title, facts: top.facts },
      ...(header.review === undefined ? {} : { review: unpackReview(header.review, top.facts) }),
      ...(header.recommends === undefined ? {} : { recommends: header.recommends }),
    };
    const packed = { header, cells, candidates: slate, workOrder: top.facts };
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

function unpack({ header, cells, candidates, workOrder }: PackedSlate): RecordedDecision['candidates'] {
  return cells.map((own, place) =>
    unpackCandidate(rowOf(own), header, { candidate: candidates[place]?.facts ?? null, workOrder }),
  );
}

function withoutSlate(bare: DecisionAlone): Unpacking & Pick<WholeDecision, 'decision' | 'slate'> {
  return { decision: bare, slate: null, candidates: () => [], holds: () => false };
}
