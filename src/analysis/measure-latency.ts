import { ASSIGNED_HOW, type AssignedHow, type AssignmentCase } from '../domain/assignment-case.ts';
import { nearestRank } from './nearest-rank.ts';

/** How long something took, over so many cases; milliseconds, by the nearest rank; null: no cases. */
export type Spread = {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly maxMs: number | null;
};

/** How long assignments took, of one rule file and one way; a case without one of the two moments is left out of a spread. */
export type Latency = {
  /** Null: of all, also of those that no file had decided on. */
  readonly ruleFileId: string | null;
  readonly how: AssignedHow;
  readonly assigned: number;
  readonly openToEligible: Spread;
  readonly eligibleToDecision: Spread;
  readonly decisionToAssigned: Spread;
  readonly eligibleToAssigned: Spread;
  readonly openToAssigned: Spread;
};

/** By rule file and way; then of all files, by way. */
export function measureLatency(cases: readonly AssignmentCase[]): readonly Latency[] {
  const ids = [...new Set(cases.flatMap(({ ruleFileId }) => ruleFileId ?? []))].sort();
  return [...ids, null].flatMap((ruleFileId) =>
    ASSIGNED_HOW.flatMap((how) => {
      const own = cases.filter((one) => one.how === how && (ruleFileId === null || one.ruleFileId === ruleFileId));
      return own.length === 0 ? [] : [{ ruleFileId, how, ...measure(own) }];
    }),
  );
}

function measure(cases: readonly AssignmentCase[]): Omit<Latency, 'ruleFileId' | 'how'> {
  const spread = (from: (one: AssignmentCase) => number | null, to: (one: AssignmentCase) => number | null) =>
    spreadOf(
      cases.flatMap((one) => {
        const [fromMs, toMs] = [from(one), to(one)];
        return fromMs === null || toMs === null ? [] : [Math.max(0, toMs - fromMs)];
      }),
    );
  return {
    assigned: cases.length,
    openToEligible: spread(opened, eligible),
    eligibleToDecision: spread(eligible, decided),
    decisionToAssigned: spread(decided, assigned),
    eligibleToAssigned: spread(eligible, assigned),
    openToAssigned: spread(opened, assigned),
  };
}

const opened = ({ openedAtMs }: AssignmentCase) => openedAtMs;
const eligible = ({ eligibleAtMs }: AssignmentCase) => eligibleAtMs;
const decided = ({ decidedAtMs }: AssignmentCase) => decidedAtMs;
const assigned = ({ assignedAtMs }: AssignmentCase) => assignedAtMs;

function spreadOf(values: readonly number[]): Spread {
  return {
    count: values.length,
    p50Ms: nearestRank(values, 50),
    p90Ms: nearestRank(values, 90),
    maxMs: nearestRank(values, 100),
  };
}
