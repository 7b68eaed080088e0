import type { Attempt } from '../domain/decision.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import { attemptsOf, INVITING, mayHaveHappened, type StageOf, timeOf } from './earlier-attempts.ts';
import type { OrderInput } from './input.ts';

export type StageCalendar = {
  /** Since the work order opened. */
  readonly openMinutes: number;
  /** In the order they are tried. */
  readonly due: readonly Stage[];
  /** The one that comes first of those not due yet; `afterMinutes` since opening, and later than the file's where it waits for the invited. */
  readonly next: { readonly do: Stage['do']; readonly afterMinutes: number } | null;
};

type Turn = { readonly stage: Stage; readonly atMs: number; readonly isDue: boolean };

export type Opened = Pick<OrderInput, 'workOrder' | 'openedAt' | 'attempts'>;

/**
 * A stage stays due once its time has come. Its time is the file's delay since the work order opened, and, unless it
 * assigns, not before whoever an earlier stage has invited had as long as the file puts between the two: after a pause
 * all stages are late, and would otherwise follow each other run by run. Taking the work order off the marketplace has its
 * time likewise. The same goes for the marketplace where the clock began with a draft: what comes after publishing, or
 * after handing over, waits for as long as the file puts between the two.
 */
export function readCalendar(file: RuleFile, order: Opened, nowMs: number): StageCalendar {
  const turns = file.stages.map((stage) => turnOf(stage, { file, order, nowMs }));
  const openedAtMs = order.openedAt.atMs;
  const [next] = turns.filter(({ isDue }) => !isDue).sort((a, b) => a.atMs - b.atMs || a.stage.n - b.stage.n);
  return {
    openMinutes: Math.max(0, Math.floor((nowMs - openedAtMs) / MINUTE_MS)),
    due: turns.filter(({ isDue }) => isDue).map(({ stage }) => stage),
    next:
      next === undefined ? null : { do: next.stage.do, afterMinutes: Math.ceil((next.atMs - openedAtMs) / MINUTE_MS) },
  };
}

const MINUTE_MS = 60_000;

type Around = { readonly file: RuleFile; readonly order: Opened; readonly nowMs: number };

function turnOf(stage: Stage, { file, order, nowMs }: Around): Turn {
  const openMs = order.openedAt.atMs + stage.afterMinutes * MINUTE_MS;
  // A star who asks late is taken at once, whoever is invited.
  const earlier = stage.do === 'assign' ? [] : file.stages.filter(({ n }) => n < stage.n);
  const waits = earlier.flatMap(({ n, afterMinutes }) => {
    const since = actedSince(order.attempts, { ruleFileId: file.id, n });
    const pauseMs = (stage.afterMinutes - afterMinutes) * MINUTE_MS;
    return since === null
      ? []
      : [{ isSettled: since !== 'unsettled', atMs: (since === 'unsettled' ? nowMs : since) + pauseMs }];
  });
  const atMs = Math.max(openMs, afterPublishing(stage, { file, order, nowMs }), ...waits.map((wait) => wait.atMs));
  return { stage, atMs, isDue: atMs <= nowMs && waits.every(({ isSettled }) => isSettled) };
}

/** The earliest time of a stage on a work order that began as a draft and is published by now. */
function afterPublishing(stage: Stage, { file, order }: Around): number {
  const { workOrder, openedAt, attempts } = order;
  if (openedAt.source !== 'created' || workOrder.status === 'draft') return openedAt.atMs;
  const own = attempts.filter((one) => one.call.kind === 'publish' && mayHaveHappened(one)).map(timeOf);
  const publishedMs = workOrder.publishedMs ?? Math.max(openedAt.atMs, ...own);
  const publishing = file.stages.findLast(
    ({ n, do: what }) => (what === 'publish' || what === 'auto_dispatch') && n < stage.n,
  );
  return publishedMs + (stage.afterMinutes - (publishing?.afterMinutes ?? 0)) * MINUTE_MS;
}

/** When a stage last invited somebody, handed over or unpublished in this episode; null: it has not. `unsettled`: nobody can say yet. */
function actedSince(attempts: readonly Attempt[], stage: StageOf): number | 'unsettled' | null {
  const own = attemptsOf(attempts, stage).filter(({ call }) => [...INVITING, 'unpublish'].includes(call.kind));
  if (own.some(({ effect }) => effect === null)) return 'unsettled';
  const happened = own.filter(mayHaveHappened);
  return happened.length === 0 ? null : Math.max(...happened.map(timeOf));
}
