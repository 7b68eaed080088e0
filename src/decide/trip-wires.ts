import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import { reasonSentence } from '../domain/reason-codes.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { wantedOfDecision } from './approved.ts';
import type { DecideInput, Share } from './input.ts';
import { toHold } from './to-hold.ts';

/** One that would send something. `costCents` null: it binds no money. */
export type Wanting = {
  readonly workOrderId: WorkOrderId;
  readonly ruleFileId: string | null;
  readonly costCents: number | null;
};

/** Those that would send something: withdrawals count as nothing, a mass-route as one. */
export function wantingOf(decisions: readonly PlannedDecision[]): readonly Wanting[] {
  return decisions.filter(isActing).map(({ workOrder, ruleFileId, costCents }) => {
    return { workOrderId: workOrder.id, ruleFileId, costCents };
  });
}

/** The same of those that only stand in. */
export function wantingOfShares(shares: readonly Share[]): readonly Wanting[] {
  return shares.flatMap(({ workOrderId, ruleFileId, wants }) =>
    wants === null ? [] : [{ workOrderId, ruleFileId, costCents: wants.costCents }],
  );
}

/** What a set of decisions must stay within; null: no such limit. */
type Wire = {
  /** `all rule files`, or a rule file's id. */
  readonly scope: string;
  /** Null: all rule files. */
  readonly ruleFileId: string | null;
  readonly actions: readonly Wanting[];
  readonly maxActions: number | null;
  readonly maxSharePercent: number | null;
  readonly maxDailyCents: number | null;
  readonly spentCents: number;
  /** Up to this many actions and this much money a person has let the run go; nothing where nobody has. */
  readonly approvedActions: number;
  readonly approvedCents: number;
};

/** The first limit broken by what the run wants to do: those of the configuration, then each file's by id. */
export function findTripped(input: DecideInput, acting: readonly Wanting[], files: readonly RuleFile[]): Reason | null {
  const { limits } = input;
  const everywhere: Wire = {
    scope: 'all rule files',
    ruleFileId: null,
    actions: acting,
    maxActions: limits.maxActionsPerRun,
    maxSharePercent: limits.maxShareOfOpenPercent,
    maxDailyCents: limits.maxDailyTotalCents,
    spentCents: input.committedTodayCents,
    ...approvedPart(input, null),
  };
  const own = files.map(({ id, guardrails }): Wire => {
    return {
      scope: id,
      ruleFileId: id,
      actions: acting.filter((one) => one.ruleFileId === id),
      maxActions: guardrails.maxActionsPerRun,
      maxSharePercent: guardrails.maxShareOfOpenPercent,
      maxDailyCents: guardrails.pay.maxDailyTotalCents,
      spentCents: input.committedTodayByRuleFile[id] ?? 0,
      ...approvedPart(input, id),
    };
  });
  const undone = acting.length === 0 ? null : tooManyUndone(input);
  if (undone !== null) return undone;
  for (const wire of [everywhere, ...own]) {
    const tripped = tooMany(wire) ?? tooLargeShare(wire, input) ?? tooMuchMoney(wire, input);
    if (tripped !== null) return tripped;
  }
  return null;
}

/** What an acting decision becomes in a run that was stopped; the detail keeps what it wanted. */
export function stopAction(decision: PlannedDecision, tripped: Reason): PlannedDecision {
  if (!isActing(decision)) return decision;
  const limit = reasonSentence(tripped.code, tripped.detail).replace(/\.$/, '');
  return toHold(decision, {
    code: 'FM-3010',
    detail: { limit, tripped: tripped.code, wanted: wantedOfDecision(decision) },
  });
}

function isActing(decision: PlannedDecision): boolean {
  return decision.intents.length > 0;
}

/** Whoever undoes our assignments in a row, provider or person, knows something that we do not. */
function tooManyUndone({ undoneCount: count, limits }: DecideInput): Reason | null {
  if (count < limits.stopAfterUndone) return null;
  const minutes = Math.round(limits.undoneWindowMs / 60_000);
  return { code: 'FM-7011', detail: { count, minutes, limit: limits.stopAfterUndone } };
}

/** The limits are lifted to what was approved, of one file or of all, and not switched off. */
function approvedPart(
  { approved = null }: DecideInput,
  ruleFileId: string | null,
): Pick<Wire, 'approvedActions' | 'approvedCents'> {
  if (approved === null) return { approvedActions: 0, approvedCents: 0 };
  const actions = approved.actions.filter((one) => ruleFileId === null || one.ruleFileId === ruleFileId);
  const spent =
    ruleFileId === null ? approved.committedTodayCents : (approved.committedTodayByRuleFile[ruleFileId] ?? 0);
  const approvedCents = actions.reduce((sum, { costCents }) => sum + (costCents ?? 0), spent);
  return { approvedActions: actions.length, approvedCents };
}

function tooMany({ actions, maxActions, scope, approvedActions }: Wire): Reason | null {
  if (maxActions === null || actions.length <= Math.max(maxActions, approvedActions)) return null;
  return { code: 'FM-7001', detail: { actions: actions.length, limit: maxActions, scope } };
}

/** Of few open work orders every action is a large share, so it is counted only from some number up. */
function tooLargeShare(
  { actions, maxSharePercent, scope, approvedActions }: Wire,
  { openWorkOrders, limits }: DecideInput,
): Reason | null {
  if (maxSharePercent === null || openWorkOrders < limits.shareCountsFromOpen) return null;
  if (actions.length * 100 <= maxSharePercent * openWorkOrders || actions.length <= approvedActions) return null;
  const percent = openWorkOrders === 0 ? '∞' : Math.ceil((actions.length * 100) / openWorkOrders);
  const detail = { actions: actions.length, open: openWorkOrders, percent, limit: maxSharePercent, scope };
  return { code: 'FM-7002', detail };
}

/**
 * Invitations count as if accepted. A work order is paid once: what its own standing invitation already counts with is not
 * wanted again. A run that wants no money is not stopped by money spent before it.
 */
function tooMuchMoney(wire: Wire, input: DecideInput): Reason | null {
  const { actions, maxDailyCents, spentCents, scope, ruleFileId, approvedCents } = wire;
  // What somebody else's invitation counts with is no part of what this file has spent.
  const isCounted = (id: number) => ruleFileId === null || input.committedTodayFileOf[id] === ruleFileId;
  const countedCents = (id: number) => (isCounted(id) ? (input.committedTodayByWorkOrder[id] ?? 0) : 0);
  const wantedCents = actions.reduce((sum, { costCents, workOrderId }) => {
    return sum + Math.max(0, (costCents ?? 0) - countedCents(workOrderId));
  }, 0);
  // A provider may have declined what still counts, so once a limit is passed nothing that binds money goes through.
  const bindsMoney = actions.some(({ costCents }) => (costCents ?? 0) > 0);
  if (maxDailyCents === null || !bindsMoney) return null;
  if (spentCents + wantedCents <= Math.max(maxDailyCents, approvedCents)) return null;
  const detail = {
    wanted: formatCents(wantedCents),
    spent: formatCents(spentCents),
    limit: formatCents(maxDailyCents),
  };
  return { code: 'FM-7003', detail: { ...detail, scope } };
}
