import type { Attempt, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { absentWrites, personMustLook } from './absent-writes.ts';
import { type Action, type ActionTerms, assignAction, massRouteAction, publishAction, routeAction } from './actions.ts';
import { hasDone, hasInvited, spentCall } from './earlier-attempts.ts';
import type { TalentPools } from './input.ts';
import { membersOf, type Pool, type Selection, selectWinner } from './selection.ts';

/** What a stage finds when its turn comes. */
export type StageView = {
  readonly workOrder: WorkOrder;
  readonly file: RuleFile;
  readonly attempts: readonly Attempt[];
  readonly requests: Pool;
  readonly bench: Pool;
  /** Providers with an open invitation to this work order, ascending. */
  readonly liveRoutes: readonly ProviderId[];
  readonly talentPools: TalentPools;
};

export type StageResult =
  | { readonly kind: 'acts'; readonly action: Action }
  /** A person must decide; no later stage is tried. */
  | { readonly kind: 'holds'; readonly stage: number; readonly reason: Reason }
  /** `reason` null: said by what the whole decision comes to. */
  | { readonly kind: 'cannot'; readonly stage: Stage; readonly why: Obstacle; readonly reason: Reason | null };

/** `not_for`: the stage has nothing to do with a work order of this status. */
export type Obstacle =
  | 'done'
  | 'not_for'
  | 'not_allowed'
  | 'live_route'
  | 'taken'
  | 'nobody'
  | 'few_points'
  | 'too_close';

/** The due stages in order, up to and including the first that acts or holds. */
export function tryStages(due: readonly Stage[], view: StageView): readonly StageResult[] {
  const results: StageResult[] = [];
  for (const stage of due) {
    const result = tryStage(stage, view);
    results.push(result);
    if (result.kind !== 'cannot') break;
  }
  return results;
}

function tryStage(stage: Stage, view: StageView): StageResult {
  const isDraft = view.workOrder.status === 'draft';
  if (stage.do !== 'hold' && isDraft !== (stage.do === 'publish')) return cannot(stage, 'not_for');
  switch (stage.do) {
    case 'publish':
      return tryPublish(stage, view);
    case 'assign':
      return tryAssign(stage, view);
    case 'route':
    case 'mass_route':
      return hasInvited(view.attempts, view.file.id, stage.n) ? cannot(stage, 'done') : tryPool(stage, view);
    case 'hold':
      return {
        kind: 'holds',
        stage: stage.n,
        reason: { code: 'FM-3004', detail: { after_minutes: stage.afterMinutes, work_order: view.workOrder.id } },
      };
  }
}

/** No later stage helps a draft that cannot be published, and one that a person has taken back is theirs. */
function tryPublish(stage: Stage & { readonly do: 'publish' }, view: StageView): StageResult {
  const { workOrder, attempts, file } = view;
  const holds = (reason: Reason): StageResult => ({ kind: 'holds', stage: stage.n, reason });
  // On the marketplace again, what was believed lost could land.
  const lost = absentWrites(attempts, view.liveRoutes).at(-1);
  if (lost !== undefined) return holds(personMustLook(lost));
  if (hasDone(attempts, { ruleFileId: file.id, n: stage.n }, 'publish'))
    return holds({ code: 'FM-3011', detail: { work_order: workOrder.id } });
  const spent = spentCall(attempts, 'publish');
  if (spent !== null) return holds(spent);
  if (!workOrder.actions.includes('publish')) return holds({ code: 'FM-3009', detail: { action: 'publish' } });
  return { kind: 'acts', action: publishAction(workOrder, stage) };
}

function tryAssign(stage: Stage & { readonly do: 'assign' }, view: StageView): StageResult {
  const selection = selectWinner(view.requests, stage, view.file.tieBreak);
  const rivals = view.liveRoutes.filter((providerId) => providerId !== favouriteOf(selection));
  if (favouriteOf(selection) !== null && rivals.length > 0 && !stage.withdrawRoutes) return cannot(stage, 'live_route');
  return settle(stage, selection, (chosen) => {
    return assignAction({ ...view, pool: view.requests, chosen }, stage, view.liveRoutes);
  });
}

/** As far as the stage reaches: the whole bench, or those of it who are members of the stage's talent pool. */
function tryPool(stage: Stage & { readonly do: 'route' | 'mass_route' }, view: StageView): StageResult {
  const pool = stage.do === 'mass_route' ? stage.talentPoolId : null;
  if (pool === null) return tryInvite(stage, view);
  const members = view.talentPools.get(pool) ?? null;
  if (members === null) return { kind: 'holds', stage: stage.n, reason: { code: 'FM-3014', detail: { pool } } };
  return tryInvite(stage, { ...view, bench: membersOf(view.bench, members) });
}

/** A second single route beside a live one would be a race nobody asked for; a mass-route is a race on purpose. */
function tryInvite(stage: Stage & { readonly do: 'route' | 'mass_route' }, view: StageView): StageResult {
  const selection = selectWinner(view.bench, { minPoints: stage.minPoints, minMargin: 0 }, view.file.tieBreak);
  const terms = (chosen: ActionTerms['chosen']) => ({ ...view, pool: view.bench, chosen });
  if (favouriteOf(selection) !== null && !view.workOrder.actions.includes('route'))
    return { kind: 'cannot', stage, why: 'not_allowed', reason: { code: 'FM-3009', detail: { action: 'route' } } };
  if (stage.do === 'mass_route') {
    const known = selectKnown(selection, view, stage.minPoints);
    return settle(stage, known, (chosen) => massRouteAction(terms(chosen), stage));
  }
  if (favouriteOf(selection) !== null && view.liveRoutes.length > 0) return cannot(stage, 'live_route');
  return settle(stage, selection, (chosen) => routeAction(terms(chosen), stage));
}

/** A mass-route chooses nobody for good, so one provider about whom a person must look does not keep it from inviting the others. */
function selectKnown(selection: Selection, view: StageView, minPoints: number): Selection {
  if (selection.kind !== 'needs_person') return selection;
  const known = selectWinner({ ...view.bench, uncertain: [] }, { minPoints, minMargin: 0 }, view.file.tieBreak);
  return known.kind === 'chosen' ? known : selection;
}

/** Who would win, or could. */
function favouriteOf(selection: Selection): ProviderId | null {
  if (selection.kind === 'chosen') return selection.winner.keys.provider_id;
  return selection.kind === 'needs_person' ? selection.candidate.keys.provider_id : null;
}

function settle(stage: Stage, selection: Selection, act: (chosen: ActionTerms['chosen']) => Action): StageResult {
  switch (selection.kind) {
    case 'chosen':
      return { kind: 'acts', action: act(selection) };
    case 'needs_person':
      return { kind: 'holds', stage: stage.n, reason: selection.reason };
    case 'few_points':
    case 'too_close':
    case 'taken':
      return { kind: 'cannot', stage, why: selection.kind, reason: selection.reason };
    case 'nobody':
      return cannot(stage, 'nobody');
  }
}

function cannot(stage: Stage, why: Obstacle): StageResult {
  return { kind: 'cannot', stage, why, reason: null };
}
