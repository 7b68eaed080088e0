import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/criteria/catalog.ts';
import { distanceMetres } from '../../src/criteria/distance.ts';
import { factRef } from '../../src/domain/fact.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { TieBreakField } from '../../src/domain/rule-file.ts';
import { benchFor } from '../../src/facts/bench.ts';
import { givenFacts } from '../../src/facts/coerce-given.ts';
import { directoryEntry } from '../../src/facts/directory-entry.ts';
import { factsNeeded } from '../../src/facts/facts-needed.ts';
import { leastMetres, toDirection } from '../../src/facts/globe.ts';
import { anyDirectoryEntry, anyProfile, anyRow, anyWorkOrder } from '../support/arbitrary.ts';
import {
  aCriterion,
  aDirectoryEntry,
  aProfile,
  aRow,
  aRuleFile,
  aTest,
  aVerdict,
  aWorkOrder,
  HOUR_MS,
  NOW_MS,
  placeAt,
} from '../support/builders.ts';

describe('factsNeeded', () => {
  it('lists what conditions, credit, applies_to, tie-breaks and constraints ask for, each once, by key', () => {
    const ofAtm = { type_of_work: 'ATM' };
    const file = aRuleFile({
      appliesTo: { kind: 'not', of: aTest('work_order.is_remote', 'equal', true) },
      criteria: [
        aCriterion(),
        aCriterion({
          when: {
            kind: 'any',
            of: [
              aTest('provider.completed_of_type', 'greaterThan', 5, ofAtm),
              { kind: 'all', of: [aTest('provider.rating', 'greaterThan', 400)] },
            ],
          },
          credit: { kind: 'linear', fullAt: 0, zeroAt: 1, fact: factRef('provider.on_time', null) },
        }),
      ],
      tieBreak: [
        { by: 'distance', direction: 'asc' },
        { by: 'provider_id', direction: 'asc' },
      ],
    });
    expect(factsNeeded([file, aRuleFile()])).toEqual([
      factRef('provider.completed_of_type', ofAtm),
      factRef('provider.distance', null),
      factRef('provider.is_routable', null),
      factRef('provider.is_w2', null),
      factRef('provider.on_time', null),
      factRef('provider.rating', null),
      factRef('work_order.is_remote', null),
    ]);
    expect(factsNeeded([])).toEqual([]);
  });

  it.each<readonly [TieBreakField, string | null]>([
    ['points', null],
    ['total_pay', null],
    ['assigned_7d', null],
    ['distance', 'provider.distance'],
    ['requested_at', null],
    ['rating', 'provider.rating'],
    ['worked_with', 'provider.worked_with'],
    ['provider_id', null],
  ])('asks for what a tie-break by %s compares: %s', (by, fact) => {
    const file = aRuleFile({ criteria: [], tieBreak: [{ by, direction: 'asc' }] });
    const constraints = ['provider.is_routable', 'provider.is_w2'];
    const compared = factsNeeded([file]).filter(({ name }) => !constraints.includes(name));
    expect(compared).toEqual(fact === null ? [] : [factRef(fact, null)]);
  });
});

