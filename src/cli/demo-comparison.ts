import { formatCents } from '../domain/money.ts';
import { advanceWorld } from '../sandbox/market/advance.ts';
import { summariseOutcome } from '../sandbox/market/outcome.ts';
import { createSandboxApp, type SandboxOptions } from '../sandbox/server.ts';
import type { World } from '../sandbox/world/nouns.ts';

/** The platform at its most persistent: an hour at a time, again and again until two hours before the start. */
const PERSISTENT = { rerunsUntilThreshold: true, rerunThresholdMinutes: 120 } as const;

/** The platform's own ways to dispatch, as settings of its projects. */
export const PLATFORM_WAYS = {
  publish: { title: 'auto-dispatch: publish, then assign the best', settings: PERSISTENT },
  route: {
    title: 'auto-dispatch: route, first to accept',
    settings: { ...PERSISTENT, goesToFirstAvailable: true },
  },
} as const;

/** The market of these options up to a moment, with the platform dispatching and nobody calling the API. */
export function dispatchByPlatform(options: SandboxOptions, way: keyof typeof PLATFORM_WAYS, untilMs: number): World {
  const { settings } = PLATFORM_WAYS[way];
  const { world } = createSandboxApp({ ...options, projectDispatch: { projects: 'all', settings } });
  advanceWorld(world, untilMs);
  return world;
}

/** Our day beside the platform's own dispatch, on the same work orders, providers and minutes. */
export function demoComparison(ours: World, options: SandboxOptions): string {
  const rows = [
    ['', 'filled of opened', 'median time to fill', 'spend'],
    rowOf('fieldmarshal', ours),
    rowOf(PLATFORM_WAYS.publish.title, dispatchByPlatform(options, 'publish', ours.nowMs)),
    rowOf(PLATFORM_WAYS.route.title, dispatchByPlatform(options, 'route', ours.nowMs)),
  ];
  const widths = [44, 18, 21, 12];
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(44) : cell.padStart(widths[column] ?? 0))).join(''),
  );
  return ['', "The same day beside the platform's own auto-dispatch:", '', ...lines, ...NOTE, ''].join('\n');
}

const NOTE = [
  'The platform opens drafts too, which the files that ship leave to people. One day says little: docs/market.md has weeks.',
];

function rowOf(title: string, world: World): readonly string[] {
  const { filled, ever_open: opened, minutes_to_fill: minutes, spend_cents: spend } = summariseOutcome(world);
  const median = minutes.median === null ? 'never' : `${minutes.median} min`;
  return [title, `${filled} of ${opened}`, median, formatCents(spend)];
}
