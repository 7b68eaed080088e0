import type { ProviderId } from '../domain/ids.ts';
import { type FlipCase, firmness, firmnessWanted } from './flip-case.ts';
import { type FactEdit, factLevers, withFactEdits } from './flip-fact-edits.ts';
import { answerOf, type Flip, type FlipAnswer, type FlipLimits, flipFacts } from './flip-facts.ts';

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
  const { baseline, slate, compiled } = flip;
  const { winner, marginMilli, stage } = baseline;
  if (winner === null || (baseline.outcome !== 'assign' && baseline.outcome !== 'route')) return null;
  const acting = compiled.file.stages.find(({ n }) => n === stage);
  const points =
    baseline.candidates.find(({ scored }) => scored.candidate.providerId === winner)?.scored.pointsMilli ?? 0;
  const minPoints = acting !== undefined && 'minPoints' in acting ? acting.minPoints : 0;
  const minMargin = acting?.do === 'assign' ? acting.minMargin : 0;
  const single = { ...limits, maxEdits: 1, maxShown: 1 };
  const nearest = slate.candidates.flatMap(({ providerId }) => {
    const answer = providerId === winner ? unseatByOwn(flip, winner, single) : flipFacts(flip, providerId, single);
    const [first] = answer.kind === 'found' ? answer.found : [];
    return first === undefined ? [] : [{ provider: providerId, flip: first }];
  });
  return {
    winner,
    leadMilli: marginMilli,
    aboveMinimumMilli: minPoints === 0 ? null : points - minPoints * 1000,
    aboveMarginMilli: minMargin === 0 || marginMilli === null ? null : marginMilli - minMargin * 1000,
    nearest: nearest.sort((a, b) => a.flip.size - b.flip.size || a.provider - b.provider)[0] ?? null,
  };
}

/** The smallest change of the winner's own facts, for the worse, without which it would have been chosen. */
function unseatByOwn(flip: FlipCase, winner: ProviderId, limits: FlipLimits): FlipAnswer<FactEdit> {
  const candidate = flip.slate.candidates.find(({ providerId }) => providerId === winner);
  if (candidate === undefined) return { kind: 'none', searchedTo: 0, isWhole: true };
  const wanted = firmnessWanted(flip.baseline);
  return answerOf(flip, {
    levers: factLevers(flip, candidate, -1),
    limits,
    mayServe: () => true,
    changeOf: (edits: readonly FactEdit[]) => ({ slate: withFactEdits(flip.slate, candidate, edits) }),
    reaches: (decision) => firmness(decision, winner) < wanted,
  });
}
