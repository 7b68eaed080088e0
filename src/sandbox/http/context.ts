import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { VirtualClock } from '../clock.ts';
import type { Fault } from '../faults/fault.ts';
import { API_USER } from '../world/catalog.ts';
import type { Provider, WorkOrder, World } from '../world/nouns.ts';
import type { ErrorFormat } from './errors.ts';
import { invalidWorkOrder } from './errors.ts';

export type Credentials = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
};

export type SandboxSettings = {
  /** Null: any non-empty credentials log in. */
  readonly credentials: Credentials | null;
  readonly tokenLifetimeSeconds: number;
  /** Requests per window of virtual time and API user; null: no limit. */
  readonly rateLimit: { readonly requests: number; readonly windowSeconds: number } | null;
  readonly expiredTokenStatus: 400 | 401;
  readonly errorFormat: ErrorFormat;
  /** Which generations of the talent-pool addresses there are. */
  readonly talentPools: { readonly preferredProviders: boolean; readonly talentPoolGroups: boolean };
  /** Addresses that a server may not have. */
  readonly hasDispatchSettings: boolean;
  readonly hasSelectionRules: boolean;
};

/** Everything a request handler works on. */
export type Sandbox = {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly settings: SandboxSettings;
  /** When each token given out so far runs out, epoch ms of virtual time. */
  readonly tokens: Map<string, number>;
  /** The list the API user looked at last; a list call without `list` gets it again. */
  readonly sticky: { list: string };
  readonly quota: { windowStartMs: number; used: number };
  /** Switched on, oldest first; `added` gives each its id. */
  readonly faults: { list: readonly Fault[]; added: number };
  /** Requests whose effect is still to come. */
  readonly late: LateRequest[];
};

export type LateRequest = { readonly atMs: number; readonly apply: () => Promise<void> };

/** `isRedone`: the server's own doing; token, quota, log and faults have been dealt with. */
export type SandboxEnv = { Bindings: Partial<HttpBindings> & { isRedone?: boolean } };
export type SandboxApp = Hono<SandboxEnv>;
export type SandboxContext = Context<SandboxEnv>;

/** A member that is not there, or not an object, is an empty object: the platform ignores what it does not understand. */
export type Body = { readonly [key: string]: unknown };

/** The body as JSON or form; anything else, or broken JSON, counts as empty, as the platform silently ignores it. */
export async function readBody(context: SandboxContext): Promise<Body> {
  const type = context.req.header('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) return context.req.parseBody();
  const text = await context.req.text();
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return asBody(JSON.parse(text));
  } catch {
    return {};
  }
}

export function asBody(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A positive id, also when it came as text; null otherwise. */
export function asId(value: unknown): number | null {
  const id = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** The work order of the path, or the refusal this endpoint is documented to give. */
export function findWorkOrder(
  sandbox: Sandbox,
  context: SandboxContext,
  from: 'core' | 'micro' | 'revert' = 'core',
): WorkOrder {
  const id = asId(context.req.param('id'));
  const workOrder = id === null ? undefined : sandbox.world.workOrders.get(id);
  if (workOrder === undefined) throw invalidWorkOrder(from);
  return workOrder;
}

/** Whoever is acted for: `acting_user_id`, else the API user, who is no provider. */
export function actingUserId(context: SandboxContext): number {
  return asId(context.req.query('acting_user_id')) ?? API_USER.id;
}

export function actingProvider(sandbox: Sandbox, context: SandboxContext): Provider | null {
  return sandbox.world.providers.get(actingUserId(context)) ?? null;
}