describe('directoryEntry', () => {
  const seen = { ...aVerdict({ name: 'Provider cancel rate' }), observedAtMs: NOW_MS - 99 * HOUR_MS };
  const platform = (verdicts: readonly ReturnType<typeof aVerdict>[]) => ({
    ruleId: null,
    isMatch: false,
    points: 0,
    maxPoints: 530,
    verdicts,
  });

  it('keeps what the new row does not say, and replaces what it does', () => {
    const old = { ...aVerdict({ isMatch: true }), observedAtMs: NOW_MS - 99 * HOUR_MS };
    const previous = aDirectoryEntry({ verdicts: [seen, old], profile: aProfile() });
    const row = aRow({ isW2: true, platform: platform([aVerdict({ isMatch: false })]) });
    const entry = directoryEntry({ previous, row, profile: null, atMs: NOW_MS });
    expect(entry.verdicts).toEqual([seen, { ...aVerdict({ isMatch: false }), observedAtMs: NOW_MS }]);
    expect(entry.flags).toMatchObject({ isW2: true, observedAtMs: NOW_MS });
    expect(entry).toMatchObject({
      firstSeenMs: previous.firstSeenMs,
      lastSeenMs: NOW_MS,
      profile: previous.profile,
    });
  });

  it('believes the later told of two sightings of the same moment', () => {
    const before = aRow({ isW2: false, platform: platform([aVerdict({ isMatch: true })]) });
    const after = aRow({ isW2: true, platform: platform([aVerdict({ isMatch: false })]) });
    const previous = directoryEntry({ previous: null, row: before, profile: null, atMs: NOW_MS });
    const entry = directoryEntry({ previous, row: after, profile: null, atMs: NOW_MS });
    expect(entry.flags?.isW2).toBe(true);
    expect(entry.verdicts.map(({ isMatch }) => isMatch)).toEqual([false]);
  });

  it('keeps no verdict about one work order, nor of a criterion it does not know', () => {
    const names = ['Distance from work address', 'Work orders completed (Alarm)', 'Our house rule'];
    const row = aRow({ platform: platform(names.map((name) => aVerdict({ name }))) });
    expect(directoryEntry({ previous: null, row, profile: null, atMs: NOW_MS }).verdicts).toEqual([]);
  });

  it('fills in the flags of a provider who was only imported', () => {
    const previous = aDirectoryEntry({ flags: null });
    const entry = directoryEntry({ previous, row: aRow(), profile: null, atMs: previous.lastSeenMs - 1 });
    expect(entry.flags).toMatchObject({ isMarketplace: true });
  });

  it('comes out the same whichever of two sightings is told first', () => {
    const rows = fc.tuple(anyRow(557), anyRow(557), anyProfile(557), anyProfile(557), anyDirectoryEntry(557));
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 1_000 }), ([first, second, older, newer, previous], gapMs) => {
        const a = { row: first, profile: { ...older, observedAtMs: NOW_MS }, atMs: NOW_MS };
        const b = { row: second, profile: { ...newer, observedAtMs: NOW_MS + gapMs }, atMs: NOW_MS + gapMs };
        const straight = directoryEntry({ previous: directoryEntry({ previous, ...a }), ...b });
        const reversed = directoryEntry({ previous: directoryEntry({ previous, ...b }), ...a });
        expect(reversed).toEqual(straight);
      }),
      { numRuns: 200 },
    );
  });
});

