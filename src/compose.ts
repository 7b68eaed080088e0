import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformConfig } from './config.ts';
import type { Pause } from './domain/directive.ts';
import type { Environment } from './domain/run.ts';
import type { OverrideBook } from './engine/override-book.ts';
import type { PendingMemory } from './engine/pending-memory.ts';
import {
  type Clock,
  type DecisionStore,
  type DispatchTarget,
  type LedgerView,
  PlatformUnavailable,
  type WorkOrderSource,
} from './engine/ports.ts';
import type { RowShelf } from './engine/row-shelf.ts';
import { connectFieldNation, type FieldNationClient } from './fieldnation/connect.ts';
import { dryRunTarget } from './fieldnation/dry-run.ts';
import type { Log } from './log.ts';
import { readOutsidePause } from './outside-pause.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import type { LedgerHead } from './store/sqlite/chain.ts';
import { openLedger, openLedgerReader } from './store/sqlite/open-ledger.ts';
import { FileRowShelf } from './store/sqlite/row-shelf.ts';
import type { SqliteLedgerReader } from './store/sqlite/sqlite-ledger-reader.ts';
import type { SqliteStore } from './store/sqlite/sqlite-store.ts';

/** Ports joined to their adapters, ready for runs against one environment. */
export type Composition = {
  readonly source: WorkOrderSource;
  readonly target: DispatchTarget;
  /** Null: a dry run, which writes nothing. */
  readonly store: (DecisionStore & OverrideBook) | null;
  /** What a dry run reads; null: there is no ledger yet, or the run is none. */
  readonly view: LedgerView | null;
  /** Pending lists of earlier runs; a dry run reads them and writes none. Null: there is no ledger yet. */
  readonly memory: PendingMemory | null;
  /** Where they stand while a run decides on them. */
  readonly shelf: RowShelf;
  readonly clock: Clock;
  readonly environment: Environment;
  /** A file or a setting that stops acting, looked at anew each time; null: neither does. */
  readonly outsidePause: () => Pause | null;
  /** By how much this machine's clock is ahead of the platform's; null: not known, or no matter. */
  readonly clockSkewMs: () => number | null;
  /** Why nothing will be sent; null when writes go out. */
  readonly dryRunBecause: string | null;
  /** Of the chain as it is now; null: a dry run, or an empty ledger. */
  ledgerHead(): Promise<LedgerHead | null>;
  /** Gives the next run its own budget of requests, and the server's time where that is asked for. */
  beginRun(): Promise<void>;
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
  const client = connectPlatform(config, { clock, log: input.log });
  serverTimeMs = () => client.serverTimeMs();
  const dryRunBecause = whyDry(input, hosts.environment);
  const store = dryRunBecause === null ? openStore(input) : null;
  const view = dryRunBecause !== null && existsSync(config.databasePath) ? openView(config.databasePath) : null;
  return {
    source: client,
    target: dryRunBecause === null ? client : dryRunTarget(),
    store,
    view,
    memory: (store ?? view)?.pendingMemory(packageVersion()) ?? null,
    shelf: new FileRowShelf(),
    clock,
    environment: hosts.environment,
    outsidePause: () => readOutsidePause(config.pause),
    clockSkewMs: () => toSkewMs(config, wall.nowMs(), client.serverTimeMs()),
    dryRunBecause,
    ledgerHead: async () => (await store?.head()) ?? null,
    beginRun: async () => {
      client.resetBudget();
      if (config.clock === 'server' && input.clock === null) await learnServerTime(client);
    },
    close: async () => {
      await client.close();
      await store?.close();
      await view?.close();
    },
  };
}

/**
 * Any answer tells the time: without one the run would begin on this machine's and go on in the server's. A platform that
 * does not answer is the run's own to find, and to record.
 */
async function learnServerTime(client: FieldNationClient): Promise<void> {
  try {
    await client.pullTalentPools();
  } catch (error) {
    if (!(error instanceof PlatformUnavailable)) throw error;
  }
}

/** The platform alone, for what looks at it and records nothing. */
export function connectPlatform(
  { platform, limits }: PlatformConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): FieldNationClient {
  return connectFieldNation({
    apiBaseUrl: platform.hosts.apiBaseUrl,
    tokenUrl: platform.hosts.tokenUrl,
    clientId: platform.clientId,
    clientSecret: platform.clientSecret,
    username: platform.username,
    password: platform.password,
    limits,
    clock,
    random: Math.random,
    onRequest: (line) => log.debug(line),
  });
}

function openStore({ config, ledgerCheck = 'auto' }: CompositionInput): SqliteStore {
  const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
  return openLedger({ path: config.databasePath, migrationsFolder, check: ledgerCheck });
}

/** Read-only: a dry run neither writes nor migrates. */
function openView(path: string): SqliteLedgerReader {
  return openLedgerReader({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
}

/** Production acts only when armed in so many words. */
export function whyDry(
  input: Pick<CompositionInput, 'isDryRunAsked' | 'config'>,
  environment: Environment,
): string | null {
  if (input.isDryRunAsked) return 'asked for by --dry-run';
  if (environment === 'production' && input.config.arm !== 'production') {
    return 'production is not armed: set FIELDMARSHAL_ARM=production to let it act';
  }
  return null;
}

/** A sandbox on loopback has a clock of its own, which may start anywhere and run faster. */
export function toSkewMs({ platform }: PlatformConfig, nowMs: number, serverMs: number | null): number | null {
  return serverMs === null || platform.hosts.environment === 'loopback' ? null : nowMs - serverMs;
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
