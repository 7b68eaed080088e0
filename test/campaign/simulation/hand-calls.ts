import { providerId as toProviderId, workOrderId as toWorkOrderId } from '../../../src/domain/ids.ts';
import type { WriteCall } from '../../../src/domain/write-call.ts';
import type { Random } from './random.ts';
import type { SimServer } from './sim-server.ts';

/** What a person asks for with `wo`, sensible or not; null: nothing. */
export function drawHandCall(server: SimServer, random: Random): WriteCall | null {
  const orders = [...server.orders.values()];
  const order = orders[random.between(0, orders.length - 1)];
  if (order === undefined) return null;
  const workOrderId = toWorkOrderId(order.id);
  const provider = toProviderId(random.between(1, server.providers.size));
  switch (random.between(1, 5)) {
    case 1:
      return { kind: 'assign', workOrderId, providerId: provider, clientPayTermsAccepted: false, isDirect: true };
    case 2:
      return { kind: 'route', workOrderId, providerId: provider };
    case 3:
      return { kind: 'unroute', workOrderId, providerId: provider };
    case 4:
      return { kind: 'publish', workOrderId };
    default:
      if (order.assignment === null) return { kind: 'unpublish', workOrderId };
      return {
        kind: 'unassign',
        workOrderId,
        providerId: toProviderId(order.assignment.providerId),
        reasonId: 1,
        comment: 'asked to',
      };
  }
}
