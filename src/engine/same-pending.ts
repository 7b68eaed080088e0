import { type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { PendingRow } from '../domain/provider.ts';
import type { PublishStats } from '../domain/work-order.ts';
import { glanceAt } from './glance.ts';
import type { PendingList } from './ports.ts';

/**
 * No more requests and routes than the platform counts. It may count more: some are over, or came between the two reads; and
 * how exactly it counts is documented nowhere. Null and what it does not say bear out nothing.
 */
export function isAsCounted(stats: PublishStats | null, list: Pick<PendingList, 'rows'>): boolean {
  if (stats?.routes == null || (stats.requests ?? stats.allRequests) === null) return false;
  const requests = Math.max(stats.requests ?? 0, stats.allRequests ?? 0);
  const { asking, routed } = glanceAt(list);
  return asking <= requests && routed.length <= stats.routes;
}

/** The same providers stand to the work order in the same way, whatever the platform thinks of them by now. */
export function showsSame(one: Pick<PendingList, 'rows'>, other: Pick<PendingList, 'rows'>): boolean {
  return standing(one.rows) === standing(other.rows);
}

function standing(rows: readonly PendingRow[]): string {
  const essence = rows
    .toSorted((a, b) => a.providerId - b.providerId)
    .map(({ providerId, kind, request, route, actions }): JsonValue => [providerId, kind, request, route, actions]);
  return toCanonicalJson(essence);
}
