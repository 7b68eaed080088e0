import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdDeadline, isPastDeadline } from '../../src/analysis/hold-deadline.ts';
import { nearestRank } from '../../src/analysis/nearest-rank.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';

/** Opened two hours ago and held since one; the file's last stage comes eight hours after opening; no known start. */
const HELD = { openedAtMs: NOW_MS - 2 * HOUR_MS, sinceMs: NOW_MS - HOUR_MS, startMs: null, lastStageMinutes: 480 };

describe('the deadline of a hold', () => {
  it('is the time of the last stage, while that is still to come', () => {
    expect(holdDeadline(HELD)).toEqual({ atMs: NOW_MS + 6 * HOUR_MS, because: 'last_stage' });
  });

  it('leaves a person four hours to look, whenever the last stage was and where none is known', () => {
    const inFour = { atMs: NOW_MS + 3 * HOUR_MS, because: 'last_stage' };
    expect(holdDeadline({ ...HELD, lastStageMinutes: 60 })).toEqual(inFour);
    expect(holdDeadline({ ...HELD, lastStageMinutes: null })).toEqual(inFour);
  });

  it('is 24 hours before the work begins, where that comes first', () => {
    expect(holdDeadline({ ...HELD, startMs: NOW_MS + 26 * HOUR_MS })).toEqual({
      atMs: NOW_MS + 2 * HOUR_MS,
      because: 'start',
    });
    expect(holdDeadline({ ...HELD, startMs: NOW_MS + 100 * HOUR_MS }).because).toBe('last_stage');
  });

  it('is the moment it was held, where the work begins sooner than that', () => {
    expect(holdDeadline({ ...HELD, startMs: NOW_MS + HOUR_MS })).toEqual({ atMs: HELD.sinceMs, because: 'start' });
  });

  it('is past from its own moment on', () => {
    expect(isPastDeadline(HELD, NOW_MS + 6 * HOUR_MS - 1)).toBe(false);
    expect(isPastDeadline(HELD, NOW_MS + 6 * HOUR_MS)).toBe(true);
  });
});

describe('a percentile by the nearest rank', () => {
  it('is a value that occurred: of 15 20 35 40 50 the 30th is 20, the 40th 20, the 50th 35, the 100th 50', () => {
    const values = [35, 15, 50, 20, 40];
    expect([5, 30, 40, 50, 100].map((percent) => nearestRank(values, percent))).toEqual([15, 20, 20, 35, 50]);
    expect(nearestRank([7], 1)).toBe(7);
    expect(nearestRank([], 50)).toBeNull();
  });

  it('is the smallest value that at least so many percent do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const notAbove = (limit: number) =>
            100 * values.filter((value) => value <= limit).length >= percent * values.length;
          const wanted = values.toSorted((a, b) => a - b).find(notAbove);
          expect(nearestRank(values, percent)).toBe(wanted);
        },
      ),
      { numRuns: 200 },
    );
  });
});
