import { z } from 'zod';
import type { PublishStats } from '../../domain/work-order.ts';
import { optionalNumber, orUnknown } from './scalars.ts';

const count = orUnknown(optionalNumber.pipe(z.int().nonnegative().nullable()));

const wirePublishStats = z.object({
  publish_stats: orUnknown(
    z.object({ requests: count, all_requests: count, counter_offers: count, routes: count, declines: count }),
  ),
});

/** Of a work order. Null: it shows none, or none that can be read. */
export function toPublishStats(raw: unknown): PublishStats | null {
  const { publish_stats: stats } = wirePublishStats.parse(raw);
  if (stats === null) return null;
  return {
    requests: stats.requests,
    allRequests: stats.all_requests,
    counterOffers: stats.counter_offers,
    routes: stats.routes,
    declines: stats.declines,
  };
}
