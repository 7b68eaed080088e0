import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunReport } from '../engine/run-report.ts';
import type { RunOutcome } from './perform-run.ts';
import type { RestartBecause } from './timekeeper.ts';

export type DaemonMetrics = {
  readonly noteRun: (outcome: RunOutcome, durationMs: number) => void;
  /** Epoch ms on the wall clock. */
  readonly noteGoodRun: (wallMs: number) => void;
  readonly noteOverlap: () => void;
  readonly noteRestart: (because: RestartBecause) => void;
  readonly noteReload: (result: 'taken' | 'refused') => void;
  /** A request to the webhook receiver, by what became of it. */
  readonly noteDelivery: (result: string) => void;
  readonly noteWebhookRun: () => void;
  /** Everything, in the text format of Prometheus. */
  readonly text: () => Promise<string>;
};

const RESULTS = ['done', 'tripped', 'failed', 'taken', 'locked', 'unavailable', 'stopped'];
const PENDING = ['pulled', 'kept', 'unseen'] as const;
const EFFECTS = ['confirmed', 'refused', 'lost_race', 'unknown'] as const;

/** `withProcess`: memory, processor and event loop of this process too; `deliveryResults`: what a delivery can come to. */
export function createMetrics({
  withProcess,
  deliveryResults = [],
}: {
  readonly withProcess: boolean;
  readonly deliveryResults?: readonly string[];
}): DaemonMetrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  const runs = toRunMetrics(registry);
  const care = toCareMetrics(registry);
  const hints = toHintMetrics(registry, deliveryResults);
  return {
    noteRun: (outcome, durationMs) => {
      runs.results.inc({ result: resultOf(outcome) });
      runs.requests.inc(outcome.httpRequests);
      if (outcome.ledger !== null) runs.openIntents.set(outcome.ledger.openIntents);
      if (outcome.kind !== 'finished') return;
      runs.seconds.observe(durationMs / 1000);
      const { byOutcome, effects } = outcome.report.summary;
      for (const [name, count] of Object.entries(byOutcome)) runs.decisions.inc({ outcome: name }, count);
      for (const kind of EFFECTS) runs.effects.inc({ kind }, effects[kind]);
      noteDemotions(care.demotions, outcome.report);
      runs.openWorkOrders.set(outcome.report.summary.openWorkOrders);
      for (const how of PENDING) runs.pendingLists.inc({ how }, outcome.report.summary.pendingLists?.[how] ?? 0);
    },
    noteGoodRun: (wallMs) => runs.lastGood.set(Math.floor(wallMs / 1000)),
    noteOverlap: () => care.overlaps.inc(),
    noteRestart: (because) => care.restarts.inc({ because }),
    noteReload: (result) => {
      care.reloads.inc({ result });
      care.refused.set(result === 'refused' ? 1 : 0);
    },
    noteDelivery: (result) => hints.deliveries.inc({ result }),
    noteWebhookRun: () => hints.runs.inc(),
    text: () => registry.metrics(),
  };
}

/** `done`, `tripped` or `failed` of a run that was made; else why none was. */
export function resultOf(outcome: RunOutcome): string {
  if (outcome.kind !== 'finished') return outcome.kind;
  return outcome.report.summary.stopped?.code === 'FM-7007' ? 'stopped' : outcome.report.result;
}

/** A dry run demotes nobody. */
function noteDemotions(counter: Counter<'code'>, { summary, isDryRun }: RunReport): void {
  for (const { code, isNew } of summary.demoted ?? []) if (isNew && !isDryRun) counter.inc({ code });
}

function toRunMetrics(registry: Registry) {
  const registers = [registry];
  const results = new Counter({
    name: 'fieldmarshal_runs_total',
    help: 'Runs by result. taken: the tick had its run already; locked: another process was acting; unavailable: the platform could not be read.',
    labelNames: ['result'],
    registers,
  });
  // From 0 on, so that a first failure shows as an increase.
  for (const result of RESULTS) results.inc({ result }, 0);
  const effects = new Counter({
    name: 'fieldmarshal_effects_total',
    help: 'What became of writes.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of EFFECTS) effects.inc({ kind }, 0);
  return {
    results,
    effects,
    decisions: new Counter({
      name: 'fieldmarshal_decisions_total',
      help: 'Live decisions by outcome, unchanged ones included.',
      labelNames: ['outcome'],
      registers,
    }),
    requests: new Counter({
      name: 'fieldmarshal_http_requests_total',
      help: 'Requests to the platform, logins and retries included.',
      registers,
    }),
    seconds: new Histogram({
      name: 'fieldmarshal_run_duration_seconds',
      help: 'Time from the acting lock to the end of the run.',
      buckets: [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
      registers,
    }),
    lastGood: new Gauge({
      name: 'fieldmarshal_last_good_run_timestamp_seconds',
      help: 'When the last run about all work orders ended that was done; 0 before the first.',
      registers,
    }),
    pendingLists: new Counter({
      name: 'fieldmarshal_pending_lists_total',
      help: 'Lists of pending providers. pulled: read; kept: not read, since nothing showed a change; unseen: of those read, changed though nothing had shown it.',
      labelNames: ['how'],
      registers,
    }),
    openIntents: new Gauge({
      name: 'fieldmarshal_open_intents',
      help: 'Writes that are not settled; their work orders are held.',
      registers,
    }),
    openWorkOrders: new Gauge({
      name: 'fieldmarshal_open_work_orders',
      help: 'Published or routed work orders that nobody was assigned to, in the last run.',
      registers,
    }),
  };
}

function toCareMetrics(registry: Registry) {
  const registers = [registry];
  const reloads = new Counter({
    name: 'fieldmarshal_rule_reloads_total',
    help: 'Changes of the rule files. refused: the last good set stayed in force.',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['taken', 'refused']) reloads.inc({ result }, 0);
  return {
    reloads,
    refused: new Gauge({
      name: 'fieldmarshal_rule_files_refused',
      help: '1 while the rule files on disk have mistakes.',
      registers,
    }),
    demotions: new Counter({
      name: 'fieldmarshal_canary_demotions_total',
      help: 'Canaries that broke a limit of their own and only shadow from then on.',
      labelNames: ['code'],
      registers,
    }),
    overlaps: new Counter({
      name: 'fieldmarshal_overlapping_ticks_total',
      help: 'Scheduled moments dropped because a run was under way.',
      registers,
    }),
    restarts: new Counter({
      name: 'fieldmarshal_schedule_restarts_total',
      help: 'How often the watchdog started the schedule anew.',
      labelNames: ['because'],
      registers,
    }),
  };
}

function toHintMetrics(registry: Registry, results: readonly string[]) {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'fieldmarshal_webhook_deliveries_total',
    help: 'Requests to the webhook receiver by what became of them. taken: a work order was hinted at; ignored: signed, and nothing to look at.',
    labelNames: ['result'],
    registers,
  });
  for (const result of results) deliveries.inc({ result }, 0);
  return {
    deliveries,
    runs: new Counter({
      name: 'fieldmarshal_webhook_runs_total',
      help: 'Runs that deliveries have woken.',
      registers,
    }),
  };
}
