import type { PlannedDecision, RankedCandidate } from '../domain/decision.ts';
import type { Facts } from '../domain/fact.ts';
import { decisionId, type Sha256 } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';

/** What a decision that nobody has recorded lacks. */
export type DecidedWith = {
  readonly decidedAtMs: number;
  readonly engineVersion: string;
  readonly ruleSetHash: Sha256;
  readonly inputHash: Sha256;
  /** The work order's. */
  readonly facts: Facts;
};

/** A decision that was only thought, in the shape in which recorded ones are shown. It has place 0 and no run. */
export function asRecorded(planned: PlannedDecision, by: DecidedWith): RecordedDecision {
  const { workOrder, episode, candidates, intents, review, ...decided } = planned;
  const { facts, ...terms } = by;
  return {
    ...decided,
    ...terms,
    id: decisionId(workOrder.id, episode, 0),
    runId: '',
    workOrderId: workOrder.id,
    episode,
    seq: 0,
    workOrder: { title: workOrder.title, facts: facts satisfies JsonValue },
    candidates: toRecordedCandidates(candidates),
    ...(review === undefined ? {} : { review }),
    intents: intents.map((intent) => ({ ...intent, claimedAtMs: [], effects: [] })),
  };
}

export function toRecordedCandidates(candidates: readonly RankedCandidate[]): readonly RecordedCandidate[] {
  return candidates.map(toRecordedCandidate);
}

function toRecordedCandidate({ scored, isEligible, rank, blockedBy }: RankedCandidate): RecordedCandidate {
  const { candidate, isMatch, pointsMilli, maxPoints, criteria } = scored;
  return {
    providerId: candidate.providerId,
    kind: candidate.kind,
    isEligible,
    rank,
    isMatch,
    pointsMilli,
    maxPoints,
    costCents: candidate.costCents,
    blockedBy,
    criteria: criteria.map((criterion) => ({
      position: criterion.position,
      key: criterion.key,
      label: criterion.label,
      weight: criterion.weight,
      isRequired: criterion.isRequired,
      applies: criterion.applies,
      verdict: criterion.verdict,
      decidedBy: criterion.decidedBy,
      pointsMilli: criterion.pointsMilli,
      width: criterion.width,
      evidence: criterion.evidence.map(({ fact, written, actual }) => ({
        fact: fact.key,
        written,
        value: actual.kind === 'known' ? actual.value : null,
        source: actual.kind === 'known' ? actual.source : null,
        observedAtMs: actual.kind === 'known' ? actual.observedAtMs : null,
      })),
    })),
  };
}
