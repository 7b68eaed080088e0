import type { DecisionAnswer } from '../domain/approval.ts';
import type { Attempt, Commitment, Reason } from '../domain/decision.ts';
import { directiveDetail, type Exclusion, type Pin } from '../domain/directive.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import { CONSTRAINT_FACTS, type RuleFile } from '../domain/rule-file.ts';
import { type Candidate, type CriterionResult, isStopping, type ScoredCandidate } from '../domain/scored-slate.ts';
import { declinersOf, type WorkOrder } from '../domain/work-order.ts';
import { resendBlocks } from './absent-writes.ts';
import { type Bookings, bookingBlocks, boundBy, countAssigned7Days, takingWorkOrder } from './bookings.ts';
import { ASSIGNING, INVITING, spentInvitation, spentRequest } from './earlier-attempts.ts';
import { payBlocks } from './pay-limits.ts';
import { type RankKeys, rankKeys } from './rank.ts';
import { rejectedProvider } from './rejections.ts';

/** What decides on eligibility, the same for all candidates of one work order. */
export type EligibilityTerms = {
  readonly nowMs: number;
  readonly workOrder: WorkOrder;
  readonly file: RuleFile;
  readonly attempts: readonly Attempt[];
  /** See `absentWrites`. */
  readonly absent: readonly Attempt[];
  /** By persons, beside the file's own. */
  readonly exclusions: readonly Exclusion[];
  /** Whom a person has pinned to the work order; null: nobody. */
  readonly pin: Pin | null;
  /** Recommendations of this episode to which a person has said no. */
  readonly rejections: readonly DecisionAnswer[];
  /** Who had the work order from us in earlier episodes and left it. */
  readonly gaveBack: readonly ProviderId[];
};

/** A candidate with everything that does not depend on the other work orders of the run. */
export type Standing = {
  readonly scored: ScoredCandidate;
  /** Required criteria that are missed or unknown. */
  readonly gate: readonly Reason[];
  /** Everything else but bookings. */
  readonly constraints: readonly Reason[];
  /** Bookings that the platform or the ledger show. */
  readonly bookings: readonly Reason[];
  readonly commitments: readonly Commitment[];
  /** Unknown criteria of which the file says that a person must look. */
  readonly held: readonly CriterionResult[];
};

/** A candidate as this place in the run sees it. */
export type Assessed = {
  readonly scored: ScoredCandidate;
  readonly blockedBy: readonly Reason[];
  readonly isEligible: boolean;
  /** A work order of this run but for which it would be eligible; null: eligible, or blocked by something else. */
  readonly takenBy: WorkOrderId | null;
  readonly keys: RankKeys;
  /** Null unless only a person's answer is missing: the keys if every held criterion matched. */
  readonly keysIfHeldMatch: RankKeys | null;
  readonly held: readonly CriterionResult[];
};

export function standingOf(terms: EligibilityTerms, scored: ScoredCandidate, bookings: Bookings): Standing {
  const { candidate } = scored;
  const { perProvider } = terms.file.guardrails;
  const commitments = bookings.get(candidate.providerId) ?? [];
  const stopping = scored.stopping?.() ?? scored.criteria.filter(isStopping);
  return {
    scored,
    gate: gateBlocks(scored, stopping),
    constraints: together([
      kindBlocks(terms, candidate),
      payBlocks(candidate, terms.workOrder, terms.file.guardrails.pay),
      exclusionBlocks(terms, candidate.providerId),
      pinBlocks(terms, candidate.providerId),
      rejectedProvider(terms.rejections, candidate.providerId),
      gaveBackBlocks(terms, candidate.providerId),
    ]),
    bookings: bookingBlocks(terms.workOrder, commitments, perProvider),
    commitments,
    held: stopping.length === 0 ? stopping : stopping.filter(({ needsPerson }) => needsPerson),
  };
}

/** Most have nothing in them, and there are a hundred thousand: no list is made where one does. */
function together(lists: readonly (readonly Reason[])[]): readonly Reason[] {
  let all = NONE;
  for (const list of lists) {
    if (list.length > 0) all = all.length === 0 ? list : [...all, ...list];
  }
  return all;
}

const NONE: readonly Reason[] = [];

/** `planned`: what this run has given away so far. */
export function assess(terms: EligibilityTerms, standing: Standing, planned: Bookings): Assessed {
  const { scored, gate, constraints } = standing;
  const { perProvider } = terms.file.guardrails;
  const added = planned.get(scored.candidate.providerId) ?? [];
  const commitments = added.length === 0 ? standing.commitments : boundBy(standing.commitments, added);
  const bookings = added.length === 0 ? standing.bookings : bookingBlocks(terms.workOrder, commitments, perProvider);
  const blockedBy = together([gate, constraints, bookings]);
  const isEligible = blockedBy.length === 0;
  const isTaken = !isEligible && gate.length + constraints.length + standing.bookings.length === 0;
  const keys = rankKeys(scored, countAssigned7Days(terms.workOrder, commitments));
  const opensWithHeld = gate.length === 0 || scored.needsPerson;
  const couldBeHeld = standing.held.length > 0 && opensWithHeld && constraints.length + bookings.length === 0;
  return {
    scored,
    blockedBy,
    isEligible,
    takenBy: isTaken ? takingWorkOrder(terms.workOrder, added, perProvider) : null,
    keys,
    keysIfHeldMatch: couldBeHeld ? { ...keys, points: keys.points + heldPointsMilli(standing.held) } : null,
    held: standing.held,
  };
}

