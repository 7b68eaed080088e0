import type { SandboxContext } from '../http/context.ts';
import { assign, cancel } from '../market/lifecycle.ts';
import { scalePay } from '../market/pay.ts';
import { addRequest, expireNow, withdrawNow } from '../market/requests.ts';
import type { Request, WorkOrder, World } from '../world/nouns.ts';
import type { Fault, FaultKind } from './fault.ts';

export const MARKET_FAULTS = [
  'provider_accepts',
  'provider_withdraws',
  'provider_counters',
  'provider_expires',
  'person_assigns',
  'person_cancels',
] as const satisfies readonly FaultKind[];

export type MarketFault = (typeof MARKET_FAULTS)[number];

const COUNTER_PERCENT = 120;
const CANCELLED_BY_BUYER = 58;
/** As often as a provider asks at most: whoever's request runs out here does not come back. */
const LAST_ATTEMPT = 3;

/** Lets somebody do something to the work order between the caller's reading and writing. Too late, or nobody there: nothing. */
export function moveMarket(
  world: World,
  context: SandboxContext,
  fault: Fault & { readonly fault: MarketFault },
): void {
  const id = /\/workorders\/(\d+)/.exec(context.req.path)?.[1];
  const workOrder = world.workOrders.get(Number(id));
  if (workOrder === undefined || workOrder.phase !== 'open') return;
  switch (fault.fault) {
    case 'provider_accepts':
      acceptRoute(world, workOrder, fault.provider_id);
      break;
    case 'person_assigns':
      assignByHand(world, workOrder, fault.provider_id);
      break;
    case 'person_cancels':
      cancel(world, workOrder, CANCELLED_BY_BUYER);
      break;
    case 'provider_withdraws':
    case 'provider_counters':
    case 'provider_expires': {
      const request = activeRequest(workOrder, fault.provider_id);
      if (request !== null) changeRequest(world, workOrder, { request, how: fault.fault });
    }
  }
}

function acceptRoute(world: World, workOrder: WorkOrder, providerId: number | null): void {
  const route = [...workOrder.routes.values()].find((live) => providerId === null || live.providerId === providerId);
  if (route === undefined) return;
  assign(world, workOrder, { providerId: route.providerId, pay: workOrder.pay, how: 'accept_route', by: route.by });
}

/** Without a name: the last provider there is, whom nobody's rules would choose first. */
function assignByHand(world: World, workOrder: WorkOrder, providerId: number | null): void {
  const chosen = providerId ?? [...world.providers.keys()].at(-1);
  if (chosen === undefined || !world.providers.has(chosen)) return;
  assign(world, workOrder, { providerId: chosen, pay: workOrder.pay, how: 'assign', by: 'colleague' });
}

function activeRequest(workOrder: WorkOrder, providerId: number | null): Request | null {
  const active = [...workOrder.requests.values()].filter(({ state }) => state === 'active');
  return active.find((request) => providerId === null || request.providerId === providerId) ?? null;
}

type Change = {
  readonly request: Request;
  readonly how: 'provider_withdraws' | 'provider_counters' | 'provider_expires';
};

function changeRequest(world: World, workOrder: WorkOrder, { request, how }: Change): void {
  const due = { providerId: request.providerId, requestId: request.id, attempt: LAST_ATTEMPT };
  if (how === 'provider_withdraws') withdrawNow(world, workOrder, due);
  else if (how === 'provider_expires') expireNow(world, workOrder, due);
  else counter(world, workOrder, request.providerId);
}

function counter(world: World, workOrder: WorkOrder, providerId: number): void {
  const provider = world.providers.get(providerId);
  if (provider === undefined) return;
  const offer = { pay: scalePay(workOrder.pay, COUNTER_PERCENT), notes: 'It has become dearer.' };
  addRequest(world, workOrder, { provider, counter: offer, notes: '', attempt: LAST_ATTEMPT });
}
