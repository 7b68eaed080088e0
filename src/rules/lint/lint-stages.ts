import { findCriterion } from '../../criteria/catalog.ts';
import { factRef } from '../../domain/fact.ts';
import type { CandidateKind } from '../../domain/provider.ts';
import type { Condition, RuleFile, Stage } from '../../domain/rule-file.ts';
import { type Claim, isRuledOut, matches } from '../condition-logic.ts';
import type { Mistake } from '../file-reading.ts';
import type { JsonPath } from '../json-document.ts';
import { type AskedCriterion, type Asking, whereAsked } from './asked-criterion.ts';
import { type LintReading, warnOnce } from './lint-reading.ts';
import { type PointsRange, pointsRange, wholeRange } from './points-range.ts';

/** Stages that choose by points, and stages that can never find or do anything. */
export function lintStages(reading: LintReading, file: RuleFile, asking: Asking): void {
  const total = asking.criteria.reduce((sum, { weight }) => sum + weight, 0);
  // More than all weights together has been said with the form of the file.
  const choosing = file.stages.filter(isChoosing).filter(({ minPoints }) => minPoints <= total);
  for (const stage of choosing) {
    const range = wholeRange(asking, kindOf(stage));
    if (range !== null) lintPoints(reading, stage, range);
    lintPool(reading, stage, asking);
  }
  lintRemotePoints(reading, choosing, asking);
  lintAfterWeaker(reading, file);
  lintPublishedTwice(reading, file);
  lintLate(reading, file);
}

const LATE_MINUTES = 14 * 1_440;

/** `28800`, by somebody who means eight hours. */
function lintLate(reading: LintReading, { stages }: RuleFile): void {
  for (const stage of stages.filter(({ afterMinutes }) => afterMinutes > LATE_MINUTES)) {
    const what = `The stage waits ${stage.afterMinutes} minutes, which are ${Math.floor(stage.afterMinutes / 1_440)} days`;
    const fix = `Write ${Math.round(stage.afterMinutes / 60)} if seconds were meant.`;
    warnOnce(reading, pathOf(stage, 'after_minutes'), { code: 'FM-R835', what, fix });
  }
}

type Choosing = Extract<Stage, { readonly minPoints: number }>;

function isChoosing(stage: Stage): stage is Choosing {
  return 'minPoints' in stage;
}

function kindOf(stage: Choosing): CandidateKind {
  return stage.do === 'assign' ? 'request' : 'bench';
}

function pathOf({ n }: Stage, ...below: readonly string[]): JsonPath {
  return ['decision', 'stages', n - 1, ...below];
}

function lintPoints(reading: LintReading, stage: Choosing, { assured, most }: PointsRange): void {
  const { minPoints } = stage;
  if (minPoints > most) {
    const what = `The stage wants ${minPoints} points, and no eligible provider can have more than ${most}`;
    warnOnce(reading, pathOf(stage, 'min_points'), { code: 'FM-R819', what, fix: `Write at most ${most}.` });
  } else if (minPoints > 0 && minPoints <= assured) {
    const what = `Every eligible provider has at least ${assured} points by the required criteria, so ${minPoints} ask for nothing`;
    const fix = `Delete it, or write more than ${assured}.`;
    warnOnce(reading, pathOf(stage, 'min_points'), { code: 'FM-R821', what, fix });
  }
  if (stage.do !== 'assign' || stage.minMargin <= most - assured) return;
  const what = `Eligible providers have from ${assured} to ${most} points, so nobody ever leads by ${stage.minMargin}: only who is alone is taken`;
  const fix = `Write at most ${most - assured}.`;
  warnOnce(reading, pathOf(stage, 'min_margin'), { code: 'FM-R822', what, fix });
}

/** What does not apply to remote work leaves its points too; where no stage is left, remote work orders go to nobody. */
function lintRemotePoints(reading: LintReading, stages: readonly Choosing[], asking: Asking): void {
  const [first] = stages;
  const reached = stages.map((stage) => {
    const [remote, onSite] = [true, false].map((isRemote) => pointsRange(asking, kindOf(stage), isRemote));
    return remote && onSite ? { minPoints: stage.minPoints, remote, onSite } : null;
  });
  const known = reached.filter((one) => one !== null);
  const isOutOfReach = known.every(({ minPoints, remote }) => minPoints > remote.most);
  const isOnSite = known.slice(0, 1).every(({ minPoints, onSite }) => minPoints <= onSite.most);
  if (first === undefined || known.length < stages.length || !isOutOfReach || !isOnSite) return;
  const most = Math.max(...known.map(({ remote }) => remote.most));
  const what = `On remote work nobody can have more than ${most} points, fewer than any stage wants: it goes to nobody`;
  const fix = `Add a stage that wants at most ${most}, or a rule file for remote work.`;
  warnOnce(reading, pathOf(first, 'min_points'), { code: 'FM-R820', what, fix });
}

