/**
 * Branded identifiers, so that a provider's id cannot be passed where a work order's is meant.
 * The constructors below are the only place that brands; ids are positive integers everywhere in the platform's API.
 */

declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

export type WorkOrderId = Branded<number, 'WorkOrderId'>;
export type ProviderId = Branded<number, 'ProviderId'>;
export type RequestId = Branded<number, 'RequestId'>;
export type RouteId = Branded<number, 'RouteId'>;
/** `workOrderId.episode.seq`, for instance `4047.1.3`: what `explain` takes. */
export type DecisionId = Branded<string, 'DecisionId'>;
/** Lower-case hex SHA-256, 64 characters. */
export type Sha256 = Branded<string, 'Sha256'>;

export function workOrderId(value: number): WorkOrderId {
  return positiveInteger(value, 'work order id') as WorkOrderId;
}

export function providerId(value: number): ProviderId {
  return positiveInteger(value, 'provider id') as ProviderId;
}

export function requestId(value: number): RequestId {
  return positiveInteger(value, 'request id') as RequestId;
}

export function routeId(value: number): RouteId {
  return positiveInteger(value, 'route id') as RouteId;
}

export function sha256(value: string): Sha256 {
  if (!/^[0-9a-f]{64}$/.test(value)) throw new TypeError(`not a SHA-256: ${value}`);
  return value as Sha256;
}

export function decisionId(order: WorkOrderId, episode: number, seq: number): DecisionId {
  return `${order}.${episode}.${seq}` as DecisionId;
}

/** Null when the text is not of the form `workOrderId.episode.seq`. */
export function parseDecisionId(text: string): DecisionId | null {
  return /^[1-9]\d*\.[1-9]\d*\.[1-9]\d*$/.test(text) ? (text as DecisionId) : null;
}

/** The first part of the id. */
export function workOrderOf(id: DecisionId): WorkOrderId {
  return workOrderId(Number(id.split('.')[0]));
}

/** The middle of the id. */
export function episodeOf(id: DecisionId): number {
  return Number(id.split('.')[1]);
}

function positiveInteger(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value <= 0) throw new TypeError(`not a ${what}: ${value}`);
  return value;
}
