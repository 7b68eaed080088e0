import { z } from 'zod';
import { optionalNumber, optionalText } from './scalars.ts';

const metadata = z.object({
  page: optionalNumber,
  pages: optionalNumber,
  total: optionalNumber,
  per_page: optionalNumber,
});
const results = z.preprocess((value) => (isEmptyObject(value) ? [] : value), z.array(z.unknown()));

/** What every list comes in. `list` is checked against what was asked; rows are parsed one by one elsewhere. */
export const listEnvelope = z.object({ metadata: metadata.extend({ list: z.string() }), results });

/** Of a resource that is one list, whatever it calls it. */
export const unnamedListEnvelope = z.object({ metadata: metadata.extend({ list: optionalText }), results });

export type ListEnvelope = z.infer<typeof listEnvelope>;

/** What the newest lists come in; `next_cursor` is where the next page begins. */
export const cursorEnvelope = z.object({
  data: z.array(z.unknown()),
  pagination: z.object({
    has_next_page: z.boolean(),
    next_cursor: z
      .union([z.string(), z.number().transform(String)])
      .nullish()
      .transform((cursor) => (cursor === '' ? null : (cursor ?? null))),
  }),
});

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
