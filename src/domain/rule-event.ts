import type { CanaryFigures } from './canary.ts';
import type { Reason } from './decision.ts';
import type { Sha256 } from './ids.ts';
import { hashJson, hashText } from './json.ts';
import type { RuleMode, RuleSet } from './rule-file.ts';

/** The commit that a folder of rule files is checked out at. */
export type RulesCommit = {
  /** Hex, as git writes it. */
  readonly hash: string;
  /** Whether a rule file differs from that commit, or is not in it. */
  readonly isDirty: boolean;
};

/** A rule file as far as the history of sets tells of it. */
export type TakenFile = {
  readonly id: string;
  readonly mode: RuleMode;
  /** Of its text. */
  readonly hash: Sha256;
};

/** Files on disk that no set could be made of. */
export type RefusedRules = {
  /** See `hashRuleTexts`. */
  readonly textHash: Sha256;
  /** One line each, as `rules check` writes them. */
  readonly problems: readonly string[];
};

/**
 * What became of rule files, as the ledger keeps it. Who changed them is not known here: the commit, where there is one, says
 * it. `taken`: from now on this set decides. `refused`: what is on disk has mistakes, and the last good set stays.
 * `demoted`: a canary broke one of its own limits and only shadows from now on, until its text changes.
 */
export type RuleEvent = {
  readonly atMs: number;
  /** The set that decides after it; null: none, for the process would not start. */
  readonly setHash: Sha256 | null;
  /** Null: the folder is no git checkout, or git did not answer. */
  readonly commit: RulesCommit | null;
} & (
  | { readonly kind: 'taken'; readonly textHash: Sha256; readonly files: readonly TakenFile[] }
  | ({ readonly kind: 'refused' } & RefusedRules)
  | ({ readonly kind: 'demoted' } & Demotion)
);

/** A canary that no longer acts. It holds for this text of this file alone, and for good. */
export type Demotion = {
  readonly ruleFileId: string;
  /** Of the file's text. */
  readonly textHash: Sha256;
  /** The limit it broke, with the figures. */
  readonly reason: Reason;
  /** All that was counted. */
  readonly figures: CanaryFigures;
};

export type RecordedRuleEvent = RuleEvent & {
  /** From 1, in the order they were recorded. */
  readonly id: number;
  /** Of `taken`: the set that was taken before it; null: none in this ledger. */
  readonly beforeSetHash: Sha256 | null;
};

/** What the ledger says of rule files at this moment. */
export type RuleState = {
  /** The set that was taken last; null: none yet. */
  readonly takenSetHash: Sha256 | null;
  /** Refused since then; null: nothing. */
  readonly refused: RefusedRules | null;
  /** All there ever were, oldest first. */
  readonly demotions: readonly (Demotion & { readonly atMs: number })[];
};

/** Of the same texts in whatever order and under whatever names. */
export function hashRuleTexts(texts: readonly string[]): Sha256 {
  return hashJson(texts.map(hashText).sort());
}

export function takenFiles({ files, reviews }: RuleSet): readonly TakenFile[] {
  return [...files, ...reviews].map(({ id, mode, hash }) => ({ id, mode, hash }));
}

/** Whether the ledger says it already: each state of the files is said once, whoever looks at them and however often. */
export function isKnownRuleEvent(state: RuleState, event: RuleEvent): boolean {
  switch (event.kind) {
    case 'taken':
      return state.refused === null && state.takenSetHash === event.setHash;
    case 'refused':
      return (
        state.refused !== null &&
        state.refused.textHash === event.textHash &&
        state.refused.problems.join('\n') === event.problems.join('\n')
      );
    case 'demoted':
      return state.demotions.some((one) => isOfText(one, { id: event.ruleFileId, hash: event.textHash }));
  }
}

export function isOfText(
  demotion: Pick<Demotion, 'ruleFileId' | 'textHash'>,
  file: { readonly id: string; readonly hash: Sha256 },
): boolean {
  return demotion.ruleFileId === file.id && demotion.textHash === file.hash;
}
