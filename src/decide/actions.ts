import type { Intent, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { RuleFile, Stage } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { InlineSelectionRule, SentCriterion, WriteCall } from '../domain/write-call.ts';
import type { Assessed } from './eligibility.ts';
import { compareRank, decidingField } from './rank.ts';
import type { Pool, Selection } from './selection.ts';
import { writtenPoints } from './written-points.ts';

/** Only an employee on a work order without pay is chosen without a known cost; see `payBlocks`. */
const NO_PAY_CENTS = 0;

/** Of a talent pool, where the stage gives no number: as many as "top" may ask for. */
const MOST_INVITED = 200;

export type Chosen = Extract<Selection, { readonly kind: 'chosen' }>;

/** What a stage does, whether or not the file's mode lets it. */
export type Action = {
  readonly outcome: 'assign' | 'route' | 'mass_route' | 'publish' | 'unpublish' | 'auto_dispatch';
  readonly stage: number;
  readonly reason: Reason;
  readonly winner: ProviderId | null;
  readonly runnerUp: ProviderId | null;
  readonly marginMilli: number | null;
  readonly costCents: number | null;
  readonly intents: readonly Intent[];
  /** Whom it uses up. */
  readonly providers: readonly ProviderId[];
  /** Of an assignment, everybody whom its stage could assign, best first. */
  readonly choices?: readonly Assessed[];
};

export type ActionTerms = {
  readonly workOrder: WorkOrder;
  readonly file: RuleFile;
  readonly pool: Pool;
  readonly chosen: Chosen;
};

/** Withdraws the live routes of all others, then assigns; the winner's own route is no rival and stays. */
export function assignAction(terms: ActionTerms, stage: Stage, liveRoutes: readonly ProviderId[]): Action {
  const { workOrder, chosen } = terms;
  const { candidate } = chosen.winner.scored;
  const withdrawals = liveRoutes
    .filter((providerId) => providerId !== candidate.providerId)
    .map((providerId): WriteCall => ({ kind: 'unroute', workOrderId: workOrder.id, providerId }));
  const binding = { call: assigningCall(terms), costCents: candidate.costCents ?? NO_PAY_CENTS };
  return {
    ...chosenOf(chosen),
    outcome: 'assign',
    stage: stage.n,
    reason: assignReason(terms),
    costCents: candidate.costCents,
    intents: [...withdrawals.map((call) => ({ call, costCents: 0 })), binding].map((intent, index) => {
      return { n: index + 1, ...intent };
    }),
    providers: [candidate.providerId],
    choices: chosen.reaching,
  };
}

/** Costs what the provider would: an accepted route is an assignment without another look. */
export function routeAction(terms: ActionTerms, stage: Stage & { readonly do: 'route' }): Action {
  const { chosen, workOrder } = terms;
  const providerId = chosen.winner.keys.provider_id;
  const { costCents } = chosen.winner.scored.candidate;
  return {
    ...chosenOf(chosen),
    outcome: 'route',
    stage: stage.n,
    reason: { code: 'FM-1101', detail: pointsDetail(chosen.winner) },
    costCents,
    intents: [
      {
        n: 1,
        call: { kind: 'route', workOrderId: workOrder.id, providerId, ...ruleFor(workOrder, stage) },
        costCents: costCents ?? NO_PAY_CENTS,
      },
    ],
    providers: [providerId],
  };
}

/** Costs what the dearest of the invited would, for only one of them can accept. */
export function massRouteAction(
  { chosen, workOrder }: ActionTerms,
  stage: Stage & { readonly do: 'mass_route' },
): Action {
  const { talentPoolId: pool } = stage;
  const invited = chosen.reaching.slice(0, stage.top ?? MOST_INVITED);
  const providerIds = invited.map(({ keys }) => keys.provider_id).sort((a, b) => a - b);
  const costs = invited.flatMap(({ scored }) => scored.candidate.costCents ?? []);
  const costCents = costs.length === 0 ? null : Math.max(...costs);
  return {
    outcome: 'mass_route',
    stage: stage.n,
    reason:
      pool === null
        ? { code: 'FM-1102', detail: { count: providerIds.length } }
        : { code: 'FM-1103', detail: { count: providerIds.length, pool } },
    winner: null,
    runnerUp: null,
    marginMilli: null,
    costCents,
    intents: [
      {
        n: 1,
        call: { kind: 'mass_route', workOrderId: workOrder.id, providerIds, ...ruleFor(workOrder, stage) },
        costCents: costCents ?? NO_PAY_CENTS,
      },
    ],
    providers: providerIds,
  };
}

/** What goes along with a call on this work order, in the platform's form; nothing where none of it applies to remote work. */
export function ruleFor(
  { isRemote }: Pick<WorkOrder, 'isRemote'>,
  { sends = [] }: { readonly sends?: readonly SentCriterion[] },
): { readonly selectionRule?: InlineSelectionRule } {
  const rules = sends
    .filter(({ canRemote }) => canRemote || !isRemote)
    .map(({ name, operator, value }) => ({ name, operator, value }));
  return rules.length === 0 ? {} : { selectionRule: { rules } };
}

function chosenOf({ winner, runnerUp, marginMilli }: Chosen): Pick<Action, 'winner' | 'runnerUp' | 'marginMilli'> {
  return { winner: winner.keys.provider_id, runnerUp: runnerUp?.keys.provider_id ?? null, marginMilli };
}

function assigningCall({ workOrder, file, chosen }: ActionTerms): WriteCall {
  const { providerId, request } = chosen.winner.scored.candidate;
  const target = { workOrderId: workOrder.id, providerId };
  if (request?.isCounter === true)
    return { kind: 'accept_counter', ...target, requestId: request.id, payCents: request.pay.maxCents };
  return { kind: 'assign', ...target, clientPayTermsAccepted: file.acceptClientPayTerms };
}

/** The most telling true sentence about why this request and no other. */
function assignReason({ file, pool, chosen }: ActionTerms): Reason {
  const { winner, reaching } = chosen;
  const detail = { ...pointsDetail(winner), eligible: reaching.length };
  const [first] = reaching;
  if (first !== undefined && first !== winner)
    return { code: 'FM-1006', detail: { ...detail, first: first.keys.provider_id } };
  const taken = pool.taken.filter((one) => compareRank(file.tieBreak, one.keys, winner.keys) < 0).length;
  if (taken > 0) return { code: 'FM-1003', detail: { ...detail, taken } };
  const next = reaching[1] ?? null;
  const { costCents, request } = winner.scored.candidate;
  const isCounter = request?.isCounter === true && costCents !== null;
  const lead = next === null ? null : winner.keys.points - next.keys.points;
  if (isCounter && (lead === null || lead >= 0))
    return { code: 'FM-1004', detail: { ...detail, cost: formatCents(costCents) } };
  if (next === null) return { code: 'FM-1002', detail };
  if (lead !== null && lead > 0) return { code: 'FM-1001', detail };
  const decidedBy = decidingField(file.tieBreak, winner.keys, next.keys);
  return { code: 'FM-1005', detail: { ...detail, decided_by: decidedBy, runner_up: next.keys.provider_id } };
}

function pointsDetail({ scored }: Assessed): { readonly [name: string]: string | number } {
  return {
    provider: scored.candidate.providerId,
    points: writtenPoints(scored.pointsMilli),
    max_points: scored.maxPoints,
  };
}
