import type { SolveProgram } from '../decide/assignment/program.ts';
import type { RecordedDecision, RecordedSlate, RecordedSlates } from '../domain/recorded-decision.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { BacktestResult, Cause } from './backtest-result.ts';
import { type Compared, createTally, type Tally } from './backtest-tally.ts';
import { type Choice, fills, type OfSlate, plannedChoice, recordedChoice } from './choice.ts';
import type { ReadRow } from './complete-facts.ts';
import { type DecidedAgain, type DecidingRules, decideAgain } from './decide-again.ts';
import { isByHand, type RecordedBatch, readRecordedBatch } from './recorded-batch.ts';
import { plannedStanding, recordedStanding, type Side, thresholdsOf, whyChanged } from './why-changed.ts';

export type BacktestTerms = {
  readonly new: DecidingRules;
  /** `recorded`: what the ledger says was decided. */
  readonly old: DecidingRules | 'recorded';
  readonly readRow: ReadRow;
  /** `loadHighs`. */
  readonly solve: SolveProgram;
  /** Changes and providers told one by one; the rest is counted. */
  readonly top: number;
  /** Called after each run, with the recorded decisions read so far. */
  readonly onProgress: (decisions: number) => void;
};

/** Every recorded dispatch slate decided by both sides, run by run as the work orders shared their providers. */
export async function backtest(runs: AsyncIterable<RecordedSlates>, terms: BacktestTerms): Promise<BacktestResult> {
  const tally = createTally(terms.top);
  const lastLive: LastLive = new Map();
  let decisions = 0;
  for await (const run of runs) {
    compareRun(run, { terms, tally, lastLive });
    decisions += run.slates.reduce((sum, slate) => sum + slate.decisions.length, 0);
    terms.onProgress(decisions);
  }
  return tally.result();
}

/** The newest recorded live choice of each work order and episode: one that did not change was not recorded again. */
type LastLive = Map<string, Choice>;

type Comparing = { readonly terms: BacktestTerms; readonly tally: Tally; readonly lastLive: LastLive };

function compareRun(run: RecordedSlates, comparing: Comparing): void {
  const { terms, tally, lastLive } = comparing;
  const recorded = run.slates.reduce((sum, one) => sum + one.decisions.length, 0);
  tally.addRun({ runId: run.runId, decidedAtMs: run.decidedAtMs, decisions: recorded });
  const batch = run.batch === 'erased' ? null : readRecordedBatch(run.batch);
  if (batch?.kind !== 'dispatch') {
    const byHand = run.slates.filter(({ decisions }) => decisions.every(isByHand)).length;
    tally.addLeftOut('byHand', byHand);
    tally.addLeftOut(batch === null ? 'erased' : LEFT_OUT_AS[batch.kind], run.slates.length - byHand);
    return;
  }
  const whole = run.slates.filter(isWhole);
  tally.addLeftOut('erased', run.slates.length - whole.length);
  const sides = decideBoth(batch.batch, whole, terms);
  tally.addGaps(sides.new.gaps);
  const isCrowded = terms.old === 'recorded' && othersMatter(batch.batch, whole, lastLive);
  for (const one of whole) {
    const of = { slate: one.slate, readRow: terms.readRow };
    const live = one.decisions.find(({ mode }) => mode !== 'shadow');
    const key = `${one.workOrderId} ${one.episode}`;
    if (live !== undefined) lastLive.set(key, recordedChoice(live, of));
    const now = liveSide(sides.new, one, { ...of, rules: terms.new });
    const then =
      sides.old === null || terms.old === 'recorded'
        ? recordedSide(live, lastLive.get(key))
        : liveSide(sides.old, one, { ...of, rules: terms.old });
    if (now === null) tally.addLeftOut('unreadable', 1);
    else if (then === null) tally.addLeftOut('withoutLive', 1);
    else
      tally.addCompared(
        toCompared(run, one, {
          old: then.choice,
          new: now.choice,
          why: whyChanged(then, now),
          causes: causesOf(one, sides, { choices: [then.choice, now.choice], isCrowded }),
        }),
      );
  }
}

