import type { PlannedDecision, RankedCandidate, Reason, WantedAction } from '../domain/decision.ts';
import type { Directives, Pin } from '../domain/directive.ts';
import type { ProviderId } from '../domain/ids.ts';
import { declinersOf } from '../domain/work-order.ts';
import { absentWrites, personMustLook } from './absent-writes.ts';
import type { Action } from './actions.ts';
import { mayAct, toWanted } from './approved.ts';
import { type Bookings, NO_BOOKINGS } from './bookings.ts';
import { readCalendar, type StageCalendar } from './calendar.ts';
import { type Assessed, assess, type EligibilityTerms, isPending, type Standing, standingOf } from './eligibility.ts';
import { beforeFirstStage, type Idle, whenNoneActs } from './idle-reasons.ts';
import type { OrderInput, ProjectDispatch, ScoredFile, TalentPools } from './input.ts';
import { findStop, type Stop } from './preconditions.ts';
import { rejectedAction, rejectionsIn } from './rejections.ts';
import { type Pool, toPool } from './selection.ts';
import type { StageView } from './stage-view.ts';
import { tryStages } from './stages.ts';

/** A work order under one rule file, with all that does not depend on the rest of the run. */
export type PreparedOrder = {
  readonly order: OrderInput;
  readonly terms: EligibilityTerms;
  readonly scored: ScoredFile;
  readonly standings: readonly Standing[];
  readonly liveRoutes: readonly ProviderId[];
  readonly calendar: StageCalendar;
  readonly stop: Stop | null;
  readonly talentPools: TalentPools;
  readonly pendingRequests: number;
  /** False: the file only says what it would do. */
  readonly mayAct: boolean;
};

/** A decision, and whom it uses up in this run. */
export type Turn = {
  readonly decision: PlannedDecision;
  readonly providers: readonly ProviderId[];
  readonly eligibleRequests: number;
  readonly eligibleBench: number;
};

export function prepareOrder(order: OrderInput, scored: ScoredFile, around: Surroundings): PreparedOrder {
  const { file } = scored;
  const { workOrder, attempts } = order;
  const candidates = [...scored.scored.candidates].sort((a, b) => a.candidate.providerId - b.candidate.providerId);
  const liveRoutes = candidates
    .filter(({ candidate }) => candidate.kind === 'routed' || candidate.route !== null)
    .map(({ candidate }) => candidate.providerId);
  const absent = absentWrites(attempts, [...liveRoutes, ...declinersOf(workOrder)]);
  const pin = around.directives.pins.find((one) => one.workOrderId === workOrder.id) ?? null;
  const { exclusions } = around.directives;
  const rejections = rejectionsIn(order.answers ?? []);
  const { gaveBack = [] } = order;
  const terms = { nowMs: around.nowMs, workOrder, file, attempts, absent, exclusions, pin, rejections, gaveBack };
  const calendar = readCalendar(file, order, around.nowMs);
  return {
    order,
    terms,
    scored,
    standings: candidates.map((one) => standingOf(terms, one, around.bookings)),
    liveRoutes,
    calendar,
    stop: findStop(order, terms, { ...around, due: calendar.due }),
    talentPools: around.talentPools,
    mayAct: mayAct(file, workOrder.id, around.approved),
    pendingRequests: candidates.filter(({ candidate }) => isPending(candidate.request, around.nowMs)).length,
  };
}

export type Surroundings = {
  readonly nowMs: number;
  readonly bookings: Bookings;
  readonly talentPools: TalentPools;
  readonly projectDispatch: ProjectDispatch;
  readonly handOverMarginMs: number;
  readonly directives: Directives;
  /** What a person has let files do that only recommend. */
  readonly approved: readonly WantedAction[];
};

/** A work order's candidates as one place in the run sees them. */
export type Looked = { readonly assessed: readonly Assessed[]; readonly pools: Pools };

/** `planned`: what this run has given away so far. */
export function lookAtCandidates(prepared: PreparedOrder, planned: Bookings = NO_BOOKINGS): Looked {
  const { tieBreak } = prepared.scored.file;
  const assessed = prepared.standings.map((standing) => assess(prepared.terms, standing, planned));
  const pools = {
    requests: toPool(ofKind(assessed, 'request'), tieBreak),
    bench: toPool(ofKind(assessed, 'bench'), tieBreak),
    pinned: pinnedOf(prepared.terms.pin, assessed),
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

export function decideAmong(
  prepared: PreparedOrder,
  { assessed, pools }: Looked,
  allotted: ProviderId | null = null,
): Turn {
  const { providers, choices: _others, ...said } = reachVerdict(prepared, pools, allotted);
  return {
    decision: {
      ...frameOf(prepared.order, prepared),
      ...said,
      candidates: toRanked(assessed, [pools.requests, pools.bench]),
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

function toRanked(assessed: readonly Assessed[], pools: readonly Pool[]): readonly RankedCandidate[] {
  const ranks = new Map(pools.flatMap((pool) => pool.eligible.map((one, index) => [one, index + 1] as const)));
  return assessed.map((one) => {
    return {
      scored: one.scored,
      isEligible: one.isEligible,
      rank: ranks.get(one) ?? null,
      blockedBy: one.blockedBy,
    };
  });
}
