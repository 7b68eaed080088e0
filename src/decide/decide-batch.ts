import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { approvedActions, holdUnapproved, holdUnrecommended, wantedOf } from './approved.ts';
import { decideTogether, type Together, type TurnTaken } from './batch.ts';
import { type Bookings, indexBookings, unseenCommitments } from './bookings.ts';
import { decideWithoutFile, prepareOrder, type Surroundings } from './decide-order.ts';
import type { BatchDecisions, DecideInput, OrderInput, ScoredFile, Share } from './input.ts';
import { pauseAction } from './pause.ts';
import { findTripped, stopAction, wantingOf, wantingOfShares } from './trip-wires.ts';

/** What becomes of decisions already taken when a limit of the whole run is broken by more than them. */
export function stopBatch(
  batch: BatchDecisions,
  tripped: Reason,
  input: Pick<DecideInput, 'committedTodayCents' | 'committedTodayByRuleFile'>,
): BatchDecisions {
  if (batch.decisions.every(({ intents }) => intents.length === 0)) return batch;
  return {
    ...batch,
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
  const around = surroundingsOf(input);
  const filed = orders.flatMap((order) => (order.live === null ? [] : [{ order, scored: order.live }]));
  const shown = ordersAskedFor(input, orders);
  const others = input.standIns ?? NO_STAND_INS;
  const decided = decideLive(filed, around, others.shares);
  const asked = new Set(shown);
  const wanted = new Map(
    [...decided].filter(([order]) => asked.has(order)).map(([order, one]) => [order, one.planned]),
  );
  const { pause } = input.directives;
  const allowed = mapValues(wanted, (one) => holdOthers(input, one));
  const live = pause === null ? allowed : mapValues(allowed, (one) => pauseAction(one, pause));
  const wanting = [...wantingOf([...live.values()]), ...wantingOfShares(others.shares)];
  const tripped = findTripped(input, wanting, filesOf([...filed.map(({ scored }) => scored.file), ...others.files]));
  const shadows = decideShadows(input.approvedDecisions == null ? orders : [], around, others.shares);
  return {
    decisions: shown.flatMap((order) => {
      const planned = live.get(order) ?? decideWithoutFile(order);
      const own = (shadows.get(order) ?? []).map((shadow) => shadow.planned);
      return [tripped === null ? planned : stopAction(planned, tripped), ...own];
    }),
    tripped,
    ...(tripped === null ? {} : { wanted: wantedOf(input, [...live.values()]) }),
    shares: orders.flatMap((order) => {
      const taken = [...(decided.has(order) ? [decided.get(order)] : []), ...(shadows.get(order) ?? [])];
      return taken.flatMap((one) => (one === undefined ? [] : shareOf(one, live.get(order))));
    }),
  };
}

const NO_STAND_INS: NonNullable<DecideInput['standIns']> = { shares: [], files: [] };

/** A decision as it came out of its turn, before pauses, approvals and limits. */
type Taken = { readonly planned: PlannedDecision; readonly turn: TurnTaken; readonly group: Share['group'] };

/** Empty where the others feel nothing of it. `live`: what became of the live one, limits aside. */
function shareOf({ planned, turn, group }: Taken, live: PlannedDecision | undefined): readonly Share[] {
  const { workOrder, ruleFileId } = planned;
  const isActing = group !== 'shadow' && live !== undefined && live.intents.length > 0;
  if (turn.commitments.length === 0 && !isActing) return [];
  const wants = isActing ? { costCents: live.costCents } : null;
  return [{ workOrderId: workOrder.id, ruleFileId, group, ...turn, wants }];
}

/** What all work orders of the run have in common. */
export function surroundingsOf(input: DecideInput): Surroundings {
  return {
    nowMs: input.nowMs,
    talentPools: input.talentPools,
    projectDispatch: input.projectDispatch,
    handOverMarginMs: input.limits.handOverMarginMs,
    directives: input.directives,
    bookings: indexBookings([...input.commitments, ...unseenCommitments(input.orders)]),
    approved: approvedActions(input),
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

function decideLive(
  filed: readonly FiledOrder[],
  around: Surroundings,
  shares: readonly Share[],
): ReadonlyMap<OrderInput, Taken> {
  const isAsking = ({ scored }: FiledOrder) => scored.file.mode === 'recommend';
  const acting = decideFiled(
    filed.filter((one) => !isAsking(one)),
    around,
    { standIns: shares.filter(({ group }) => group === 'acting') },
  );
  const asking = decideFiled(filed.filter(isAsking), around, {
    before: acting.planned,
    standIns: shares.filter(({ group }) => group === 'asking'),
  });
  return new Map([...takenIn(acting, 'acting'), ...takenIn(asking, 'asking')]);
}

function takenIn({ decided, turns }: Together, group: Share['group']): readonly (readonly [OrderInput, Taken])[] {
  return [...turns].flatMap(([order, turn]) => {
    const planned = decided.get(order);
    return planned === undefined ? [] : [[order, { planned, turn, group }] as const];
  });
}

function decideFiled(
  filed: readonly FiledOrder[],
  around: Surroundings,
  among: { readonly before?: Bookings; readonly standIns: readonly Share[] },
): Together {
  return decideTogether(
    filed.map(({ order, scored }) => prepareOrder(order, scored, around)),
    among,
  );
}

function mapValues<Key, Value>(all: ReadonlyMap<Key, Value>, change: (one: Value) => Value): ReadonlyMap<Key, Value> {
  return new Map([...all].map(([key, one]) => [key, change(one)] as const));
}

/** By rule file id within each work order. */
function decideShadows(
  orders: readonly OrderInput[],
  around: Surroundings,
  shares: readonly Share[],
): ReadonlyMap<OrderInput, readonly Taken[]> {
  const filed = orders.flatMap((order) => order.shadows.map((scored) => ({ order, scored })));
  const byOrder = new Map<OrderInput, Taken[]>();
  for (const file of filesOf(filed.map(({ scored }) => scored.file))) {
    const together = decideFiled(
      filed.filter(({ scored }) => scored.file.id === file.id),
      around,
      { standIns: shares.filter(({ group, ruleFileId }) => group === 'shadow' && ruleFileId === file.id) },
    );
    for (const [order, taken] of takenIn(together, 'shadow'))
      byOrder.set(order, [...(byOrder.get(order) ?? []), taken]);
  }
  return byOrder;
}

/** Each file once, ascending by id. */
function filesOf(all: readonly RuleFile[]): readonly RuleFile[] {
  const files = new Map(all.map((file) => [file.id, file]));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
