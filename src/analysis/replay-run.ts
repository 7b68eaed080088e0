import type { Share } from '../decide/input.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { RecordedRun, WholeDecision } from '../domain/recorded-run.ts';
import type { Slate } from '../domain/scored-slate.ts';
import { asRecorded, toRecordedCandidates } from './as-recorded.ts';
import { type Difference, differencesAmong, differencesBeside } from './compare-replayed.ts';
import { differentSolution, wasSolvedOtherwise } from './different-solution.ts';
import { isByHand, readRecordedBatch } from './recorded-batch.ts';
import { readRecordedReviews } from './recorded-reviews.ts';
import { dispatchAgain } from './replay-dispatch.ts';
import { reviewsAgain } from './replay-reviews.ts';
import type { ReplayRules } from './replay-rules.ts';
import type { Again, BatchAgain, Replayed, ReplayTerms, ReplayVerdict } from './replayed.ts';

/** Every decision of a recorded run, taken again from what the ledger has. In the order they were recorded. */
export async function replayRun(run: RecordedRun, terms: ReplayTerms): Promise<readonly Replayed[]> {
  const found = new Map<WholeDecision, ReplayVerdict>();
  for (const one of run.decisions) {
    const verdict = beforeDeciding(run, one);
    if (verdict !== null) found.set(one, verdict);
  }
  const left = run.decisions.filter((one) => !found.has(one));
  if (left.length > 0 && run.batch.kind === 'kept') {
    const rules = await terms.rulesOf(run.ruleSetHash);
    const read = rules.kind === 'ready' ? openBatch(run.batch.value, rules, terms) : refuseRules(rules);
    for (const one of left) if ('kind' in read) found.set(one, read);
    if (!('kind' in read)) for (const [one, verdict] of await takeAgain(left, read, terms)) found.set(one, verdict);
  }
  return run.decisions.map((one) => ({
    decisionId: one.decision.id,
    runId: run.runId,
    engineVersion: one.decision.engineVersion,
    verdict: found.get(one) ?? { kind: 'identical' },
  }));
}

/** What can be said of it without deciding; null: nothing stands in the way. */
function beforeDeciding({ batch }: RecordedRun, { broken, erased, decision, isAsChained }: WholeDecision) {
  const parts = [...broken, ...(batch.kind === 'broken' ? [batch.part] : [])];
  if (parts.length > 0) return { kind: 'altered', parts } satisfies ReplayVerdict;
  const gone = [...erased, ...(batch.kind === 'erased' ? ['the batch of its run'] : [])];
  if (gone.length > 0) return (isAsChained ? { kind: 'erased', parts: gone } : NOT_AS_CHAINED) satisfies ReplayVerdict;
  if (!isByHand(decision)) return null;
  return (isAsChained ? { kind: 'by_hand' } : NOT_AS_CHAINED) satisfies ReplayVerdict;
}

const NOT_AS_CHAINED: ReplayVerdict = {
  kind: 'altered',
  parts: [
    { part: 'its row, a candidate, an intent or the hash of a body', how: 'is not what the chain says was written' },
  ],
};

function refuseRules(rules: Exclude<ReplayRules, { readonly kind: 'ready' }>): ReplayVerdict {
  if (rules.kind === 'broken') return { kind: 'altered', parts: rules.parts };
  return { kind: 'not_replayable', because: rules.because };
}

type Ready = Extract<ReplayRules, { readonly kind: 'ready' }>;

function openBatch(value: JsonValue, rules: Ready, terms: ReplayTerms): BatchAgain | ReplayVerdict {
  const read = readRecordedBatch(value);
  if (read.kind === 'not_understood') return notUnderstood(read.because);
  if (read.kind === 'dispatch') {
    const { lacks } = read.batch;
    if (lacks.length > 0) return older(`the batch of its run without ${lacks.join(', ')}`);
    return dispatchAgain(read.batch, rules.files, terms);
  }
  const reviews = readRecordedReviews(value);
  if ('notUnderstood' in reviews) return notUnderstood(reviews.notUnderstood);
  return reviewsAgain(reviews, rules.reviews, terms.confirmReview);
}

function notUnderstood(because: string): ReplayVerdict {
  return { kind: 'not_replayable', because: `The batch of its run cannot be read by this version: ${because}.` };
}

function older(what: string): ReplayVerdict {
  return { kind: 'not_kept', because: `An earlier version recorded ${what}.` };
}

/**
 * All together, as they were decided. Where that is not what was recorded, each work order once more by itself among the
 * recorded shares of the others: so a difference is told of the decision that it is in, and of no other. Alone, what was
 * dropped on the way to the solution is believed; where each comes out the same that way and the whole run does not, what
 * the run came to is told.
 */
