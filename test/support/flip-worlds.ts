import fc from 'fast-check';
import type { FlipSubject } from '../../src/analysis/flip-case.ts';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import { SOLVER } from '../../src/decide/assignment/solver-version.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import { type Fact, type Facts, type FactValue, factRef } from '../../src/domain/fact.ts';
import { providerId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { CandidateKind } from '../../src/domain/provider.ts';
import type { Condition, Criterion, OnMissing, RuleFile, Stage, TieBreak } from '../../src/domain/rule-file.ts';
import type { Candidate, Slate } from '../../src/domain/scored-slate.ts';
import {
  aCandidate,
  aCommitment,
  aRequest,
  aRuleFile,
  aSlate,
  aTest,
  aWorkOrder,
  NO_GUARDRAILS,
  NOW_MS,
} from './builders.ts';

/**
 * Random decisions in which everything is small, so that all that could have been otherwise can be tried one by one: numbers
 * of facts go to `MOST`, prices to a few cents. Facts are shared by criteria, asked for below nots, graded and unknown.
 */
export const MOST = 6;
export const BASE_CENTS = 10;

export const NUMBERS = ['provider.rating', 'provider.distance', 'provider.completed_overall'] as const;
export const BOOLEANS = ['provider.worked_with', 'provider.background_check'] as const;
export const LIST = 'provider.groups';
export const GROUPS = [3, 4] as const;

const small = fc.integer({ min: 0, max: MOST });

const numberTest = fc
  .tuple(
    fc.constantFrom(...NUMBERS, 'request.pay_total'),
    fc.constantFrom('greaterThanInclusive', 'lessThanInclusive', 'greaterThan', 'lessThan', 'equal', 'notEqual'),
    small,
  )
  .map(([fact, operator, value]) =>
    aTest(fact, operator, fact === 'request.pay_total' ? BASE_CENTS + value - 2 : value),
  );
const usefulTest = fc
  .tuple(fc.constantFrom(...NUMBERS), small)
  .map(([fact, value]) =>
    aTest(fact, fact === 'provider.distance' ? 'lessThanInclusive' : 'greaterThanInclusive', value),
  );
const yesNo = fc
  .tuple(fc.constantFrom(...BOOLEANS, 'request.is_counter'), fc.boolean())
  .map(([fact, value]) => aTest(fact, 'equal', value));
const member = fc
  .tuple(fc.constantFrom('contains', 'doesNotContain'), fc.constantFrom(...GROUPS))
  .map(([operator, value]) => aTest(LIST, operator, value));

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 5, arbitrary: usefulTest },
  { weight: 2, arbitrary: numberTest },
  { weight: 2, arbitrary: yesNo },
  { weight: 1, arbitrary: member },
);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: fc.tuple(leaf, leaf).map((of): Condition => ({ kind: 'all', of })) },
  { weight: 1, arbitrary: fc.tuple(leaf, leaf).map((of): Condition => ({ kind: 'any', of })) },
  { weight: 1, arbitrary: leaf.map((of): Condition => ({ kind: 'not', of })) },
);

const onMissing = fc.constantFrom<OnMissing>('platform', 'platform', 'no_match', 'match', 'ignore', 'ignore', 'hold');

const criterion: fc.Arbitrary<Criterion> = fc
  .record({
    weight: fc.integer({ min: 0, max: 12 }),
    isRequired: fc.integer({ min: 0, max: 6 }).map((one) => one === 0),
    canRemote: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
    when: condition,
    onMissing: fc.record({ request: onMissing, routed: onMissing, bench: onMissing }),
    graded: fc.option(fc.constantFrom(...NUMBERS), { freq: 3, nil: null }),
  })
  .map(({ graded, ...given }) => ({
    position: 1,
    key: 'c1',
    label: 'Criterion 1',
    because: null,
    ...given,
    credit:
      graded === null
        ? null
        : graded === 'provider.distance'
          ? { kind: 'linear', fact: factRef(graded, null), fullAt: 1, zeroAt: MOST - 1 }
          : { kind: 'linear', fact: factRef(graded, null), fullAt: MOST - 1, zeroAt: 1 },
  }));

