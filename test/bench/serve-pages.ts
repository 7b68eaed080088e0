import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type WorkOrderId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { connectFieldNation, type FieldNationClient } from '../../src/fieldnation/connect.ts';
import { NOW_MS } from '../support/builders.ts';
import { FIRST_ORDER_ID, type PageWorld } from './page-world.ts';

export type PageServerOptions = PageWorld & {
  /** Each answer is rendered once and kept; false: rendered each time, for worlds larger than memory. */
  readonly keepsAnswers: boolean;
};

export type PageServer = {
  readonly url: string;
  readonly orderIds: readonly WorkOrderId[];
  close(): void;
};

/** The sandbox's answers from a process of its own; see page-server.ts. */
export async function servePages(options: PageServerOptions): Promise<PageServer> {
  const child = fork(join(import.meta.dirname, 'page-server.ts'), [JSON.stringify(options)]);
  const url = await new Promise<string>((ready, failed) => {
    child.once('message', (message: { readonly url: string }) => ready(message.url));
    child.once('exit', (code) => failed(new Error(`the page server ended with ${code}`)));
  });
  const orderIds = Array.from({ length: options.workOrders }, (_, index) => workOrderId(FIRST_ORDER_ID + index));
  return { url, orderIds, close: () => child.disconnect() };
}

/** Our client, as `run` has it, but for the limits given. */
export function connectToPages(url: string, limits: Partial<Limits>): FieldNationClient {
  return connectFieldNation({
    apiBaseUrl: `${url}/api/rest/v2`,
    tokenUrl: `${url}/authentication/api/oauth/token`,
    clientId: 'fn00000-client1',
    clientSecret: 'secret-of-the-bench-client',
    username: 'api.user',
    password: 'password-of-the-bench-user',
    limits: { ...DEFAULT_LIMITS, maxRequestsPerRun: 10_000_000, ...limits } as Limits,
    clock: pageClock(),
    random: () => 0.5,
  });
}

/** Stands still, as on the server. */
export function pageClock(): Clock {
  return { nowMs: () => NOW_MS, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
}
