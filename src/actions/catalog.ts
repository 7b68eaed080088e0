import type { WriteKind } from '../domain/write-call.ts';
import { acceptCounter } from './accept-counter.ts';
import { approve } from './approve.ts';
import { assign } from './assign.ts';
import { autoDispatch } from './auto-dispatch.ts';
import { complete } from './complete.ts';
import { declineRequest } from './decline-request.ts';
import type { ActionDefinition } from './definition.ts';
import { incomplete } from './incomplete.ts';
import { massRoute } from './mass-route.ts';
import { massRoutePool } from './mass-route-pool.ts';
import { publish } from './publish.ts';
import { route } from './route.ts';
import { unapprove } from './unapprove.ts';
import { unassign } from './unassign.ts';
import { unpublish } from './unpublish.ts';
import { unroute } from './unroute.ts';

/** Every action fieldmarshal can take, by the kind of its call. */
export const ACTIONS: { readonly [Kind in WriteKind]: ActionDefinition } = {
  publish,
  unpublish,
  route,
  unroute,
  mass_route: massRoute,
  mass_route_pool: massRoutePool,
  auto_dispatch: autoDispatch,
  assign,
  accept_counter: acceptCounter,
  unassign,
  decline_request: declineRequest,
  complete,
  incomplete,
  approve,
  unapprove,
};