const stage: fc.Arbitrary<Stage> = fc
  .record({
    what: fc.constantFrom('assign', 'assign', 'assign', 'route', 'mass_route'),
    minPoints: fc.constantFrom(0, 0, 0, 5, 12, 25),
    minMargin: fc.constantFrom(0, 0, 0, 3, 6),
  })
  .map(({ what, minPoints, minMargin }): Stage => {
    const timing = { n: 1, afterMinutes: 0 };
    if (what === 'assign') return { ...timing, do: 'assign', minPoints, minMargin, withdrawRoutes: true };
    if (what === 'route') return { ...timing, do: 'route', minPoints };
    return { ...timing, do: 'mass_route', top: 2, talentPoolId: null, minPoints };
  });

const POINTS: TieBreak = { by: 'points', direction: 'desc' };
const PAY: TieBreak = { by: 'total_pay', direction: 'asc' };
const NEAREST: TieBreak = { by: 'distance', direction: 'asc' };
const FIRST_COME: TieBreak = { by: 'requested_at', direction: 'asc' };
const LAST: TieBreak = { by: 'provider_id', direction: 'asc' };

export const file: fc.Arbitrary<RuleFile> = fc
  .record({
    criteria: fc.array(criterion, { minLength: 1, maxLength: 8 }),
    stages: fc.array(stage, { minLength: 1, maxLength: 2 }),
    tieBreak: fc.constantFrom(
      [POINTS, LAST],
      [POINTS, NEAREST, FIRST_COME, LAST],
      [POINTS, PAY, LAST],
      [PAY, POINTS, LAST],
    ),
    acceptCounters: fc.constantFrom(true, true, true, false),
    maxTotalCents: fc.constantFrom(null, null, null, BASE_CENTS + 2),
    maxCounterOverBasePercent: fc.constantFrom(null, null, 30),
    excluded: fc.constantFrom(0, 0, 0, 0, 0, 2),
  })
  .map(({ criteria, stages, tieBreak, acceptCounters, maxTotalCents, maxCounterOverBasePercent, excluded }) =>
    aRuleFile({
      criteria: criteria.map((one, place) => ({
        ...one,
        position: place + 1,
        key: `c${place + 1}`,
        label: `Criterion ${place + 1}`,
      })),
      stages: stages.map((one, place) => ({ ...one, n: place + 1 })),
      tieBreak,
      guardrails: {
        ...NO_GUARDRAILS,
        perProvider: { ...NO_GUARDRAILS.perProvider, forbidOverlap: true },
        pay: { ...NO_GUARDRAILS.pay, acceptCounters, maxTotalCents, maxCounterOverBasePercent },
        excludeProviders:
          excluded === 0 ? [] : [{ providerId: providerId(excluded), untilMs: null, because: 'site ban' }],
      },
    }),
  );

const factValue = (name: string): fc.Arbitrary<FactValue> => {
  if (name === LIST) return fc.subarray([...GROUPS]);
  return (BOOLEANS as readonly string[]).includes(name) ? fc.boolean() : small;
};

/** A known value four times of five. */
const facts: fc.Arbitrary<Facts> = fc
  .tuple(
    ...[...NUMBERS, ...BOOLEANS, LIST].map((name) =>
      fc.tuple(fc.constant(name), fc.option(factValue(name), { freq: 5, nil: null })),
    ),
  )
  .map((pairs) => Object.fromEntries(pairs.map(([name, value]): [string, Fact] => [name, factOf(value)])));

export function factOf(value: FactValue | null): Fact {
  return value === null
    ? { kind: 'unknown', because: 'Nobody says.' }
    : { kind: 'known', value, source: 'given', observedAtMs: NOW_MS };
}

const MINUTE_MS = 60_000;

