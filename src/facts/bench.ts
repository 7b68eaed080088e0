import { distanceMetres, placeOf } from '../criteria/distance.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import type { WorkOrder } from '../domain/work-order.ts';

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
  const site = workOrder.isRemote ? null : workOrder.coordinates;
  return directory
    .filter((entry) => isRoutable(entry) && !isBlocked(entry))
    .map((entry) => {
      const place = placeOf(entry.profile, entry)?.value ?? null;
      return { entry, metres: site === null || place === null ? Infinity : distanceMetres(site, place) };
    })
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
