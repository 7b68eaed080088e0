import { AGEING_FACTS } from '../criteria/catalog.ts';
import { counterOverBase } from '../criteria/counter-over-base.ts';
import type { FactInput } from '../criteria/definition.ts';
import { payTotal } from '../criteria/pay-total.ts';
import { requestCostCents } from '../domain/cost.ts';
import { type Fact, type Facts, type FactValue, factRef } from '../domain/fact.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { ProviderRequest } from '../domain/provider.ts';
import type { Candidate, Slate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { workOrderFacts } from './work-order-facts.ts';

/** What a what-if takes to be so on one work order, whatever was pulled or recorded. Facts by key, in their kept units. */
export type Supposed = {
  readonly workOrderId: WorkOrderId;
  readonly workOrder: Facts;
  readonly providers: ReadonlyMap<ProviderId, Facts>;
};

/**
 * The work order itself, where a fact is more than what conditions see of it: a remote one leaves criteria out, another pay
 * is another cost, another start other bookings.
 */
export function supposeWorkOrder(workOrder: WorkOrder, supposed: Supposed, takenAtMs: number): WorkOrder {
  if (workOrder.id !== supposed.workOrderId) return workOrder;
  return Object.entries(supposed.workOrder).reduce((changed, [key, fact]) => {
    const change = WORK_ORDER_PARTS[key];
    return change === undefined ? changed : change(changed, fact.kind === 'known' ? fact.value : null, takenAtMs);
  }, workOrder);
}

type Change = (workOrder: WorkOrder, value: FactValue | null, takenAtMs: number) => WorkOrder;

const WORK_ORDER_PARTS: { readonly [fact: string]: Change } = {
  'work_order.is_remote': (workOrder, value) =>
    value === null ? workOrder : { ...workOrder, isRemote: value === true },
  'work_order.is_bundled': (workOrder, value) => ({
    ...workOrder,
    bundleId: value === true ? (workOrder.bundleId ?? 0) : null,
  }),
  'work_order.pay_total': (workOrder, value) => ({
    ...workOrder,
    pay:
      typeof value === 'number'
        ? { kind: workOrder.pay.kind === 'none' ? 'fixed' : workOrder.pay.kind, maxCents: value }
        : { kind: 'none', maxCents: 0 },
  }),
  'work_order.company_id': (workOrder, value) => ({ ...workOrder, companyId: numberOf(value) }),
  'work_order.client_id': (workOrder, value) => ({ ...workOrder, clientId: numberOf(value) }),
  'work_order.project_id': (workOrder, value) => ({ ...workOrder, projectId: numberOf(value) }),
  'work_order.types_of_work': (workOrder, value) => ({ ...workOrder, typesOfWork: typesNamed(workOrder, value) }),
  'work_order.local_date': (workOrder, value) => ({
    ...workOrder,
    schedule: { ...workOrder.schedule, localDate: typeof value === 'string' ? value : null },
  }),
  'work_order.estimated_hours': (workOrder, value) => ({
    ...workOrder,
    schedule: { ...workOrder.schedule, estimatedMinutes: numberOf(value) },
  }),
  'work_order.hours_until_start': (workOrder, value, takenAtMs) => startingIn(workOrder, numberOf(value), takenAtMs),
};

function numberOf(value: FactValue | null): number | null {
  return typeof value === 'number' ? value : null;
}

/** Names that the work order has keep their ids; the first one is the primary. */
function typesNamed({ typesOfWork }: WorkOrder, value: FactValue | null): WorkOrder['typesOfWork'] {
  const names = Array.isArray(value) ? value.map(String) : [];
  return names.map((name, place) => ({
    id: typesOfWork.find((type) => type.name === name)?.id ?? 0,
    name,
    isPrimary: place === 0,
  }));
}

/** The window keeps its length. */
function startingIn(workOrder: WorkOrder, minutes: number | null, takenAtMs: number): WorkOrder {
  const { schedule } = workOrder;
  if (minutes === null) return { ...workOrder, schedule: { ...schedule, startMs: null, endMs: null } };
  const startMs = takenAtMs + minutes * 60_000;
  const lengthMs = schedule.startMs === null || schedule.endMs === null ? null : schedule.endMs - schedule.startMs;
  return { ...workOrder, schedule: { ...schedule, startMs, endMs: lengthMs === null ? null : startMs + lengthMs } };
}

/** The slate as it would be; the slate itself where it is another work order's. */
export function supposeSlate(slate: Slate, supposed: Supposed): Slate {
  if (slate.workOrder.id !== supposed.workOrderId) return slate;
  const workOrder = supposeWorkOrder(slate.workOrder, supposed, slate.takenAtMs);
  const refs = Object.keys(slate.facts).map((key) => factRef(key, null));
  const facts = workOrder === slate.workOrder ? slate.facts : workOrderFacts(workOrder, refs, slate.takenAtMs);
  const around = { workOrder, isOtherPay: workOrder.pay !== slate.workOrder.pay, takenAtMs: slate.takenAtMs };
  return {
    ...slate,
    workOrder,
    facts: { ...facts, ...supposed.workOrder },
    candidates: slate.candidates.map((one) => {
      const own = supposed.providers.get(one.providerId);
      return own === undefined && !around.isOtherPay ? one : supposeCandidate(one, own ?? {}, around);
    }),
  };
}

type Around = { readonly workOrder: WorkOrder; readonly isOtherPay: boolean; readonly takenAtMs: number };

function supposeCandidate(candidate: Candidate, own: Facts, around: Around): Candidate {
  const request = candidate.request === null ? null : supposeRequest(candidate.request, own, around.takenAtMs);
  const asked = own[payTotal.fact.name];
  const computed = around.isOtherPay ? requestCostCents(request, around.workOrder) : candidate.costCents;
  const costCents = asked === undefined ? computed : valueIn(asked);
  const changed = { ...candidate, request, costCents };
  const money = costCents === candidate.costCents ? {} : moneyFacts(changed, around);
  return { ...changed, facts: { ...candidate.facts, ...money, ...own } };
}

function supposeRequest(request: ProviderRequest, own: Facts, takenAtMs: number): ProviderRequest {
  const isCounter = own['request.is_counter'];
  const requestedAt = own['request.requested_at'];
  const minutesLeft = own['request.minutes_until_expiry'];
  const minutes = minutesLeft === undefined ? null : valueIn(minutesLeft);
  return {
    ...request,
    ...(isCounter?.kind === 'known' ? { isCounter: isCounter.value === true } : {}),
    ...(requestedAt === undefined ? {} : { createdMs: valueIn(requestedAt) }),
    ...(minutesLeft === undefined ? {} : { expiresMs: minutes === null ? null : takenAtMs + minutes * 60_000 }),
  };
}

function valueIn(fact: Fact): number | null {
  return fact.kind === 'known' && typeof fact.value === 'number' ? fact.value : null;
}

/** What rests on the cost, as far as the slate has it. */
function moneyFacts(candidate: Candidate, { workOrder, takenAtMs }: Around): Facts {
  const input: FactInput = {
    ...{ workOrder, takenAtMs, kind: candidate.kind, costCents: candidate.costCents },
    ...{ row: null, directory: null, profile: null, commitments: [], cancellations: [] },
  };
  return Object.fromEntries(
    [payTotal.fact, counterOverBase.fact]
      .filter(({ name }) => candidate.facts[name] !== undefined)
      .map((fact) => [fact.name, fact.read(input, {})]),
  );
}

/** The slate at another time: facts that merely age are left out, to be read anew. */
export function slateAt(slate: Slate, takenAtMs: number): Slate {
  const lasting = (facts: Facts): Facts =>
    Object.fromEntries(Object.entries(facts).filter(([key]) => !AGEING_FACTS.includes(key)));
  const candidates = slate.candidates.map((candidate) => ({ ...candidate, facts: lasting(candidate.facts) }));
  return { ...slate, takenAtMs, facts: lasting(slate.facts), candidates };
}
