import type { WantedAction } from '../domain/decision.ts';
import type { Directives } from '../domain/directive.ts';
import type { ProviderId } from '../domain/ids.ts';
import { keepRecent, type Recent } from '../domain/recent.ts';
import { declinersOf } from '../domain/work-order.ts';
import { absentWrites } from './absent-writes.ts';
import { mayAct } from './approved.ts';
import type { Bookings } from './bookings.ts';
import { readCalendar, type StageCalendar } from './calendar.ts';
import { type EligibilityTerms, isPending, type Standing, standingOf } from './eligibility.ts';
import type { OrderInput, ProjectDispatch, ScoredFile, TalentPools } from './input.ts';
import { findStop, type Stop } from './preconditions.ts';
import { rejectionsIn } from './rejections.ts';

/** A work order under one rule file, with all that does not depend on the rest of the run. */
export type PreparedOrder = {
  readonly order: OrderInput;
  readonly terms: EligibilityTerms;
  readonly scored: ScoredFile;
  /** Made again where they are not among the `recent`; ascending by provider. */
  readonly standings: readonly Standing[];
  readonly recent: Recent;
  /** Of all candidates, ascending. */
  readonly providerIds: readonly ProviderId[];
  readonly bookings: Bookings;
  readonly liveRoutes: readonly ProviderId[];
  readonly calendar: StageCalendar;
  readonly stop: Stop | null;
  readonly talentPools: TalentPools;
  readonly pendingRequests: number;
  /** False: the file only says what it would do. */
  readonly mayAct: boolean;
};

export function prepareOrder(order: OrderInput, scored: ScoredFile, around: Surroundings): PreparedOrder {
  const { file } = scored;
  const { workOrder, attempts } = order;
  const { recent = keepAll() } = around;
  const candidates = byProviderId(scored);
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
  const standings = {};
  // Nothing that is read later may hold on to the candidates themselves.
  const size = candidates.length;
  return {
    order,
    terms,
    scored,
    recent,
    providerIds: candidates.map(({ candidate }) => candidate.providerId),
    bookings: around.bookings,
    get standings() {
      return recent.get(standings, size, () =>
        byProviderId(scored).map((one) => standingOf(terms, one, around.bookings)),
      );
    },
    liveRoutes,
    calendar,
    stop: findStop(order, terms, { ...around, due: calendar.due }),
    talentPools: around.talentPools,
    mayAct: mayAct(file, workOrder.id, around.approved),
    pendingRequests: candidates.filter(({ candidate }) => isPending(candidate.request, around.nowMs)).length,
  };
}

function byProviderId({ scored }: ScoredFile): ScoredFile['scored']['candidates'] {
  return [...scored.candidates].sort((a, b) => a.candidate.providerId - b.candidate.providerId);
}

function keepAll(): Recent {
  return keepRecent(Number.POSITIVE_INFINITY);
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
  /** Left out: everything that is made is kept. */
  readonly recent?: Recent;
};
