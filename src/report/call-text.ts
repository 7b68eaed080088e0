import type { WriteCall } from '../domain/write-call.ts';
import { counted } from './counted.ts';

/** A write in the words of the platform's pages. */
export function callText(call: WriteCall): string {
  switch (call.kind) {
    case 'publish':
    case 'unpublish':
    case 'complete':
    case 'approve':
    case 'unapprove':
      return call.kind;
    case 'incomplete':
      return `send back incomplete (reason ${call.reasonId}): ${call.reason}`;
    case 'auto_dispatch':
      return `hand over to the platform's auto-dispatch for ${call.dispatch.delaySeconds} s (rule ${call.dispatch.selectionRuleId}, ${call.dispatch.shouldRoute ? 'route' : 'publish'})`;
    case 'mass_route_pool':
      return `mass-route to talent pool ${call.talentPoolId}`;
    case 'decline_request':
      return `decline request ${call.requestId} of provider ${call.providerId}`;
    case 'mass_route':
      return `mass-route to ${counted(call.providerIds.length, 'provider')}: ${call.providerIds.join(', ')}`;
    case 'accept_counter':
      return `accept counter-offer ${call.requestId} of provider ${call.providerId}`;
    case 'unroute':
      return `withdraw the route of provider ${call.providerId}`;
    case 'unassign':
      return `un-assign provider ${call.providerId} (reason ${call.reasonId})`;
    case 'assign':
    case 'route':
      return `${call.kind} provider ${call.providerId}`;
  }
}

/** What is so once the platform has confirmed the write. */
export function confirmedText(call: WriteCall): string {
  switch (call.kind) {
    case 'assign':
    case 'accept_counter':
      return `assigned to provider ${call.providerId}`;
    case 'route':
      return `provider ${call.providerId} invited`;
    case 'mass_route':
      return `${counted(call.providerIds.length, 'provider')} invited`;
    case 'mass_route_pool':
      return `talent pool ${call.talentPoolId} invited`;
    case 'unroute':
      return `the route of provider ${call.providerId} withdrawn`;
    case 'unassign':
      return `provider ${call.providerId} un-assigned`;
    case 'decline_request':
      return `the request of provider ${call.providerId} declined`;
    case 'publish':
      return 'published';
    case 'unpublish':
      return 'taken off the marketplace';
    case 'auto_dispatch':
      return "handed over to the platform's auto-dispatch";
    case 'complete':
      return 'completed';
    case 'incomplete':
      return 'sent back incomplete';
    case 'approve':
      return 'approved';
    case 'unapprove':
      return 'no longer approved';
  }
}
