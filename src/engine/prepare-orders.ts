import { type Opened, readCalendar } from '../decide/calendar.ts';
import { hasInvited } from '../decide/earlier-attempts.ts';
import type { OrderInput, ScoredFile, TalentPools } from '../decide/input.ts';
import type { Cancellation, Commitment, OpenedAt } from '../domain/decision.ts';
import type { Pin } from '../domain/directive.ts';
import type { FactRef } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { DirectoryEntry, ProviderProfile } from '../domain/provider.ts';
import { keepRecent, type Recent } from '../domain/recent.ts';
import type { Stage } from '../domain/rule-file.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { benchFor } from '../facts/bench.ts';
import { buildSlate } from '../facts/build-slate.ts';
import { type Supposed, supposeSlate, supposeWorkOrder } from '../facts/suppose.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import { glanceAt } from './glance.ts';
import type { PendingList, WorkOrderHistory } from './ports.ts';

/** What all work orders of a run share. */
export type Surroundings = {
  readonly compiled: readonly CompiledRuleFile[];
  readonly refs: readonly FactRef[];
  readonly directory: ReadonlyMap<ProviderId, DirectoryEntry>;
  readonly profiles: ReadonlyMap<ProviderId, ProviderProfile>;
  readonly commitments: readonly Commitment[];
  readonly cancellations: readonly Cancellation[];
  readonly limits: Limits;
  readonly talentPools: TalentPools;
  /** The slate's time: when pulling began. */
  readonly takenAtMs: number;
  /** Of a what-if; left out: everything is as it was pulled. */
  readonly supposed?: Supposed | undefined;
  /** Left out: all slates are kept. */
  readonly recent?: Recent;
};

export type OrderInputs = {
  readonly workOrder: WorkOrder;
  readonly pending: Pick<PendingList, 'rows'> & Partial<Pick<PendingList, 'observedAtMs'>>;
  readonly history: WorkOrderHistory;
  /** Whom a person has pinned to it; null: nobody. */
  readonly pin: Pin | null;
};

/** Work order, pending rows and history → what decide/ takes: the files that apply, and the slate scored by each. */
export function prepareOrder(around: Surroundings, given: OrderInputs): OrderInput {
  const { supposed, recent = keepRecent(Number.POSITIVE_INFINITY) } = around;
  const inputs =
    supposed === undefined
      ? given
      : { ...given, workOrder: supposeWorkOrder(given.workOrder, supposed, around.takenAtMs) };
  const { workOrder, history } = inputs;
  const openedAt = openedAtOf(workOrder, history, around.takenAtMs);
  const read = workOrderFacts(workOrder, around.refs, around.takenAtMs);
  const facts = supposed?.workOrderId === workOrder.id ? { ...read, ...supposed.workOrder } : read;
  const chosen = selectRuleFiles(around.compiled, facts, workOrder.id);
  const files = [...(chosen.live === null ? [] : [chosen.live]), ...chosen.shadows];
  const opened = { workOrder, openedAt, attempts: history.attempts };
  const inviting =
    workOrder.bundleId !== null || workOrder.status === 'draft'
      ? []
      : files.flatMap((file) => invitingStages(file, opened, around.takenAtMs));
  const listed = glanceAt(inputs.pending).providerIds.length;
  const size = inviting.length === 0 ? listed : listed + around.limits.maxBenchPerWorkOrder;
  const readSlate = renewed({ recent, size }, () => {
    const built = slateOf(around, inputs, inviting);
    return supposed === undefined ? built : supposeSlate(built, supposed);
  });
  const scoreWith = (file: CompiledRuleFile): ScoredFile => {
    const readScored = renewed({ recent, size }, () => file.score(readSlate()));
    return {
      file: file.file,
      get scored() {
        return readScored();
      },
    };
  };
  return {
    workOrder,
    episode: history.episode,
    openedAt,
    live: chosen.live === null ? null : scoreWith(chosen.live),
    shadows: chosen.shadows.map(scoreWith),
    attempts: history.attempts,
    ...(history.answers.length === 0 ? {} : { answers: history.answers }),
    ...(history.gaveBack.length === 0 ? {} : { gaveBack: history.gaveBack }),
    assigned:
      history.assigned === null
        ? null
        : { providerId: history.assigned.providerId, confirmedAtMs: history.assigned.confirmedAtMs },
    openIntent: openIntentOf(history),
  };
}

