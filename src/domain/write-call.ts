import type { ProviderId, RequestId, WorkOrderId } from './ids.ts';

/** A write on the platform, as we mean it. fieldnation/ turns it into HTTP; it is what an intent keeps. */
export type WriteCall =
  | { readonly kind: 'publish'; readonly workOrderId: WorkOrderId }
  | { readonly kind: 'route'; readonly workOrderId: WorkOrderId; readonly providerId: ProviderId }
  | { readonly kind: 'unroute'; readonly workOrderId: WorkOrderId; readonly providerId: ProviderId }
  /** Ascending, no duplicates, at least one. */
  | { readonly kind: 'mass_route'; readonly workOrderId: WorkOrderId; readonly providerIds: readonly ProviderId[] }
  | {
      readonly kind: 'assign';
      readonly workOrderId: WorkOrderId;
      readonly providerId: ProviderId;
      readonly clientPayTermsAccepted: boolean;
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
    };

export type WriteKind = WriteCall['kind'];

/** What one attempt to write told us. Only a confirm read says what the server did. */
export type WriteAnswer =
  /** A 2xx in time. `jobId` only of a mass-route. */
  | { readonly kind: 'answered'; readonly status: number; readonly jobId: number | null }
  /** A definite no: 4xx in one of the known bodies. `code` is the platform's, null when it gave none. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string | null; readonly message: string }
  /** Nothing left this process: connection refused, no token, budget spent, dry run. */
  | { readonly kind: 'not_sent'; readonly message: string }
  /** It may or may not have happened: 5xx, time-out, reset, truncated or foreign body. */
  | { readonly kind: 'unclear'; readonly message: string };
