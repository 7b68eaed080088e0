import type { Outcome } from '../domain/decision.ts';
import type { DecisionId, ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { Choice } from './choice.ts';
import type { FactGap } from './complete-facts.ts';
import type { ChangeCause, Why } from './why-changed.ts';

/** The same count on both sides. */
export type OldNew = { readonly old: number; readonly new: number };

/**
 * Why two decisions on one slate may differ for another reason than the rules: the kinds of gap that touch it, `disputed`
 * (json-rules-engine itself had said no) and `trip_wire` (a limit of the whole run stopped one of the two).
 */
export type Cause =
  | 'fact'
  | 'bench'
  | 'talent_pool'
  | 'project'
  | 'members'
  | 'stopped'
  | 'older'
  | 'disputed'
  | 'trip_wire';

export type Change = {
  readonly decidedAtMs: number;
  /** For explain; the live decision on the slate, or the shadow's where only that was recorded. */
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly title: string;
  readonly old: Choice;
  readonly new: Choice;
  readonly why: Why;
  /** Besides the rules. */
  readonly causes: readonly Cause[];
};

/** One figure of work orders that both sides gave to somebody; each work order once: see `filled`. */
export type Paired = {
  readonly pairs: number;
  readonly oldTotal: number;
  readonly newTotal: number;
  /** Of new less old; of an even number between the two middle ones, towards zero; null without pairs. */
  readonly medianChange: number | null;
  readonly lower: number;
  readonly higher: number;
};

export type BacktestResult = {
  /** Of the recorded decisions read; null: there were none. */
  readonly first: number | null;
  readonly last: number | null;
  readonly runs: number;
  readonly decisions: number;
  readonly slates: {
    readonly compared: number;
    /** A body was pruned or erased on request. */
    readonly erased: number;
    /** Reviews of finished work: backtest is about dispatch. */
    readonly reviews: number;
    /** Actions of people, for which no rule file was asked. */
    readonly byHand: number;
    /** The run's shared part could not be read, or does not name the work order. */
    readonly unreadable: number;
    /** Against `recorded` only: a shadow's slate of a work order whose live decision is not in the range. */
    readonly withoutLive: number;
  };
  readonly workOrders: number;
  /** How often one of them was given back and decided anew: its further episodes. */
  readonly decidedAnew: number;
  readonly changed: {
    /** Another outcome, winner, invited provider or talent pool. */
    readonly decisions: number;
    readonly outcomes: number;
    /** Both sides chose somebody, and not the same. */
    readonly winners: number;
    /** Work orders with at least one changed decision. */
    readonly workOrders: number;
    /** Not changed, and decided by another rule file or for another reason. */
    readonly reasonsOnly: number;
  };
  /** Of all changed decisions, most first. */
  readonly byCause: readonly (ChangeCause & { readonly decisions: number })[];
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly moreChanges: number;
  /**
   * Work orders given to somebody, or somebody asked: each once, with what a side did first in the last episode that it filled,
   * so that what was given back and filled again is paid once.
   */
  readonly filled: OldNew;
  /** Of the work orders that the old side filled, those on which the new one was still waiting when the recording ends. */
  readonly cutOff: OldNew;
  readonly holds: OldNew;
  readonly pay: Paired;
  readonly distance: Paired;
  /** Milli-points, where both sides could give as many at most. */
  readonly points: Paired;
  /** Basis points of the most that could be had. */
  readonly pointsShare: Paired;
  readonly outcomes: { readonly [outcome in Outcome]?: OldNew };
  /** Work orders won, by who wins or loses most; those without a difference are not there. */
  readonly providers: readonly (OldNew & { readonly providerId: ProviderId })[];
  readonly moreProviders: number;
  readonly providersGaining: number;
  readonly providersLosing: number;
  /** Slates decided. */
  readonly byFile: readonly (OldNew & { readonly ruleFileId: string | null; readonly changedFrom: number })[];
  /** Decisions of a stage that acted or held. */
  readonly byStage: readonly (OldNew & { readonly ruleFileId: string; readonly stage: number })[];
  readonly gaps: BacktestGaps;
};

export type BacktestGaps = {
  /** Summed over candidates; `slates` on which it was missing. Sorted by key. */
  readonly facts: readonly (FactGap & { readonly slates: number })[];
  /** Slates on which a stage would invite and nobody of the bench had been looked at. */
  readonly bench: number;
  readonly talentPools: readonly number[];
  readonly projects: number;
  /** Runs that had further work orders, on which nothing new was recorded. */
  readonly partRuns: number;
  readonly stoppedRuns: number;
  readonly olderRuns: number;
};
