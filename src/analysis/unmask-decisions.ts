import type { CriteriaOfText, DoubtFigures, MaskedCandidate } from '../domain/doubted-rows.ts';
import type { DoubtedDecisions } from './measure-doubt.ts';
import type { Doubt, DoubtedCandidate, DoubtedCriterion, DoubtedPlace } from './pivotal.ts';

const PLACES: readonly DoubtedPlace[] = ['winner', 'runnerUp', 'bestBlocked'];

/** `byPoints`: hashes of the texts by which the one with more points goes before. */
export function unmaskDecisions(
  { doubted, criteria }: Pick<DoubtFigures, 'doubted' | 'criteria'>,
  byPoints: ReadonlySet<string>,
): readonly DoubtedDecisions[] {
  return doubted.map((alike) => {
    const of = criteria.get(alike.ruleFileHash) ?? [];
    const { ruleFileId, ruleFileHash, count, winner, runnerUp, bestBlocked } = alike;
    return {
      ruleFileId,
      criteria: of,
      count,
      slate: {
        winner: unmask(winner, of),
        runnerUp: unmask(runnerUp, of),
        bestBlocked: unmask(bestBlocked, of),
        isByPoints: byPoints.has(ruleFileHash),
      },
      asked: PLACES.filter((place) => alike[place]?.isAsked ?? false),
    };
  });
}

function unmask(candidate: MaskedCandidate | null, of: CriteriaOfText): DoubtedCandidate | null {
  if (candidate === null) return null;
  const { kind, isBlockedOtherwise, pointsMilli } = candidate;
  const criteria = of.map((criterion, n) => toCriterion(candidate, criterion, n));
  return { kind, isBlockedOtherwise, pointsMilli, criteria };
}

function toCriterion(
  candidate: MaskedCandidate,
  { weight, isRequired }: CriteriaOfText[number],
  n: number,
): DoubtedCriterion {
  const applies = !hasBit(candidate.notApplying, n);
  const isMatch = hasBit(candidate.matched, n);
  const graded = candidate.graded.find(([position]) => position === n + 1);
  const pointsMilli = graded?.[1] ?? (applies && isMatch ? weight * 1000 : 0);
  return { isRequired, applies, isMatch, weight, pointsMilli, doubt: doubtOf(candidate, n) };
}

function doubtOf({ byPlatform, byOnMissing, unknown, notApplying }: MaskedCandidate, n: number): Doubt | null {
  if (hasBit(byPlatform, n)) return 'platform';
  if (hasBit(byOnMissing, n)) return 'on_missing';
  // What does not apply to remote work may be unknown without harm.
  return hasBit(unknown, n) && !hasBit(notApplying, n) ? 'unknown' : null;
}

/** JavaScript's own bit operators see only 32 of the 53 bits. */
function hasBit(mask: number, n: number): boolean {
  return Math.floor(mask / 2 ** n) % 2 === 1;
}
