import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACTS } from '../../src/criteria/catalog.ts';
import { type FactRef, factRef } from '../../src/domain/fact.ts';
import { providerId } from '../../src/domain/ids.ts';
import { toCanonicalJson } from '../../src/domain/json.ts';
import { buildSlate, type SlateInput } from '../../src/facts/build-slate.ts';
import { directoryEntry } from '../../src/facts/directory-entry.ts';
import { workOrderFacts } from '../../src/facts/work-order-facts.ts';
import {
  anyCancellation,
  anyCommitment,
  anyDirectoryEntry,
  anyProfile,
  anyRow,
  anyWorkOrder,
} from '../support/arbitrary.ts';
import {
  aCancellation,
  aCommitment,
  aCounter,
  aDirectoryEntry,
  aProfile,
  aRequest,
  aRoute,
  aRow,
  aVerdict,
  aWorkOrder,
  HOUR_MS,
  NOW_MS,
} from '../support/builders.ts';
import { goldenRow, goldenWireRow } from '../support/golden-rows.ts';

const EVERY_REF: readonly FactRef[] = FACTS.map(({ name, params }) => {
  const given = { 'provider.completed_of_type': { type_of_work: 'ATM' }, 'fn.criterion': { name: 'rating' } };
  if (params === null) return factRef(name, null);
  return factRef(name, name in given ? given[name as keyof typeof given] : { type_id: 3 });
});

function slateOf(given: Partial<SlateInput>) {
  return buildSlate({
    workOrder: aWorkOrder(),
    pending: [],
    bench: [],
    directory: new Map(),
    profiles: new Map(),
    commitments: [],
    cancellations: [],
    refs: [],
    takenAtMs: NOW_MS,
    ...given,
  });
}

function directoryOf(...entries: readonly ReturnType<typeof aDirectoryEntry>[]) {
  return new Map(entries.map((entry) => [entry.providerId, entry]));
}

describe('the founding documents', () => {
  const names = goldenWireRow('pending-request').selection_rule.criterion.map(({ name }) => name);
  const refs = [
    ...names.map((name) => factRef('fn.criterion', { name })),
    ...['provider.worked_with', 'provider.is_w2', 'provider.rating', 'provider.cancel_rate', 'request.exists'].map(
      (name) => factRef(name, null),
    ),
  ];

  it.each(['pending-request', 'pending-routed'] as const)(
    '%s gives the flags and verdicts of the row, and no value that it does not carry',
    (sample) => {
      const row = goldenRow(sample);
      const [candidate] = slateOf({ pending: [row], refs }).candidates;
      const known = (value: unknown, source: string) => ({ kind: 'known', value, source, observedAtMs: NOW_MS });
      for (const verdict of goldenWireRow(sample).selection_rule.criterion) {
        const { key } = factRef('fn.criterion', { name: verdict.name });
        expect(candidate?.facts[key]).toEqual(known(verdict.status, 'platform'));
      }
      expect(candidate?.facts['provider.worked_with']).toEqual(known(false, 'row'));
      expect(candidate?.facts['provider.is_w2']).toEqual(known(false, 'row'));
      expect(candidate?.facts['request.exists']).toEqual(known(sample === 'pending-request', 'row'));
      expect(candidate?.facts['provider.rating']?.kind).toBe('unknown');
      expect(candidate?.facts['provider.cancel_rate']?.kind).toBe('unknown');
      expect(candidate?.verdicts.map(({ name }) => name)).toEqual(names);
      expect(candidate?.verdicts.every((v) => v.source === 'row' && v.observedAtMs === NOW_MS)).toBe(true);
      expect(candidate?.platform).toMatchObject({ points: 175, maxPoints: 530, isMatch: false });
    },
  );

  it('are two candidates of two kinds: asked, and invited', () => {
    const [asked] = slateOf({ pending: [goldenRow('pending-request')] }).candidates;
    const [invited] = slateOf({ pending: [goldenRow('pending-routed')] }).candidates;
    expect(asked).toMatchObject({ kind: 'request', request: { id: 107 }, route: null, providerId: 557 });
    expect(asked?.actions).toContain('assign');
    expect(invited).toMatchObject({ kind: 'routed', request: null, route: { id: 417 } });
    expect(invited?.actions).toContain('un_route');
  });

  it('leave the six verdicts about the provider alone in the directory', () => {
    const entry = directoryEntry({ previous: null, row: goldenRow('pending-request'), profile: null, atMs: NOW_MS });
    expect(entry.verdicts.map(({ name }) => name)).toEqual([
      'Background check',
      'Member of a preferred group',
      'Provider block rate',
      'Provider cancel rate',
      'Provider rating',
      'Worked with your company before',
    ]);
    expect(entry).toMatchObject({ firstSeenMs: NOW_MS, lastSeenMs: NOW_MS, profile: null });
    expect(entry.flags).toEqual({
      observedAtMs: NOW_MS,
      isW2: false,
      isMarketplace: true,
      isManaged: false,
      isRoutable: true,
      hasWorkedWithUs: false,
    });
  });
});

