import { boundProviders } from '../../../src/domain/write-call.ts';
import type { KnownIntent, SimOrder } from './nouns.ts';
import { isOpenNow, type SimServer } from './sim-server.ts';

/** The rating that every rule file of the simulation requires. */
export const REQUIRED_RATING = 300;

/** What must hold right before a write, looked up on the server itself and not by the engine's code. Null: it does. */
export function findBrokenGuard(server: SimServer, intent: KnownIntent): string | null {
  const { call } = intent;
  const order = server.orders.get(call.workOrderId);
  if (order === undefined) return 'there is no such work order';
  switch (call.kind) {
    case 'publish':
      return order.isPublished || order.assignment !== null || order.isCancelled ? 'it cannot be published' : null;
    case 'route':
    case 'mass_route':
      if (order.assignment !== null || order.isCancelled) return 'nobody can be routed';
      if (order.payCents !== intent.costCents) return 'its pay is another';
      return findUnqualified(server, order, intent);
    case 'assign':
    case 'accept_counter':
      return findBrokenAssignment(order, intent) ?? findUnqualified(server, order, intent);
    default:
      return null;
  }
}

function findBrokenAssignment(order: SimOrder, intent: KnownIntent): string | null {
  const { call } = intent;
  if (call.kind !== 'assign' && call.kind !== 'accept_counter') return null;
  if (!isOpenNow(order)) return 'it is not open';
  const rivals = [...order.routes.keys()].filter((provider) => provider !== call.providerId);
  if (rivals.length > 0) return `provider ${rivals.join(', ')} may accept a route any moment`;
  if (call.kind === 'assign' && call.isDirect === true) return null;
  const request = order.requests.get(call.providerId);
  if (request === undefined) return 'nobody asks for it';
  if (call.kind === 'accept_counter' && request.id !== call.requestId) return 'the counter-offer is another';
  const cents = request.counterCents ?? order.payCents;
  return cents === intent.costCents ? null : `it costs ${cents} and not ${intent.costCents}`;
}

/** Whom a row shows as new to us, or whose rating is too low or not known. A person by hand asks no rule. */
function findUnqualified(server: SimServer, order: SimOrder, { call, isByHand }: KnownIntent): string | null {
  if (isByHand) return null;
  for (const id of boundProviders(call)) {
    const provider = server.providers.get(id);
    if (provider === undefined) return `there is no provider ${id}`;
    if (provider.ratingHundredths === null) return `the rating of ${id} is not known`;
    if (provider.ratingHundredths < REQUIRED_RATING) return `the rating of ${id} is too low`;
    if (order.requests.has(id) && !provider.workedWithUs) return `${id} has not worked for us`;
  }
  return null;
}
