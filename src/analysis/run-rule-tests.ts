import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { Problem } from '../domain/problem.ts';
import type { ReviewFile, RuleFile } from '../domain/rule-file.ts';
import type { BrokenTest, RecordedGiven, RuleTest } from '../rules/rule-test.ts';
import { type Difference, differencesOf, invitedBy } from './compare-expectation.ts';
import {
  type ComparedValue,
  type CriterionEvidence,
  comparedValue,
  criteriaOf,
  reviewedCriteria,
} from './criterion-evidence.ts';
import { type CameOut, decideReviewTest, decideTest } from './decide-test.ts';
import { type Coverage, coverageOf } from './rule-coverage.ts';

/** A rule file, or one of kind review, with the tests in it and beside it. */
export type TestedRules = {
  readonly file: RuleFile | ReviewFile;
  readonly tests: readonly RuleTest[];
  /** Those that cannot be run, for mistakes in them. */
  readonly broken: readonly BrokenTest[];
};

/** What a recorded decision comes to under a file; `missing`: why it cannot be looked at, as a sentence. */
export type DecideRecorded = (
  given: RecordedGiven,
  file: RuleFile | ReviewFile,
) => CameOut | { readonly missing: string };

export type TestResult = { readonly name: string; readonly place: RuleTest['place'] } & (
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly differences: readonly Difference[]; readonly cameOut: Shown }
  /** What it rests on is not there, so nobody knows; counted as failed. */
  | { readonly kind: 'not_run'; readonly why: string }
  /** It cannot be read; counted as failed. */
  | { readonly kind: 'broken'; readonly problems: readonly Problem[] }
);

/** What came out of a test that failed, with the values behind it. */
export type Shown = {
  readonly outcome: string;
  readonly reason: Reason;
  readonly stage: number | null;
  readonly winner: number | null;
  readonly invited: readonly number[];
  readonly candidates: readonly ShownCandidate[];
  /** Of reviews. */
  readonly criteria: readonly CriterionEvidence[];
  /** Why the file does not apply to the work order at all; empty: it does. */
  readonly notFor: readonly ComparedValue[];
};

export type ShownCandidate = {
  readonly id: number;
  readonly kind: string;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly isMatch: boolean;
  readonly isEligible: boolean;
  readonly rank: number | null;
  readonly blockedBy: readonly Reason[];
  readonly criteria: readonly CriterionEvidence[];
};

export type TestedRulesResult = {
  readonly ruleFileId: string;
  readonly path: string;
  /** In the order of the file, those beside it after. */
  readonly results: readonly TestResult[];
  readonly coverage: Coverage;
};

/** Every test of a file, and what they cover together; tests of recorded decisions by `decideRecorded`. */
export function runRuleTests({ file, tests, broken }: TestedRules, decideRecorded: DecideRecorded): TestedRulesResult {
  const run = tests.map((test) => ({ test, cameOut: decide(test, file, decideRecorded) }));
  const decisions = run.flatMap(({ cameOut }) => ('decision' in cameOut ? [cameOut.decision] : []));
  const grantsCredit = 'stages' in file && file.criteria.some(({ credit }) => credit !== null);
  return {
    ruleFileId: file.id,
    path: file.path,
    results: [
      ...run.map(({ test, cameOut }) => toResult(test, cameOut, grantsCredit)),
      ...broken.map((test): TestResult => ({ kind: 'broken', ...test })),
    ].sort((a, b) => inOrderOf(file.path, a, b)),
    coverage: coverageOf(file, decisions),
  };
}

function inOrderOf(path: string, a: TestResult, b: TestResult): number {
  const isBeside = (one: TestResult) => Number(one.place.path !== path);
  return isBeside(a) - isBeside(b) || a.place.line - b.place.line || a.place.column - b.place.column;
}

function decide(
  { given }: RuleTest,
  file: RuleFile | ReviewFile,
  decideRecorded: DecideRecorded,
): CameOut | { readonly missing: string } {
  if (given.kind === 'recorded') return decideRecorded(given, file);
  if ('stages' in file) {
    if (given.kind === 'dispatch') return decideTest(given, file);
  } else if (given.kind === 'review') return decideReviewTest(given, file);
  // Reading a test holds it against the kind of its file.
  throw new Error(`a test of ${file.path} is of the other kind`);
}

function toResult(
  { name, place, expect }: RuleTest,
  cameOut: CameOut | { readonly missing: string },
  grantsCredit: boolean,
): TestResult {
  if ('missing' in cameOut) return { kind: 'not_run', name, place, why: cameOut.missing };
  const differences = differencesOf(expect, cameOut.decision, grantsCredit);
  if (differences.length === 0) return { kind: 'passed', name, place };
  return { kind: 'failed', name, place, differences, cameOut: show(cameOut) };
}

function show({ decision, notFor }: CameOut): Shown {
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    stage: decision.stage,
    winner: decision.winner,
    invited: invitedBy(decision),
    candidates: decision.candidates.map(showCandidate),
    criteria: reviewedCriteria(decision.review ?? []),
    notFor: notFor.map(comparedValue),
  };
}

function showCandidate({ scored, isEligible, rank, blockedBy }: PlannedDecision['candidates'][number]): ShownCandidate {
  return {
    id: scored.candidate.providerId,
    kind: scored.candidate.kind,
    pointsMilli: scored.pointsMilli,
    maxPoints: scored.maxPoints,
    isMatch: scored.isMatch,
    isEligible,
    rank,
    blockedBy,
    criteria: criteriaOf(scored),
  };
}
