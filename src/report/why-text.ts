import type { Change } from '../analysis/backtest-result.ts';
import type { BlockedBy, ChangeCause, Points, Why } from '../analysis/why-changed.ts';
import { noLongerEligible } from './compare-decisions.ts';
import { pointsText } from './fact-text.ts';
import { reasonText } from './reason-text.ts';

type Invited = Extract<Why, { readonly kind: 'uninvited' | 'now_invited' }>;

/** Criteria told by which somebody leads. */
const MAX_LEADS = 3;

/** What became of the old winner, or how the new one came to be it: whole sentences, with figures. */
export function whyText({ why, new: now }: Pick<Change, 'why' | 'new'>): string {
  const said = reasonText(now.reason).sentence;
  switch (why.kind) {
    case 'ineligible':
      return `${why.provider}: ${noLongerEligible(why.blockedBy)}. ${sentences(why.blockedBy)}`;
    case 'now_eligible':
      return `${why.provider}: now eligible; before not: ${sentences(why.blockedBy)}`;
    case 'fewer_points':
      return `${why.provider}: still eligible, with ${pointsText(why.pointsMilli)} points; ${why.winner} has ${pointsText(why.winnerMilli)}${leadsText(why)}.`;
    case 'ranked_lower':
      return `${why.provider}: still eligible, with ${outOf(why)}, no fewer than ${now.winner}. ${said}`;
    case 'not_taken':
      return `${why.provider}: still eligible, with ${outOf(why)}, but not taken${thresholdText(why)}. ${said}`;
    case 'now_taken':
      return `${why.provider}: eligible before too, with ${outOf(why)}, and not taken${thresholdText(why)}. ${said}`;
    case 'uninvited':
      return `Of those invited before, ${why.providers} would not be: ${blockedText(why, 'no longer')}. ${said}`;
    case 'now_invited':
      return `${why.providers} more are invited, of whom before ${blockedText(why, 'not')}. ${said}`;
    case 'otherwise':
      return said;
  }
}

function sentences(blockedBy: BlockedBy): string {
  return blockedBy.map((reason) => `${reasonText(reason).sentence} (${reason.code})`).join(' ');
}

function blockedText({ providers, blocked }: Invited, word: 'not' | 'no longer'): string {
  const eligible = providers - blocked.reduce((sum, one) => sum + one.providers, 0);
  const told = blocked.map(({ providers: count, first }) => {
    const { provider, blockedBy } = first;
    return `${count} ${word} eligible (${provider}: ${sentences(blockedBy)})`;
  });
  return [
    ...told,
    ...(eligible === 0 ? [] : [`${eligible} ${word === 'not' ? 'eligible too' : 'still eligible'}`]),
  ].join(', ');
}

function outOf({ pointsMilli, maxPoints }: Points): string {
  return `${pointsText(pointsMilli)} of ${maxPoints} points`;
}

function thresholdText({ tooFewFor }: Extract<Why, { readonly kind: 'not_taken' | 'now_taken' }>): string {
  const told = tooFewFor.map(({ stage, minPoints }) => `stage ${stage} asks for ${minPoints}`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

function leadsText({ leads }: Extract<Why, { kind: 'fewer_points' }>): string {
  const told = leads
    .slice(0, MAX_LEADS)
    .map(({ key, pointsMilli, winnerMilli }) => `${key} ${pointsText(winnerMilli)} to ${pointsText(pointsMilli)}`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

/** A cause as a table names it. */
export function causeText({ kind, code }: ChangeCause): string {
  const named = code === null ? '' : `${reasonText({ code, detail: {} }).title} (${code})`;
  switch (kind) {
    case 'ineligible':
      return `the old winner is no longer eligible: ${named}`;
    case 'now_eligible':
      return `the new winner was not eligible before: ${named}`;
    case 'fewer_points':
      return 'the old winner has fewer points than the new one';
    case 'ranked_lower':
      return 'the old winner has as many points or more; tie-break, or another work order of the run';
    case 'not_taken':
      return `the old winner is eligible and not taken: ${named}`;
    case 'now_taken':
      return `the new winner was eligible and not taken before; now: ${named}`;
    case 'uninvited':
      return `of those invited before, most not eligible now for: ${named}`;
    case 'now_invited':
      return `of those invited now, most not eligible before for: ${named}`;
    case 'otherwise':
      return `the new decision: ${named}`;
  }
}
