import type { Log } from '../log.ts';
import type { DaemonClock, Stop } from './clock.ts';
import type { Schedule } from './schedule.ts';
import type { Ticker } from './ticker.ts';

/**
 * Why a run is due. `start`: the last moment before the daemon started; `catch_up`: moments that nobody called; `webhook`:
 * the platform said that something has happened.
 */
export type DueBecause = 'start' | 'schedule' | 'catch_up' | 'watchdog' | 'webhook';

/** A run that is due. `tick` names it in the ledger, which takes each name once. */
export type Due = { readonly tick: string; readonly because: DueBecause };

export type RestartBecause = 'clock_jump' | 'missed_tick' | 'silence';

export type TimekeeperParts = {
  readonly clock: DaemonClock;
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  readonly log: Log;
  /** Begins a run; false when one is under way or none may begin any more. */
  readonly begin: (due: Due) => boolean;
  /** A scheduled moment came while a run was under way; it is dropped. */
  readonly onOverlap: (tick: string) => void;
  readonly onRestart: (because: RestartBecause) => void;
};

export type Timekeeper = {
  /** A run was made, whatever came of it. */
  readonly noteRun: () => void;
  readonly stop: Stop;
};

const CHECK_EVERY_MS = 1000;

/** node-cron sleeps through a clock set back, and on a large step forward it counts every missed moment one by one. */
const JUMP_MS = 5 * 60_000;

/** How late the ticker may be before somebody else calls. */
const GRACE_MS = 5_000;

/** Moments before the start that are older than this are not made up for. */
const LOOK_BACK_MS = 24 * 3_600_000;

/**
 * Begins a run at each scheduled moment, whatever the clock and the ticker do: the ticker calls, and once a second its
 * work is checked. A moment it missed is made up for, many by one run; a wall clock that jumps, or no run for two
 * intervals of the monotonic clock, makes a new ticker.
 */
export function startTimekeeper(parts: TimekeeperParts): Timekeeper {
  const keeper = toKeeper(parts);
  restartTicker(keeper);
  awaitRun(keeper);
  const stopChecking = parts.clock.every(CHECK_EVERY_MS, () => check(keeper));
  makeUpForDowntime(keeper);
  return {
    noteRun: () => awaitRun(keeper),
    stop: () => {
      stopChecking();
      keeper.book.stopTicker();
    },
  };
}

/** What the timekeeper remembers. */
type Book = {
  /** Moments up to this one have had their turn. */
  handledMs: number;
  /** The latest moment that ever had its name used by this process. */
  highestMs: number;
  /** How often the clock was set back; marks names that would otherwise come twice. */
  setBacks: number;
  wallMs: number;
  monotonicMs: number;
  /** On the monotonic clock: no run until then is silence. */
  silentAtMs: number;
  stopTicker: Stop;
};

type Keeper = TimekeeperParts & { readonly book: Book };

function toKeeper(parts: TimekeeperParts): Keeper {
  const wallMs = parts.clock.wallMs();
  const monotonicMs = parts.clock.monotonicMs();
  const book: Book = {
    handledMs: wallMs,
    highestMs: Number.NEGATIVE_INFINITY,
    setBacks: 0,
    wallMs,
    monotonicMs,
    silentAtMs: Number.POSITIVE_INFINITY,
    stopTicker: () => undefined,
  };
  return { ...parts, book };
}

/** The ledger knows whether the last moment before the start has been run: then its name is taken, and nothing happens. */
function makeUpForDowntime(keeper: Keeper): void {
  const { schedule, book } = keeper;
  const slotMs = schedule.latestSlot(book.wallMs, book.wallMs - LOOK_BACK_MS);
  if (slotMs === null) return;
  keeper.begin({ tick: nameTick(book, slotMs), because: 'start' });
  book.highestMs = slotMs;
}

