import type { JsonValue } from '../domain/json.ts';
import type { WriteCall } from '../domain/write-call.ts';

/** A write as HTTP: what the platform is sent, without host and token. */
export type WriteRequest = {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly body: JsonValue | null;
};

/**
 * Exactly the documented fields: the platform ignores a key it does not know and still answers 200. Two calls are
 * DELETEs with a body.
 */
export function toWriteRequest(call: WriteCall): WriteRequest {
  const at = `/workorders/${call.workOrderId}`;
  switch (call.kind) {
    case 'publish':
      return { method: 'POST', path: `${at}/publish`, query: {}, body: null };
    case 'route':
      return { method: 'POST', path: `${at}/route`, query: {}, body: { technician: { id: call.providerId } } };
    case 'unroute':
      return { method: 'DELETE', path: `${at}/route`, query: {}, body: { technician: { id: call.providerId } } };
    case 'mass_route':
      return { method: 'POST', path: `${at}/mass-route`, query: {}, body: { ids: call.providerIds } };
    case 'assign':
      return {
        method: 'POST',
        path: `${at}/assignee`,
        query: call.clientPayTermsAccepted ? { clientPayTermsAccepted: 'true' } : {},
        body: { user: { id: call.providerId }, ignored_missing_qualifications: false, conflicts: [] },
      };
    case 'unassign':
      return {
        method: 'DELETE',
        path: `${at}/assignee`,
        query: {},
        body: { user: { id: call.providerId }, reason_id: call.reasonId, comment: call.comment },
      };
    case 'accept_counter':
      return { method: 'POST', path: `${at}/requests/${call.requestId}/accept`, query: {}, body: null };
  }
}
