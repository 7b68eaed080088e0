import { requestCostCents } from '../domain/cost.ts';
import type { ProviderId } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import type { PendingRow } from '../domain/provider.ts';
import { declinersOf, isOpen } from '../domain/work-order.ts';
import type { ConfirmVerdict, GuardVerdict, ServerView } from './definition.ts';

export const CLEAR: GuardVerdict = { kind: 'clear' };

export function refused(...[code, detail]: RefusalParts): GuardVerdict {
  return { kind: 'refused', reason: { code, detail } };
}

type RefusalParts = [
  code: Extract<GuardVerdict, { readonly kind: 'refused' }>['reason']['code'],
  detail: Extract<GuardVerdict, { readonly kind: 'refused' }>['reason']['detail'],
];

/** Still open, and nobody assigned; null when it is. Somebody else assigned means that we lost, not that we erred. */
export function refuseUnlessOpen(view: ServerView): GuardVerdict | null {
  if (view.assigneeId !== null) return lostTo(view.assigneeId);
  if (view.workOrder === null) return refused('FM-6004', { status: 'gone or not visible' });
  return isOpen(view.workOrder) ? null : refused('FM-6004', { status: view.workOrder.status.replace('_', ' ') });
}

/** Binding a provider to one work order of a bundle binds the whole bundle. */
export function refuseIfBundled(view: ServerView): GuardVerdict | null {
  const bundle = view.workOrder?.bundleId ?? null;
  return bundle === null ? null : refused('FM-6004', { status: `part of bundle ${bundle}` });
}

export function refuseUnlessAllowed(view: ServerView, action: string): GuardVerdict | null {
  return view.workOrder?.actions.includes(action) === true ? null : refused('FM-6008', { action });
}

/**
 * For an invitation, which is accepted at the work order's own pay without another look. Pay that was not known was held
 * against no limit, so its appearing is a change as well.
 */
export function refuseIfOfferChanged(view: ServerView, decidedCents: number | null): GuardVerdict | null {
  const now = view.workOrder === null ? null : requestCostCents(null, view.workOrder);
  if ((now ?? 0) === (decidedCents ?? 0)) return null;
  return refused('FM-6006', { now: describeCost(now), decided: describeCost(decidedCents) });
}

export function describeCost(cents: number | null): string {
  return cents === null ? 'not known' : formatCents(cents);
}

/** Live routes; the provider's own is no obstacle to assigning that provider. `except` null: any is. */
export function refuseIfRoutesLive(view: ServerView, except: ProviderId | null): GuardVerdict | null {
  const routes = view.rows.filter((row) => row.route !== null);
  const live = routes.filter((row) => row.providerId !== except);
  if (live.length > 0) return refused('FM-6017', { count: live.length });
  const isHidden = view.workOrder?.isRouted === true && view.unreadRows > 0;
  return isHidden ? refused('FM-6017', { count: view.unreadRows }) : null;
}

export function rowOf(view: ServerView, provider: ProviderId): PendingRow | null {
  return view.rows.find((row) => row.providerId === provider) ?? null;
}

export function isRouted(view: ServerView, provider: ProviderId): boolean {
  const row = rowOf(view, provider);
  return row !== null && row.route !== null;
}

/** Says no as long as the platform shows it; nobody is asked again. */
export function refuseIfDeclined(view: ServerView, providers: readonly ProviderId[]): GuardVerdict | null {
  const declined = view.workOrder === null ? [] : declinersOf(view.workOrder);
  const first = providers.find((provider) => declined.includes(provider));
  return first === undefined ? null : refused('FM-6040', { provider: first });
}

/** The platform's clock may be behind ours, and it may give whole minutes. */
const CLOCKS_MS = 10 * 60_000;

/**
 * Whether the provider has said no to what was sent: proof that it had arrived, although nobody saw the route. The guard
 * found no decline, so one without a time came after it as well.
 */
export function hasDeclinedSince(view: ServerView, provider: ProviderId, sentAtMs: number | null): boolean {
  if (sentAtMs === null) return false;
  return (view.workOrder?.declines ?? []).some(({ providerId, createdMs }) => {
    return providerId === provider && (createdMs === null || createdMs >= sentAtMs - CLOCKS_MS);
  });
}

export function confirmed(what: string): ConfirmVerdict {
  return { kind: 'confirmed', reason: { code: 'FM-6001', detail: { what } } };
}

export function lostTo(provider: ProviderId): {
  readonly kind: 'lost_race';
  readonly reason: { readonly code: 'FM-6003'; readonly detail: { readonly provider: number } };
} {
  return { kind: 'lost_race', reason: { code: 'FM-6003', detail: { provider } } };
}

/** For messages: `work done`, or that we cannot see it. */
export function statusText(view: ServerView): string {
  return view.workOrder === null ? 'gone or not visible' : view.workOrder.status.replace('_', ' ');
}
