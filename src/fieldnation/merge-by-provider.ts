import type { ProviderId } from '../domain/ids.ts';
import type { PendingRow } from '../domain/provider.ts';

/**
 * Each provider once, in the order of first appearance. A provider may come twice because rows moved between pages, or
 * as a request and as a route; the request then counts and keeps the route.
 */
export function mergeByProvider(rows: readonly PendingRow[]): readonly PendingRow[] {
  const merged = new Map<ProviderId, PendingRow>();
  for (const row of rows) {
    const before = merged.get(row.providerId);
    merged.set(row.providerId, before === undefined ? row : joinRows(before, row));
  }
  return [...merged.values()];
}

function joinRows(first: PendingRow, second: PendingRow): PendingRow {
  const main = first.kind === 'routed' && second.kind === 'request' ? second : first;
  const other = main === first ? second : first;
  if (main.kind === other.kind) return main;
  return {
    ...main,
    route: main.route ?? other.route,
    request: main.request ?? other.request,
    actions: [...new Set([...main.actions, ...other.actions])],
  };
}
