import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/criteria/catalog.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { DirectoryEntry, ImportedFacts, ProviderProfile } from '../../src/domain/provider.ts';
import { aDirectoryEntry, aProfile, aWorkOrder, HOUR_MS, NOW_MS, placeAt } from '../support/builders.ts';

const BEFORE = NOW_MS - 2 * HOUR_MS;
const AFTER = NOW_MS - HOUR_MS / 2;

function read(
  name: string,
  given: { readonly profile?: ProviderProfile; readonly entry?: Partial<DirectoryEntry> },
): Fact {
  const fact = findFact(name);
  if (fact?.scope !== 'candidate') throw new Error(`no such fact: ${name}`);
  const { providerId: _, ...entry } = given.entry ?? {};
  return fact.read(
    {
      workOrder: aWorkOrder(),
      kind: 'bench',
      row: null,
      takenAtMs: NOW_MS,
      directory: aDirectoryEntry({ flags: null, ...entry }),
      profile: given.profile ?? null,
      commitments: [],
      cancellations: [],
      costCents: null,
    },
    {},
  );
}

function imported(facts: ImportedFacts) {
  return { entry: { imported: facts } };
}

function said<Value>(value: Value, observedAtMs = AFTER) {
  return { value, observedAtMs };
}

describe('imported values', () => {
  it.each<readonly [string, ImportedFacts, unknown]>([
    ['provider.rating', { ratingHundredths: said(480) }, 480],
    ['provider.rating_count', { ratingCount: said(12) }, 12],
    ['provider.cancel_rate', { cancelRateBasisPoints: said(250) }, 250],
    ['provider.block_rate', { blockRateBasisPoints: said(0) }, 0],
    ['provider.completed_overall', { completedOverall: said(9) }, 9],
    ['provider.completed_for_us', { completedForUs: said(0) }, 0],
    ['provider.worked_with', { completedForUs: said(2) }, true],
    ['provider.groups', { groups: said([7, 5]) }, [5, 7]],
    ['provider.in_preferred_group', { groups: said([]) }, false],
    ['provider.certifications', { certifications: said([{ id: 12, name: null }]) }, [12]],
    ['provider.certification_names', { certifications: said([{ id: null, name: 'A+' }]) }, ['A+']],
    ['provider.licenses', { licenses: said([{ id: 7, name: 'Low voltage' }]) }, [7]],
    ['provider.license_names', { licenses: said([{ id: 7, name: 'Low voltage' }]) }, ['Low voltage']],
    ['provider.background_check', { hasBackgroundCheck: said(true) }, true],
    ['provider.drug_test', { hasDrugTest: said(false) }, false],
    ['provider.is_w2', { isW2: said(true) }, true],
    ['provider.is_blocked', { isBlocked: said(false) }, false],
  ])('%s comes from a file, with its age', (name, facts, value) => {
    expect(read(name, imported(facts))).toEqual({ kind: 'known', value, source: 'import', observedAtMs: AFTER });
    expect(read(name, {}).kind).toBe('unknown');
  });

  it('a profile wins where it is as new and says something, field by field', () => {
    const profile = aProfile({ observedAtMs: AFTER, ratingHundredths: 410 });
    const entry = (atMs: number) => ({ imported: { ratingHundredths: said(500, atMs), ratingCount: said(3, BEFORE) } });
    for (const atMs of [BEFORE, AFTER])
      expect(read('provider.rating', { profile, entry: entry(atMs) })).toMatchObject({ value: 410, source: 'profile' });
    const later = read('provider.rating', { profile, entry: entry(AFTER + 1) });
    expect(later).toMatchObject({ value: 500, source: 'import', observedAtMs: AFTER + 1 });
    expect(read('provider.rating_count', { profile, entry: entry(BEFORE) })).toMatchObject({ value: 3 });
  });

  it('a list with a hole is not taken for whole', () => {
    const certifications = said([
      { id: 12, name: null },
      { id: null, name: 'A+' },
    ]);
    expect(read('provider.certifications', imported({ certifications })).kind).toBe('unknown');
    expect(read('provider.certification_names', imported({ certifications })).kind).toBe('unknown');
  });

  it('none completed for us proves nothing about having worked with us', () => {
    expect(read('provider.worked_with', imported({ completedForUs: said(0) })).kind).toBe('unknown');
  });

  it('a place from a file gives the distance', () => {
    const coordinates = said(placeAt(44.95, -93.1));
    expect(read('provider.distance', imported({ coordinates }))).toMatchObject({
      source: 'coordinates',
      observedAtMs: AFTER,
    });
  });
});

describe('member lists of groups', () => {
  const pools = (ids: readonly number[], isWhole = true) => ({ pools: { observedAtMs: AFTER, ids, isWhole } });

  it('say which groups a provider is in, and that it is in none', () => {
    const known = { kind: 'known', source: 'pool', observedAtMs: AFTER };
    expect(read('provider.groups', { entry: pools([9921]) })).toEqual({ ...known, value: [9921] });
    expect(read('provider.in_preferred_group', { entry: pools([9921]) })).toEqual({ ...known, value: true });
    expect(read('provider.groups', { entry: pools([]) })).toEqual({ ...known, value: [] });
    expect(read('provider.in_preferred_group', { entry: pools([]) })).toEqual({ ...known, value: false });
  });

  it('read in part prove membership and disprove nothing', () => {
    expect(read('provider.groups', { entry: pools([9921], false) }).kind).toBe('unknown');
    expect(read('provider.in_preferred_group', { entry: pools([9921], false) })).toMatchObject({ value: true });
    expect(read('provider.in_preferred_group', { entry: pools([], false) }).kind).toBe('unknown');
  });

  it('give way to a newer profile', () => {
    const profile = aProfile({ observedAtMs: AFTER + 1, preferredGroups: [{ id: 5, name: 'ATM' }] });
    const entry = pools([9921]);
    expect(read('provider.groups', { profile, entry })).toMatchObject({ value: [5], source: 'profile' });
    const older = { ...profile, observedAtMs: BEFORE };
    expect(read('provider.groups', { profile: older, entry })).toMatchObject({ value: [9921], source: 'pool' });
  });
});
