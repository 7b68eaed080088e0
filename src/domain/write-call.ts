import type { ProviderId, RequestId, WorkOrderId } from './ids.ts';

/**
 * A selection rule in Field Nation's inline form, sent along where the rule file or the person says so.
 * Source: first founding document; the platform may ignore it.
 */
export type InlineSelectionRule = {
  readonly rules: readonly {
    readonly name: string;
    readonly operator: string;
    readonly value: number | boolean | string;
  }[];
};

/**
 * A required criterion in Field Nation's inline form, for stages that send the rule along: the platform filters by it. One
 * that cannot be remote is left out for remote work.
 */
export type SentCriterion = InlineSelectionRule['rules'][number] & { readonly canRemote: boolean };

/** What the platform's own dispatch is told. Null: the field is not sent. Source: Field Nation `POST /workorders/auto_dispatch`. */
export type AutoDispatch = {
  /** 0 is the default ranking. */
  readonly selectionRuleId: number;
  /** False: publish, and assign the most qualified request after the delay. True: route, and the first to accept is assigned. */
  readonly shouldRoute: boolean;
  /** 300 … 604,800. */
  readonly delaySeconds: number;
  readonly w2SkipPublish: boolean | null;
  readonly w2FailSwitch: boolean | null;
  readonly networkIds: readonly number[] | null;
  readonly tieredAutoDispatchId: number | null;
  readonly autoAssign: boolean | null;
  readonly alsoPublish: boolean | null;
  readonly selectionRule?: InlineSelectionRule;
};

/** A write on the platform, as we mean it. fieldnation/ turns it into HTTP; it is what an intent keeps. */
export type WriteCall =
  | { readonly kind: 'publish'; readonly workOrderId: WorkOrderId }
  | {
      readonly kind: 'unpublish';
      readonly workOrderId: WorkOrderId;
      /** Given where nothing may be lost by it: the guard then refuses while there are pending requests. */
      readonly keepsRequests?: true;
    }
  | {
      readonly kind: 'route';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly selectionRule?: InlineSelectionRule;
    }
  | { readonly kind: 'unroute'; readonly workOrderId: WorkOrderId; readonly providerId: ProviderId }
  /** Ascending, no duplicates, at least one. */
  | {
      readonly kind: 'mass_route';
      readonly workOrderId: WorkOrderId;
      readonly providerIds: readonly ProviderId[];
      readonly selectionRule?: InlineSelectionRule;
    }
  /** The platform resolves the members, whom we need not know. */
  | {
      readonly kind: 'mass_route_pool';
      readonly workOrderId: WorkOrderId;
      readonly talentPoolId: number;
      readonly selectionRule?: InlineSelectionRule;
    }
  | { readonly kind: 'auto_dispatch'; readonly workOrderId: WorkOrderId; readonly dispatch: AutoDispatch }
  | {
      readonly kind: 'assign';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly clientPayTermsAccepted: boolean;
      /** Given when a person assigns somebody who has not asked; rule files never do. */
      readonly isDirect?: true;
    }
  | {
      readonly kind: 'accept_counter';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly requestId: RequestId;
      /** What the counter-offer asked when it was decided; the confirm read compares. */
      readonly payCents: number;
    }
  | {
      readonly kind: 'unassign';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly reasonId: number;
      readonly comment: string;
    }
  | {
      readonly kind: 'decline_request';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly requestId: RequestId;
    }
  | { readonly kind: 'complete'; readonly workOrderId: WorkOrderId }
  | {
      readonly kind: 'incomplete';
      readonly workOrderId: WorkOrderId;
      readonly reasonId: number;
      readonly reason: string;
    }
  | { readonly kind: 'approve'; readonly workOrderId: WorkOrderId }
  | { readonly kind: 'unapprove'; readonly workOrderId: WorkOrderId };

export type WriteKind = WriteCall['kind'];

/** What one attempt to write told us. Only a confirm read says what the server did. */
export type WriteAnswer =
  /** A 2xx in time. `jobId` only of a mass-route. */
  | { readonly kind: 'answered'; readonly status: number; readonly jobId: number | null }
  /**
   * A definite no: 4xx in one of the known bodies, a 401 or a 429. `code` is the platform's, null when it gave none; a
   * spent quota without one is `RATE_LIMITED`, a token that was not accepted `TOKEN`, and whatever asks for the state to be read
   * again `REFRESH_STATE`.
   */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string | null; readonly message: string }
  /** Nothing left this process: connection refused, no token, budget spent, dry run. */
  | { readonly kind: 'not_sent'; readonly message: string }
  /** It may or may not have happened: 5xx, time-out, reset, truncated or foreign body. */
  | { readonly kind: 'unclear'; readonly message: string };

/** Whom a call names, to bind, invite, free or decline them; empty for the others. */
export function namedProviders(call: WriteCall): readonly ProviderId[] {
  if ('providerIds' in call) return call.providerIds;
  return 'providerId' in call ? [call.providerId] : [];
}

/** Providers a call binds or invites; empty for calls that do neither. */
export function boundProviders(call: WriteCall): readonly ProviderId[] {
  switch (call.kind) {
    case 'assign':
    case 'accept_counter':
    case 'route':
      return [call.providerId];
    case 'mass_route':
      return call.providerIds;
    case 'publish':
    case 'unpublish':
    case 'unroute':
    case 'unassign':
    case 'mass_route_pool':
    case 'auto_dispatch':
    case 'decline_request':
    case 'complete':
    case 'incomplete':
    case 'approve':
    case 'unapprove':
      return [];
  }
}
