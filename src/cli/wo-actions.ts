import { type ProviderId, providerId, requestId, type WorkOrderId } from '../domain/ids.ts';
import type { WriteCall } from '../domain/write-call.ts';

/** What an action by hand may be told on the command line. Null: not given. */
export type WoTerms = {
  readonly provider: readonly number[];
  readonly pool: number | null;
  readonly request: number | null;
  readonly reasonId: number | null;
  readonly reason: string | null;
  readonly direct: boolean;
  /** Seconds, 300 to 604,800. */
  readonly delay: number;
  readonly ruleId: number | null;
  readonly shouldRoute: boolean;
  readonly payTerms: boolean;
};

/** The call, or the flag that is missing or wrong and what to write. */
export type WoCall =
  | WriteCall
  | { readonly kind: 'flaw'; readonly flag: string; readonly what: string; readonly fix: string };

type WoAction = (id: WorkOrderId, terms: WoTerms) => WoCall;

/** The words of the command line, in the order in which a work order lives. */
export const WO_ACTIONS: { readonly [name: string]: WoAction } = {
  publish: (workOrderId) => ({ kind: 'publish', workOrderId }),
  unpublish: (workOrderId) => ({ kind: 'unpublish', workOrderId }),
  route: (workOrderId, terms) => withProvider(terms, (id) => ({ kind: 'route', workOrderId, providerId: id })),
  unroute: (workOrderId, terms) => withProvider(terms, (id) => ({ kind: 'unroute', workOrderId, providerId: id })),
  'mass-route': massRoute,
  'auto-dispatch': autoDispatch,
  assign: (workOrderId, terms) =>
    withProvider(terms, (id) => ({
      kind: 'assign',
      workOrderId,
      providerId: id,
      clientPayTermsAccepted: terms.payTerms,
      ...(terms.direct ? { isDirect: true } : {}),
    })),
  unassign: (workOrderId, terms) =>
    withProvider(terms, (id) =>
      terms.reasonId === null
        ? missing(
            '--reason-id',
            'The platform wants a reason’s number.',
            'Write --reason-id N; see the reasons on the platform.',
          )
        : { kind: 'unassign', workOrderId, providerId: id, reasonId: terms.reasonId, comment: terms.reason ?? '' },
    ),
  decline: (workOrderId, terms) =>
    withProvider(terms, (id) =>
      terms.request === null
        ? missing('--request', 'There is no saying which request.', 'Write --request ID; explain --json shows the ids.')
        : { kind: 'decline_request', workOrderId, providerId: id, requestId: requestId(terms.request) },
    ),
  complete: (workOrderId) => ({ kind: 'complete', workOrderId }),
  incomplete: (workOrderId, terms) => {
    if (terms.reasonId === null)
      return missing('--reason-id', 'is missing', 'Write --reason-id N; a wrong one lists those there are.');
    if ((terms.reason ?? '').trim() === '')
      return missing('--reason', 'is missing', 'Say in words what is missing: --reason "no photos".');
    return { kind: 'incomplete', workOrderId, reasonId: terms.reasonId, reason: terms.reason ?? '' };
  },
  approve: (workOrderId) => ({ kind: 'approve', workOrderId }),
  unapprove: (workOrderId) => ({ kind: 'unapprove', workOrderId }),
};

function withProvider(terms: WoTerms, make: (id: ProviderId) => WoCall): WoCall {
  const [only, ...more] = terms.provider;
  if (only === undefined) return missing('--provider', 'is missing', 'Write --provider ID.');
  if (more.length > 0)
    return missing('--provider', 'names more than one provider', 'Name one; mass-route takes several.');
  return make(providerId(only));
}

function massRoute(workOrderId: WorkOrderId, terms: WoTerms): WoCall {
  const providerIds = [...new Set(terms.provider)].toSorted((a, b) => a - b).map(providerId);
  if (terms.pool !== null && providerIds.length > 0)
    return missing('--pool', 'and --provider exclude each other', 'Name providers or a talent pool.');
  if (terms.pool !== null) return { kind: 'mass_route_pool', workOrderId, talentPoolId: terms.pool };
  if (providerIds.length === 0) return missing('--provider', 'is missing', 'Write --provider 11,12 or --pool ID.');
  return { kind: 'mass_route', workOrderId, providerIds };
}

function autoDispatch(workOrderId: WorkOrderId, terms: WoTerms): WoCall {
  return {
    kind: 'auto_dispatch',
    workOrderId,
    dispatch: {
      selectionRuleId: terms.ruleId ?? 0,
      shouldRoute: terms.shouldRoute,
      delaySeconds: terms.delay,
      w2SkipPublish: null,
      w2FailSwitch: null,
      networkIds: null,
      tieredAutoDispatchId: null,
      autoAssign: null,
      alsoPublish: null,
    },
  };
}

function missing(flag: string, what: string, fix: string): WoCall {
  return { kind: 'flaw', flag, what, fix };
}
