import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { draw } from '../../src/sandbox/random.ts';

/**
 * What the network can do to a request. `reset_before`: the connection dies before one byte arrived; `reset_during`: when the
 * head is here; `reset_unread`: the request is passed on whole, and nobody waits; `reset_after`: when the answer begins to
 * come; `slow_head`: the answer is kept back; `drip`: it comes byte by byte.
 */
export const NETWORK_FAULTS = [
  'reset_before',
  'reset_during',
  'reset_unread',
  'reset_after',
  'slow_head',
  'drip',
] as const;

export type NetworkFault = {
  readonly kind: (typeof NETWORK_FAULTS)[number];
  /** Of method and path, such as `POST /api/rest/v2/workorders/11/assignee`; of `reset_before` any. */
  readonly request: RegExp;
  /** The first matching request it meets; 1 when not given. */
  readonly nth?: number;
  /** How many; null: every one from the nth on. One when not given. */
  readonly times?: number | null;
  /** Of each matching request, drawn from the seed; 1 when not given. */
  readonly probability?: number;
};

export type FaultProxy = {
  readonly url: string;
  add(fault: NetworkFault): void;
  clear(): void;
  /** From now on nobody gets through: connections are refused. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
};

type Switched = NetworkFault & { seen: number; fired: number };

const DRIP_PAUSE_MS = 20;

/** A way to the sandbox that can break in the middle of anything. It looks at bytes, and knows of HTTP only where requests begin. */
export async function openFaultProxy(target: string, seed = 1): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  let faults: Switched[] = [];
  const sockets = new Set<Socket>();
  const meet = (requestLine: string | null): NetworkFault['kind'] | null => {
    const met = faults.find((fault, at) => {
      if ((requestLine === null) !== (fault.kind === 'reset_before')) return false;
      if (requestLine !== null && !fault.request.test(requestLine)) return false;
      fault.seen += 1;
      if (fault.seen < (fault.nth ?? 1)) return false;
      if (fault.times !== null && fault.fired >= (fault.times ?? 1)) return false;
      return draw(seed, 'network', at, fault.seen) < (fault.probability ?? 1);
    });
    if (met !== undefined) met.fired += 1;
    return met?.kind ?? null;
  };
  const server = createServer((near) => {
    track(sockets, near);
    if (meet(null) === 'reset_before') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: hostname, port: Number(port) });
    track(sockets, far);
    join(near, far, meet);
  });
  const listen = (at: number) => new Promise<void>((done) => server.listen(at, '127.0.0.1', () => done()));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    add: (fault) => faults.push({ ...fault, seen: 0, fired: 0 }),
    clear: () => {
      faults = [];
    },
    refuse: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    accept: () => listen(own),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
}

function join(near: Socket, far: Socket, meet: (requestLine: string) => NetworkFault['kind'] | null): void {
  let fault: NetworkFault['kind'] | null = null;
  near.on('data', (bytes) => {
    const [, requestLine] = /^((?:GET|POST|DELETE) [^ ?]+)/.exec(bytes.toString('latin1')) ?? [];
    if (requestLine !== undefined) fault = meet(requestLine);
    if (fault === 'reset_during') near.resetAndDestroy();
    else far.write(bytes);
    if (fault === 'reset_unread') near.resetAndDestroy();
  });
  far.on('data', async (bytes) => {
    if (fault === 'reset_after') near.resetAndDestroy();
    else if (fault === 'drip') await drip(near, bytes);
    else if (fault !== 'slow_head') near.write(bytes);
  });
  near.on('close', () => far.end());
  far.on('close', () => near.end());
}

async function drip(near: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    if (near.destroyed) return;
    near.write(Buffer.of(byte));
    await pause(DRIP_PAUSE_MS);
  }
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
}
