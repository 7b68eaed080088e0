import { ACTIONS } from '../actions/catalog.ts';
import type { Reason } from '../domain/decision.ts';
import { reasonRemedy } from '../domain/reason-codes.ts';
import type { WriteCall, WriteKind } from '../domain/write-call.ts';

/**
 * What a person can do whose action was refused before it was sent. The remedies of the reason codes speak of runs, which
 * decide again by themselves; nobody decides again for somebody at a command line.
 */
export function handRemedy(call: WriteCall, { code, detail }: Reason): string {
  switch (code) {
    case 'FM-6004':
      return String(detail['status']).startsWith('part of bundle')
        ? 'A bundle is given out as one: do that on the platform.'
        : `What ${ACTIONS[call.kind].title} takes is ${TAKES[call.kind]}.`;
    case 'FM-6005':
      return call.kind === 'assign' && call.isDirect !== true
        ? 'To assign a provider who has not asked, at the work order’s own pay, add --direct.'
        : reasonRemedy(code, detail);
    case 'FM-6017':
      return 'Withdraw them first with wo unroute, or wait until they have ended.';
    default:
      return reasonRemedy(code, detail);
  }
}

const OPEN = 'an open work order with nobody assigned';

/** What the guards ask for, in words. */
const TAKES: { readonly [kind in WriteKind]: string } = {
  publish: 'a draft, or a routed work order',
  unpublish: 'a published work order with nobody assigned',
  route: OPEN,
  unroute: OPEN,
  mass_route: OPEN,
  mass_route_pool: OPEN,
  auto_dispatch: 'a draft',
  assign: OPEN,
  accept_counter: OPEN,
  unassign: 'a work order assigned to that provider',
  decline_request: OPEN,
  complete: 'assigned work',
  incomplete: 'work that is done and not approved',
  approve: 'work that is done',
  unapprove: 'approved work that is not paid yet',
};
