import { z } from 'zod';
import type { Solution } from '../decide/input.ts';
import type { BookingLimits } from '../domain/booking-limits.ts';
import { count, provider, timeMs, workOrder } from './recorded-parts.ts';

/* Assignments that were solved together, as engine/batch-of.ts writes them. */

const limits = z.object({
  perDay: count.nullable(),
  per7Days: count.nullable(),
  forbidOverlap: z.boolean(),
  travelBufferMinutes: count,
}) satisfies z.ZodType<BookingLimits, unknown>;

const order = z.object({
  workOrderId: workOrder,
  fillWeight: z.int().min(1),
  startMs: timeMs.nullable(),
  endMs: timeMs.nullable(),
  day: z.int().nullable(),
  limits: count,
  told: z.literal([0, 1, 2, 3]),
  bids: z.array(z.tuple([provider, z.int(), count, count])),
});

const objective = z.object({
  fill: count,
  pointsMilli: z.int(),
  costCents: count,
  spread: count,
  rank: count,
});

const component = z.object({
  workOrderIds: z.array(workOrder),
  providers: count,
  bids: z.object({ given: count, kept: count }),
  solver: z.enum(['paths', 'highs', 'greedy']),
  status: z.enum(['optimal', 'limit']),
  counters: z.record(z.string(), z.number()),
  objective,
  greedy: objective,
});

export const solution = z
  .object({
    group: z.enum(['acting', 'asking', 'shadow']),
    ruleFileId: z.string().nullable(),
    limits: z.array(limits),
    orders: z.array(order),
    booked: z.array(z.tuple([provider, z.array(z.int())])),
    dropped: z.array(z.tuple([workOrder, z.int().min(1)])),
    components: z.array(component),
    assigned: z.array(z.tuple([workOrder, provider])),
  })
  .transform((read, context): Solution => {
    const orders = read.orders.flatMap(({ limits: place, bids, ...own }) => {
      const perProvider = read.limits[place];
      if (perProvider === undefined) return [];
      const toBid = ([providerId, pointsMilli, costCents, assigned7Days]: (typeof bids)[number], index: number) => {
        return { providerId, pointsMilli, costCents, assigned7Days, rank: index + 1 };
      };
      return [{ ...own, limits: perProvider, bids: bids.map(toBid) }];
    });
    if (orders.length < read.orders.length) {
      context.addIssue({ code: 'custom', message: 'names limits that are not there' });
      return z.NEVER;
    }
    return {
      group: read.group,
      ruleFileId: read.ruleFileId,
      problem: { orders, booked: read.booked.map(([providerId, days]) => ({ providerId, days })) },
      dropped: read.dropped.map(([workOrderId, fromRank]) => ({ workOrderId, fromRank })),
      components: read.components,
      assigned: read.assigned.map(([workOrderId, providerId]) => ({ workOrderId, providerId })),
    };
  });
