import { describe, expect, it } from 'vitest';
import { CRITERIA, FACTS, findCriterion, findFact, namesOf, UNSUPPORTED_CODES } from '../../src/criteria/catalog.ts';
import { factRef } from '../../src/domain/fact.ts';
import { plainName } from '../../src/domain/plain-name.ts';
import { givenFacts } from '../../src/facts/coerce-given.ts';
import { NOW_MS } from '../support/builders.ts';
import { goldenWireRow } from '../support/golden-rows.ts';

/** Reference, table of criterion codes: identical in both SDKs of the platform. */
const ALL_CODES = `SC_CERTIFICATION SC_SERVICE_CATEGORY SC_SERVICE_CATEGORY_OF_WORKORDER SC_AMOUNT_CURRENTLY_ASSIGNED
  SC_AMOUNT_COMPLETED_FOR_ALL_COMPANIES SC_AMOUNT_COMPLETED_FOR_MY_COMPANY SC_DISTANCE_FROM_WORK_ORDER
  SC_CUSTOM_PROVIDER_FIELDS SC_MY_TECHNICIAN_GROUP SC_OVERALL_RATING SC_PROVIDER_AND_WORK_ORDER SC_INSURANCE
  SC_BACKGROUND_CHECK SC_DRUG_TEST SC_ASSIGNED_BEFORE SC_ASSIGNED_NEARBY SC_REQUESTED SC_RECENTLY_MATCHED_WO
  SC_VERIFICATION SC_BLOCK_RATIO SC_CANCEL_RATIO SC_STAR_BASED_RATING SC_PROTEC_PROVIDER SC_EQUIPMENT SC_TYPE_OF_WORK
  SC_PHONE_INTERVIEW SC_PHONE_CALL_BUYER SC_DISCLOSE_ADDRESS`.split(/\s+/);

describe('the default ranking of the platform', () => {
  const sample = goldenWireRow('pending-request').selection_rule.criterion;

  it('is named by the catalog, label for label', () => {
    const found = sample.map((criterion) => findCriterion(criterion.name));
    expect(found.map((one) => one?.definition.key)).toEqual([
      'completed_of_type',
      'worked_with',
      'cancel_rate',
      'block_rate',
      'rating',
      'preferred_group',
      'background_check',
      'distance',
    ]);
    expect(found[0]?.labelValue).toBe('Automated Teller Machine (ATM)');
    expect(found.slice(1).every((one) => one?.labelValue === null)).toBe(true);
  });

  it('applies to remote work exactly where the platform says so', () => {
    const remote = [true, true, true, true, true];
    expect(sample.map((criterion) => findCriterion(criterion.name)?.definition.canRemote)).toEqual([
      false,
      ...remote,
      false,
      false,
    ]);
  });
});

describe('findCriterion', () => {
  it('finds every criterion by every one of its names, without regard to case and spaces', () => {
    for (const criterion of CRITERIA) {
      for (const name of namesOf(criterion)) {
        expect(findCriterion(name), name).toEqual({ definition: criterion, labelValue: null });
        expect(findCriterion(`  ${name.toUpperCase().replaceAll(' ', '   ')} `)?.definition, name).toBe(criterion);
      }
    }
  });

  it('takes the placeholder in a label for the kind of work of the work order itself', () => {
    expect(findCriterion('Work orders completed ({type_of_work})')?.definition.key).toBe('completed_of_this_type');
  });

  it('keeps the spelling of the kind of work in a label', () => {
    const found = findCriterion('work ORDERS completed (Point of Sale (POS))');
    expect([found?.definition.key, found?.labelValue]).toEqual(['completed_of_type', 'Point of Sale (POS)']);
  });

  it.each([
    'ratings of stars',
    'Work orders completed (',
    'Work orders completed ()',
    'Work orders complete (ATM)',
    '',
  ])('finds nothing for %j', (name) => {
    expect(findCriterion(name)).toBeNull();
  });
});

describe('the catalog', () => {
  it('has no two criteria with a name in common', () => {
    const names = CRITERIA.flatMap((criterion) => [...new Set(namesOf(criterion).map(plainName))]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has each fact once, in order of name', () => {
    const names = FACTS.map((fact) => fact.name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('finds facts by their exact name only', () => {
    expect(findFact('provider.rating')?.name).toBe('provider.rating');
    expect(findFact('Provider.Rating')).toBeNull();
  });

  it('answers every code of the platform, by a criterion or with the reason why not', () => {
    const supported = CRITERIA.flatMap((criterion) => criterion.codes);
    expect([...supported, ...Object.keys(UNSUPPORTED_CODES)].sort()).toEqual([...ALL_CODES].sort());
    expect(ALL_CODES).toHaveLength(28);
  });

  it('explains everything in sentences, and unknown wherever a fact can be unknown', () => {
    for (const criterion of CRITERIA) expect(criterion.doc, criterion.key).toMatch(/^Asks .*\.$/);
    for (const fact of FACTS) {
      expect(fact.doc, fact.name).toMatch(/\.$/);
      expect(fact.doc, fact.name).toMatch(/\bunknown\b|always known/i);
      expect(fact.sources.length, fact.name).toBeGreaterThan(0);
    }
    for (const reason of Object.values(UNSUPPORTED_CODES)) expect(reason).toMatch(/\.$/);
  });

  it('names criteria in the form rule files use', () => {
    for (const criterion of CRITERIA) expect(criterion.key).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('gives every fact an example that the fact itself accepts', () => {
    for (const { name, type, example, params } of FACTS) {
      const given = Object.entries(params ?? {}).map(([param, { kind }]) => [param, kind === 'text' ? 'ATM' : 3]);
      const key = factRef(name, params === null ? null : Object.fromEntries(given)).key;
      const isList = type.kind === 'numbers' || type.kind === 'texts';
      const written = isList ? [example] : example;
      expect(givenFacts({ [key]: written }, NOW_MS).kind, key).toBe('facts');
    }
  });
});
