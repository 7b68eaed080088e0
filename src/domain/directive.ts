import type { ProviderId, WorkOrderId } from './ids.ts';

/** What a directive is about: all acting, one provider, or one work order and its provider. */
export type DirectiveSubject =
  | { readonly kind: 'pause' }
  | { readonly kind: 'exclusion'; readonly providerId: ProviderId }
  | { readonly kind: 'pin'; readonly workOrderId: WorkOrderId; readonly providerId: ProviderId };

/** Who said so, why, and for how long. */
export type DirectiveTerms = {
  readonly atMs: number;
  readonly actor: string;
  readonly because: string;
  /** The first moment at which it no longer holds; null: until a person ends it. */
  readonly untilMs: number | null;
};

/** What a person told the engine to keep to until further notice, as the ledger has it: never changed, only ended. */
export type Directive = DirectiveSubject &
  DirectiveTerms & {
    /** Counts up; ending names it. */
    readonly id: number;
    /** Null: nobody has ended it, though its time may be over. */
    readonly ended: Omit<DirectiveTerms, 'untilMs'> | null;
  };

/** Why nothing may be sent. `actor` null: whoever made the file or set the setting. */
export type Pause = {
  readonly source: 'ledger' | 'file' | 'setting';
  readonly actor: string | null;
  readonly because: string;
  readonly untilMs: number | null;
};

export type Exclusion = DirectiveTerms & { readonly providerId: ProviderId };

export type Pin = DirectiveTerms & { readonly workOrderId: WorkOrderId; readonly providerId: ProviderId };

/** What holds at one moment, oldest first. */
export type Directives = {
  /** Of several the one that lasts longest. */
  readonly pause: Pause | null;
  readonly exclusions: readonly Exclusion[];
  /** At most one a work order. */
  readonly pins: readonly Pin[];
};

export const NO_DIRECTIVES: Directives = { pause: null, exclusions: [], pins: [] };

export function isInForce({ ended, untilMs }: Pick<Directive, 'ended' | 'untilMs'>, nowMs: number): boolean {
  return ended === null && (untilMs === null || nowMs < untilMs);
}

/** `outside`: a pause that does not come from the ledger and that nobody can lift there; it outweighs those. */
export function directivesInForce(all: readonly Directive[], outside: Pause | null, nowMs: number): Directives {
  const standing = all.filter((one) => isInForce(one, nowMs));
  const pauses = standing.flatMap((one) => (one.kind === 'pause' ? [one] : [])).sort(compareEnds);
  const longest = pauses.at(-1);
  return {
    pause: outside ?? (longest === undefined ? null : { source: 'ledger', ...whoAndWhy(longest) }),
    exclusions: standing.flatMap((one) =>
      one.kind === 'exclusion' ? [{ providerId: one.providerId, atMs: one.atMs, ...whoAndWhy(one) }] : [],
    ),
    pins: standing.flatMap((one) =>
      one.kind === 'pin'
        ? [{ workOrderId: one.workOrderId, providerId: one.providerId, atMs: one.atMs, ...whoAndWhy(one) }]
        : [],
    ),
  };
}

/** For a reason's sentence: `by`, `because`, and `until`, a moment in UTC or `further notice`. */
export function directiveDetail({ actor, because, untilMs }: Pick<Pause, 'actor' | 'because' | 'untilMs'>): {
  readonly by: string;
  readonly because: string;
  readonly until: string;
} {
  const until = untilMs === null ? 'further notice' : new Date(untilMs).toISOString();
  return { by: actor ?? 'somebody', because, until };
}

function whoAndWhy({ actor, because, untilMs }: DirectiveTerms): Omit<DirectiveTerms, 'atMs'> {
  return { actor, because, untilMs };
}

function compareEnds(a: DirectiveTerms, b: DirectiveTerms): number {
  return (a.untilMs ?? Number.MAX_SAFE_INTEGER) - (b.untilMs ?? Number.MAX_SAFE_INTEGER);
}
