/** A work order that waits for something, as far as its deadline depends on it. Times in epoch milliseconds. */
export type Waiting = {
  /** When the stage clock of the episode started. */
  readonly openedAtMs: number;
  /** When it came to wait for what it waits for now. */
  readonly sinceMs: number;
  /** When the work is to begin; null: no known time. */
  readonly startMs: number | null;
  /** `afterMinutes` of the rule file's last stage; null: no rule file, or its text cannot be read. */
  readonly lastStageMinutes: number | null;
};

/**
 * `start`: the work begins too soon to wait on. `last_stage`: the file has no further stage that could help, and a person has
 * had time to look.
 */
export type HoldDeadline = { readonly atMs: number; readonly because: 'start' | 'last_stage' };

/** Before the work begins somebody must be found, told and travel. A rule of thumb, of ours. */
export const NOTICE_HOURS = 24;

/** What a person gets to look at what has just come to wait: half a working day. A rule of thumb, of ours. */
export const LOOK_HOURS = 4;

const HOUR_MS = 3_600_000;

/**
 * Until when a work order may wait, or be held, before people are told: 24 hours before its work begins; and the time of its
 * file's last stage, yet never less than 4 hours after it came to wait. Whichever comes first; never before it came to wait.
 */
export function holdDeadline({ openedAtMs, sinceMs, startMs, lastStageMinutes }: Waiting): HoldDeadline {
  const lastStageMs = lastStageMinutes === null ? sinceMs : openedAtMs + lastStageMinutes * 60_000;
  const lookedAtMs = Math.max(lastStageMs, sinceMs + LOOK_HOURS * HOUR_MS);
  const noticeMs = startMs === null ? null : Math.max(startMs - NOTICE_HOURS * HOUR_MS, sinceMs);
  return noticeMs !== null && noticeMs < lookedAtMs
    ? { atMs: noticeMs, because: 'start' }
    : { atMs: lookedAtMs, because: 'last_stage' };
}

/** The deadline itself is already past. */
export function isPastDeadline(waiting: Waiting, nowMs: number): boolean {
  return nowMs >= holdDeadline(waiting).atMs;
}
