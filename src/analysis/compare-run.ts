import type { SolveProgram } from '../decide/assignment/program.ts';
import type { DecisionId, ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { RecordedDecision, RecordedSlate, RecordedSlates } from '../domain/recorded-decision.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { Cause } from './backtest-result.ts';
import type { LeftOut } from './backtest-tally.ts';
import { type Choice, type OfSlate, plannedChoice, recordedChoice } from './choice.ts';
import type { ReadRow } from './complete-facts.ts';
import { type DecidedAgain, type DecidingRules, decideAgain, type Gap } from './decide-again.ts';
import { isByHand, type RecordedBatch, readRecordedBatch } from './recorded-batch.ts';
import {
  plannedStanding,
  recordedStanding,
  type Side,
  type Standing,
  type Threshold,
  thresholdsOf,
  type Why,
  whyChanged,
} from './why-changed.ts';

/** What both sides decide by. */
export type CompareTerms = {
  readonly new: DecidingRules;
  /** `recorded`: what the ledger says was decided. */
  readonly old: DecidingRules | 'recorded';
  readonly readRow: ReadRow;
  /** `loadHighs`. */
  readonly solve: SolveProgram;
};

/**
 * What both sides made of one run, from the run alone: plain data, so that runs can be compared apart from each other. What depends on
 * runs before it is left to whoever joins them.
 */
export type ComparedRun = {
  readonly runId: string;
  readonly decidedAtMs: number;
  /** Recorded. */
  readonly decisions: number;
  readonly leftOut: readonly (readonly [why: LeftOut, slates: number])[];
  /** Of the new side. */
  readonly gaps: readonly Gap[];
  /** Members without a slate here, by work order and episode; against other rules none. */
  readonly absent: readonly string[];
  readonly slates: readonly ComparedSlate[];
};

export type ComparedSlate = {
  /** Work order and episode. */
  readonly key: string;
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly title: string;
  /** As recorded; null: nothing of it was live. */
  readonly live: Choice | null;
  /** Null: the run does not know the work order. */
  readonly new: Choice | null;
  readonly old: OldSide;
  /** What of the run's gaps touches this work order. */
  readonly causes: readonly Cause[];
};

export type OldSide =
  | { readonly kind: 'choice'; readonly choice: Choice; readonly why: Why | null }
  /** Nothing changed on this slate, so the choice is an earlier run's. With what `whyThen` takes of the new side. */
  | { readonly kind: 'earlier'; readonly seen: Seen | null }
  /** The run does not know the work order. */
  | { readonly kind: 'none' };

type Seen = { readonly standings: ReadonlyMap<ProviderId, Standing>; readonly thresholds: readonly Threshold[] };

export function compareRun(run: RecordedSlates, terms: CompareTerms): ComparedRun {
  const { runId, decidedAtMs, slates } = run;
  const decisions = slates.reduce((sum, one) => sum + one.decisions.length, 0);
  const empty = { runId, decidedAtMs, decisions, gaps: [], absent: [], slates: [] };
  const batch = run.batch === 'erased' ? null : readRecordedBatch(run.batch);
  if (batch?.kind !== 'dispatch') {
    const byHand = slates.filter((one) => one.decisions.every(isByHand)).length;
    const rest = batch === null ? 'erased' : LEFT_OUT_AS[batch.kind];
    return {
      ...empty,
      leftOut: [
        ['byHand', byHand],
        [rest, slates.length - byHand],
      ],
    };
  }
  const whole = slates.filter(isWhole);
  const sides = decideBoth(batch.batch, whole, terms);
  return {
    ...empty,
    leftOut: [['erased', slates.length - whole.length]],
    gaps: sides.new.gaps,
    absent: terms.old === 'recorded' ? absentFrom(batch.batch, whole) : [],
    slates: whole.map((one) => compareSlate(one, sides, terms)),
  };
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
  { old, new: now, readRow, solve }: CompareTerms,
): Sides {
  const slates = whole.map(({ slate }) => slate);
  const decideBy = (rules: DecidingRules) => decideAgain({ batch, slates, rules, solve, readRow });
  return { new: decideBy(now), old: old === 'recorded' ? null : decideBy(old) };
}

function absentFrom({ members }: RecordedBatch, whole: readonly WholeSlate[]): readonly string[] {
  const present = new Set(whole.map(({ workOrderId }) => workOrderId));
  return members
    .filter(({ workOrderId }) => !present.has(workOrderId))
    .map(({ workOrderId, episode }) => `${workOrderId} ${episode}`);
}

function compareSlate(one: WholeSlate, sides: Sides, terms: CompareTerms): ComparedSlate {
  const { workOrderId, episode, decisions } = one;
  const of = { slate: one.slate, readRow: terms.readRow };
  const live = decisions.find(({ mode }) => mode !== 'shadow');
  const told = live ?? decisions[0];
  if (told === undefined) throw new TypeError('a slate without a decision');
  const recorded = live === undefined ? null : recordedChoice(live, of);
  const now = liveSide(sides.new, one, { ...of, rules: terms.new });
  return {
    key: `${workOrderId} ${episode}`,
    decisionId: told.id,
    workOrderId,
    episode,
    title: told.workOrder.title,
    live: recorded,
    new: now?.choice ?? null,
    old: oldSide(one, now, { sides, terms, recorded: live === undefined ? null : { live, choice: recorded } }),
    causes: causesOf(workOrderId, sides),
  };
}

type OldSideOf = {
  readonly sides: Sides;
  readonly terms: CompareTerms;
  readonly recorded: { readonly live: RecordedDecision; readonly choice: Choice | null } | null;
};

function oldSide(one: WholeSlate, now: Side | null, { sides, terms, recorded }: OldSideOf): OldSide {
  const { old, readRow } = terms;
  if (sides.old !== null && old !== 'recorded') {
    const then = liveSide(sides.old, one, { slate: one.slate, readRow, rules: old });
    return then === null ? { kind: 'none' } : compareSides(then, now);
  }
  if (recorded === null || recorded.choice === null)
    return { kind: 'earlier', seen: now === null ? null : seenBy(now, one) };
  return compareSides({ choice: recorded.choice, standing: recordedStanding(recorded.live), thresholds: [] }, now);
}

function compareSides(then: Side, now: Side | null): OldSide {
  return { kind: 'choice', choice: then.choice, why: now === null ? null : whyChanged(then, now) };
}

function seenBy({ standing, thresholds }: Side, { slate }: WholeSlate): Seen {
  const standings = new Map<ProviderId, Standing>();
  for (const { providerId } of slate.candidates) {
    const own = standing(providerId);
    if (own === null) continue;
    const criteria = own.criteria.map(({ key, pointsMilli }) => ({ key, pointsMilli }));
    standings.set(providerId, { ...own, criteria });
  }
  return { standings, thresholds };
}

/** Why the new side does otherwise than an earlier run of which only the choice is at hand. */
export function whyThen(then: Choice, now: Choice, { standings, thresholds }: Seen): Why | null {
  const old: Side = { choice: then, standing: () => null, thresholds: [] };
  return whyChanged(old, { choice: now, standing: (id) => standings.get(id) ?? null, thresholds });
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

function causesOf(id: WorkOrderId, sides: Sides): readonly Cause[] {
  const causes = new Set<Cause>();
  for (const gap of [...sides.new.gaps, ...(sides.old?.gaps ?? [])]) {
    if (gap.kind === 'no_member' || gap.kind === 'members' || ('workOrderId' in gap && gap.workOrderId !== id))
      continue;
    if (gap.kind === 'fact' && gap.unknown === 0 && gap.unsure === 0) continue;
    causes.add(gap.kind);
  }
  return [...causes];
}
