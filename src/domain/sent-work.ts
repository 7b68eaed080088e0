import type { EffectKind } from './decision.ts';
import type { ProviderId, Sha256, WorkOrderId } from './ids.ts';
import { BINDING_KINDS, type Binding, type ObservedRow, type SentRow, standingBindings } from './standing.ts';

/** All that was ever to be sent for one work order, and what was seen of it on the platform. */
export type SentWork = {
  readonly workOrderId: WorkOrderId;
  readonly clientId: number | null;
  readonly projectId: number | null;
  /** In the order they were decided; without withdrawn routes and the like also those that bind nobody. */
  readonly intents: readonly SentIntent[];
  /** Of all episodes, oldest first. */
  readonly observations: readonly ObservedRow[];
  /** When each later episode was first decided on, ascending. */
  readonly reopened: readonly { readonly episode: number; readonly atMs: number }[];
};

/** One write as it was decided, with every claim and effect. Times are the work order's as decided on. */
export type SentIntent = Omit<SentRow, 'effect' | 'effectAtMs' | 'claimedAtMs'> & {
  readonly n: number;
  /** The row of its decision, for looking more of it up. */
  readonly decisionRow: number;
  readonly ruleFileHash: Sha256 | null;
  readonly mode: string | null;
  readonly decidedAtMs: number;
  /** Oldest first: as often as it may have been sent. */
  readonly claimedAtMs: readonly number[];
  /** Oldest first. */
  readonly effects: readonly { readonly kind: EffectKind; readonly atMs: number }[];
};

/** What stood of a work order right before a moment, as the guardrails would have seen it then. */
export function standingAt(work: SentWork, beforeMs: number): readonly Binding[] {
  const episode = Math.max(1, ...work.reopened.filter(({ atMs }) => atMs < beforeMs).map((one) => one.episode));
  const rows = work.intents
    .filter((intent) => isBinding(intent) && intent.decidedAtMs < beforeMs)
    .map((intent) => asOf(intent, beforeMs))
    .filter((row) => row.episode === episode || (row.claimedAtMs !== null && isOpen(row)));
  const observations = work.observations.filter(({ atMs }) => atMs < beforeMs);
  return rows.length === 0 ? [] : standingBindings(rows, observations);
}

const KINDS: ReadonlySet<string> = new Set(BINDING_KINDS);

function isBinding({ call }: SentIntent): boolean {
  return KINDS.has(call.kind);
}

function isOpen({ effect }: SentRow): boolean {
  return effect === null || effect === 'unknown';
}

function asOf(intent: SentIntent, beforeMs: number): SentRow {
  const effect = intent.effects.findLast(({ atMs }) => atMs < beforeMs);
  return {
    ...intent,
    effect: effect?.kind ?? null,
    effectAtMs: effect?.atMs ?? null,
    claimedAtMs: intent.claimedAtMs.findLast((atMs) => atMs < beforeMs) ?? null,
  };
}

/** One assignment of ours, from the moment it was known to the moment it was seen to be over. */
export type OurAssignment = {
  readonly work: SentWork;
  readonly episode: number;
  readonly providerId: ProviderId;
  /** When the platform showed it, or the acceptance of its route was observed. */
  readonly atMs: number;
  /** The write that bound the provider: of an accepted route the invitation. */
  readonly intent: SentIntent;
  /** False: a route that its provider accepted. */
  readonly isDirect: boolean;
  /** Null: it still stands, as far as the ledger knows. `left`: neither we nor, as far as is known, anybody else took it away. */
  readonly ended: { readonly atMs: number; readonly how: 'unassigned_by_us' | 'given_to_another' | 'left' } | null;
};

/** Every assignment of ours of one work order, oldest first; each provider once per episode. */
export function assignmentsOf(work: SentWork): readonly OurAssignment[] {
  const seen = new Set<string>();
  return confirmedAssignments(work).filter(({ episode, providerId }) => {
    const key = `${episode} ${providerId}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The same as often as it was confirmed or observed, also where that is one assignment told twice. */
export function confirmedAssignments(work: SentWork): readonly OurAssignment[] {
  return [...directAssignments(work), ...acceptedRoutes(work)]
    .sort((a, b) => a.atMs - b.atMs)
    .map((one) => ({ ...one, ended: endOf(one) }));
}

type Begun = Omit<OurAssignment, 'ended'>;

function directAssignments(work: SentWork): readonly Begun[] {
  return work.intents.flatMap((intent) => {
    const { call, effects, episode } = intent;
    const confirmed = effects.find(({ kind }) => kind === 'confirmed');
    if (confirmed === undefined || (call.kind !== 'assign' && call.kind !== 'accept_counter')) return [];
    return [{ work, episode, providerId: call.providerId, atMs: confirmed.atMs, intent, isDirect: true }];
  });
}

/** As the guardrails take it: by the last live invitation of this provider, else by the decision that is named. */
function acceptedRoutes(work: SentWork): readonly Begun[] {
  return work.observations.flatMap(({ kind, providerId, episode, atMs }) => {
    if (kind !== 'route_accepted' || providerId === null) return [];
    const bound = standingAt(work, atMs + 1).find((one) => one.kind === 'assigned' && one.providerId === providerId);
    const intent = work.intents.find((one) => {
      return bound !== undefined && one.seq === bound.row.seq && one.episode === episode && one.call === bound.row.call;
    });
    return intent === undefined ? [] : [{ work, episode, providerId, atMs, intent, isDirect: false }];
  });
}

type End = NonNullable<OurAssignment['ended']>;

/** Whichever came first: somebody else had it, we took it back or may have, nobody had it any more, it was found open again. */
function endOf({ work, episode, providerId, atMs: sinceMs }: Begun): End | null {
  const ends = [
    ...work.intents.flatMap((intent) => takingBack(intent, episode)),
    ...work.observations.flatMap((seen): readonly End[] => {
      const { kind, atMs } = seen;
      if (seen.episode !== episode || kind === 'route_accepted') return [];
      if (kind === 'unassigned') return [{ atMs, how: 'left' }];
      return seen.providerId === providerId ? [] : [{ atMs, how: 'given_to_another' }];
    }),
    ...work.reopened.filter((one) => one.episode > episode).map(({ atMs }): End => ({ atMs, how: 'left' })),
  ];
  return ends.filter(({ atMs }) => atMs >= sinceMs).sort((a, b) => a.atMs - b.atMs)[0] ?? null;
}

function takingBack({ call, episode, effects, claimedAtMs }: SentIntent, of: number): readonly End[] {
  if (call.kind !== 'unassign' || episode !== of) return [];
  const last = effects.at(-1);
  if (last !== undefined && last.kind !== 'confirmed' && last.kind !== 'unknown') return [];
  const atMs = last?.atMs ?? claimedAtMs.at(-1);
  return atMs === undefined ? [] : [{ atMs, how: 'unassigned_by_us' }];
}
