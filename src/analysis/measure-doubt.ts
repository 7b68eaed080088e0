import { type Doubt, type DoubtedPlace, type DoubtedSlate, isPivotal } from './pivotal.ts';

/** Live decisions that are alike, as far as their data were incomplete. */
export type DoubtedDecisions = {
  readonly ruleFileId: string;
  readonly count: number;
  /** Of its criteria, in file order. */
  readonly criteria: readonly { readonly key: string; readonly label: string }[];
  readonly slate: DoubtedSlate;
  /** Whose doubts count; the others are only compared with. */
  readonly asked: readonly DoubtedPlace[];
};

/** What rested on incomplete data, of one criterion of one rule file. Of a decision: winner, runner-up and best blocked. */
export type DoubtCount = {
  readonly ruleFileId: string;
  readonly key: string;
  readonly label: string;
  readonly decisions: number;
  readonly candidates: number;
  readonly winners: number;
  readonly byPlatform: number;
  readonly byOnMissing: number;
  readonly unknown: number;
  /** Decisions in which one of these verdicts alone could have changed who is chosen. */
  readonly pivotal: number;
};

type Tally = { -readonly [name in keyof DoubtCount]: DoubtCount[name] };

const PLACES: readonly DoubtedPlace[] = ['winner', 'runnerUp', 'bestBlocked'];

/** By rule file; where it mattered most first. Empty: every verdict rested on known facts. */
export function measureDoubt(decisions: readonly DoubtedDecisions[]): readonly DoubtCount[] {
  const tallies = new Map<string, Tally>();
  for (const decision of decisions) {
    for (const [n, { key, label }] of decision.criteria.entries()) {
      const doubted = PLACES.filter((place) => decision.asked.includes(place) && doubtOf(decision, place, n) !== null);
      if (doubted.length === 0) continue;
      const id = `${decision.ruleFileId} ${key}`;
      const tally = tallies.get(id) ?? newTally(decision.ruleFileId, key, label);
      tallies.set(id, tally);
      addDecision(tally, decision, { n, doubted });
    }
  }
  return [...tallies.values()].sort(
    (a, b) =>
      compareText(a.ruleFileId, b.ruleFileId) ||
      b.pivotal - a.pivotal ||
      b.decisions - a.decisions ||
      compareText(a.key, b.key),
  );
}

function addDecision(
  tally: Tally,
  decision: DoubtedDecisions,
  { n, doubted }: { readonly n: number; readonly doubted: readonly DoubtedPlace[] },
): void {
  const { count, slate } = decision;
  tally.decisions += count;
  tally.candidates += count * doubted.length;
  if (doubted.includes('winner')) tally.winners += count;
  for (const place of doubted) tally[COUNTS[doubtOf(decision, place, n) ?? 'unknown']] += count;
  if (doubted.some((place) => isPivotal(slate, place, n))) tally.pivotal += count;
}

const COUNTS = { platform: 'byPlatform', on_missing: 'byOnMissing', unknown: 'unknown' } as const;

function doubtOf({ slate }: DoubtedDecisions, place: DoubtedPlace, n: number): Doubt | null {
  return slate[place]?.criteria[n]?.doubt ?? null;
}

function newTally(ruleFileId: string, key: string, label: string): Tally {
  const none = { decisions: 0, candidates: 0, winners: 0, byPlatform: 0, byOnMissing: 0, unknown: 0, pivotal: 0 };
  return { ruleFileId, key, label, ...none };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
