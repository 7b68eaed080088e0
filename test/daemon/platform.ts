import { join } from 'node:path';
import type { RunParts } from '../../src/daemon/perform-run.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Clock, DecisionStore, LedgerReader, WorkOrderSource } from '../../src/engine/ports.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');

/** A platform with no work orders, whose first answer of each run can be held back or be an error. */
export type QuietPlatform = {
  readonly source: WorkOrderSource;
  /** From now on lists are answered only after `letGo`. */
  hold(): void;
  letGo(): void;
  /** What the next list is answered with. */
  failNext(error: Error): void;
};

export function quietPlatform(): QuietPlatform {
  let gate: PromiseWithResolvers<void> | null = null;
  let failure: Error | null = null;
  let requests = 0;
  return {
    source: {
      pullList: async () => {
        requests += 1;
        if (gate !== null) await gate.promise;
        const error = failure;
        failure = null;
        if (error !== null) throw error;
        return { rows: [], quarantined: [] };
      },
      pullPending: async (workOrderId) => ({ workOrderId, observedAtMs: 0, rows: [], quarantined: [] }),
      readWorkOrder: async () => null,
      readStatus: async () => null,
      readAssignee: async () => null,
      readProfile: async () => null,
      readIncompleteReasons: async () => null,
      pullTalentPools: async () => null,
      pullTalentPoolMembers: async () => null,
      readDispatchSettings: async () => null,
      requestCount: () => requests,
    },
    hold: () => {
      gate = Promise.withResolvers();
    },
    letGo: () => {
      gate?.resolve();
      gate = null;
    },
    failNext: (error) => {
      failure = error;
    },
  };
}

export function openStore(folder: string): DecisionStore {
  return openLedger({ path: join(folder, 'ledger.db'), migrationsFolder: MIGRATIONS });
}

export function openReader(folder: string): LedgerReader {
  return openLedgerReader({ path: join(folder, 'ledger.db'), migrationsFolder: MIGRATIONS });
}

/** What a run needs, against that platform and a ledger of its own. */
export function runMeans(
  source: WorkOrderSource,
  store: DecisionStore,
  wallMs: () => number,
): Extract<Awaited<ReturnType<RunParts['open']>>, { readonly kind: 'open' }> {
  const clock: Clock = { nowMs: wallMs, sleep: async () => undefined };
  return {
    kind: 'open',
    isDryRun: false,
    release: () => undefined,
    deps: {
      source,
      target: { send: async () => ({ kind: 'not_sent', message: 'nothing is ever sent here' }) },
      store,
      view: store,
      clock,
      environment: 'loopback',
      limits: DEFAULT_LIMITS,
      engineVersion: 'test',
    },
  };
}
