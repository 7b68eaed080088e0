import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINISHED_WORK_FACTS } from '../../src/criteria/finished-work-facts.ts';
import { REVIEW_CRITERIA } from '../../src/criteria/review-criteria.ts';
import { decideReviews } from '../../src/decide/review.ts';
import type { ReviewInput, ReviewOrder } from '../../src/decide/review-input.ts';
import type { Attempt, PlannedDecision } from '../../src/domain/decision.ts';
import { factRef } from '../../src/domain/fact.ts';
import { decisionId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { type ReasonCode, reasonSentence } from '../../src/domain/reason-codes.ts';
import type { ReviewFile } from '../../src/domain/rule-file.ts';
import type { FinishedWork, WorkOrder } from '../../src/domain/work-order.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { compileReviewFile, disputedByReference } from '../../src/evaluate/review.ts';
import { workOrderFacts } from '../../src/facts/work-order-facts.ts';
import {
  aFinishedWork,
  aReviewCriterion,
  aReviewFile,
  aTest,
  aWorkOrder,
  HOUR_MS,
  NOW_MS,
} from '../support/builders.ts';

const REASONS = new Map([
  [
    15,
    [
      { id: 1, name: 'No-show' },
      { id: 4, name: 'Not solved' },
    ],
  ],
]);
const REFS = FINISHED_WORK_FACTS.map(({ name }) => factRef(name, null));

type DoneGiven = Partial<Omit<WorkOrder, 'id' | 'work'>> & {
  readonly id?: number;
  readonly work?: Partial<FinishedWork> | null;
};

function aDone({ work, ...given }: DoneGiven = {}): WorkOrder {
  const finished = work === null ? null : aFinishedWork(work);
  return aWorkOrder({ status: 'work_done', actions: ['approve', 'incomplete'], ...given, work: finished });
}

function factsOf(workOrder: WorkOrder) {
  return workOrderFacts(workOrder, REFS, NOW_MS);
}

function reviewed(file: ReviewFile, workOrder: WorkOrder) {
  return { file, criteria: compileReviewFile(file).review(workOrder, factsOf(workOrder)) };
}

type OrderGiven = Partial<Omit<ReviewOrder, 'live' | 'shadows'>> & {
  readonly file?: ReviewFile | null;
  readonly shadow?: ReviewFile;
};

function anOrder({ file = aReviewFile(), shadow, ...given }: OrderGiven = {}): ReviewOrder {
  const workOrder = given.workOrder ?? aDone();
  return {
    episode: 1,
    openedAt: { atMs: NOW_MS - 24 * HOUR_MS, source: 'published' },
    attempts: [],
    openIntent: null,
    ...given,
    workOrder,
    live: file === null ? null : reviewed(file, workOrder),
    shadows: shadow === undefined ? [] : [reviewed(shadow, workOrder)],
  };
}

function decide(orders: readonly ReviewOrder[], given: Partial<ReviewInput> = {}) {
  return decideReviews({
    nowMs: NOW_MS,
    orders,
    hasLiveFile: true,
    incompleteReasons: REASONS,
    approvedTodayCents: 0,
    approvedTodayByRuleFile: {},
    approvedTodayByWorkOrder: {},
    approvedTodayFileOf: {},
    otherActions: 0,
    stoppedBy: null,
    pause: null,
    limits: DEFAULT_LIMITS,
    ...given,
  });
}

/** Of one order: `approve FM-1301`. */
function said(order: OrderGiven, given: Partial<ReviewInput> = {}): string {
  return decide([anOrder(order)], given)
    .decisions.map(({ outcome, reason }) => `${outcome} ${reason.code}`)
    .join(', ');
}

function only(decisions: readonly PlannedDecision[]): PlannedDecision {
  const [decision] = decisions;
  if (decision === undefined || decisions.length > 1) throw new Error(`${decisions.length} decisions`);
  return decision;
}

const APPROVE: WriteCall = { kind: 'approve', workOrderId: workOrderId(4047) };
const SEND_BACK: WriteCall = { kind: 'incomplete', workOrderId: workOrderId(4047), reasonId: 4, reason: 'Again.' };

let lastSeq = 0;

/** Ended an hour ago, unless told otherwise. */
function tried(call: WriteCall, end: 'confirmed' | ReasonCode, minutesAgo = 60): Attempt {
  lastSeq += 1;
  const atMs = NOW_MS - minutesAgo * 60_000;
  const effect =
    end === 'confirmed'
      ? ({ kind: 'confirmed', reason: 'FM-6001', atMs } as const)
      : ({ kind: 'refused', reason: end, atMs } as const);
  const id = decisionId(workOrderId(4047), 1, lastSeq);
  return { decisionId: id, ruleFileId: 'review', stage: null, intentN: 1, call, effect };
}

const WITH_PROBLEM = aDone({ work: { problemsOpen: 1 } });

describe('finished work', () => {
  it('is approved when every required criterion matches, for what it releases', () => {
    const decision = only(decide([anOrder()]).decisions);
    expect(decision).toMatchObject({
      outcome: 'approve',
      costCents: 25_000,
      winner: null,
      candidates: [],
      dueStages: [],
      stage: null,
      mode: 'enforce',
      intents: [{ n: 1, call: APPROVE, costCents: 25_000 }],
      review: [{ key: 'problems_open', verdict: 'match', needsPerson: false }],
    });
    expect(reasonSentence(decision.reason.code, decision.reason.detail)).toBe(
      'Each of 1 required criteria is known to match; approving releases $250.00.',
    );
  });

  it('is sent back with the file’s reason when it is known to miss one', () => {
    expect(only(decide([anOrder({ workOrder: WITH_PROBLEM })]).decisions)).toMatchObject({
      outcome: 'incomplete',
      reason: { code: 'FM-1302', detail: { criterion: 'Problems not resolved', reason_id: 4 } },
      costCents: null,
      intents: [{ n: 1, call: { ...SEND_BACK, reason: 'Solve the problem.' }, costCents: 0 }],
    });
  });

  it('is left to a person when the file says so', () => {
    expect(said({ workOrder: WITH_PROBLEM, file: aReviewFile({ otherwise: { kind: 'hold' } }) })).toBe('hold FM-3020');
  });

  it('is held when a required criterion is unknown, whatever the others say', () => {
    const file = aReviewFile({
      criteria: [
        aReviewCriterion(),
        aReviewCriterion({ position: 2, key: 'notes', when: aTest('work_order.has_closing_notes', 'equal', true) }),
      ],
    });
    expect(said({ file, workOrder: aDone({ work: { hasClosingNotes: null } }) })).toBe('hold FM-3021');
    expect(said({ file, workOrder: aDone({ work: { hasClosingNotes: null, problemsOpen: 2 } }) })).toBe('hold FM-3021');
    expect(said({ file, workOrder: aDone({ work: null }) })).toBe('hold FM-3021');
  });

  it('is approved whatever a preferred criterion says, unless a person must look where it is unknown', () => {
    const preferred = (onMissing: 'hold' | 'ignore') =>
      aReviewFile({
        criteria: [
          aReviewCriterion(),
          aReviewCriterion({
            position: 2,
            key: 'notes',
            isRequired: false,
            onMissing,
            when: aTest('work_order.has_closing_notes', 'equal', true),
          }),
        ],
      });
    const without = aDone({ work: { hasClosingNotes: false } });
    const unknown = aDone({ work: { hasClosingNotes: null } });
    expect(said({ file: preferred('hold'), workOrder: without })).toBe('approve FM-1301');
    expect(said({ file: preferred('ignore'), workOrder: unknown })).toBe('approve FM-1301');
    expect(said({ file: preferred('hold'), workOrder: unknown })).toBe('hold FM-3021');
  });

  it.each<readonly [string, string, OrderGiven]>([
    ['another status', 'skip FM-4003', { workOrder: aDone({ status: 'approved' }) }],
    ['no file', 'skip FM-4004', { file: null }],
    [
      'an action that is not settled',
      'hold FM-3007',
      { openIntent: { decisionId: tried(APPROVE, 'confirmed').decisionId, action: 'approve' } },
    ],
    ['pay that is not known', 'hold FM-3022', { workOrder: aDone({ work: { approvedPayCents: null } }) }],
    ['a platform that does not let us approve', 'hold FM-3009', { workOrder: aDone({ actions: ['incomplete'] }) }],
    [
      'a platform that does not let us send back',
      'hold FM-3009',
      { workOrder: { ...WITH_PROBLEM, actions: ['approve'] } },
    ],
    ['no company to ask for reasons', 'hold FM-3026', { workOrder: { ...WITH_PROBLEM, companyId: null } }],
    ['a company whose reasons cannot be read', 'hold FM-3026', { workOrder: { ...WITH_PROBLEM, companyId: 16 } }],
    [
      'quiet hours',
      'wait FM-2005',
      {
        file: aReviewFile({
          guardrails: {
            ...aReviewFile().guardrails,
            quietHours: [
              { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440, timeZone: 'UTC', because: null },
            ],
          },
        }),
      },
    ],
  ])('is not touched: %s', (_, expected, order) => {
    expect(said(order)).toBe(expected);
  });

  it('is not sent back with a reason the company does not have; the ones it has are named', () => {
    const wrong = aReviewFile({ otherwise: { kind: 'incomplete', reasonId: 9, reason: 'x' } });
    const { reason } = only(decide([anOrder({ file: wrong, workOrder: WITH_PROBLEM })]).decisions);
    expect(reason.code).toBe('FM-3025');
    expect(reasonSentence(reason.code, reason.detail)).toContain('Its reasons: 1 (No-show), 4 (Not solved).');
    const none = { incompleteReasons: new Map([[15, []]]) };
    expect(only(decide([anOrder({ workOrder: WITH_PROBLEM })], none).decisions).reason.detail).toMatchObject({
      valid: 'none',
    });
  });

  it('says nothing where no live file exists, and what a shadow would do, without sending it', () => {
    const order = anOrder({ file: null, shadow: aReviewFile({ mode: 'shadow' }) });
    expect(only(decide([order], { hasLiveFile: false }).decisions)).toMatchObject({
      outcome: 'approve',
      mode: 'shadow',
      intents: [],
    });
  });
});

describe('review files beside each other', () => {
  it('each say what they would do, the live one first, shadows by id', () => {
    const order = anOrder();
    const shadows = ['b', 'a'].map((id) => reviewed(aReviewFile({ id, mode: 'shadow' }), order.workOrder));
    const { decisions } = decide([{ ...order, shadows }]);
    expect(decisions.map(({ ruleFileId }) => ruleFileId)).toEqual(['review', 'a', 'b']);
  });

  it('apply where their condition holds, or everywhere', () => {
    const appliesTo = aTest('work_order.pay_to_release', 'lessThan', 20_000);
    const facts = factsOf(aDone());
    expect(compileReviewFile(aReviewFile({ appliesTo })).appliesTo(facts).verdict).toBe('no_match');
    expect(compileReviewFile(aReviewFile()).appliesTo(facts).verdict).toBe('match');
  });
});

describe('what was tried before', () => {
  it.each<[string, string, readonly Attempt[], WorkOrder?]>([
    ['sent back a moment ago', 'wait FM-2301', [tried(SEND_BACK, 'confirmed', 1)]],
    ['sent back and done again', 'approve FM-1301', [tried(SEND_BACK, 'confirmed')]],
    ['sent back once, and still bad', 'incomplete FM-1302', [tried(SEND_BACK, 'confirmed')], WITH_PROBLEM],
    [
      'sent back twice, and still bad',
      'hold FM-3023',
      [tried(SEND_BACK, 'confirmed', 90), tried(SEND_BACK, 'confirmed')],
      WITH_PROBLEM,
    ],
    [
      'sent back twice, and good now',
      'approve FM-1301',
      [tried(SEND_BACK, 'confirmed', 90), tried(SEND_BACK, 'confirmed')],
    ],
    ['approved a moment ago', 'wait FM-2302', [tried(APPROVE, 'confirmed', 1)]],
    ['approved, and taken back', 'hold FM-3024', [tried(APPROVE, 'confirmed')]],
    [
      'approved, taken back, sent back by hand, done again',
      'approve FM-1301',
      [tried(APPROVE, 'confirmed', 90), tried(SEND_BACK, 'confirmed')],
    ],
    ['refused by the platform', 'hold FM-3013', [tried(APPROVE, 'FM-6002')]],
    [
      'refused by the platform before it was sent back',
      'approve FM-1301',
      [tried(APPROVE, 'FM-6002', 90), tried(SEND_BACK, 'confirmed')],
    ],
    ['refused by our check once', 'approve FM-1301', [tried(APPROVE, 'FM-6006')]],
    ['refused by our check twice', 'hold FM-3013', [tried(APPROVE, 'FM-6006', 90), tried(APPROVE, 'FM-6007')]],
    [
      'not sent, however often',
      'approve FM-1301',
      [tried(APPROVE, 'FM-6009', 90), tried(APPROVE, 'FM-6009', 80), tried(APPROVE, 'FM-6009')],
    ],
    ['believed lost: once more', 'approve FM-1301', [tried(APPROVE, 'FM-6020')]],
    ['believed lost, and another is wanted now', 'hold FM-3012', [tried(APPROVE, 'FM-6020')], WITH_PROBLEM],
    ['believed lost twice', 'hold FM-3012', [tried(APPROVE, 'FM-6020', 90), tried(APPROVE, 'FM-6020')]],
    [
      'another action of the episode',
      'approve FM-1301',
      [tried({ kind: 'publish', workOrderId: workOrderId(4047) }, 'FM-6002')],
    ],
  ])('%s', (_, expected, attempts, workOrder = aDone()) => {
    expect(said({ workOrder, attempts })).toBe(expected);
  });
});

describe('the limits of a run', () => {
  const three = [1, 2, 3].map((id) => anOrder({ workOrder: aDone({ id }) }));
  const bad = anOrder({ workOrder: { ...WITH_PROBLEM, id: workOrderId(4) } });

  function limited(given: Partial<ReviewFile['guardrails']>): readonly ReviewOrder[] {
    const file = aReviewFile({ guardrails: { ...aReviewFile().guardrails, ...given } });
    return [1, 2, 3].map((id) => anOrder({ file, workOrder: aDone({ id }) }));
  }

  function outcomes(orders: readonly ReviewOrder[], given: Partial<ReviewInput> = {}) {
    const { decisions, tripped } = decide(orders, given);
    return [tripped?.code ?? null, ...new Set(decisions.map(({ outcome, reason }) => `${outcome} ${reason.code}`))];
  }

  it('stop every review of it when more money would be released than a day allows', () => {
    const upTo = (maxDailyApprovedCents: number) => ({ limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents } });
    expect(outcomes([...three, bad], upTo(75_000))).toEqual([null, 'approve FM-1301', 'incomplete FM-1302']);
    expect(outcomes([...three, bad], upTo(74_999))).toEqual(['FM-7020', 'hold FM-3010']);
    expect(outcomes([bad], { ...upTo(0), approvedTodayCents: 5 })).toEqual([null, 'incomplete FM-1302']);
    expect(decide([...three, bad], upTo(74_999)).decisions.flatMap(({ intents }) => intents)).toEqual([]);
  });

  it('send nothing while acting is paused, and trip nothing either', () => {
    const pause = { source: 'ledger', actor: 'ana', because: 'storm', untilMs: null } as const;
    expect(outcomes([...three, bad], { pause })).toEqual([null, 'hold FM-3030']);
  });

  it('count what the day has released already, and each work order once', () => {
    expect(outcomes(limited({ maxDailyApprovedCents: 75_000 }))).toEqual([null, 'approve FM-1301']);
    const spent = { approvedTodayByRuleFile: { review: 1 } };
    expect(outcomes(limited({ maxDailyApprovedCents: 75_000 }), spent)).toEqual(['FM-7020', 'hold FM-3010']);
    const own = { approvedTodayByRuleFile: { review: 25_000 }, approvedTodayByWorkOrder: { 1: 25_000 } };
    const byReview = { ...own, approvedTodayFileOf: { 1: 'review' } };
    expect(outcomes(limited({ maxDailyApprovedCents: 75_000 }), byReview)).toEqual([null, 'approve FM-1301']);
    const byOther = { ...own, approvedTodayFileOf: { 1: 'other' } };
    expect(outcomes(limited({ maxDailyApprovedCents: 75_000 }), byOther)).toEqual(['FM-7020', 'hold FM-3010']);
    const everywhere = { approvedTodayCents: 25_000, limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents: 75_000 } };
    expect(outcomes(three, { ...byOther, ...everywhere })).toEqual([null, 'approve FM-1301']);
  });

  it('count actions, those of dispatch among them for the configuration’s own limit', () => {
    expect(outcomes(limited({ maxActionsPerRun: 2 }))).toEqual(['FM-7001', 'hold FM-3010']);
    expect(outcomes(limited({ maxActionsPerRun: 3 }), { otherActions: 9 })).toEqual([null, 'approve FM-1301']);
    const most = { otherActions: DEFAULT_LIMITS.maxActionsPerRun - 2 };
    expect(outcomes(three, most)).toEqual(['FM-7001', 'hold FM-3010']);
    const full = { otherActions: DEFAULT_LIMITS.maxActionsPerRun + 1 };
    expect(outcomes([anOrder({ workOrder: aDone({ status: 'approved' }) })], full)).toEqual([null, 'skip FM-4003']);
  });

  it('stop dispatch as well only where both together are too many actions of the run', () => {
    const most = { otherActions: DEFAULT_LIMITS.maxActionsPerRun - 2 };
    expect(decide(three, most)).toMatchObject({ tripped: { code: 'FM-7001' }, stopsRun: true });
    expect(decide(three.slice(1), most)).toMatchObject({ tripped: null, stopsRun: false });
    for (const own of [{ maxDailyApprovedCents: 0 }, { maxActionsPerRun: 2 }])
      expect(decide(limited(own), most)).toMatchObject({ tripped: { detail: { scope: 'review' } }, stopsRun: false });
  });

  it('send nothing in a run that a limit of dispatch has stopped', () => {
    const stoppedBy = { code: 'FM-7003', detail: { wanted: '$9', spent: '$1', limit: '$5', scope: 'atm' } } as const;
    expect(outcomes([...three, bad], { stoppedBy })).toEqual(['FM-7003', 'hold FM-3010']);
    const stopped = decide([bad], { stoppedBy });
    expect(stopped).toMatchObject({ stopsRun: false, decisions: [{ intents: [], reason: { code: 'FM-3010' } }] });
    expect(only(stopped.decisions).reason.detail).toMatchObject({ tripped: 'FM-7003', wanted: 'incomplete' });
  });

  it('leave what is not to be sent as it is', () => {
    const held = anOrder({ workOrder: aDone({ id: 9, work: { problemsOpen: null } }) });
    const { decisions } = decide([held, ...three], { limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents: 0 } });
    expect(decisions.map(({ reason }) => reason.code)).toEqual(['FM-3010', 'FM-3010', 'FM-3010', 'FM-3021']);
  });
});

