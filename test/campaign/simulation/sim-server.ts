import type { WriteCall } from '../../../src/domain/write-call.ts';
import type { Actor, Applied, Flight, Landing, SimAssignment, SimOrder, SimProvider } from './nouns.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * What the platform does, in few rules of its own: it keeps one assignment, refuses a second, and keeps every route it is
 * sent, also one that is there already. Everything that happens is told to the observer, which is the judges' event log.
 */
export class SimServer {
  readonly orders = new Map<number, SimOrder>();
  readonly providers = new Map<number, SimProvider>();
  readonly time: VirtualTime;
  readonly #watch: ServerWatch;
  /** What providers do when they are invited or assigned; given by the market. */
  reactions: Reactions = { onRouted: () => undefined, onAssigned: () => undefined };
  #lastId = 1000;

  constructor(time: VirtualTime, watch: ServerWatch) {
    this.time = time;
    this.#watch = watch;
  }

  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  order(id: number): SimOrder {
    const order = this.orders.get(id);
    if (order === undefined) throw new Error(`no simulated work order ${id}`);
    return order;
  }

  /** `only`: the providers of a mass-route that this landing reaches; null: all. */
  apply(
    call: WriteCall,
    by: Actor,
    how: { readonly flight: Flight | null; readonly only: readonly number[] | null },
  ): Applied {
    const order = this.orders.get(call.workOrderId);
    if (order === undefined) return refused(404, 'no such work order');
    switch (call.kind) {
      case 'publish':
        if (order.isPublished || order.isCancelled || order.assignment !== null)
          return refused(409, 'cannot be published');
        return this.#publish(order, how.flight);
      case 'unpublish':
        if (!order.isPublished || order.assignment !== null) return refused(409, 'cannot be unpublished');
        order.isPublished = false;
        order.requests.clear();
        return done(how.flight, land(this, null));
      case 'route':
        return this.#route(order, call.providerId, { by, flight: how.flight });
      case 'mass_route':
        return this.#massRoute(order, how.only ?? call.providerIds, { by, flight: how.flight });
      case 'unroute':
        return this.#unroute(order, call.providerId, how.flight);
      case 'assign':
        return this.#assign(order, {
          providerId: call.providerId,
          cents: order.payCents,
          isDirect: call.isDirect === true,
          by,
          flight: how.flight,
        });
      case 'accept_counter': {
        const request = order.requests.get(call.providerId);
        if (request?.id !== call.requestId || request.counterCents === null) return refused(404, 'no such request');
        return this.#assign(order, {
          providerId: call.providerId,
          cents: request.counterCents,
          isDirect: false,
          by,
          flight: how.flight,
        });
      }
      case 'unassign':
        if (order.assignment?.providerId !== call.providerId) return refused(404, 'not the assignee');
        this.endAssignment(order, by);
        return done(how.flight, land(this, null));
      default:
        return refused(400, `${call.kind} is not simulated`);
    }
  }

  /** A routed provider takes the job. */
  accept(order: SimOrder, providerId: number): void {
    const route = order.routes.get(providerId);
    if (route === undefined || !isOpenNow(order)) return;
    const by = route.by === 'us' ? 'us' : 'person';
    const cents = by === 'us' ? (route.flight?.costCents ?? order.payCents) : order.payCents;
    this.#become(order, { providerId, by, flight: route.flight, cents, atMs: this.time.nowMs() });
  }

  decline(order: SimOrder, providerId: number): void {
    if (!order.routes.has(providerId)) return;
    order.declines.set(providerId, this.time.nowMs());
    this.#endRoute(order, providerId);
  }

  /** The job is open again: a new episode. */
  endAssignment(order: SimOrder, by: Actor): void {
    const { assignment } = order;
    if (assignment === null) return;
    order.assignment = null;
    order.episode += 1;
    order.requests.clear();
    endLanding(assignment.flight, assignment.providerId, this.time.nowMs());
    this.#watch.onAssignmentEnded(order, assignment, by);
  }

  cancel(order: SimOrder): void {
    if (order.assignment !== null) this.endAssignment(order, 'person');
    order.isCancelled = true;
    this.#endAllRoutes(order);
    order.requests.clear();
  }

  #publish(order: SimOrder, flight: Flight | null): Applied {
    order.isPublished = true;
    order.publishedMs ??= this.time.nowMs();
    return done(flight, land(this, null));
  }

  #route(order: SimOrder, providerId: number, from: { readonly by: Actor; readonly flight: Flight | null }): Applied {
    if (order.isCancelled || order.assignment !== null) return refused(409, 'cannot be routed');
    order.routedMs ??= this.time.nowMs();
    const isThere = order.routes.has(providerId);
    this.#watch.onRouted(order, { provider: providerId, ...from });
    order.declines.delete(providerId);
    if (!isThere) order.routes.set(providerId, { id: this.newId(), ...from });
    if (!isThere) this.reactions.onRouted(order, providerId);
    return done(from.flight, land(this, providerId));
  }

  #massRoute(
    order: SimOrder,
    providers: readonly number[],
    from: { readonly by: Actor; readonly flight: Flight | null },
  ): Applied {
    if (order.isCancelled || order.assignment !== null) return refused(409, 'cannot be routed');
    for (const providerId of providers) this.#route(order, providerId, from);
    return { kind: 'done' };
  }

  #unroute(order: SimOrder, providerId: number, flight: Flight | null): Applied {
    if (!order.routes.has(providerId)) return refused(404, 'no such route');
    this.#endRoute(order, providerId);
    return done(flight, land(this, null));
  }

  #assign(
    order: SimOrder,
    given: {
      readonly providerId: number;
      readonly cents: number;
      readonly isDirect: boolean;
      readonly by: Actor;
      readonly flight: Flight | null;
    },
  ): Applied {
    if (given.by === 'us') this.#watch.onAssignArrives(order, given.providerId);
    if (!isOpenNow(order)) return refused(409, 'is not open');
    if (!given.isDirect && given.by === 'us' && !order.requests.has(given.providerId))
      return refused(400, 'has not asked');
    const by = given.by === 'us' ? 'us' : 'person';
    this.#become(order, {
      providerId: given.providerId,
      by,
      flight: given.flight,
      cents: given.cents,
      atMs: this.time.nowMs(),
    });
    return done(given.flight, land(this, given.providerId));
  }

  #become(order: SimOrder, assignment: SimAssignment): void {
    order.assignment = assignment;
    this.#endAllRoutes(order, assignment);
    order.requests.clear();
    this.#watch.onAssigned(order, assignment);
    this.reactions.onAssigned(order, assignment);
  }

  /** A route that was taken lives on in the assignment. */
  #endAllRoutes(order: SimOrder, taken: SimAssignment | null = null): void {
    for (const [providerId, { flight }] of order.routes) {
      if (providerId === taken?.providerId && flight === taken.flight) order.routes.delete(providerId);
      else this.#endRoute(order, providerId);
    }
  }

  #endRoute(order: SimOrder, providerId: number): void {
    const route = order.routes.get(providerId);
    order.routes.delete(providerId);
    this.#watch.onRouteEnded(order, providerId);
    endLanding(route?.flight ?? null, providerId, this.time.nowMs());
  }
}

