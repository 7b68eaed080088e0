import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createVirtualClock, type VirtualClock } from './clock.ts';
import type { Fault } from './faults/fault.ts';
import { addFault } from './faults/switches.ts';
import { buildApp } from './http/app.ts';
import type { Body, Credentials, Sandbox, SandboxApp, SandboxSettings } from './http/context.ts';
import { startWebhooks, type WebhookOptions, type WebhookSender } from './webhooks/sender.ts';
import { makeWorld, type ProjectDispatch } from './world/make-world.ts';
import type { World } from './world/nouns.ts';

export type SandboxOptions = {
  /** 0 takes a free one. */
  readonly port?: number;
  /** The same seed gives the same market. */
  readonly seed?: number;
  /** In all, with the two documented samples. */
  readonly workOrders?: number;
  /** In all, with the documented sample. */
  readonly providers?: number;
  /** Virtual seconds a second; 0: time moves only by /_sandbox/clock. */
  readonly speed?: number;
  /** Virtual start, epoch ms; now when not given. */
  readonly startAtMs?: number;
  /** Null: any non-empty credentials log in. */
  readonly credentials?: Credentials | null;
  readonly tokenLifetimeSeconds?: number;
  readonly rateLimit?: SandboxSettings['rateLimit'];
  readonly expiredTokenStatus?: SandboxSettings['expiredTokenStatus'];
  readonly errorFormat?: SandboxSettings['errorFormat'];
  /** 1: a working day; more: a market of as many days, whose work orders are written and opened over them. */
  readonly days?: number;
  /** Projects that the platform dispatches by itself. */
  readonly projectDispatch?: ProjectDispatch;
  /** Switched on from the start, each as `POST /_sandbox/faults` takes it. */
  readonly faults?: readonly Body[];
  /** Families of addresses that can be missing; all are there by default. */
  readonly without?: readonly (
    | 'preferred_providers'
    | 'talent_pool_groups'
    | 'dispatch_settings'
    | 'selection_rules'
  )[];
  /** Whom the platform tells of what happens; left out: nobody. Only of `startSandbox`. */
  readonly webhook?: WebhookOptions;
};

export type RunningSandbox = {
  /** `http://127.0.0.1:PORT`; the API is below `/api/rest/v2`. */
  readonly url: string;
  readonly world: World;
  readonly clock: VirtualClock;
  readonly faults: FaultSwitches;
  /** Null: nobody is told. */
  readonly webhooks: Pick<WebhookSender, 'flush'> | null;
  close(): Promise<void>;
};

/** As over `/_sandbox/faults`. */
export type FaultSwitches = {
  /** Throws `RangeError` when it describes none. */
  add(given: Body): Fault;
  clear(): void;
};

const DEFAULTS = { seed: 2026, workOrders: 60, providers: 150, speed: 1, tokenLifetimeSeconds: 3600 } as const;

/** The server without a socket: `app.fetch(request)` or `app.request(path)` answers. */
export function createSandboxApp(options: SandboxOptions): {
  readonly app: SandboxApp;
  readonly world: World;
  readonly clock: VirtualClock;
  readonly faults: FaultSwitches;
} {
  const { sandbox, ...made } = assemble(options);
  return { app: buildApp(sandbox), ...made };
}

function assemble(options: SandboxOptions) {
  const startMs = Math.floor(options.startAtMs ?? Date.now());
  const world = makeWorld({
    seed: options.seed ?? DEFAULTS.seed,
    workOrders: options.workOrders ?? DEFAULTS.workOrders,
    providers: options.providers ?? DEFAULTS.providers,
    startMs,
    days: options.days ?? 1,
    projectDispatch: options.projectDispatch ?? null,
  });
  const without = options.without ?? [];
  const clock = createVirtualClock({ startMs, speed: options.speed ?? DEFAULTS.speed });
  const sandbox: Sandbox = {
    world,
    clock,
    settings: {
      credentials: options.credentials ?? null,
      tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? DEFAULTS.tokenLifetimeSeconds,
      rateLimit: options.rateLimit ?? null,
      expiredTokenStatus: options.expiredTokenStatus ?? 400,
      errorFormat: options.errorFormat ?? 'legacy',
      talentPools: {
        preferredProviders: !without.includes('preferred_providers'),
        talentPoolGroups: !without.includes('talent_pool_groups'),
      },
      hasDispatchSettings: !without.includes('dispatch_settings'),
      hasSelectionRules: !without.includes('selection_rules'),
    },
    tokens: new Map(),
    sticky: { list: 'workorders_assigned' },
    quota: { windowStartMs: startMs, used: 0 },
    faults: { list: [], added: 0 },
    late: [],
  };
  const faults = switchesOf(sandbox);
  for (const fault of options.faults ?? []) faults.add(fault);
  return { sandbox, world, clock, faults };
}

function switchesOf(sandbox: Sandbox): FaultSwitches {
  return {
    add(given) {
      const fault = addFault(sandbox, given);
      if (typeof fault === 'string') throw new RangeError(fault);
      return fault;
    },
    clear() {
      sandbox.faults.list = [];
    },
  };
}

/** Listens on loopback only. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { sandbox, world, clock, faults } = assemble(options);
  const server = createAdaptorServer({ fetch: buildApp(sandbox).fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const webhooks = options.webhook === undefined ? null : startWebhooks(sandbox, options.webhook);
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    world,
    clock,
    faults,
    webhooks,
    close: async () => {
      await webhooks?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the sandbox does not listen on a port');
  return address.port;
}
