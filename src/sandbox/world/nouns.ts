import type { EventQueue } from '../market/event-queue.ts';
import type { TimeZone } from '../time-zone.ts';
import type { KindOfWork, NamedId } from './catalog.ts';
import type { Place } from './places.ts';

/**
 * The state of one simulated market. Unlike the rest of fieldmarshal these types are mutable where a field is not
 * `readonly`: a sandbox is state. Only market/ changes it, on events of virtual time and on writes received.
 */
export type World = {
  readonly seed: number;
  readonly startMs: number;
  nowMs: number;
  readonly workOrders: Map<number, WorkOrder>;
  readonly providers: Map<number, Provider>;
  readonly queue: EventQueue;
  readonly log: LogEntry[];
  /** The last id given of each kind. */
  readonly lastId: { request: number; route: number; decline: number; massRoute: number };
};

/** One line of the event log; field names are those of the wire, because the log is served as it is. */
export type LogEntry = {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly work_order_id: number | null;
  readonly provider_id: number | null;
  readonly detail: Record<string, unknown>;
};

/** Amounts in cents. `blended`: base amount is the total of the first units. */
export type Pay = {
  readonly type: 'fixed' | 'hourly' | 'device' | 'blended';
  readonly base: { readonly cents: number; readonly units: number };
  readonly additional: { readonly cents: number; readonly units: number };
};

export type Phase = 'open' | 'assigned' | 'work_done' | 'approved' | 'cancelled';

export type WorkOrder = {
  readonly id: number;
  readonly title: string;
  readonly kind: KindOfWork;
  readonly client: NamedId;
  readonly project: NamedId;
  /** Null: remote. */
  readonly place: Place | null;
  readonly zone: TimeZone;
  readonly windowMode: 'exact' | 'between';
  readonly startMs: number;
  readonly endMs: number;
  readonly laborHours: number;
  readonly pay: Pay;
  readonly bundleId: number | null;
  readonly allowsCounterOffers: boolean;
  /** 0: nobody asks for it on their own; 1: as many ask as ever do. */
  readonly appeal: number;
  /** In which phase the order is; within `open`, `isPublished` and the routes make it draft, published or routed. */
  phase: Phase;
  isPublished: boolean;
  assignment: Assignment | null;
  isNoShow: boolean;
  /** How often it was opened to requests; a request planned in an earlier opening is void. */
  openings: number;
  /** The newest request of each provider. */
  readonly requests: Map<number, Request>;
  readonly requestsById: Map<number, Request>;
  /** Live routes by provider. */
  readonly routes: Map<number, Route>;
  /** How often each provider has been routed here. */
  readonly routings: Map<number, number>;
  readonly declines: Map<number, Decline>;
  readonly milestones: { readonly createdMs: number } & {
    [name in 'publishedMs' | 'routedMs' | 'assignedMs' | 'workDoneMs' | 'approvedMs' | 'cancelledMs']: number | null;
  };
  /** When somebody could first take it; null while it never could. */
  firstOpenMs: number | null;
};

export type Assignment = {
  readonly providerId: number;
  readonly how: 'assign' | 'accept_request' | 'accept_route';
  readonly atMs: number;
  readonly pay: Pay;
};

export type Request = {
  readonly id: number;
  readonly providerId: number;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly arrivalMs: number;
  readonly hourEstimate: number;
  readonly notes: string;
  /** Null: at the pay offered. */
  readonly counter: { readonly pay: Pay; readonly notes: string } | null;
  state: 'active' | 'expired' | 'hidden' | 'withdrawn' | 'taken';
};

export type Route = { readonly id: number; readonly providerId: number; readonly createdMs: number };

export type Decline = { readonly id: number; readonly providerId: number; readonly createdMs: number };

export type Provider = {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly correlationId: string;
  readonly home: Place;
  readonly isW2: boolean;
  readonly isMarketplace: boolean;
  readonly isManaged: boolean;
  readonly isRoutable: boolean;
  readonly isBlocked: boolean;
  readonly isProtec: boolean;
  /** Work orders completed by kind of work id; a kind that is not there is not this provider's trade. */
  readonly completed: Map<number, number>;
  completedElsewhere: number;
  completedForUs: number;
  /** Hundredths of a star; null: nobody has rated the provider yet. */
  readonly rating: Stars | null;
  readonly ourRating: Stars | null;
  readonly onTimePercent: number;
  /** Basis points. */
  readonly cancelRate: number;
  readonly blockRate: number;
  readonly talentPools: readonly NamedId[];
  /** Null: none on file. */
  readonly backgroundCheckExpiresMs: number | null;
  readonly drugTestExpiresMs: number | null;
  readonly certifications: readonly NamedId[];
  readonly licenses: readonly NamedId[];
  readonly insuredUsd: number | null;
  readonly habits: Habits;
  /** Windows of work orders assigned to this provider. */
  readonly bookings: Map<number, { readonly startMs: number; readonly endMs: number }>;
};

export type Stars = { readonly hundredths: number; readonly count: number };

/** How a provider behaves in the market. */
export type Habits = {
  /** `route_only`: takes work when invited, never asks. `silent`: neither asks nor answers. */
  readonly style: 'asks' | 'bot' | 'route_only' | 'silent';
  /** Chance to ask for a work order in reach that is fully appealing. */
  readonly eagerness: number;
  readonly answerMedianMinutes: number;
  /** Chance to accept an invitation that suits. */
  readonly acceptsRoutes: number;
  /** What the provider wants, as a percentage of what is offered. */
  readonly pricePercent: number;
  readonly requestMinutes: number;
  readonly reachMiles: number;
};
