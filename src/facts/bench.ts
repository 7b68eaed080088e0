import { distanceMetres, placeOf } from '../criteria/distance.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import type { Coordinates, WorkOrder } from '../domain/work-order.ts';
import { type GlobeDirection, leastMetres, toDirection } from './globe.ts';

/**
 * The known providers worth scoring for a work order, `limit` at most: the nearest first, those whose place is not known
 * after them, equals by provider id. A remote work order, or one without a place, takes them by id. Providers whom the
 * platform is known not to route and whom your company is known to have blocked are left out; what is not known does not
 * exclude.
 */
export function benchFor(
  workOrder: WorkOrder,
  directory: readonly DirectoryEntry[],
  limit: number,
): readonly DirectoryEntry[] {
  const seats = seatsOf(directory);
  const site = workOrder.isRemote ? null : workOrder.coordinates;
  if (site === null) return seats.byId.slice(0, limit);
  const near = nearestOf(seats.placed, site, limit);
  return near.length < limit ? [...near, ...seats.unplaced.slice(0, limit - near.length)] : near;
}

type Placed = { readonly entry: DirectoryEntry; readonly place: Coordinates; readonly direction: GlobeDirection };

/** Who may be invited at all, by provider id. */
type Seats = {
  readonly byId: readonly DirectoryEntry[];
  readonly placed: readonly Placed[];
  readonly unplaced: readonly DirectoryEntry[];
};

/** A run asks the same directory for each of its work orders. */
const seatsByDirectory = new WeakMap<readonly DirectoryEntry[], Seats>();

function seatsOf(directory: readonly DirectoryEntry[]): Seats {
  const known = seatsByDirectory.get(directory);
  if (known !== undefined) return known;
  const byId = directory
    .filter((entry) => isRoutable(entry) && !isBlocked(entry))
    .sort((a, b) => a.providerId - b.providerId);
  const placed: Placed[] = [];
  const unplaced: DirectoryEntry[] = [];
  for (const entry of byId) {
    const place = placeOf(entry.profile, entry)?.value ?? null;
    if (place === null) unplaced.push(entry);
    else placed.push({ entry, place, direction: toDirection(place) });
  }
  const seats = { byId, placed, unplaced };
  seatsByDirectory.set(directory, seats);
  return seats;
}

/**
 * Exact distances cost microseconds each, so only those are measured that may be among the nearest: the ones with the smallest
 * lower bounds, and then whoever's bound does not exceed the farthest of them.
 */
function nearestOf(placed: readonly Placed[], site: Coordinates, limit: number): readonly DirectoryEntry[] {
  if (limit <= 0) return [];
  const from = toDirection(site);
  const bounds = Float64Array.from(placed, ({ direction }) => leastMetres(from, direction));
  const first = limit < bounds.length ? bounds.toSorted()[limit - 1] : undefined;
  const measure = (from: number, to: number) =>
    placed.flatMap(({ entry, place }, n) => {
      const bound = bounds[n] ?? 0;
      return bound > from && bound <= to ? [{ entry, metres: distanceMetres(site, place) }] : [];
    });
  const near = measure(-Infinity, first ?? Infinity);
  const farthest = near.reduce((most, { metres }) => Math.max(most, metres), 0);
  const others = first === undefined ? [] : measure(first, farthest);
  return [...near, ...others]
    .sort((a, b) => (a.metres === b.metres ? a.entry.providerId - b.entry.providerId : a.metres - b.metres))
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** What the newer of profile and last row says; yes while neither says. */
function isRoutable({ flags, profile }: DirectoryEntry): boolean {
  const said = profile?.isRoutable ?? null;
  if (said === null || profile === null) return flags?.isRoutable ?? true;
  return flags !== null && flags.observedAtMs > profile.observedAtMs ? flags.isRoutable : said;
}

/** By the platform or by an imported file; see the fact `provider.is_blocked`. */
function isBlocked({ profile, imported }: DirectoryEntry): boolean {
  const said = imported.isBlocked ?? null;
  if (said?.value === true || profile?.isBlocked !== true) return said?.value ?? false;
  return said === null || said.observedAtMs <= profile.observedAtMs;
}
