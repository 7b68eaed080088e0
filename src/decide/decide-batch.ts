import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { approvedActions, holdUnapproved, holdUnrecommended, wantedOf } from './approved.ts';
import { decideTogether, type Together } from './batch.ts';
import { type Bookings, indexBookings, unseenCommitments } from './bookings.ts';
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
 * Decides all work orders of a run at once. Live files share the providers among them, those that act first: a
 * recommendation takes nobody away from work that is given out now. Each shadow file decides its own work orders as if it
 * were the only one, so that it takes nothing from the live ones and shows what it would have done; trip-wires are for
 * writes, and look at neither shadows nor recommendations.
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
    approved: approvedActions(input),
  };
  const filed = orders.flatMap((order) => (order.live === null ? [] : [{ order, scored: order.live }]));
  const shown = ordersAskedFor(input, orders);
  const decided = decideLive(filed, around);
  const asked = new Set(shown);
  const wanted = new Map([...decided].filter(([order]) => asked.has(order)));
  const { pause } = input.directives;
  const allowed = mapValues(wanted, (one) => holdOthers(input, one));
  const live = pause === null ? allowed : mapValues(allowed, (one) => pauseAction(one, pause));
  const tripped = findTripped(input, [...live.values()], filesOf(filed));
  const shadows = decideShadows(input.approvedDecisions == null ? orders : [], around);
  return {
    decisions: shown.flatMap((order) => {
      const planned = live.get(order) ?? decideWithoutFile(order);
      return [tripped === null ? planned : stopAction(planned, tripped), ...(shadows.get(order) ?? [])];
    }),
    tripped,
    ...(tripped === null ? {} : { wanted: wantedOf(input, [...live.values()]) }),
  };
}

/** All, or those of the recommendations that a person has approved. */
function ordersAskedFor({ approvedDecisions = null }: DecideInput, orders: readonly OrderInput[]) {
  if (approvedDecisions === null) return orders;
  const asked = new Set(approvedDecisions.map(({ action }) => action.workOrderId));
  return orders.filter(({ workOrder }) => asked.has(workOrder.id));
}

/** Of a run that does what was approved, nothing else goes out. */
function holdOthers({ approved = null, approvedDecisions = null }: DecideInput, one: PlannedDecision): PlannedDecision {
  const own = approvedDecisions === null ? one : holdUnrecommended(one, approvedDecisions);
  return approved === null ? own : holdUnapproved(own, approved);
}

function decideLive(filed: readonly FiledOrder[], around: Surroundings): ReadonlyMap<OrderInput, PlannedDecision> {
  const isAsking = ({ scored }: FiledOrder) => scored.file.mode === 'recommend';
  const acting = decideFiled(
    filed.filter((one) => !isAsking(one)),
    around,
  );
  const asking = decideFiled(filed.filter(isAsking), around, acting.planned);
  return new Map([...acting.decided, ...asking.decided]);
}

function decideFiled(filed: readonly FiledOrder[], around: Surroundings, before?: Bookings): Together {
  return decideTogether(
    filed.map(({ order, scored }) => prepareOrder(order, scored, around)),
    before,
  );
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
    const { decided } = decideFiled(
      filed.filter(({ scored }) => scored.file.id === file.id),
      around,
    );
    for (const [order, decision] of decided) byOrder.set(order, [...(byOrder.get(order) ?? []), decision]);
  }
  return byOrder;
}

/** Each file once, ascending by id. */
function filesOf(filed: readonly FiledOrder[]): readonly RuleFile[] {
  const files = new Map(filed.map(({ scored }) => [scored.file.id, scored.file]));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