function onSlot(keeper: Keeper, slotMs: number): void {
  const { book } = keeper;
  if (slotMs <= book.handledMs) return;
  const tick = nameTick(book, slotMs);
  tookTurn(book, slotMs);
  if (!keeper.begin({ tick, because: 'schedule' })) keeper.onOverlap(tick);
}

function check(keeper: Keeper): void {
  const { clock, schedule, book } = keeper;
  const jumpMs = noteTime(keeper);
  const hasJumped = Math.abs(jumpMs) > JUMP_MS;
  if (hasJumped) meetJump(keeper, jumpMs);
  const missedMs = schedule.latestSlot(book.wallMs, book.handledMs);
  if (missedMs !== null && (hasJumped || book.wallMs - missedMs >= GRACE_MS)) {
    catchUp(keeper, missedMs, hasJumped);
  } else if (clock.monotonicMs() >= book.silentAtMs) {
    breakSilence(keeper);
  }
}

/** By how much the wall clock went further than time did since the last check. */
function noteTime({ clock, book }: Keeper): number {
  const wallMs = clock.wallMs();
  const monotonicMs = clock.monotonicMs();
  const jumpMs = wallMs - book.wallMs - (monotonicMs - book.monotonicMs);
  book.wallMs = wallMs;
  book.monotonicMs = monotonicMs;
  return jumpMs;
}

function meetJump(keeper: Keeper, jumpMs: number): void {
  const { book, log } = keeper;
  log.warn({ jumpSeconds: Math.round(jumpMs / 1000) }, 'the clock of this machine jumped; the schedule starts anew');
  if (jumpMs < 0) {
    book.setBacks += 1;
    book.handledMs = book.wallMs;
  }
  restartTicker(keeper);
  awaitRun(keeper);
  keeper.onRestart('clock_jump');
}

/** One run for however many moments went by. While a run is under way it waits for the next check. */
function catchUp(keeper: Keeper, missedMs: number, isTickerNew: boolean): void {
  const { book, log } = keeper;
  const tick = nameTick(book, missedMs);
  if (!keeper.begin({ tick, because: 'catch_up' })) return;
  tookTurn(book, missedMs);
  log.warn({ tick }, 'a scheduled moment was missed; one run makes up for it');
  if (isTickerNew) return;
  restartTicker(keeper);
  keeper.onRestart('missed_tick');
}

/** Whatever the reason may be: the ticker died, or the names of all moments are taken since the clock was set back. */
function breakSilence(keeper: Keeper): void {
  const { book, log } = keeper;
  const tick = `watchdog:${new Date(book.wallMs).toISOString()}`;
  if (!keeper.begin({ tick, because: 'watchdog' })) return;
  log.error({ tick }, 'no run for two intervals; the schedule starts anew');
  restartTicker(keeper);
  awaitRun(keeper);
  keeper.onRestart('silence');
}

function restartTicker(keeper: Keeper): void {
  keeper.book.stopTicker();
  keeper.book.stopTicker = keeper.ticker.start((slotMs) => onSlot(keeper, slotMs));
}

/** The moment after the next is two intervals away, also where a schedule pauses for the night. */
function awaitRun({ clock, schedule, book }: Keeper): void {
  const wallMs = clock.wallMs();
  const secondMs = schedule.slotsAfter(wallMs, 2).at(-1) ?? Number.POSITIVE_INFINITY;
  book.silentAtMs = clock.monotonicMs() + (secondMs - wallMs) + GRACE_MS;
}

/** `2026-11-22T14:05:00.000Z`; with `+1` behind it when the clock was set back and this moment comes again. */
function nameTick(book: Book, slotMs: number): string {
  const name = new Date(slotMs).toISOString();
  return slotMs <= book.highestMs ? `${name}+${book.setBacks}` : name;
}

function tookTurn(book: Book, slotMs: number): void {
  book.handledMs = slotMs;
  book.highestMs = Math.max(book.highestMs, slotMs);
}
