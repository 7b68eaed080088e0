import type { Outcome } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { BacktestResult, Change, OldNew } from './backtest-result.ts';
import { type Choice, fills } from './choice.ts';
import type { Gap } from './decide-again.ts';
import { createGapTally } from './gap-tally.ts';
import { type Pair, summarisePairs } from './paired.ts';
import { type ChangeCause, changeCause, type Why } from './why-changed.ts';

/** One slate as both sides decide it. */
export type Compared = Omit<Change, 'why'> & {
  readonly episode: number;
  /** Null: both sides do the same. */
  readonly why: Why | null;
};

export type LeftOut = Exclude<keyof BacktestResult['slates'], 'compared'>;

/** Sums up a backtest slate by slate: what it keeps grows with work orders and providers, not with slates. */
export type Tally = {
  readonly addRun: (run: { readonly runId: string; readonly decidedAtMs: number; readonly decisions: number }) => void;
  readonly addLeftOut: (why: LeftOut, slates: number) => void;
  readonly addGaps: (gaps: readonly Gap[]) => void;
  readonly addCompared: (compared: Compared) => void;
  readonly result: () => BacktestResult;
};

/** What both sides have come to with a work order so far. */
type Course = { readonly episodes: Set<number>; readonly old: Way; readonly new: Way; isChanged: boolean };

/** The first filling choice in the last episode that the side filled (null: none), and the last outcome of all. */
type Way = { filled: { readonly episode: number; readonly choice: Choice } | null; last: Outcome };

type Counts = {
  runs: number;
  lastRun: string | null;
  decisions: number;
  firstMs: number | null;
  lastMs: number | null;
  compared: number;
  changed: number;
  outcomes: number;
  winners: number;
  reasonsOnly: number;
};

type Book = {
  readonly top: number;
  readonly counts: Counts;
  readonly leftOut: { [why in LeftOut]: number };
  readonly changes: Change[];
  readonly courses: Map<WorkOrderId, Course>;
  readonly causes: Map<string, ChangeCause & { decisions: number }>;
  readonly outcomes: Map<Outcome, Mutable>;
  readonly files: Map<string | null, Mutable & { changedFrom: number }>;
  readonly stages: Map<string, Mutable & { readonly ruleFileId: string; readonly stage: number }>;
};

type Mutable = { old: number; new: number };

export function createTally(top: number): Tally {
  const book = emptyBook(top);
  const gaps = createGapTally();
  return {
    addRun: (run) => addRun(book.counts, run),
    addLeftOut: (why, slates) => {
      book.leftOut[why] += slates;
    },
    addGaps: gaps.add,
    addCompared: (compared) => addCompared(book, compared),
    result: () => ({ ...resultOf(book), gaps: gaps.result() }),
  };
}

function emptyBook(top: number): Book {
  return {
    top,
    counts: {
      runs: 0,
      lastRun: null,
      decisions: 0,
      firstMs: null,
      lastMs: null,
      compared: 0,
      changed: 0,
      outcomes: 0,
      winners: 0,
      reasonsOnly: 0,
    },
    leftOut: { erased: 0, reviews: 0, byHand: 0, unreadable: 0, withoutLive: 0 },
    changes: [],
    courses: new Map(),
    causes: new Map(),
    outcomes: new Map(),
    files: new Map(),
    stages: new Map(),
  };
}

function addRun(counts: Counts, { runId, decidedAtMs, decisions }: Parameters<Tally['addRun']>[0]): void {
  // Dispatch and reviews of one run come one after the other.
  if (counts.lastRun !== runId) counts.runs += 1;
  counts.lastRun = runId;
  counts.decisions += decisions;
  counts.firstMs ??= decidedAtMs;
  counts.lastMs = decidedAtMs;
}

function addCompared(book: Book, compared: Compared): void {
  const { episode: _, why, ...change } = compared;
  const { old, new: now } = change;
  const { counts } = book;
  counts.compared += 1;
  countSides(book, change, why !== null);
  noteCourse(book.courses, compared);
  if (why === null) {
    if (old.ruleFileId !== now.ruleFileId || old.reason.code !== now.reason.code) counts.reasonsOnly += 1;
    return;
  }
  counts.changed += 1;
  if (old.outcome !== now.outcome) counts.outcomes += 1;
  if (old.winner !== null && now.winner !== null && old.winner !== now.winner) counts.winners += 1;
  const cause = changeCause(why, now);
  entry(book.causes, `${cause.kind} ${cause.code}`, { ...cause, decisions: 0 }).decisions += 1;
  if (book.changes.length < book.top) book.changes.push({ ...change, why });
}

function countSides(book: Book, { old, new: now }: Pick<Change, 'old' | 'new'>, isChanged: boolean): void {
  for (const [side, choice] of [
    ['old', old],
    ['new', now],
  ] as const) {
    entry(book.outcomes, choice.outcome, { old: 0, new: 0 })[side] += 1;
    const file = entry(book.files, choice.ruleFileId, { old: 0, new: 0, changedFrom: 0 });
    file[side] += 1;
    if (side === 'old' && isChanged) file.changedFrom += 1;
    const { ruleFileId, stage } = choice;
    if (ruleFileId === null || stage === null) continue;
    entry(book.stages, `${ruleFileId} ${stage}`, { ruleFileId, stage, old: 0, new: 0 })[side] += 1;
  }
}

