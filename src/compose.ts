import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformConfig } from './config.ts';
import type { Environment } from './domain/run.ts';
import type { Clock, DecisionStore, DispatchTarget, WorkOrderSource } from './engine/ports.ts';
import { connectFieldNation } from './fieldnation/connect.ts';
import { dryRunTarget } from './fieldnation/dry-run.ts';
import type { Log } from './log.ts';
import { packageRoot } from './package-root.ts';
import { openLedger } from './store/sqlite/open-ledger.ts';

/** Ports joined to their adapters, ready for runs against one environment. */
export type Composition = {
  readonly source: WorkOrderSource;
  readonly target: DispatchTarget;
  /** Null: a dry run, and there is no ledger yet. */
  readonly store: DecisionStore | null;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Why nothing will be sent; null when writes go out. */
  readonly dryRunBecause: string | null;
  /** Gives the next run its own budget of requests. */
  beginRun(): void;
  close(): Promise<void>;
};

export type CompositionInput = {
  readonly config: PlatformConfig;
  readonly isDryRunAsked: boolean;
  readonly log: Log;
  /** Null: the clock the settings ask for. */
  readonly clock: Clock | null;
  /** `quick` looks through the whole ledger first, as a daemon does at its start; else only after an unclean stop. */
  readonly ledgerCheck?: 'auto' | 'quick';
};

/** The one place that joins ports to adapters. */
export async function compose(input: CompositionInput): Promise<Composition> {
  const { config } = input;
  const { hosts } = config.platform;
  let serverTimeMs: () => number | null = () => null;
  const wall = input.clock ?? systemClock();
  const clock = config.clock === 'server' && input.clock === null ? serverClock(wall, () => serverTimeMs()) : wall;
  const client = connectFieldNation({
    apiBaseUrl: hosts.apiBaseUrl,
    tokenUrl: hosts.tokenUrl,
    clientId: config.platform.clientId,
    clientSecret: config.platform.clientSecret,
    username: config.platform.username,
    password: config.platform.password,
    limits: config.limits,
    clock,
    random: Math.random,
    onRequest: (line) => input.log.debug(line),
  });
  serverTimeMs = () => client.serverTimeMs();
  const dryRunBecause = whyDry(input, hosts.environment);
  const store = dryRunBecause !== null && !existsSync(config.databasePath) ? null : openStore(input);
  return {
    source: client,
    target: dryRunBecause === null ? client : dryRunTarget(),
    store,
    clock,
    environment: hosts.environment,
    dryRunBecause,
    beginRun: () => client.resetBudget(),
    close: async () => {
      await client.close();
      await store?.close();
    },
  };
}

function openStore({ config, ledgerCheck = 'auto' }: CompositionInput): DecisionStore {
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  return openLedger({ path: config.databasePath, migrationsFolder, check: ledgerCheck });
}

/** Production acts only when armed in so many words. */
function whyDry(input: CompositionInput, environment: Environment): string | null {
  if (input.isDryRunAsked) return 'asked for by --dry-run';
  if (environment === 'production' && input.config.arm !== 'production') {
    return 'production is not armed: set FIELDMARSHAL_ARM=production to let it act';
  }
  return null;
}

export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** The time of the last answer's Date header, for a sandbox whose clock is not ours; the wall's until there is one. */
function serverClock(wall: Clock, serverTimeMs: () => number | null): Clock {
  return { nowMs: () => serverTimeMs() ?? wall.nowMs(), sleep: (ms) => wall.sleep(ms) };
}
