import { getDistance, getPreciseDistance } from 'geolib';
import type { Fact } from '../domain/fact.ts';
import type { Dated, DirectoryEntry, ProviderProfile } from '../domain/provider.ts';
import type { Coordinates } from '../domain/work-order.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.distance',
  scope: 'candidate',
  type: { kind: 'number', unit: 'miles' },
  params: null,
  sources: ['coordinates'],
  doc: "Miles in a straight line over the earth from the provider's place (profile or imported file) to the work address; driving is longer. Unknown when the work order is remote or either place is not known.",
  example: 50,
  read: (input) => readDistance(input),
};

function readDistance({ workOrder, profile, directory }: FactInput): Fact {
  if (workOrder.isRemote) return unknown('The work order is remote, so there is no distance.');
  if (workOrder.coordinates === null) return unknown('The work address has no coordinates.');
  const place = placeOf(profile, directory);
  if (place !== null)
    return known(distanceMetres(workOrder.coordinates, place.value), 'coordinates', place.observedAtMs);
  if (profile === null) return unknown("The provider's profile has not been read yet.");
  return unknown("The profile does not show the provider's place.");
}

/** Where the provider lives: what the newer of profile and imported file says, the profile's on equal age. */
export function placeOf(
  profile: ProviderProfile | null,
  directory: Pick<DirectoryEntry, 'imported'> | null,
): Dated<Coordinates> | null {
  const imported = directory?.imported.coordinates ?? null;
  if (profile === null || profile.coordinates === null) return imported;
  const shown = { value: profile.coordinates, observedAtMs: profile.observedAtMs };
  return imported !== null && imported.observedAtMs > shown.observedAtMs ? imported : shown;
}

/**
 * Whole metres on the WGS84 ellipsoid (Vincenty). Between places almost opposite on the globe that method finds no
 * answer; the sphere's distance then stands, off by at most half a percent of some 20,000 km.
 */
export function distanceMetres(from: Coordinates, to: Coordinates): number {
  const precise = getPreciseDistance(toDegrees(from), toDegrees(to));
  return Number.isNaN(precise) ? getDistance(toDegrees(from), toDegrees(to)) : precise;
}

function toDegrees(place: Coordinates): { readonly latitude: number; readonly longitude: number } {
  return { latitude: place.latitudeE6 / 1e6, longitude: place.longitudeE6 / 1e6 };
}

export const distance: CriterionDefinition = {
  key: 'distance',
  label: 'Distance from work address',
  aliases: ['distance_from_work_address', 'miles'],
  codes: ['SC_DISTANCE_FROM_WORK_ORDER'],
  fact,
  labelParam: null,
  canRemote: false,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many miles from the work address, in a straight line. Does not apply to remote work.',
};
