import type { DecisionId, ProviderId, WorkOrderId } from './ids.ts';
import type { JsonValue } from './json.ts';

/** What we saw on the platform that no intent of ours says: it settles nothing, it stands beside the effects. */
export type Observation = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly atMs: number;
  readonly detail: JsonValue;
} & (
  | {
      /** A provider took the route that this decision sent: from now on an assignment of ours. */
      readonly kind: 'route_accepted';
      readonly decisionId: DecisionId;
      readonly providerId: ProviderId;
    }
  | {
      /** Somebody else gave it to this provider: what we had offered or made before ends. */
      readonly kind: 'assigned_by_other';
      readonly decisionId: DecisionId | null;
      readonly providerId: ProviderId | null;
    }
  | {
      /** Nobody is assigned any more, and not by us: ends the episode, as our own confirmed un-assign does. */
      readonly kind: 'unassigned';
      readonly decisionId: DecisionId | null;
      readonly providerId: ProviderId | null;
    }
);