const LEFT_OUT_AS = { reviews: 'reviews', not_understood: 'unreadable' } as const;

type WholeSlate = RecordedSlate & { readonly slate: Slate };

function isWhole(one: RecordedSlate): one is WholeSlate {
  return one.slate !== 'erased';
}

type Sides = { readonly new: DecidedAgain; readonly old: DecidedAgain | null };

function decideBoth(
  batch: RecordedBatch,
  whole: readonly WholeSlate[],
  { old, new: now, readRow, solve }: BacktestTerms,
): Sides {
  const slates = whole.map(({ slate }) => slate);
  const decideBy = (rules: DecidingRules) => decideAgain({ batch, slates, rules, solve, readRow });
  return { new: decideBy(now), old: old === 'recorded' ? null : decideBy(old) };
}

/** Null: the run does not know the work order. */
function liveSide(
  { decisions }: DecidedAgain,
  one: WholeSlate,
  { rules, ...of }: OfSlate & { readonly rules: DecidingRules },
): Side | null {
  const live = decisions.find(({ workOrder, mode }) => workOrder.id === one.workOrderId && mode !== 'shadow');
  if (live === undefined) return null;
  const thresholds = thresholdsOf(live, rules.files);
  return { choice: plannedChoice(live, of), standing: plannedStanding(live), thresholds };
}

/** What its stages asked for is not at hand. `live` undefined: nothing changed on this slate, so the choice is an earlier one's, whose candidates are not at hand. */
function recordedSide(live: RecordedDecision | undefined, choice: Choice | undefined): Side | null {
  if (choice === undefined) return null;
  return { choice, standing: live === undefined ? () => null : recordedStanding(live), thresholds: [] };
}

/**
 * Whether a work order of the run that has no slate here may then have had a provider whom the new side now gives away: one
 * whose last recorded choice filled it, or is not in the range.
 */
function othersMatter(batch: RecordedBatch, whole: readonly WholeSlate[], lastLive: LastLive): boolean {
  const present = new Set(whole.map(({ workOrderId }) => workOrderId));
  return batch.members.some(({ workOrderId, episode }) => {
    const last = lastLive.get(`${workOrderId} ${episode}`);
    return !present.has(workOrderId) && (last === undefined || fills(last));
  });
}

/** What of the run's gaps touches this work order. */
function causesOf(
  one: WholeSlate,
  sides: Sides,
  { choices, isCrowded }: { readonly choices: readonly Choice[]; readonly isCrowded: boolean },
): readonly Cause[] {
  const causes = new Set<Cause>(isCrowded ? ['members'] : []);
  for (const gap of [...sides.new.gaps, ...(sides.old?.gaps ?? [])]) {
    if (
      gap.kind === 'no_member' ||
      gap.kind === 'members' ||
      ('workOrderId' in gap && gap.workOrderId !== one.workOrderId)
    )
      continue;
    if (gap.kind === 'fact' && gap.unknown === 0 && gap.unsure === 0) continue;
    causes.add(gap.kind);
  }
  if (choices.some(({ reason }) => reason.code === 'FM-3008')) causes.add('disputed');
  if (choices.some(({ reason }) => reason.code === 'FM-3010')) causes.add('trip_wire');
  return [...causes].sort();
}

function toCompared(
  run: RecordedSlates,
  one: WholeSlate,
  sides: Pick<Compared, 'old' | 'new' | 'why' | 'causes'>,
): Compared {
  const decision: RecordedDecision | undefined =
    one.decisions.find(({ mode }) => mode !== 'shadow') ?? one.decisions[0];
  if (decision === undefined) throw new TypeError('a slate without a decision');
  return {
    decidedAtMs: run.decidedAtMs,
    decisionId: decision.id,
    workOrderId: one.workOrderId,
    episode: one.episode,
    title: decision.workOrder.title,
    ...sides,
  };
}
