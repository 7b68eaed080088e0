import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DaemonClock, findClockFault, systemDaemonClock, WRITTEN_ON } from '../../src/daemon/clock.ts';
import { readSchedule, type Schedule } from '../../src/daemon/schedule.ts';
import { cronTicker, type Ticker } from '../../src/daemon/ticker.ts';
import { type Due, type RestartBecause, startTimekeeper } from '../../src/daemon/timekeeper.ts';
import { createLog } from '../../src/log.ts';
import { cronModel, EVERY_FIVE_MINUTES, fakeTime } from './fake-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const NOON = Date.UTC(2026, 10, 22, 12);
const LOG = createLog({ level: 'silent', secrets: [], write: () => undefined });

function scheduleOf(expression: string): Schedule {
  const reading = readSchedule(expression, NOON);
  if (reading.kind === 'wrong') throw new Error(reading.what);
  return reading.schedule;
}

describe('a schedule', () => {
  it.each([
    ['*/5 * * * *', ['2026-11-22T12:05', '2026-11-22T12:10', '2026-11-22T12:15']],
    ['0 6 * * 1-5', ['2026-11-23T06:00', '2026-11-24T06:00', '2026-11-25T06:00']],
    ['30 7 L * *', ['2026-11-30T07:30', '2026-12-31T07:30', '2027-01-31T07:30']],
    ['0 0 29 2 *', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['*/20 59 23 31 12 *', ['2026-12-31T23:59', '2026-12-31T23:59', '2026-12-31T23:59', '2027-12-31T23:59']],
  ])('%s names its next moments', (expression, expected) => {
    const slots = scheduleOf(expression).slotsAfter(NOON, expected.length);
    expect(slots.map((slot) => new Date(slot).toISOString().slice(0, 16))).toEqual(expected);
  });

  it.each([
    ['61 * * * *', /minute/],
    ['* * *', /5 or 6 fields/],
    ['', /no cron expression/],
    ['every five minutes', /no cron expression/],
    ['0 0 31 2 *', /no cron expression/],
  ])('"%s" is refused, saying why and what to write', (expression, what) => {
    const reading = readSchedule(expression, NOON);
    expect(reading).toMatchObject({ kind: 'wrong', fix: expect.stringContaining('*/5 * * * *') });
    expect(reading.kind === 'wrong' && reading.what).toMatch(what);
  });

  it('finds the latest moment where its next moments lie', () => {
    const schedules = ['*/7 8-18 * * 1-5', '0 0 1 * *', '15 3 L * *', '* * * * * *'].map(scheduleOf);
    fc.assert(
      fc.property(
        fc.constantFrom(...schedules),
        fc.integer({ min: NOON - YEAR, max: NOON + YEAR }),
        (schedule, epochMs) => {
          const [next = 0] = schedule.slotsAfter(epochMs, 1);
          expect(schedule.latestSlot(next, epochMs)).toBe(next);
          expect(schedule.latestSlot(next - 1, epochMs)).toBeNull();
          const latest = schedule.latestSlot(epochMs, epochMs - 40 * DAY);
          if (latest !== null) expect(schedule.slotsAfter(latest, 1)[0]).toBe(next);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('loses and repeats no moment on any day of summer time from 2025 to 2030, whatever zone the machine is in', () => {
    const zones = [
      'America/New_York',
      'America/Los_Angeles',
      'America/Phoenix',
      'America/St_Johns',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Pacific/Apia',
    ];
    const before = process.env['TZ'];
    try {
      for (const zone of zones) {
        process.env['TZ'] = zone;
        const schedule = scheduleOf('*/15 * * * *');
        for (const changeMs of offsetChanges()) {
          const slots = schedule.slotsAfter(changeMs - 12 * HOUR - 1, 96);
          expect(slots).toEqual(slots.map((_, n) => changeMs - 12 * HOUR + n * 15 * MINUTE));
        }
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  /** Hours at which this machine's offset to UTC changes. */
  function offsetChanges(): readonly number[] {
    const found: number[] = [];
    for (let ms = Date.UTC(2025, 0, 1); ms < Date.UTC(2031, 0, 1); ms += HOUR) {
      if (new Date(ms).getTimezoneOffset() !== new Date(ms + HOUR).getTimezoneOffset()) found.push(ms + HOUR);
    }
    return found;
  }
});

describe('the clock at the start', () => {
  it('is refused when it shows a day before this version was written', () => {
    expect(findClockFault(0)).toContain('1970-01-01');
    expect(findClockFault(Date.parse(WRITTEN_ON) - 1)).toContain(WRITTEN_ON);
    expect(findClockFault(Date.parse(WRITTEN_ON))).toBeNull();
    expect(findClockFault(Number.NaN)).not.toBeNull();
  });

  it('is right on the machine that runs this', () => {
    expect(findClockFault(Date.now())).toBeNull();
  });
});

type Watched = {
  readonly due: Due[];
  readonly overlaps: string[];
  readonly restarts: RestartBecause[];
  /** False: a run is under way, and none begins. */
  isFree: boolean;
  /** What the daemon says after each run that was made. */
  isRunNoted: boolean;
};

function watch(parts: { readonly clock: DaemonClock; readonly schedule: Schedule; readonly ticker: Ticker }) {
  const seen: Watched = { due: [], overlaps: [], restarts: [], isFree: true, isRunNoted: true };
  const early: { noteRun: () => void } = { noteRun: () => undefined };
  const keeper = startTimekeeper({
    ...parts,
    log: LOG,
    begin: (due) => {
      if (!seen.isFree) return false;
      seen.due.push(due);
      if (seen.isRunNoted) early.noteRun();
      return true;
    },
    onOverlap: (tick) => seen.overlaps.push(tick),
    onRestart: (because) => seen.restarts.push(because),
  });
  early.noteRun = keeper.noteRun;
  return { seen, keeper };
}

describe('keeping time under an injected clock', () => {
  function open(startMs = NOON + 2 * MINUTE) {
    const time = fakeTime(startMs);
    const ticker = cronModel(time, EVERY_FIVE_MINUTES);
    return { time, ticker, ...watch({ clock: time, schedule: EVERY_FIVE_MINUTES, ticker }) };
  }
  const ticks = ({ due }: Watched) =>
    due.map(({ tick, because }) => `${tick.slice(11, 16)}${tick.slice(24)} ${because}`);

  it('begins with the last moment before the start, then one run at each moment', () => {
    const { time, seen } = open();
    time.pass(15 * MINUTE);
    expect(ticks(seen)).toEqual(['12:00 start', '12:05 schedule', '12:10 schedule', '12:15 schedule']);
    expect(seen.due[1]?.tick).toBe('2026-11-22T12:05:00.000Z');
    expect([seen.overlaps, seen.restarts]).toEqual([[], []]);
  });

  it('makes up for many missed moments by one run', () => {
    const { time, seen } = open();
    time.pass(MINUTE);
    time.jump(HOUR);
    time.pass(5 * MINUTE);
    expect(ticks(seen)).toEqual(['12:00 start', '13:00 catch_up', '13:05 schedule']);
    expect(seen.restarts).toEqual(['clock_jump']);
  });

  it('goes on at once when the clock is set back, under names that are not taken', () => {
    const { time, seen } = open(NOON + 59 * MINUTE);
    time.pass(7 * MINUTE);
    time.jump(-HOUR);
    time.pass(60 * MINUTE);
    const names = ticks(seen);
    expect(names.slice(0, 5)).toEqual(
      ['12:55 start', '13:00 schedule', '13:05 schedule', '12:10 schedule', '12:15 schedule'].map((name, n) =>
        n < 3 ? name : name.replace(' ', '+1 '),
      ),
    );
    expect(names.at(-1)).toBe('13:05+1 schedule');
    expect(new Set(names).size).toBe(names.length);
    time.pass(5 * MINUTE);
    expect(ticks(seen).at(-1)).toBe('13:10 schedule');
  });

  it('drops moments that come while a run is under way', () => {
    const { time, seen, keeper } = open();
    seen.isFree = false;
    time.pass(9 * MINUTE);
    seen.isFree = true;
    keeper.noteRun();
    time.pass(5 * MINUTE);
    expect(ticks(seen)).toEqual(['12:00 start', '12:15 schedule']);
    expect(seen.overlaps.map((tick) => tick.slice(11, 16))).toEqual(['12:05', '12:10']);
  });

  it('makes up for missed moments only after the run under way', () => {
    const { time, seen } = open();
    time.pass(MINUTE);
    seen.isFree = false;
    time.jump(HOUR);
    time.pass(30_000);
    expect(seen.due).toHaveLength(1);
    seen.isFree = true;
    time.pass(1000);
    expect(ticks(seen)).toEqual(['12:00 start', '13:00 catch_up']);
  });

  it('calls itself when the ticker is dead, and starts it anew', () => {
    const time = fakeTime(NOON + 2 * MINUTE);
    let starts = 0;
    const dead: Ticker = {
      start: () => {
        starts += 1;
        return () => undefined;
      },
    };
    const { seen } = watch({ clock: time, schedule: EVERY_FIVE_MINUTES, ticker: dead });
    time.pass(14 * MINUTE);
    expect(ticks(seen)).toEqual(['12:00 start', '12:05 catch_up', '12:10 catch_up', '12:15 catch_up']);
    expect(seen.restarts).toEqual(['missed_tick', 'missed_tick', 'missed_tick']);
    expect(starts).toBe(4);
  });

  it('makes a run after two intervals without one, when every name is taken', () => {
    const { time, seen } = open();
    seen.isRunNoted = false;
    time.pass(30 * MINUTE);
    const watchdog = seen.due.filter(({ because }) => because === 'watchdog').map(({ tick }) => tick);
    expect(watchdog).toEqual([
      'watchdog:2026-11-22T12:10:05.000Z',
      'watchdog:2026-11-22T12:20:05.000Z',
      'watchdog:2026-11-22T12:30:05.000Z',
    ]);
    expect(seen.restarts).toEqual(['silence', 'silence', 'silence']);
  });

  it('does nothing once stopped', () => {
    const { time, seen, keeper } = open();
    keeper.stop();
    time.pass(HOUR);
    time.jump(HOUR);
    time.pass(HOUR);
    expect(ticks(seen)).toEqual(['12:00 start']);
  });

  it('survives 2,000 jumps from a second to ten years: never stuck, never a stampede, never a name twice', () => {
    const jump = fc.oneof(
      fc.integer({ min: 1000, max: 10 * MINUTE }),
      fc.integer({ min: 10 * MINUTE, max: 2 * DAY }),
      fc.integer({ min: 2 * DAY, max: 10 * YEAR }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 * MINUTE - 3000 }), jump, fc.boolean(), (secondsIn, size, isBack) => {
        const { time, ticker, seen } = open(NOON + MINUTE);
        // Not within the last second before a moment: there the ticker may wake before it is looked after.
        time.pass(4 * MINUTE + secondsIn);
        const before = seen.due.length;
        time.jump(isBack ? -size : size);
        time.pass(30 * MINUTE);
        const made = seen.due.length - before;
        const catchUps = seen.due.slice(before).filter(({ because }) => because === 'catch_up');
        expect(catchUps.length).toBeLessThanOrEqual(1);
        expect(made).toBeGreaterThanOrEqual(3);
        expect(made).toBeLessThanOrEqual(8);
        expect(ticker.counted()).toBeLessThanOrEqual(2);
        expect(new Set(seen.due.map(({ tick }) => tick)).size).toBe(seen.due.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('keeping time with node-cron itself', () => {
  beforeEach(() => {
    const toFake = ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const;
    vi.useFakeTimers({ now: NOON + 2 * MINUTE, toFake: [...toFake] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open() {
    const clock: DaemonClock = { ...systemDaemonClock(), monotonicMs: () => globalThis.performance.now() };
    return watch({ clock, schedule: scheduleOf('*/5 * * * *'), ticker: cronTicker('*/5 * * * *') });
  }

  it.each([
    ['a second', 1000],
    ['four minutes', 4 * MINUTE],
    ['six minutes', 6 * MINUTE],
    ['an hour', HOUR],
    ['thirty days', 30 * DAY],
    ['a year', YEAR],
    ['ten years', 10 * YEAR],
  ])('goes on within two intervals when the clock is set back or forward by %s', async (_, size) => {
    for (const jumpMs of [size, -size]) {
      const { seen, keeper } = open();
      await vi.advanceTimersByTimeAsync(4 * MINUTE);
      const before = seen.due.length;
      expect(before).toBe(2);
      vi.setSystemTime(Date.now() + jumpMs);
      await vi.advanceTimersByTimeAsync(11 * MINUTE);
      const made = seen.due.length - before;
      expect(made, `${jumpMs}`).toBeGreaterThanOrEqual(1);
      expect(made, `${jumpMs}`).toBeLessThanOrEqual(4);
      keeper.stop();
      vi.setSystemTime(NOON + 2 * MINUTE);
    }
  });

  it('ticks in UTC to the minute, and falls silent when stopped', async () => {
    const { seen, keeper } = open();
    await vi.advanceTimersByTimeAsync(13 * MINUTE);
    keeper.stop();
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(seen.due.map(({ tick, because }) => [tick, because])).toEqual([
      ['2026-11-22T12:00:00.000Z', 'start'],
      ['2026-11-22T12:05:00.000Z', 'schedule'],
      ['2026-11-22T12:10:00.000Z', 'schedule'],
      ['2026-11-22T12:15:00.000Z', 'schedule'],
    ]);
  });
});
