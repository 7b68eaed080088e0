import type { CliIo } from './command.ts';
import { CLEAR_LINE } from './guarded-io.ts';

/** A line a fifth of a second is as often as anybody reads it. */
const SHOWN_EVERY_MS = 200;

/** One changing line while people watch: how much of how much, how fast, and how long still. Silent when nobody does. */
export function showProgress(
  io: Pick<CliIo, 'stderr'>,
  { of, what }: { readonly of: number; readonly what: string },
): (done: number) => void {
  const begunMs = performance.now();
  let shownMs = begunMs;
  return (done) => {
    const nowMs = performance.now();
    if (!io.stderr.isTTY || nowMs - shownMs < SHOWN_EVERY_MS) return;
    shownMs = nowMs;
    const perSecond = Math.max(1, Math.round((done * 1000) / (nowMs - begunMs)));
    const left = Math.ceil(Math.max(0, of - done) / perSecond);
    io.stderr.write(`${CLEAR_LINE}${done} of ${of} ${what}, ${perSecond} a second, about ${left} s left`);
  };
}
