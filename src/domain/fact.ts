import { toCanonicalJson } from './json.ts';

/** A fact's value in its integer unit; lists are sorted and free of duplicates. */
export type FactValue = number | boolean | string | readonly number[] | readonly string[];

/** Where a fact can be read, in words. */
export const FACT_SOURCES = {
  work_order: 'the work order as pulled',
  row: 'the pending row itself',
  profile: "the provider's profile (GET /users/{id})",
  coordinates: 'the geodesic distance of two places',
  ledger: 'our own history and commitments',
  directory: 'an older row of the same provider',
  import: 'a file an operator brought',
  pool: 'the member lists of preferred groups and talent pools',
  platform: "Field Nation's own verdict",
  given: 'a test or a what-if',
} as const;

export type FactSource = keyof typeof FACT_SOURCES;

/** A value with where it comes from and when it was true, or the reason why nobody knows it. */
export type Fact =
  | { readonly kind: 'known'; readonly value: FactValue; readonly source: FactSource; readonly observedAtMs: number }
  | { readonly kind: 'unknown'; readonly because: string };

/** Facts by key (see `factKey`). A key that is not there is unknown. */
export type Facts = { readonly [key: string]: Fact };

/** How people write a number in a rule file, and the integer it is kept as: see `UNITS`. */
export type FactUnit =
  | 'count'
  | 'points'
  | 'stars'
  | 'percent'
  | 'miles'
  | 'usd'
  | 'hours'
  | 'minutes'
  | 'timestamp'
  | 'id';

export type UnitDefinition = {
  /** Multiply what people write by this and round. */
  readonly scale: number;
  readonly keptAs: string;
  readonly min: number;
  readonly max: number;
};

/** `min` and `max` are in what people write. */
export const UNITS: { readonly [unit in FactUnit]: UnitDefinition } = {
  count: { scale: 1, keptAs: 'count', min: 0, max: 1_000_000 },
  points: { scale: 1, keptAs: 'points', min: 0, max: 1_000_000 },
  stars: { scale: 100, keptAs: 'hundredths of a star', min: 0, max: 5 },
  percent: { scale: 100, keptAs: 'basis points', min: 0, max: 100 },
  miles: { scale: 1609.344, keptAs: 'metres', min: 0, max: 12_500 },
  usd: { scale: 100, keptAs: 'cents', min: 0, max: 1_000_000 },
  hours: { scale: 60, keptAs: 'minutes', min: 0, max: 100_000 },
  minutes: { scale: 1, keptAs: 'minutes', min: 0, max: 6_000_000 },
  id: { scale: 1, keptAs: 'id', min: 1, max: Number.MAX_SAFE_INTEGER },
  timestamp: { scale: 1, keptAs: 'epoch milliseconds', min: 0, max: 4_102_444_800_000 },
};

export type FactType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'number'; readonly unit: FactUnit }
  /** `values` null: any text. */
  | { readonly kind: 'text'; readonly values: readonly string[] | null }
  | { readonly kind: 'numbers' }
  | { readonly kind: 'texts' };

export type FactParams = { readonly [name: string]: string | number };

/** A fact as a rule file names it. `key` is canonical: one fact and one set of parameters, one key. */
export type FactRef = { readonly name: string; readonly params: FactParams | null; readonly key: string };

export function factRef(name: string, params: FactParams | null): FactRef {
  return { name, params, key: factKey(name, params) };
}

/** `provider.rating`, or `provider.completed_of_type{"type_of_work":"ATM"}`. */
export function factKey(name: string, params: FactParams | null): string {
  return params === null ? name : `${name}${toCanonicalJson(params)}`;
}

/** From what people write to the kept integer. */
export function toKeptNumber(written: number, unit: FactUnit): number {
  return Math.round(written * UNITS[unit].scale);
}

/** From the kept integer back to what people write, at most two decimals. */
export function toWrittenNumber(kept: number, unit: FactUnit): number {
  return Math.round((kept / UNITS[unit].scale) * 100) / 100;
}
