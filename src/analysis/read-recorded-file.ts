import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';

/** What of a rule file's text its deadlines depend on. */
export type WaitedFile = {
  /** It judges finished work, and nobody is to be found. */
  readonly isReview: boolean;
  /** Null: of a review file. */
  readonly lastStageMinutes: number | null;
};

/** Null: this version can no longer read the text. */
export function readWaitedFile(text: string): WaitedFile | null {
  const read = parseRecorded(text);
  if (read.kind === 'problems') return null;
  return read.kind === 'review'
    ? { isReview: true, lastStageMinutes: null }
    : { isReview: false, lastStageMinutes: read.file.stages.at(-1)?.afterMinutes ?? null };
}

/** Null: this version can no longer read the text. */
export function readCanaryPercent(text: string): number | null {
  const read = parseRecorded(text);
  if (read.kind === 'problems') return null;
  return read.kind === 'review' ? read.review.canaryPercent : read.file.canaryPercent;
}

/** Whether the one with more points always goes before; false also where this version can no longer read the text. */
export function ranksByPoints(text: string): boolean {
  const read = parseRecorded(text);
  const first = read.kind === 'ok' ? read.file.tieBreak[0] : undefined;
  return first?.by === 'points' && first.direction === 'desc';
}

function parseRecorded(text: string) {
  return parseRuleFile({ path: 'recorded', text }, DEFAULT_LIMITS);
}
