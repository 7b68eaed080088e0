import type { Sha256 } from './ids.ts';

/**
 * What stops a candidate, as it is counted: a required criterion by its key (`rating`), the same where it is not known
 * (`rating?`), or the code of any other reason (`FM-5004`).
 */
export type Blocker = string;

/** How the slates of one rule file came out, over many decisions. A work order counts as often as it was decided on anew. */
export type SlateCounts = {
  readonly ruleFileId: string;
  /** Decided in shadow: the same slates as the live file's, seen by another file. */
  readonly isShadow: boolean;
  /** Of the rule file, the one met last at the end. */
  readonly texts: readonly Sha256[];
  /** The required ones, in the order of the text that was met last; then those that only earlier texts require. */
  readonly criteria: readonly { readonly key: string; readonly label: string }[];
  readonly decisions: number;
  /** Of these, with an empty slate. */
  readonly withoutCandidates: number;
  /** Of these, with nobody eligible, an empty slate included. */
  readonly withoutEligible: number;
  /** Candidates by all that stops them together; those whom nothing stops are eligible. Each set once, sorted. */
  readonly sets: readonly { readonly stoppedBy: readonly Blocker[]; readonly candidates: number }[];
  /** Decisions with nobody eligible where this alone stops somebody; a criterion's two blockers are one here, by its key. */
  readonly fillableWithout: { readonly [keyOrCode: string]: number };
};

const UNKNOWN = '?';

export function criterionBlocker(key: string, isUnknown: boolean): Blocker {
  return isUnknown ? `${key}${UNKNOWN}` : key;
}

/** The criterion's key, or the code. */
export function blockerName(blocker: Blocker): string {
  return blocker.endsWith(UNKNOWN) ? blocker.slice(0, -UNKNOWN.length) : blocker;
}

export function isOfUnknown(blocker: Blocker): boolean {
  return blocker.endsWith(UNKNOWN);
}
