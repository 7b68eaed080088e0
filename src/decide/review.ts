import type { PlannedDecision, Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { ReviewFile } from '../domain/rule-file.ts';
import { holdUnrecommended, wantedOfDecision } from './approved.ts';
import type { BatchDecisions, Share } from './input.ts';
import { pauseAction } from './pause.ts';
import type { ReviewInput } from './review-input.ts';
import { reviewWithoutFile, reviewWork } from './review-one.ts';
import { toHold } from './to-hold.ts';
import { type Wanting, wantingOf, wantingOfShares } from './trip-wires.ts';

export type ReviewDecisions = Omit<BatchDecisions, 'solutions'> & {
  /** True: the limit broken is the whole run's, so that what dispatch files decided is not sent either. */
  readonly stopsRun: boolean;
};

/**
 * Reviews all finished work of a run. What stops dispatch stops them too, and so do more actions of both together than a
 * run may send, which stops both. Their own limits stop reviews alone, approvals and what is sent back: money that was
 * released would otherwise stop dispatch for the rest of the day, and no approval could let it go on.
 */
export function decideReviews(input: ReviewInput): ReviewDecisions {
  const orders = [...input.orders].sort((a, b) => a.workOrder.id - b.workOrder.id);
  const { pause } = input;
  const wanted = orders.flatMap((order) => {
    if (order.live !== null) return [holdOthers(input, reviewWork(order, order.live, input))];
    return input.hasLiveFile ? [reviewWithoutFile(order)] : [];
  });
  const live = pause === null ? wanted : wanted.map((one) => pauseAction(one, pause));
  const others = input.standIns ?? NO_STAND_INS;
  const acting = [...wantingOf(live), ...wantingOfShares(others.shares)];
  const files = filesOf([...orders.flatMap((order) => order.live?.file ?? []), ...others.files]);
  const own = input.stoppedBy ?? findTripped(input, acting, files);
  const ofRun = own === null ? tooManyOfRun(input, acting.length) : null;
  const tripped = own ?? ofRun;
  const decided = live.map((planned) => (tripped === null ? planned : stopReview(planned, tripped)));
  const shadows = (input.approvedDecisions == null ? orders : []).flatMap((order) =>
    order.shadows
      .toSorted((a, b) => (a.file.id < b.file.id ? -1 : 1))
      .map((shadow) => reviewWork(order, shadow, input)),
  );
  const decisions = [...decided, ...shadows].sort((a, b) => a.workOrder.id - b.workOrder.id);
  return { decisions, tripped, stopsRun: ofRun !== null, shares: live.flatMap(shareOf) };
}

const NO_STAND_INS: NonNullable<ReviewInput['standIns']> = { shares: [], files: [] };

/** Reviews share no providers, only the limits of their run. */
function shareOf({ workOrder, ruleFileId, costCents, intents }: PlannedDecision): readonly Share[] {
  if (intents.length === 0) return [];
  const turn = { candidates: 0, startMs: null, round: 0, commitments: [] };
  return [{ workOrderId: workOrder.id, ruleFileId, group: 'acting', ...turn, wants: { costCents } }];
}

function holdOthers({ approvedDecisions = null }: ReviewInput, one: PlannedDecision): PlannedDecision {
  return approvedDecisions === null ? one : holdUnrecommended(one, approvedDecisions);
}

/** What a set of reviews must stay within; null: no such limit. */
type Wire = {
  /** `all review files`, or a file's id. */
  readonly scope: string;
  /** Null: all review files. */
  readonly ruleFileId: string | null;
  readonly acting: readonly Wanting[];
  readonly maxActions: number | null;
  readonly maxApprovedCents: number | null;
  readonly spentCents: number;
};

function findTripped(input: ReviewInput, acting: readonly Wanting[], files: readonly ReviewFile[]): Reason | null {
  const { limits } = input;
  const everywhere: Wire = {
    scope: 'all review files',
    ruleFileId: null,
    acting,
    maxActions: null,
    maxApprovedCents: limits.maxDailyApprovedCents,
    spentCents: input.approvedTodayCents,
  };
  const own = files.map(
    ({ id, guardrails }): Wire => ({
      scope: id,
      ruleFileId: id,
      acting: acting.filter(({ ruleFileId }) => ruleFileId === id),
      maxActions: guardrails.maxActionsPerRun,
      maxApprovedCents: guardrails.maxDailyApprovedCents,
      spentCents: input.approvedTodayByRuleFile[id] ?? 0,
    }),
  );
  for (const wire of [everywhere, ...own]) {
    const tripped = tooMany(wire) ?? tooMuchMoney(wire, input);
    if (tripped !== null) return tripped;
  }
  return null;
}

/** Live files, each once, ascending by id. */
function filesOf(all: readonly ReviewFile[]): readonly ReviewFile[] {
  const files = new Map(all.map((file) => [file.id, file]));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function tooMany({ acting, maxActions, scope }: Wire): Reason | null {
  if (maxActions === null || acting.length <= maxActions) return null;
  return { code: 'FM-7001', detail: { actions: acting.length, limit: maxActions, scope } };
}

/** Reviews that their own limits stop are no part of it. */
function tooManyOfRun({ otherActions, limits }: ReviewInput, reviews: number): Reason | null {
  const actions = reviews + otherActions;
  if (reviews === 0 || actions <= limits.maxActionsPerRun) return null;
  return {
    code: 'FM-7001',
    detail: { actions, limit: limits.maxActionsPerRun, scope: 'dispatch and reviews together' },
  };
}

/** A work order is paid once: what an earlier approval of the same day counts with is not wanted again. */
function tooMuchMoney(wire: Wire, input: ReviewInput): Reason | null {
  const { acting, maxApprovedCents, spentCents, scope, ruleFileId } = wire;
  // What another file or a person has approved is no part of what this file has spent.
  const isCounted = (id: number) => ruleFileId === null || input.approvedTodayFileOf[id] === ruleFileId;
  const countedCents = (id: number) => (isCounted(id) ? (input.approvedTodayByWorkOrder[id] ?? 0) : 0);
  const wantedCents = acting.reduce((sum, { costCents, workOrderId }) => {
    return sum + Math.max(0, (costCents ?? 0) - countedCents(workOrderId));
  }, 0);
  if (maxApprovedCents === null || wantedCents === 0 || spentCents + wantedCents <= maxApprovedCents) return null;
  const detail = {
    wanted: formatCents(wantedCents),
    spent: formatCents(spentCents),
    limit: formatCents(maxApprovedCents),
  };
  return { code: 'FM-7020', detail: { ...detail, scope } };
}

function stopReview(planned: PlannedDecision, tripped: Reason): PlannedDecision {
  if (planned.intents.length === 0) return planned;
  const limit = reasonSentence(tripped.code, tripped.detail).replace(/\.$/, '');
  return toHold(planned, {
    code: 'FM-3010',
    detail: { limit, tripped: tripped.code, wanted: wantedOfDecision(planned) },
  });
}
