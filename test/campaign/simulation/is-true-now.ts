import type { WriteCall } from '../../../src/domain/write-call.ts';
import type { SimOrder } from './nouns.ts';
import type { SimServer } from './sim-server.ts';

/** Whether the platform shows what the call was to bring about; of a mass-route, some of it. A decline shows an invitation. */
export function isTrueNow(server: SimServer, call: WriteCall): boolean {
  const order = server.orders.get(call.workOrderId);
  if (order === undefined) return false;
  switch (call.kind) {
    case 'publish':
      return order.isPublished && !order.isCancelled;
    case 'unpublish':
      return !order.isPublished && !order.isCancelled;
    case 'route':
      return isInvited(order, call.providerId);
    case 'mass_route':
      return call.providerIds.some((provider) => isInvited(order, provider));
    case 'unroute':
      return !order.routes.has(call.providerId);
    case 'assign':
    case 'accept_counter':
      return order.assignment?.providerId === call.providerId;
    case 'unassign':
      return order.assignment?.providerId !== call.providerId;
    default:
      throw new Error(`${call.kind} is not simulated`);
  }
}

function isInvited(order: SimOrder, provider: number): boolean {
  return order.routes.has(provider) || order.declines.has(provider) || order.assignment?.providerId === provider;
}
