import { isByHand } from '../analysis/recorded-batch.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { RecordedDecision, RecordedInput } from '../domain/recorded-decision.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { OperatorMistake } from './exit-codes.ts';
import { type Subject, unknownSubject } from './subject.ts';

/** A decision that was recorded, and all it rested on. */
export type RecordedSubject = { readonly decision: RecordedDecision; readonly input: RecordedInput };

/**
 * The decision named, or the last one of the work order that rule files took part in. Throws `OperatorMistake` where there
 * is none, or where what it rested on was erased.
 */
export async function findRecorded(reader: LedgerReader, subject: Subject): Promise<RecordedSubject> {
  const decision =
    subject.kind === 'decision' ? await reader.decision(subject.id) : await lastDecision(reader, subject.id);
  if (decision === null) {
    if (subject.kind === 'decision') throw unknownSubject(`is not in this ledger: decision ${subject.id}`);
    throw nothingRecorded(subject, 'has no decision of a run in this ledger');
  }
  const input = await reader.recordedInput(decision.id);
  if (input === null || input === 'erased')
    throw nothingRecorded(subject, `rested on data that is no longer kept (decision ${decision.id})`);
  return { decision, input };
}

/** The last live one of a run, with its candidates; where there is none the last one in shadow. Null: neither. */
export async function lastDecision(reader: LedgerReader, id: WorkOrderId): Promise<RecordedDecision | null> {
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: id, withCandidates: false });
  const ofRuns = all.filter(({ reason }) => !isByHand({ reason }));
  const live = ofRuns.filter(({ mode }) => mode !== 'shadow').at(-1);
  const last = live ?? ofRuns.at(-1);
  return last === undefined ? null : reader.decision(last.id);
}

function nothingRecorded(subject: Subject, what: string): OperatorMistake {
  const where = subject.kind === 'decision' ? `decision ${subject.id}` : `work order ${subject.id}`;
  const fix = 'Look at the platform instead, or name another decision; --db names another ledger.';
  return new OperatorMistake([configurationProblem(where, 'FM-C226', { what, fix })]);
}
