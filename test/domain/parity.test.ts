import { describe, expect, it } from 'vitest';
import { differsSinceDay, findDrift } from '../../src/domain/drift.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { compareWithPlatform, isPlatformFact, type OwnCriterion, type ParityDay } from '../../src/domain/parity.ts';
import { goldenRow } from '../support/golden-rows.ts';

const DAY_MS = 86_400_000;
const TODAY = 20_000;

function sampleEvaluation() {
  const { platform } = goldenRow('pending-request');
  if (platform === null) throw new Error('the sample has no evaluation');
  return platform;
}

/** What we make of the sample's facts: the same, as test/evaluate/score.test.ts shows text for text. */
function sampleOwn(): readonly OwnCriterion[] {
  return sampleEvaluation().verdicts.map(({ name, weight, isMatch, points }) => ({
    key: name,
    label: name,
    weight,
    pointsMilli: points * 1000,
    applies: true,
    verdict: isMatch ? 'match' : 'no_match',
    decidedBy: 'facts',
    restsOnPlatform: false,
  }));
}

describe('our evaluation beside Field Nation’s', () => {
  it('has the same verdicts and points on the recorded sample', () => {
    const { criteria, isSameRule, isSamePoints } = compareWithPlatform(sampleOwn(), sampleEvaluation());
    expect(criteria).toHaveLength(8);
    expect(criteria.every(({ ours, theirs }) => ours === theirs)).toBe(true);
    expect([isSameRule, isSamePoints]).toEqual([true, true]);
  });

  it('names the one criterion that somebody changed in the payload, whichever it is', () => {
    const platform = sampleEvaluation();
    for (const changed of platform.verdicts) {
      const verdicts = platform.verdicts.map((one) => {
        if (one !== changed) return one;
        return { ...one, isMatch: !one.isMatch, points: one.isMatch ? 0 : one.weight };
      });
      const points = verdicts.reduce((sum, one) => sum + one.points, 0);
      const parity = compareWithPlatform(sampleOwn(), { ...platform, verdicts, points });
      const differing = parity.criteria.filter(({ ours, theirs }) => ours !== theirs);
      expect(differing.map(({ key }) => key)).toEqual([changed.name]);
      expect([parity.isSameRule, parity.isSamePoints]).toEqual([true, false]);
    }
  });

  it('compares points only under the same criteria and weights', () => {
    const [first, ...others] = sampleOwn();
    if (first === undefined) throw new Error('no criteria');
    const sameRule = (own: readonly OwnCriterion[]) => compareWithPlatform(own, sampleEvaluation()).isSameRule;
    expect(sameRule(others)).toBe(false);
    expect(sameRule([{ ...first, weight: first.weight + 1 }, ...others])).toBe(false);
    expect(sameRule([{ ...first, applies: false }, ...others])).toBe(false);
    expect(sameRule([{ ...first, label: first.label.toUpperCase() }, ...others])).toBe(true);
  });

  it('leaves out what our facts have not decided, and what asks for their verdict', () => {
    const [first, ...others] = sampleOwn();
    if (first === undefined) throw new Error('no criteria');
    const compared = (given: Partial<OwnCriterion>) =>
      compareWithPlatform([{ ...first, ...given }, ...others], sampleEvaluation()).criteria.length;
    expect(compared({})).toBe(8);
    expect(compared({ decidedBy: 'platform' })).toBe(7);
    expect(compared({ decidedBy: 'on_missing' })).toBe(7);
    expect(compared({ verdict: 'unknown' })).toBe(7);
    expect(compared({ applies: false })).toBe(7);
    expect(compared({ restsOnPlatform: true })).toBe(7);
    expect(compared({ label: 'a criterion of ours' })).toBe(7);
    expect([isPlatformFact('fn.criterion{"name":"rating"}'), isPlatformFact('provider.rating')]).toEqual([true, false]);
  });
});

const EXAMPLE = { decisionId: decisionId(workOrderId(11), 1, 1), providerId: providerId(557) };

function aDay(day: number, agree: number, differ: number, given: Partial<ParityDay> = {}): ParityDay {
  const any = { ruleFileId: 'atm', key: 'distance', onlyTheirs: 0, otherRule: 0 };
  return { ...any, day, agree, onlyOurs: differ, example: differ === 0 ? null : EXAMPLE, ...given };
}

