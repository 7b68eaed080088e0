import type { ProviderId, WorkOrderId } from './ids.ts';

/**
 * How somebody came to have a work order. `automated`: a rule file's own assignment. `invited`: an invitation of a rule file was
 * accepted. `approved`: recommended, and a person said yes. `by_hand`: a person, through us. `elsewhere`: not through us.
 */
export type AssignedHow = (typeof ASSIGNED_HOW)[number];

export const ASSIGNED_HOW = ['automated', 'invited', 'approved', 'by_hand', 'elsewhere'] as const;

/** The first assignment of an episode, with when what led to it happened. Epoch milliseconds. */
export type AssignmentCase = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  /** The file that decided, or decided last before a person did; null: none had. */
  readonly ruleFileId: string | null;
  readonly how: AssignedHow;
  readonly providerId: ProviderId | null;
  /** When the stage clock of the episode started. */
  readonly openedAtMs: number;
  /** The first live decision of the episode that had an eligible request before it; null: none. */
  readonly eligibleAtMs: number | null;
  /** When what led to it was decided; null: elsewhere. */
  readonly decidedAtMs: number | null;
  /** Confirmed by reading, or seen. */
  readonly assignedAtMs: number;
};
