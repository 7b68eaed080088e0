import type { DecisionId, Sha256 } from './ids.ts';
import type { CandidateKind } from './provider.ts';

/** A candidate's verdicts as the ledger keeps them: bit n is the criterion at place n, from 0. */
export type MaskedCandidate = {
  readonly kind: CandidateKind;
  readonly pointsMilli: number;
  readonly matched: number;
  readonly unknown: number;
  readonly notApplying: number;
  readonly byPlatform: number;
  readonly byOnMissing: number;
  /** `[place from 1, thousandths of a point]` where a criterion gives neither nothing nor its whole weight. */
  readonly graded: readonly (readonly [number, number])[];
  /** Something but a required criterion stops it. */
  readonly isBlockedOtherwise: boolean;
  /** Its doubts count; the other candidates are only compared with. */
  readonly isAsked: boolean;
};

/** Live decisions that are alike in this, and in which a verdict of one of the three did not rest on known facts. */
export type MaskedDecisions = {
  readonly ruleFileId: string;
  readonly ruleFileHash: Sha256;
  readonly count: number;
  readonly winner: MaskedCandidate | null;
  readonly runnerUp: MaskedCandidate | null;
  /** Of those not eligible the one with the most points. */
  readonly bestBlocked: MaskedCandidate | null;
};

/** What a text's decisions share: its criteria in file order. */
export type CriteriaOfText = readonly {
  readonly key: string;
  readonly label: string;
  readonly weight: number;
  readonly isRequired: boolean;
}[];

export type DoubtFigures = {
  /** Live decisions of rule files with at least one of the three, whether or not anything was in doubt. */
  readonly considered: number;
  readonly doubted: readonly MaskedDecisions[];
  readonly criteria: ReadonlyMap<Sha256, CriteriaOfText>;
  /** The newest that chose somebody, newest first, so many at most as were asked for. */
  readonly newest: readonly DecisionId[];
};