async function takeAgain(
  left: readonly WholeDecision[],
  batch: BatchAgain,
  terms: ReplayTerms,
): Promise<readonly (readonly [WholeDecision, ReplayVerdict])[]> {
  const slates = slatesOf(left);
  const members = new Set(batch.memberIds);
  const absent = batch.memberIds.filter((id) => !slates.has(id));
  if (batch.shares === null && absent.length > 0) {
    const what = `nothing of what ${absent.length} other work orders of its run took, which came out unchanged`;
    return left.map((one) => [one, older(what)] as const);
  }
  const known = [...slates].filter(([id]) => members.has(id)).map(([, slate]) => slate);
  const whole = await batch.decide(known);
  const wholly: (readonly [WholeDecision, ReplayVerdict])[] = [];
  const verdicts: (readonly [WholeDecision, ReplayVerdict])[] = [];
  for (const [id, own] of Map.groupBy(left, ({ decision }) => decision.workOrderId)) {
    const slate = slates.get(id);
    const together = judge(own, { id, again: whole, batch, terms });
    const isSame = isIdentical(together);
    wholly.push(...together);
    const isAlone = isSame || batch.shares === null || slate === undefined || !members.has(id) || known.length === 1;
    verdicts.push(...(isAlone ? together : judge(own, { id, again: await batch.decide([slate]), batch, terms })));
  }
  return absent.length === 0 && isIdentical(verdicts) ? wholly : verdicts;
}

function isIdentical(verdicts: readonly (readonly [WholeDecision, ReplayVerdict])[]): boolean {
  return verdicts.every(([, { kind }]) => kind === 'identical');
}

/** Each work order's, once: a decision that no rule file took has none of the candidates that shadow files looked at. */
function slatesOf(left: readonly WholeDecision[]): ReadonlyMap<WorkOrderId, Slate> {
  const slates = new Map<WorkOrderId, Slate>();
  for (const { decision, slate } of left) {
    const known = slates.get(decision.workOrderId);
    if (slate !== null && (known === undefined || known.candidates.length < slate.candidates.length))
      slates.set(decision.workOrderId, slate);
  }
  return slates;
}

type Judging = {
  readonly id: WorkOrderId;
  readonly again: Again;
  readonly batch: BatchAgain;
  readonly terms: ReplayTerms;
};

function judge(
  own: readonly WholeDecision[],
  { id, again, batch, terms }: Judging,
): readonly (readonly [WholeDecision, ReplayVerdict])[] {
  const planned = again.decisions.filter(({ workOrder }) => workOrder.id === id);
  return own.map((one, index) => {
    const taken = planned.find((each) => isSameFile(each, one));
    // What it took belongs to the work order; the first of its decisions is told.
    const taking = index === 0 ? [...differentShare(id, again, batch), ...differentSolution(id, again, batch)] : [];
    return [one, compare(one, taken, { id, again, batch, terms, taking })] as const;
  });
}

function isSameFile({ ruleFileId, mode }: PlannedDecision, { decision }: WholeDecision): boolean {
  return ruleFileId === decision.ruleFileId && (mode === 'shadow') === (decision.mode === 'shadow');
}

function differentShare(id: WorkOrderId, again: Again, { shares }: BatchAgain): readonly Difference[] {
  if (shares === null) return [];
  const of = (all: readonly Share[]) => all.filter(({ workOrderId }) => workOrderId === id);
  const [recorded, now] = [toCanonicalJson(of(shares)), toCanonicalJson(of(again.shares))];
  return recorded === now ? [] : [{ part: 'what it took of its run', place: '', recorded, again: now }];
}

function compare(
  one: WholeDecision,
  planned: PlannedDecision | undefined,
  { id, batch, terms, taking }: Judging & { readonly taking: readonly Difference[] },
): ReplayVerdict {
  const { decision, slate, isAsChained } = one;
  if (planned === undefined) {
    const recorded = decision.ruleFileId;
    const differences = [{ part: 'rule file', place: '', recorded, again: null }];
    return { kind: 'different', differences, because: whence(decision.engineVersion, isAsChained, terms) };
  }
  const facts = slate?.facts ?? {};
  const { candidates: _, ...again } = asRecorded(
    { ...planned, candidates: [] },
    {
      decidedAtMs: batch.takenAtMs,
      engineVersion: decision.engineVersion,
      ruleSetHash: decision.ruleSetHash,
      inputHash: terms.fingerprint(planned, batch.historyOf(id), facts),
      facts,
    },
  );
  const { id: place, runId, seq } = decision;
  const differences = [
    ...differencesBeside(decision, { ...again, id: place, runId, seq }),
    ...differentCandidates(one, planned),
    ...taking,
  ];
  if (differences.length === 0) return isAsChained ? { kind: 'identical' } : NOT_AS_CHAINED;
  const otherwise = isAsChained ? wasSolvedOtherwise(differences, batch) : null;
  if (otherwise !== null)
    return { kind: 'different', differences, because: `Every input is as it was written: ${otherwise}.` };
  return { kind: 'different', differences, because: whence(decision.engineVersion, isAsChained, terms) };
}

function differentCandidates({ holds, candidates }: WholeDecision, planned: PlannedDecision): readonly Difference[] {
  return holds(planned.candidates) ? [] : differencesAmong(candidates(), toRecordedCandidates(planned.candidates));
}

/** Which input a difference comes from. Bodies and rule texts have been held against their hashes before. */
function whence(recordedBy: string, isAsChained: boolean, { engineVersion }: ReplayTerms): string {
  if (!isAsChained)
    return 'Its row, a candidate, an intent or the hash of a body is not what the chain says was written.';
  if (recordedBy !== engineVersion)
    return `Every input is as it was written: engine version ${recordedBy} decided so, and ${engineVersion} does not.`;
  return `Every input is as it was written, and so is the engine's version: a bug of ${engineVersion}; please report it.`;
}
