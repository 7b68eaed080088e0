/** One presence on site (the platform: time log). */
export type Visit = {
  readonly inMs: number;
  /** Null: still there. */
  readonly outMs: number | null;
  readonly minutesLate: number;
};

/** What a provider hands in with the work, as far as the platform shows it. */
export type WorkReport = {
  /** Oldest first; a second one after the work was sent back. */
  readonly visits: readonly Visit[];
  /** False: not uploaded, left empty, left open. The names are the same for every work order. */
  readonly hasAttachments: boolean;
  readonly hasFields: boolean;
  readonly hasTasks: boolean;
  /** Problems the provider reported, newest last. */
  readonly problems: readonly { readonly name: string; readonly atMs: number; readonly isResolved: boolean }[];
  readonly closingNotes: string;
  readonly expenseCents: number;
  /** Whether the work was really done well. Nothing on the wire says so. */
  readonly isDoneWell: boolean;
};

/** All visits that have ended, in minutes. */
export function minutesWorked(report: WorkReport | null): number {
  return (report?.visits ?? []).reduce(
    (sum, { inMs, outMs }) => sum + (outMs === null ? 0 : Math.round((outMs - inMs) / 60_000)),
    0,
  );
}
