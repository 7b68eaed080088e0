import type { BookingLimits } from '../domain/booking-limits.ts';
import type { Commitment, Reason } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import { type WorkOrder, workSpan } from '../domain/work-order.ts';
import { boundProviders } from '../domain/write-call.ts';
import { writesThatMayLand } from './absent-writes.ts';
import { ASSIGNING } from './earlier-attempts.ts';
import type { OrderInput } from './input.ts';

/** What each provider is bound to, or may be bound to any moment. */
export type Bookings = ReadonlyMap<ProviderId, readonly Commitment[]>;

export const NO_BOOKINGS: Bookings = new Map();

const DAY_MS = 86_400_000;
const KIND_ORDER: readonly Commitment['kind'][] = ['assigned', 'planned', 'routed'];

export function toCommitment(kind: Commitment['kind'], workOrder: WorkOrder, providerId: ProviderId): Commitment {
  const { localDate } = workOrder.schedule;
  return { kind, workOrderId: workOrder.id, providerId, ...workSpan(workOrder), localDate };
}

/**
 * What the platform does not show yet but our ledger knows: an assignment we confirmed a moment ago, and the providers of
 * writes that may still land, who may be bound already.
 */
export function unseenCommitments(orders: readonly OrderInput[]): readonly Commitment[] {
  return orders.flatMap(({ workOrder, assigned, attempts }) => {
    const ours = assigned === null ? [] : [toCommitment('assigned', workOrder, assigned.providerId)];
    const landing = writesThatMayLand(attempts).flatMap(({ call }) => {
      const kind = ASSIGNING.includes(call.kind) ? 'planned' : 'routed';
      return boundProviders(call).map((providerId) => toCommitment(kind, workOrder, providerId));
    });
    return [...ours, ...landing];
  });
}

/** By provider; one entry per work order, the firmest, ascending by work order id. */
export function indexBookings(commitments: readonly Commitment[]): Bookings {
  const byProvider = new Map<ProviderId, Commitment[]>();
  for (const commitment of [...commitments].sort(compareCommitments)) {
    const known = byProvider.get(commitment.providerId) ?? [];
    if (known.at(-1)?.workOrderId !== commitment.workOrderId) known.push(commitment);
    byProvider.set(commitment.providerId, known);
  }
  return byProvider;
}

/** One entry per work order: what is given now stands for an invitation to the same work order that was there before. */
export function boundBy(before: readonly Commitment[], given: readonly Commitment[]): readonly Commitment[] {
  const now = new Set(given.map(({ workOrderId }) => workOrderId));
  return [...before.filter(({ workOrderId }) => !now.has(workOrderId)), ...given];
}

function compareCommitments(a: Commitment, b: Commitment): number {
  return (
    a.providerId - b.providerId ||
    a.workOrderId - b.workOrderId ||
    KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
    (a.startMs ?? 0) - (b.startMs ?? 0) ||
    (a.endMs ?? 0) - (b.endMs ?? 0)
  );
}

/** Why a provider with these commitments cannot take this work order too; commitments to the same work order do not count. */
export function bookingBlocks(
  workOrder: WorkOrder,
  commitments: readonly Commitment[],
  limits: BookingLimits,
): readonly Reason[] {
  const others = commitments.filter((commitment) => commitment.workOrderId !== workOrder.id);
  if (others.length === 0 && limits.perDay !== 0 && limits.per7Days !== 0) return [];
  const overlaps = overlapBlocks(workOrder, others, limits);
  const loads = loadBlocks(workOrder, others, limits);
  return overlaps.length === 0 ? loads : [...overlaps, ...loads];
}

function overlapBlocks(workOrder: WorkOrder, others: readonly Commitment[], limits: BookingLimits): readonly Reason[] {
  return overlapping(workOrder, others, limits).map(({ kind, workOrderId }) => ({
    code: 'FM-5010',
    detail: { how: HOW_BOUND[kind], other: workOrderId, buffer: limits.travelBufferMinutes },
  }));
}

