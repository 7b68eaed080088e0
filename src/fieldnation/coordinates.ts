import type { Coordinates } from '../domain/work-order.ts';

type Degrees = { readonly latitude: number | null; readonly longitude: number | null };

/** Null when a part is missing, out of range, or 0/0, which is where failed geocoding puts an address. */
export function toCoordinates(degrees: Degrees | null): Coordinates | null {
  if (degrees === null || degrees.latitude === null || degrees.longitude === null) return null;
  const { latitude, longitude } = degrees;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return null;
  return { latitudeE6: toE6(latitude), longitudeE6: toE6(longitude) };
}

/** `+ 0` turns minus zero into zero, which prints and hashes differently. */
function toE6(degrees: number): number {
  return Math.round(degrees * 1_000_000) + 0;
}
