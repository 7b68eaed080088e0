import type { FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import { factText, pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';
import { verdictMark } from './slate-table.ts';

/** More providers than these are summed up. */
const MAX_TOLD = 6;

export type DecisionDifferences = {
  /** What came out otherwise; empty: nothing that matters. */
  readonly changes: readonly { readonly what: string; readonly from: string; readonly to: string }[];
  /** What it comes from, as far as the two decisions show it: a sentence each. */
  readonly because: readonly string[];
};

type UnitOf = (factName: string) => FactUnit | null;

/** Two decisions on one work order: what differs, and what that comes from. */
export function compareDecisions(
  before: RecordedDecision,
  after: RecordedDecision,
  unitOf: UnitOf,
): DecisionDifferences {
  const pairs: readonly (readonly [what: string, from: string, to: string])[] = [
    ['rule file', fileText(before), fileText(after)],
    ['outcome', outcomeText(before), outcomeText(after)],
    ['winner', String(before.winner ?? 'nobody'), String(after.winner ?? 'nobody')],
    ['invited', invitedText(before), invitedText(after)],
    ['recommended', recommendedText(before), recommendedText(after)],
    ['stage', String(before.stage ?? 'none'), String(after.stage ?? 'none')],
    ['cost', centsText(before.costCents), centsText(after.costCents)],
    ['reason', before.reason.code, after.reason.code],
  ];
  const changes = pairs.filter(([, from, to]) => from !== to).map(([what, from, to]) => ({ what, from, to }));
  const because = [
    ...whichRules(before, after),
    ...dueText(before, after),
    ...reviewTexts(before.review ?? [], after.review ?? [], unitOf),
    ...providerTexts(before, after, unitOf),
  ];
  return { changes, because };
}

function fileText({ ruleFileId, mode }: RecordedDecision): string {
  return ruleFileId === null ? 'none' : `${ruleFileId} (${mode})`;
}

function outcomeText({ outcome }: RecordedDecision): string {
  return outcome.replaceAll('_', '-');
}

function invitedText({ intents }: RecordedDecision): string {
  const invited = intents.flatMap(({ call }) => (call.kind === 'mass_route' ? call.providerIds : []));
  return invited.length === 0 ? 'nobody' : invited.join(', ');
}

function recommendedText({ recommends }: RecordedDecision): string {
  return recommends === undefined
    ? 'nothing'
    : [recommends.outcome.replaceAll('_', '-'), ...recommends.providers].join(' ');
}

function centsText(cents: number | null): string {
  return cents === null ? 'none' : formatCents(cents);
}

function whichRules(before: RecordedDecision, after: RecordedDecision): readonly string[] {
  if (before.ruleFileId !== after.ruleFileId)
    return [`The file that decides is ${after.ruleFileId ?? 'none'}, not ${before.ruleFileId ?? 'none'}.`];
  return before.ruleFileHash === after.ruleFileHash ? [] : [`${after.ruleFileId} has another text.`];
}

function dueText(before: RecordedDecision, after: RecordedDecision): readonly string[] {
  const [from, to] = [before, after].map(({ dueStages }) => dueStages.join(', ') || 'none');
  return from === to ? [] : [`Stages due: ${to}, where it was ${from}.`];
}

function reviewTexts(
  before: readonly ReviewedCriterion[],
  after: readonly ReviewedCriterion[],
  unitOf: UnitOf,
): readonly string[] {
  return after.flatMap((criterion) => {
    const earlier = before.find(({ key }) => key === criterion.key);
    if (earlier === undefined || earlier.verdict === criterion.verdict) return [];
    const values = criterion.evidence.flatMap((leaf, place) => {
      const was = earlier.evidence[place]?.actual;
      const keptOf = (fact: typeof leaf.actual) => (fact.kind === 'known' ? fact.value : null);
      return was === undefined ? [] : changeOf(keptOf(was), keptOf(leaf.actual), unitOf(leaf.fact.name));
    });
    return [`${criterion.label}: ${WORDS[earlier.verdict]} → ${WORDS[criterion.verdict]}${inBrackets(values)}.`];
  });
}

const WORDS = { match: 'met', no_match: 'missed', unknown: 'unknown' } as const;

function providerTexts(before: RecordedDecision, after: RecordedDecision, unitOf: UnitOf): readonly string[] {
  const first = new Set<ProviderId>();
  for (const { winner, runnerUp } of [before, after])
    for (const id of [winner, runnerUp]) if (id !== null) first.add(id);
  const ids = [...first, ...[...before.candidates, ...after.candidates].map(({ providerId }) => providerId)];
  const both = [...new Set(ids)].flatMap((id) => {
    const [was, is] = [before, after].map(({ candidates }) => candidates.find(({ providerId }) => providerId === id));
    return was === undefined || is === undefined ? [] : [{ id, was, is }];
  });
  const told = both.flatMap((pair) => providerText(pair, unitOf));
  const rest = told.length - MAX_TOLD;
  return [
    ...told.slice(0, MAX_TOLD),
    ...(rest <= 0 ? [] : [`… and ${rest} more providers stand otherwise.`]),
    ...slateText('Now on the slate', after, before),
    ...slateText('No longer on the slate', before, after),
  ];
}

function slateText(title: string, these: RecordedDecision, those: RecordedDecision): readonly string[] {
  const other = new Set(those.candidates.map(({ providerId }) => providerId));
  const alone = these.candidates.map(({ providerId }) => providerId).filter((id) => !other.has(id));
  if (alone.length === 0) return [];
  const rest = alone.length - MAX_TOLD;
  return [`${title}: ${alone.slice(0, MAX_TOLD).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`];
}

type Pair = { readonly id: ProviderId; readonly was: RecordedCandidate; readonly is: RecordedCandidate };

function providerText({ id, was, is }: Pair, unitOf: UnitOf): readonly string[] {
  const parts = [
    ...is.criteria.flatMap((criterion) => criterionTexts(was, criterion, unitOf)),
    ...(was.pointsMilli === is.pointsMilli
      ? []
      : [`${pointsText(was.pointsMilli)} → ${pointsText(is.pointsMilli)} points`]),
    ...(was.costCents === is.costCents ? [] : [`cost ${centsText(was.costCents)} → ${centsText(is.costCents)}`]),
    ...standingTexts(was, is),
  ];
  return parts.length === 0 ? [] : [`${id}: ${parts.join('; ')}.`];
}

function criterionTexts(
  was: RecordedCandidate,
  criterion: RecordedCandidate['criteria'][number],
  unitOf: UnitOf,
): readonly string[] {
  const earlier = was.criteria.find(({ key }) => key === criterion.key);
  if (earlier === undefined) return [];
  const [from, to] = [verdictMark(earlier, true), verdictMark(criterion, true)];
  const values = criterion.evidence.flatMap((leaf, place) => {
    const before = earlier.evidence[place];
    if (before === undefined || before.fact !== leaf.fact) return [];
    // What was erased is no change.
    if (before.isErased === true || leaf.isErased === true) return [];
    return changeOf(before.value, leaf.value, unitOf(leaf.fact.replace(/\{.*/s, '')));
  });
  return from === to && values.length === 0 ? [] : [`${criterion.key} ${from} → ${to}${inBrackets(values)}`];
}

function changeOf(
  from: RecordedCandidate['criteria'][number]['evidence'][number]['value'],
  to: typeof from,
  unit: FactUnit | null,
): readonly string[] {
  const [was, is] = [factText(from, unit), factText(to, unit)];
  return was === is ? [] : [`${was} → ${is}`];
}

function inBrackets(values: readonly string[]): string {
  return values.length === 0 ? '' : ` (${values.join(', ')})`;
}

function standingTexts(was: RecordedCandidate, is: RecordedCandidate): readonly string[] {
  if (was.isEligible !== is.isEligible) {
    if (is.isEligible) return ['now eligible'];
    return [noLongerEligible(is.blockedBy)];
  }
  const codes = (one: RecordedCandidate) => [...new Set(one.blockedBy.map(({ code }) => code))].sort().join(', ');
  if (codes(was) !== codes(is)) return [`not eligible for ${codes(is)}, before for ${codes(was)}`];
  return was.rank === is.rank ? [] : [`rank ${was.rank ?? '–'} → ${is.rank ?? '–'}`];
}

/** Why somebody who was eligible is not any more, in a few words. */
export function noLongerEligible(blockedBy: RecordedCandidate['blockedBy']): string {
  return `no longer eligible: ${blockedBy.map((reason) => reasonText(reason).title).join(', ')}`;
}