describe('a criterion of finished work', () => {
  const done = aDone({ work: { reportedMinutes: 151, approvedPayCents: 26_001 } });

  it.each<readonly [string, WorkOrder, unknown]>([
    ['hours_worked', done, 151],
    ['hours_over_estimate', done, 2_584],
    ['hours_over_estimate', aDone({ work: { reportedMinutes: 30 } }), 0],
    [
      'hours_over_estimate',
      aDone({ work: { reportedMinutes: null } }),
      'The work order gives no estimate, or no hours are reported.',
    ],
    ['problems_open', done, 0],
    ['tasks_open', aDone({ work: { tasksOpen: null } }), 'The platform does not show all tasks.'],
    ['deliverables', done, 1],
    ['closing_notes', done, true],
    ['pay_to_release', done, 26_001],
    ['pay_over_offer_usd', done, 1_001],
    ['pay_over_offer_usd', aDone({ work: { approvedPayCents: 1 } }), 0],
    [
      'pay_over_offer_usd',
      aDone({ pay: { kind: 'none', maxCents: 0 } }),
      'The work order carries no pay, or the platform does not say what approving releases.',
    ],
    [
      'pay_over_offer_usd',
      aDone({ work: { approvedPayCents: null } }),
      'The work order carries no pay, or the platform does not say what approving releases.',
    ],
    ['pay_over_offer', done, 401],
    [
      'pay_over_offer',
      aDone({ pay: { kind: 'none', maxCents: 0 } }),
      'The work order carries no pay, or the platform does not say what approving releases.',
    ],
    ['pay_over_offer', aWorkOrder(), 'The work is not done yet.'],
  ])('%s is read from what was handed in, over is rounded up, and unknown says why', (key, workOrder, expected) => {
    const definition = REVIEW_CRITERIA.find((one) => one.key === key);
    const fact = definition?.fact.read({ workOrder, takenAtMs: NOW_MS }, {});
    expect(fact?.kind === 'known' ? fact.value : fact?.because).toEqual(expected);
  });
});