const HOW_BOUND: { readonly [kind in Commitment['kind']]: string } = {
  assigned: 'assigned to',
  planned: 'planned for',
  routed: 'invited to',
};

function overlapping(
  workOrder: WorkOrder,
  others: readonly Commitment[],
  { forbidOverlap, travelBufferMinutes }: BookingLimits,
): readonly Commitment[] {
  if (!forbidOverlap) return [];
  const own = workSpan(workOrder);
  return others.filter((other) => isTooClose(own, other, travelBufferMinutes * 60_000));
}

/** The work order that took a provider away: one at the same time, else the last that filled the days; null for none. */
export function takingWorkOrder(
  workOrder: WorkOrder,
  added: readonly Commitment[],
  limits: BookingLimits,
): WorkOrderId | null {
  return (overlapping(workOrder, added, limits)[0] ?? added.at(-1))?.workOrderId ?? null;
}

type Span = Pick<Commitment, 'startMs' | 'endMs'>;

/** Half-open spans: work that begins exactly one buffer after other work ends is not too close. */
export function isTooClose(a: Span, b: Span, bufferMs: number): boolean {
  if (a.startMs === null || b.startMs === null) return false;
  return a.startMs < endOf(b, b.startMs) + bufferMs && b.startMs < endOf(a, a.startMs) + bufferMs;
}

/** Work without length still takes its moment: two that begin together are one too many. */
function endOf(span: Span, startMs: number): number {
  return Math.max(span.endMs ?? startMs, startMs + 1);
}

function loadBlocks(
  workOrder: WorkOrder,
  others: readonly Commitment[],
  { perDay, per7Days }: BookingLimits,
): readonly Reason[] {
  const day = dayNumber(workOrder.schedule.localDate);
  if (day === null) return [];
  const days = others.flatMap((other) => dayNumber(other.localDate) ?? []);
  const onDay = days.filter((other) => other === day).length;
  const inWeek = fullestWeek(days, day);
  const blocks: Reason[] = [];
  if (perDay !== null && onDay >= perDay) blocks.push({ code: 'FM-5011', detail: { count: onDay, limit: perDay } });
  if (per7Days !== null && inWeek >= per7Days)
    blocks.push({ code: 'FM-5012', detail: { count: inWeek, limit: per7Days } });
  return blocks;
}

/**
 * The most commitments in any seven days that hold this day. Not only the week that ends with it: work later in the week
 * may be booked already, and its week would burst.
 */
export function fullestWeek(days: readonly number[], day: number): number {
  const ends = [0, 1, 2, 3, 4, 5, 6].map((offset) => day + offset);
  return Math.max(...ends.map((end) => days.filter((other) => other > end - 7 && other <= end).length));
}

/** Work orders assigned to a provider, or about to be, that start in the seven local days that end with this one's. */
export function countAssigned7Days(workOrder: WorkOrder, commitments: readonly Commitment[]): number {
  const day = commitments.length === 0 ? null : dayNumber(workOrder.schedule.localDate);
  if (day === null) return 0;
  return commitments.filter((commitment) => {
    const other = dayNumber(commitment.localDate);
    const counts = commitment.kind !== 'routed' && commitment.workOrderId !== workOrder.id;
    return counts && other !== null && other > day - 7 && other <= day;
  }).length;
}

/** Days since 1970; null: none. */
export function dayNumber(localDate: string | null): number | null {
  if (localDate === null) return null;
  const known = dayNumbers.get(localDate);
  if (known !== undefined) return known;
  const day = Date.parse(`${localDate}T00:00:00Z`) / DAY_MS;
  if (dayNumbers.size >= MANY_DAYS) dayNumbers.clear();
  dayNumbers.set(localDate, day);
  return day;
}

/** The same few weeks are asked for hundreds of thousands of times. */
const dayNumbers = new Map<string, number>();
const MANY_DAYS = 2_000;
