import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGEING_FACTS, FACTS, findFact } from '../../src/criteria/catalog.ts';
import type { FactInput } from '../../src/criteria/definition.ts';
import { distanceMetres } from '../../src/criteria/distance.ts';
import { FINISHED_WORK_FACTS } from '../../src/criteria/finished-work-facts.ts';
import type { Fact, FactParams, FactType } from '../../src/domain/fact.ts';
import { anyFactInput } from '../support/arbitrary.ts';
import {
  ATM,
  aCancellation,
  aCommitment,
  aCounter,
  aDirectoryEntry,
  aProfile,
  aRequest,
  aRow,
  aVerdict,
  aWorkOrder,
  HOUR_MS,
  NOW_MS,
  placeAt,
} from '../support/builders.ts';

function input(given: Partial<FactInput> = {}): FactInput {
  return {
    workOrder: aWorkOrder(),
    kind: given.row === undefined || given.row === null ? 'bench' : given.row.kind,
    row: null,
    takenAtMs: NOW_MS,
    directory: null,
    profile: null,
    commitments: [],
    cancellations: [],
    costCents: 25_000,
    ...given,
  };
}

function read(name: string, given: Partial<FactInput> = {}, params: FactParams = {}): Fact {
  const definition = findFact(name);
  if (definition === null) throw new Error(`no fact ${name}`);
  return definition.read(input(given), params);
}

/** The value, or the sentence that says why nobody knows. */
function saw(name: string, given: Partial<FactInput> = {}, params: FactParams = {}): unknown {
  const fact = read(name, given, params);
  return fact.kind === 'known' ? fact.value : fact.because;
}

const UNREAD = "The provider's profile has not been read yet.";

describe('facts of the profile', () => {
  it.each([
    ['provider.rating', { ratingHundredths: 450 }, 450],
    ['provider.rating_count', { ratingCount: 0 }, 0],
    ['provider.our_rating', { ourRatingHundredths: 480 }, 480],
    ['provider.on_time', { onTimeBasisPoints: 9_550 }, 9_550],
    ['provider.completed_overall', { completedOverall: 0 }, 0],
    ['provider.completed_for_us', { completedForUs: 3 }, 3],
    ['provider.background_check', { hasBackgroundCheck: false }, false],
    ['provider.drug_test', { hasDrugTest: true }, true],
    ['provider.is_protec', { isProtec: true }, true],
    ['provider.is_blocked', { isBlocked: false }, false],
    ['provider.in_preferred_group', { preferredGroups: [{ id: 9, name: 'A' }] }, true],
    ['provider.in_preferred_group', { preferredGroups: [] }, false],
    [
      'provider.groups',
      {
        preferredGroups: [
          { id: 13, name: 'B' },
          { id: 9, name: 'A' },
          { id: 13, name: 'B' },
        ],
      },
      [9, 13],
    ],
    [
      'provider.certifications',
      {
        certifications: [
          { id: 100, name: 'Zed' },
          { id: 20, name: 'A+' },
        ],
      },
      [20, 100],
    ],
    [
      'provider.certification_names',
      {
        certifications: [
          { id: 100, name: 'Zed' },
          { id: 20, name: 'A+' },
        ],
      },
      ['A+', 'Zed'],
    ],
    ['provider.licenses', { licenses: [] }, []],
    ['provider.license_names', { licenses: [{ id: 1, name: 'Low voltage' }] }, ['Low voltage']],
    ['provider.is_w2', { isW2: true }, true],
    ['provider.is_marketplace', { isMarketplace: false }, false],
    ['provider.is_routable', { isRoutable: true }, true],
  ])('%s of %j is %j, as old as the profile', (name, profile, value) => {
    const observedAtMs = NOW_MS - HOUR_MS;
    expect(read(name, { profile: aProfile(profile) })).toEqual({
      kind: 'known',
      value,
      source: 'profile',
      observedAtMs,
    });
  });

  it.each([
    ['provider.rating', 'Nobody has rated this provider yet.'],
    ['provider.our_rating', 'Your company has not rated this provider yet.'],
    ['provider.on_time', 'The profile does not show an on-time rate.'],
    ['provider.groups', 'The profile does not show preferred groups.'],
    ['provider.in_preferred_group', 'The profile does not show preferred groups.'],
    ['provider.background_check', 'The profile does not show background checks.'],
    ['provider.certifications', 'The profile does not show certifications.'],
    ['provider.certification_names', 'The profile does not show certifications.'],
    ['provider.license_names', 'The profile does not show licenses.'],
    ['provider.licenses', 'The profile does not show licenses.'],
    ['provider.insurances', 'The profile does not show insurances.'],
  ])('%s is unknown when the profile shows nothing, and when there is none', (name, because) => {
    expect(saw(name, { profile: aProfile() })).toBe(because);
    expect(saw(name)).toBe(UNREAD);
  });
});

