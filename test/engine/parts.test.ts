import { describe, expect, it } from 'vitest';
import { togetherText } from '../../src/cli/together-text.ts';
import type { SolvedComponent } from '../../src/decide/assignment/problem.ts';
import { solveNone } from '../../src/decide/assignment/program.ts';
import { decideBatch } from '../../src/decide/decide-batch.ts';
import type { OrderInput, Solution } from '../../src/decide/input.ts';
import type { Attempt, Decision, Effect, EffectKind, Intent, PlannedDecision } from '../../src/domain/decision.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import type { Facts, FactValue } from '../../src/domain/fact.ts';
import { decisionId, providerId, requestId, sha256, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { DirectoryEntry, PendingRow, ProviderProfile } from '../../src/domain/provider.ts';
import type { ReasonCode } from '../../src/domain/reason-codes.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { boundProviders } from '../../src/domain/write-call.ts';
import { confirmByAuthority } from '../../src/engine/authority.ts';
import { gainOf } from '../../src/engine/batch-gain.ts';
import { fingerprint } from '../../src/engine/fingerprint.ts';
import { moneyOfToday } from '../../src/engine/money-of-today.ts';
import { blankHistory } from '../../src/engine/open-episodes.ts';
import type { LedgerSnapshot, PendingList, WorkOrderHistory } from '../../src/engine/ports.ts';
import { prepareOrder, type Surroundings } from '../../src/engine/prepare-orders.ts';
import { mergeDirectory, toCommitments } from '../../src/engine/pull-inputs.ts';
import { summarise } from '../../src/engine/summary.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { factsNeeded } from '../../src/facts/facts-needed.ts';
import {
  aCommitment,
  aCounter,
  aCriterion,
  aDirectoryEntry,
  aProfile,
  aRoute,
  aRow,
  aRuleFile,
  aTest,
  aVerdict,
  aWorkOrder,
  HOUR_MS,
  NO_GUARDRAILS,
  NOW_MS,
} from '../support/builders.ts';
import { plainResult } from '../support/plain-result.ts';

const MINUTE_MS = 60_000;

/** Assign at once, route after an hour, mass-route after two, hold after eight. */
const STAGES: readonly Stage[] = [
  { n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false },
  { n: 2, afterMinutes: 180, do: 'route', minPoints: 0 },
  { n: 3, afterMinutes: 240, do: 'mass_route', top: 3, talentPoolId: null, minPoints: 0 },
  { n: 4, afterMinutes: 480, do: 'hold' },
];

/** Rating, and a preference whose fact merely ages. */
function theFile(given: Partial<RuleFile> = {}): RuleFile {
  const expiry = aCriterion({
    position: 2,
    key: 'expiry',
    label: 'Time left',
    weight: 5,
    isRequired: false,
    when: aTest('request.minutes_until_expiry', 'greaterThanInclusive', 10),
  });
  return aRuleFile({
    criteria: [aCriterion(), expiry],
    stages: STAGES,
    guardrails: { ...NO_GUARDRAILS, pay: { ...NO_GUARDRAILS.pay, acceptCounters: true } },
    ...given,
  });
}

/** A small run's inputs; two rated providers ask for the job. */
type Small = {
  readonly workOrder: WorkOrder;
  readonly rows: readonly PendingRow[];
  readonly profiles: readonly ProviderProfile[];
  readonly bench: readonly DirectoryEntry[];
  readonly files: readonly RuleFile[];
  readonly history: WorkOrderHistory;
  readonly takenAtMs: number;
};

const SMALL: Small = {
  workOrder: aWorkOrder(),
  rows: [aRow(), aRow({ providerId: 600 })],
  profiles: [
    aProfile({ ratingHundredths: 480, ratingCount: 9 }),
    aProfile({ providerId: 600, ratingHundredths: 460, ratingCount: 3 }),
  ],
  bench: [],
  files: [theFile()],
  history: blankHistory(aWorkOrder()),
  takenAtMs: NOW_MS,
};

function around({ files, profiles, bench, takenAtMs }: Small): Surroundings {
  const directory = bench.map((entry) => [entry.providerId, entry] as const);
  return {
    compiled: files.map(compileRuleFile),
    refs: factsNeeded(files),
    directory: new Map(directory),
    profiles: new Map(profiles.map((profile) => [profile.providerId, profile] as const)),
    talentPools: new Map(),
    commitments: [],
    cancellations: [],
    limits: DEFAULT_LIMITS,
    takenAtMs,
  };
}

function pendingOf({ workOrder, rows, takenAtMs }: Small): PendingList {
  return { workOrderId: workOrder.id, rows, quarantined: [], observedAtMs: takenAtMs };
}

function prepare(given: Partial<Small> = {}) {
  const small = { ...SMALL, ...given };
  return prepareOrder(around(small), {
    workOrder: small.workOrder,
    pending: pendingOf(small),
    history: small.history,
    pin: null,
  });
}

function plan(given: Partial<Small> = {}, order?: OrderInput): PlannedDecision {
  const small = { ...SMALL, ...given };
  const { decisions } = decideBatch(
    {
      nowMs: small.takenAtMs,
      orders: [order ?? prepare(small)],
      commitments: [],
      committedTodayCents: 0,
      committedTodayByRuleFile: {},
      committedTodayByWorkOrder: {},
      committedTodayFileOf: {},
      openWorkOrders: 1,
      limits: DEFAULT_LIMITS,
      talentPools: new Map(),
      projectDispatch: new Map(),
      undoneCount: 0,
      directives: NO_DIRECTIVES,
    },
    solveNone,
  );
  const [first] = decisions;
  if (first === undefined) throw new Error('no decision');
  return first;
}

function printOf(given: Partial<Small> = {}): string {
  const small = { ...SMALL, ...given };
  return fingerprint(plan(small), small.history, prepare(small).live?.scored.slate.facts ?? {});
}

function anAttempt(call: WriteCall, effect: EffectKind | null, given: Partial<Attempt> = {}): Attempt {
  return {
    decisionId: decisionId(workOrderId(4047), 1, 1),
    ruleFileId: 'default',
    stage: 1,
    intentN: 1,
    call,
    effect: effect === null ? null : { kind: effect, reason: 'FM-6002', atMs: NOW_MS - MINUTE_MS },
    ...given,
  };
}

const ASSIGN: WriteCall = {
  kind: 'assign',
  workOrderId: workOrderId(4047),
  providerId: providerId(557),
  clientPayTermsAccepted: false,
};
const ROUTE: WriteCall = { kind: 'route', workOrderId: workOrderId(4047), providerId: providerId(700) };

function tried(...attempts: readonly Attempt[]): WorkOrderHistory {
  return { ...blankHistory(SMALL.workOrder), nextSeq: attempts.length + 1, attempts };
}

describe('the fingerprint of a decision', () => {
  const [first, second] = SMALL.rows;
  if (first?.request == null || second === undefined) throw new Error('the small run has two requests');
  const { request } = first;
  const withFirst = (row: Partial<PendingRow>): Partial<Small> => ({ rows: [{ ...first, ...row }, second] });

  const SAME: readonly (readonly [string, Partial<Small>])[] = [
    ['a minute passes and no stage becomes due', { takenAtMs: NOW_MS + MINUTE_MS }],
    ['a profile is read again and says the same', { profiles: SMALL.profiles.map(readAgain) }],
    ['the rows come in another order', { rows: SMALL.rows.toReversed() }],
    ['the raw row changes in what nobody uses', withFirst({ raw: { correlation_id: 'x' } })],
    ['a request is prolonged', withFirst({ request: { ...request, expiresMs: NOW_MS + HOUR_MS } })],
    ['the platform lists the actions in another order', withFirst({ actions: first.actions.toReversed() })],
    ['so does the work order', { workOrder: { ...SMALL.workOrder, actions: SMALL.workOrder.actions.toReversed() } }],
    ['the title is edited', { workOrder: aWorkOrder({ title: 'ATM repair, 2nd floor' }) }],
    ['a profile value changes that no rule asks for', { profiles: SMALL.profiles.map(lessOnTime) }],
    ['the order was first seen earlier than it was published', { history: openedAt(NOW_MS - 150 * MINUTE_MS) }],
  ];
  it.each(SAME)('stays when %s', (_what, given) => {
    expect(printOf(given)).toBe(printOf());
  });

  const OTHER: readonly (readonly [string, Partial<Small>])[] = [
    ['the rule file’s text changes', { files: [theFile({ hash: hashText('edited') })] }],
    ['its mode changes', { files: [theFile({ mode: 'recommend' })] }],
    ['a stage becomes due', { takenAtMs: NOW_MS + 61 * MINUTE_MS }],
    ['the status changes', { workOrder: aWorkOrder({ status: 'routed' }) }],
    ['the work order offers other actions', { workOrder: aWorkOrder({ actions: ['route'] }) }],
    ['the pay changes', { workOrder: aWorkOrder({ pay: { kind: 'fixed', maxCents: 25_001 } }) }],
    ['the window moves', { workOrder: aWorkOrder({ schedule: { startMs: NOW_MS + 25 * HOUR_MS } }) }],
    ['somebody is assigned', { workOrder: aWorkOrder({ assigneeId: 999 }) }],
    ['a candidate comes', { rows: [...SMALL.rows, aRow({ providerId: 700 })] }],
    ['a candidate goes', { rows: [first] }],
    ['a rating changes and no verdict with it', { profiles: SMALL.profiles.map(betterRated) }],
    ['a fact becomes unknown', { profiles: [] }],
    ['a request is a new one', withFirst({ request: { ...request, id: requestId(1) } })],
    ['a request is withdrawn', withFirst({ request: { ...request, isActive: false } })],
    ['a request expires', withFirst({ request: { ...request, isExpired: true } })],
    ['a request becomes a counter-offer', withFirst({ request: aCounter(25_000, { id: request.id }) })],
    ['a request asks for expenses', withFirst({ request: { ...request, expensesCents: 1 } })],
    ['a provider is routed', withFirst({ route: aRoute() })],
    ['a row stops offering assign', withFirst({ actions: ['message'] })],
    ['an ageing fact changes a verdict', { takenAtMs: NOW_MS + 25 * MINUTE_MS }],
    ['something was tried', { history: tried(anAttempt(ROUTE, 'confirmed')) }],
  ];
  it.each(OTHER)('changes when %s', (_what, given) => {
    expect(printOf(given)).not.toBe(printOf());
  });

  it('tells two attempts, their ends and the reasons of their ends apart', () => {
    const prints = [
      anAttempt(ASSIGN, null),
      anAttempt(ASSIGN, 'unknown'),
      anAttempt(ASSIGN, 'refused'),
      anAttempt(ASSIGN, 'refused', { effect: { kind: 'refused', reason: 'FM-6009', atMs: NOW_MS - MINUTE_MS } }),
      anAttempt(ASSIGN, 'refused', { intentN: 2 }),
      anAttempt(ASSIGN, 'refused', { decisionId: decisionId(workOrderId(4047), 1, 2) }),
    ].map((attempt) => printOf({ history: tried(attempt) }));
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('does not mind when an attempt ended', () => {
    const at = (atMs: number) =>
      printOf({
        history: tried(anAttempt(ASSIGN, 'refused', { effect: { kind: 'refused', reason: 'FM-6002', atMs } })),
      });
    expect(at(NOW_MS - 1)).toBe(at(NOW_MS - HOUR_MS));
  });

  it('is the same whether the verdicts are read in brief or one by one', () => {
    const order = prepare();
    const facts = order.live?.scored.slate.facts ?? {};
    const planned = plan({}, order);
    expect(planned.candidates.map(({ scored }) => scored.inBrief?.(facts)?.widths.length)).not.toContain(undefined);
    expect(fingerprint(planned, UNTRIED, facts)).toBe(fingerprint(planned, UNTRIED, { ...facts }));
  });

  it('carries the winner and the reason, which depend on the rest of the batch', () => {
    const planned = plan();
    const facts = prepare().live?.scored.slate.facts ?? {};
    const base = fingerprint(planned, UNTRIED, facts);
    expect(fingerprint({ ...planned, winner: providerId(600) }, UNTRIED, facts)).not.toBe(base);
    expect(fingerprint({ ...planned, reason: { code: 'FM-1003', detail: {} } }, UNTRIED, facts)).not.toBe(base);
    expect(fingerprint({ ...planned, reason: { ...planned.reason, detail: {} } }, UNTRIED, facts)).toBe(base);
  });

  it('is of canonical JSON, whatever the order of the facts and whatever is written in them', () => {
    const planned = plan();
    const fact = (value: FactValue) => ({ kind: 'known', value, source: 'row', observedAtMs: 1 }) as const;
    const odd = {
      'provider.z': fact('a"\\\n'),
      'provider.a': fact(['x', '"']),
      'provider.m': fact(false),
      'provider.b': fact(3),
    };
    const of = (facts: Facts) => {
      const candidates = planned.candidates.map((ranked) => {
        const { scored } = ranked;
        const candidate = { ...scored.candidate, facts, actions: ['b', 'a'] };
        return { ...ranked, scored: { ...scored, criteria: scored.criteria, candidate } };
      });
      return fingerprint({ ...planned, candidates }, UNTRIED, facts);
    };
    const sorted = Object.fromEntries(Object.entries(odd).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(of(odd)).toBe(of(sorted));
    expect(of(odd)).toBe('f494ef5c226c61203a7b55c8a6f9cf14334f500f9d4300ce21b776be4f5d370d');
    expect(of({ ...odd, 'provider.a': fact(['x', 'y']) })).not.toBe(of(odd));
  });

  it('is taken of the facts of the work order that a rule asks for', () => {
    const planned = plan();
    const facts = {
      'work_order.is_remote': { kind: 'known', value: true, source: 'work_order', observedAtMs: 1 },
    } as const;
    expect(fingerprint(planned, UNTRIED, facts)).not.toBe(fingerprint(planned, UNTRIED, {}));
  });
});

/** Nothing was sent, and nobody was asked. */
const UNTRIED = { attempts: [], answers: [] };

function readAgain(profile: ProviderProfile): ProviderProfile {
  return { ...profile, observedAtMs: profile.observedAtMs + MINUTE_MS };
}

function lessOnTime(profile: ProviderProfile): ProviderProfile {
  return { ...profile, onTimeBasisPoints: 100 };
}

function betterRated(profile: ProviderProfile): ProviderProfile {
  return { ...profile, ratingHundredths: (profile.ratingHundredths ?? 0) + 1 };
}

function openedAt(atMs: number): WorkOrderHistory {
  return { ...blankHistory(SMALL.workOrder), openedAt: { atMs, source: 'first_seen' } };
}

describe('when the clock of the stages starts', () => {
  const PUBLISHED = NOW_MS - 2 * HOUR_MS;
  const ROUTED = NOW_MS - 3 * HOUR_MS;
  const both = aWorkOrder({ publishedMs: PUBLISHED, routedMs: ROUTED });
  const neither = aWorkOrder({ publishedMs: null, routedMs: null });
  const first = blankHistory(both);
  const CREATED = NOW_MS - 9 * HOUR_MS;
  const draft = aWorkOrder({ status: 'draft', createdMs: CREATED, publishedMs: null, routedMs: null });
  const seenAt = (atMs: number, source: 'created' | 'published') => ({ ...first, openedAt: { atMs, source } });
  const CASES: readonly (readonly [string, WorkOrder, WorkOrderHistory, number, string])[] = [
    ['published', aWorkOrder({ publishedMs: PUBLISHED }), first, PUBLISHED, 'published'],
    ['routed before it was published', both, first, ROUTED, 'routed'],
    ['routed only', aWorkOrder({ publishedMs: null, routedMs: ROUTED }), first, ROUTED, 'routed'],
    ['neither: seen now', neither, first, NOW_MS, 'first_seen'],
    ['seen before', neither, openedAt(NOW_MS - HOUR_MS), NOW_MS - HOUR_MS, 'first_seen'],
    ['published again after it was seen open', aWorkOrder({ publishedMs: NOW_MS }), openedAt(1), 1, 'first_seen'],
    ['published before it was seen', aWorkOrder({ publishedMs: 1 }), openedAt(2), 1, 'published'],
    ['a draft', draft, blankHistory(draft), CREATED, 'created'],
    ['a draft seen before', draft, seenAt(CREATED, 'created'), CREATED, 'created'],
    ['a draft again, after it was open', draft, seenAt(PUBLISHED, 'published'), PUBLISHED, 'published'],
    ['second episode', both, { ...first, episode: 2 }, NOW_MS, 'first_seen'],
    [
      'second episode, seen before',
      both,
      { ...openedAt(NOW_MS - MINUTE_MS), episode: 2 },
      NOW_MS - MINUTE_MS,
      'first_seen',
    ],
    [
      'published in the future by the platform’s clock',
      aWorkOrder({ publishedMs: NOW_MS + 1 }),
      first,
      NOW_MS,
      'first_seen',
    ],
  ];
  it.each(CASES)('%s', (_what, workOrder, history, atMs, source) => {
    expect(prepare({ workOrder, history }).openedAt).toEqual({ atMs, source });
  });
});

describe('what a decision is made from', () => {
  const bench = [aDirectoryEntry({ providerId: 700 })];
  const candidates = (given: Partial<Small>) =>
    prepare({ bench, ...given }).live?.scored.slate.candidates.map(({ providerId: id }) => id);

  it('looks at the bench once a stage that invites is due, not before', () => {
    expect(candidates({})).toEqual([557, 600]);
    expect(candidates({ takenAtMs: NOW_MS + 59 * MINUTE_MS })).toEqual([557, 600]);
    expect(candidates({ takenAtMs: NOW_MS + 60 * MINUTE_MS })).toEqual([557, 600, 700]);
  });

  it('looks no more at the bench when every due stage that invites has done so', () => {
    const takenAtMs = NOW_MS + 60 * MINUTE_MS;
    const invited = (effect: EffectKind | null) => ({
      takenAtMs,
      history: tried(anAttempt(ROUTE, effect, { stage: 2 })),
    });
    expect(candidates(invited('confirmed'))).toEqual([557, 600]);
    expect(candidates(invited('unknown'))).toEqual([557, 600]);
    expect(candidates(invited('refused'))).toEqual([557, 600, 700]);
    expect(candidates({ ...invited('confirmed'), takenAtMs: NOW_MS + 120 * MINUTE_MS })).toEqual([557, 600, 700]);
  });

  it('never looks at the bench for a bundle, which is held anyway', () => {
    expect(candidates({ takenAtMs: NOW_MS + 300 * MINUTE_MS, workOrder: aWorkOrder({ bundleId: 9 }) })).toEqual([
      557, 600,
    ]);
  });

  it('scores by the file that applies and, beside it, by every shadow', () => {
    const files = [theFile(), theFile({ id: 'trial', mode: 'shadow', hash: hashText('trial') })];
    const order = prepare({ files });
    expect(order.live?.file.id).toBe('default');
    expect(order.shadows.map(({ file }) => file.id)).toEqual(['trial']);
    expect(prepare({ files: files.slice(1) }).live).toBeNull();
  });

  const OPEN: readonly (readonly [string, Attempt, object | null])[] = [
    [
      'no effect',
      anAttempt({ kind: 'mass_route', workOrderId: workOrderId(4047), providerIds: [] }, null),
      { decisionId: '4047.1.1', action: 'mass-route' },
    ],
    ['an unknown end', anAttempt(ASSIGN, 'unknown'), { decisionId: '4047.1.1', action: 'assign' }],
    ['a confirmed end', anAttempt(ASSIGN, 'confirmed'), null],
    ['a refused end', anAttempt(ASSIGN, 'refused'), null],
    ['a lost race', anAttempt(ASSIGN, 'lost_race'), null],
  ];
  it.each(OPEN)('an attempt with %s is open or not', (_what, attempt, open) => {
    expect(prepare({ history: tried(attempt) }).openIntent).toEqual(open);
  });

  it('knows our own assignment of the episode', () => {
    const assigned = { decisionId: decisionId(workOrderId(4047), 1, 1), providerId: providerId(557), confirmedAtMs: 5 };
    expect(prepare({ history: { ...SMALL.history, assigned } }).assigned).toEqual({
      providerId: 557,
      confirmedAtMs: 5,
    });
    expect(prepare().assigned).toBeNull();
  });
});

describe('the authority', () => {
  const compiled = SMALL.files.map(compileRuleFile);
  const facts = prepare().live?.scored.slate.facts ?? {};

  it('lets a decision stand that json-rules-engine agrees with', async () => {
    const planned = plan();
    expect(planned).toMatchObject({ outcome: 'assign', winner: 557 });
    expect(await confirmByAuthority(planned, facts, compiled)).toBe(planned);
  });

  it.each([
    ['rating', 'match', 'no_match'],
    ['rating', 'match', 'unknown'],
    ['expiry', 'match', 'no_match'],
  ] as const)('holds when the compiled verdict of %s is falsified from %s to %s', async (key, before, after) => {
    const planned = plan();
    const held = await confirmByAuthority(falsify(planned, { provider: 557, key, before, after }), facts, compiled);
    expect(held).toMatchObject({
      outcome: 'hold',
      reason: { code: 'FM-3008', detail: { criterion: key, provider: 557 } },
      winner: null,
      costCents: null,
      intents: [],
    });
    expect(held.candidates).toHaveLength(2);
  });

  it('does not look at those who are not chosen', async () => {
    const about = { provider: 600, key: 'rating', before: 'match', after: 'no_match' } as const;
    const planned = falsify(plan(), about);
    expect(await confirmByAuthority(planned, facts, compiled)).toBe(planned);
  });

  it('looks at every provider that a mass-route invites', async () => {
    const bench = [557, 600].map((id) => aDirectoryEntry({ providerId: id }));
    const stages: readonly Stage[] = [
      { n: 1, afterMinutes: 0, do: 'mass_route', top: 3, talentPoolId: null, minPoints: 0 },
    ];
    const given = { rows: [], bench, files: [theFile({ stages })] };
    const planned = plan(given);
    expect(planned.intents.map(({ call }) => boundProviders(call))).toEqual([[557, 600]]);
    expect(await confirmByAuthority(planned, facts, compiled)).toBe(planned);
    const wrong = falsify(planned, { provider: 600, key: 'rating', before: 'match', after: 'no_match' });
    expect(await confirmByAuthority(wrong, facts, compiled)).toMatchObject({
      reason: { code: 'FM-3008', detail: { provider: 600 } },
    });
  });

  it('says nothing about criteria with unknown facts, and nothing of decisions that send nothing', async () => {
    const optional = theFile({ criteria: [aCriterion({ isRequired: false })] });
    const unrated = plan({ profiles: [], files: [optional] });
    expect(unrated.outcome).toBe('assign');
    expect(await confirmByAuthority(unrated, facts, [compileRuleFile(optional)])).toBe(unrated);
    const waiting = plan({ rows: [] });
    expect(await confirmByAuthority(waiting, facts, [])).toBe(waiting);
  });

  it('crashes on a decision of a rule file that is not loaded', async () => {
    await expect(confirmByAuthority(plan(), facts, [])).rejects.toThrow(/not loaded: default/);
  });

  it('knows whom a call binds or invites', () => {
    const at = { workOrderId: workOrderId(4047), providerId: providerId(557) };
    const CALLS: readonly (readonly [WriteCall, readonly number[]])[] = [
      [ASSIGN, [557]],
      [{ kind: 'accept_counter', ...at, requestId: requestId(1), payCents: 1 }, [557]],
      [{ kind: 'route', ...at }, [557]],
      [{ kind: 'mass_route', workOrderId: at.workOrderId, providerIds: [providerId(1), providerId(2)] }, [1, 2]],
      [{ kind: 'publish', workOrderId: at.workOrderId }, []],
      [{ kind: 'unroute', ...at }, []],
      [{ kind: 'unassign', ...at, reasonId: 1, comment: '' }, []],
    ];
    for (const [call, providers] of CALLS) expect(boundProviders(call)).toEqual(providers);
  });
});

type Falsehood = {
  readonly provider: number;
  readonly key: string;
  readonly before: 'match';
  readonly after: 'no_match' | 'unknown';
};

/** The decision as a faulty compiled evaluator would have made it. */
function falsify(planned: PlannedDecision, { provider, key, before, after }: Falsehood): PlannedDecision {
  let falsified = 0;
  const candidates = planned.candidates.map((ranked) => {
    if (ranked.scored.candidate.providerId !== provider) return ranked;
    const criteria = ranked.scored.criteria.map((criterion) => {
      if (criterion.key !== key) return criterion;
      expect(criterion.factVerdict).toBe(
        key === 'expiry' && ranked.scored.candidate.kind === 'bench' ? 'unknown' : before,
      );
      falsified += 1;
      return { ...plainResult(criterion), factVerdict: after };
    });
    return { ...ranked, scored: { ...ranked.scored, criteria } };
  });
  expect(falsified).toBe(1);
  return { ...planned, candidates };
}

describe('the directory after a run', () => {
  const known = aDirectoryEntry({ providerId: 600, profile: aProfile({ providerId: 600, ratingHundredths: 100 }) });
  const merge = (rows: readonly PendingRow[], profiles: readonly ProviderProfile[]) =>
    mergeDirectory({
      directory: new Map([[known.providerId, known]]),
      rows,
      profiles: new Map(profiles.map((profile) => [profile.providerId, profile])),
      atMs: NOW_MS,
    });

  it('learns every provider of every row, and says which entries changed, by id', () => {
    const { directory, changed } = merge([aRow({ providerId: 900 }), aRow({ providerId: 557 })], [aProfile()]);
    expect(changed.map((entry) => entry.providerId)).toEqual([557, 900]);
    expect([...directory.keys()].toSorted()).toEqual([557, 600, 900]);
    expect(directory.get(providerId(557))).toMatchObject({ firstSeenMs: NOW_MS, profile: { providerId: 557 } });
    expect(directory.get(providerId(900))).toMatchObject({ firstSeenMs: NOW_MS, profile: null });
    expect(directory.get(known.providerId)).toBe(known);
  });

  it('keeps the first sight and what an earlier row said beside what this one says', () => {
    const verdicts = [aVerdict({ name: 'Provider rating' }), aVerdict({ name: 'Provider cancel rate' })].map(
      (verdict) => ({
        ...verdict,
        observedAtMs: 1,
      }),
    );
    const before = { ...known, verdicts };
    const row = aRow({
      providerId: 600,
      platform: {
        ruleId: null,
        isMatch: false,
        points: 0,
        maxPoints: 45,
        verdicts: [aVerdict({ name: 'Provider rating', isMatch: false })],
      },
    });
    const { changed } = mergeDirectory({
      directory: new Map([[before.providerId, before]]),
      rows: [row, aRow({ providerId: 600 })],
      profiles: new Map(),
      atMs: NOW_MS,
    });
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({
      firstSeenMs: known.firstSeenMs,
      lastSeenMs: NOW_MS,
      profile: { ratingHundredths: 100 },
      verdicts: [
        { name: 'Provider cancel rate', isMatch: true, observedAtMs: 1 },
        { name: 'Provider rating', isMatch: false, observedAtMs: NOW_MS },
      ],
    });
  });

  it('takes profiles of those who have no row: of the known, and of strangers, whom a talent pool brings', () => {
    const fresh = aProfile({ providerId: 600, ratingHundredths: 500 });
    const { directory, changed } = merge([], [fresh, aProfile({ providerId: 901 })]);
    expect(changed[0]).toEqual({ ...known, profile: fresh });
    expect(changed[1]).toMatchObject({ providerId: 901, flags: null, verdicts: [], profile: { providerId: 901 } });
    expect(directory.size).toBe(2);
  });
});

describe('commitments', () => {
  const lists = (open: readonly WorkOrder[], assigned: readonly WorkOrder[]) => ({
    open,
    assigned,
    drafts: [],
    finished: [],
    quarantined: [],
  });
  const pendingList = (id: number, rows: readonly PendingRow[]): [WorkOrder['id'], PendingList] => [
    workOrderId(id),
    { workOrderId: workOrderId(id), rows, quarantined: [], observedAtMs: NOW_MS },
  ];

  it('are the assigned work orders and the live routes, by provider and work order', () => {
    const open = [aWorkOrder({ id: 1 }), aWorkOrder({ id: 2 })];
    const assigned = [9003, 9002].map((id) => aWorkOrder({ id, status: 'assigned', assigneeId: 557 }));
    const pending = new Map([
      pendingList(1, [aRow({ providerId: 600, kind: 'routed' }), aRow({ providerId: 557, kind: 'routed' })]),
      pendingList(2, [aRow({ providerId: 700 }), aRow({ providerId: 600, route: aRoute() })]),
    ]);
    const span = { startMs: NOW_MS + 24 * HOUR_MS, endMs: NOW_MS + 26 * HOUR_MS, localDate: '2026-11-24' };
    expect(toCommitments(lists(open, assigned), pending)).toEqual([
      { kind: 'routed', workOrderId: 1, providerId: 557, ...span },
      { kind: 'assigned', workOrderId: 9002, providerId: 557, ...span },
      { kind: 'assigned', workOrderId: 9003, providerId: 557, ...span },
      { kind: 'routed', workOrderId: 1, providerId: 600, ...span },
      { kind: 'routed', workOrderId: 2, providerId: 600, ...span },
    ]);
    expect(aCommitment({ workOrderId: 9002 })).toEqual({
      kind: 'assigned',
      workOrderId: 9002,
      providerId: 557,
      ...span,
    });
  });

  it('leave out an assigned work order that names nobody, and lists that were not read', () => {
    expect(
      toCommitments(lists([aWorkOrder({ id: 1 })], [aWorkOrder({ id: 2, status: 'assigned' })]), new Map()),
    ).toEqual([]);
  });

  it('have no time where the work order has none', () => {
    const schedule = { startMs: null, endMs: null, localDate: null };
    const [commitment] = toCommitments(lists([], [aWorkOrder({ assigneeId: 557, schedule })]), new Map());
    expect(commitment).toMatchObject({ startMs: null, endMs: null, localDate: null });
  });
});

describe('the summary of a run', () => {
  const base = plan();
  const toDecision = (seq: number, given: Partial<Decision>): Decision => ({
    ...base,
    id: decisionId(base.workOrder.id, 1, seq),
    seq,
    runId: 'run',
    decidedAtMs: NOW_MS,
    engineVersion: '0',
    ruleSetHash: sha256('0'.repeat(64)),
    inputHash: sha256('0'.repeat(64)),
    slate: { facts: {}, takenAtMs: NOW_MS },
    batch: null,
    ...given,
  });
  const effectOf = (seq: number, kind: EffectKind, intentN = 1, code: ReasonCode = 'FM-6001'): Effect => ({
    decisionId: decisionId(base.workOrder.id, 1, seq),
    intentN,
    n: 1,
    kind,
    reason: { code, detail: {} },
    atMs: NOW_MS,
    runId: 'run',
    saw: null,
  });
  const intents: readonly Intent[] = [
    { n: 1, call: ROUTE, costCents: 0 },
    { n: 2, call: ASSIGN, costCents: 25_000 },
  ];
  const nothing = {
    openWorkOrders: 0,
    decisions: [],
    recorded: [],
    effects: [],
    settledCents: 0,
    quarantined: [],
    httpRequests: 0,
    stopped: null,
    isDryRun: false,
    collisions: 0,
    pause: null,
  };

  it('counts live decisions by outcome and reason, and how many are unchanged', () => {
    const waiting = plan({ rows: [] });
    const shown = [
      { planned: base, isUnchanged: false },
      { planned: waiting, isUnchanged: true },
      { planned: waiting, isUnchanged: true },
      { planned: { ...base, mode: 'shadow' as const }, isUnchanged: false },
    ];
    expect(summarise({ ...nothing, openWorkOrders: 4, decisions: shown, httpRequests: 7 })).toEqual({
      openWorkOrders: 4,
      decisions: 3,
      unchanged: 2,
      byOutcome: { assign: 1, wait: 2 },
      byReason: { 'FM-1005': 1, 'FM-2002': 2 },
      effects: { confirmed: 0, refused: 0, lost_race: 0, unknown: 0 },
      actions: 0,
      committedCents: 0,
      quarantined: [],
      httpRequests: 7,
      stopped: null,
      collisions: 0,
      paused: null,
      alarms: [],
    });
  });

  it('counts actions, effects and the money of confirmed ones alone', () => {
    const recorded = [
      toDecision(1, { intents }),
      toDecision(2, { intents }),
      toDecision(3, { intents }),
      toDecision(4, { intents: [] }),
    ];
    const effects = [
      effectOf(1, 'confirmed'),
      effectOf(1, 'confirmed', 2),
      effectOf(2, 'confirmed'),
      effectOf(2, 'lost_race', 2),
      effectOf(3, 'unknown'),
      effectOf(3, 'refused', 2, 'FM-6014'),
      // Settled for an earlier run.
      effectOf(99, 'confirmed'),
    ];
    expect(summarise({ ...nothing, recorded, effects, settledCents: 1_000 })).toMatchObject({
      actions: 3,
      committedCents: 26_000,
      effects: { confirmed: 4, refused: 1, lost_race: 1, unknown: 1 },
    });
  });

  it('counts in a dry run what would have been sent', () => {
    const shown = [
      { planned: { ...base, intents }, isUnchanged: false },
      { planned: plan({ rows: [] }), isUnchanged: false },
    ];
    expect(summarise({ ...nothing, decisions: shown })).toMatchObject({ actions: 0 });
    expect(summarise({ ...nothing, decisions: shown, isDryRun: true })).toMatchObject({
      actions: 1,
      committedCents: 0,
    });
  });

  it('alarms about what was confirmed at another price', () => {
    const effects = [effectOf(1, 'confirmed'), effectOf(2, 'confirmed', 1, 'FM-6015')];
    expect(summarise({ ...nothing, effects }).alarms).toEqual([{ code: 'FM-6015', decisionId: '4047.1.2' }]);
  });

  it('passes on what was set aside and why the run stopped', () => {
    const stopped = { code: 'FM-7004', message: '3 actions failed.' } as const;
    const quarantined = [{ what: 'user', id: 5, workOrderId: null, reason: 'broken' }];
    expect(summarise({ ...nothing, stopped, quarantined, collisions: 2 })).toMatchObject({
      stopped,
      quarantined,
      collisions: 2,
    });
  });
});

describe('the money of today', () => {
  const ORDERS = [aWorkOrder({ id: 1 }), aWorkOrder({ id: 2 })] as const;
  const recorded = ORDERS.map(blankHistory);
  const snapshot: LedgerSnapshot = {
    histories: recorded,
    commitments: [],
    committedTodayCents: 70_000,
    committedTodayByRuleFile: { default: 30_000 },
    committedTodayByWorkOrder: { 1: 30_000, 2: 40_000 },
    committedTodayFileOf: { 1: 'default' },
  };

  it('leaves out what an assignment was to cost that has ended', () => {
    const [first, second] = recorded;
    if (first === undefined || second === undefined) throw new Error('two histories');
    const again = new Map([
      [first.workOrderId, { ...first, episode: 2 }],
      [second.workOrderId, second],
    ]);
    expect(moneyOfToday(snapshot, again)).toEqual({
      committedTodayCents: 40_000,
      committedTodayByRuleFile: { default: 0 },
      committedTodayByWorkOrder: { 2: 40_000 },
      committedTodayFileOf: {},
    });
  });

  it('is the ledger’s where nothing was found open again, also of work orders that are not looked at', () => {
    const { histories: _, commitments: __, ...money } = snapshot;
    expect(moneyOfToday(snapshot, new Map(recorded.map((one) => [one.workOrderId, one])))).toEqual(money);
    expect(moneyOfToday(snapshot, new Map())).toEqual(money);
  });
});

describe('what deciding together brought', () => {
  const nothing = { fill: 0, pointsMilli: 0, costCents: 0, spread: 0, rank: 0 };
  const component = (given: Partial<SolvedComponent>): SolvedComponent => ({
    workOrderIds: [workOrderId(1), workOrderId(2)],
    providers: 2,
    bids: { given: 3, kept: 3 },
    solver: 'paths',
    status: 'optimal',
    counters: {},
    objective: nothing,
    greedy: nothing,
    ...given,
  });
  const solution = (group: Solution['group'], components: readonly SolvedComponent[]): Solution => {
    return { group, ruleFileId: null, problem: { orders: [], booked: [] }, dropped: [], components, assigned: [] };
  };

  it('adds up what files that act gained, and leaves out the others', () => {
    const better = component({
      objective: { ...nothing, fill: 2, pointsMilli: 500_000, costCents: 40_000 },
      greedy: { ...nothing, fill: 1, pointsMilli: 460_500, costCents: 25_000 },
    });
    const gained = gainOf([
      solution('acting', [better, component({ status: 'limit' })]),
      solution('asking', [better]),
      solution('shadow', [better]),
    ]);
    expect(gained).toEqual({
      groups: 2,
      workOrders: 4,
      filledMore: 1,
      pointsMoreMilli: 39_500,
      costMoreCents: 15_000,
      unproven: 1,
    });
    expect(togetherText(gained)).toEqual([
      'Decided together, 4 work orders that share providers: 1 more filled, 39.5 more points, $150.00 more to pay than one after the other; 1 group without proof that nothing is better.',
    ]);
  });

  it('says that fill_weight counts where it does, and of points that are lost', () => {
    const own = component({
      objective: { ...nothing, fill: 5, pointsMilli: 100_000 },
      greedy: { ...nothing, fill: 3, pointsMilli: 120_000 },
    });
    const order = { workOrderId: workOrderId(1), startMs: null, endMs: null, day: null, told: 3, bids: [] } as const;
    const limits = { perDay: null, per7Days: null, forbidOverlap: true, travelBufferMinutes: 0 };
    const problem = { orders: [1, 5].map((fillWeight) => ({ ...order, limits, fillWeight })), booked: [] };
    expect(togetherText(gainOf([{ ...solution('acting', [own]), problem }]))).toEqual([
      'Decided together, 2 work orders that share providers: 2 more filled by fill_weight, 20 fewer points than one after the other.',
    ]);
  });

  it('says no money where a cost that makes the difference is unknown', () => {
    const objective = { ...nothing, fill: 2, costCents: 100_020_000 };
    const gained = gainOf([solution('acting', [component({ objective, greedy: { ...nothing, fill: 1 } })])]);
    expect(gained).toMatchObject({ filledMore: 1, costMoreCents: null });
    expect(togetherText(gained)).toEqual([
      'Decided together, 2 work orders that share providers: 1 more filled than one after the other.',
    ]);
  });

  it('is nothing where none shared a provider, and not worth a line where nothing was gained', () => {
    expect(gainOf([solution('shadow', [component({})])])).toBeUndefined();
    expect(togetherText(gainOf([solution('acting', [component({})])]))).toEqual([]);
  });
});
