import { API_USER } from '../world/catalog.ts';
import { correlationId } from '../world/make-provider.ts';
import type { DispatchPlan, WorkOrder, World } from '../world/nouns.ts';
import { toWireUtc } from './date.ts';

/** What `POST /workorders/auto_dispatch` answers. No address is documented that reads a worker again. */
export function toWireWorker(
  world: World,
  workerId: number,
  given: {
    readonly body: { readonly [key: string]: unknown };
    readonly plan: DispatchPlan;
    readonly workOrders: readonly WorkOrder[];
  },
) {
  const { body, plan, workOrders } = given;
  return {
    __worker: {
      id: workerId,
      type: 'auto_dispatch',
      // Documented as a text here, unlike everywhere else.
      user: { thumbnail: '', ...API_USER, id: String(API_USER.id) },
      created: { utc: toWireUtc(world.nowMs) },
      status: 'queued',
      request: 'POST /workorders/auto_dispatch',
      payload: {
        query: [],
        body: {
          selection_rule_id: plan.rule.id,
          should_route: plan.strategy === 'route',
          delay: plan.periodMs / 1000,
          work_order_ids: workOrders.map(({ id }) => id),
          network_ids: plan.networkIds,
          tiers: [],
          auto_assign: body['auto_assign'] ?? false,
          also_publish: plan.alsoPublishes,
          w2_skippub: plan.isForStaff,
          w2_failswitch: plan.fallsBackToMarket,
          tiered_auto_dispatch_id: body['tiered_auto_dispatch_id'] ?? 0,
        },
        additional_params: [],
      },
      response: {},
      correlation_id: correlationId(world.seed, 'worker', workerId),
      actions: [],
    },
  };
}
