import { providerId, requestId, routeId, workOrderId } from '../../../src/domain/ids.ts';
import type { PendingRow, ProviderProfile } from '../../../src/domain/provider.ts';
import type { WorkOrder, WorkOrderStatus } from '../../../src/domain/work-order.ts';
import type {
  PendingList,
  PlatformUnavailable,
  Pulled,
  WorkOrderList,
  WorkOrderSource,
} from '../../../src/engine/ports.ts';
import { aProfile, aRequest, aRoute, aRow, aWorkOrder } from '../../support/builders.ts';
import type { SimOrder, SimProvider } from './nouns.ts';
import type { Random } from './random.ts';
import type { SimServer } from './sim-server.ts';

export type ReadFaults = {
  readonly random: Random;
  readonly failures: () => number;
  readonly Unavailable: typeof PlatformUnavailable;
  /** Somebody else acts while we read. */
  readonly stir: () => void;
};

/** Reads what the server shows now, when the network lets it. */
export function simSource(server: SimServer, faults: ReadFaults): WorkOrderSource {
  let requests = 0;
  // One look at a work order is three reads; the world moves before the first of them, so that the judges know what it saw.
  let looksAt: number | null = null;
  const read = async <Answer>(answer: () => Answer, isStill = false): Promise<Answer> => {
    requests += 1;
    if (!isStill) {
      server.time.advance(faults.random.between(5, 80));
      faults.stir();
    }
    if (faults.random.chance(faults.failures())) throw failure(faults);
    return answer();
  };
  const shown = (id: number) => {
    const order = server.orders.get(id);
    return order === undefined ? null : toWorkOrder(order);
  };
  return {
    pullList: (list) => read(() => pullList(server, list)),
    readWorkOrder: (id) => {
      looksAt = id;
      return read(() => shown(id));
    },
    readStatus: (id) => read(() => shown(id)?.status ?? null),
    readAssignee: (id) => read(() => ({ assigneeId: shown(id)?.assigneeId ?? null }), true),
    pullPending: (id) => {
      const isStill = looksAt === id;
      looksAt = null;
      return read(() => pullPending(server, id), isStill);
    },
    readProfile: (id) => read(() => toProfile(server.providers.get(id), server.time.nowMs())),
    requestCount: () => requests,
    readIncompleteReasons: async () => null,
    pullTalentPools: async () => null,
    pullTalentPoolMembers: async () => null,
    readDispatchSettings: async () => null,
  };
}

function failure({ random, Unavailable }: ReadFaults): PlatformUnavailable {
  const kind = random.pick(['unreachable', 'server_error', 'not_understood', 'rate_limited'] as const);
  return new Unavailable(kind, `simulated: ${kind}`);
}

function pullList(server: SimServer, list: WorkOrderList): Pulled<WorkOrder> {
  const nowMs = server.time.nowMs();
  const all = [...server.orders.values()].map((order) => ({
    ...toWorkOrder(order),
    publishStats: statsOf(order, nowMs),
  }));
  const isListed = ({ status }: WorkOrder): boolean =>
    list === 'published_routed'
      ? status === 'published' || status === 'routed'
      : list === 'assigned'
        ? status === 'assigned'
        : list === 'draft' && status === 'draft';
  return { rows: all.filter(isListed), quarantined: [] };
}

/** What a pending list holds that changes without any of these changing, a run may overlook until the list's turn comes. */
function statsOf({ requests, routes, declines }: SimOrder, nowMs: number): WorkOrder['publishStats'] {
  const active = [...requests.values()].filter(({ expiresMs }) => expiresMs > nowMs);
  return {
    requests: active.length,
    allRequests: requests.ever,
    counterOffers: active.filter(({ counterCents }) => counterCents !== null).length,
    routes: routes.size,
    declines: declines.size,
  };
}

function pullPending(server: SimServer, id: number): PendingList {
  const order = server.order(id);
  const nowMs = server.time.nowMs();
  const providers = [...new Set([...order.requests.keys(), ...order.routes.keys()])].sort((a, b) => a - b);
  const rows = providers.map((provider) => toRow(order, server.providers.get(provider), nowMs));
  return { rows, quarantined: [], workOrderId: workOrderId(id), observedAtMs: nowMs };
}

function toRow(order: SimOrder, provider: SimProvider | undefined, nowMs: number): PendingRow {
  if (provider === undefined) throw new Error('a row of nobody');
  const request = order.requests.get(provider.id);
  const route = order.routes.get(provider.id);
  const isExpired = request !== undefined && request.expiresMs <= nowMs;
  return aRow({
    providerId: provider.id,
    kind: request === undefined ? 'routed' : 'request',
    request:
      request === undefined
        ? null
        : {
            ...aRequest({ id: request.id }),
            id: requestId(request.id),
            isCounter: request.counterCents !== null,
            isExpired,
            isActive: !isExpired,
            createdMs: order.createdMs,
            expiresMs: request.expiresMs,
            pay:
              request.counterCents === null
                ? { kind: 'none', maxCents: 0 }
                : { kind: 'fixed', maxCents: request.counterCents },
          },
    route: route === undefined ? null : { ...aRoute(), id: routeId(route.id) },
    actions: request === undefined || isExpired ? ['message', 'un_route'] : ['message', 'assign'],
    hasWorkedWithUs: provider.workedWithUs,
  });
}

function toProfile(provider: SimProvider | undefined, nowMs: number): ProviderProfile | null {
  if (provider === undefined) return null;
  return aProfile({ providerId: provider.id, observedAtMs: nowMs, ratingHundredths: provider.ratingHundredths });
}

export function statusOf(order: SimOrder): WorkOrderStatus {
  if (order.isCancelled) return 'cancelled';
  if (order.assignment !== null) return 'assigned';
  if (order.isPublished) return 'published';
  return order.routes.size > 0 ? 'routed' : 'draft';
}

const ACTIONS: { readonly [status in WorkOrderStatus]?: readonly string[] } = {
  draft: ['publish', 'route'],
  published: ['unpublish', 'route', 'assign'],
  routed: ['publish', 'route', 'assign'],
};

export function toWorkOrder(order: SimOrder): WorkOrder {
  const status = statusOf(order);
  return aWorkOrder({
    id: order.id,
    status,
    isRouted: order.routes.size > 0,
    actions: ACTIONS[status] ?? [],
    schedule: {
      startMs: order.startMs,
      endMs: order.endMs,
      localDate: new Date(order.startMs).toISOString().slice(0, 10),
      timeZone: 'UTC',
      estimatedMinutes: null,
    },
    pay: { kind: 'fixed', maxCents: order.assignment?.cents ?? order.payCents },
    assigneeId: order.assignment === null ? null : providerId(order.assignment.providerId),
    createdMs: order.createdMs,
    publishedMs: order.publishedMs,
    routedMs: order.routedMs,
    declines: [...order.declines].map(([provider, createdMs]) => ({ providerId: providerId(provider), createdMs })),
  });
}
