import type { Attempt, OpenedAt, Reason } from '../domain/decision.ts';
import type { Pin } from '../domain/directive.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { Action } from './actions.ts';
import type { TalentPools } from './input.ts';
import type { Pool } from './selection.ts';

/** What a stage finds when its turn comes. */
export type StageView = {
  readonly workOrder: WorkOrder;
  readonly openedAt: OpenedAt;
  readonly file: RuleFile;
  readonly attempts: readonly Attempt[];
  readonly requests: Pool;
  readonly bench: Pool;
  /** Requests that could still be answered, eligible or not. */
  readonly pendingRequests: number;
  /** Providers with an open invitation to this work order, ascending. */
  readonly liveRoutes: readonly ProviderId[];
  readonly talentPools: TalentPools;
  /** Null: nobody is pinned to the work order. `blockedBy` null: the pinned provider can be neither assigned nor invited yet. */
  readonly pinned: { readonly pin: Pin; readonly blockedBy: readonly Reason[] | null } | null;
  /** Whom the assignments of the run, taken together, give to the work order: an assigning stage chooses nobody else. Null: nobody. */
  readonly allotted: ProviderId | null;
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

export function cannot(stage: Stage, why: Obstacle, reason: Reason | null = null): StageResult {
  return { kind: 'cannot', stage, why, reason };
}

export function holds(stage: Stage, reason: Reason): StageResult {
  return { kind: 'holds', stage: stage.n, reason };
}
