import type { TimeZone } from '../time-zone.ts';

export type Coordinates = { readonly latitude: number; readonly longitude: number };

/** An address in one of the metropolitan areas. */
export type Place = Coordinates & {
  readonly address1: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly zone: TimeZone;
};

export type Metro = Coordinates & {
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly zone: TimeZone;
  /** What providers there want, in percent of the usual. An assumption. */
  readonly pricePercent: number;
};

const CENTRAL: TimeZone = { id: 4, name: 'America/Chicago', short: 'CST' };
const EASTERN: TimeZone = { id: 2, name: 'America/New_York', short: 'EST' };
const MOUNTAIN: TimeZone = { id: 5, name: 'America/Denver', short: 'MST' };
const ARIZONA: TimeZone = { id: 6, name: 'America/Phoenix', short: 'MST' };

export const METROS: readonly Metro[] = [
  {
    city: 'Minneapolis',
    state: 'MN',
    zip: '55401',
    zone: CENTRAL,
    latitude: 44.9778,
    longitude: -93.265,
    pricePercent: 100,
  },
  { city: 'Dallas', state: 'TX', zip: '75201', zone: CENTRAL, latitude: 32.7767, longitude: -96.797, pricePercent: 97 },
  {
    city: 'Denver',
    state: 'CO',
    zip: '80202',
    zone: MOUNTAIN,
    latitude: 39.7392,
    longitude: -104.9903,
    pricePercent: 105,
  },
  {
    city: 'Phoenix',
    state: 'AZ',
    zip: '85004',
    zone: ARIZONA,
    latitude: 33.4484,
    longitude: -112.074,
    pricePercent: 98,
  },
  {
    city: 'Atlanta',
    state: 'GA',
    zip: '30303',
    zone: EASTERN,
    latitude: 33.749,
    longitude: -84.388,
    pricePercent: 101,
  },
];

export const STREETS: readonly string[] = [
  'Main St',
  'Oak Ave',
  'Lake Dr',
  'Park Blvd',
  'Market St',
  'Hill Rd',
  'Station Way',
];

const EARTH_RADIUS_MILES = 3958.7613;

/** Great-circle distance. */
export function milesBetween(one: Coordinates, other: Coordinates): number {
  const toRadians = Math.PI / 180;
  const latitude = ((other.latitude - one.latitude) * toRadians) / 2;
  const longitude = ((other.longitude - one.longitude) * toRadians) / 2;
  const chord =
    Math.sin(latitude) ** 2 +
    Math.cos(one.latitude * toRadians) * Math.cos(other.latitude * toRadians) * Math.sin(longitude) ** 2;
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Up to `spread` degrees away from the centre; four decimals, as geocoders give. */
export function placeNear(metro: Metro, spread: number, units: readonly [number, number, number]): Place {
  const [north, east, house] = units;
  return {
    address1: `${100 + Math.floor(house * 8900)} ${STREETS[Math.floor(house * STREETS.length)] ?? 'Main St'}`,
    city: metro.city,
    state: metro.state,
    zip: metro.zip,
    zone: metro.zone,
    latitude: Math.round((metro.latitude + (north * 2 - 1) * spread) * 10_000) / 10_000,
    longitude: Math.round((metro.longitude + (east * 2 - 1) * spread) * 10_000) / 10_000,
  };
}
