import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { expect } from 'vitest';
import type { Approved, ApprovedDecision } from '../../src/domain/approval.ts';
import type { Decision, Effect } from '../../src/domain/decision.ts';
import type { Pause } from '../../src/domain/directive.ts';
import { decisionId, type ProviderId, providerId, type WorkOrderId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import type { ReviewFile, RuleFile, RuleSet, Stage } from '../../src/domain/rule-file.ts';
import type { Environment } from '../../src/domain/run.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { recheckRequired } from '../../src/engine/authority.ts';
import { readDirectory } from '../../src/engine/gather-directory.ts';
import type { PendingMemory } from '../../src/engine/pending-memory.ts';
import type { ActContext } from '../../src/engine/perform-intent.ts';
import { surroundings } from '../../src/engine/plan-run.ts';
import type { Clock, DecisionStore, DispatchTarget, WorkOrderSource } from '../../src/engine/ports.ts';
import { type RunRequest, runOnce } from '../../src/engine/run-once.ts';
import type { RunReport } from '../../src/engine/run-report.ts';
import { connectFieldNation, type FieldNationClient } from '../../src/fieldnation/connect.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { FileRowShelf } from '../../src/store/sqlite/row-shelf.ts';
import type { SqliteLedgerReader } from '../../src/store/sqlite/sqlite-ledger-reader.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { aCriterion, aDirectoryEntry, aRuleFile, aTest, NO_GUARDRAILS, NOW_MS } from '../support/builders.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/sqlite');
export const MINUTE_MS = 60_000;

/** A sandbox with only the work orders and providers put into it, a client, and a ledger in a file of its own. */
export type World = {
  readonly sandbox: RunningSandbox;
  readonly client: FieldNationClient;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly ledgerPath: string;
  readonly store: SqliteStore;
  readonly token: string;
};

const opened: (() => Promise<void>)[] = [];

/** For `afterEach`. */
export async function closeWorlds(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** Whole points apart: provider 1 has 500 hundredths of a star, 2 has 490, and so on. */
export type WorldPlan = {
  readonly orders?: readonly number[];
  readonly providers?: readonly number[];
  readonly limits?: Partial<Limits>;
};

/** Work orders 11, 12… published half an hour ago, providers 1 to 5 who do nothing unless told to. */
export async function openWorld(plan: WorldPlan = {}): Promise<World> {
  const sandbox = await startSandbox({
    seed: 7,
    speed: 0,
    startAtMs: NOW_MS,
    workOrders: 2,
    providers: 1,
    tokenLifetimeSeconds: 7 * 24 * 3_600,
  });
  populate(sandbox, plan);
  const clock = sandboxClock(sandbox);
  const limits: Limits = { ...DEFAULT_LIMITS, ...plan.limits };
  const client = connectTo(sandbox, { clock, limits });
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-engine-'));
  const ledgerPath = join(folder, 'ledger.db');
  const store = openStore(ledgerPath);
  opened.push(async () => {
    await client.close();
    await sandbox.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { sandbox, client, clock, limits, ledgerPath, store, token: await logIn(sandbox) };
}

/** Sleeping moves the market on. */
function sandboxClock(sandbox: RunningSandbox): Clock {
  return {
    nowMs: () => sandbox.clock.nowMs(),
    sleep: async (ms) => sandbox.clock.advance(ms),
  };
}

const CREDENTIALS = { clientId: 'c', clientSecret: 'planted-secret', username: 'u', password: 'planted-password' };

export function connectTo(
  sandbox: Pick<RunningSandbox, 'url'>,
  parts: { readonly clock: Clock; readonly limits: Limits },
): FieldNationClient {
  return connectFieldNation({
    apiBaseUrl: `${sandbox.url}/api/rest/v2`,
    tokenUrl: `${sandbox.url}/authentication/api/oauth/token`,
    ...CREDENTIALS,
    ...parts,
    random: () => 0.5,
  });
}

export function openStore(path: string): SqliteStore {
  return openLedger({ path, migrationsFolder: MIGRATIONS });
}

/** The two documented samples are the moulds of everything, then leave. */
function populate({ world }: RunningSandbox, { orders = [11], providers = [1, 2, 3, 4, 5] }: WorldPlan): void {
  const order = world.workOrders.get(4047);
  const provider = world.providers.get(557);
  if (order === undefined || provider === undefined) throw new Error('the sandbox has no samples');
  world.workOrders.clear();
  world.providers.clear();
  for (const id of orders) {
    const day = (id % 10) * 24 * 3_600_000;
    world.workOrders.set(id, {
      ...order,
      id,
      startMs: order.startMs + day,
      endMs: order.endMs + day,
      requests: new Map(),
      requestsById: new Map(),
      routes: new Map(),
      routings: new Map(),
      declines: new Map(),
      milestones: { ...order.milestones },
    });
  }
  for (const id of providers) {
    world.providers.set(id, {
      ...provider,
      id,
      rating: { hundredths: 510 - 10 * id, count: 20 },
      completed: new Map([[order.kind.id, 20]]),
      bookings: new Map(),
      talentPools: [],
    });
  }
}

export function orderOf({ sandbox }: World, id: number) {
  const order = sandbox.world.workOrders.get(id);
  if (order === undefined) throw new Error(`no work order ${id} in this world`);
  return order;
}

/** What a colleague does to a work order by hand on the platform. */
export function editOrder(world: World, id: number, given: Partial<ReturnType<typeof orderOf>>): void {
  world.sandbox.world.workOrders.set(id, { ...orderOf(world, id), ...given });
}

async function logIn({ url }: RunningSandbox): Promise<string> {
  const { body } = await request(`${url}/authentication/api/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', client_id: 'a', client_secret: 'b', username: 'c', password: 'd' }),
  });
  const { access_token: token } = (await body.json()) as { readonly access_token: string };
  return token;
}

/** Somebody else's call on the same API: a colleague, or a provider with `acting_user_id`. */
export async function act(
  world: World,
  [method, path, body]: readonly ['POST' | 'DELETE', string, object?],
): Promise<void> {
  const separator = path.includes('?') ? '&' : '?';
  const answer = await request(`${world.sandbox.url}/api/rest/v2${path}${separator}access_token=${world.token}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
  strangers.add(world.sandbox.world.log.findLast((entry) => entry.kind === 'write') ?? null);
}

/** Log entries of writes that were not the engine's. */
const strangers = new Set<object | null>();

/** A provider asks for the job: at its pay, or for `counterUsd` in all. */
export function ask(world: World, order: number, provider: number, counterUsd?: number): Promise<void> {
  const pay = { type: 'fixed', base: { amount: counterUsd, units: 1 } };
  const body = counterUsd === undefined ? {} : { counter: true, pay };
  return act(world, ['POST', `/workorders/${order}/requests?acting_user_id=${provider}`, body]);
}

export function route(world: World, order: number, provider: number): Promise<void> {
  return act(world, ['POST', `/workorders/${order}/route`, { technician: { id: provider } }]);
}

/** A routed provider accepts. */
export function acceptRoute(world: World, order: number, provider: number): Promise<void> {
  const body = { eta: [{ work_order_id: order, user: { id: provider } }] };
  return act(world, ['POST', `/workorders/mass-accept?acting_user_id=${provider}`, body]);
}

/** A colleague assigns by hand. */
export function assignByHand(world: World, order: number, provider: number): Promise<void> {
  return act(world, ['POST', `/workorders/${order}/assignee`, { user: { id: provider } }]);
}

/** The work order loses its provider. */
export function cancelAssignment(world: World, order: number, provider: number): Promise<void> {
  return act(world, ['DELETE', `/workorders/${order}/assignee`, { user: { id: provider }, reason_id: 7 }]);
}

export async function breakWith(world: World, fault: object): Promise<void> {
  const answer = await request(`${world.sandbox.url}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (answer.statusCode !== 200) throw new Error(await answer.body.text());
  await answer.body.dump();
}

export async function mend(world: World): Promise<void> {
  await (await request(`${world.sandbox.url}/_sandbox/faults`, { method: 'DELETE' })).body.dump();
}

export function later(world: World, ms: number): void {
  world.sandbox.clock.advance(ms);
}

/** Everything the engine wrote on the platform, oldest first: `POST /workorders/11/assignee`. */
export function writesOf(world: World): readonly string[] {
  return world.sandbox.world.log
    .filter((entry) => entry.kind === 'write' && !strangers.has(entry))
    .map(({ detail }) => `${detail['method']} ${String(detail['path']).replace('/api/rest/v2', '')}`);
}

/** What happened on the platform: `work_order.assigned 11 1`. */
export function eventsOf(world: World, kind: string): readonly string[] {
  return world.sandbox.world.log
    .filter((entry) => entry.kind === kind)
    .map((entry) => `${entry.work_order_id} ${entry.provider_id}`);
}

export function assigneeOf(world: World, order: number): number | null {
  return orderOf(world, order).assignment?.providerId ?? null;
}

/** Rating at least 3, required; one point for every tenth of a star from there. */
export function aFileThat(stages: readonly Stage[], given: Partial<RuleFile> = {}): RuleFile {
  const tenths = [31, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50];
  return aRuleFile({
    criteria: [
      aCriterion({ weight: 45, when: aTest('provider.rating', 'greaterThanInclusive', 300) }),
      ...tenths.map((tenth, index) =>
        aCriterion({
          position: index + 2,
          key: `stars-${tenth}`,
          weight: 1,
          isRequired: false,
          when: aTest('provider.rating', 'greaterThanInclusive', tenth * 10),
        }),
      ),
    ],
    stages: stages.map((stage, index) => ({ ...stage, n: index + 1 })),
    guardrails: { ...NO_GUARDRAILS, pay: { ...NO_GUARDRAILS.pay, acceptCounters: true } },
    ...given,
  });
}

export const ASSIGN: Stage = { n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false };
export const ASSIGN_OVER_ROUTES: Stage = { ...ASSIGN, withdrawRoutes: true };
export const ROUTE: Stage = { n: 1, afterMinutes: 0, do: 'route', minPoints: 0 };
export const MASS_ROUTE: Stage = { n: 1, afterMinutes: 0, do: 'mass_route', top: 3, talentPoolId: null, minPoints: 0 };

export function ruleSetOf(files: readonly RuleFile[], reviews: readonly ReviewFile[] = []): RuleSet {
  const all = [...files, ...reviews];
  return { files, reviews, hash: hashText(all.map((file) => `${file.id} ${file.hash}`).join('\n')) };
}

export type RunPlan = {
  readonly files?: readonly RuleFile[];
  readonly reviews?: readonly ReviewFile[];
  readonly source?: WorkOrderSource;
  readonly target?: DispatchTarget;
  readonly store?: DecisionStore | null;
  readonly limits?: Partial<Limits>;
  readonly environment?: Environment;
  readonly tick?: string;
  readonly isDryRun?: boolean;
  readonly only?: readonly number[] | null;
  readonly isStopping?: () => boolean;
  readonly outsidePause?: () => Pause | null;
  readonly approved?: Approved;
  readonly approvedDecisions?: readonly ApprovedDecision[];
  readonly isScheduled?: boolean;
  readonly clockSkewMs?: () => number | null;
  /** Null: every pending list is pulled; left out: the ledger's own. */
  readonly memory?: PendingMemory | null;
  readonly pullAnew?: RunRequest['pullAnew'];
  readonly onDecision?: () => void;
  readonly onEffect?: (decision: Decision, effect: Effect) => void;
  readonly onReconciled?: (effect: Effect) => void;
};

let lastRun = 0;

/**
 * One run: assign at once, unless other files are given. A dry run reads the ledger through a reader of its own, or has
 * none where `store` is null.
 */
export async function run(world: World, plan: RunPlan = {}): Promise<RunReport> {
  lastRun += 1;
  const isDryRun = plan.isDryRun ?? false;
  const reader = isDryRun && plan.store !== null ? openReader(world) : null;
  const deps = {
    source: plan.source ?? world.client,
    target: plan.target ?? world.client,
    store: isDryRun ? null : plan.store === undefined ? world.store : plan.store,
    view: reader,
    // Nothing is held longer than it takes: what a run makes again has to be what it made before.
    shelf: new FileRowShelf({ rows: 0, inHand: 12 }),
    memory: plan.memory === undefined ? (reader ?? world.store).pendingMemory('0.0.0-test') : plan.memory,
    clock: world.clock,
    limits: { ...world.limits, ...plan.limits },
    ruleSet: ruleSetOf(plan.files ?? [aFileThat([ASSIGN])], plan.reviews),
    environment: plan.environment ?? 'loopback',
    engineVersion: '0.0.0-test',
    outsidePause: plan.outsidePause ?? (() => null),
    isStopping: plan.isStopping ?? (() => false),
    clockSkewMs: plan.clockSkewMs ?? (() => null),
    ...(plan.approved === undefined ? {} : { approved: plan.approved }),
    ...(plan.approvedDecisions === undefined ? {} : { approvedDecisions: plan.approvedDecisions }),
    observer: {
      onDecision: plan.onDecision ?? (() => undefined),
      onEffect: plan.onEffect ?? (() => undefined),
      onReconciled: plan.onReconciled ?? (() => undefined),
    },
  };
  const only = plan.only?.map((id) => workOrderId(id)) ?? null;
  try {
    const tick = plan.tick ?? `manual:${lastRun}`;
    return await runOnce(deps, {
      id: `run-${lastRun}`,
      tick,
      isDryRun,
      only,
      isScheduled: plan.isScheduled ?? false,
      ...(plan.pullAnew === undefined ? {} : { pullAnew: plan.pullAnew }),
    });
  } finally {
    await reader?.close();
  }
}

export function openReader({ ledgerPath }: World): SqliteLedgerReader {
  return openLedgerReader({ path: ledgerPath, migrationsFolder: MIGRATIONS });
}

/** `assign FM-1001` or `hold FM-3001`, by work order. */
export function saidOf(report: RunReport): Readonly<Record<number, string>> {
  return Object.fromEntries(
    report.decisions.map(({ planned, isUnchanged }) => [
      planned.workOrder.id,
      `${planned.outcome} ${planned.reason.code}${isUnchanged ? ' unchanged' : ''}`,
    ]),
  );
}

/** `confirmed FM-6001`, in the order they were recorded. */
export function endsOf(report: RunReport): readonly string[] {
  return report.effects.map((effect) => `${effect.kind} ${effect.reason.code}`);
}

/** The whole ledger of a work order, oldest first, read from the file. */
export async function ledgerOf(world: World, order: number): Promise<readonly RecordedDecision[]> {
  const reader = openReader(world);
  try {
    const id = workOrderId(order);
    return await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: id, withCandidates: false });
  } finally {
    await reader.close();
  }
}

export async function runsOf(world: World) {
  const reader = openReader(world);
  try {
    return await reader.runs({ sinceMs: null, untilMs: null });
  } finally {
    await reader.close();
  }
}

/** Each intent of the work order with the ends it came to: `assign 1: unknown FM-6010, confirmed FM-6001`. */
export async function intentsOf(world: World, order: number): Promise<readonly string[]> {
  return (await ledgerOf(world, order)).flatMap((decision) =>
    decision.intents.map(({ call, effects }) => {
      const whom = 'providerIds' in call ? call.providerIds.join('+') : 'providerId' in call ? call.providerId : '';
      const ends = effects.map((effect) => `${effect.kind} ${effect.reason.code}`).join(', ');
      return `${call.kind} ${whom}: ${ends === '' ? 'open' : ends}`;
    }),
  );
}

/** A decision made by hand, in the ledger with the intents given, and the context to act on it. */
export async function recordIntents(
  world: World,
  order: number,
  wanted: readonly { readonly call: WriteCall; readonly costCents?: number }[],
): Promise<{ readonly decision: Decision; readonly context: ActContext }> {
  lastRun += 1;
  const files = [aFileThat([ASSIGN])];
  const ruleSet = ruleSetOf(files);
  const nowMs = world.clock.nowMs();
  const { store, clock, limits } = world;
  const workOrder = await world.client.readWorkOrder(workOrderId(order));
  if (workOrder === null) throw new Error(`no work order ${order}`);
  const seq = (await ledgerOf(world, order)).length + 1;
  const of = { engineVersion: '0.0.0-test', ruleSetHash: ruleSet.hash };
  await store.recordRuleSet(ruleSet, nowMs);
  await store.openRun({ id: `run-${lastRun}`, environment: 'loopback', tick: `${lastRun}`, startedAtMs: nowMs, ...of });
  const decision: Decision = {
    ...of,
    id: decisionId(workOrder.id, 1, seq),
    seq,
    runId: `run-${lastRun}`,
    workOrder,
    episode: 1,
    ruleFileId: 'default',
    ruleFileHash: files[0]?.hash ?? null,
    mode: 'enforce',
    decidedAtMs: nowMs,
    openedAt: { atMs: nowMs, source: 'first_seen' },
    dueStages: [1],
    stage: 1,
    outcome: 'assign',
    reason: { code: 'FM-1002', detail: {} },
    winner: null,
    runnerUp: null,
    marginMilli: null,
    costCents: null,
    intents: wanted.map(({ call, costCents }, index) => ({ n: index + 1, call, costCents: costCents ?? 0 })),
    candidates: [],
    inputHash: ruleSet.hash,
    slate: { facts: {}, takenAtMs: nowMs },
    batch: null,
  };
  expect(await store.recordDecision(decision)).toBe('recorded');
  const planner = { source: world.client, clock, limits, ruleSet, ledger: store };
  const directory = await readDirectory(planner);
  const around = surroundings(planner, {
    directory,
    talentPools: new Map(),
    commitments: [],
    cancellations: [],
    takenAtMs: nowMs,
  });
  return {
    decision,
    context: {
      source: world.client,
      target: world.client,
      store,
      clock,
      limits,
      runId: decision.runId,
      recheck: (task, view) => recheckRequired(around, task, view),
    },
  };
}

/** Puts providers with their profiles into the directory, as an earlier run would have. */
export async function getToKnow(world: World, ...providers: readonly number[]): Promise<void> {
  const entries = await Promise.all(
    providers.map(async (id) => {
      return aDirectoryEntry({ providerId: id, profile: await world.client.readProfile(providerId(id)) });
    }),
  );
  await world.store.saveDirectory(entries);
}

/** Called before and after each step that reaches the ledger or sends a write. */
export type StepHook = (step: string, when: 'before' | 'after') => void | Promise<void>;

async function around<Result>(hook: StepHook, step: string, work: () => Promise<Result>): Promise<Result> {
  await hook(step, 'before');
  const result = await work();
  await hook(step, 'after');
  return result;
}

/** The real store, with a moment before and after every call in which the world may change or the process die. */
export function hookStore(store: DecisionStore, hook: StepHook): DecisionStore {
  return new Proxy(store, {
    get: (target, step) => {
      const member: unknown = Reflect.get(target, step, target);
      if (typeof member !== 'function') return member;
      // Decisions are recorded some at a time; a hook speaks of the first ones.
      const name = step === 'recordDecisions' ? 'recordDecision' : String(step);
      return (...given: readonly unknown[]) => around(hook, name, () => Reflect.apply(member, target, given));
    },
  });
}

/** The real target, likewise. */
export function hookTarget(target: DispatchTarget, hook: StepHook): DispatchTarget {
  return { send: (call) => around(hook, 'send', () => target.send(call)) };
}

/** Lets something happen once, at the first such step. */
export function once(step: string, when: 'before' | 'after', happens: () => void | Promise<void>): StepHook {
  let isDone = false;
  return async (reached, moment) => {
    if (isDone || reached !== step || moment !== when) return;
    isDone = true;
    await happens();
  };
}

export function ids(...plain: readonly number[]): readonly ProviderId[] {
  return plain.map((id) => providerId(id));
}

export function orderId(plain: number): WorkOrderId {
  return workOrderId(plain);
}
