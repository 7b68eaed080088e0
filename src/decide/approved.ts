import type { Approved, ApprovedDecision, Wanted } from '../domain/approval.ts';
import type { PlannedDecision, WantedAction } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { hashJson } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { boundProviders, type WriteCall } from '../domain/write-call.ts';
import type { DecideInput } from './input.ts';
import { toHold } from './to-hold.ts';

/** What a run wants to send, with the money that counts at this moment. */
export function wantedOf(
  input: Pick<DecideInput, 'committedTodayCents' | 'committedTodayByRuleFile'>,
  decisions: readonly PlannedDecision[],
): Wanted {
  return {
    actions: decisions.filter(({ intents }) => intents.length > 0).map(toWanted),
    committedTodayCents: input.committedTodayCents,
    committedTodayByRuleFile: input.committedTodayByRuleFile,
  };
}

/**
 * An acting decision becomes a hold unless it is what was approved: same outcome, same providers, no higher cost; and where
 * the platform chooses the provider, from the same pool and in the same way.
 */
export function holdUnapproved(decision: PlannedDecision, approved: Approved): PlannedDecision {
  if (decision.intents.length === 0) return decision;
  const now = toWanted(decision);
  const before = approved.actions.find(({ workOrderId }) => workOrderId === now.workOrderId);
  if (before !== undefined && isCovered(now, before)) return decision;
  const detail = {
    run: approved.runId,
    approved: before === undefined ? 'nothing' : wantedText(before),
    now: wantedText(now),
  };
  return toHold(decision, { code: 'FM-3032', detail });
}

/** The same for what was approved of recommendations, one by one. */
export function holdUnrecommended(decision: PlannedDecision, approved: readonly ApprovedDecision[]): PlannedDecision {
  if (decision.intents.length === 0) return decision;
  const now = toWanted(decision);
  const before = approved.find(({ action }) => action.workOrderId === now.workOrderId);
  if (before !== undefined && isCovered(now, before.action)) return decision;
  const detail = {
    decision: before?.decisionId ?? 'none',
    approved: before === undefined ? 'nothing' : wantedText(before.action),
    now: wantedText(now),
  };
  return toHold(decision, { code: 'FM-3040', detail });
}

/** Everything a person has approved for this run, of whichever kind. */
export function approvedActions({
  approved = null,
  approvedDecisions = null,
}: Pick<DecideInput, 'approved' | 'approvedDecisions'>): readonly WantedAction[] {
  return [...(approved?.actions ?? []), ...(approvedDecisions ?? []).map(({ action }) => action)];
}

/** Acting modes act; a file that only recommends acts on what a person has approved of it. */
export function mayAct(
  { id, mode }: Pick<RuleFile, 'id' | 'mode'>,
  workOrderId: WorkOrderId,
  approved: readonly WantedAction[],
): boolean {
  if (mode === 'recommend')
    return approved.some((action) => action.workOrderId === workOrderId && action.ruleFileId === id);
  return mode === 'enforce' || mode === 'canary';
}

/** `assign provider 557 for $250.00` */
export function wantedText({ outcome, providers, costCents }: WantedAction): string {
  const action = outcome.replaceAll('_', '-');
  const whom = providers.length === 1 ? ` provider ${providers[0]}` : ` ${providers.length} providers`;
  return `${action}${providers.length === 0 ? '' : whom}${costCents === null ? '' : ` for ${formatCents(costCents)}`}`;
}

/** The same of a decision that would be sent. */
export function wantedOfDecision(decision: PlannedDecision): string {
  return wantedText(toWanted(decision));
}

/** What a decision would do. */
export function toWanted(decision: Acting): WantedAction {
  const { workOrder, ruleFileId, outcome, winner, costCents, intents } = decision;
  const calls = intents.map(({ call }) => call);
  const providers = calls.flatMap(boundProviders).sort((a, b) => a - b);
  const unnamed = calls.filter(namesNobody);
  const wanted = { workOrderId: workOrder.id, ruleFileId, outcome, winner, providers, costCents };
  return unnamed.length === 0 ? wanted : { ...wanted, unnamed };
}

type Acting = Pick<PlannedDecision, 'workOrder' | 'ruleFileId' | 'outcome' | 'winner' | 'costCents' | 'intents'>;

function namesNobody(call: WriteCall): boolean {
  return boundProviders(call).length === 0 && call.kind !== 'unroute';
}

function isCovered(now: WantedAction, before: WantedAction): boolean {
  return (
    now.outcome === before.outcome &&
    now.ruleFileId === before.ruleFileId &&
    now.winner === before.winner &&
    now.providers.join() === before.providers.join() &&
    hashJson(now.unnamed ?? []) === hashJson(before.unnamed ?? []) &&
    (now.costCents ?? 0) <= (before.costCents ?? 0)
  );
}
