/** What a project may set; documented defaults, and for the threshold the documented sample value. */
export type DispatchChoices = {
  readonly runtimeMinutes: number;
  readonly rerunsUntilThreshold: boolean;
  readonly rerunThresholdMinutes: number;
  readonly goesToFirstAvailable: boolean;
  readonly revertsToDraft: boolean;
  readonly isEnabled: boolean;
};

export const DEFAULT_CHOICES: DispatchChoices = {
  runtimeMinutes: 60,
  rerunsUntilThreshold: false,
  rerunThresholdMinutes: 720,
  goesToFirstAvailable: false,
  revertsToDraft: true,
  isEnabled: true,
};

/** A project that drives its own work orders, or once did. */
export type DispatchSettings = DispatchChoices & {
  readonly id: number;
  readonly buyerId: number;
  readonly createdBy: number;
  readonly fromMs: number;
};
