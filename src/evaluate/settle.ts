import type { Ending } from './ending.ts';
import { UNKNOWN } from './kleene.ts';
import { findPlatformVerdict } from './platform-verdict.ts';
import type { CriterionOnSlate, SlateTerms } from './slate-terms.ts';

/**
 * How a criterion ends for a candidate, after `can_remote` and `on_missing`. Asked of every criterion of every candidate, and V8
 * fetches what is imported anew at each use: hence 0 and 2 instead of the names that `kleene.ts` has for no match and match.
 * `place`: the candidate's.
 */
export function settle(terms: SlateTerms, on: CriterionOnSlate, place: number): Ending {
  const verdict = terms.codes[on.at + place];
  return verdict === 0 || verdict === 2 ? on.byFacts[verdict] : settleUnknown(terms, on, place);
}

function settleUnknown(terms: SlateTerms, on: CriterionOnSlate, place: number): Ending {
  const { criterion, endings, byFacts, label } = on;
  const unknown = byFacts[UNKNOWN];
  const candidate = terms.candidates[place];
  if (!unknown.applies || candidate === undefined) return unknown;
  const onMissing = criterion.onMissing[candidate.kind];
  if (onMissing !== 'platform') return endings.byFile[onMissing];
  const given = findPlatformVerdict(candidate.verdicts, label, terms.oldestVerdictMs);
  if (given === null) return unknown;
  return given.isMatch ? endings.byPlatform.match : endings.byPlatform.no_match;
}
