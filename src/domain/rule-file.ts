import type { BookingLimits } from './booking-limits.ts';
import type { CanaryGuardrail } from './canary.ts';
import type { FactRef, FactValue } from './fact.ts';
import type { GiveBackGuardrail } from './give-back.ts';
import type { ProviderId, Sha256 } from './ids.ts';
import type { CandidateKind } from './provider.ts';
import type { QuietHours } from './quiet-hours.ts';
import type { AutoDispatch, SentCriterion } from './write-call.ts';

/**
 * `off` takes no part; `shadow` decides and records beside the live file, and never acts; `recommend`
 * asks a person first; `canary` acts on a share of the work orders; `enforce` acts.
 */
export type RuleMode = 'off' | 'shadow' | 'recommend' | 'canary' | 'enforce';

/**
 * A condition tree after parsing: short forms expanded, named conditions put in place, values in their fact's kept unit.
 * `operator` is json-rules-engine's name (`greaterThanInclusive`), which supplies its meaning.
 */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'test';
      readonly fact: FactRef;
      readonly operator: string;
      readonly value: FactValue;
      /** As the operator wrote it, for explanations: `>= 4.5`. */
      readonly written: string;
    };

/**
 * What a criterion whose fact is unknown means. `platform`: Field Nation's own verdict of the same criterion, and
 * unknown where there is none. `no_match`: stays unknown and gives nothing. `match`: counts as matched. `hold`: a person
 * must look. `ignore`: its weight leaves points and maximum.
 */
export type OnMissing = 'platform' | 'no_match' | 'match' | 'hold' | 'ignore';

/** Full weight up to `fullAt`, nothing from `zeroAt` on, linear between; both in the fact's kept unit. Only for a matched criterion. */
export type LinearCredit = {
  readonly kind: 'linear';
  readonly fullAt: number;
  readonly zeroAt: number;
  readonly fact: FactRef;
};

/** Criteria one rule file may have. The ledger keeps a candidate's verdicts as bits of one exact integer, which has 53. */
export const MAX_CRITERIA = 50;

export type Criterion = {
  /** 1-based place in the file; the `id` of Field Nation's evaluation. */
  readonly position: number;
  /** Unique in the file, `[a-z][a-z0-9_]*`. */
  readonly key: string;
  /**
   * The platform's label, whatever alias the file used. May hold `{type_of_work}`, which stands for the work order's own
   * primary kind of work. Verdicts of the platform are found by this label.
   */
  readonly label: string;
  /** Whole points, ≥ 0. */
  readonly weight: number;
  readonly isRequired: boolean;
  /** False: does not apply to a remote work order, and leaves its maximum. */
  readonly canRemote: boolean;
  readonly when: Condition;
  readonly onMissing: { readonly [kind in CandidateKind]: OnMissing };
  readonly credit: LinearCredit | null;
  readonly because: string | null;
};

/** What a stage does once its time has come. */
export type Stage =
  | (StageTiming & {
      readonly do: 'assign';
      /** Whole points the winner must reach. */
      readonly minPoints: number;
      /** Whole points by which the winner must lead the best other eligible request; alone passes. */
      readonly minMargin: number;
      /** False: a live route makes the stage wait. True: all are withdrawn first, each its own intent. */
      readonly withdrawRoutes: boolean;
    })
  | (StageTiming & { readonly do: 'route'; readonly minPoints: number; readonly sends?: readonly SentCriterion[] })
  | (StageTiming & {
      readonly do: 'mass_route';
      /** Null: everybody of the talent pool. */
      readonly top: number | null;
      /** Only its members are invited; null: anybody of the bench. */
      readonly talentPoolId: number | null;
      readonly minPoints: number;
      readonly sends?: readonly SentCriterion[];
    })
  /** A whole talent pool, whose members the platform resolves: nobody of it is known to us, scored or limited. */
  | (StageTiming & {
      readonly do: 'mass_route_pool';
      readonly talentPoolId: number;
      readonly sends?: readonly SentCriterion[];
    })
  /** For drafts alone. */
  | (StageTiming & { readonly do: 'publish' })
  | (StageTiming & {
      readonly do: 'unpublish';
      /** False: pending requests, which unpublishing loses, keep the stage from acting. */
      readonly discardRequests: boolean;
    })
  /** Of a draft at once; of an open work order once its routes are withdrawn and it is unpublished. */
  | (StageTiming & {
      readonly do: 'auto_dispatch';
      readonly discardRequests: boolean;
      /** Without a rule of its own, which `sends` holds. */
      readonly dispatch: Omit<AutoDispatch, 'selectionRule'>;
      readonly sends?: readonly SentCriterion[];
    })
  | (StageTiming & { readonly do: 'hold' });