describe('insurance', () => {
  const startMs = NOW_MS + 24 * HOUR_MS;
  const insurances = [
    { typeId: 3, name: 'Liability', coverageCents: 100_000_000, expiresMs: startMs + 1 },
    { typeId: 3, name: 'Liability', coverageCents: 50_000_000, expiresMs: null },
    { typeId: 4, name: 'Errors', coverageCents: 10_000_000, expiresMs: startMs },
  ];
  const profile = aProfile({ insurances });

  it('counts when it is still valid at the start of the work', () => {
    expect(saw('provider.insurances', { profile })).toEqual([3]);
    const open = aWorkOrder({ schedule: { startMs: null } });
    expect(saw('provider.insurances', { profile, workOrder: open })).toEqual([3, 4]);
  });

  it('covers the highest sum of its type, and nothing where there is none', () => {
    expect(saw('provider.insurance_coverage', { profile }, { type_id: 3 })).toBe(100_000_000);
    expect(saw('provider.insurance_coverage', { profile }, { type_id: 4 })).toBe(0);
    const because = 'The profile does not show insurances.';
    expect(saw('provider.insurance_coverage', { profile: aProfile() }, { type_id: 3 })).toBe(because);
  });
});

describe('completed work of a kind', () => {
  const counted = [
    { id: 62, name: ATM.name, count: 12 },
    { id: 70, name: 'Point of Sale (POS)', count: 4 },
  ];
  const profile = aProfile({ completedByType: counted, completedOverall: 20 });

  it.each(['ATM', 'atm', ' Automated  Teller Machine (atm) ', 'Automated Teller Machine', '62', 62])(
    'is found by %j',
    (type_of_work) => {
      expect(saw('provider.completed_of_type', { profile }, { type_of_work })).toBe(12);
    },
  );

  it('is unknown for a kind left out, for others are left out as well', () => {
    const because = 'The profile gives no count for "Cabling".';
    expect(saw('provider.completed_of_type', { profile }, { type_of_work: 'Cabling' })).toBe(because);
  });

  it('is none for a kind left out where the kinds listed add up to everything completed', () => {
    const whole = aProfile({ completedByType: counted, completedOverall: 16 });
    expect(saw('provider.completed_of_type', { profile: whole }, { type_of_work: 'Cabling' })).toBe(0);
    const nobody = aProfile({ completedByType: [], completedOverall: 0 });
    expect(saw('provider.completed_of_type', { profile: nobody }, { type_of_work: 'Cabling' })).toBe(0);
  });

  it('is unknown when the short form means two kinds', () => {
    const double = aProfile({ completedByType: [...counted, { id: 63, name: 'Bank machine (ATM)', count: 1 }] });
    const because = 'The profile counts more than one kind of work called "ATM"; give its id.';
    expect(saw('provider.completed_of_type', { profile: double }, { type_of_work: 'ATM' })).toBe(because);
  });

  it('is unknown without a profile, and with one that does not count kinds', () => {
    expect(saw('provider.completed_of_type', {}, { type_of_work: 'ATM' })).toBe(UNREAD);
    const because = 'The profile does not count completed work by kind of work.';
    expect(saw('provider.completed_of_type', { profile: aProfile() }, { type_of_work: 'ATM' })).toBe(because);
  });

  it("takes the work order's primary kind, by id and else by name", () => {
    const pos = { id: 70, name: 'Renamed', isPrimary: true };
    const both = aWorkOrder({ typesOfWork: [{ ...ATM, isPrimary: false }, pos] });
    expect(saw('provider.completed_of_this_type', { profile, workOrder: both })).toBe(4);
    const unnumbered = aProfile({ completedByType: [{ id: null, name: ATM.name, count: 7 }] });
    expect(saw('provider.completed_of_this_type', { profile: unnumbered })).toBe(7);
    expect(saw('provider.completed_of_this_type')).toBe(UNREAD);
    const none = aWorkOrder({ typesOfWork: [] });
    expect(saw('provider.completed_of_this_type', { profile, workOrder: none })).toBe(
      'The work order names no kind of work.',
    );
  });
});

