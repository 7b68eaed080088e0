import type { JsonValue } from '../domain/json.ts';
import type { AutoDispatch, InlineSelectionRule, WriteCall } from '../domain/write-call.ts';

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
    case 'unpublish':
      return { method: 'DELETE', path: `${at}/publish`, query: {}, body: null };
    case 'route':
      return post(`${at}/route`, { technician: { id: call.providerId }, ...ruleMember(call.selectionRule) });
    case 'unroute':
      return { method: 'DELETE', path: `${at}/route`, query: {}, body: { technician: { id: call.providerId } } };
    case 'mass_route':
      return post(`${at}/mass-route`, { ids: call.providerIds, ...ruleMember(call.selectionRule) });
    case 'mass_route_pool':
      return post(`${at}/mass-route`, { talent_pool_id: call.talentPoolId, ...ruleMember(call.selectionRule) });
    case 'auto_dispatch':
      return post('/workorders/auto_dispatch', autoDispatchBody(call.workOrderId, call.dispatch));
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
    case 'decline_request':
      return { method: 'DELETE', path: `${at}/requests/${call.requestId}`, query: {}, body: null };
    case 'complete':
      return { method: 'POST', path: `${at}/complete`, query: {}, body: null };
    case 'incomplete':
      // Sources disagree whether `reason` is the text or the id; the text goes there, the id beside it.
      return {
        method: 'DELETE',
        path: `${at}/complete`,
        query: { reason: call.reason, reason_id: String(call.reasonId) },
        body: null,
      };
    case 'approve':
      return { method: 'POST', path: `${at}/approve`, query: {}, body: null };
    case 'unapprove':
      return { method: 'DELETE', path: `${at}/approve`, query: {}, body: null };
  }
}

function post(path: string, body: JsonValue): WriteRequest {
  return { method: 'POST', path, query: {}, body };
}

function ruleMember(rule: InlineSelectionRule | undefined): { readonly selection_rule?: JsonValue } {
  return rule === undefined ? {} : { selection_rule: rule };
}

/** `delay` goes as the string of seconds, and routing as "1", which is how the hand-written page has them. */
function autoDispatchBody(workOrderId: number, dispatch: AutoDispatch): JsonValue {
  const optional: readonly (readonly [string, JsonValue])[] = [
    ['w2_skippub', dispatch.w2SkipPublish],
    ['w2_failswitch', dispatch.w2FailSwitch],
    ['network_ids', dispatch.networkIds],
    ['tiered_auto_dispatch_id', dispatch.tieredAutoDispatchId],
    ['auto_assign', dispatch.autoAssign],
    ['also_publish', dispatch.alsoPublish],
  ];
  return {
    work_order_ids: [workOrderId],
    selection_rule_id: dispatch.selectionRuleId,
    should_route: dispatch.shouldRoute ? '1' : false,
    delay: String(dispatch.delaySeconds),
    ...Object.fromEntries(optional.filter(([, value]) => value !== null)),
    ...ruleMember(dispatch.selectionRule),
  };
}