describe('candidates', () => {
  it('are one a provider, by provider id, a pending row before the bench', () => {
    const slate = slateOf({
      pending: [aRow({ providerId: 9 }), aRow({ providerId: 3, kind: 'routed' })],
      bench: [aDirectoryEntry({ providerId: 9 }), aDirectoryEntry({ providerId: 5 })],
    });
    expect(slate.candidates.map(({ providerId: id, kind }) => [id, kind])).toEqual([
      [3, 'routed'],
      [5, 'bench'],
      [9, 'request'],
    ]);
  });

  it('keep the route beside the request when a provider has both', () => {
    const [candidate, ...others] = slateOf({
      pending: [aRow({ kind: 'routed', route: aRoute({ id: 7 }) }), aRow({ request: aRequest({ id: 8 }) })],
    }).candidates;
    expect(candidate).toMatchObject({ kind: 'request', request: { id: 8 }, route: { id: 7 } });
    expect(others).toEqual([]);
  });

  it('take the lower id of two rows of the same standing', () => {
    const [candidate] = slateOf({
      pending: [aRow({ request: aRequest({ id: 12 }) }), aRow({ request: aRequest({ id: 11 }) })],
    }).candidates;
    expect(candidate?.request?.id).toBe(11);
    const bare = aRow({ kind: 'routed', route: null });
    const [routed] = slateOf({ pending: [aRow({ kind: 'routed', route: aRoute({ id: 4 }) }), bare] }).candidates;
    expect(routed?.route?.id).toBe(4);
  });

  it('do not count a request that the platform lists as routed', () => {
    const row = aRow({ kind: 'routed', request: aCounter(99_000) });
    const [candidate] = slateOf({ pending: [row], refs: [factRef('request.is_counter', null)] }).candidates;
    expect(candidate).toMatchObject({ kind: 'routed', request: null, costCents: 25_000 });
    expect(candidate?.facts['request.is_counter']).toMatchObject({ value: false });
  });

  it('of the bench have the verdicts of the directory with their age, and nothing to act on', () => {
    const verdict = { ...aVerdict(), observedAtMs: NOW_MS - 5 * HOUR_MS };
    const [candidate] = slateOf({ bench: [aDirectoryEntry({ verdicts: [verdict] })] }).candidates;
    expect(candidate?.verdicts).toEqual([{ ...verdict, source: 'directory' }]);
    expect(candidate).toMatchObject({ request: null, route: null, actions: [], platform: null });
  });

  it('with a row never take verdicts from the directory', () => {
    const verdicts = [{ ...aVerdict(), observedAtMs: NOW_MS }];
    const [candidate] = slateOf({
      pending: [aRow()],
      directory: directoryOf(aDirectoryEntry({ verdicts })),
    }).candidates;
    expect(candidate?.verdicts).toEqual([]);
  });

  it('have row and profile kept for audit', () => {
    const profile = aProfile();
    const row = aRow({ raw: { id: 557 } });
    const [candidate] = slateOf({ pending: [row], profiles: new Map([[profile.providerId, profile]]) }).candidates;
    expect(candidate?.raw).toEqual({ row: { id: 557 }, profile });
    expect(slateOf({ bench: [aDirectoryEntry()] }).candidates[0]?.raw).toEqual({ row: null, profile: null });
  });
});

