import type { WriteKind } from '../domain/write-call.ts';
import { acceptCounter } from './accept-counter.ts';
import { assign } from './assign.ts';
import type { ActionDefinition } from './definition.ts';
import { massRoute } from './mass-route.ts';
import { publish } from './publish.ts';
import { route } from './route.ts';
import { unassign } from './unassign.ts';
import { unroute } from './unroute.ts';

/** Every action fieldmarshal can take, by the kind of its call. */
export const ACTIONS: { readonly [Kind in WriteKind]: ActionDefinition } = {
  publish,
  route,
  unroute,
  mass_route: massRoute,
  assign,
  accept_counter: acceptCounter,
  unassign,
};
