import { ACTIONS } from '../actions/catalog.ts';
import type { GuardVerdict, ServerView } from '../actions/definition.ts';
import { ASSIGNING, INVITING } from '../decide/earlier-attempts.ts';
import { requestCostCents } from '../domain/cost.ts';
import type { Decision, Effect, Outcome, PlannedDecision } from '../domain/decision.ts';
import { decisionId } from '../domain/ids.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { Environment, Run } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall, WriteKind } from '../domain/write-call.ts';
import { closingOnFailure } from './close-failed.ts';
import { fingerprint } from './fingerprint.ts';
import { readServerView } from './observe.ts';
import { blankHistory, openEpisode } from './open-episodes.ts';
import { type ActContext, performIntent } from './perform-intent.ts';
import { type DecisionStore, type DispatchTarget, LedgerFailure, type WorkOrderHistory } from './ports.ts';
import { reconcile } from './reconcile.ts';
import { summarise } from './summary.ts';

export type HandDeps = Omit<ActContext, 'runId' | 'recheck' | 'store' | 'target'> & {
  readonly target: DispatchTarget;
  readonly store: DecisionStore;
  readonly environment: Environment;
  readonly engineVersion: string;
  readonly ruleSet: RuleSet;
};

export type HandPreview = {
  readonly workOrder: WorkOrder | null;
  readonly guard: GuardVerdict;
  /** What it would commit us to, or an approval release, in cents; 0 when it moves no money, or the platform does not say. */
  readonly costCents: number;
};

export type HandReport =
  | { readonly kind: 'acted'; readonly decision: Decision; readonly effect: Effect }
  /** An earlier action on this work order is not settled; nothing was recorded or sent. */
  | { readonly kind: 'blocked'; readonly decisionId: string };

export type HandRequest = {
  readonly runId: string;
  readonly call: WriteCall;
  /** The cost that the person was shown and agreed to; another by now is refused. Left out: what it costs now. */
  readonly shownCents?: number;
  /** Who asks, for the record. Left out: not known. */
  readonly by?: string;
};

/** What the guard says now, without recording or sending anything. */
export async function previewByHand(deps: Pick<ActContext, 'source' | 'clock'>, call: WriteCall): Promise<HandPreview> {
  const view = await readServerView(deps, call.workOrderId);
  const costCents = costOf(call, view);
  const guard = ACTIONS[call.kind].guard(call, view, costCents > 0 ? costCents : null);
  return { workOrder: view.workOrder, guard, costCents };
}

/**
 * One action that a person asked for, through the same guard, claim, write, confirm and ledger as a rule file's. No rule
 * is asked: a person may do what no file would.
 */
export async function actByHand(deps: HandDeps, request: HandRequest): Promise<HandReport> {
  const { store } = deps;
  const requestsBefore = deps.source.requestCount();
  const view = await readServerView(deps, request.call.workOrderId);
  if (view.workOrder === null) throw new TypeError('a work order that cannot be seen was not refused before');
  const run = toHandRun(deps, request.runId);
  await bind(deps, view.workOrder);
  await store.recordRuleSet(deps.ruleSet, run.startedAtMs);
  await store.openRun(run);
  return closingOnFailure({ deps, store, run, requestsBefore }, () =>
    actInRun(deps, request, { run, view, requestsBefore }),
  );
}

type OpenRun = { readonly run: Run; readonly view: ServerView; readonly requestsBefore: number };

async function actInRun(
  deps: HandDeps,
  request: HandRequest,
  { run, view, requestsBefore }: OpenRun,
): Promise<HandReport> {
  const { store } = deps;
  if (view.workOrder === null) throw new TypeError('no work order to act on');
  const context: ActContext = { ...deps, runId: run.id, recheck: async () => null };
  const reconciled = await reconcile(context);
  const recorded = await readHistory(deps, view.workOrder);
  // What is not settled may still land, whatever episode it is of.
  const open = recorded.attempts.find(({ effect }) => effect === null || effect.kind === 'unknown');
  const history = await openEpisode(eyesFor(deps, request.call), recorded);
  const decision = toDecision({ deps, run, view, history, request });
  const effect = open === undefined ? await record(context, decision) : null;
  const isActed = effect !== null && effect !== 'collision';
  await store.closeRun({
    runId: run.id,
    endedAtMs: deps.clock.nowMs(),
    result: effect === 'collision' ? 'failed' : 'done',
    summary: summarise({
      openWorkOrders: 0,
      decisions: isActed ? [{ planned: decision, isUnchanged: false }] : [],
      recorded: isActed ? [decision] : [],
      effects: [...reconciled.effects, ...(isActed ? [effect] : [])],
      settledCents: reconciled.confirmedCents,
      quarantined: [],
      httpRequests: deps.source.requestCount() - requestsBefore,
      stopped: null,
      isDryRun: false,
      collisions: effect === 'collision' ? 1 : 0,
      pause: null,
    }),
  });
  if (effect === 'collision')
    throw new LedgerFailure('another process decided on this work order at the same moment', 'Run the command again.');
  return effect === null
    ? { kind: 'blocked', decisionId: open?.decisionId ?? '' }
    : { kind: 'acted', decision, effect };
}

