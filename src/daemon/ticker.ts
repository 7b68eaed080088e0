import { schedule as scheduleTask } from 'node-cron';
import type { Stop } from './clock.ts';
import { CRON_ZONE } from './schedule.ts';

/** Calls at each moment of a schedule, as well as it can: the timekeeper watches over it. */
export interface Ticker {
  /** `onSlot` is given the scheduled moment, epoch ms. */
  start(onSlot: (slotMs: number) => void): Stop;
}

/** Late by more than this, node-cron drops a tick; the timekeeper then makes up for it. */
const TOLERANCE_MS = 30_000;

const SILENT = { info: ignore, warn: ignore, error: ignore, debug: ignore };

/** node-cron. Its own messages are left out: they go to the console, in colours. */
export function cronTicker(expression: string): Ticker {
  return {
    start: (onSlot) => {
      const task = scheduleTask(expression, ({ date }) => onSlot(date.getTime()), {
        timezone: CRON_ZONE,
        noOverlap: true,
        suppressMissedWarning: true,
        missedExecutionTolerance: TOLERANCE_MS,
        logger: SILENT,
      });
      return () => void task.destroy();
    },
  };
}

function ignore(): void {}
