import { ATM, TALENT_POOLS } from './catalog.ts';
import { draftWorkOrder, localStart } from './make-work-order.ts';
import type { Provider, Request, WorkOrder } from './nouns.ts';
import { METROS, type Metro, type Place } from './places.ts';

/*
 * The two documented answers of the pending list, in every world: provider 557 has requested work order 4047 and is
 * routed to 4048. Their request and route keep the documented dates of 2018 and never run out; all else about them
 * behaves as in any other work order. Provider 557 answers nothing by itself and nobody else asks for the two.
 */

export const SAMPLE_PROVIDER_ID = 557;
export const SAMPLE_REQUESTED_ID = 4047;
export const SAMPLE_ROUTED_ID = 4048;
export const SAMPLE_REQUEST_ID = 107;
export const SAMPLE_ROUTE_ID = 417;

const HOUR_MS = 3_600_000;

/** Unrated, new to ATM work and to us, in a preferred group, without background check, some 75 miles from the sites. */
export function makeSampleProvider(): Provider {
  const [atmPool] = TALENT_POOLS;
  return {
    id: SAMPLE_PROVIDER_ID,
    firstName: 'Sample',
    lastName: 'Provider',
    correlationId: 'eb1899be0f2f15d3a0add331c0d6afbd6faeab38',
    home: {
      ...siteIn(firstMetro(), '201 Broadway Ave S'),
      city: 'Rochester',
      zip: '55902',
      latitude: 44.0121,
      longitude: -92.4802,
    },
    isW2: false,
    isMarketplace: true,
    isManaged: false,
    isRoutable: true,
    isBlocked: false,
    isProtec: false,
    completed: new Map([[ATM.id, 0]]),
    completedElsewhere: 0,
    completedForUs: 0,
    rating: null,
    ourRating: null,
    onTimePercent: 0,
    cancelRate: 0,
    blockRate: 0,
    talentPools: atmPool === undefined ? [] : [atmPool],
    backgroundCheckExpiresMs: null,
    drugTestExpiresMs: null,
    certifications: [],
    licenses: [],
    insuredUsd: null,
    habits: {
      style: 'silent',
      eagerness: 0,
      answerMedianMinutes: 60,
      acceptsRoutes: 0,
      pricePercent: 100,
      requestMinutes: 30,
      reachMiles: 100,
      busyShare: 0,
      worksWeekends: true,
      cancels: 0,
      noShows: 0,
      quality: 95,
    },
    bookings: new Map(),
  };
}

/** 4047, published half an hour before the world starts. */
export function makeSampleRequested(startMs: number): WorkOrder {
  const workOrder = makeSample(SAMPLE_REQUESTED_ID, startMs, '123 Main St');
  const openedMs = startMs - HOUR_MS / 2;
  workOrder.isPublished = true;
  workOrder.openings = 1;
  workOrder.milestones.publishedMs = openedMs;
  workOrder.firstOpenMs = openedMs;
  const request: Request = {
    id: SAMPLE_REQUEST_ID,
    providerId: SAMPLE_PROVIDER_ID,
    createdMs: Date.UTC(2018, 11, 26, 22, 17, 13),
    expiresMs: Date.UTC(2018, 11, 26, 22, 47, 13),
    arrivalMs: Date.UTC(2019, 0, 2, 19, 0, 0),
    hourEstimate: 2,
    notes: 'Provider request example.',
    counter: null,
    state: 'active',
  };
  workOrder.requests.set(SAMPLE_PROVIDER_ID, request);
  workOrder.requestsById.set(request.id, request);
  return workOrder;
}

/** 4048, routed to 557 alone and not published. */
export function makeSampleRouted(startMs: number): WorkOrder {
  const workOrder = makeSample(SAMPLE_ROUTED_ID, startMs, '700 Nicollet Mall');
  const openedMs = startMs - HOUR_MS / 2;
  workOrder.milestones.routedMs = openedMs;
  workOrder.firstOpenMs = openedMs;
  workOrder.routes.set(SAMPLE_PROVIDER_ID, {
    id: SAMPLE_ROUTE_ID,
    providerId: SAMPLE_PROVIDER_ID,
    createdMs: Date.UTC(2018, 11, 13, 22, 11, 19),
    by: 'colleague',
  });
  workOrder.routings.set(SAMPLE_PROVIDER_ID, 1);
  return workOrder;
}

function makeSample(id: number, worldStartMs: number, address1: string): WorkOrder {
  const metro = firstMetro();
  const startMs = localStart(metro.zone.name, worldStartMs, [0.5, 0.5]);
  return draftWorkOrder({
    id,
    title: `ATM card reader replacement - ${metro.city}`,
    kind: ATM,
    place: siteIn(metro, address1),
    zone: metro.zone,
    windowMode: 'exact',
    startMs,
    endMs: startMs + 2 * HOUR_MS,
    laborHours: 2,
    pay: { type: 'fixed', base: { cents: 15_000, units: 1 }, additional: { cents: 0, units: 0 } },
    offerPercent: 136,
    urgency: 'this week',
    bundleId: null,
    allowsCounterOffers: true,
    appeal: 0,
    createdMs: worldStartMs - 24 * HOUR_MS,
  });
}

function firstMetro(): Metro {
  const [metro] = METROS;
  if (metro === undefined) throw new Error('the sandbox has no metropolitan area');
  return metro;
}

function siteIn(metro: Metro, address1: string): Place {
  return { ...metro, address1 };
}
