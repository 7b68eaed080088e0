import { z } from 'zod';
import { optionalNumber } from './scalars.ts';

/** What every list comes in. `list` is checked against what was asked; rows are parsed one by one elsewhere. */
export const listEnvelope = z.object({
  metadata: z.object({
    list: z.string(),
    page: optionalNumber,
    pages: optionalNumber,
    total: optionalNumber,
    per_page: optionalNumber,
  }),
  results: z.preprocess((value) => (isEmptyObject(value) ? [] : value), z.array(z.unknown())),
});

export type ListEnvelope = z.infer<typeof listEnvelope>;

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** Filters in force, by the echo that the platform gives of each (`f_state` with `fs_state: true`). */
export function filtersInForce(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    name.startsWith('fs_') && value === true ? [`f_${name.slice(3)}`] : [],
  );
}
