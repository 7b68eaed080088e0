import type { RuleFile } from '../../src/domain/rule-file.ts';
import { PlatformUnavailable } from '../../src/engine/ports.ts';
import {
  ASSIGN,
  ASSIGN_OVER_ROUTES,
  act,
  aFileThat,
  ask,
  assigneeOf,
  getToKnow,
  MASS_ROUTE,
  orderOf,
  ROUTE,
  type RunPlan,
  route,
  run,
  type World,
} from '../engine/world.ts';

/** One thing the engine can be about to do to work order 11, and the request that does it. */
export type Doing = {
  readonly files: readonly RuleFile[];
  readonly prepare: (world: World) => Promise<unknown>;
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly isDone: (world: World) => boolean;
};

const isAssigned = (world: World): boolean => assigneeOf(world, 11) === 1;

export const DOINGS = {
  assign: {
    files: [aFileThat([ASSIGN])],
    prepare: (world) => ask(world, 11, 1),
    method: 'POST',
    path: '/workorders/11/assignee',
    isDone: isAssigned,
  },
  accept_counter: {
    files: [aFileThat([ASSIGN])],
    prepare: (world) => ask(world, 11, 1, 160),
    method: 'POST',
    path: '/workorders/11/requests/108/accept',
    isDone: isAssigned,
  },
  unroute: {
    files: [aFileThat([ASSIGN_OVER_ROUTES])],
    prepare: async (world) => {
      await ask(world, 11, 1);
      await route(world, 11, 2);
    },
    method: 'DELETE',
    path: '/workorders/11/route',
    isDone: (world) => isAssigned(world) && orderOf(world, 11).routes.size === 0,
  },
  route: {
    files: [aFileThat([ROUTE])],
    prepare: (world) => getToKnow(world, 1),
    method: 'POST',
    path: '/workorders/11/route',
    isDone: (world) => orderOf(world, 11).routes.has(1),
  },
  mass_route: {
    files: [aFileThat([MASS_ROUTE])],
    prepare: (world) => getToKnow(world, 1, 2),
    method: 'POST',
    path: '/workorders/11/mass-route',
    isDone: (world) => orderOf(world, 11).routes.size === 2,
  },
  publish: {
    files: [aFileThat([{ n: 1, afterMinutes: 0, do: 'publish' }])],
    prepare: (world) => act(world, ['DELETE', '/workorders/11/draft']),
    method: 'POST',
    path: '/workorders/11/publish',
    isDone: (world) => orderOf(world, 11).isPublished,
  },
} as const satisfies { readonly [name: string]: Doing };

export type DoingName = keyof typeof DOINGS;
export const DOING_NAMES: readonly DoingName[] = [
  'assign',
  'accept_counter',
  'unroute',
  'route',
  'mass_route',
  'publish',
];

/**
 * What became of a run. `settled`: done and seen. `unknown`: sent, and not known what came of it. `lost`: somebody else was
 * faster. `refused`: the platform said no; `changed`: because something had changed meanwhile. `turned away`: it did not look at it. `stood back`: nothing was sent after the
 * guard read. `held`: nothing was to be done. `tripped`: too much was not understood. `aborted`: the platform could not be read.
 */
export type End =
  | 'settled'
  | 'unknown'
  | 'lost'
  | 'refused'
  | 'changed'
  | 'turned away'
  | 'stood back'
  | 'held'
  | 'tripped'
  | 'aborted';

const ENDS: { readonly [code: string]: End } = {
  'FM-6001': 'settled',
  'FM-6016': 'settled',
  'FM-6002': 'refused',
  'FM-6024': 'changed',
  'FM-6003': 'lost',
  'FM-6009': 'turned away',
  'FM-6010': 'unknown',
  'FM-6011': 'unknown',
};

export async function runToItsEnd(world: World, plan: RunPlan): Promise<End> {
  try {
    const report = await run(world, plan);
    if (report.summary.stopped?.code === 'FM-7006') return 'tripped';
    const effects = report.effects.filter(({ reason }) => reason.code !== 'FM-6014' && reason.code !== 'FM-6020');
    // A step that did not go well is what the whole came to.
    const effect = effects.find(({ kind }) => kind !== 'confirmed') ?? effects.at(-1);
    return effect === undefined ? 'held' : (ENDS[effect.reason.code] ?? 'stood back');
  } catch (error) {
    if (error instanceof PlatformUnavailable) return 'aborted';
    throw error;
  }
}