function candidate(id: number): fc.Arbitrary<Candidate> {
  return fc
    .record({
      kind: fc.constantFrom<CandidateKind>(
        'request',
        'request',
        'request',
        'request',
        'request',
        'bench',
        'bench',
        'routed',
      ),
      facts,
      counterCents: fc.option(fc.integer({ min: BASE_CENTS - 2, max: BASE_CENTS + 5 }), { freq: 3, nil: null }),
      requestedMinutes: fc.integer({ min: 1, max: 3 }),
      isActive: fc.integer({ min: 0, max: 11 }).map((one) => one > 0),
      minutesLeft: fc.constantFrom(null, null, 30, 30, 30, 30, 30, -5),
      isRoutable: fc.integer({ min: 0, max: 6 }).map((one) => one > 0),
      verdicts: fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), { maxLength: 3 }),
    })
    .map((given) => {
      const { kind, counterCents, requestedMinutes, isActive, minutesLeft, isRoutable } = given;
      const isCounter = kind === 'request' && counterCents !== null;
      const costCents = isCounter ? counterCents : BASE_CENTS;
      const request = aRequest({
        id: 100 + id,
        isCounter,
        isActive,
        isExpired: minutesLeft === -5,
        createdMs: NOW_MS - requestedMinutes * MINUTE_MS,
        expiresMs: minutesLeft === null ? null : NOW_MS + minutesLeft * MINUTE_MS,
        pay: isCounter ? { kind: 'fixed', maxCents: counterCents } : { kind: 'none', maxCents: 0 },
      });
      return aCandidate({
        providerId: id,
        kind,
        request: kind === 'request' ? request : null,
        costCents,
        facts: {
          ...given.facts,
          'request.is_counter': factOf(isCounter),
          'request.pay_total': factOf(costCents),
          'provider.is_routable': factOf(isRoutable),
          'provider.is_w2': factOf(false),
        },
        verdicts: given.verdicts.map(([position, isMatch]) => ({
          name: `Criterion ${position}`,
          weight: 1,
          isRequired: false,
          isMatch,
          points: 0,
          observedAtMs: NOW_MS,
          source: 'row',
        })),
      });
    });
}

const SOLVE = await loadHighs();

export type FlipWorld = FlipSubject & { readonly slate: Slate };

/** One work order with up to six candidates; one time of five another of the same run wants some of them too. */
export const flipWorld: fc.Arbitrary<FlipWorld> = fc
  .record({
    rules: file,
    candidates: fc.tuple(...[1, 2, 3, 4, 5, 6].map(candidate)),
    count: fc.integer({ min: 2, max: 6 }),
    isRemote: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
    booked: fc.constantFrom(0, 0, 0, 0, 3),
    hasMate: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    mateFacts: fc.tuple(facts, facts),
  })
  .map(({ rules, candidates, count, isRemote, booked, hasMate, mateFacts }) => {
    const own = aWorkOrder({ isRemote, pay: { kind: 'fixed', maxCents: BASE_CENTS } });
    const other = aWorkOrder({ id: 4048, pay: { kind: 'fixed', maxCents: BASE_CENTS } });
    const workOrderFacts = { 'work_order.is_remote': factOf(isRemote) };
    const slate = aSlate({ workOrder: own, facts: workOrderFacts, candidates: candidates.slice(0, count) });
    const mate = aSlate({
      workOrder: other,
      candidates: candidates
        .slice(0, 2)
        .map((one, place) => ({ ...one, facts: { ...one.facts, ...mateFacts[place] } })),
    });
    const slates = hasMate ? [slate, mate] : [slate];
    return {
      slate,
      slates,
      files: [rules],
      workOrderId: own.id,
      ruleFileId: rules.id,
      isShadow: false,
      readRow: () => null,
      solve: SOLVE,
      batch: {
        takenAtMs: NOW_MS,
        openWorkOrders: 5,
        committedTodayCents: 0,
        committedTodayByRuleFile: {},
        committedTodayByWorkOrder: {},
        committedTodayFileOf: {},
        undoneCount: 0,
        approved: null,
        approvedDecisions: null,
        limits: DEFAULT_LIMITS,
        directives: NO_DIRECTIVES,
        stoppedBy: null,
        talentPools: new Map(),
        projectDispatch: new Map(),
        commitments: booked === 0 ? [] : [aCommitment({ providerId: booked })],
        demoted: [],
        shares: [],
        solutions: [],
        solver: SOLVER,
        unseen: [],
        lacks: [],
        members: slates.map(({ workOrder }) => ({
          workOrderId: workOrder.id,
          episode: 1,
          ruleFileHash: rules.hash,
          openedAt: { atMs: NOW_MS - 3_600_000, source: 'published' },
          openIntent: null,
          assigned: null,
          attempts: [],
          answers: [],
        })),
      },
    };
  });