/** An assign stage is never done, so whatever a later one could take, an earlier one that asks no more has taken. */
function lintAfterWeaker(reading: LintReading, { stages, tieBreak }: RuleFile): void {
  const assigning = stages.filter((stage) => stage.do === 'assign');
  const isByPoints = tieBreak[0]?.by === 'points' && tieBreak[0].direction === 'desc';
  for (const [place, stage] of assigning.entries()) {
    const weaker = assigning.slice(0, place).find((earlier) => {
      const isEasier = earlier.minPoints <= stage.minPoints && earlier.minMargin <= stage.minMargin;
      // Where pay comes before points a higher bar can make another one the best, with a lead of its own.
      const isSameBest = isByPoints || earlier.minMargin === 0;
      return isEasier && isSameBest && (earlier.withdrawRoutes || !stage.withdrawRoutes);
    });
    if (weaker === undefined) continue;
    const what = `Stage ${weaker.n} assigns whoever this one could, and is tried first`;
    const fix = 'Delete it, or let the earlier stage ask for more.';
    warnOnce(reading, pathOf(stage), { code: 'FM-R823', what, fix });
  }
}

/** A draft is published by the first stage that does so, unless one of ours has taken it off the marketplace. */
function lintPublishedTwice(reading: LintReading, { stages }: RuleFile): void {
  if (stages.some((stage) => stage.do === 'unpublish' || stage.do === 'auto_dispatch')) return;
  const [first, ...others] = stages.filter((stage) => stage.do === 'publish');
  for (const stage of others) {
    const what = `Stage ${first?.n ?? 0} publishes whatever this one could, and nothing here takes it off the marketplace`;
    warnOnce(reading, pathOf(stage), { code: 'FM-R823', what, fix: 'Delete it.' });
  }
}

/** What only the row of a pending list tells, and so nobody on the bench has. */
const OF_THE_ROW = [
  'provider.is_new_connection',
  'provider.is_recommended',
  'provider.score',
  'request.minutes_until_expiry',
  'request.requested_at',
];

/** A required criterion that nobody of the kind the stage chooses from can meet. */
function lintPool(reading: LintReading, stage: Choosing, asking: Asking): void {
  const kind = kindOf(stage);
  const given = [...asking.given, ...claimsOf(kind)];
  if (isRuledOut(given)) return;
  const neverKnown = kind === 'bench' ? OF_THE_ROW : [];
  const required = asking.criteria.filter((one) => one.isRequired && whereAsked(one, asking) === 'all');
  for (const criterion of required) {
    const why = whyOut(criterion, { kind, given, neverKnown });
    // What nobody at all can meet has been said of the criterion.
    if (why === null || isRuledOut([...asking.given, matches(criterion.when)])) continue;
    warnOnce(reading, pathOf(stage, 'do'), emptyPool(stage, criterion, why));
    return;
  }
}

function emptyPool(stage: Choosing, { key }: AskedCriterion, why: 'missed' | 'unknown'): Mistake {
  const who = stage.do === 'assign' ? 'those who asked for the work order' : 'the bench, who have not asked for it';
  const what = `The stage chooses among ${who}, and none of them can meet ${key}, which is required`;
  const unknown = why === 'unknown' ? `"on_missing": {"bench": "ignore"} if it may be left out there, or ` : '';
  return { code: 'FM-R824', what, fix: `Give ${key} ${unknown}"is_required": false, or delete the stage.` };
}

type Pool = { readonly kind: CandidateKind; readonly given: readonly Claim[]; readonly neverKnown: readonly string[] };

function whyOut(criterion: AskedCriterion, { kind, given, neverKnown }: Pool): 'missed' | 'unknown' | null {
  const { when, onMissing, label } = criterion;
  if (isRuledOut([...given, { condition: when, is: 'not_no_match' }])) return 'missed';
  if (!isRuledOut([...given, matches(when)], { neverKnown })) return null;
  if (onMissing[kind] === 'no_match') return 'unknown';
  // The platform's word about somebody who is not in the list is kept for what is about the provider alone.
  const isKept = findCriterion(label)?.definition.isProviderLevel ?? false;
  return onMissing[kind] === 'platform' && kind === 'bench' && !isKept ? 'unknown' : null;
}

function claimsOf(kind: CandidateKind): readonly Claim[] {
  const isRequest = kind === 'request';
  const tests: readonly Condition[] = [
    { kind: 'test', fact: factRef('candidate.kind', null), operator: 'equal', value: kind, written: '' },
    { kind: 'test', fact: factRef('request.exists', null), operator: 'equal', value: isRequest, written: '' },
  ];
  const counter = { kind: 'test', fact: factRef('request.is_counter', null), operator: 'equal', value: false } as const;
  return [...tests, ...(isRequest ? [] : [{ ...counter, written: '' }])].map(matches);
}
