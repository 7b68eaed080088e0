import type { PlannedDecision } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Candidate } from '../domain/scored-slate.ts';
import { type FlipCase, firmness, firmnessWanted } from './flip-case.ts';
import { type FactEdit, type FactLever, factLevers, withFactEdits } from './flip-fact-edits.ts';
import { type Flip, type FlipLimits, type Needs, needsOf, trialsWithin, verify } from './flip-facts.ts';
import { largestOf, type Setting, searchFlips } from './flip-search.ts';

/** How near the winner was to not being chosen. */
export type WinnerDistance = {
  readonly winner: ProviderId;
  /** Lead over the best other eligible one, thousandths of a point; null: there is none. */
  readonly leadMilli: number | null;
  /** Points above the least that the stage takes, thousandths; null: it asks for none. */
  readonly aboveMinimumMilli: number | null;
  /** Lead above the least that the stage takes, thousandths; null: it asks for none, or nobody else is eligible. */
  readonly aboveMarginMilli: number | null;
  /** The one fact, of whomever, whose smallest change would have unseated the winner; null: no single one does. */
  readonly nearest: { readonly provider: ProviderId; readonly flip: Flip<FactEdit> } | null;
};

/** Null: nobody alone was chosen. */
export function winnerDistance(flip: FlipCase, limits: FlipLimits): WinnerDistance | null {
  const { baseline, compiled } = flip;
  const { winner, marginMilli, stage } = baseline;
  if (winner === null || (baseline.outcome !== 'assign' && baseline.outcome !== 'route')) return null;
  const acting = compiled.file.stages.find(({ n }) => n === stage);
  const points =
    baseline.candidates.find(({ scored }) => scored.candidate.providerId === winner)?.scored.pointsMilli ?? 0;
  const minPoints = acting !== undefined && 'minPoints' in acting ? acting.minPoints : 0;
  const minMargin = acting?.do === 'assign' ? acting.minMargin : 0;
  const wanted = firmnessWanted(baseline);
  const reaches = (decision: PlannedDecision) => firmness(decision, winner) < wanted;
  return {
    winner,
    leadMilli: marginMilli,
    aboveMinimumMilli: minPoints === 0 ? null : points - minPoints * 1000,
    aboveMarginMilli: minMargin === 0 || marginMilli === null ? null : marginMilli - minMargin * 1000,
    nearest: nearestOf(flip, { winner, reaches, maxTrials: limits.maxTrials }),
  };
}

type Unseating = {
  readonly winner: ProviderId;
  readonly reaches: (decision: PlannedDecision) => boolean;
  readonly maxTrials: number;
};

/** Of whatever one fact does it, whoever is chosen then or nobody: the smallest that the whole run bears out. */
function nearestOf(flip: FlipCase, unseating: Unseating): WinnerDistance['nearest'] {
  const { slate } = flip;
  const found = slate.candidates.flatMap((candidate) =>
    unseatingEdits(flip, candidate, unseating).map((settings) => ({ candidate, settings, size: largestOf(settings) })),
  );
  for (const { candidate, settings } of found.sort(
    (a, b) => a.size - b.size || a.candidate.providerId - b.candidate.providerId,
  )) {
    const changeOf = (edits: readonly FactEdit[]) => ({ slate: withFactEdits(slate, candidate, edits) });
    const [first] = verify(flip, settings, { changeOf, reaches: unseating.reaches });
    if (first !== undefined) return { provider: candidate.providerId, flip: first };
  }
  return null;
}

/** The winner's own facts for the worse and another's for the better; both ways where that is not all there is to it. */
function unseatingEdits(
  flip: FlipCase,
  candidate: Candidate,
  { winner, reaches, maxTrials }: Unseating,
): readonly (readonly Setting<FactEdit>[])[] {
  const isOwn = candidate.providerId === winner;
  const aims: readonly (1 | -1)[] = isPointsFirst(flip) ? [isOwn ? -1 : 1] : [1, -1];
  const searches = aims.map((aim) => {
    const levers = factLevers(flip, candidate, aim);
    const needed = isOwn ? [] : neededOf(flip, candidate, levers);
    return searchFlips<FactEdit, FactLever>({
      levers: needed === null ? [] : levers,
      maxEdits: 1,
      maxTrials: trialsWithin(flip, maxTrials),
      mayServe: (picked) => needed === null || needed.every((some) => some.some((lever) => picked.includes(lever))),
      serves: (edits) => reaches(flip.decide({ slate: withFactEdits(flip.slate, candidate, edits) })),
    });
  });
  return searches.flatMap(({ found }) => found);
}

/** And one stage alone has come due: better then is never worse. */
function isPointsFirst({ compiled, isAlone, prepared }: FlipCase): boolean {
  const [first] = compiled.file.tieBreak;
  return isAlone && prepared.calendar.due.length === 1 && first?.by === 'points' && first.direction === 'desc';
}

/** Levers of which one each must be used before the candidate counts at all; null: it cannot come to count. */
function neededOf(flip: FlipCase, candidate: Candidate, levers: readonly FactLever[]): Needs['needed'] | null {
  const standing = flip.prepared.standings.find(({ scored }) => scored.candidate.providerId === candidate.providerId);
  // Whom a person's answer might let in counts once nothing else keeps it out.
  if ((standing?.held.length ?? 0) > 0) return [];
  const { needed, blockedBy } = needsOf(flip, candidate, levers);
  return blockedBy.length > 0 ? null : needed;
}
