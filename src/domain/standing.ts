import type { EffectKind } from './decision.ts';
import { type DecisionId, decisionId, type ProviderId, type WorkOrderId } from './ids.ts';
import type { Observation } from './observation.ts';
import type { WriteCall, WriteKind } from './write-call.ts';

/** Everything else binds and frees nobody. */
export const BINDING_KINDS = [
  'assign',
  'accept_counter',
  'route',
  'mass_route',
  'mass_route_pool',
  'auto_dispatch',
  'unroute',
  'unassign',
] as const satisfies readonly WriteKind[];

/** What was observed on the platform, as far as it changes what stands. */
export type ObservedRow = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly kind: Observation['kind'];
  readonly providerId: ProviderId | null;
  readonly decisionId: DecisionId | null;
  readonly atMs: number;
};

/** An intent with its last effect, its last claim, and the times of its decision's work order. */
export type SentRow = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly seq: number;
  readonly ruleFileId: string | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly localDate: string | null;
  readonly call: WriteCall;
  readonly costCents: number;
  readonly effect: EffectKind | null;
  readonly effectAtMs: number | null;
  readonly claimedAtMs: number | null;
};

/** What one sent intent holds of one provider, or of somebody the platform chose. */
export type Binding = {
  readonly row: SentRow;
  readonly kind: 'assigned' | 'routed';
  /** Null: whom the platform invited or will assign, the ledger does not know. */
  readonly providerId: ProviderId | null;
  /** False: it may have happened. Only its own effect ends such a one. */
  readonly isSettled: boolean;
  /** When it was confirmed or observed; if not settled, when it was last claimed. */
  readonly atMs: number;
};

/**
 * What stands of one work order: its intents in the order they were decided and what was observed, one after the other. Of
 * an episode that is over only what is not settled is left.
 */
export function standingBindings(rows: readonly SentRow[], observations: readonly ObservedRow[]): readonly Binding[] {
  const episode = Math.max(...[...rows, ...observations].map((one) => one.episode));
  const left = rows.filter((row) => row.episode < episode).reduce<readonly Binding[]>(afterRow, []);
  const current = rows.filter((row) => row.episode === episode);
  const observed = observations.filter((one) => one.episode === episode);
  return [...left.filter((binding) => !binding.isSettled), ...standingOfEpisode(current, observed)];
}

/** What one work order may cost, and whose money that is. */
export type Committed = {
  /** The dearest of what may still become its assignment, or the assignment. */
  readonly binding: Binding;
  readonly cents: number;
  /** The rule file that has a part in it, also where a person has invited as well; null: a person alone. */
  readonly ruleFileId: string | null;
};

/**
 * The money of one work order that counts since the beginning of a day: its assignment, or the dearest of what may still become
 * one. Null: nothing of this day.
 */
export function committedOf(bindings: readonly Binding[], dayStartMs: number): Committed | null {
  const assignment = bindings.findLast((one) => one.kind === 'assigned' && one.isSettled);
  const possible = assignment === undefined ? bindings : [assignment];
  const dearestFirst = possible
    .filter(({ row }) => (row.claimedAtMs ?? row.effectAtMs ?? 0) >= dayStartMs && row.costCents > 0)
    .toSorted((a, b) => b.row.costCents - a.row.costCents);
  const [binding] = dearestFirst;
  const ruleFileId = dearestFirst.find(({ row }) => row.ruleFileId !== null)?.row.ruleFileId ?? null;
  return binding === undefined ? null : { binding, cents: binding.row.costCents, ruleFileId };
}

export function idOf(row: Pick<SentRow, 'workOrderId' | 'episode' | 'seq'>): DecisionId {
  return decisionId(row.workOrderId, row.episode, row.seq);
}

/** At the same millisecond an observation comes after what binds and before what ends. */
function standingOfEpisode(rows: readonly SentRow[], observations: readonly ObservedRow[]): readonly Binding[] {
  let standing: readonly Binding[] = [];
  let seen = 0;
  for (const row of rows) {
    const untilMs = (momentOf(row) ?? 0) + Number(ends(row.call));
    for (let next = observations[seen]; next !== undefined && next.atMs < untilMs; next = observations[++seen]) {
      standing = afterObservation(standing, next, rows);
    }
    standing = afterRow(standing, row);
  }
  return observations.slice(seen).reduce((left, next) => afterObservation(left, next, rows), standing);
}

function afterRow(standing: readonly Binding[], row: SentRow): readonly Binding[] {
  const { call } = row;
  const atMs = momentOf(row);
  if (atMs === null) return standing;
  const isSettled = row.effect === 'confirmed';
  const bind = (kind: Binding['kind'], providerId: ProviderId | null) => ({ row, kind, providerId, isSettled, atMs });
  switch (call.kind) {
    case 'assign':
    case 'accept_counter': {
      const found = foundDone(row, call.providerId, standing);
      const own = bind('assigned', call.providerId);
      return [...(isSettled ? [] : standing), found === undefined ? own : { ...own, row: found.row }];
    }
    case 'route':
      return [...standing, bind('routed', call.providerId)];
    case 'mass_route':
      return [...standing, ...call.providerIds.map((provider) => bind('routed', provider))];
    case 'mass_route_pool':
    case 'auto_dispatch':
      return [...standing, bind('routed', null)];
    case 'unroute':
      return isSettled ? standing.filter((one) => !isRouteTo(one, call.providerId)) : standing;
    case 'unassign':
      return isSettled ? [] : standing;
    case 'publish':
    case 'unpublish':
    case 'decline_request':
    case 'complete':
    case 'incomplete':
    case 'approve':
    case 'unapprove':
      return standing;
  }
}

/** Confirmed and never sent: the guard saw that it was done already. It remains the work, and the money, of who did it. */
function foundDone(row: SentRow, providerId: ProviderId, standing: readonly Binding[]): Binding | undefined {
  const wasSent = row.effect !== 'confirmed' || row.claimedAtMs !== null;
  return wasSent ? undefined : standing.findLast((one) => one.providerId === providerId);
}

/** When it took effect or may have; null: it never did, or was never sent. */
function momentOf(row: SentRow): number | null {
  switch (row.effect) {
    case 'confirmed':
      return row.effectAtMs;
    case 'unknown':
    case null:
      return row.claimedAtMs;
    case 'refused':
    case 'lost_race':
      return null;
  }
}

function ends(call: WriteCall): boolean {
  return call.kind === 'unroute' || call.kind === 'unassign';
}

function afterObservation(
  standing: readonly Binding[],
  seen: ObservedRow,
  rows: readonly SentRow[],
): readonly Binding[] {
  const unsettled = standing.filter((one) => !one.isSettled);
  if (seen.kind !== 'route_accepted') return unsettled;
  const { providerId, atMs } = seen;
  const row =
    standing.findLast((one) => isRouteTo(one, providerId))?.row ??
    rows.findLast((one) => idOf(one) === seen.decisionId && !ends(one.call));
  if (row === undefined) return standing;
  return [
    ...unsettled.filter((one) => one.kind === 'assigned'),
    { row, kind: 'assigned', providerId, isSettled: true, atMs },
  ];
}

function isRouteTo(binding: Binding, providerId: ProviderId | null): boolean {
  return binding.kind === 'routed' && binding.providerId === providerId;
}