describe('what a candidate costs', () => {
  const unpaid = aWorkOrder({ pay: { kind: 'none', maxCents: 0 } });
  it.each([
    ['the pay of the work order for a plain request', aWorkOrder(), aRow(), 25_000],
    ['the pay of the work order for a route', aWorkOrder(), aRow({ kind: 'routed' }), 25_000],
    ['with the expenses a request asks', aWorkOrder(), aRow({ request: aRequest({ expensesCents: 1_500 }) }), 26_500],
    ['what a counter-offer asks', aWorkOrder(), aRow({ request: aCounter(31_000) }), 31_000],
    ['with the expenses', aWorkOrder(), aRow({ request: aCounter(31_000, { expensesCents: 500 }) }), 31_500],
    ['nothing known for a work order without pay', unpaid, aRow(), null],
    ['a counter-offer is known though', unpaid, aRow({ request: aCounter(31_000) }), 31_000],
    [
      'nothing known for a counter-offer without pay',
      aWorkOrder(),
      aRow({ request: aRequest({ isCounter: true }) }),
      null,
    ],
  ])('%s', (_, workOrder, row, costCents) => {
    expect(slateOf({ workOrder, pending: [row] }).candidates[0]?.costCents).toBe(costCents);
  });
});

describe('sources', () => {
  const refs = [factRef('provider.rating', null)];
  const id = providerId(557);
  const older = aProfile({ observedAtMs: NOW_MS - 9 * HOUR_MS, ratingHundredths: 300 });
  const newer = aProfile({ observedAtMs: NOW_MS - HOUR_MS, ratingHundredths: 500 });

  it.each([
    ['the profile of this run', newer, older, 500],
    ['a newer one of the directory', older, newer, 500],
    ["the directory's alone", null, older, 300],
  ])('uses %s', (_, ofRun, ofDirectory, value) => {
    const [candidate] = slateOf({
      pending: [aRow()],
      directory: directoryOf(aDirectoryEntry({ profile: ofDirectory })),
      profiles: new Map(ofRun === null ? [] : [[id, ofRun]]),
      refs,
    }).candidates;
    expect(candidate?.facts['provider.rating']).toMatchObject({ value });
  });

  it('gives each provider its own commitments', () => {
    const slate = slateOf({
      pending: [aRow({ providerId: 1 }), aRow({ providerId: 2 })],
      commitments: [
        aCommitment({ providerId: 1, workOrderId: 1 }),
        aCommitment({ providerId: 1, workOrderId: 2 }),
        aCommitment({ providerId: 3 }),
      ],
      refs: [factRef('provider.assigned_now', null)],
    });
    expect(slate.candidates.map(({ facts }) => facts['provider.assigned_now'])).toMatchObject([
      { value: 2 },
      { value: 0 },
    ]);
  });

  it('gives each provider its own cancellations', () => {
    const slate = slateOf({
      pending: [aRow({ providerId: 1 }), aRow({ providerId: 2 })],
      cancellations: [aCancellation({ providerId: 1 }), aCancellation({ providerId: 3 })],
      refs: [factRef('provider.cancelled_on_us', null)],
    });
    expect(slate.candidates.map(({ facts }) => facts['provider.cancelled_on_us'])).toMatchObject([
      { value: 1 },
      { value: 0 },
    ]);
  });

  it('keeps facts of the work order on the slate and facts of providers on candidates', () => {
    const slate = slateOf({ pending: [aRow()], refs: EVERY_REF });
    const scopeOf = new Map(FACTS.map(({ name, scope }) => [name, scope]));
    const keysOf = (scope: string) => EVERY_REF.filter(({ name }) => scopeOf.get(name) === scope).map(({ key }) => key);
    expect(Object.keys(slate.facts).sort()).toEqual(keysOf('work_order').sort());
    expect(Object.keys(slate.candidates[0]?.facts ?? {}).sort()).toEqual(keysOf('candidate').sort());
    expect(workOrderFacts(aWorkOrder(), EVERY_REF, NOW_MS)).toEqual(slate.facts);
  });

  it('has no fact the catalog does not know, and none without its parameter', () => {
    const refs = [factRef('provider.shoe_size', null), factRef('provider.completed_of_type', null)];
    expect(slateOf({ pending: [aRow()], refs }).candidates[0]?.facts).toEqual({
      'provider.completed_of_type': {
        kind: 'unknown',
        because: 'provider.completed_of_type needs the parameter type_of_work.',
      },
    });
  });
});

