import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { HealthReport } from './health.ts';

export type StatusServer = {
  readonly url: string;
  close(): Promise<void>;
};

export type StatusServerParts = {
  /** 0 takes a free one. */
  readonly port: number;
  /** Null: still starting. */
  readonly health: () => HealthReport | null | Promise<HealthReport | null>;
  readonly metrics: () => Promise<string>;
};

const ADDRESS = '127.0.0.1';

/** Anything else is a web page that had its name point at this machine. */
const OWN_NAMES = [ADDRESS, 'localhost'];

/** `/healthz` and `/metrics`, for this machine only. Rejects when the port is taken. */
export async function startStatusServer(parts: StatusServerParts): Promise<StatusServer> {
  const server = createAdaptorServer({ fetch: toApp(parts).fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, ADDRESS, resolve);
  });
  return {
    url: `http://${ADDRESS}:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function toApp({ health, metrics }: StatusServerParts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const name = (context.req.header('host') ?? '').replace(/:\d*$/, '').toLowerCase();
    if (!OWN_NAMES.includes(name)) return context.text('Misdirected request\n', 421);
    await next();
    context.res.headers.set('cache-control', 'no-store');
    return undefined;
  });
  app.get('/healthz', async (context) => {
    const report = await health();
    return report === null
      ? context.json({ status: 'starting' })
      : context.json(report, report.status === 'late' ? 503 : 200);
  });
  app.get('/metrics', async (context) =>
    context.body(await metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  return app;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the status server does not listen on a port');
  return address.port;
}
