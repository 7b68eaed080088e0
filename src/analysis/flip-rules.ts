import type { ProviderId } from '../domain/ids.ts';
import type { ScoredCandidate } from '../domain/scored-slate.ts';
import { type FlipCase, firmness, firmnessWanted, ownOf } from './flip-case.ts';
import {
  type Flip,
  type FlipAnswer,
  type FlipBlock,
  type FlipLimits,
  kindBlocks,
  otherwiseThan,
  trialsWithin,
  wholeRunBlocks,
} from './flip-facts.ts';
import { type RuleEdit, type RuleLever, ruleLevers, withRuleEdits } from './flip-rule-edits.ts';
import { combinations, compareLists, largestOf, type Setting } from './flip-search.ts';
import { ruleTrials } from './rule-trials.ts';
import { compileVariant } from './score-variant.ts';

/** Rule files are changed in few places at once. */
export const RULE_FLIP_LIMITS: FlipLimits = { maxEdits: 3, maxTrials: 20_000, maxShown: 5 };

/**
 * The smallest changes of the rule file with which the provider would have been chosen: fewest edits, of which one weight at
 * most; then the smallest largest change; then the file's order. Of each set of places the least change of the weight, and
 * with it of the rest.
 */
export function flipRules(flip: FlipCase, provider: ProviderId, limits: FlipLimits): FlipAnswer<RuleEdit> {
  const wanted = firmnessWanted(flip.baseline);
  if (firmness(flip.baseline, provider) >= wanted) return { kind: 'chosen' };
  const own = flip.prepared.standings.find(({ scored }) => scored.candidate.providerId === provider);
  if (own === undefined) return { kind: 'none', searchedTo: 0, isWhole: true };
  const all = flip.prepared.standings.map(({ scored }) => scored);
  const levers = ruleLevers(flip.compiled.file, flip.slate, { own: own.scored, all });
  const needs = [
    ...missedBy(own.scored).map((position, place) => ({ mend: position, reason: own.gate[place] })),
    ...[...own.constraints, ...own.bookings].map((reason) => ({ mend: reason.code, reason })),
  ];
  const isMended = (mend: number | string, some: readonly RuleLever[]) =>
    some.some(({ mends }) => mends.includes(mend));
  const hopeless = needs.flatMap(({ mend, reason }) =>
    isMended(mend, levers) || reason === undefined ? [] : [reason],
  );
  const blockedBy: readonly FlipBlock[] = [
    ...wholeRunBlocks(flip),
    ...kindBlocks(flip, own.scored.candidate),
    ...hopeless.map((reason) => ({ kind: 'reason', reason }) as const),
  ];
  if (blockedBy.length > 0) return { kind: 'blocked', blockedBy };
  const trials = ruleTrials(flip, provider, trialsWithin(flip, limits.maxTrials));
  for (let size = 1; size <= Math.min(limits.maxEdits, levers.length); size += 1) {
    const found = [...combinations(levers.length, size)].flatMap((places) => {
      const picked = places.flatMap((place) => levers[place] ?? []);
      if (!needs.every(({ mend }) => isMended(mend, picked))) return [];
      const settings = trials.least(picked);
      return settings === null ? [] : [{ places, settings }];
    });
    if (trials.isSpent()) return { kind: 'none', searchedTo: size - 1, isWhole: false };
    const sorted = found.sort(
      (a, b) => largestOf(a.settings) - largestOf(b.settings) || compareLists(a.places, b.places),
    );
    const shown = sorted.slice(0, limits.maxShown).flatMap(({ settings }) => verify(flip, provider, settings));
    if (shown.length > 0) return { kind: 'found', found: shown };
  }
  return { kind: 'none', searchedTo: limits.maxEdits, isWhole: false };
}

function missedBy({ criteria }: ScoredCandidate): readonly number[] {
  return criteria
    .filter(({ isRequired, applies, verdict }) => isRequired && applies && verdict !== 'match')
    .map(({ position }) => position);
}

/** With all of it, in the whole run, the provider is chosen; without any one of it not. */
function verify(
  flip: FlipCase,
  provider: ProviderId,
  settings: readonly Setting<RuleEdit>[],
): readonly Flip<RuleEdit>[] {
  const edits = settings.map(({ edit }) => edit);
  const { id } = flip.slate.workOrder;
  const { compiled } = flip;
  const decideAll = (some: readonly RuleEdit[]) =>
    flip.decideAll({ file: compileVariant(compiled, withRuleEdits(compiled.file, some)) });
  const isChosen = (decisions: ReturnType<typeof decideAll>) =>
    firmness(ownOf(decisions, id), provider) >= firmnessWanted(flip.baseline);
  const decisions = decideAll(edits);
  const isMinimal = edits.every((edit) => !isChosen(decideAll(edits.filter((one) => one !== edit))));
  if (!isChosen(decisions) || !isMinimal) return [];
  const others = otherwiseThan(flip.decisions, decisions, id);
  return [{ edits, size: largestOf(settings), decision: ownOf(decisions, id), others }];
}