/** What it makes, made again each time it is no longer kept. */
function renewed<Value>({ recent, size }: { readonly recent: Recent; readonly size: number }, make: () => Value) {
  const key = {};
  return () => recent.get(key, size, make);
}

/**
 * The bench is looked at only when a stage that has not done its part can invite somebody: every known provider on
 * every slate would drown it, and a bench that grows would make each tick look like news.
 */
function invitingStages({ file }: CompiledRuleFile, order: Opened, nowMs: number): readonly Stage[] {
  return readCalendar(file, order, nowMs).due.filter(
    (stage) => (stage.do === 'route' || stage.do === 'mass_route') && !hasInvited(order.attempts, file.id, stage.n),
  );
}

/** Where all who may be invited are members of talent pools, nobody else takes their places on the slate. */
function knownFor(around: Surroundings, inviting: readonly Stage[]): readonly DirectoryEntry[] {
  const known = entriesOf(around.directory);
  const pools = inviting.map((stage) => (stage.do === 'mass_route' ? stage.talentPoolId : null));
  if (pools.includes(null)) return known;
  const members = new Set(pools.flatMap((pool) => (pool === null ? [] : (around.talentPools.get(pool) ?? []))));
  return known.filter(({ providerId }) => members.has(providerId));
}

/** One list for all work orders of a run: who can be invited at all is worked out once for it. */
const entries = new WeakMap<Surroundings['directory'], readonly DirectoryEntry[]>();

function entriesOf(directory: Surroundings['directory']): readonly DirectoryEntry[] {
  const known = entries.get(directory) ?? [...directory.values()];
  entries.set(directory, known);
  return known;
}

/** Of a pinned work order nobody else could be invited, and the pinned provider must not fall to the bench's limit. */
function pinnedAlone(pin: Pin | null, known: readonly DirectoryEntry[]): readonly DirectoryEntry[] {
  return pin === null ? known : known.filter(({ providerId }) => providerId === pin.providerId);
}

function slateOf(around: Surroundings, inputs: OrderInputs, inviting: readonly Stage[]): Slate {
  return buildSlate({
    workOrder: inputs.workOrder,
    pending: inputs.pending.rows,
    // Of a list that an earlier run pulled; this run's are of its own time.
    rowsObservedAtMs: Math.min(inputs.pending.observedAtMs ?? around.takenAtMs, around.takenAtMs),
    bench:
      inviting.length === 0
        ? []
        : benchFor(
            inputs.workOrder,
            pinnedAlone(inputs.pin, knownFor(around, inviting)),
            around.limits.maxBenchPerWorkOrder,
          ),
    directory: around.directory,
    profiles: around.profiles,
    commitments: around.commitments,
    cancellations: around.cancellations,
    refs: around.refs,
    takenAtMs: around.takenAtMs,
  });
}

/**
 * The earliest sign that the work order is open, per episode and never later than one recorded before. After a confirmed
 * un-assign the platform's milestones tell of the old episode, so only our own first sight counts.
 */
function openedAtOf(workOrder: WorkOrder, history: WorkOrderHistory, nowMs: number): OpenedAt {
  const isFirstEpisode = history.episode === 1;
  const signs: OpenedAt[] = [{ atMs: nowMs, source: 'first_seen' }];
  // A draft that has been open before, and that we have taken off the marketplace, keeps its time.
  const wasOpen = history.openedAt !== null && history.openedAt.source !== 'created';
  if (isFirstEpisode && !wasOpen && workOrder.status === 'draft' && workOrder.createdMs !== null)
    signs.push({ atMs: workOrder.createdMs, source: 'created' });
  if (history.openedAt !== null) signs.push(history.openedAt);
  if (isFirstEpisode && workOrder.publishedMs !== null)
    signs.push({ atMs: workOrder.publishedMs, source: 'published' });
  if (isFirstEpisode && workOrder.routedMs !== null) signs.push({ atMs: workOrder.routedMs, source: 'routed' });
  return signs.reduce((earliest, sign) => (sign.atMs < earliest.atMs ? sign : earliest));
}

export function openIntentOf(history: WorkOrderHistory): OrderInput['openIntent'] {
  const open = history.attempts.find((attempt) => attempt.effect === null || attempt.effect.kind === 'unknown');
  return open === undefined ? null : { decisionId: open.decisionId, action: open.call.kind.replace('_', '-') };
}