function entry<Key, Value>(all: Map<Key, Value>, key: Key, blank: Value): Value {
  const found = all.get(key) ?? blank;
  all.set(key, found);
  return found;
}

function noteCourse(courses: Book['courses'], compared: Compared): void {
  const { workOrderId, episode, why, old, new: now } = compared;
  const blank = (choice: Choice): Way => ({ filled: null, last: choice.outcome });
  const course = entry<WorkOrderId, Course>(courses, workOrderId, {
    episodes: new Set(),
    old: blank(old),
    new: blank(now),
    isChanged: false,
  });
  course.episodes.add(episode);
  for (const [way, choice] of [
    [course.old, old],
    [course.new, now],
  ] as const) {
    if (fills(choice) && (way.filled === null || way.filled.episode < episode)) way.filled = { episode, choice };
    way.last = choice.outcome;
  }
  course.isChanged ||= why !== null;
}

function resultOf(book: Book): Omit<BacktestResult, 'gaps'> {
  const { counts, changes } = book;
  const courses = [...book.courses.values()];
  return {
    first: counts.firstMs,
    last: counts.lastMs,
    runs: counts.runs,
    decisions: counts.decisions,
    slates: { compared: counts.compared, ...book.leftOut },
    workOrders: courses.length,
    decidedAnew: courses.reduce((sum, { episodes }) => sum + episodes.size - 1, 0),
    changed: {
      decisions: counts.changed,
      outcomes: counts.outcomes,
      winners: counts.winners,
      workOrders: courses.filter(({ isChanged }) => isChanged).length,
      reasonsOnly: counts.reasonsOnly,
    },
    byCause: [...book.causes.values()].sort(
      (a, b) => b.decisions - a.decisions || (`${a.kind} ${a.code}` < `${b.kind} ${b.code}` ? -1 : 1),
    ),
    changes,
    moreChanges: counts.changed - changes.length,
    filled: countBoth(courses, (own) => own.filled !== null),
    cutOff: countBoth(courses, (own, other) => other.filled !== null && own.filled === null && own.last === 'wait'),
    holds: { ...(book.outcomes.get('hold') ?? { old: 0, new: 0 }) },
    ...pairsOf(courses),
    outcomes: Object.fromEntries([...book.outcomes].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...providersOf(courses, book.top),
    byFile: [...book.files]
      .map(([ruleFileId, file]) => ({ ruleFileId, ...file }))
      .sort((a, b) => ((a.ruleFileId ?? '') < (b.ruleFileId ?? '') ? -1 : 1)),
    byStage: [...book.stages.values()].sort((a, b) =>
      a.ruleFileId === b.ruleFileId ? a.stage - b.stage : a.ruleFileId < b.ruleFileId ? -1 : 1,
    ),
  };
}

function countBoth(courses: readonly Course[], counts: (own: Way, other: Way) => boolean): OldNew {
  return {
    old: courses.filter((course) => counts(course.old, course.new)).length,
    new: courses.filter((course) => counts(course.new, course.old)).length,
  };
}

function pairsOf(courses: readonly Course[]): Pick<BacktestResult, 'pay' | 'distance' | 'points' | 'pointsShare'> {
  const pairBy = (pick: (choice: Choice) => number | null, isFair = (_old: Choice, _new: Choice) => true) =>
    summarisePairs(
      courses.flatMap(({ old, new: now }): readonly Pair[] => {
        if (old.filled === null || now.filled === null || !isFair(old.filled.choice, now.filled.choice)) return [];
        const [before, after] = [pick(old.filled.choice), pick(now.filled.choice)];
        return before === null || after === null ? [] : [{ old: before, new: after }];
      }),
    );
  return {
    pay: pairBy(({ costCents }) => costCents),
    distance: pairBy(({ distanceMetres }) => distanceMetres),
    points: pairBy(
      ({ pointsMilli }) => pointsMilli,
      (old, now) => old.maxPoints === now.maxPoints,
    ),
    pointsShare: pairBy(({ pointsMilli, maxPoints }) =>
      pointsMilli === null || maxPoints === null || maxPoints === 0 ? null : Math.floor((pointsMilli * 10) / maxPoints),
    ),
  };
}

function providersOf(
  courses: readonly Course[],
  top: number,
): Pick<BacktestResult, 'providers' | 'moreProviders' | 'providersGaining' | 'providersLosing'> {
  const won = new Map<ProviderId, Mutable>();
  for (const course of courses) {
    for (const side of ['old', 'new'] as const) {
      const winner = course[side].filled?.choice.winner ?? null;
      if (winner !== null) entry(won, winner, { old: 0, new: 0 })[side] += 1;
    }
  }
  const moved = [...won]
    .map(([providerId, counts]) => ({ providerId, ...counts }))
    .filter((one) => one.old !== one.new)
    .sort((a, b) => Math.abs(b.new - b.old) - Math.abs(a.new - a.old) || a.providerId - b.providerId);
  return {
    providers: moved.slice(0, top),
    moreProviders: Math.max(0, moved.length - top),
    providersGaining: moved.filter((one) => one.new > one.old).length,
    providersLosing: moved.filter((one) => one.new < one.old).length,
  };
}