export type StageTiming = {
  /** 1-based place in the file. */
  readonly n: number;
  /**
   * Since the work order opened, in this episode; a draft opens when it is created. Its distance to an earlier stage that
   * invites, hands over or unpublishes is also the time that one has before this one acts, unless this one assigns; its
   * distance to one that publishes is the time the marketplace has.
   */
  readonly afterMinutes: number;
};

/** Whether the file acts on drafts, whoever made them. */
export function takesDrafts(file: Pick<RuleFile, 'stages'>): boolean {
  return file.stages.some((stage) => stage.do === 'publish' || stage.do === 'auto_dispatch');
}

/** Whether drafts must be looked at for this file: it acts on them, or makes some itself. */
export function readsDrafts(file: Pick<RuleFile, 'stages'>): boolean {
  return takesDrafts(file) || file.stages.some((stage) => stage.do === 'unpublish');
}

/** The talent pools that a file's stages invite, ascending. */
export function talentPoolsOf({ stages }: Pick<RuleFile, 'stages'>): readonly number[] {
  const pools = stages.flatMap((stage) => (stage.do === 'mass_route' ? (stage.talentPoolId ?? []) : []));
  return [...new Set(pools)].sort((a, b) => a - b);
}

/** One step of the total order among eligible candidates. The last is always `provider_id`. */
export type TieBreak = { readonly by: TieBreakField; readonly direction: 'asc' | 'desc' };
export type TieBreakField =
  | 'points'
  | 'total_pay'
  | 'assigned_7d'
  | 'distance'
  | 'requested_at'
  | 'rating'
  | 'worked_with'
  | 'provider_id';

/** The facts that tie-breaks compare; the fields not named here come with every candidate or are counted when deciding. */
export const TIE_BREAK_FACTS = {
  distance: 'provider.distance',
  rating: 'provider.rating',
  worked_with: 'provider.worked_with',
} as const satisfies { readonly [field in TieBreakField]?: string };

/** Facts that decide whether a provider may be chosen at all, whether or not a rule file asks for them. */
export const CONSTRAINT_FACTS = {
  isRoutable: 'provider.is_routable',
  isW2: 'provider.is_w2',
} as const;

export type ExcludedProvider = {
  readonly providerId: ProviderId;
  /** The first moment at which it no longer holds; null: for good. */
  readonly untilMs: number | null;
  readonly because: string;
};

/** Null: no limit of this file (the global ones of the configuration still hold). */
export type Guardrails = CanaryGuardrail & {
  readonly maxActionsPerRun: number | null;
  readonly maxShareOfOpenPercent: number | null;
  readonly perProvider: BookingLimits & GiveBackGuardrail;
  readonly pay: {
    readonly maxTotalCents: number | null;
    readonly acceptCounters: boolean;
    readonly maxCounterOverBasePercent: number | null;
    readonly maxDailyTotalCents: number | null;
  };
  readonly quietHours: readonly QuietHours[];
  readonly excludeProviders: readonly ExcludedProvider[];
  /** Consecutive failed actions after which the run stops acting. */
  readonly stopAfterErrors: number | null;
};

