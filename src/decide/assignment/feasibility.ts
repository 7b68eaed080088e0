import { fullestWeek, isTooClose } from '../bookings.ts';
import type { AssignmentOrder } from './problem.ts';

type Timed = Pick<AssignmentOrder, 'startMs' | 'endMs' | 'day' | 'limits'>;

/** Whether one provider may take all of these: the limits of each hold beside all the others and what is booked already. */
export function canTakeTogether(orders: readonly Timed[], bookedDays: readonly number[]): boolean {
  return orders.every((order) => {
    const others = orders.filter((other) => other !== order);
    return !others.some((other) => overlapForbidden(order, other)) && keepsItsLimits(order, others, bookedDays);
  });
}

/** Whether the first of two forbids the other for being too close. */
function overlapForbidden(order: Timed, other: Timed): boolean {
  const { forbidOverlap, travelBufferMinutes } = order.limits;
  return forbidOverlap && isTooClose(order, other, travelBufferMinutes * 60_000);
}

/** By day and by week; what has no day counts for none and is asked of none. */
export function keepsItsLimits(
  { day, limits: { perDay, per7Days } }: Pick<Timed, 'day' | 'limits'>,
  others: readonly Pick<Timed, 'day'>[],
  bookedDays: readonly number[],
): boolean {
  if (day === null || (perDay === null && per7Days === null)) return true;
  const days = [...bookedDays, ...others.flatMap((other) => other.day ?? [])];
  if (perDay !== null && days.filter((other) => other === day).length >= perDay) return false;
  if (per7Days === null) return true;
  // No week holds more than there are.
  return days.length < per7Days || fullestWeek(days, day) < per7Days;
}
