import { Agent, request } from 'undici';
import { type Child, type Ended, type Environment, SECRETS } from './scene.ts';

/** One line of the sandbox's event log. `detail` depends on the kind. */
export type MarketEvent = {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly work_order_id: number | null;
  readonly provider_id: number | null;
  readonly detail: { readonly [name: string]: unknown };
};

/** A write as the sandbox received it. */
export type ReceivedWrite = {
  readonly seq: number;
  readonly atMs: number;
  readonly workOrderId: number;
  readonly action: 'assign' | 'accept_counter' | 'route' | 'mass_route' | 'unroute' | 'other';
  /** 0: not answered yet, or the answer was lost on purpose. */
  readonly status: number;
};

export type FaultRequest = {
  /** Any when not given. */
  readonly method?: string;
  /** Regular expression. */
  readonly path: string;
  readonly nth?: number;
  readonly fault: 'latency' | 'lost_response' | '500';
  readonly ms?: number;
  /** Null: every one from the nth on. */
  readonly times?: number | null;
};

export type Fault = {
  /** How many requests it has matched so far. */
  seen(): Promise<number>;
  /** How many it has spoiled, or is holding right now. */
  fired(): Promise<number>;
};

export type SandboxChild = {
  readonly url: string;
  /** Settings of a run against it, on the sandbox's own clock. */
  readonly settings: Environment;
  events(kind?: string): Promise<readonly MarketEvent[]>;
  writes(workOrderId?: number): Promise<readonly ReceivedWrite[]>;
  advance(minutes: number): Promise<void>;
  addFault(fault: FaultRequest): Promise<Fault>;
  clearFaults(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

/** A connection a request: one that lies idle between two steps of a test may be closed by the time it is used again. */
const dispatcher = new Agent({ pipelining: 0 });

export function toSandboxChild(child: Child, url: string): SandboxChild {
  const control = async (method: 'GET' | 'POST' | 'DELETE', path: string, body: object | null = null) => {
    const answer = await request(`${url}/_sandbox/${path}`, {
      method,
      dispatcher,
      ...(body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the sandbox refused ${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  const events = async (kind?: string): Promise<readonly MarketEvent[]> =>
    (await control('GET', `events${kind === undefined ? '' : `?kind=${kind}`}`)).events;
  return {
    url,
    settings: {
      FIELDMARSHAL_BASE_URL: url,
      FIELDMARSHAL_CLIENT_ID: 'client',
      FIELDMARSHAL_CLIENT_SECRET: SECRETS[0],
      FIELDMARSHAL_USERNAME: 'dispatch@example.com',
      FIELDMARSHAL_PASSWORD: SECRETS[1],
      FIELDMARSHAL_CLOCK: 'server',
    },
    events,
    writes: async (workOrderId) => {
      const writes = (await events('write')).map(toReceivedWrite);
      return workOrderId === undefined ? writes : writes.filter((write) => write.workOrderId === workOrderId);
    },
    advance: async (minutes) => {
      await control('POST', 'clock', { advance_ms: minutes * 60_000 });
    },
    addFault: async ({ method, path, nth = 1, fault, ms = 0, times = 1 }) => {
      const { id: added } = await control('POST', 'faults', {
        match: { ...(method === undefined ? {} : { method }), path, nth },
        fault,
        ms,
        times,
      });
      const find = async () => (await control('GET', 'faults')).faults.find(({ id }: { id: number }) => id === added);
      return { seen: async () => (await find()).seen, fired: async () => (await find()).fired };
    },
    clearFaults: async () => {
      await control('DELETE', 'faults');
    },
    stop: async (signal = 'SIGTERM') => {
      child.process.kill(signal);
      return child.ended;
    },
  };
}

function toReceivedWrite({ seq, at, detail }: MarketEvent): ReceivedWrite {
  const { method, path, status } = detail;
  const [, id, rest = ''] = /\/workorders\/(\d+)(\/.*)?$/.exec(String(path)) ?? [];
  return {
    seq,
    atMs: Date.parse(at),
    workOrderId: Number(id),
    action: actionOf(`${method} ${rest}`),
    status: Number(status),
  };
}

function actionOf(call: string): ReceivedWrite['action'] {
  if (call === 'POST /assignee') return 'assign';
  if (call === 'POST /route') return 'route';
  if (call === 'DELETE /route') return 'unroute';
  if (call === 'POST /mass-route') return 'mass_route';
  return /^POST \/requests\/\d+\/accept$/.test(call) ? 'accept_counter' : 'other';
}
