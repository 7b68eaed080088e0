import type { WorkOrderId } from '../domain/ids.ts';
import { providerId, requestId, routeId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { centsFromUsd } from '../domain/money.ts';
import type { PendingRow, PlatformEvaluation, PlatformVerdict, ProviderRequest } from '../domain/provider.ts';
import { keepOnly } from './keep-only.ts';
import { onceForShared } from './shared-parts.ts';
import { buildFrom, Contradiction, type Understood, understand } from './understood.ts';
import { KEPT_PENDING_ROW } from './wire/kept.ts';
import { type WireEvaluation, type WirePendingRow, type WireRequest, wirePendingRow } from './wire/pending-row.ts';
import { plainKeptRow } from './wire/plain-kept-row.ts';
import { plainPendingRow } from './wire/plain-pending-row.ts';

/** `workOrder` is the one whose list the row stands in: a row that names another is not taken. */
export function toPendingRow(raw: unknown, workOrder: WorkOrderId): Understood<PendingRow> {
  const build = (wire: WirePendingRow, json: JsonValue) => buildRow(wire, json, workOrder);
  const plain = plainPendingRow(raw);
  return plain === null ? understand(raw, wirePendingRow, build) : buildFrom(plain, raw, build);
}

/** From the part of a row that a recorded candidate keeps; null: it cannot be understood any more. */
export function recordedRow(raw: JsonValue, workOrder: { readonly id: WorkOrderId }): PendingRow | null {
  const read = toPendingRow(raw, workOrder.id);
  return read.kind === 'row' ? read.row : null;
}

function buildRow(wire: WirePendingRow, raw: JsonValue, workOrder: WorkOrderId): PendingRow | Contradiction {
  const kind = kindOf(wire, workOrder);
  if (kind instanceof Contradiction) return kind;
  const score = wire.provider_scoring?.provider_score ?? 0;
  return {
    providerId: providerId(wire.id),
    kind,
    request: wire.request === null ? null : toRequest(wire.request),
    route: wire.route === null ? null : { id: routeId(wire.route.id), createdMs: wire.route.created },
    actions: wire.actions,
    isW2: wire.w2,
    isMarketplace: wire.marketplace,
    isManaged: wire.managed,
    isRoutable: wire.routable,
    hasWorkedWithUs: wire.worked_with,
    isRecommended: wire.provider_scoring?.is_recommended ?? false,
    isNewConnection: wire.provider_scoring?.is_new_connection ?? false,
    providerScore: score === 0 ? null : score,
    platform: wire.selection_rule === null ? null : toEvaluation(wire.selection_rule),
    raw: plainKeptRow(raw) ?? keepOnly(raw, KEPT_PENDING_ROW) ?? null,
  };
}

/** The category decides; without one, the objects that are there. Either way the object that it promises must be there. */
function kindOf(wire: WirePendingRow, workOrder: WorkOrderId): PendingRow['kind'] | Contradiction {
  const { request } = wire;
  if (wire.has_request && request === null) return new Contradiction('has_request is true and there is no request');
  if (request !== null && (request.user?.id ?? wire.id) !== wire.id)
    return new Contradiction(`the request is of provider ${request.user?.id}`);
  if (request !== null && (request.work_order?.id ?? workOrder) !== workOrder)
    return new Contradiction(`the request is for work order ${request.work_order?.id}`);
  const kind = wire.category?.id ?? (request !== null ? 'request' : 'routed');
  if (kind === 'request' && request === null) return new Contradiction('category is request and there is no request');
  if (kind === 'routed' && wire.route === null) return new Contradiction('neither a request nor a route');
  return kind;
}

function toRequest(wire: WireRequest): ProviderRequest {
  return {
    createdMs: wire.created,
    expensesCents: centsFromUsd(wire.expenses),
    expiresMs: wire.expires,
    id: requestId(wire.id),
    isActive: wire.active,
    isCounter: wire.counter,
    isExpired: wire.expired,
    pay: wire.counter ? wire.pay : { kind: 'none', maxCents: 0 },
  };
}

/** Members in the order of canonical JSON, as of requests above: there are a hundred of them in every decision that is recorded. */
function toEvaluation(wire: WireEvaluation): PlatformEvaluation {
  return {
    isMatch: wire.is_match,
    maxPoints: wire.max_points,
    points: wire.points,
    ruleId: wire.id,
    verdicts: wire.criterion.map(toVerdict),
  };
}

const toVerdict = onceForShared(
  (criterion: WireEvaluation['criterion'][number]): PlatformVerdict => ({
    isMatch: criterion.is_match,
    isRequired: criterion.is_required,
    name: criterion.name,
    points: criterion.points,
    weight: criterion.weight,
  }),
);
