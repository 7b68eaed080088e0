import type { ProviderId, WorkOrderId } from './ids.ts';
import type { JsonValue } from './json.ts';

/** The platform's lifecycle. `open` in our texts means published or routed, and nobody assigned. */
export type WorkOrderStatus =
  | 'draft'
  | 'published'
  | 'routed'
  | 'assigned'
  | 'work_done'
  | 'approved'
  | 'paid'
  | 'cancelled';

/** WGS84, integers of a millionth of a degree, so that a decision never depends on how a float prints. */
export type Coordinates = {
  readonly latitudeE6: number;
  readonly longitudeE6: number;
};

/** What the job pays, as offered by us or asked by a provider. Source: Field Nation `pay`. */
export type Pay = {
  /** `none`: the platform sent an empty type, which is what a plain request carries. */
  readonly kind: 'none' | 'fixed' | 'hourly' | 'device' | 'blended';
  /** The most the labour can cost, in cents; 0 when kind is `none`. */
  readonly maxCents: number;
};

/** The service window. Times are epoch milliseconds, UTC. */
export type Schedule = {
  /** Null when the platform sent an empty date. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** `YYYY-MM-DD` of the start in the work order's own time zone; null when unknown. */
  readonly localDate: string | null;
  /** IANA name, for instance America/Chicago; null when unknown. */
  readonly timeZone: string | null;
  /** Estimated labour in minutes; null when the platform says nothing. */
  readonly estimatedMinutes: number | null;
};

export type TypeOfWork = { readonly id: number; readonly name: string; readonly isPrimary: boolean };

/** What was handed in with finished work. Source: Field Nation work order; null in a part: the platform does not say. */
export type FinishedWork = {
  /** On site, all visits together. Field Nation: `time_logs.hours`, else `pay.reported_hours`. */
  readonly reportedMinutes: number | null;
  /** Reported and not resolved. Field Nation: `problems`. */
  readonly problemsOpen: number | null;
  /** Not ticked off. Field Nation: `tasks`. */
  readonly tasksOpen: number | null;
  /** Files in all folders. Field Nation: `attachments`. */
  readonly attachmentsCount: number | null;
  /** Whether there are any; what they say is not kept. Field Nation: `closing_notes`. */
  readonly hasClosingNotes: boolean | null;
  /** What approval releases as things stand, in cents. Field Nation: `pay.total`. */
  readonly approvedPayCents: number | null;
};

/**
 * How many stand in which way to a work order, counted by the platform. Null in a part: it does not say.
 * Source: Field Nation work order `publish_stats`.
 */
export type PublishStats = {
  /** Active ones, those with a counter-offer included. */
  readonly requests: number | null;
  /** Also those that are over or hidden: grows with each that is made. */
  readonly allRequests: number | null;
  readonly counterOffers: number | null;
  readonly routes: number | null;
  readonly declines: number | null;
};

/** A provider's no: to an invitation, or before there was one. Source: Field Nation work order `declines`. */
export type Decline = {
  readonly providerId: ProviderId;
  /** Epoch ms; null when the platform does not say. */
  readonly createdMs: number | null;
};

/** A work order as fieldmarshal sees it. Source: Field Nation `GET /workorders` and `GET /workorders/{id}`. */
export type WorkOrder = {
  readonly id: WorkOrderId;
  readonly title: string;
  readonly status: WorkOrderStatus;
  /** True when there is an open route, also while published. */
  readonly isRouted: boolean;
  /** What the calling user may do now; the platform's own words, such as `publish`, `route`. */
  readonly actions: readonly string[];
  readonly typesOfWork: readonly TypeOfWork[];
  readonly isRemote: boolean;
  readonly companyId: number | null;
  readonly clientId: number | null;
  readonly projectId: number | null;
  /** Null when remote, or when the platform could not place the address. */
  readonly coordinates: Coordinates | null;
  readonly schedule: Schedule;
  readonly pay: Pay;
  /** Null when not part of a bundle. Bundled work orders are always held: one assignment binds the whole bundle. */
  readonly bundleId: number | null;
  readonly assigneeId: ProviderId | null;
  /** Epoch ms; null when that milestone has not been reached. */
  readonly createdMs: number | null;
  readonly publishedMs: number | null;
  readonly routedMs: number | null;
  /** Who has said no, as long as the platform shows it; null: it does not say. */
  readonly declines: readonly Decline[] | null;
  /** Null: it is not shown. */
  readonly publishStats: PublishStats | null;
  /** Null until the work is done. */
  readonly work: FinishedWork | null;
  /** The row as received, without secrets, names, addresses and what people wrote: kept by hash for audit. */
  readonly raw: JsonValue;
};

/** Of whom the platform shows that they have said no. */
export function declinersOf({ declines }: WorkOrder): readonly ProviderId[] {
  return declines?.map(({ providerId }) => providerId) ?? [];
}

/** Published or routed, and nobody assigned. */
export function isOpen(workOrder: WorkOrder): boolean {
  return (workOrder.status === 'published' || workOrder.status === 'routed') && workOrder.assigneeId === null;
}

/** The kind of work the platform puts in labels; null when a work order names none. */
export function primaryTypeOfWork(workOrder: WorkOrder): TypeOfWork | null {
  return workOrder.typesOfWork.find((type) => type.isPrimary) ?? workOrder.typesOfWork[0] ?? null;
}

/** Labour assumed where a work order says neither end nor estimate; a rule of thumb of ours. */
const ASSUMED_MINUTES = 120;

/**
 * When the work order occupies its provider: from the start of the window to its end, and at least as long as the
 * estimated labour. Both null when it has no start.
 */
export function workSpan(workOrder: WorkOrder): { readonly startMs: number | null; readonly endMs: number | null } {
  const { startMs, endMs, estimatedMinutes } = workOrder.schedule;
  if (startMs === null) return { startMs: null, endMs: null };
  const isWindow = endMs !== null && endMs > startMs;
  const labourMinutes = estimatedMinutes ?? (isWindow ? 0 : ASSUMED_MINUTES);
  return { startMs, endMs: Math.max(endMs ?? startMs, startMs + labourMinutes * 60_000) };
}
