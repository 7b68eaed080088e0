/** How much work one provider may be bound to, by a rule file. */
export type BookingLimits = {
  /** Commitments that start on one local day; null: no limit. */
  readonly perDay: number | null;
  /** Commitments that start in the seven local days that end with that day; null: no limit. */
  readonly per7Days: number | null;
  readonly forbidOverlap: boolean;
  readonly travelBufferMinutes: number;
};
