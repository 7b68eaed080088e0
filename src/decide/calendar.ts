import type { Attempt } from '../domain/decision.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import { invitationsOf, mayHaveHappened, timeOf } from './earlier-attempts.ts';
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

type Opened = Pick<OrderInput, 'openedAt' | 'attempts'>;

/**
 * A stage stays due once its time has come. Its time is the file's delay since the work order opened, and, unless it
 * assigns, not before whoever an earlier stage has invited had as long as the file puts between the two: after a pause
 * all stages are late, and would otherwise follow each other run by run.
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
    const since = invitedSince(order.attempts, file.id, n);
    const pauseMs = (stage.afterMinutes - afterMinutes) * MINUTE_MS;
    return since === null
      ? []
      : [{ isSettled: since !== 'unsettled', atMs: (since === 'unsettled' ? nowMs : since) + pauseMs }];
  });
  const atMs = Math.max(openMs, ...waits.map((wait) => wait.atMs));
  return { stage, atMs, isDue: atMs <= nowMs && waits.every(({ isSettled }) => isSettled) };
}

/** When a stage last invited somebody in this episode; null: it has not. `unsettled`: nobody can say yet. */
function invitedSince(attempts: readonly Attempt[], ruleFileId: string, stage: number): number | 'unsettled' | null {
  const own = invitationsOf(attempts, ruleFileId, stage);
  if (own.some(({ effect }) => effect === null)) return 'unsettled';
  const happened = own.filter(mayHaveHappened);
  return happened.length === 0 ? null : Math.max(...happened.map(timeOf));
}
