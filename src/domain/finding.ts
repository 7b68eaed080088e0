import type { DecisionId, ProviderId, WorkOrderId } from './ids.ts';

/** What must never happen, by kind, and what to do where it did. */
export const FINDING_REMEDIES = {
  assigned_twice:
    'See on the platform who has the work order, take the other one off it, and report the two decisions as a bug.',
  double_booked:
    'Give one of the two work orders to somebody else (`wo unassign`), and report the two decisions as a bug.',
  over_per_day: 'See whether the provider can do it all; report the decision as a bug.',
  over_per_7_days: 'See whether the provider can do it all; report the decision as a bug.',
  quiet_hours: 'Pause acting until it is understood why the hours were not kept, and report the decision as a bug.',
  over_daily_money:
    'Pause acting, compare `report spend` with what the limit is for, and report the decision as a bug.',
  over_pay: 'Agree on the pay with the provider or un-assign; report the decision as a bug.',
  effect_after_final: 'Run `ledger verify`: the ledger itself refuses this, so somebody may have written past it.',
  confirmed_twice: 'Run `ledger verify`: the ledger itself refuses this, so somebody may have written past it.',
  claimed_too_often: 'See on the platform whether the write happened more than once, and report the decision as a bug.',
  while_paused: 'Run `ledger verify`: the ledger itself refuses this, so somebody may have written past it.',
  excluded: 'Take the provider off the work order if the exclusion is meant, and report the decision as a bug.',
  not_eligible: 'See by `explain` what spoke against the provider, and report the decision as a bug.',
  shadow_acted: 'Set the rule file to off, and report the decision as a bug.',
} as const satisfies { readonly [kind: string]: string };

export type FindingKind = keyof typeof FINDING_REMEDIES;

/** One thing that must not be. */
export type Finding = {
  readonly kind: FindingKind;
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  /** Null: nobody in particular. */
  readonly providerId: ProviderId | null;
  readonly ruleFileId: string | null;
  /** When it happened, epoch ms. */
  readonly atMs: number;
  /** One sentence. */
  readonly what: string;
};
