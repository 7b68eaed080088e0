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

/** What auto-dispatch takes where `--delay` is left out, in seconds. */
export const DEFAULT_DELAY_SECONDS = 1_800;

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
            'is missing',
            'Write --reason-id N, the number of one of your reasons on the platform. The API has no list of reasons to un-assign, so N is sent as it is.',
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

/** What each action reads of the terms; publish and the like read nothing. */
const READS: { readonly [name: string]: readonly (keyof WoTerms)[] } = {
  route: ['provider'],
  unroute: ['provider'],
  'mass-route': ['provider', 'pool'],
  'auto-dispatch': ['delay', 'ruleId', 'shouldRoute'],
  assign: ['provider', 'direct', 'payTerms'],
  unassign: ['provider', 'reasonId', 'reason'],
  decline: ['provider', 'request'],
  incomplete: ['reasonId', 'reason'],
};

type Flag = { readonly term: keyof WoTerms; readonly flag: string; readonly isGiven: boolean };

function flagsOf(terms: WoTerms): readonly Flag[] {
  return [
    { term: 'provider', flag: '--provider', isGiven: terms.provider.length > 0 },
    { term: 'pool', flag: '--pool', isGiven: terms.pool !== null },
    { term: 'request', flag: '--request', isGiven: terms.request !== null },
    { term: 'reasonId', flag: '--reason-id', isGiven: terms.reasonId !== null },
    { term: 'reason', flag: '--reason', isGiven: terms.reason !== null },
    { term: 'delay', flag: '--delay', isGiven: terms.delay !== DEFAULT_DELAY_SECONDS },
    { term: 'ruleId', flag: '--rule-id', isGiven: terms.ruleId !== null },
    { term: 'shouldRoute', flag: '--should-route', isGiven: terms.shouldRoute },
    { term: 'direct', flag: '--direct', isGiven: terms.direct },
    { term: 'payTerms', flag: '--pay-terms', isGiven: terms.payTerms },
  ];
}

/** A flag that was given and would change nothing: whoever gave it expects that it does. Null: none. */
export function strayFlag(action: string, terms: WoTerms): string | null {
  const read = READS[action] ?? [];
  return flagsOf(terms).find(({ term, isGiven }) => isGiven && !read.includes(term))?.flag ?? null;
}

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
