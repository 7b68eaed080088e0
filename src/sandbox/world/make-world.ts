import { advanceWorld } from '../market/advance.ts';
import { createEventQueue } from '../market/event-queue.ts';
import { draw, integerBetween } from '../random.ts';
import { makeProvider } from './make-provider.ts';
import {
  makeSampleProvider,
  makeSampleRequested,
  makeSampleRouted,
  SAMPLE_REQUEST_ID,
  SAMPLE_ROUTE_ID,
} from './make-samples.ts';
import { makeWorkOrder } from './make-work-order.ts';
import type { WorkOrder, World } from './nouns.ts';

const HOUR_MS = 3_600_000;
const FIRST_WORK_ORDER_ID = 5001;
const FIRST_PROVIDER_ID = 1001;
const FIRST_BUNDLE_ID = 301;
/** How long the market has run when the world starts, so that it does not start empty. */
const HISTORY_HOURS = 6;
const OPENING_HOURS = 10;

export type WorldOptions = {
  readonly seed: number;
  /** In all, the two samples included. */
  readonly workOrders: number;
  /** In all, the sample included. */
  readonly providers: number;
  readonly startMs: number;
};

/** A market at its start: the same options give the same world. */
export function makeWorld(options: WorldOptions): World {
  const { seed, startMs } = options;
  const world: World = {
    seed,
    startMs,
    nowMs: startMs - HISTORY_HOURS * HOUR_MS,
    workOrders: new Map(),
    providers: new Map(),
    queue: createEventQueue(),
    log: [],
    lastId: { request: SAMPLE_REQUEST_ID, route: SAMPLE_ROUTE_ID, decline: 0, massRoute: 724 },
  };
  for (const provider of makeProviders(options)) world.providers.set(provider.id, provider);
  for (const workOrder of makeWorkOrders(options)) world.workOrders.set(workOrder.id, workOrder);
  for (const workOrder of world.workOrders.values()) planOpening(world, workOrder);
  advanceWorld(world, startMs);
  return world;
}

function makeProviders(options: WorldOptions) {
  const count = Math.max(0, options.providers - 1);
  const others = Array.from({ length: count }, (_, index) =>
    makeProvider(options.seed, FIRST_PROVIDER_ID + index, options.startMs),
  );
  return [makeSampleProvider(), ...others];
}

function makeWorkOrders(options: WorldOptions): readonly WorkOrder[] {
  const { seed, startMs } = options;
  const count = Math.max(0, options.workOrders - 2);
  const others = Array.from({ length: count }, (_, index) =>
    makeWorkOrder(seed, FIRST_WORK_ORDER_ID + index, { startMs, bundleId: bundleOf(index, count) }),
  );
  return [makeSampleRequested(startMs), makeSampleRouted(startMs), ...others];
}

/** One bundle of two from ten work orders up, two from fifty up. */
function bundleOf(index: number, count: number): number | null {
  if (count >= 10 && (index === 3 || index === 4)) return FIRST_BUNDLE_ID;
  if (count >= 50 && (index === 20 || index === 21)) return FIRST_BUNDLE_ID + 1;
  return null;
}

/** Some are open when the world starts, some routed by a colleague, some stay drafts; most are published in the hours after. */
function planOpening(world: World, workOrder: WorkOrder): void {
  if (workOrder.isPublished || workOrder.routes.size > 0) return;
  const unit = (about: string): number => draw(world.seed, 'opening', workOrder.id, about);
  const how = unit('how');
  const earlierMs = world.startMs - Math.round((0.25 + unit('when') * (HISTORY_HOURS - 1)) * HOUR_MS);
  const laterMs = world.startMs + Math.round(unit('when') * OPENING_HOURS * HOUR_MS);
  const workOrderId = workOrder.id;
  if (how < 0.3) world.queue.add({ kind: 'publish', atMs: earlierMs, workOrderId, providerId: 0 });
  else if (how < 0.36) {
    for (const providerId of localProviders(world, workOrder, integerBetween(unit('routed to'), 1, 3))) {
      world.queue.add({ kind: 'route', atMs: earlierMs, workOrderId, providerId });
    }
  } else if (how >= 0.44) world.queue.add({ kind: 'publish', atMs: laterMs, workOrderId, providerId: 0 });
}

/** Routable providers of the trade, who live near and wait to be invited first. */
function localProviders(world: World, workOrder: WorkOrder, count: number): readonly number[] {
  const state = workOrder.place?.state ?? null;
  return [...world.providers.values()]
    .filter((provider) => provider.isRoutable && !provider.isBlocked && provider.completed.has(workOrder.kind.id))
    .filter((provider) => state === null || provider.home.state === state)
    .sort(
      (one, other) =>
        Number(other.habits.style === 'route_only') - Number(one.habits.style === 'route_only') || one.id - other.id,
    )
    .slice(0, count)
    .map((provider) => provider.id);
}
