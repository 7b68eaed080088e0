import type { RecordedSlates } from '../domain/recorded-decision.ts';
import type { BacktestResult, Cause } from './backtest-result.ts';
import { createTally } from './backtest-tally.ts';
import { type Choice, fills } from './choice.ts';
import { type ComparedRun, type ComparedSlate, type CompareTerms, compareRun, whyThen } from './compare-run.ts';
import type { Why } from './why-changed.ts';

export type BacktestTerms = CompareTerms & {
  /** Changes and providers told one by one; the rest is counted. */
  readonly top: number;
  /** Called after each run, with the recorded decisions read so far. */
  readonly onProgress: (decisions: number) => void;
};

/** Every recorded dispatch slate decided by both sides, run by run as the work orders shared their providers. */
export async function backtest(runs: AsyncIterable<RecordedSlates>, terms: BacktestTerms): Promise<BacktestResult> {
  const joining = startJoining(terms.top);
  for await (const run of runs) terms.onProgress(joining.add(compareRun(run, terms)));
  return joining.result();
}

/** Sums up runs, oldest first; `add` answers with the recorded decisions so far. */
export type Joining = { readonly add: (run: ComparedRun) => number; readonly result: () => BacktestResult };

export function startJoining(top: number): Joining {
  const tally = createTally(top);
  const lastLive: LastLive = new Map();
  let decisions = 0;
  const add = (run: ComparedRun): number => {
    const { runId, decidedAtMs, leftOut, gaps, absent, slates } = run;
    tally.addRun({ runId, decidedAtMs, decisions: run.decisions });
    for (const [why, count] of leftOut) tally.addLeftOut(why, count);
    tally.addGaps(gaps);
    const isCrowded = othersMatter(absent, lastLive);
    for (const one of slates) {
      if (one.live !== null) lastLive.set(one.key, one.live);
      const then = oldChoice(one, lastLive);
      if (one.new === null) tally.addLeftOut('unreadable', 1);
      else if (then === null) tally.addLeftOut('withoutLive', 1);
      else {
        const { decisionId, workOrderId, episode, title } = one;
        const sides = { old: then.choice, new: one.new, why: then.why };
        const causes = causesOf(one.causes, { choices: [then.choice, one.new], isCrowded });
        tally.addCompared({ decidedAtMs, decisionId, workOrderId, episode, title, ...sides, causes });
      }
    }
    decisions += run.decisions;
    return decisions;
  };
  return { add, result: tally.result };
}

/** The newest recorded live choice of each work order and episode: one that did not change was not recorded again. */
type LastLive = Map<string, Choice>;

/** Null: there is none. */
function oldChoice({ old, new: now, key }: ComparedSlate, lastLive: LastLive): OldChoice | null {
  if (old.kind === 'choice') return old;
  const choice = old.kind === 'none' ? undefined : lastLive.get(key);
  if (old.kind === 'none' || choice === undefined) return null;
  return { choice, why: old.seen === null || now === null ? null : whyThen(choice, now, old.seen) };
}

type OldChoice = { readonly choice: Choice; readonly why: Why | null };

/**
 * Whether a work order of the run that has no slate here may then have had a provider whom the new side now gives away: one
 * whose last recorded choice filled it, or is not in the range.
 */
function othersMatter(absent: readonly string[], lastLive: LastLive): boolean {
  return absent.some((key) => {
    const last = lastLive.get(key);
    return last === undefined || fills(last);
  });
}

/** Besides the rules. */
function causesOf(
  ofGaps: readonly Cause[],
  { choices, isCrowded }: { readonly choices: readonly Choice[]; readonly isCrowded: boolean },
): readonly Cause[] {
  const causes = new Set<Cause>([...(isCrowded ? (['members'] as const) : []), ...ofGaps]);
  if (choices.some(({ reason }) => reason.code === 'FM-3008')) causes.add('disputed');
  if (choices.some(({ reason }) => reason.code === 'FM-3010')) causes.add('trip_wire');
  return [...causes].sort();
}
