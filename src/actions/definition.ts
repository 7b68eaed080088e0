import type { Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { PendingRow } from '../domain/provider.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall, WriteKind } from '../domain/write-call.ts';

/** What the platform shows of one work order at one moment: the eyes of guard and confirm. */
export type ServerView = {
  readonly observedAtMs: number;
  /** Null: gone, or not visible to us. */
  readonly workOrder: WorkOrder | null;
  readonly assigneeId: ProviderId | null;
  /** Requests and live routes. */
  readonly rows: readonly PendingRow[];
  /** How many more there are that could not be understood; any of them may be a live route. */
  readonly unreadRows: number;
};

export type GuardVerdict =
  | { readonly kind: 'clear' }
  | { readonly kind: 'refused'; readonly reason: Reason }
  | { readonly kind: 'lost_race'; readonly reason: Reason };

export type ConfirmVerdict =
  | { readonly kind: 'confirmed'; readonly reason: Reason }
  | { readonly kind: 'lost_race'; readonly reason: Reason }
  /** Some of a mass-route's providers show as routed. */
  | { readonly kind: 'partial'; readonly count: number; readonly asked: number }
  | { readonly kind: 'absent' };

export type CallOf<Kind extends WriteKind> = Extract<WriteCall, { readonly kind: Kind }>;

/** One action on the platform: what must be true before, and how reading afterwards settles it. The call itself is fieldnation/'s. */
export type ActionDefinition = {
  readonly kind: WriteKind;
  /** For messages: `assign`, `mass-route`. */
  readonly title: string;
  /** True: it commits money, and the guard also asks the reference evaluator whether every required criterion still holds. */
  readonly bindsProvider: boolean;
  /** True: may be sent once more, to the same provider, when it is still absent after the quiet time. */
  readonly mayResend: boolean;
  /** `decidedCents`: what the decision took the cost to be; null when it bound no money. */
  readonly guard: (call: WriteCall, view: ServerView, decidedCents: number | null) => GuardVerdict;
  /** `sentAtMs`: when it was claimed; null: not yet, so nothing that a provider has done is an answer to it. */
  readonly confirm: (call: WriteCall, view: ServerView, sentAtMs: number | null) => ConfirmVerdict;
};

type ActionSpec<Kind extends WriteKind> = Omit<ActionDefinition, 'kind' | 'guard' | 'confirm'> & {
  readonly kind: Kind;
  readonly guard: (call: CallOf<Kind>, view: ServerView, decidedCents: number | null) => GuardVerdict;
  readonly confirm: (call: CallOf<Kind>, view: ServerView, sentAtMs: number | null) => ConfirmVerdict;
};

/** Ties an action's functions to its own kind of call; another kind is a bug and crashes. */
export function defineAction<Kind extends WriteKind>(spec: ActionSpec<Kind>): ActionDefinition {
  function own(call: WriteCall): CallOf<Kind> {
    if (!isKind(call, spec.kind)) throw new TypeError(`${spec.kind} was given a ${call.kind}`);
    return call;
  }
  return {
    ...spec,
    guard: (call, view, decidedCents) => spec.guard(own(call), view, decidedCents),
    confirm: (call, view, sentAtMs) => spec.confirm(own(call), view, sentAtMs),
  };
}

function isKind<Kind extends WriteKind>(call: WriteCall, kind: Kind): call is CallOf<Kind> {
  return call.kind === kind;
}
