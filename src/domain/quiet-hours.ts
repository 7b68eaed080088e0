/** Local times in which nothing is sent. */
export type QuietHours = {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after local midnight, 0–1,440; `to` is exclusive. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly timeZone: string;
  readonly because: string | null;
};