describe('building a slate', () => {
  const PROVIDERS = [11, 22, 33];
  const anyInput = fc
    .record({
      workOrder: anyWorkOrder(),
      pending: fc.array(fc.constantFrom(...PROVIDERS).chain(anyRow), { maxLength: 5 }),
      bench: fc.tuple(...PROVIDERS.map(anyDirectoryEntry)).chain((entries) => fc.subarray(entries)),
      directory: fc.tuple(...PROVIDERS.map(anyDirectoryEntry)).map((entries) => directoryOf(...entries)),
      profiles: fc.tuple(...PROVIDERS.map(anyProfile)),
      commitments: fc.array(fc.constantFrom(...PROVIDERS).chain(anyCommitment), { maxLength: 8 }),
      cancellations: fc.array(fc.constantFrom(...PROVIDERS).chain(anyCancellation), { maxLength: 5 }),
    })
    .map(({ profiles, ...given }) => ({
      ...given,
      profiles: new Map(profiles.map((profile) => [profile.providerId, profile])),
      refs: EVERY_REF,
      takenAtMs: NOW_MS,
    }));

  it('gives the same bytes whatever order rows, bench, commitments and references come in', () => {
    fc.assert(
      fc.property(anyInput, fc.integer({ min: 1, max: 7 }), (given, turn) => {
        const turned = {
          ...given,
          pending: rotate(distinctRows(given.pending), turn),
          bench: rotate(given.bench, turn),
          commitments: rotate(given.commitments, turn),
          cancellations: rotate(given.cancellations, turn),
          refs: rotate(given.refs, turn),
          directory: new Map(rotate([...given.directory], turn)),
          profiles: new Map(rotate([...given.profiles], turn)),
        };
        const straight = { ...given, pending: distinctRows(given.pending) };
        expect(toCanonicalJson(buildSlate(turned))).toBe(toCanonicalJson(buildSlate(straight)));
      }),
      { numRuns: 200 },
    );
  });

  it('has every provider of the pending rows and the bench exactly once, with every fact asked for', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const slate = buildSlate(given);
        const expected = new Set([...given.pending, ...given.bench].map(({ providerId: id }) => id));
        expect(slate.candidates.map(({ providerId: id }) => id)).toEqual([...expected].sort((a, b) => a - b));
        for (const candidate of slate.candidates) {
          const keys = Object.keys({ ...candidate.facts, ...slate.facts });
          expect(keys.sort()).toEqual(EVERY_REF.map(({ key }) => key).sort());
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** The platform gives every request and route an id of its own; random rows must have that too, or no order is defined. */
function distinctRows(rows: SlateInput['pending']): SlateInput['pending'] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.providerId} ${row.kind} ${row.request?.id ?? row.route?.id}`;
    return !seen.has(key) && seen.add(key);
  });
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)].reverse();
}
