import { draw } from '../random.ts';
import { toLocalTime } from '../time-zone.ts';
import { HABITS } from '../world/figures.ts';
import type { Provider, WorkOrder, World } from '../world/nouns.ts';

const DAY_MS = 86_400_000;
const NOON = 12;

/** Nobody can be in two places: other work of this company, or of others, at that time. */
export function isBusy(world: World, provider: Provider, workOrder: WorkOrder): boolean {
  return isBooked(world, provider, workOrder) || isBusyElsewhere(world, provider, workOrder);
}

/** Two members of one bundle are one job. */
export function isBooked(world: World, provider: Provider, workOrder: WorkOrder): boolean {
  for (const [id, booking] of provider.bookings) {
    if (id === workOrder.id || booking.startMs >= workOrder.endMs || workOrder.startMs >= booking.endMs) continue;
    const bundleId = world.workOrders.get(id)?.bundleId ?? null;
    if (bundleId === null || bundleId !== workOrder.bundleId) return true;
  }
  return false;
}

/** On some days a provider works for other companies, all day or before or after noon; some never on weekends. */
function isBusyElsewhere(world: World, provider: Provider, workOrder: WorkOrder): boolean {
  const { busyShare, worksWeekends } = provider.habits;
  if (busyShare === 0) return false;
  const { date, time } = toLocalTime(provider.home.zone.name, workOrder.startMs);
  const day = Math.round(Date.parse(date) / DAY_MS);
  // The first day of the epoch was a Thursday.
  const weekday = (day + 4) % 7;
  if (!worksWeekends && (weekday === 0 || weekday === 6)) return true;
  if (draw(world.seed, 'busy', provider.id, day) >= busyShare) return false;
  const half = draw(world.seed, 'busy half', provider.id, day);
  if (half < HABITS.wholeDayShare) return true;
  const isMorning = Number(time.slice(0, 2)) < NOON;
  return half < (1 + HABITS.wholeDayShare) / 2 ? isMorning : !isMorning;
}
