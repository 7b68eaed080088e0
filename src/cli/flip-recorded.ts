import { type FlipCard, flipCard } from '../analysis/flip.ts';
import { type FlipCase, prepareFlip } from '../analysis/flip-case.ts';
import { readRecordedBatch } from '../analysis/recorded-batch.ts';
import { type ConfigurationProblemCode, configurationProblem } from '../configuration-problems.ts';
import { loadHighs } from '../decide/assignment/highs.ts';
import type { ProviderId, Sha256, WorkOrderId } from '../domain/ids.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { recordedRow } from '../fieldnation/to-pending-row.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import { OperatorMistake } from './exit-codes.ts';

/** What would have had to be different in a recorded decision, from the ledger alone. */
export async function flipRecorded(
  reader: LedgerReader,
  decision: RecordedDecision,
  asked: ProviderId | null,
): Promise<FlipCard> {
  const input = await reader.recordedInput(decision.id);
  if (input === null || input === 'erased')
    throw refused(decision, 'FM-C270', {
      what: 'rested on data that are no longer kept',
      fix: 'Ask of a decision that was neither pruned nor of a provider whose data were erased.',
    });
  const batch = readRecordedBatch(input.batch);
  const { ruleFileId } = decision;
  if (batch.kind !== 'dispatch' || ruleFileId === null)
    throw refused(decision, 'FM-C271', {
      what: 'was not taken among providers by a rule file',
      fix: 'Ask of a decision of a run about an open work order.',
    });
  const isShadow = decision.mode === 'shadow';
  const hashes = batch.batch.members.flatMap((member) => member.ruleFileHash ?? []);
  const files = await readFiles(reader, decision, isShadow ? [] : hashes);
  const slates = [input.slate, ...(await readMates(reader, decision))];
  const flip = prepareFlip({
    ...{ batch: batch.batch, slates, files, workOrderId: decision.workOrderId, ruleFileId, isShadow },
    readRow: recordedRow,
    solve: await loadHighs(),
  });
  if (flip === null || !isSame(flip, decision))
    throw refused(decision, 'FM-C273', {
      what: 'comes out otherwise when it is taken again from what was recorded, so nothing can be said of changes',
      fix: 'Ask with the version that decided it; replay says what differs.',
    });
  const card = flipCard(flip, asked);
  if (card !== null) return card;
  throw refused(decision, 'FM-C271', { what: 'had nobody else to choose', fix: 'Ask of one with other candidates.' });
}

function refused(
  { id }: RecordedDecision,
  code: ConfigurationProblemCode,
  problem: { readonly what: string; readonly fix: string },
): OperatorMistake {
  return new OperatorMistake([configurationProblem(`decision ${id}`, code, problem)]);
}

function isSame({ baseline }: FlipCase, { outcome, winner, stage }: RecordedDecision): boolean {
  return baseline.outcome === outcome && baseline.winner === winner && baseline.stage === stage;
}

/** The deciding file, and those of the other work orders of the run, each once. */
async function readFiles(
  reader: LedgerReader,
  decision: RecordedDecision,
  others: readonly Sha256[],
): Promise<readonly RuleFile[]> {
  const own = decision.ruleFileHash === null ? [] : [decision.ruleFileHash];
  const files: RuleFile[] = [];
  for (const hash of new Set([...own, ...others])) {
    const text = await reader.ruleFileText(hash);
    const parsed = text === null ? null : parseRuleFile({ path: 'recorded', text }, DEFAULT_LIMITS);
    if (parsed?.kind !== 'ok')
      throw refused(decision, 'FM-C272', {
        what: `was taken in a run with a rule file that ${text === null ? 'is not in the ledger' : 'this version cannot read'} (sha256 ${hash.slice(0, 12)})`,
        fix: 'Ask with the version that decided it.',
      });
    files.push(parsed.file);
  }
  return files;
}

/** The slates of the other work orders of the run, as far as they are kept. */
async function readMates(reader: LedgerReader, decision: RecordedDecision): Promise<readonly Slate[]> {
  const { decidedAtMs, runId, workOrderId } = decision;
  const ofMoment = await reader.decisions({
    sinceMs: decidedAtMs,
    untilMs: decidedAtMs + 1,
    workOrderId: null,
    withCandidates: false,
  });
  const mates = new Map<WorkOrderId, Slate>();
  for (const other of ofMoment) {
    if (other.runId !== runId || other.workOrderId === workOrderId || mates.has(other.workOrderId)) continue;
    const input = await reader.recordedInput(other.id);
    if (input !== null && input !== 'erased') mates.set(other.workOrderId, input.slate);
  }
  return [...mates.values()];
}
