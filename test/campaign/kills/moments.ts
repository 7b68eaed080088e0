import type { Arrived, Way } from '../market.ts';
import { isWrite } from '../market.ts';
import type { Random } from '../simulation/random.ts';

/**
 * When a process is killed: some time after it was started, or with the n-th request (or write) that it makes. Such a
 * request is `lost` on its way, arrives `late` (after the next process has begun), is done and `unanswered`, or is
 * `answered`, and the process dies a moment later.
 */
export type Moment =
  | { readonly kind: 'time'; readonly afterMs: number }
  | {
      readonly kind: 'request';
      readonly nth: number;
      readonly isWrite: boolean;
      readonly fate: Fate;
      readonly afterMs: number;
    };

type Fate = 'lost' | 'late' | 'unanswered' | 'answered';

/** Of a process that nobody kills. */
export type Usual = { readonly durationMs: number; readonly requests: number; readonly writes: number };

export function drawMoment(random: Random, usual: Usual): Moment {
  if (random.chance(0.25)) return { kind: 'time', afterMs: Math.floor(random.next() * 1.1 * usual.durationMs) };
  const onWrite = random.chance(0.65);
  return {
    kind: 'request',
    nth: random.between(1, onWrite ? usual.writes : Math.min(usual.requests, 30)),
    isWrite: onWrite,
    fate: random.pick(['lost', 'late', 'unanswered', 'answered']),
    // Reading back and recording take some milliseconds each.
    afterMs: random.between(0, 25),
  };
}

export type Ambush = {
  readonly way: Way;
  /** Lets what was held back arrive. */
  readonly release: () => Promise<void>;
  readonly isHolding: () => boolean;
};

/** Counts requests, strikes at the moment, and keeps what is to arrive late. */
export function layAmbush(moment: Moment, kill: () => void): Ambush {
  let seen = 0;
  const late: (() => Promise<Response>)[] = [];
  const strike = async (fate: Fate, handle: () => Promise<Response>): Promise<Response | null> => {
    if (fate === 'answered') {
      const answer = await handle();
      setTimeout(kill, moment.afterMs);
      return answer;
    }
    if (fate === 'unanswered') await handle();
    if (fate === 'late') late.push(handle);
    kill();
    return null;
  };
  return {
    way: (arrived: Arrived, handle) => {
      if (moment.kind === 'request' && (!moment.isWrite || isWrite(arrived))) {
        seen += 1;
        if (seen === moment.nth) return strike(moment.fate, handle);
      }
      return handle();
    },
    release: async () => {
      for (const handle of late.splice(0)) await handle();
    },
    isHolding: () => late.length > 0,
  };
}
