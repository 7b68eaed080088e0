import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { systemDaemonClock } from '../daemon/clock.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { HealthReport } from '../daemon/health.ts';
import type { DaemonMetrics } from '../daemon/metrics.ts';
import type { Log } from '../log.ts';
import type { DeliveryResult } from '../webhook/receiver.ts';
import { startWebhookServer } from '../webhook/server.ts';
import { OperatorMistake } from './exit-codes.ts';

export type RunningWebhook = {
  readonly url: string;
  /** For `/healthz`. */
  readonly counts: () => Omit<NonNullable<HealthReport['webhook']>, 'waiting_work_orders'>;
  close(): Promise<void>;
};

export type WebhookParts = {
  readonly config: Pick<Config, 'webhook' | 'limits'>;
  readonly log: Log;
  readonly metrics: Pick<DaemonMetrics, 'noteDelivery'>;
  /** Null until it has started. */
  readonly daemon: () => Pick<Daemon, 'hint' | 'isStopping'> | null;
};

/** Joins the receiver of the platform's events to the daemon. Null: turned off. */
export async function startWebhook({ config, log, metrics, daemon }: WebhookParts): Promise<RunningWebhook | null> {
  const { port, host, secrets, allowsMd5 } = config.webhook;
  if (port === 0) return null;
  const clock = systemDaemonClock();
  const deliveries: { [result in DeliveryResult]?: number } = {};
  let lastTakenMs: number | null = null;
  const server = await startWebhookServer({
    port,
    host,
    trusted: { secrets, allowsMd5 },
    limits: config.limits,
    clock,
    log,
    isStopping: () => daemon()?.isStopping() ?? true,
    onHint: (id) => daemon()?.hint(id),
    onResult: (result) => {
      metrics.noteDelivery(result);
      deliveries[result] = (deliveries[result] ?? 0) + 1;
      if (result === 'taken') lastTakenMs = clock.wallMs();
    },
  }).catch((error: unknown) => {
    throw portMistake(error, config) ?? error;
  });
  return {
    url: server.url,
    counts: () => ({
      url: server.url,
      deliveries: { ...deliveries },
      last_taken_at: lastTakenMs === null ? null : new Date(lastTakenMs).toISOString(),
    }),
    close: server.close,
  };
}

const NOT_USABLE: { readonly [code: string]: string } = {
  EACCES: 'is not for this user',
  EADDRINUSE: 'is taken',
  EADDRNOTAVAIL: 'is no address of this machine',
};

function portMistake(error: unknown, { webhook: { host, port } }: WebhookParts['config']): OperatorMistake | null {
  const why = NOT_USABLE[error instanceof Error && 'code' in error ? String(error.code) : ''];
  if (why === undefined) return null;
  const what = `cannot be used: ${host} port ${port} ${why}`;
  const fix = 'Give another port or host, or 0 for no receiver.';
  return new OperatorMistake([configurationProblem('FIELDMARSHAL_WEBHOOK_PORT', 'FM-C107', { what, fix })]);
}