function heldPointsMilli(held: readonly CriterionResult[]): number {
  return held.reduce((sum, criterion) => sum + criterion.weight * 1000, 0);
}

function gateBlocks({ candidate, isMatch }: ScoredCandidate, stopping: readonly CriterionResult[]): readonly Reason[] {
  if (stopping.length === 0 && isMatch) return NONE;
  const blocks: Reason[] = [];
  for (const { isRequired, verdict, label } of stopping) {
    if (!isRequired || verdict === 'match') continue;
    blocks.push({ code: verdict === 'no_match' ? 'FM-5001' : 'FM-5002', detail: { criterion: label } });
  }
  if (isMatch !== (blocks.length === 0))
    throw new Error(`gate and criteria contradict each other: provider ${candidate.providerId}`);
  return blocks;
}

function kindBlocks(terms: EligibilityTerms, candidate: Candidate): readonly Reason[] {
  switch (candidate.kind) {
    case 'request':
      return requestBlocks(terms, candidate);
    case 'routed':
      return [{ code: 'FM-5013', detail: {} }];
    case 'bench':
      return together([
        routableBlocks(candidate),
        declinedBlocks(terms.workOrder, candidate.providerId),
        spentInvitation(terms.attempts, candidate.providerId),
        resendBlocks(terms.absent, candidate.providerId, INVITING),
      ]);
  }
}

/** Whether a request can still be answered. */
export function isPending(request: Candidate['request'], nowMs: number): boolean {
  if (request?.isActive !== true || request.isExpired) return false;
  return request.expiresMs === null || request.expiresMs > nowMs;
}

/** A request past its time is expired even where the platform still flags it as active: it has done so in its own sample. */
function requestBlocks({ nowMs, attempts, absent }: EligibilityTerms, candidate: Candidate): readonly Reason[] {
  const { request } = candidate;
  const blocks: Reason[] = [];
  if (request?.isActive !== true) blocks.push({ code: 'FM-5003', detail: {} });
  const isPastTime = request !== null && request.expiresMs !== null && request.expiresMs <= nowMs;
  if (request?.isExpired === true || isPastTime) blocks.push({ code: 'FM-5004', detail: {} });
  if (!candidate.actions.includes('assign')) blocks.push({ code: 'FM-5005', detail: { action: 'assign' } });
  const { providerId } = candidate;
  return together([blocks, spentRequest(attempts, providerId), resendBlocks(absent, providerId, ASSIGNING)]);
}

function routableBlocks(candidate: Candidate): readonly Reason[] {
  const fact = candidate.facts[CONSTRAINT_FACTS.isRoutable];
  const isKnownNot = fact?.kind === 'known' && fact.value === false;
  return isKnownNot ? [{ code: 'FM-5014', detail: {} }] : [];
}

/** Of whatever invitation, ours or a person's. A request that came after it stands for itself. */
function declinedBlocks(workOrder: WorkOrder, provider: ProviderId): readonly Reason[] {
  return declinersOf(workOrder).includes(provider) ? [{ code: 'FM-5040', detail: {} }] : [];
}

function exclusionBlocks({ nowMs, file, exclusions }: EligibilityTerms, provider: ProviderId): readonly Reason[] {
  if (exclusions.length + file.guardrails.excludeProviders.length === 0) return NONE;
  const ofFile = file.guardrails.excludeProviders
    .filter((excluded) => excluded.providerId === provider)
    .filter(({ untilMs }) => untilMs === null || nowMs < untilMs)
    .map(({ because }): Reason => ({ code: 'FM-5009', detail: { because } }));
  const byPersons = exclusions
    .filter(({ providerId }) => providerId === provider)
    .map((one): Reason => ({ code: 'FM-5020', detail: { ...directiveDetail(one), provider } }));
  return [...ofFile, ...byPersons];
}

function pinBlocks({ pin }: EligibilityTerms, provider: ProviderId): readonly Reason[] {
  if (pin === null || pin.providerId === provider) return NONE;
  const detail = { ...directiveDetail(pin), provider: pin.providerId, work_order: pin.workOrderId };
  return [{ code: 'FM-5021', detail }];
}

/** A person's pin stands above it: whoever pinned the provider may know better than the ledger why he had left. */
function gaveBackBlocks({ file, gaveBack, pin }: EligibilityTerms, provider: ProviderId): readonly Reason[] {
  if (!file.guardrails.perProvider.forbidAfterGiveBack || pin?.providerId === provider) return [];
  return gaveBack.includes(provider) ? [{ code: 'FM-5041', detail: {} }] : [];
}