async function record(context: ActContext, decision: Decision): Promise<Effect | 'collision'> {
  if ((await context.store.recordDecision(decision)) === 'collision') return 'collision';
  const [intent] = decision.intents;
  if (intent === undefined) throw new TypeError('a decision by hand has one intent');
  return performIntent(context, { decisionId: decision.id, ruleFileId: null, intent, effectN: 1 });
}

/** The run that what a person does is recorded under. */
export function toHandRun(deps: Omit<HandDeps, 'target'>, id: string): Run {
  return {
    id,
    environment: deps.environment,
    tick: `manual:${id}`,
    startedAtMs: deps.clock.nowMs(),
    engineVersion: deps.engineVersion,
    ruleSetHash: deps.ruleSet.hash,
  };
}

async function bind(deps: HandDeps, workOrder: WorkOrder): Promise<void> {
  const bound = await deps.store.bindIdentity({ environment: deps.environment, companyId: workOrder.companyId });
  if (bound.kind === 'foreign')
    throw new LedgerFailure(bound.message, 'Set FIELDMARSHAL_DB to the ledger of this environment and company.');
}

async function readHistory(deps: HandDeps, workOrder: WorkOrder): Promise<WorkOrderHistory> {
  const nowMs = deps.clock.nowMs();
  const { histories } = await deps.store.snapshot([workOrder.id], nowMs, nowMs);
  return histories[0] ?? blankHistory(workOrder);
}

/**
 * A person who assigns or invites has looked: it is sent though somebody was seen on the work order a moment ago, and then
 * it is no part of that one's episode any more. What binds nobody opens none early, for runs would no longer wait.
 */
function eyesFor(deps: HandDeps, { kind }: WriteCall): HandDeps {
  return BINDING.includes(kind) ? { ...deps, limits: { ...deps.limits, quietTimeMs: 0 } } : deps;
}

/**
 * An assignment costs what the request asks; a direct one, and whatever invites, the work order's own pay, since who is
 * invited may accept any moment. Approving releases what the platform has reckoned. Everything else moves no money.
 */
function costOf(call: WriteCall, view: ServerView): number {
  if (call.kind === 'approve') return view.workOrder?.work?.approvedPayCents ?? 0;
  if (view.workOrder === null || !BINDING.includes(call.kind)) return 0;
  const isAsked = (call.kind === 'assign' && call.isDirect !== true) || call.kind === 'accept_counter';
  const row = isAsked ? view.rows.find((one) => one.providerId === call.providerId) : undefined;
  return requestCostCents(row?.request ?? null, view.workOrder) ?? 0;
}

/** What binds somebody, or may any moment. */
const BINDING: readonly WriteKind[] = [...ASSIGNING, ...INVITING];

function toDecision(from: {
  readonly deps: HandDeps;
  readonly run: Run;
  readonly view: ServerView;
  readonly history: WorkOrderHistory;
  readonly request: HandRequest;
}): Decision {
  const { deps, run, view, history, request } = from;
  const { call } = request;
  if (view.workOrder === null) throw new TypeError('no work order to decide on');
  const costCents = request.shownCents ?? costOf(call, view);
  const planned: PlannedDecision = {
    workOrder: view.workOrder,
    episode: history.episode,
    ruleFileId: null,
    ruleFileHash: null,
    mode: null,
    openedAt: history.openedAt ?? { atMs: view.observedAtMs, source: 'first_seen' },
    dueStages: [],
    stage: null,
    outcome: OUTCOMES[call.kind],
    reason: { code: 'FM-1901', detail: { action: ACTIONS[call.kind].title, by: request.by ?? 'a person' } },
    winner: 'providerId' in call ? call.providerId : null,
    runnerUp: null,
    marginMilli: null,
    costCents: costCents > 0 ? costCents : null,
    intents: [{ n: 1, call, costCents }],
    candidates: [],
  };
  return {
    ...planned,
    id: decisionId(view.workOrder.id, history.episode, history.nextSeq),
    seq: history.nextSeq,
    runId: run.id,
    decidedAtMs: view.observedAtMs,
    engineVersion: deps.engineVersion,
    ruleSetHash: deps.ruleSet.hash,
    inputHash: fingerprint(planned, history, {}),
    slate: { facts: {}, takenAtMs: view.observedAtMs },
    batch: { takenAtMs: view.observedAtMs, byHand: true },
  };
}

const OUTCOMES: { readonly [Kind in WriteKind]: Outcome } = {
  publish: 'publish',
  unpublish: 'unpublish',
  route: 'route',
  unroute: 'unroute',
  mass_route: 'mass_route',
  mass_route_pool: 'mass_route',
  auto_dispatch: 'auto_dispatch',
  assign: 'assign',
  accept_counter: 'assign',
  unassign: 'unassign',
  decline_request: 'decline_request',
  complete: 'complete',
  incomplete: 'incomplete',
  approve: 'approve',
  unapprove: 'unapprove',
};
