import { advanceWorld } from '../market/advance.ts';
import { handOver } from '../market/colleague.ts';
import { createEventQueue } from '../market/event-queue.ts';
import { API_USER, COMPANY, PROJECTS } from './catalog.ts';
import { DEFAULT_CHOICES, type DispatchChoices } from './dispatch-settings.ts';
import { DAY } from './figures.ts';
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
import { opensAtMs } from './opens-at.ts';
import { planDay, planWeek } from './plan-openings.ts';

const HOUR_MS = 3_600_000;
const FIRST_WORK_ORDER_ID = 5001;
const FIRST_PROVIDER_ID = 1001;
const FIRST_BUNDLE_ID = 301;

export type WorldOptions = {
  readonly seed: number;
  /** In all, the two samples included. */
  readonly workOrders: number;
  /** In all, the sample included. */
  readonly providers: number;
  readonly startMs: number;
  /** 1, or not given: a working day, in which all open within ten hours; more: as many days, in which they are written and opened. */
  readonly days?: number;
  /** Projects whose work orders the platform dispatches by itself, from the start on, and how. Null: none. */
  readonly projectDispatch?: ProjectDispatch | null;
};

export type ProjectDispatch = {
  readonly projects: 'all' | readonly number[];
  readonly settings: Partial<DispatchChoices>;
};

/** A market at its start: the same options give the same world. */
export function makeWorld(options: WorldOptions): World {
  const { seed, startMs } = options;
  const days = options.days ?? 1;
  const isWeek = days > 1;
  const world: World = {
    seed,
    startMs,
    nowMs: isWeek ? startMs : startMs - DAY.historyHours * HOUR_MS,
    workOrders: new Map(),
    unwritten: new Map(),
    providers: new Map(),
    queue: createEventQueue(),
    log: [],
    lastId: { request: SAMPLE_REQUEST_ID, route: SAMPLE_ROUTE_ID, decline: 0, massRoute: 724, worker: 0 },
    dispatchSettings: new Map(),
    traffic: { reads: 0, writes: 0 },
  };
  for (const provider of makeProviders(options)) world.providers.set(provider.id, provider);
  for (const workOrder of makeSamples(startMs)) world.workOrders.set(workOrder.id, workOrder);
  for (const workOrder of makeWorkOrders(options)) {
    (isWeek ? world.unwritten : world.workOrders).set(workOrder.id, workOrder);
    if (isWeek)
      planWeek(world, workOrder, opensAtMs({ ...options, id: workOrder.id }, { days, zone: workOrder.zone.name }));
    else planDay(world, workOrder);
  }
  advanceWorld(world, startMs);
  driveProjects(world, options.projectDispatch ?? null);
  return world;
}

/** The platform takes over what is open, and all that opens later. */
function driveProjects(world: World, driven: ProjectDispatch | null): void {
  if (driven === null) return;
  const ids = driven.projects === 'all' ? PROJECTS.map(({ id }) => id) : driven.projects;
  const common = { ...DEFAULT_CHOICES, ...driven.settings, buyerId: COMPANY.id, createdBy: API_USER.id };
  for (const [index, id] of ids.entries()) {
    world.dispatchSettings.set(id, { ...common, id: index + 1, fromMs: world.nowMs });
  }
  for (const workOrder of world.workOrders.values()) {
    if (workOrder.isPublished || workOrder.routes.size > 0) handOver(world, workOrder);
  }
}

function makeProviders(options: WorldOptions) {
  const count = Math.max(0, options.providers - 1);
  const others = Array.from({ length: count }, (_, index) =>
    makeProvider(options.seed, FIRST_PROVIDER_ID + index, options.startMs),
  );
  return [makeSampleProvider(), ...others];
}

function makeSamples(startMs: number): readonly WorkOrder[] {
  return [makeSampleRequested(startMs), makeSampleRouted(startMs)];
}

function makeWorkOrders(options: WorldOptions): readonly WorkOrder[] {
  const { seed, startMs, days = 1 } = options;
  const count = Math.max(0, options.workOrders - 2);
  return Array.from({ length: count }, (_, index) =>
    makeWorkOrder(seed, FIRST_WORK_ORDER_ID + index, { startMs, days, bundleId: bundleOf(index, count) }),
  );
}

/** One bundle of two from ten work orders up, two from fifty up. */
function bundleOf(index: number, count: number): number | null {
  if (count >= 10 && (index === 3 || index === 4)) return FIRST_BUNDLE_ID;
  if (count >= 50 && (index === 20 || index === 21)) return FIRST_BUNDLE_ID + 1;
  return null;
}