export type Reactions = {
  readonly onRouted: (order: SimOrder, providerId: number) => void;
  readonly onAssigned: (order: SimOrder, assignment: SimAssignment) => void;
};

/** Told of everything that may break a promise, at the moment it happens. */
export type ServerWatch = {
  /** Before it is added. */
  readonly onRouted: (
    order: SimOrder,
    route: { readonly provider: number; readonly by: Actor; readonly flight: Flight | null },
  ) => void;
  readonly onRouteEnded: (order: SimOrder, providerId: number) => void;
  /** Before the server looks at it. */
  readonly onAssignArrives: (order: SimOrder, providerId: number) => void;
  readonly onAssigned: (order: SimOrder, assignment: SimAssignment) => void;
  readonly onAssignmentEnded: (order: SimOrder, assignment: SimAssignment, by: Actor) => void;
};

export function isOpenNow(order: SimOrder): boolean {
  const isOut = order.isPublished || order.routes.size > 0;
  return isOut && !order.isCancelled && order.assignment === null;
}

function refused(status: number, message: string): Applied {
  return { kind: 'refused', status, message };
}

function land(server: SimServer, providerId: number | null): Landing {
  return { providerId, atMs: server.time.nowMs(), endedAtMs: null };
}

function done(flight: Flight | null, landing: Landing): Applied {
  flight?.landings.push(landing);
  return { kind: 'done' };
}

function endLanding(flight: Flight | null, providerId: number, atMs: number): void {
  for (const landing of flight?.landings ?? []) {
    if (landing.providerId === providerId && landing.endedAtMs === null) landing.endedAtMs = atMs;
  }
}
