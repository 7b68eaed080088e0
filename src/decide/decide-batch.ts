import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { approvedActions, holdUnapproved, holdUnrecommended, wantedOf } from './approved.ts';
import type { SolveProgram } from './assignment/program.ts';
import { decideTogether, type Together, type TurnTaken } from './batch.ts';
import { type Bookings, indexBookings, NO_BOOKINGS, unseenCommitments } from './bookings.ts';
import { decideWithoutFile } from './decide-order.ts';
import type { BatchDecisions, DecideInput, OrderInput, ScoredFile, Share, Solution } from './input.ts';
import { pauseAction } from './pause.ts';
import { type PreparedOrder, prepareOrder, type Surroundings } from './prepare-order.ts';
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
 * Decides all work orders of a run at once, their assignments as one problem. Live files share the providers among them, those that act first: a
 * recommendation takes nobody away from work that is given out now. Each shadow file decides its own work orders as if it
 * were the only one, so that it takes nothing from the live ones and shows what it would have done; trip-wires are for
 * writes, and look at neither shadows nor recommendations.
 */
export function decideBatch(input: DecideInput, solve: SolveProgram): BatchDecisions {
  const orders = [...input.orders].sort((a, b) => a.workOrder.id - b.workOrder.id);
  const around = surroundingsOf(input);
  const filed = orders.flatMap((order) => (order.live === null ? [] : [{ order, scored: order.live }]));
  const shown = ordersAskedFor(input, orders);
  const others = input.standIns ?? NO_STAND_INS;
  const terms: Terms = { around, others, solve: input.oneByOne === true ? null : solve };
  const { decided, solutions } = decideLive(filed, terms);
  const asked = new Set(shown);
  const wanted = new Map(
    [...decided].filter(([order]) => asked.has(order)).map(([order, one]) => [order, one.planned]),
  );
  const { pause } = input.directives;
  const allowed = mapValues(wanted, (one) => holdOthers(input, one));
  const live = pause === null ? allowed : mapValues(allowed, (one) => pauseAction(one, pause));
  const wanting = [...wantingOf([...live.values()]), ...wantingOfShares(others.shares)];
  const tripped = findTripped(input, wanting, filesOf([...filed.map(({ scored }) => scored.file), ...others.files]));
  const shadows = decideShadows(input.approvedDecisions == null ? orders : [], terms);
  return {
    decisions: shown.flatMap((order) => {
      const planned = live.get(order) ?? decideWithoutFile(order);
      const own = (shadows.decided.get(order) ?? []).map((shadow) => shadow.planned);
      return [tripped === null ? planned : stopAction(planned, tripped), ...own];
    }),
    tripped,
    ...(tripped === null ? {} : { wanted: wantedOf(input, [...live.values()]) }),
    shares: orders.flatMap((order) => {
      const taken = [...(decided.has(order) ? [decided.get(order)] : []), ...(shadows.decided.get(order) ?? [])];
      return taken.flatMap((one) => (one === undefined ? [] : shareOf(one, live.get(order))));
    }),
    solutions: [...solutions, ...shadows.solutions],
  };
}

const NO_STAND_INS: NonNullable<DecideInput['standIns']> = { shares: [], files: [] };

type Terms = {
  readonly around: Surroundings;
  readonly others: NonNullable<DecideInput['standIns']>;
  /** Null: one at a time. */
  readonly solve: SolveProgram | null;
};

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
    ...(input.recent === undefined ? {} : { recent: input.recent }),
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
  terms: Terms,
): { readonly decided: ReadonlyMap<OrderInput, Taken>; readonly solutions: readonly Solution[] } {
  const isAsking = ({ scored }: FiledOrder) => scored.file.mode === 'recommend';
  const acting = decideFiled(
    filed.filter((one) => !isAsking(one)),
    terms,
    { group: 'acting', ruleFileId: null },
  );
  const asking = decideFiled(filed.filter(isAsking), terms, {
    group: 'asking',
    ruleFileId: null,
    before: acting.planned,
  });
  return {
    decided: new Map([...takenIn(acting, 'acting'), ...takenIn(asking, 'asking')]),
    solutions: [...acting.solutions, ...asking.solutions],
  };
}

function takenIn({ decided, turns }: Together, group: Share['group']): readonly (readonly [OrderInput, Taken])[] {
  return [...turns].flatMap(([order, turn]) => {
    const planned = decided.get(order);
    return planned === undefined ? [] : [[order, { planned, turn, group }] as const];
  });
}

/** Of a shadow file, itself; of those that share the providers, null. */
type Group = Pick<Solution, 'group' | 'ruleFileId'> & { readonly before?: Bookings };

function decideFiled(
  filed: readonly FiledOrder[],
  { around, others, solve }: Terms,
  { group, ruleFileId, before = NO_BOOKINGS }: Group,
): Together & { readonly solutions: readonly Solution[] } {
  const isOfGroup = (one: Pick<Solution, 'group' | 'ruleFileId'>) =>
    one.group === group && (ruleFileId === null || one.ruleFileId === ruleFileId);
  const together = decideTogether(prepareEach(filed, around), {
    solve,
    before,
    standIns: others.shares.filter(isOfGroup),
    recorded: others.solutions?.find(isOfGroup) ?? null,
  });
  const { solution } = together;
  return { ...together, solutions: solution === null ? [] : [{ group, ruleFileId, ...solution }] };
}

/** One after the other, so that each one's slate is looked at while it is there. */
function* prepareEach(filed: readonly FiledOrder[], around: Surroundings): Generator<PreparedOrder> {
  for (const { order, scored } of filed) yield prepareOrder(order, scored, around);
}

function mapValues<Key, Value>(all: ReadonlyMap<Key, Value>, change: (one: Value) => Value): ReadonlyMap<Key, Value> {
  return new Map([...all].map(([key, one]) => [key, change(one)] as const));
}

/** By rule file id within each work order. */
function decideShadows(
  orders: readonly OrderInput[],
  terms: Terms,
): { readonly decided: ReadonlyMap<OrderInput, readonly Taken[]>; readonly solutions: readonly Solution[] } {
  const filed = orders.flatMap((order) => order.shadows.map((scored) => ({ order, scored })));
  const byOrder = new Map<OrderInput, Taken[]>();
  const solutions: Solution[] = [];
  for (const file of filesOf(filed.map(({ scored }) => scored.file))) {
    const own = filed.filter(({ scored }) => scored.file.id === file.id);
    const together = decideFiled(own, terms, { group: 'shadow', ruleFileId: file.id });
    solutions.push(...together.solutions);
    for (const [order, taken] of takenIn(together, 'shadow'))
      byOrder.set(order, [...(byOrder.get(order) ?? []), taken]);
  }
  return { decided: byOrder, solutions };
}

/** Each file once, ascending by id. */
function filesOf(all: readonly RuleFile[]): readonly RuleFile[] {
  const files = new Map(all.map((file) => [file.id, file]));
  return [...files.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
