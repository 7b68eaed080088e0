import type { WriteCall } from '../../../src/domain/write-call.ts';

/** Who did something on the simulated platform. `provider`: took a route. */
export type Actor = 'us' | 'person' | 'provider';

export type SimRequest = {
  readonly id: number;
  /** Null: at the work order's own pay. */
  readonly counterCents: number | null;
  readonly expiresMs: number;
};

/** By provider. Counts those there ever were, as the platform does. */
export class RequestBook extends Map<number, SimRequest> {
  ever = 0;

  override set(provider: number, request: SimRequest): this {
    this.ever += 1;
    return super.set(provider, request);
  }
}

/** `by` is who sent it; `flight` the write of ours, null for a person's. */
export type SimRoute = { readonly id: number; readonly by: Actor; readonly flight: Flight | null };

export type SimAssignment = {
  readonly providerId: number;
  /** Whose doing it is: an accepted route is of whoever sent the route. */
  readonly by: 'us' | 'person';
  readonly flight: Flight | null;
  readonly cents: number;
  readonly atMs: number;
};

export type SimOrder = {
  readonly id: number;
  readonly createdMs: number;
  readonly startMs: number;
  readonly endMs: number;
  isPublished: boolean;
  isCancelled: boolean;
  payCents: number;
  publishedMs: number | null;
  routedMs: number | null;
  assignment: SimAssignment | null;
  /** Counts assignments that came to an end. */
  episode: number;
  readonly requests: RequestBook;
  readonly routes: Map<number, SimRoute>;
  /** When each provider said no to an invitation; a new one takes it back. */
  readonly declines: Map<number, number>;
};

export type SimProvider = {
  readonly id: number;
  /** Null: the platform does not say, so the required rating is not known. */
  readonly ratingHundredths: number | null;
  /** On every pending row, required by every rule file here, and it may change while nobody looks. */
  workedWithUs: boolean;
};

/** One write of ours on its way. */
export type Flight = {
  readonly id: number;
  readonly call: WriteCall;
  readonly intent: KnownIntent;
  readonly costCents: number;
  readonly sentAtMs: number;
  /** Of the work order when it was sent. */
  readonly episode: number;
  /** Landings that are still to come. */
  pending: number;
  readonly landings: Landing[];
};

/** An intent that the ledger has recorded, as the judges saw it written. */
export type KnownIntent = {
  readonly decisionId: string;
  readonly n: number;
  readonly runId: string;
  readonly call: WriteCall;
  readonly costCents: number;
  readonly isByHand: boolean;
  readonly flights: Flight[];
  /** What the ledger said of it last. */
  settled: Settled | null;
};

export type Settled = { readonly kind: string; readonly code: string; readonly atMs: number };

/** An effect of a write of ours. `endedAtMs` null: it still stands. */
export type Landing = { readonly providerId: number | null; readonly atMs: number; endedAtMs: number | null };

export type Applied =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };
