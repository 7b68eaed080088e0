import type { Commitment, PlannedDecision, RankedCandidate, Reason } from '../domain/decision.ts';
import type { Pin } from '../domain/directive.ts';
import type { ProviderId } from '../domain/ids.ts';
import { personMustLook } from './absent-writes.ts';
import type { Action } from './actions.ts';
import { toWanted } from './approved.ts';
import { type Bookings, NO_BOOKINGS } from './bookings.ts';
import { type Assessed, assess } from './eligibility.ts';
import { beforeFirstStage, type Idle, whenNoneActs } from './idle-reasons.ts';
import type { OrderInput } from './input.ts';
import type { PreparedOrder } from './prepare-order.ts';
import { rejectedAction } from './rejections.ts';
import { toPool } from './selection.ts';
import type { StageView } from './stage-view.ts';
import { tryStages } from './stages.ts';

/** A decision, and whom it uses up in this run. */
export type Turn = {
  readonly decision: PlannedDecision;
  readonly providers: readonly ProviderId[];
  readonly eligibleRequests: number;
  readonly eligibleBench: number;
};

/** A work order's candidates as one place in the run sees them; made again where they are not among the recent. */
export type Looked = {
  readonly assessed: readonly Assessed[];
  readonly pools: Pools;
};

/** `planned`: what this run has given away so far; what it gives away later changes nothing here. */
export function lookAtCandidates(prepared: PreparedOrder, planned: Bookings = NO_BOOKINGS): Looked {
  const { recent, providerIds } = prepared;
  const then = bookingsOfThese(providerIds, planned);
  const key = {};
  const look = () => recent.get(key, providerIds.length, () => lookNow(prepared, then));
  return {
    get assessed() {
      return look().assessed;
    },
    get pools() {
      return look().pools;
    },
  };
}

function bookingsOfThese(providerIds: readonly ProviderId[], planned: Bookings): Bookings {
  if (planned.size === 0) return NO_BOOKINGS;
  const then = new Map<ProviderId, readonly Commitment[]>();
  for (const providerId of providerIds) {
    const own = planned.get(providerId);
    if (own !== undefined) then.set(providerId, own);
  }
  return then;
}

/** True: nobody among the candidates has been given anything. */
export function isUntouched({ providerIds }: Pick<PreparedOrder, 'providerIds'>, planned: Bookings): boolean {
  return providerIds.every((providerId) => !planned.has(providerId));
}

function lookNow({ standings, terms, scored }: PreparedOrder, planned: Bookings): Looked {
  const { tieBreak } = scored.file;
  const assessed = standings.map((standing) => assess(terms, standing, planned));
  const pools = {
    requests: toPool(ofKind(assessed, 'request'), tieBreak),
    bench: toPool(ofKind(assessed, 'bench'), tieBreak),
    pinned: pinnedOf(terms.pin, assessed),
  };
  return { assessed, pools };
}

/** `planned`: what this run has given away so far. `allotted`: see `StageView`. */
export function decideOrder(
  prepared: PreparedOrder,
  planned: Bookings = NO_BOOKINGS,
  allotted: ProviderId | null = null,
): Turn {
  return decideAmong(prepared, lookAtCandidates(prepared, planned), allotted);
}

export function decideAmong(prepared: PreparedOrder, looked: Looked, allotted: ProviderId | null = null): Turn {
  const { pools } = looked;
  const { providers, choices: _others, ...said } = reachVerdict(prepared, pools, allotted);
  const { recent, providerIds } = prepared;
  const key = {};
  return {
    decision: {
      ...frameOf(prepared.order, prepared),
      ...said,
      get candidates() {
        return recent.get(key, providerIds.length, () => rank(looked));
      },
    },
    providers,
    eligibleRequests: pools.requests.eligible.length,
    eligibleBench: pools.bench.eligible.length,
  };
}

/**
 * Whom the work order would assign if everybody better were gone, best first; empty where it would assign nobody. A whole
 * stage's candidates are taken away at once, so it takes as many steps as there are stages.
 */
export function assignableIn(prepared: PreparedOrder, { pools }: Looked): readonly Assessed[] {
  const found: Assessed[] = [];
  let { requests } = pools;
  for (;;) {
    const { outcome, choices = [] } = reachVerdict(prepared, { ...pools, requests }, null);
    if (outcome !== 'assign') return found;
    found.push(...choices);
    const gone = new Set(choices);
    requests = { ...requests, eligible: requests.eligible.filter((one) => !gone.has(one)) };
  }
}

/** A work order that no file decides. */
export function decideWithoutFile(order: OrderInput): PlannedDecision {
  const reason: Reason = { code: 'FM-4001', detail: {} };
  const { providers: _nobody, ...said } = idle({ outcome: 'skip', stage: null, reason });
  return { ...frameOf(order, null), ...said, candidates: [] };
}

type Pools = Pick<StageView, 'requests' | 'bench' | 'pinned'>;

type Verdict = Pick<
  PlannedDecision,
  'outcome' | 'stage' | 'reason' | 'winner' | 'runnerUp' | 'marginMilli' | 'costCents' | 'intents' | 'recommends'
> &
  Pick<Action, 'providers' | 'choices'>;

function reachVerdict(prepared: PreparedOrder, pools: Pools, allotted: ProviderId | null): Verdict {
  const { order, terms, scored, stop, calendar, liveRoutes, talentPools } = prepared;
  if (stop !== null) return idle({ ...stop, stage: null });
  const early = calendar.due.length === 0 ? beforeFirstStage(calendar) : null;
  if (early !== null) return idle(early);
  const view = {
    workOrder: order.workOrder,
    openedAt: order.openedAt,
    file: scored.file,
    attempts: terms.attempts,
    ...pools,
    pendingRequests: prepared.pendingRequests,
    liveRoutes,
    talentPools,
    allotted,
  };
  const results = tryStages(calendar.due, view);
  const last = results.at(-1);
  if (last?.kind === 'acts') return actOrPropose(prepared, last.action);
  if (last?.kind === 'holds') return idle({ ...last, outcome: 'hold' });
  const lost = terms.absent.at(-1);
  if (lost !== undefined) return idle({ outcome: 'hold', stage: null, reason: personMustLook(lost) });
  return idle(whenNoneActs(calendar, results, view));
}

/** Canary work orders are chosen before; what is only recommended waits for a person's word. */
function actOrPropose({ order, scored, terms, mayAct: acts }: PreparedOrder, action: Action): Verdict {
  const no = rejectedAction(terms.rejections, action);
  if (no !== null) return idle({ outcome: 'hold', stage: action.stage, reason: no });
  if (acts) return action;
  const isAsked = scored.file.mode === 'recommend';
  const recommends = { recommends: toWanted({ ...action, workOrder: order.workOrder, ruleFileId: scored.file.id }) };
  return { ...action, intents: [], ...(isAsked ? recommends : {}) };
}

type Said = Omit<Idle, 'outcome'> & { readonly outcome: PlannedDecision['outcome'] };

function idle({ outcome, stage, reason }: Said): Verdict {
  const nothing = { winner: null, runnerUp: null, marginMilli: null, costCents: null, intents: [], providers: [] };
  return { outcome, stage, reason, ...nothing };
}

function frameOf(
  { workOrder, episode, openedAt }: OrderInput,
  prepared: PreparedOrder | null,
): Pick<PlannedDecision, 'workOrder' | 'episode' | 'ruleFileId' | 'ruleFileHash' | 'mode' | 'openedAt' | 'dueStages'> {
  const file = prepared?.scored.file ?? null;
  return {
    workOrder,
    episode,
    ruleFileId: file?.id ?? null,
    ruleFileHash: file?.hash ?? null,
    mode: file?.mode ?? null,
    openedAt,
    dueStages: prepared?.calendar.due.map((stage) => stage.n) ?? [],
  };
}

function ofKind(assessed: readonly Assessed[], kind: 'request' | 'bench'): readonly Assessed[] {
  return assessed.filter(({ scored }) => scored.candidate.kind === kind);
}

/** Who is routed already is neither: the platform assigns once they accept. */
function pinnedOf(pin: Pin | null, assessed: readonly Assessed[]): StageView['pinned'] {
  if (pin === null) return null;
  const found = assessed.find(({ scored }) => scored.candidate.providerId === pin.providerId);
  const isChoice = found !== undefined && found.scored.candidate.kind !== 'routed';
  return { pin, blockedBy: isChoice ? found.blockedBy : null };
}

function rank({ assessed, pools }: Looked): readonly RankedCandidate[] {
  const ranked = [pools.requests, pools.bench];
  const ranks = new Map(ranked.flatMap((pool) => pool.eligible.map((one, index) => [one, index + 1] as const)));
  return assessed.map((one) => {
    return {
      scored: one.scored,
      isEligible: one.isEligible,
      rank: ranks.get(one) ?? null,
      blockedBy: one.blockedBy,
    };
  });
}
