import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { counted } from '../report/counted.ts';
import { type Check, fail, ok, warn } from './doctor-check.ts';

const WEBHOOK = { name: 'webhook', about: 'setup' } as const;

/** Whether the platform's events could be received here; `isDaemonRunning`: then the port is its own. */
export async function checkWebhook({ webhook }: Pick<Config, 'webhook'>, isDaemonRunning: boolean) {
  const { port, host, secrets, allowsMd5 } = webhook;
  if (port === 0) return [ok(WEBHOOK, 'events of the platform are not received; runs look by the schedule alone')];
  const checks: Check[] = [
    isDaemonRunning ? ok(WEBHOOK, `a daemon runs; by these settings it listens on ${host} port ${port}`) : null,
    allowsMd5
      ? warn(
          WEBHOOK,
          'deliveries of the old form are believed: MD5 is weak, and they carry no time',
          'Make a webhook of version 3 at Field Nation, then remove FIELDMARSHAL_WEBHOOK_MD5.',
        )
      : null,
    host.startsWith('127.') || host === '::1'
      ? null
      : warn(
          WEBHOOK,
          `it listens in clear text on ${host}, for other machines too`,
          'See that only the proxy that speaks TLS can reach it.',
        ),
    secrets.length > 1
      ? warn(
          WEBHOOK,
          `${counted(secrets.length, 'secret')} are believed`,
          'Remove the old one once Field Nation has the new one.',
        )
      : null,
  ].filter((check) => check !== null);
  if (isDaemonRunning) return checks;
  const trouble = await tryToListen(port, host);
  if (trouble === null)
    return [ok(WEBHOOK, `${host} port ${port} is free, with ${counted(secrets.length, 'secret')}`), ...checks];
  const todo = 'Give another FIELDMARSHAL_WEBHOOK_PORT or FIELDMARSHAL_WEBHOOK_HOST.';
  return [fail(WEBHOOK, `${host} port ${port} cannot be used (${trouble})`, todo), ...checks];
}

/** Null: it can be used. Nothing is accepted meanwhile. */
function tryToListen(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
