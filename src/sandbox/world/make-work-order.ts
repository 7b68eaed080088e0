import { draw, integerBetween, pickFrom } from '../random.ts';
import { fromLocalTime } from '../time-zone.ts';
import { ATM, CLIENTS, KINDS_OF_WORK, type KindOfWork, PROJECTS } from './catalog.ts';
import type { Pay, WorkOrder } from './nouns.ts';
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
    openings: 0,
    requests: new Map(),
    requestsById: new Map(),
    routes: new Map(),
    routings: new Map(),
    declines: new Map(),
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

/** One work order of the market; everything about it follows from seed and id. */
export function makeWorkOrder(
  seed: number,
  id: number,
  given: { readonly startMs: number; readonly bundleId: number | null },
): WorkOrder {
  const unit = (about: string): number => draw(seed, 'work order', id, about);
  const kind = unit('is atm') < 0.25 ? ATM : pickFrom(unit('kind'), KINDS_OF_WORK);
  const metro = pickFrom(unit('metro'), METROS);
  const isRemote = kind.canBeRemote && unit('remote') < 0.25;
  const place: Place | null = isRemote ? null : placeNear(metro, 0.25, [unit('north'), unit('east'), unit('house')]);
  const laborHours = integerBetween(unit('labour'), 1, 6);
  const windowMode = unit('mode') < 0.6 ? 'exact' : 'between';
  const startMs = localStart(metro.zone.name, given.startMs, [unit('day'), unit('hour')]);
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
    pay: makePay(kind, laborHours, [unit('pay type'), unit('pay level')]),
    bundleId: given.bundleId,
    allowsCounterOffers: unit('counter offers') < 0.85,
    // Nobody asks by themselves for almost one in five; those need an invitation.
    appeal: unit('no appeal') < 0.18 ? 0 : 0.3 + 0.7 * unit('appeal'),
    createdMs: given.startMs - integerBetween(unit('created'), 6, 72) * HOUR_MS,
  });
}

/** On the full or half hour between 08:00 and 16:30 on a wall clock at the site, one to five days ahead. */
export function localStart(zone: string, fromMs: number, units: readonly [number, number]): number {
  const day = Math.floor(fromMs / DAY_MS) + integerBetween(units[0], 1, 5);
  return fromLocalTime(zone, day * DAY_MS + integerBetween(units[1], 16, 33) * (HOUR_MS / 2));
}

function makePay(kind: KindOfWork, laborHours: number, units: readonly [number, number]): Pay {
  const hourlyUsd = Math.round(kind.hourlyUsd * (0.8 + 0.5 * units[1]));
  const none = { cents: 0, units: 0 };
  if (units[0] < 0.45)
    return { type: 'fixed', base: { cents: hourlyUsd * laborHours * 100, units: 1 }, additional: none };
  if (units[0] < 0.8) return { type: 'hourly', base: { cents: hourlyUsd * 100, units: laborHours }, additional: none };
  if (units[0] < 0.9) {
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
