import type { Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { TieBreak } from '../domain/rule-file.ts';
import type { Assessed } from './eligibility.ts';
import { compareRank, ranksAtOrAbove } from './rank.ts';
import { writtenPoints } from './written-points.ts';

/** The candidates of one group, requests or bench. */
export type Pool = {
  /** How many were looked at. */
  readonly size: number;
  /** Best first. */
  readonly eligible: readonly Assessed[];
  /** Who would be eligible had this run not given them other work. */
  readonly taken: readonly Assessed[];
  /** Who may be eligible, or have more points, once a person has looked. */
  readonly uncertain: readonly Assessed[];
};

/** What a stage asks of a winner, in whole points. */
export type Threshold = {
  readonly minPoints: number;
  readonly minMargin: number;
  /** Who is to win if that is enough, whoever else is left; null: the best. */
  readonly allotted?: ProviderId | null;
};

export type Selection =
  | {
      readonly kind: 'chosen';
      readonly winner: Assessed;
      /** Eligible and with enough points, best first. The winner leads, unless another was allotted. */
      readonly reaching: readonly Assessed[];
      readonly runnerUp: Assessed | null;
      readonly marginMilli: number | null;
    }
  | { readonly kind: 'needs_person'; readonly candidate: Assessed; readonly reason: Reason }
  | { readonly kind: 'few_points'; readonly reason: Reason }
  | { readonly kind: 'too_close'; readonly reason: Reason }
  | { readonly kind: 'taken'; readonly reason: Reason }
  | { readonly kind: 'nobody' };

export function toPool(candidates: readonly Assessed[], tieBreak: readonly TieBreak[]): Pool {
  return {
    size: candidates.length,
    eligible: candidates.filter((one) => one.isEligible).sort((a, b) => compareRank(tieBreak, a.keys, b.keys)),
    taken: candidates.filter((one) => one.takenBy !== null),
    uncertain: candidates.filter((one) => one.keysIfHeldMatch !== null),
  };
}

/** Those of the group who are among the providers given. */
export function membersOf(pool: Pool, providers: readonly ProviderId[]): Pool {
  const members = new Set(providers);
  const isMember = ({ keys }: Assessed) => members.has(keys.provider_id);
  return {
    size: pool.size,
    eligible: pool.eligible.filter(isMember),
    taken: pool.taken.filter(isMember),
    uncertain: pool.uncertain.filter(isMember),
  };
}

/**
 * The best eligible candidate who reaches the points. The points are a bar for all, not a test of the first: with a
 * tie-break that begins with pay, the cheapest good enough one wins. The lead is taken over the best other eligible one,
 * whether that one reaches the bar or not; both apply to who is left in this run.
 */
export function selectWinner(pool: Pool, threshold: Threshold, tieBreak: readonly TieBreak[]): Selection {
  const reaching = pool.eligible.filter((one) => one.keys.points >= threshold.minPoints * 1000);
  const { allotted = null } = threshold;
  const winner = (allotted === null ? reaching[0] : reaching.find(({ keys }) => keys.provider_id === allotted)) ?? null;
  const uncertain = findUncertain({ pool, winner, minPoints: threshold.minPoints, tieBreak });
  if (uncertain !== null) return uncertain;
  if (winner === null) return explainNoWinner(pool, threshold.minPoints);
  const runnerUp = pool.eligible.find((one) => one !== winner) ?? null;
  const marginMilli = runnerUp === null ? null : winner.keys.points - runnerUp.keys.points;
  if (threshold.minMargin > 0 && marginMilli !== null && marginMilli < threshold.minMargin * 1000)
    return tooClose(winner, marginMilli, threshold.minMargin);
  return { kind: 'chosen', winner, reaching, runnerUp, marginMilli };
}

type UncertainSearch = {
  readonly pool: Pool;
  readonly winner: Assessed | null;
  readonly minPoints: number;
  readonly tieBreak: readonly TieBreak[];
};

/** The best of those who, if every criterion a person must look at matched, would reach the bar and not rank below the winner. */
function findUncertain({ pool, winner, minPoints, tieBreak }: UncertainSearch): Selection | null {
  const couldWin = pool.uncertain
    .filter((one) => one !== winner)
    .flatMap((one) => (one.keysIfHeldMatch === null ? [] : [{ one, keys: one.keysIfHeldMatch }]))
    .filter(({ keys }) => keys.points >= minPoints * 1000)
    .filter(({ keys }) => winner === null || ranksAtOrAbove(tieBreak, keys, winner.keys))
    .sort((a, b) => compareRank(tieBreak, a.keys, b.keys));
  const best = couldWin[0];
  if (best === undefined) return null;
  const criterion = best.one.held.map(({ label }) => label).join(', ');
  const detail = { provider: best.one.keys.provider_id, criterion };
  return { kind: 'needs_person', candidate: best.one, reason: { code: 'FM-3005', detail } };
}

function explainNoWinner(pool: Pool, minPoints: number): Selection {
  const [other] = pool.taken.flatMap(({ takenBy }) => takenBy ?? []);
  if (pool.eligible.length === 0)
    return other === undefined ? { kind: 'nobody' } : { kind: 'taken', reason: { code: 'FM-2004', detail: { other } } };
  const points = writtenPoints(Math.max(...pool.eligible.map((one) => one.keys.points)));
  return { kind: 'few_points', reason: { code: 'FM-3002', detail: { points, min_points: minPoints } } };
}

function tooClose(winner: Assessed, marginMilli: number, minMargin: number): Selection {
  const detail = { provider: winner.keys.provider_id, margin: writtenPoints(marginMilli), min_margin: minMargin };
  return { kind: 'too_close', reason: { code: 'FM-3003', detail } };
}
