import type { Reason } from '../domain/decision.ts';
import { directiveDetail } from '../domain/directive.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { StageCalendar } from './calendar.ts';
import type { Obstacle, StageResult, StageView } from './stage-view.ts';

/** Why nothing is done: wait for time or the platform, or hold for a person. */
export type Idle = { readonly outcome: 'wait' | 'hold'; readonly stage: number | null; readonly reason: Reason };

/** When no stage's time has come. */
export function beforeFirstStage({ openMinutes, next }: StageCalendar): Idle | null {
  if (next === null) return null;
  return waitFor({ code: 'FM-2001', detail: { open_minutes: openMinutes, after_minutes: next.afterMinutes } });
}

/**
 * When no due stage can act. A live route or a provider who serves another work order of the run are matters of the next
 * run, whether or not a later stage is left; otherwise a later stage is waited for, and without one a person must act.
 */
export function whenNoneActs(calendar: StageCalendar, results: readonly StageResult[], view: StageView): Idle {
  const obstacles = results.flatMap((result) => (result.kind === 'cannot' ? [result] : []));
  const has = (why: Obstacle) => obstacles.some((obstacle) => obstacle.why === why);
  if (has('live_route')) return waitFor({ code: 'FM-2003', detail: { count: Math.max(1, view.liveRoutes.length) } });
  const taken = obstacles.find(({ why }) => why === 'taken')?.reason ?? null;
  if (taken !== null) return waitFor(taken);
  const workOrder = view.workOrder.id;
  if (view.pinned !== null && !has('not_allowed')) return whenPinned(view.pinned, workOrder);
  if (calendar.next !== null) {
    const { do: what, afterMinutes } = calendar.next;
    const next = { next_do: what.replace('_', '-'), after_minutes: afterMinutes };
    return waitFor({ code: 'FM-2002', detail: { ...next, work_order: workOrder } });
  }
  for (const why of ['not_allowed', 'too_close', 'few_points'] as const) {
    const telling = obstacles.findLast((obstacle) => obstacle.why === why);
    if (telling?.reason) return { outcome: 'hold', stage: telling.stage.n, reason: telling.reason };
  }
  const done = obstacles.findLast((obstacle) => obstacle.why === 'done');
  if (done !== undefined || obstacles.length === 0)
    return {
      outcome: 'hold',
      stage: done?.stage.n ?? null,
      reason: { code: 'FM-3011', detail: { work_order: workOrder } },
    };
  const candidates = countLookedAt(obstacles, view);
  return { outcome: 'hold', stage: null, reason: { code: 'FM-3001', detail: { candidates, work_order: workOrder } } };
}

/** Nobody but the pinned provider is waited for, whatever stages are left; one who cannot be taken is a person's matter. */
function whenPinned({ pin, blockedBy }: NonNullable<StageView['pinned']>, workOrder: WorkOrderId): Idle {
  const detail = { ...directiveDetail(pin), provider: pin.providerId, work_order: workOrder };
  if (blockedBy === null || blockedBy.length === 0) return waitFor({ code: 'FM-2010', detail });
  const codes = blockedBy.map(({ code }) => code).join(', ');
  return { outcome: 'hold', stage: null, reason: { code: 'FM-3031', detail: { ...detail, codes } } };
}

type Obstructed = Extract<StageResult, { readonly kind: 'cannot' }>;

/** Of the groups that the due stages choose from. */
function countLookedAt(obstacles: readonly Obstructed[], view: StageView): number {
  const wantsRequests = obstacles.some(({ stage }) => stage.do === 'assign');
  const wantsBench = obstacles.some(({ stage }) => stage.do === 'route' || stage.do === 'mass_route');
  return (wantsRequests ? view.requests.size : 0) + (wantsBench ? view.bench.size : 0);
}

function waitFor(reason: Reason): Idle {
  return { outcome: 'wait', stage: null, reason };
}