describe('for any finished work', () => {
  const count = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
  const anyWork = fc.record({
    reportedMinutes: fc.option(fc.integer({ min: 0, max: 300 }), { nil: null }),
    problemsOpen: count,
    tasksOpen: count,
    attachmentsCount: count,
    hasClosingNotes: fc.option(fc.boolean(), { nil: null }),
    approvedPayCents: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }),
  });
  const tests = [
    aTest('work_order.problems_open', 'equal', 0),
    aTest('work_order.tasks_open', 'equal', 0),
    aTest('work_order.deliverables', 'greaterThanInclusive', 1),
    aTest('work_order.has_closing_notes', 'equal', true),
    aTest('work_order.hours_over_estimate', 'lessThanInclusive', 2_500),
    { kind: 'not' as const, of: aTest('work_order.pay_over_offer', 'greaterThan', 1_500) },
  ];
  const anyFile = fc
    .record({
      chosen: fc.subarray(
        tests.map((when, n) => ({ when, n })),
        { minLength: 1 },
      ),
      required: fc.integer({ min: 1, max: 63 }),
      maxDailyApprovedCents: fc.option(fc.integer({ min: 0, max: 150_000 }), { nil: null }),
    })
    .map(({ chosen, required, maxDailyApprovedCents }) =>
      aReviewFile({
        criteria: chosen.map(({ when, n }, index) => {
          const isRequired = index === 0 || (required & (1 << n)) > 0;
          return aReviewCriterion({
            position: index + 1,
            key: `k${n}`,
            when,
            isRequired,
            onMissing: isRequired ? 'hold' : 'ignore',
          });
        }),
        guardrails: { ...aReviewFile().guardrails, maxDailyApprovedCents },
      }),
    );

  it('nothing is approved unless every required criterion is known to match, nor sent back unless one is known to miss', () => {
    fc.assert(
      fc.property(anyFile, anyWork, (file, work) => {
        const { outcome, review = [] } = only(decide([anOrder({ file, workOrder: aDone({ work }) })]).decisions);
        const required = review.filter(({ isRequired }) => isRequired).map(({ verdict }) => verdict);
        if (required.includes('unknown')) expect(outcome).toBe('hold');
        if (outcome === 'approve') expect(new Set(required)).toEqual(new Set(['match']));
        if (outcome === 'incomplete') expect(required).toContain('no_match');
      }),
    );
  });

  it('no run releases more in a day than any limit allows, and one that wants more releases nothing', () => {
    fc.assert(
      fc.property(
        anyFile,
        fc.array(anyWork, { maxLength: 8 }),
        fc.nat(100_000),
        fc.nat(200_000),
        (file, works, spent, most) => {
          const orders = works.map((work, n) => anOrder({ file, workOrder: aDone({ id: n + 1, work }) }));
          const { decisions, tripped } = decide(orders, {
            approvedTodayCents: spent,
            approvedTodayByRuleFile: { review: spent },
            limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents: most },
          });
          const released = decisions
            .flatMap(({ intents }) => intents)
            .reduce((sum, { costCents }) => sum + costCents, 0);
          const limit = Math.min(most, file.guardrails.maxDailyApprovedCents ?? most);
          if (released > 0) expect(spent + released).toBeLessThanOrEqual(limit);
          if (tripped !== null) expect(decisions.flatMap(({ intents }) => intents)).toEqual([]);
        },
      ),
    );
  });

  it('the library itself agrees with every verdict from known facts', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, anyWork, async (file, work) => {
        const workOrder = aDone({ work });
        const { criteria } = reviewed(file, workOrder);
        expect(await disputedByReference(file, factsOf(workOrder), criteria)).toEqual([]);
        const turned = criteria.map((one) => ({
          ...one,
          verdict: one.verdict === 'match' ? ('no_match' as const) : ('match' as const),
        }));
        const known = criteria.filter(({ evidence }) => evidence.every(({ actual }) => actual.kind === 'known'));
        expect(await disputedByReference(file, factsOf(workOrder), turned)).toEqual(known.map(({ key }) => key));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a review that is only recommended', () => {
  const file = aReviewFile({ id: 'asks', mode: 'recommend' });
  const recommended = () => only(decide([anOrder({ file })]).decisions);
  const no = (given: object = {}) => ({
    decisionId: decisionId(workOrderId(4047), 1, 1),
    verdict: 'rejected' as const,
    actor: 'ana',
    because: 'photos missing',
    atMs: NOW_MS - HOUR_MS,
    outcome: 'approve' as const,
    winner: null,
    ...given,
  });

  it('says what it would release and releases nothing, whatever is spent', () => {
    const decision = only(
      decide([anOrder({ file })], { limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents: 0 } }).decisions,
    );
    expect(decision).toMatchObject({ outcome: 'approve', reason: { code: 'FM-1301' }, intents: [] });
    expect(decision.recommends).toMatchObject({ outcome: 'approve', winner: null, unnamed: [APPROVE] });
    expect(only(decide([anOrder()]).decisions)).not.toHaveProperty('recommends');
  });

  it('is sent once a person approves it, as long as it is the same and the limits hold', () => {
    const action = recommended().recommends;
    if (action === undefined) throw new Error('nothing is recommended');
    const approvedDecisions = [{ decisionId: decisionId(workOrderId(4047), 1, 1), action }];
    const shadow = aReviewFile({ id: 'shade', mode: 'shadow' });
    const done = only(decide([anOrder({ file, shadow })], { approvedDecisions }).decisions);
    expect(done.intents.map(({ call }) => call)).toEqual([APPROVE]);
    expect(done).not.toHaveProperty('recommends');
    const dearer = aDone({ work: { approvedPayCents: 1_000_000 } });
    expect(said({ file, workOrder: dearer }, { approvedDecisions })).toBe('hold FM-3040');
    expect(said({ file }, { approvedDecisions, limits: { ...DEFAULT_LIMITS, maxDailyApprovedCents: 0 } })).toBe(
      'hold FM-3010',
    );
  });

  it('is left to a person after a no, until the work is sent back and done again', () => {
    expect(said({ file, answers: [no()] })).toBe('hold FM-3041');
    expect(said({ answers: [no()] })).toBe('hold FM-3041');
    expect(said({ file, answers: [no({ verdict: 'approved' })] })).toBe('approve FM-1301');
    const back = (atMs: number): Attempt => ({
      decisionId: decisionId(workOrderId(4047), 1, 2),
      ruleFileId: null,
      stage: null,
      intentN: 1,
      call: SEND_BACK,
      effect: { kind: 'confirmed', reason: 'FM-6001', atMs },
    });
    expect(said({ file, answers: [no()], attempts: [back(NOW_MS - HOUR_MS / 2)] })).toBe('approve FM-1301');
    expect(said({ file, answers: [no()], attempts: [back(NOW_MS - 2 * HOUR_MS)] })).toBe('hold FM-3041');
  });
});
