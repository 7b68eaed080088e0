import type { JsonValue } from '../../../domain/json.ts';
import { loadBodyText } from '../body.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

/** What the work order of each decision offers, in cents; null: nothing, or it was erased. Each asks for a body. */
export function readBasePay(
  connection: Connection,
  decisionRows: readonly number[],
): ReadonlyMap<number, number | null> {
  const find = prepared<[number], number>(connection.db, 'SELECT work_order_body FROM decision WHERE id = ?').pluck();
  return new Map(
    decisionRows.map((row) => {
      const body = find.get(row);
      const text = body === undefined ? null : loadBodyText(connection, body);
      const base: unknown = text === null ? null : JSON.parse(text).workOrder?.pay?.maxCents;
      return [row, typeof base === 'number' && base > 0 ? base : null] as const;
    }),
  );
}

/** What all decisions of this one's run shared; null: it was erased, or there is no such decision. */
export function readBatch(connection: Connection, decisionRow: number): JsonValue {
  const body = prepared<[number], number>(connection.db, 'SELECT batch_body FROM decision WHERE id = ?')
    .pluck()
    .get(decisionRow);
  const text = body === undefined ? null : loadBodyText(connection, body);
  return text === null ? null : (JSON.parse(text) as JsonValue);
}