describe('benchFor', () => {
  const near = aDirectoryEntry({ providerId: 30, profile: aProfile({ coordinates: placeAt(44.95, -93.1) }) });
  const far = aDirectoryEntry({ providerId: 10, profile: aProfile({ coordinates: placeAt(41.88, -87.63) }) });
  const unplaced = aDirectoryEntry({ providerId: 20, profile: aProfile() });
  const unread = aDirectoryEntry({ providerId: 5 });
  const everyone = [far, unplaced, near, unread];
  const idsOf = (entries: readonly { readonly providerId: number }[]) => entries.map(({ providerId }) => providerId);

  it('takes the nearest first and those without a known place last', () => {
    expect(idsOf(benchFor(aWorkOrder(), everyone, 10))).toEqual([30, 10, 5, 20]);
    expect(idsOf(benchFor(aWorkOrder(), everyone, 2))).toEqual([30, 10]);
  });

  it.each([
    ['a remote work order', aWorkOrder({ isRemote: true })],
    ['one without a place', aWorkOrder({ coordinates: null })],
  ])('goes by provider id for %s', (_, workOrder) => {
    expect(idsOf(benchFor(workOrder, everyone, 3))).toEqual([5, 10, 20]);
  });

  it('leaves out who cannot be routed, by the newer of profile and last row', () => {
    const flags = (isRoutable: boolean, observedAtMs: number) => ({
      observedAtMs,
      isRoutable,
      isW2: false,
      isMarketplace: true,
      isManaged: false,
      hasWorkedWithUs: false,
    });
    const entries = [
      aDirectoryEntry({ providerId: 1, flags: flags(false, NOW_MS) }),
      aDirectoryEntry({
        providerId: 2,
        flags: flags(false, 5),
        profile: aProfile({ isRoutable: true, observedAtMs: 6 }),
      }),
      aDirectoryEntry({
        providerId: 3,
        flags: flags(true, 7),
        profile: aProfile({ isRoutable: false, observedAtMs: 6 }),
      }),
      aDirectoryEntry({ providerId: 4, flags: null, profile: aProfile({ isRoutable: false }) }),
      aDirectoryEntry({ providerId: 5, flags: null }),
      aDirectoryEntry({ providerId: 6, flags: flags(false, 5), profile: aProfile({ isRoutable: null }) }),
    ];
    expect(idsOf(benchFor(aWorkOrder(), entries, 10))).toEqual([2, 3, 5]);
  });

  it('leaves out whom the company has blocked: on the platform, or in a file until a file takes it back', () => {
    const blocked = (isBlocked: boolean, observedAtMs: number) => aProfile({ isBlocked, observedAtMs });
    const said = (value: boolean, observedAtMs: number) => ({ isBlocked: { value, observedAtMs } });
    const entries = [
      aDirectoryEntry({ providerId: 1, profile: blocked(true, 5) }),
      aDirectoryEntry({ providerId: 2, profile: blocked(false, 5) }),
      aDirectoryEntry({ providerId: 3, imported: said(true, 5) }),
      aDirectoryEntry({ providerId: 4, imported: said(true, 5), profile: blocked(false, 9) }),
      aDirectoryEntry({ providerId: 5, imported: said(false, 9), profile: blocked(true, 5) }),
      aDirectoryEntry({ providerId: 6, imported: said(false, 5), profile: blocked(true, 9) }),
      aDirectoryEntry({ providerId: 7 }),
    ];
    expect(idsOf(benchFor(aWorkOrder(), entries, 10))).toEqual([2, 5, 7]);
    for (const entry of entries) {
      const fact = findFact('provider.is_blocked');
      if (fact?.scope !== 'candidate') throw new Error('no such fact');
      const { profile } = entry;
      const around = { workOrder: aWorkOrder(), kind: 'bench', row: null, takenAtMs: NOW_MS } as const;
      const read = fact.read(
        { ...around, directory: entry, profile, commitments: [], cancellations: [], costCents: null },
        {},
      );
      expect(read.kind === 'known' && read.value === true).toBe(![2, 5, 7].includes(entry.providerId));
    }
  });

  it('knows a place from a file where the profile shows none or an older one', () => {
    const here = (observedAtMs: number) => ({ coordinates: { value: placeAt(44.95, -93.1), observedAtMs } });
    const there = aProfile({ coordinates: placeAt(41.88, -87.63), observedAtMs: 5 });
    const entries = [
      aDirectoryEntry({ providerId: 1, profile: there, imported: here(4) }),
      aDirectoryEntry({ providerId: 2, profile: there, imported: here(6) }),
      aDirectoryEntry({ providerId: 3, profile: aProfile(), imported: here(4) }),
    ];
    expect(idsOf(benchFor(aWorkOrder(), entries, 10))).toEqual([2, 3, 1]);
  });

  it('finds the nearest that measuring everybody finds, anywhere on the globe', () => {
    const around = (middle: number, span: number) => fc.integer({ min: middle - span, max: middle + span });
    const anyPlace = fc.oneof(
      fc.record({ latitudeE6: around(0, 90_000_000), longitudeE6: around(0, 180_000_000) }),
      fc.record({ latitudeE6: around(44_977_800, 400), longitudeE6: around(-93_265_000, 400) }),
      fc.record({ latitudeE6: around(0, 60_000), longitudeE6: fc.constantFrom(-180_000_000, 179_990_000) }),
    );
    const anyLimit = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(anyPlace, fc.array(anyPlace, { maxLength: 30 }), anyLimit, (site, places, limit) => {
        const entries = places.map((coordinates, n) =>
          aDirectoryEntry({ providerId: n + 1, profile: aProfile({ coordinates }) }),
        );
        const measured = places
          .map((place, n) => ({ id: n + 1, metres: distanceMetres(site, place) }))
          .sort((a, b) => a.metres - b.metres || a.id - b.id);
        const nearest = measured.slice(0, limit).map(({ id }) => id);
        expect(idsOf(benchFor(aWorkOrder({ coordinates: site }), entries, limit))).toEqual(nearest);
        for (const place of places)
          expect(leastMetres(toDirection(site), toDirection(place))).toBeLessThanOrEqual(distanceMetres(site, place));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of the directory', () => {
    const anyEntries = fc.tuple(...[1, 2, 3, 4, 5].map(anyDirectoryEntry));
    fc.assert(
      fc.property(anyWorkOrder(), anyEntries, fc.integer({ min: 0, max: 6 }), (workOrder, entries, limit) => {
        expect(benchFor(workOrder, entries.toReversed(), limit)).toEqual(benchFor(workOrder, entries, limit));
      }),
      { numRuns: 100 },
    );
  });
});

describe('givenFacts', () => {
  const flawsOf = (values: JsonObject) => {
    const given = givenFacts(values, NOW_MS);
    return given.kind === 'refused' ? given.flaws : [];
  };

  it('turns what people write into kept units', () => {
    const given = givenFacts(
      {
        'provider.rating': 4.5,
        'provider.distance': 12.5,
        'provider.cancel_rate': 2.25,
        'request.pay_total': 199.99,
        'work_order.estimated_hours': 1.5,
        'provider.groups': [9922, 9921, 9921],
        'work_order.types_of_work': ['B', 'A'],
        'provider.worked_with': true,
        'fn.criterion{"name":"rating"}': 'match',
        'work_order.title': 'ATM repair',
        'provider.completed_overall': 7,
      },
      NOW_MS,
    );
    const known = (value: unknown) => ({ kind: 'known', value, source: 'given', observedAtMs: NOW_MS });
    expect(given).toEqual({
      kind: 'facts',
      facts: {
        'provider.rating': known(450),
        'provider.distance': known(20_117),
        'provider.cancel_rate': known(225),
        'request.pay_total': known(19_999),
        'work_order.estimated_hours': known(90),
        'provider.groups': known([9921, 9922]),
        'work_order.types_of_work': known(['A', 'B']),
        'provider.worked_with': known(true),
        'fn.criterion{"name":"rating"}': known('match'),
        'work_order.title': known('ATM repair'),
        'provider.completed_overall': known(7),
      },
    });
  });

  it('takes any name of a criterion for its fact, and null for not known', () => {
    const given = givenFacts({ 'Provider rating': 4, 'Work orders completed (ATM)': 5, distance: null }, NOW_MS);
    expect(given).toMatchObject({
      facts: {
        'provider.rating': { value: 400 },
        'provider.completed_of_type{"type_of_work":"ATM"}': { value: 5 },
        'provider.distance': { kind: 'unknown', because: 'It is given as not known.' },
      },
    });
  });

  it('makes one key of parameters however they are spaced', () => {
    const given = givenFacts({ 'provider.insurance_coverage{ "type_id" : 3 }': 1_000 }, NOW_MS);
    expect(given).toMatchObject({ facts: { 'provider.insurance_coverage{"type_id":3}': { value: 100_000 } } });
  });

  it.each([
    ['provider.rating', 5.1, 'a number of stars from 0 to 5'],
    ['provider.rating', '4.5', 'a number of stars from 0 to 5'],
    ['provider.completed_overall', 1.5, 'a number of count from 0 to 1000000'],
    ['provider.worked_with', 1, 'true or false'],
    ['work_order.title', 7, 'a text'],
    ['candidate.kind', 'star', 'one of request, routed, bench'],
    ['provider.groups', 9921, 'a list of whole numbers'],
    ['provider.groups', [9921, 0.5], 'a list of whole numbers'],
    ['work_order.types_of_work', ['ATM', 1], 'a list of texts'],
  ])('refuses %s: %j, for it takes %s…', (key, value, takes) => {
    const [flaw] = flawsOf({ [key]: value });
    expect(flaw?.what).toBe(`${key} is ${JSON.stringify(value)}, but takes ${takes}`);
    expect(flaw?.fix).toMatch(/^Write for instance .+, or null for not known\.$/);
  });

  it('shows a list where a list is to be written', () => {
    expect(flawsOf({ 'provider.groups': 1 })[0]?.fix).toBe('Write for instance [9921], or null for not known.');
  });

  it.each([
    ['provider.shoe_size', 'there is no fact named provider.shoe_size'],
    ['provider.completed_of_type', 'provider.completed_of_type has not the parameters of provider.completed_of_type'],
    ['SC_TYPE_OF_WORK', 'SC_TYPE_OF_WORK has not the parameters of provider.completed_of_type'],
    ['provider.rating{"a":1}', 'provider.rating{"a":1} has not the parameters of provider.rating'],
    ['fn.criterion{"name":1}', 'fn.criterion{"name":1} has not the parameters of fn.criterion'],
    ['fn.criterion{"name":[]}', 'fn.criterion{"name":[]} has not the parameters of fn.criterion'],
    ['fn.criterion{name}', 'fn.criterion{name} has not the parameters of fn.criterion'],
  ])('refuses %s', (key, what) => {
    expect(flawsOf({ [key]: null })).toMatchObject([{ key, what, fix: expect.stringMatching(/^Write .*\.$/) }]);
  });

  it('names every flaw and gives no facts at all', () => {
    const given = givenFacts({ 'provider.rating': 9, nonsense: 1, 'provider.worked_with': true }, NOW_MS);
    expect(given).toMatchObject({ kind: 'refused', flaws: [{ key: 'provider.rating' }, { key: 'nonsense' }] });
  });
});
