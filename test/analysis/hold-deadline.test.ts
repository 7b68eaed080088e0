import { describe, expect, it } from 'vitest';
import { holdDeadline, isPastDeadline } from '../../src/analysis/hold-deadline.ts';
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