describe('facts of the pending row', () => {
  const flags = { isW2: true, isMarketplace: false, isManaged: true, isRoutable: false, hasWorkedWithUs: true };
  const names = ['is_w2', 'is_marketplace', 'is_managed', 'is_routable', 'worked_with'].map(
    (name) => `provider.${name}`,
  );

  it('come first, whatever profile and directory say', () => {
    const profile = aProfile({ isW2: false, isMarketplace: true, isRoutable: true });
    const given = { row: aRow(flags), profile, directory: aDirectoryEntry() };
    expect(names.map((name) => saw(name, given))).toEqual([true, false, true, false, true]);
    expect(read('provider.is_w2', given)).toMatchObject({ source: 'row', observedAtMs: NOW_MS });
  });

  it('fall back on the last list seen, with its age', () => {
    const seenMs = NOW_MS - 100 * HOUR_MS;
    const directory = aDirectoryEntry({ flags: { observedAtMs: seenMs, ...flags } });
    expect(names.map((name) => saw(name, { directory, profile: aProfile() }))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(read('provider.is_w2', { directory })).toMatchObject({ source: 'directory', observedAtMs: seenMs });
  });

  it('are unknown for a provider never seen in a list', () => {
    const because = 'The provider has not been in any pending list we have seen.';
    expect(names.map((name) => saw(name, { directory: aDirectoryEntry({ flags: null }) }))).toEqual(
      names.map(() => because),
    );
  });

  it('belong to this work order alone where they are about it', () => {
    const row = aRow({ isRecommended: true, isNewConnection: true, providerScore: 80 });
    const ofRow = ['provider.is_recommended', 'provider.is_new_connection', 'provider.score'];
    expect(ofRow.map((name) => saw(name, { row }))).toEqual([true, true, 80]);
    const because = 'The provider is not in the pending list of this work order.';
    expect(ofRow.map((name) => saw(name, { directory: aDirectoryEntry() }))).toEqual([because, because, because]);
    expect(saw('provider.score', { row: aRow() })).toBe(
      'Field Nation sends no provider score; scoring is switched off.',
    );
  });

  it('proves having worked together by completed work, and disproves nothing by none', () => {
    const profile = aProfile({ completedForUs: 2 });
    expect(read('provider.worked_with', { profile })).toMatchObject({ value: true, source: 'profile' });
    expect(read('provider.worked_with', { profile: aProfile({ completedForUs: 0 }) }).kind).toBe('unknown');
  });
});

describe('facts of the request', () => {
  it('tells requests, routes and the bench apart', () => {
    const rows = [aRow(), aRow({ kind: 'routed' }), null];
    expect(rows.map((row) => saw('candidate.kind', { row }))).toEqual(['request', 'routed', 'bench']);
    expect(rows.map((row) => saw('request.exists', { row }))).toEqual([true, false, false]);
    expect(rows.map((row) => saw('request.is_counter', { row }))).toEqual([false, false, false]);
    expect(saw('request.is_counter', { row: aRow({ request: aCounter(30_000) }) })).toBe(true);
  });

  it('has a time of request and an expiry', () => {
    const row = aRow({ request: aRequest({ createdMs: NOW_MS - 5, expiresMs: NOW_MS + 90_000 }) });
    expect(saw('request.requested_at', { row })).toBe(NOW_MS - 5);
    expect(saw('request.minutes_until_expiry', { row })).toBe(1);
    expect(saw('request.requested_at', { row: aRow({ kind: 'routed' }) })).toBe(
      'The provider has not requested the work order.',
    );
    const undated = aRow({ request: aRequest({ createdMs: null, expiresMs: null }) });
    expect(saw('request.requested_at', { row: undated })).toBe('The platform does not say when it was requested.');
    expect(saw('request.minutes_until_expiry', { row: undated })).toBe('The request has no expiry.');
  });

  it('costs what the counter-offer asks, else what the work order pays', () => {
    const counter = aRow({ request: aCounter(30_000) });
    expect(read('request.pay_total', { row: counter, costCents: 30_000 })).toMatchObject({
      value: 30_000,
      source: 'row',
    });
    expect(read('request.pay_total', { row: aRow() })).toMatchObject({ value: 25_000, source: 'work_order' });
    expect(saw('request.pay_total', { row: counter, costCents: null })).toBe('The counter-offer names no pay.');
    expect(saw('request.pay_total', { row: aRow(), costCents: null })).toBe('The work order carries no pay.');
  });

  it('never rounds a counter-offer down onto a limit', () => {
    const row = aRow({ request: aCounter(28_751) });
    expect(read('request.counter_over_base', { row, costCents: 28_750 })).toMatchObject({
      value: 1_500,
      source: 'row',
    });
    expect(saw('request.counter_over_base', { row, costCents: 28_751 })).toBe(1_501);
    expect(read('request.counter_over_base', { row: aRow(), costCents: 20_000 })).toMatchObject({
      value: 0,
      source: 'work_order',
    });
    expect(saw('request.counter_over_base', { row, costCents: null })).toBe('The counter-offer names no pay.');
    const unpaid = aWorkOrder({ pay: { kind: 'none', maxCents: 0 } });
    expect(saw('request.counter_over_base', { row, workOrder: unpaid })).toBe('The work order carries no pay.');
  });
});

describe('distance', () => {
  const minneapolis = placeAt(44.9778, -93.265);
  const saintPaul = placeAt(44.9537, -93.09);

  it('is geodesic: a degree along the equator is 111,319 m', () => {
    expect(distanceMetres(placeAt(0, 0), placeAt(0, 1))).toBe(111_319);
    expect(distanceMetres(minneapolis, minneapolis)).toBe(0);
    expect(distanceMetres(minneapolis, saintPaul)).toBe(distanceMetres(saintPaul, minneapolis));
  });

  it('crosses the date line the short way', () => {
    expect(distanceMetres(placeAt(52, 179.9), placeAt(52, -179.9))).toBeLessThan(14_000);
  });

  it('has an answer for places opposite on the globe', () => {
    const halfway = distanceMetres(placeAt(0, 0), placeAt(0.5, 179.7));
    expect(halfway).toBeGreaterThan(19_900_000);
    expect(halfway).toBeLessThan(20_100_000);
  });

  it('is as old as the profile that knows the place', () => {
    const profile = aProfile({ coordinates: saintPaul });
    expect(read('provider.distance', { profile })).toEqual({
      kind: 'known',
      value: distanceMetres(minneapolis, saintPaul),
      source: 'coordinates',
      observedAtMs: profile.observedAtMs,
    });
  });

  it('is unknown without two places', () => {
    const remote = aWorkOrder({ isRemote: true });
    expect(saw('provider.distance', { workOrder: remote })).toBe('The work order is remote, so there is no distance.');
    const unplaced = aWorkOrder({ coordinates: null });
    expect(saw('provider.distance', { workOrder: unplaced })).toBe('The work address has no coordinates.');
    expect(saw('provider.distance', { profile: aProfile() })).toBe("The profile does not show the provider's place.");
    expect(saw('provider.distance')).toBe(UNREAD);
  });
});

describe('commitments', () => {
  const days = ['2026-11-17', '2026-11-18', '2026-11-24', '2026-11-25'];
  const week = days.map((localDate, n) => aCommitment({ workOrderId: 1 + n, localDate }));

  it('counts assigned work orders: now, in the seven days up to this one, on its day', () => {
    expect(saw('provider.assigned_now', { commitments: week })).toBe(4);
    expect(saw('provider.assigned_7d', { commitments: week })).toBe(2);
    expect(saw('provider.assigned_today', { commitments: week })).toBe(1);
  });

  it('leaves out this work order, invitations, and work without a date', () => {
    const commitments = [
      aCommitment({ workOrderId: 4047 }),
      aCommitment({ kind: 'routed' }),
      aCommitment({ workOrderId: 2, startMs: null, endMs: null, localDate: null }),
    ];
    expect(saw('provider.assigned_now', { commitments })).toBe(1);
    expect(saw('provider.assigned_today', { commitments })).toBe(0);
  });

  it('counts a work order told of twice once, and as assigned when it is routed as well', () => {
    const twice = [aCommitment(), aCommitment({ kind: 'routed' }), aCommitment({ kind: 'planned', localDate: null })];
    for (const commitments of [twice, twice.toReversed()]) {
      expect(saw('provider.assigned_now', { commitments })).toBe(1);
      expect(saw('provider.assigned_today', { commitments })).toBe(1);
    }
  });

  it('counts whom we gave work in the last 90 days and who left it, on this work order too', () => {
    const dayMs = 24 * HOUR_MS;
    expect(read('provider.cancelled_on_us')).toEqual({
      kind: 'known',
      value: 0,
      source: 'ledger',
      observedAtMs: NOW_MS,
    });
    const left = [1, 89, 90, 91].map((days) => aCancellation({ assignedAtMs: NOW_MS - days * dayMs }));
    expect(saw('provider.cancelled_on_us', { cancellations: left })).toBe(3);
  });

  it('cannot count days for a work order without a start', () => {
    const workOrder = aWorkOrder({ schedule: { startMs: null, localDate: null } });
    expect(saw('provider.assigned_7d', { workOrder })).toBe('The work order has no start date.');
    expect(saw('provider.has_overlap', { workOrder })).toBe('The work order has no start time.');
  });

  it.each([
    ['the same hours', {}, true],
    ['a live route at the same hours', { kind: 'routed' as const }, true],
    ['ending when this one starts', { startMs: NOW_MS + 22 * HOUR_MS, endMs: NOW_MS + 24 * HOUR_MS }, false],
    ['starting when this one ends', { startMs: NOW_MS + 26 * HOUR_MS, endMs: NOW_MS + 28 * HOUR_MS }, false],
    ['starting at the same moment with no end', { endMs: null }, true],
    ['no known time', { startMs: null, endMs: null }, false],
    ['this work order itself', { workOrderId: 4047 }, false],
  ])('overlaps or not: %s', (_, given, overlaps) => {
    expect(saw('provider.has_overlap', { commitments: [aCommitment(given)] })).toBe(overlaps);
  });
});

describe("Field Nation's own verdict", () => {
  const verdicts = [
    aVerdict({ name: `Work orders completed (${ATM.name})`, isMatch: false }),
    aVerdict({ name: 'Provider rating' }),
    aVerdict({ name: 'Background check', isMatch: false, isRequired: false }),
    aVerdict({ name: 'Our house rule' }),
  ];
  const platform = { ruleId: null, isMatch: false, points: 45, maxPoints: 530, verdicts };

  it.each([
    ['Provider rating', 'match'],
    ['SC_STAR_BASED_RATING', 'match'],
    ['background_check', 'no_match_preferred'],
    [`work orders completed (${ATM.name})`, 'no_match_required'],
    ['completed_of_this_type', 'no_match_required'],
    ['our HOUSE rule', 'match'],
  ])('is found by %j: %s', (name, value) => {
    const fact = read('fn.criterion', { row: aRow({ platform }) }, { name });
    expect(fact).toEqual({ kind: 'known', value, source: 'platform', observedAtMs: NOW_MS });
  });

  it('is unknown where the rule in force has no such criterion', () => {
    const because = 'Field Nation gave no verdict named "distance" for this provider.';
    expect(saw('fn.criterion', { row: aRow({ platform }) }, { name: 'distance' })).toBe(because);
    expect(saw('fn.criterion', { row: aRow() }, { name: 'distance' })).toBe(because);
    const kindless = aWorkOrder({ typesOfWork: [] });
    const given = { row: aRow({ platform }), workOrder: kindless };
    expect(read('fn.criterion', given, { name: 'completed_of_this_type' }).kind).toBe('unknown');
  });

  it('is remembered for the bench, with its age', () => {
    const kept = { ...aVerdict({ name: 'Provider rating' }), observedAtMs: NOW_MS - 9 };
    const directory = aDirectoryEntry({ verdicts: [kept] });
    expect(read('fn.criterion', { directory }, { name: 'rating' })).toEqual({
      kind: 'known',
      value: 'match',
      source: 'directory',
      observedAtMs: NOW_MS - 9,
    });
    const because = 'The provider is not in the pending list, and no earlier verdict named "rating" is kept.';
    expect(saw('fn.criterion', {}, { name: 'rating' })).toBe(because);
  });

  it('is all there is of cancel rate and block rate', () => {
    const given = { row: aRow({ platform }), profile: aProfile() };
    expect(saw('provider.cancel_rate', given)).toMatch(/cancel rate is kept, never the percentage\.$/);
    expect(saw('provider.block_rate', given)).toMatch(/block rate is kept, never the percentage\.$/);
  });
});

describe('facts of the work order', () => {
  it('are read from the work order as pulled', () => {
    const workOrder = aWorkOrder({ bundleId: 5, typesOfWork: [ATM, { id: 9, name: 'Alarm', isPrimary: false }] });
    const whenDone = FINISHED_WORK_FACTS.map(({ name }) => name);
    for (const name of whenDone) expect(saw(name, { workOrder })).toBe('The work is not done yet.');
    const names = FACTS.filter(({ scope, name }) => scope === 'work_order' && !whenDone.includes(name)).map(
      ({ name }) => name,
    );
    expect(Object.fromEntries(names.map((name) => [name, saw(name, { workOrder })]))).toEqual({
      'work_order.id': 4047,
      'work_order.title': 'ATM repair',
      'work_order.status': 'published',
      'work_order.is_routed': false,
      'work_order.is_remote': false,
      'work_order.is_bundled': true,
      'work_order.types_of_work': ['Alarm', 'Automated Teller Machine (ATM)'],
      'work_order.types_of_work_ids': [9, 62],
      'work_order.pay_kind': 'fixed',
      'work_order.pay_total': 25_000,
      'work_order.company_id': 15,
      'work_order.client_id': 310,
      'work_order.project_id': 88,
      'work_order.local_date': '2026-11-24',
      'work_order.estimated_hours': 120,
      'work_order.hours_until_start': 24 * 60,
    });
  });

  it('are unknown, with the reason, where the platform says nothing', () => {
    const workOrder = aWorkOrder({
      typesOfWork: [],
      pay: { kind: 'none', maxCents: 0 },
      companyId: null,
      clientId: null,
      projectId: null,
      schedule: { startMs: null, endMs: null, localDate: null, estimatedMinutes: null },
    });
    expect(
      ['types_of_work', 'types_of_work_ids', 'pay_kind', 'pay_total', 'company_id', 'client_id', 'project_id']
        .concat(['local_date', 'estimated_hours', 'hours_until_start'])
        .map((name) => saw(`work_order.${name}`, { workOrder })),
    ).toEqual([
      'The work order names no kind of work.',
      'The work order names no kind of work.',
      'The work order carries no pay.',
      'The work order carries no pay.',
      'The platform does not say which company owns the work order.',
      'The work order has no client.',
      'The work order is in no project.',
      'The work order has no start date.',
      'The work order gives no estimate of hours.',
      'The work order has no start time.',
    ]);
  });

  it('counts hours below zero once the work should have started', () => {
    const workOrder = aWorkOrder({ schedule: { startMs: NOW_MS - 90_000 } });
    expect(saw('work_order.hours_until_start', { workOrder })).toBe(-2);
  });
});

describe('every fact', () => {
  const params: FactParams = { type_of_work: 'ATM', name: 'rating', type_id: 3 };

  it('has the same value a minute later, unless the catalog calls it ageing', () => {
    const given = input({ row: aRow({ platform: null }), profile: aProfile({ insurances: [] }) });
    const later = { ...given, takenAtMs: given.takenAtMs + 60_000 };
    const shown = (fact: Fact) => (fact.kind === 'known' ? fact.value : fact.because);
    const changed = FACTS.filter(({ read: reads }) => {
      return JSON.stringify(shown(reads(given, params))) !== JSON.stringify(shown(reads(later, params)));
    });
    expect(changed.map(({ name }) => name)).toEqual(AGEING_FACTS);
    expect(AGEING_FACTS).toEqual(['request.minutes_until_expiry', 'work_order.hours_until_start']);
  });

  it('is of its declared type and whole, from a declared source, or unknown with a sentence', () => {
    fc.assert(
      fc.property(anyFactInput(), (given) => {
        for (const definition of FACTS) {
          const fact = definition.read(given, params);
          if (fact.kind === 'unknown') expect(fact.because, definition.name).toMatch(/^[A-Z].*\.$/);
          else {
            expect(isOfType(definition.type, fact.value), `${definition.name} ${JSON.stringify(fact.value)}`).toBe(
              true,
            );
            expect(definition.sources, definition.name).toContain(fact.source);
            expect(fact.observedAtMs).toBeLessThanOrEqual(given.takenAtMs);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

function isOfType(type: FactType, value: unknown): boolean {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return Number.isSafeInteger(value);
    case 'text':
      return typeof value === 'string' && (type.values?.includes(value) ?? true);
    case 'numbers':
      return isOrderedList(value) && value.every((item) => Number.isSafeInteger(item));
    case 'texts':
      return isOrderedList(value) && value.every((item) => typeof item === 'string');
  }
}

function isOrderedList(value: unknown): value is readonly (string | number)[] {
  if (!Array.isArray(value)) return false;
  return value.every((item, index) => index === 0 || value[index - 1] < item);
}
