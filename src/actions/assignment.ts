import type { ProviderId, RequestId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { ProviderRequest } from '../domain/provider.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { ConfirmVerdict, GuardVerdict, ServerView } from './definition.ts';
import {
  CLEAR,
  confirmed,
  lostTo,
  refused,
  refuseIfPayChanged,
  refuseIfRoutesLive,
  refuseUnlessOpen,
  rowOf,
} from './view.ts';

type AssignmentGuard = {
  readonly view: ServerView;
  readonly providerId: ProviderId;
  /** The request that must still be the one; null: whichever the provider has. */
  readonly requestId: RequestId | null;
  readonly decidedCents: number | null;
  /** What it would cost now; null: the request has turned into something this action cannot take. */
  readonly costCents: (request: ProviderRequest, workOrder: WorkOrder) => number | null;
};

/** What must be true right before a provider is bound: open, same request, same price, no race running. */
export function guardAssignment(guard: AssignmentGuard): GuardVerdict {
  const { view, providerId } = guard;
  const closed = refuseUnlessOpen(view);
  if (closed !== null || view.workOrder === null) return closed ?? refused('FM-6004', { status: 'gone' });
  const row = rowOf(view, providerId);
  const request = row?.request ?? null;
  if (row === null || request === null || !isLive(request, view.observedAtMs)) return refused('FM-6005', {});
  if (guard.requestId !== null && request.id !== guard.requestId) return refused('FM-6005', {});
  if (!row.actions.includes('assign')) return refused('FM-6008', { action: 'assign' });
  const costCents = guard.costCents(request, view.workOrder);
  if (costCents === null && guard.decidedCents !== null)
    return refused('FM-6006', { now: 'a counter-offer or no pay at all', decided: formatCents(guard.decidedCents) });
  const changed = costCents === null ? null : refuseIfPayChanged(costCents, guard.decidedCents);
  return changed ?? refuseIfRoutesLive(view, providerId) ?? CLEAR;
}

function isLive(request: ProviderRequest, nowMs: number): boolean {
  return request.isActive && !request.isExpired && (request.expiresMs === null || request.expiresMs > nowMs);
}

/** `agreedCents`: the labour pay that must show; null: not compared. */
export function confirmAssigned(view: ServerView, providerId: ProviderId, agreedCents: number | null): ConfirmVerdict {
  if (view.assigneeId === null) return { kind: 'absent' };
  if (view.assigneeId !== providerId) return lostTo(view.assigneeId);
  const now = view.workOrder?.pay.maxCents ?? null;
  if (agreedCents !== null && now !== null && now !== agreedCents) {
    return {
      kind: 'confirmed',
      reason: { code: 'FM-6015', detail: { now: formatCents(now), decided: formatCents(agreedCents) } },
    };
  }
  return confirmed(`provider ${providerId} is assigned`);
}
