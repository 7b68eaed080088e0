import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { holdUnapproved, wantedOf } from './approved.ts';
import { decideTogether } from './batch.ts';
import { indexBookings, unseenCommitments } from './bookings.ts';
import { decideWithoutFile, prepareOrder, type Surroundings } from './decide-order.ts';
import type { BatchDecisions, DecideInput, OrderInput, ScoredFile } from './input.ts';
import { pauseAction } from './pause.ts';
import { findTripped, stopAction } from './trip-wires.ts';

/** What becomes of decisions already taken when a limit of the whole run is broken by more than them. */
export function stopBatch(
  batch: BatchDecisions,
  tripped: Reason,
  input: Pick<DecideInput, 'committedTodayCents' | 'committedTodayByRuleFile'>,
): BatchDecisions {
  if (batch.decisions.every(({ intents }) => intents.length === 0)) return batch;
  return {
    decisions: batch.decisions.map((planned) => stopAction(planned, tripped)),
    tripped,
    wanted: wantedOf(input, batch.decisions),
  };
}

type FiledOrder = { readonly order: OrderInput; readonly scored: ScoredFile };

/**
 * Decides all work orders of a run at once. Live files share the providers among them. Each shadow file decides its own
 * work orders as if it were the only one, so that it takes nothing from the live ones and shows what it would have done;
 * trip-wires are for writes and do not look at shadows.
 */
export function decideBatch(input: DecideInput): BatchDecisions {
  const orders = [...input.orders].sort((a, b) => a.workOrder.id - b.workOrder.id);
  const around: Surroundings = {
    nowMs: input.nowMs,
    talentPools: input.talentPools,
    projectDispatch: input.projectDispatch,
    handOverMarginMs: input.limits.handOverMarginMs,
    directives: input.directives,
    bookings: indexBookings([...input.commitments, ...unseenCommitments(orders)]),
  };
  const filed = orders.flatMap((order) => (order.live === null ? [] : [{ order, scored: order.live }]));
  const { pause } = input.directives;
  const wanted = decideFiled(filed, around);
  const approved = input.approved ?? null;
  const allowed = approved === null ? wanted : mapValues(wanted, (one) => holdUnapproved(one, approved));
  const live = pause === null ? allowed : mapValues(allowed, (one) => pauseAction(one, pause));
  const tripped = findTripped(input, [...live.values()], filesOf(filed));
  const shadows = decideShadows(orders, around);
  return {
    decisions: orders.flatMap((order) => {
      const planned = live.get(order) ?? decideWithoutFile(order);
      return [tripped === null ? planned : stopAction(planned, tripped), ...(shadows.get(order) ?? [])];
    }),
    tripped,
    ...(tripped === null ? {} : { wanted: wantedOf(input, [...live.values()]) }),
  };
}

function decideFiled(filed: readonly FiledOrder[], around: Surroundings): ReadonlyMap<OrderInput, PlannedDecision> {
  return decideTogether(filed.map(({ order, scored }) => prepareOrder(order, scored, around)));
}

function mapValues<Key, Value>(all: ReadonlyMap<Key, Value>, change: (one: Value) => Value): ReadonlyMap<Key, Value> {
  return new Map([...all].map(([key, one]) => [key, change(one)] as const));
}

/** By rule file id within each work order. */
function decideShadows(
  orders: readonly OrderInput[],
  around: Surroundings,
): ReadonlyMap<OrderInput, readonly PlannedDecision[]> {
  const filed = orders.flatMap((order) => order.shadows.map((scored) => ({ order, scored })));
  const byOrder = new Map<OrderInput, PlannedDecision[]>();
  for (const file of filesOf(filed)) {
    const own = decideFiled(
      filed.filter(({ scored }) => scored.file.id === file.id),
      around,
    );
    for (const [order, decision] of own) byOrder.set(order, [...(byOrder.get(order) ?? []), decision]);
  }
  return byOrder;
}

/** Each file once, ascending by id. */
function filesOf(filed: readonly FiledOrder[]): readonly RuleFile[] {
  const files = new Map(filed.map(({ scored }) => [scored.file.id, scored.file]));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
