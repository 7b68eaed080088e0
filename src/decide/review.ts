import type { PlannedDecision, Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { ReviewFile } from '../domain/rule-file.ts';
import type { BatchDecisions } from './input.ts';
import { pauseAction } from './pause.ts';
import type { ReviewInput } from './review-input.ts';
import { reviewWithoutFile, reviewWork } from './review-one.ts';
import { toHold } from './to-hold.ts';

/**
 * Reviews all finished work of a run. The trip-wires are the reviews' own: a run that wants to approve too much approves
 * and sends back nothing at all, while what dispatch files decided goes on, and the other way round. What dispatch sends
 * counts against the actions of the run all the same, so that both together stay within the limit.
 */
export function decideReviews(input: ReviewInput): BatchDecisions {
  const orders = [...input.orders].sort((a, b) => a.workOrder.id - b.workOrder.id);
  const { pause } = input;
  const wanted = orders.flatMap((order) => {
    if (order.live !== null) return [reviewWork(order, order.live, input)];
    return input.hasLiveFile ? [reviewWithoutFile(order)] : [];
  });
  const live = pause === null ? wanted : wanted.map((one) => pauseAction(one, pause));
  const tripped = findTripped(input, live);
  const decided = live.map((planned) => (tripped === null ? planned : stopReview(planned, tripped)));
  const shadows = orders.flatMap((order) =>
    order.shadows
      .toSorted((a, b) => (a.file.id < b.file.id ? -1 : 1))
      .map((shadow) => reviewWork(order, shadow, input)),
  );
  return { decisions: [...decided, ...shadows].sort((a, b) => a.workOrder.id - b.workOrder.id), tripped };
}

/** What a set of reviews must stay within; null: no such limit. */
type Wire = {
  /** `all review files`, or a file's id. */
  readonly scope: string;
  /** Null: all review files. */
  readonly ruleFileId: string | null;
  readonly acting: readonly PlannedDecision[];
  readonly otherActions: number;
  readonly maxActions: number | null;
  readonly maxApprovedCents: number | null;
  readonly spentCents: number;
};

function findTripped(input: ReviewInput, decisions: readonly PlannedDecision[]): Reason | null {
  const acting = decisions.filter(({ intents }) => intents.length > 0);
  const { limits } = input;
  const everywhere: Wire = {
    scope: 'all review files',
    ruleFileId: null,
    acting,
    otherActions: input.otherActions,
    maxActions: limits.maxActionsPerRun,
    maxApprovedCents: limits.maxDailyApprovedCents,
    spentCents: input.approvedTodayCents,
  };
  const own = filesOf(input).map(
    ({ id, guardrails }): Wire => ({
      scope: id,
      ruleFileId: id,
      acting: acting.filter(({ ruleFileId }) => ruleFileId === id),
      otherActions: 0,
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
function filesOf({ orders }: ReviewInput): readonly ReviewFile[] {
  const files = new Map(orders.flatMap(({ live }) => (live === null ? [] : [[live.file.id, live.file] as const])));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function tooMany({ acting, otherActions, maxActions, scope }: Wire): Reason | null {
  const actions = acting.length + otherActions;
  if (acting.length === 0 || maxActions === null || actions <= maxActions) return null;
  return { code: 'FM-7001', detail: { actions, limit: maxActions, scope } };
}

/** A work order is paid once: what an earlier approval of the same day counts with is not wanted again. */
function tooMuchMoney(wire: Wire, input: ReviewInput): Reason | null {
  const { acting, maxApprovedCents, spentCents, scope, ruleFileId } = wire;
  // What another file or a person has approved is no part of what this file has spent.
  const isCounted = (id: number) => ruleFileId === null || input.approvedTodayFileOf[id] === ruleFileId;
  const countedCents = (id: number) => (isCounted(id) ? (input.approvedTodayByWorkOrder[id] ?? 0) : 0);
  const wantedCents = acting.reduce((sum, { costCents, workOrder }) => {
    return sum + Math.max(0, (costCents ?? 0) - countedCents(workOrder.id));
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
  return toHold(planned, { code: 'FM-3010', detail: { limit, tripped: tripped.code, wanted: planned.outcome } });
}
