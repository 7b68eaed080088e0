import { z } from 'zod';
import { providerId } from '../../domain/ids.ts';
import type { Decline } from '../../domain/work-order.ts';
import { wireDate } from './date.ts';
import { orUnknown, requiredId } from './scalars.ts';

const decline = z.object({ user: z.object({ id: requiredId }), created: orUnknown(wireDate) });

/** An empty object comes as `[]`. */
const wireDeclines = z.preprocess(
  (value) => (Array.isArray(value) ? { results: value } : value),
  z.object({ results: z.array(orUnknown(decline)) }),
);

const wireDeclined = z.object({ declines: orUnknown(wireDeclines) });

/** Of a work order. Null: it says nothing, or nothing that can be read; a row that cannot be read names nobody. */
export function toDeclines(raw: unknown): readonly Decline[] | null {
  const { declines } = wireDeclined.parse(raw);
  return (
    declines?.results.flatMap((row) => {
      return row === null ? [] : [{ providerId: providerId(row.user.id), createdMs: row.created }];
    }) ?? null
  );
}
