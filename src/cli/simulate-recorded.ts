import { asRecorded } from '../analysis/as-recorded.ts';
import { type DecidedAgain, decideAgain, type Gap, prepareRules } from '../analysis/decide-again.ts';
import { type RecordedBatch, readRecordedBatch } from '../analysis/recorded-batch.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { loadHighs } from '../decide/assignment/highs.ts';
import type { Slate } from '../domain/scored-slate.ts';
import { fingerprint } from '../engine/fingerprint.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { type Supposed, slateAt, supposeSlate } from '../facts/suppose.ts';
import { recordedRow } from '../fieldnation/to-pending-row.ts';
import { packageVersion } from '../package-root.ts';
import { gapText } from '../report/gap-text.ts';
import { checkedConfig } from './checked-config.ts';
import { OperatorMistake } from './exit-codes.ts';
import { loadRuleSet } from './load-rules.ts';
import { withLedgerReader } from './open-reader.ts';
import { toSupposed } from './read-supposed.ts';
import { findRecorded, type RecordedSubject } from './recorded-subject.ts';
import type { AskedToSimulate, Decided, Simulated, SimulateInput } from './simulation.ts';
import type { Subject } from './subject.ts';

type Recording = RecordedSubject & { readonly mates: readonly Slate[] };

/** On the data of a recorded decision, together with those of the same run that were recorded too. */
export async function simulateRecorded(
  input: SimulateInput,
  asked: AskedToSimulate & { readonly subject: Subject },
): Promise<Simulated> {
  const { suppositions, timeAt, subject, io } = asked;
  const config = checkedConfig(input, io);
  const ruleSet = loadRuleSet(config.rulesPath, config.limits, io);
  const recording = await withLedgerReader(input, io, (reader) => readRecording(reader, subject));
  const batch = batchOf(recording);
  const { slate } = recording.input;
  const atMs = timeAt(batch.takenAtMs);
  const isChanged = suppositions.length > 0 || atMs !== batch.takenAtMs;
  const rules = prepareRules(ruleSet);
  const solve = await loadHighs();
  const decide = (nowMs: number, supposed: Supposed | null): DecidedAgain => {
    const all = [slate, ...recording.mates];
    const atTime = nowMs === batch.takenAtMs ? all : all.map((one) => slateAt(one, nowMs));
    const slates = supposed === null ? atTime : atTime.map((one) => supposeSlate(one, supposed));
    return decideAgain({ batch: { ...batch, takenAtMs: nowMs }, slates, rules, solve, readRow: recordedRow });
  };
  const supposed = toSupposed(suppositions, slate.workOrder.id, atMs);
  const again = decide(atMs, suppositions.length > 0 ? supposed : null);
  const toDecided = (one: DecidedAgain, decidedAtMs: number) =>
    decidedOf(one, { batch, slate, decidedAtMs, ruleSetHash: ruleSet.hash });
  return {
    readFrom: `decision ${recording.decision.id}`,
    ruleSet,
    changed: toDecided(again, atMs),
    unchanged: isChanged ? toDecided(decide(batch.takenAtMs, null), batch.takenAtMs) : null,
    recorded: recording.decision,
    notes: again.gaps.filter((gap) => isAbout(gap, slate)).map(gapText),
  };
}

async function readRecording(reader: LedgerReader, subject: Subject): Promise<Recording> {
  const found = await findRecorded(reader, subject);
  const { decidedAtMs, runId, workOrderId } = found.decision;
  const ofMoment = await reader.decisions({
    sinceMs: decidedAtMs,
    untilMs: decidedAtMs + 1,
    workOrderId: null,
    withCandidates: false,
  });
  const others = ofMoment.filter((one) => one.runId === runId && one.workOrderId !== workOrderId);
  const mates = new Map<number, Slate>();
  for (const { id, workOrderId: other } of others) {
    const input = mates.has(other) ? null : await reader.recordedInput(id);
    if (input !== null && input !== 'erased') mates.set(other, input.slate);
  }
  return { ...found, mates: [...mates.values()] };
}

function batchOf({ decision, input }: RecordedSubject): RecordedBatch {
  const read = readRecordedBatch(input.batch);
  if (read.kind === 'dispatch') return read.batch;
  const what =
    read.kind === 'reviews'
      ? 'is a review of finished work, of which no other data are kept than its own'
      : 'is no decision of a run, or one that this version cannot read';
  const fix = 'Take a decision about an open work order; finished work can be simulated while the platform has it.';
  throw new OperatorMistake([configurationProblem(`decision ${decision.id}`, 'FM-C232', { what, fix })]);
}

function decidedOf(
  { decisions }: DecidedAgain,
  of: {
    readonly batch: RecordedBatch;
    readonly slate: Slate;
    readonly decidedAtMs: number;
    readonly ruleSetHash: Simulated['ruleSet']['hash'];
  },
): Decided {
  const { batch, slate, decidedAtMs, ruleSetHash } = of;
  const { id } = slate.workOrder;
  const { attempts = [], answers = [] } = batch.members.find(({ workOrderId }) => workOrderId === id) ?? {};
  const [first, ...others] = decisions
    .filter(({ workOrder }) => workOrder.id === id)
    .map((planned) => {
      const inputHash = fingerprint(planned, { attempts, answers }, slate.facts);
      return asRecorded(planned, {
        decidedAtMs,
        engineVersion: packageVersion(),
        ruleSetHash,
        inputHash,
        facts: slate.facts,
      });
    });
  if (first === undefined) throw new TypeError(`work order ${id} is no member of its own run`);
  return [first, ...others];
}

function isAbout(gap: Gap, { workOrder }: Slate): boolean {
  return !('workOrderId' in gap) || gap.workOrderId === workOrder.id;
}
