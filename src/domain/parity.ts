import type { DecisionId, ProviderId } from './ids.ts';
import { plainName } from './plain-name.ts';
import type { PlatformEvaluation } from './provider.ts';
import type { Verdict } from './scored-slate.ts';

/** How one criterion of a rule file came out for one candidate. */
export type OwnCriterion = {
  readonly key: string;
  /** With the kind of work filled in: what Field Nation's is found by. */
  readonly label: string;
  readonly weight: number;
  readonly pointsMilli: number;
  readonly applies: boolean;
  readonly verdict: Verdict;
  readonly decidedBy: 'facts' | 'platform' | 'on_missing';
  /** The condition asks for Field Nation's own verdict, which agrees with itself. */
  readonly restsOnPlatform: boolean;
};

/** A criterion that both have judged. Its threshold may be another on either side: the platform does not say its own. */
export type ComparedCriterion = {
  readonly key: string;
  readonly ours: 'match' | 'no_match';
  readonly theirs: 'match' | 'no_match';
};

/** Our evaluation of one candidate beside Field Nation's. */
export type Parity = {
  /** In file order: those that our facts have decided, and of which the platform's row has a verdict under the same label. */
  readonly criteria: readonly ComparedCriterion[];
  /** Both have the same criteria with the same weights; only then do points tell anything. */
  readonly isSameRule: boolean;
  readonly isSamePoints: boolean;
};

export function compareWithPlatform(own: readonly OwnCriterion[], platform: PlatformEvaluation): Parity {
  const theirs = new Map(platform.verdicts.map((verdict) => [plainName(verdict.name), verdict]));
  const applying = own.filter(({ applies }) => applies);
  const criteria = applying.flatMap(({ key, label, verdict, decidedBy, restsOnPlatform }) => {
    const their = theirs.get(plainName(label));
    if (their === undefined || decidedBy !== 'facts' || restsOnPlatform || verdict === 'unknown') return [];
    return [{ key, ours: verdict, theirs: their.isMatch ? ('match' as const) : ('no_match' as const) }];
  });
  const isSameRule =
    applying.length === platform.verdicts.length &&
    applying.every(({ label, weight }) => theirs.get(plainName(label))?.weight === weight);
  const pointsMilli = applying.reduce((sum, criterion) => sum + criterion.pointsMilli, 0);
  return { criteria, isSameRule, isSamePoints: pointsMilli === platform.points * 1000 };
}

/** The `fn.criterion` fact, with whatever parameters. */
export function isPlatformFact(factKey: string): boolean {
  return factKey.startsWith('fn.criterion');
}

/** Stands for a criterion where the points of a whole candidate are compared. */
export const POINTS = '(points)';

/** Candidates compared on one criterion by one rule file on one day, all modes. */
export type ParityDay = {
  readonly ruleFileId: string;
  /** The file's key of the criterion, or `POINTS`. */
  readonly key: string;
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly agree: number;
  /** We say match, they no match; of points, that they differ. */
  readonly onlyOurs: number;
  /** They say match, we no match. */
  readonly onlyTheirs: number;
  /** Of points: candidates whom the platform ranked by other criteria or weights, so that nothing can be compared. */
  readonly otherRule: number;
  /** The last that differs; null: none. */
  readonly example: { readonly decisionId: DecisionId; readonly providerId: ProviderId } | null;
};

export type ParitySum = { readonly compared: number; readonly differ: number };

export function sumParity(days: readonly Pick<ParityDay, 'agree' | 'onlyOurs' | 'onlyTheirs'>[]): ParitySum {
  let compared = 0;
  let differ = 0;
  for (const { agree, onlyOurs, onlyTheirs } of days) {
    differ += onlyOurs + onlyTheirs;
    compared += agree + onlyOurs + onlyTheirs;
  }
  return { compared, differ };
}

const DAY_MS = 86_400_000;

export function dayOf(epochMs: number): number {
  return Math.floor(epochMs / DAY_MS);
}
