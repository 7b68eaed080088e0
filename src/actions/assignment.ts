import { requestCostCents } from '../domain/cost.ts';
import type { ProviderId, RequestId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { ProviderRequest } from '../domain/provider.ts';
import type { ConfirmVerdict, GuardVerdict, ServerView } from './definition.ts';
import {
  CLEAR,
  confirmed,
  describeCost,
  lostTo,
  refused,
  refuseIfBundled,
  refuseIfOfferChanged,
  refuseIfRoutesLive,
  refuseUnlessOpen,
  rowOf,
} from './view.ts';

type AssignmentGuard = {
  readonly view: ServerView;
  readonly providerId: ProviderId;
  /** The request that must still be the one; null: whichever the provider has. */
  readonly requestId: RequestId | null;
  /** Null: the decision knew of no pay. */
  readonly decidedCents: number | null;
  /** False: the request has turned into something else, which this action would take at another price. */
  readonly isSameOffer: (request: ProviderRequest) => boolean;
};

/** What must be true right before a provider is bound: open, same request, same price, no race running. */
export function guardAssignment(guard: AssignmentGuard): GuardVerdict {
  const { view, providerId } = guard;
  const closed = refuseUnlessOpen(view) ?? refuseIfBundled(view);
  if (closed !== null || view.workOrder === null) return closed ?? refused('FM-6004', { status: 'gone' });
  const row = rowOf(view, providerId);
  const request = row?.request ?? null;
  if (row === null || request === null || !isLive(request, view.observedAtMs)) return refused('FM-6005', {});
  if (guard.requestId !== null && request.id !== guard.requestId) return refused('FM-6005', {});
  if (!row.actions.includes('assign')) return refused('FM-6008', { action: 'assign' });
  const nowCents = requestCostCents(request, view.workOrder);
  const decided = describeCost(guard.decidedCents);
  if (!guard.isSameOffer(request)) {
    const offer = request.isCounter ? 'by counter-offer' : 'at the pay of the work order';
    return refused('FM-6006', { now: `${describeCost(nowCents)} ${offer}`, decided });
  }
  // Pay that was not known was held against no limit, so its appearing is a change as well. None is as good as zero.
  if ((nowCents ?? 0) !== (guard.decidedCents ?? 0))
    return refused('FM-6006', { now: describeCost(nowCents), decided });
  return refuseIfRoutesLive(view, providerId) ?? CLEAR;
}

/** Assigning somebody who has not asked: the same but for the request, at the work order's own pay. */
export function guardDirectAssignment(
  view: ServerView,
  providerId: ProviderId,
  decidedCents: number | null,
): GuardVerdict {
  return (
    refuseUnlessOpen(view) ??
    refuseIfBundled(view) ??
    refuseIfOfferChanged(view, decidedCents) ??
    refuseIfRoutesLive(view, providerId) ??
    CLEAR
  );
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
