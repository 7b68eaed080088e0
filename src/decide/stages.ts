import type { ProviderId } from '../domain/ids.ts';
import type { Stage } from '../domain/rule-file.ts';
import { type Action, type ActionTerms, assignAction, massRouteAction, routeAction } from './actions.ts';
import { hasInvited } from './earlier-attempts.ts';
import { tryHandOver, tryPublish, tryRoutePool, tryUnpublish } from './platform-stages.ts';
import { membersOf, type Selection, selectWinner } from './selection.ts';
import { cannot, type StageResult, type StageView } from './stage-view.ts';

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
  const { forDrafts, forOpen } = ACTS_ON[stage.do];
  if (!(view.workOrder.status === 'draft' ? forDrafts : forOpen)) return cannot(stage, 'not_for');
  if (view.pinned !== null && LETS_THE_PLATFORM_CHOOSE.includes(stage.do)) return cannot(stage, 'not_for');
  switch (stage.do) {
    case 'publish':
      return tryPublish(stage, view);
    case 'unpublish':
      return tryUnpublish(stage, view);
    case 'auto_dispatch':
      return tryHandOver(stage, view);
    case 'mass_route_pool':
      return tryRoutePool(stage, view);
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

/** Of a pinned work order nobody but a person chooses. */
const LETS_THE_PLATFORM_CHOOSE: readonly Stage['do'][] = ['mass_route_pool', 'unpublish', 'auto_dispatch'];

/** An unpublish stage has done its part when it meets the draft it made. */
const ACTS_ON: {
  readonly [what in Stage['do']]: { readonly forDrafts: boolean; readonly forOpen: boolean };
} = {
  assign: { forDrafts: false, forOpen: true },
  route: { forDrafts: false, forOpen: true },
  mass_route: { forDrafts: false, forOpen: true },
  mass_route_pool: { forDrafts: false, forOpen: true },
  publish: { forDrafts: true, forOpen: false },
  unpublish: { forDrafts: true, forOpen: true },
  auto_dispatch: { forDrafts: true, forOpen: true },
  hold: { forDrafts: true, forOpen: true },
};

/** A person has chosen the pinned provider: points compare nobody. */
const NO_THRESHOLD = { minPoints: 0, minMargin: 0 };

function tryAssign(stage: Stage & { readonly do: 'assign' }, view: StageView): StageResult {
  const { minPoints, minMargin } = view.pinned === null ? stage : NO_THRESHOLD;
  const threshold = { minPoints, minMargin, allotted: view.allotted };
  const selection = selectWinner(view.requests, threshold, view.file.tieBreak);
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
  const minPoints = view.pinned === null ? stage.minPoints : 0;
  const selection = selectWinner(view.bench, { minPoints, minMargin: 0 }, view.file.tieBreak);
  const terms = (chosen: ActionTerms['chosen']) => ({ ...view, pool: view.bench, chosen });
  if (favouriteOf(selection) !== null && !view.workOrder.actions.includes('route'))
    return cannot(stage, 'not_allowed', { code: 'FM-3009', detail: { action: 'route' } });
  if (stage.do === 'mass_route') {
    const known = selectKnown(selection, view, minPoints);
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
      return cannot(stage, selection.kind, selection.reason);
    case 'nobody':
      return cannot(stage, 'nobody');
  }
}
