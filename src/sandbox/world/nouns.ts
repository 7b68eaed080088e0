import type { EventQueue } from '../market/event-queue.ts';
import type { TimeZone } from '../time-zone.ts';
import type { KindOfWork, NamedId } from './catalog.ts';
import type { DispatchSettings } from './dispatch-settings.ts';
import type { Place } from './places.ts';
import type { WorkReport } from './work-report.ts';

/**
 * The state of one simulated market. Unlike the rest of fieldmarshal these types are mutable where a field is not
 * `readonly`: a sandbox is state. Only market/ changes it, on events of virtual time and on writes received.
 */
export type World = {
  readonly seed: number;
  readonly startMs: number;
  nowMs: number;
  readonly workOrders: Map<number, WorkOrder>;
  /** Work orders that somebody will write later; nobody sees them before. */
  readonly unwritten: Map<number, WorkOrder>;
  readonly providers: Map<number, Provider>;
  readonly queue: EventQueue;
  readonly log: LogEntry[];
  /** The last id given of each kind. */
  readonly lastId: { request: number; route: number; decline: number; massRoute: number; worker: number };
  /** By project id; a project without an entry has never had any. */
  readonly dispatchSettings: Map<number, DispatchSettings>;
  /** API requests received; counting them changes nothing else. */
  readonly traffic: { reads: number; writes: number };
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
  /** What is offered, in percent of what such work usually pays there. */
  readonly offerPercent: number;
  readonly urgency: string;
  readonly bundleId: number | null;
  readonly allowsCounterOffers: boolean;
  /** 0: nobody asks for it on their own; 1: as many ask as ever do. */
  readonly appeal: number;
  /** In which phase the order is; within `open`, `isPublished` and the routes make it draft, published or routed. */
  phase: Phase;
  isPublished: boolean;
  assignment: Assignment | null;
  isNoShow: boolean;
  /** Null: nobody has been there yet. */
  report: WorkReport | null;
  /** By which rule the platform ranks its providers. */
  rule: RankingRule;
  /** Null: the platform is not dispatching it by itself now. */
  dispatch: RunningDispatch | null;
  wasAutoDispatched: boolean;
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
  /** Providers who dropped out after being assigned; they do not come back for it. */
  dropouts: readonly number[];
  readonly milestones: { readonly createdMs: number } & {
    [name in 'publishedMs' | 'routedMs' | 'assignedMs' | 'workDoneMs' | 'approvedMs' | 'cancelledMs']: number | null;
  };
  /** When somebody could first take it; null while it never could. */
  firstOpenMs: number | null;
};

/** Whose doing something is: a caller of the API, a person at the company, or the platform by itself. */
export type Actor = 'api' | 'colleague' | 'platform';

export type Assignment = {
  readonly providerId: number;
  readonly how: 'assign' | 'accept_request' | 'accept_route' | 'auto_dispatch';
  /** Of an accepted route: who had sent it. */
  readonly by: Actor;
  readonly atMs: number;
  readonly pay: Pay;
  /** Invitations of others that ended with it; a provider who cancels brings them back. */
  readonly endedRoutes: readonly Route[];
  /** By the default ranking, when it was made. */
  readonly ranked: { readonly points: number; readonly maxPoints: number };
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

export type Route = {
  readonly id: number;
  readonly providerId: number;
  readonly createdMs: number;
  readonly by: Actor;
};

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
  talentPools: readonly NamedId[];
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
  /** Share of days with work for others, and whether weekends are worked. */
  readonly busyShare: number;
  readonly worksWeekends: boolean;
  /** True chances in basis points; the record that the platform shows is only a trace of them. */
  readonly cancels: number;
  readonly noShows: number;
  /** Chance in percent that a visit is done well. */
  readonly quality: number;
};

/** One line of a rule by which the platform ranks providers. */
export type Criterion = {
  readonly weight: number;
  readonly name: (workOrder: WorkOrder) => string;
  readonly isRequired: boolean;
  readonly canRemote: boolean;
  readonly matches: (provider: Provider, workOrder: WorkOrder, nowMs: number) => boolean;
};

/** Id 0 is the default ranking. */
export type RankingRule = { readonly id: number; readonly criteria: readonly Criterion[] };

/** How the platform dispatches a work order by itself. */
export type DispatchPlan = {
  /** `publish`: open for the period, then assign the most qualified request; `route`: invite, the first to accept has it. */
  readonly strategy: 'publish' | 'route';
  readonly periodMs: number;
  readonly rule: RankingRule;
  /** With `route`: on the marketplace as well. */
  readonly alsoPublishes: boolean;
  /** W-2 staff are invited instead of publishing. */
  readonly isForStaff: boolean;
  /** After a period in which no W-2 staff came, one more on the marketplace. */
  readonly fallsBackToMarket: boolean;
  /** Only members of these talent pools; empty: anybody. */
  readonly networkIds: readonly number[];
  readonly revertsToDraft: boolean;
  /** Periods are repeated while the start is further away than this; null: one period only. */
  readonly rerunThresholdMs: number | null;
};

/** A dispatch under way. */
export type RunningDispatch = DispatchPlan & { readonly workerId: number; readonly startedMs: number };
