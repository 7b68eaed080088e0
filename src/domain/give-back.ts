import type { ProviderId } from './ids.ts';

/** Providers who had one work order from us and left it without a word of ours: neither un-assigned by us nor replaced by hand. */
export type GiveBacks = {
  /** In earlier episodes, ascending. */
  readonly gaveBack: readonly ProviderId[];
  /** Who joins them when this episode turns out to be over; null: nobody. */
  readonly givesBackNow: ProviderId | null;
};

export type GiveBackGuardrail = {
  /** Who gave the very work order back is neither assigned nor invited again. */
  readonly forbidAfterGiveBack: boolean;
};