/** A rule file, parsed and checked. Source: `rules/*.json`, format in design.md §3 and rules/README.md. */
export type RuleFile = {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly because: string | null;
  readonly mode: RuleMode;
  /** 0–100; only meaningful with mode `canary`. */
  readonly canaryPercent: number;
  /** The highest live file that applies decides. */
  readonly priority: number;
  /** Null: every work order (the catch-all). */
  readonly appliesTo: Condition | null;
  /** Field Nation's selection-rule id; 0 is its default ranking. */
  readonly selectionRuleId: number;
  /** In file order; at least one. */
  readonly criteria: readonly Criterion[];
  /** By `afterMinutes`, not descending. */
  readonly stages: readonly Stage[];
  readonly tieBreak: readonly TieBreak[];
  /** `on`: its work orders are assigned together with all others of a run; `off`: one at a time, after those. */
  readonly batch: 'on' | 'off';
  /** As how many usual work orders each of its own counts when there are too few providers; whole, from 1. */
  readonly fillWeight: number;
  /** How old a platform verdict of the directory may be to stand in for a bench candidate's fact. */
  readonly maxVerdictAgeDays: number;
  /** Send `clientPayTermsAccepted=true` when assigning. */
  readonly acceptClientPayTerms: boolean;
  readonly guardrails: Guardrails;
  /** Where it was read from, for messages. */
  readonly path: string;
  readonly text: string;
  /** Of `text`. */
  readonly hash: Sha256;
};

/** One thing finished work must show. */
export type ReviewCriterion = {
  /** 1-based place in the file. */
  readonly position: number;
  /** Unique in the file, `[a-z][a-z0-9_]*`. */
  readonly key: string;
  readonly label: string;
  /** Whole points, ≥ 0; shown beside the verdict, and decides nothing. */
  readonly weight: number;
  readonly isRequired: boolean;
  /** Over `work_order.*` facts alone. */
  readonly when: Condition;
  /** Unknown: `hold`, a person must look; `ignore`, only where it is not required. Unknown is never taken for a match or a miss. */
  readonly onMissing: 'hold' | 'ignore';
  readonly because: string | null;
};

/** What becomes of finished work that is known to miss a required criterion. */
export type ReviewOtherwise =
  | { readonly kind: 'hold' }
  /** Back to the provider; `reasonId` is one of the company's own. Source: Field Nation `GET /company/{id}/reasons/incomplete`. */
  | { readonly kind: 'incomplete'; readonly reasonId: number; readonly reason: string };

/** Null: no limit of this file (the global ones of the configuration still hold). */
export type ReviewGuardrails = {
  readonly maxActionsPerRun: number | null;
  /** Money that approvals may release in one UTC day. */
  readonly maxDailyApprovedCents: number | null;
  readonly quietHours: readonly QuietHours[];
  /** Consecutive failed actions after which the run stops acting. */
  readonly stopAfterErrors: number | null;
};

/** A rule file of kind `review`: what finished work must show to be approved. Source: `rules/*.json`, design.md §9. */
export type ReviewFile = {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly because: string | null;
  readonly mode: RuleMode;
  /** 0–100; only meaningful with mode `canary`. */
  readonly canaryPercent: number;
  /** Of the live review files that apply the highest decides. */
  readonly priority: number;
  /** Null: all finished work. */
  readonly appliesTo: Condition | null;
  /** In file order; at least one is required. */
  readonly criteria: readonly ReviewCriterion[];
  readonly otherwise: ReviewOtherwise;
  readonly guardrails: ReviewGuardrails;
  /** Where it was read from, for messages. */
  readonly path: string;
  readonly text: string;
  /** Of `text`. */
  readonly hash: Sha256;
};

/** All files read together. `hash` covers the sorted (id, file hash) pairs of both kinds. */
export type RuleSet = {
  readonly hash: Sha256;
  readonly files: readonly RuleFile[];
  readonly reviews: readonly ReviewFile[];
};
