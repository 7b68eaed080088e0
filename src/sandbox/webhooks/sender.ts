import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, meetFault, WEBHOOK_FAULTS } from '../faults/fault.ts';
import { advanceSandbox } from '../faults/redo.ts';
import type { Sandbox } from '../http/context.ts';
import { type Form, toEvent } from './event.ts';
import { type Call, post } from './post.ts';

export type WebhookOptions = {
  /** http on this machine. */
  readonly url: string;
  readonly secret: string;
  /** `v3` when not given. */
  readonly form?: Form;
  /** Pauses before the second attempt and the ones after it; the documented ones when not given. */
  readonly retryAfterMs?: readonly number[];
};

export type WebhookSender = {
  /** What has happened in the market since it was last looked at is sent; resolves when all of it has arrived or been given up. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

const SECOND_MS = 1000;
const RETRY_AFTER_MS: { readonly [form in Form]: readonly number[] } = {
  v3: [10, 20, 40, 80, 160, 320, 640].map((seconds) => seconds * SECOND_MS),
  // Up to three attempts; how far apart is not documented.
  v2: [10, 20].map((seconds) => seconds * SECOND_MS),
};

/** How often the market is looked at. */
const LOOK_EVERY_MS = 200;

/** Tells of what happens in the market from now on, as the platform does: at least once, in no certain order. */
export function startWebhooks(sandbox: Sandbox, options: WebhookOptions): WebhookSender {
  const { world } = sandbox;
  const ended = new AbortController();
  const underWay = new Set<Promise<void>>();
  let told = world.log.length;
  const look = async () => {
    await advanceSandbox(sandbox, sandbox.clock.nowMs());
    const entries = world.log.slice(told);
    told = world.log.length;
    for (const entry of entries) {
      const event = toEvent(world, entry, { form: options.form ?? 'v3', atMs: Date.now() });
      if (event === null) continue;
      const sending = deliver(sandbox, options, { event, seq: entry.seq, signal: ended.signal });
      underWay.add(sending);
      void sending.finally(() => underWay.delete(sending));
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    flush: async () => {
      await look();
      await Promise.all(underWay);
    },
    close: async () => {
      clearInterval(timer);
      ended.abort();
      await Promise.all(underWay);
    },
  };
}

type Delivery = {
  readonly event: { readonly name: string; readonly body: string };
  readonly seq: number;
  readonly signal: AbortSignal;
};

/** 2xx is the end of it, 4xx too; anything else is tried again. */
async function deliver(sandbox: Sandbox, options: WebhookOptions, { event, seq, signal }: Delivery): Promise<void> {
  const { form = 'v3', retryAfterMs = RETRY_AFTER_MS[form] } = options;
  const { seed } = sandbox.world;
  const fault = meetWebhookFault(sandbox, event.name);
  const call = {
    url: options.url,
    secret: fault?.fault === 'webhook_forged' ? `not ${options.secret}` : options.secret,
    form,
    body: event.body,
    id: uuidOf(`${seed} delivery ${seq}`),
    webhookId: uuidOf(`${seed} webhook`),
  };
  if (fault?.fault === 'webhook_lost') return;
  if (fault?.fault === 'webhook_late') await pause(fault.ms, signal);
  const status = await tryUntilTaken(call, retryAfterMs, signal);
  if (fault?.fault === 'webhook_twice' && status !== null) await post({ ...call, attempt: 2 }, signal);
}

async function tryUntilTaken(
  call: Omit<Call, 'attempt'>,
  retryAfterMs: readonly number[],
  signal: AbortSignal,
): Promise<number | null> {
  for (const [tried, waitMs] of [...retryAfterMs, null].entries()) {
    if (signal.aborted) return null;
    const status = await post({ ...call, attempt: tried + 1 }, signal);
    if (status !== null && status < 500) return status;
    if (waitMs !== null) await pause(waitMs, signal);
  }
  return null;
}

/** Ends early when it is closed. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Faults of deliveries are matched by the name of the event. */
function meetWebhookFault({ faults, world }: Sandbox, name: string): Fault | null {
  const ofWebhooks = faults.list.filter(({ fault }) => WEBHOOK_FAULTS.some((kind) => kind === fault));
  return meetFault(ofWebhooks, { method: 'POST', path: name }, world.seed);
}

/** The same for the same text: with the same seed the same market tells the same. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
