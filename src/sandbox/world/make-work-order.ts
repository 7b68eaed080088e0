import { DEFAULT_RANKING } from '../market/ranking.ts';
import { draw, integerBetween, integerIn, pickFrom, shareIn } from '../random.ts';
import { fromLocalTime, toLocalTime } from '../time-zone.ts';
import { ATM, CLIENTS, KINDS_OF_WORK, PROJECTS } from './catalog.ts';
import { WEEK, WORK } from './figures.ts';
import type { Pay, WorkOrder } from './nouns.ts';
import { opensAtMs } from './opens-at.ts';
import { METROS, type Place, placeNear } from './places.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a work order is before anything has happened to it; the rest is the same for all. */
export type WorkOrderPlan = Pick<
  WorkOrder,
  | 'id'
  | 'title'
  | 'kind'
  | 'place'
  | 'zone'
  | 'windowMode'
  | 'startMs'
  | 'endMs'
  | 'laborHours'
  | 'pay'
  | 'offerPercent'
  | 'urgency'
  | 'bundleId'
  | 'allowsCounterOffers'
  | 'appeal'
> & { readonly createdMs: number };

export function draftWorkOrder(plan: WorkOrderPlan): WorkOrder {
  const { createdMs, ...given } = plan;
  return {
    ...given,
    client: pickFrom(draw(plan.id, 'client'), CLIENTS),
    project: pickFrom(draw(plan.id, 'project'), PROJECTS),
    phase: 'open',
    isPublished: false,
    assignment: null,
    isNoShow: false,
    report: null,
    rule: DEFAULT_RANKING,
    dispatch: null,
    wasAutoDispatched: false,
    openings: 0,
    requests: new Map(),
    requestsById: new Map(),
    routes: new Map(),
    routings: new Map(),
    declines: new Map(),
    dropouts: [],
    milestones: {
      createdMs,
      publishedMs: null,
      routedMs: null,
      assignedMs: null,
      workDoneMs: null,
      approvedMs: null,
      cancelledMs: null,
    },
    firstOpenMs: null,
  };
}

/** When a work order is written and when its window starts, and what haste does to it. */
type Timing = {
  readonly createdMs: number;
  readonly startMs: number;
  readonly urgency: string;
  readonly payPercent: number;
  readonly appeal: number;
};

export type Market = { readonly startMs: number; readonly days: number };

/** One work order of the market; everything about it follows from seed and id. */
export function makeWorkOrder(
  seed: number,
  id: number,
  given: Market & { readonly bundleId: number | null },
): WorkOrder {
  const unit = (about: string): number => draw(seed, 'work order', id, about);
  const kind = unit('is atm') < WORK.atmShare ? ATM : pickFrom(unit('kind'), KINDS_OF_WORK);
  const metro = pickFrom(unit('metro'), METROS);
  const isRemote = kind.canBeRemote && unit('remote') < WORK.remoteShare;
  const place: Place | null = isRemote ? null : placeNear(metro, 0.25, [unit('north'), unit('east'), unit('house')]);
  const laborHours = integerIn(unit('labour'), WORK.laborHours);
  const windowMode = unit('mode') < 0.6 ? 'exact' : 'between';
  const timing =
    given.days > 1
      ? timeInWeek(seed, id, { ...given, zone: metro.zone.name })
      : timeInDay(unit, { ...given, zone: metro.zone.name });
  const { startMs } = timing;
  const offerPercent = Math.round((integerIn(unit('pay level'), WORK.offerPercent) * timing.payPercent) / 100);
  return draftWorkOrder({
    id,
    title: `${pickFrom(unit('title'), kind.titles)} - ${isRemote ? 'remote' : metro.city}`,
    kind,
    place,
    zone: metro.zone,
    windowMode,
    startMs,
    endMs: startMs + (windowMode === 'exact' ? laborHours : laborHours + 2) * HOUR_MS,
    laborHours,
    pay: makePay(Math.round((kind.hourlyUsd * offerPercent) / 100), laborHours, unit('pay type')),
    offerPercent,
    urgency: timing.urgency,
    bundleId: given.bundleId,
    allowsCounterOffers: unit('counter offers') >= WORK.noCountersShare,
    appeal: unit('no appeal') < WORK.noAppealShare ? 0 : (0.3 + 0.7 * unit('appeal')) * timing.appeal,
    createdMs: timing.createdMs,
  });
}

function timeInDay(unit: (about: string) => number, given: Market & { readonly zone: string }): Timing {
  return {
    createdMs: given.startMs - integerBetween(unit('created'), 6, 72) * HOUR_MS,
    startMs: localStart(given.zone, given.startMs, [unit('day'), unit('hour')]),
    urgency: 'this week',
    payPercent: 100,
    appeal: 1,
  };
}

function timeInWeek(seed: number, id: number, given: Market & { readonly zone: string }): Timing {
  const unit = (about: string): number => draw(seed, 'work order', id, about);
  const opensMs = opensAtMs({ seed, id, startMs: given.startMs }, given);
  let left = unit('urgency');
  const urgency = WEEK.urgencies.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  if (urgency === undefined) throw new RangeError('the shares of urgencies do not add up to one');
  const earliestMs = opensMs + Math.round(shareIn(unit('lead'), urgency.leadHours) * HOUR_MS);
  return {
    createdMs: Math.max(given.startMs, opensMs - integerIn(unit('drafted'), WEEK.draftedBeforeMinutes) * 60_000),
    startMs: nextWorkingStart(given.zone, earliestMs),
    urgency: urgency.name,
    payPercent: urgency.payPercent,
    appeal: urgency.appeal,
  };
}

/** On the full or half hour between 08:00 and 16:30 on a wall clock at the site, one to five days ahead. */
export function localStart(zone: string, fromMs: number, units: readonly [number, number]): number {
  const day = Math.floor(fromMs / DAY_MS) + integerBetween(units[0], 1, 5);
  return fromLocalTime(zone, day * DAY_MS + integerBetween(units[1], 16, 33) * (HOUR_MS / 2));
}

/** The first full or half hour from then on at which sites are open: 07:00 to 17:00 on a wall clock there. */
function nextWorkingStart(zone: string, fromMs: number): number {
  const { date, time } = toLocalTime(zone, fromMs);
  const dayMs = Date.parse(date);
  const halfHour = Math.ceil((Date.parse(`${date}T${time}Z`) - dayMs) / (HOUR_MS / 2));
  if (halfHour > 34) return fromLocalTime(zone, dayMs + DAY_MS + 7 * HOUR_MS);
  return fromLocalTime(zone, dayMs + Math.max(14, halfHour) * (HOUR_MS / 2));
}

function makePay(hourlyUsd: number, laborHours: number, unit: number): Pay {
  const none = { cents: 0, units: 0 };
  if (unit < 0.45) return { type: 'fixed', base: { cents: hourlyUsd * laborHours * 100, units: 1 }, additional: none };
  if (unit < 0.8) return { type: 'hourly', base: { cents: hourlyUsd * 100, units: laborHours }, additional: none };
  if (unit < 0.9) {
    return {
      type: 'device',
      base: { cents: Math.round(hourlyUsd / 2) * 100, units: laborHours * 2 },
      additional: none,
    };
  }
  return {
    type: 'blended',
    base: { cents: hourlyUsd * 2 * 100, units: 2 },
    additional: { cents: hourlyUsd * 100, units: laborHours },
  };
}