function drifts(days: readonly ParityDay[], today = TODAY) {
  return findDrift(days, today * DAY_MS + DAY_MS / 2, DEFAULT_LIMITS);
}

describe('drift', () => {
  it('is a rise within a week against the four before, by rule file and criterion', () => {
    const before = aDay(TODAY - 7, 95, 5);
    expect(drifts([before, aDay(TODAY, 60, 40)])).toEqual([
      {
        ...{ ruleFileId: 'atm', key: 'distance', example: EXAMPLE },
        ...{ recent: { compared: 100, differ: 40 }, before: { compared: 100, differ: 5 } },
      },
    ]);
    // Of another file or criterion, too long ago, still to come: not of these two spans.
    expect(drifts([before, aDay(TODAY, 60, 40, { ruleFileId: 'default' })])).toEqual([]);
    expect(drifts([before, aDay(TODAY, 60, 40, { key: 'rating' })])).toEqual([]);
    expect(drifts([aDay(TODAY - 35, 95, 5), aDay(TODAY, 60, 40)])).toEqual([]);
    expect(drifts([before, aDay(TODAY + 1, 60, 40)])).toEqual([]);
  });

  it('needs enough compared on both sides, enough of a rise, and one that chance does not explain', () => {
    expect(drifts([aDay(TODAY - 7, 49, 0), aDay(TODAY, 0, 100)])).toEqual([]);
    expect(drifts([aDay(TODAY - 7, 50, 0), aDay(TODAY, 0, 49)])).toEqual([]);
    expect(drifts([aDay(TODAY - 7, 50, 0), aDay(TODAY, 0, 50)])).toHaveLength(1);
    // 19 points, however many; 20 are enough of a thousand, and 22 not of fifty.
    expect(drifts([aDay(TODAY - 7, 1000, 0), aDay(TODAY, 810, 190)])).toEqual([]);
    expect(drifts([aDay(TODAY - 7, 1000, 0), aDay(TODAY, 800, 200)])).toHaveLength(1);
    expect(drifts([aDay(TODAY - 7, 30, 20), aDay(TODAY, 19, 31)])).toEqual([]);
    // That both agree more again is no drift.
    expect(drifts([aDay(TODAY - 7, 0, 100), aDay(TODAY, 100, 0)])).toEqual([]);
  });

  /** Park and Miller's generator, so that every machine simulates the same years. */
  function generator(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
  }

  type Stream = { readonly perDay: number; readonly share: (day: number) => number; readonly random: () => number };

  /** The first day with an alarm, looked at at the end of every day; null: none in a year. */
  function firstAlarm({ perDay, share, random }: Stream): number | null {
    const days: ParityDay[] = [];
    for (let day = 0; day < 365; day += 1) {
      let differ = 0;
      for (let n = 0; n < perDay; n += 1) if (random() < share(day)) differ += 1;
      days.push(aDay(day, perDay - differ, differ));
      if (drifts(days.slice(-36), day).length > 0) return day;
    }
    return null;
  }

  it('is not seen in a year of a balanced stream: fewer than one in a hundred such years', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const [perDay = 5, share = 0.5] = [[5, 20][seed % 2], [0, 0.02, 0.1, 0.3, 0.5][seed % 5]];
      if (firstAlarm({ perDay, share: () => share, random: generator(seed * 7_919) }) !== null) alarms += 1;
    }
    expect(alarms).toBe(0);
  });

  it('is seen within a week of comparisons after a definition has changed', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const perDay = [8, 20, 50][seed % 3] ?? 8;
      // A changed definition turns the verdict of most candidates: from 5 % to 70 % on day 100.
      const alarm = firstAlarm({ perDay, share: (day) => (day < 100 ? 0.05 : 0.7), random: generator(seed * 104_729) });
      expect(alarm).toBeGreaterThanOrEqual(100);
      expect(((alarm ?? Number.NaN) - 99) * perDay).toBeLessThanOrEqual(7 * perDay);
    }
  });

  it('tells since when two differ: the first of the last days on all of which they did much', () => {
    expect(differsSinceDay([aDay(1, 0, 10), aDay(2, 91, 9), aDay(4, 90, 10), aDay(3, 0, 0), aDay(6, 5, 5)])).toBe(4);
    expect(differsSinceDay([aDay(1, 0, 10), aDay(2, 91, 9)])).toBeNull();
    expect(differsSinceDay([])).toBeNull();
  });
});
