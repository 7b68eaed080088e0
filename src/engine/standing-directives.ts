import type { Reason } from '../domain/decision.ts';
import { type Directives, directiveDetail, directivesInForce, type Pause } from '../domain/directive.ts';
import { boundProviders, type WriteCall } from '../domain/write-call.ts';
import type { CompanySource, LedgerView } from './ports.ts';

/** Where directives come from. `outsidePause`: a file or a setting that stops acting; left out, there is none. */
export type DirectiveSources = {
  /** Null: a dry run without a ledger. */
  readonly ledger: Pick<LedgerView, 'directives'> | null;
  readonly outsidePause?: (() => Pause | null) | undefined;
};

/** As they hold at this moment; read again right before each call. */
export async function readDirectives({ ledger, outsidePause }: DirectiveSources, nowMs: number): Promise<Directives> {
  const all = ledger === null ? [] : await ledger.directives();
  return directivesInForce(all, outsidePause?.() ?? null, nowMs);
}

/** Why a directive forbids this call; null: none does. A pause forbids every call, exclusions and pins those that bind or invite. */
function forbiddenBy(directives: Directives, call: WriteCall): Reason | null {
  if (directives.pause !== null) return pausedReason(directives.pause);
  const providers = boundProviders(call);
  const excluded = directives.exclusions.find((one) => providers.includes(one.providerId));
  if (excluded !== undefined)
    return { code: 'FM-6022', detail: { ...directiveDetail(excluded), provider: excluded.providerId } };
  const pin = directives.pins.find((one) => one.workOrderId === call.workOrderId);
  if (pin === undefined || !BINDING_ANYBODY.includes(call.kind)) return null;
  if (providers.length > 0 && providers.every((provider) => provider === pin.providerId)) return null;
  return {
    code: 'FM-6023',
    detail: { ...directiveDetail(pin), provider: pin.providerId, work_order: pin.workOrderId },
  };
}

/**
 * As `forbiddenBy`; where anybody is excluded a talent pool's members are asked for as well. One whose members the platform
 * does not show passes. Throws `PlatformUnavailable`.
 */
export async function findForbidden(
  directives: Directives,
  call: WriteCall,
  source: Pick<CompanySource, 'pullTalentPoolMembers'>,
): Promise<Reason | null> {
  const forbidden = forbiddenBy(directives, call);
  if (forbidden !== null || call.kind !== 'mass_route_pool' || directives.exclusions.length === 0) return forbidden;
  const providerIds = (await source.pullTalentPoolMembers(call.talentPoolId)) ?? [];
  return forbiddenBy(directives, { kind: 'mass_route', workOrderId: call.workOrderId, providerIds });
}

/** A talent pool and the platform's own dispatch choose the provider themselves. */
const BINDING_ANYBODY: readonly WriteCall['kind'][] = [
  'assign',
  'accept_counter',
  'route',
  'mass_route',
  'mass_route_pool',
  'auto_dispatch',
];

export function pausedReason(pause: Pause): Reason {
  return { code: 'FM-6021', detail: directiveDetail(pause) };
}
