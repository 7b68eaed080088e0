import type { z } from 'zod';
import type { JsonValue } from '../domain/json.ts';
import { firstProblem } from './wire/problem-of.ts';

/** One row of the platform: as we know it, or why we do not. */
export type Understood<Row> =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'broken'; readonly id: number | null; readonly reason: string };

/** Parses one row and turns it into ours; `build` may still find it contradictory and answer with the reason. */
export function understand<Wire, Row>(
  raw: unknown,
  schema: z.ZodType<Wire>,
  build: (wire: Wire, raw: JsonValue) => Row | Contradiction,
): Understood<Row> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return { kind: 'broken', id: idOf(raw), reason: firstProblem(parsed.error) };
  return buildFrom(parsed.data, raw, build);
}

/** The same, of what is parsed already. */
export function buildFrom<Wire, Row>(
  wire: Wire,
  raw: unknown,
  build: (wire: Wire, raw: JsonValue) => Row | Contradiction,
): Understood<Row> {
  const row = build(wire, asJson(raw));
  return row instanceof Contradiction ? { kind: 'broken', id: idOf(raw), reason: row.reason } : { kind: 'row', row };
}

/** Each part of a row is fine, and together they cannot be true. */
export class Contradiction {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The id of a row that may be broken elsewhere; null when it has none that can be read. */
export function idOf(raw: unknown): number | null {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return null;
  const id = typeof raw.id === 'string' ? Number(raw.id) : raw.id;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** What came out of `JSON.parse` is a JSON value; the type system cannot know. */
function asJson(raw: unknown): JsonValue {
  return raw as JsonValue;
}
