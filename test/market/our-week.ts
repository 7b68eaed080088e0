import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { type RunDeps, runOnce } from '../../src/engine/run-once.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { connectFieldNation, type FieldNationClient } from '../../src/fieldnation/connect.ts';
import { resolveHosts } from '../../src/fieldnation/hosts.ts';
import { packageVersion } from '../../src/package-root.ts';
import { invariantsReport } from '../../src/report/invariants.ts';
import type { SandboxApp } from '../../src/sandbox/http/context.ts';
import { advanceWorld } from '../../src/sandbox/market/advance.ts';
import { createSandboxApp } from '../../src/sandbox/server.ts';
import type { World } from '../../src/sandbox/world/nouns.ts';
import { findBrokenPromises } from './broken-promises.ts';
import { HandlerDispatcher } from './handler-dispatcher.ts';
import { endOf, type MarketOptions, START_MS, sandboxOf } from './market-options.ts';
import { openThrowAwayLedger, type ThrowAwayLedger } from './throw-away-ledger.ts';

export type OurWeek = {
  readonly world: World;
  /** What must never happen and did; empty when all is well. */
  readonly brokenPromises: readonly string[];
  readonly runs: number;
  /** Runs that a trip-wire stopped. */
  readonly trippedRuns: number;
  readonly decisionsOf: DecisionsOf;
};

/** How many decisions each rule file took that the ledger has. */
export type DecisionsOf = { readonly [ruleFileId: string]: number };

/** A market dispatched by our rule files: the engine, client and ledger that ship, without socket and without waiting. */
export async function dispatchByRules(options: MarketOptions, ruleSet: RuleSet): Promise<OurWeek> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-market-'));
  try {
    return await dispatchIntoFile(join(folder, 'ledger.db'), options, ruleSet);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same, with its ledger left behind at the path given. */
export async function dispatchIntoFile(path: string, options: MarketOptions, ruleSet: RuleSet): Promise<OurWeek> {
  const ledger = openThrowAwayLedger(path);
  try {
    return await dispatchInto(ledger, options, ruleSet);
  } finally {
    await ledger.store.close();
  }
}

async function dispatchInto(ledger: ThrowAwayLedger, options: MarketOptions, ruleSet: RuleSet): Promise<OurWeek> {
  const { app, world, clock: virtual } = createSandboxApp(sandboxOf(options));
  // Waiting moves the market on instead of taking any time.
  const clock: Clock = { nowMs: () => virtual.nowMs(), sleep: async (ms) => virtual.advance(ms) };
  const client = connectInProcess(app, clock);
  const deps = depsOf({ client, clock, ledger, ruleSet });
  const runs: Pick<RunReport, 'run' | 'result' | 'summary'>[] = [];
  const everyMs = (options.every ?? 30) * 60_000;
  for (let dueMs = START_MS + everyMs; dueMs <= endOf(options); dueMs += everyMs) {
    virtual.advance(Math.max(0, dueMs - virtual.nowMs()));
    client.resetBudget();
    const tick = new Date(dueMs).toISOString();
    const { run, result, summary } = await runOnce(deps, { id: `market-${tick}`, tick, isDryRun: false, only: null });
    runs.push({ run, result, summary });
  }
  await client.close();
  advanceWorld(world, Math.max(virtual.nowMs(), endOf(options)));
  const { reader } = ledger;
  const everything = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false };
  const decisions = await reader.decisions(everything);
  return {
    world,
    brokenPromises: [
      ...(await findBrokenPromises({ world, runs, decisions, reader })),
      ...(await invariantsReport.load(reader, { ...everything, nowMs: virtual.nowMs() })).map(
        (cells) => `report invariants: ${cells.join(' ')}`,
      ),
    ],
    runs: runs.length,
    trippedRuns: runs.filter(({ result }) => result === 'tripped').length,
    decisionsOf: countByFile(decisions, ruleSet),
  };
}

/** Files that took none are in it as well, with 0. */
function countByFile(
  decisions: readonly { readonly ruleFileId: string | null }[],
  { files, reviews }: RuleSet,
): DecisionsOf {
  return Object.fromEntries(
    [...files, ...reviews].map(({ id }) => [id, decisions.filter(({ ruleFileId }) => ruleFileId === id).length]),
  );
}

export function connectInProcess(app: SandboxApp, clock: Clock): FieldNationClient {
  const hosts = resolveHosts('http://127.0.0.1');
  if ('code' in hosts) throw new TypeError(hosts.what);
  return connectFieldNation({
    apiBaseUrl: hosts.apiBaseUrl,
    tokenUrl: hosts.tokenUrl,
    clientId: 'market-client',
    clientSecret: 'market-secret',
    username: 'market.user',
    password: 'market-password',
    limits: DEFAULT_LIMITS,
    clock,
    random: () => 0.5,
    dispatcher: new HandlerDispatcher((request) => app.fetch(request)),
  });
}

function depsOf(parts: {
  readonly client: FieldNationClient;
  readonly clock: Clock;
  readonly ledger: ThrowAwayLedger;
  readonly ruleSet: RuleSet;
}): RunDeps {
  const nothing = () => undefined;
  return {
    source: parts.client,
    target: parts.client,
    store: parts.ledger.store,
    view: null,
    memory: parts.ledger.store.pendingMemory(packageVersion()),
    clock: parts.clock,
    environment: 'loopback',
    limits: DEFAULT_LIMITS,
    ruleSet: parts.ruleSet,
    engineVersion: packageVersion(),
    observer: { onDecision: nothing, onEffect: nothing, onReconciled: nothing },
  };
}
