import type { OrderInput } from '../decide/input.ts';
import { amend } from '../domain/amend.ts';
import type { Decision, PlannedDecision } from '../domain/decision.ts';
import { type DecisionId, decisionId, type Sha256, type WorkOrderId } from '../domain/ids.ts';
import { fingerprint } from './fingerprint.ts';
import type { RunPlan } from './plan-run.ts';
import type { DecisionStore, LastDecision, WorkOrderHistory } from './ports.ts';
import { type SlateSize, sizeOfSlate } from './slate-size.ts';

/** What is left of a plan once what it learnt is written. */
export type PlanToRecord = Omit<RunPlan, 'learnt' | 'remembered'>;

export type RunDecision = {
  readonly planned: PlannedDecision;
  /** Its place in the ledger; of the earlier one when unchanged; null in a dry run. */
  readonly id: DecisionId | null;
  readonly isUnchanged: boolean;
  /** Of its candidates. */
  readonly slate: SlateSize;
};

export type Recorder = {
  readonly store: DecisionStore;
  readonly runId: string;
  readonly engineVersion: string;
  readonly ruleSetHash: Sha256;
  /** How long a recommendation waits for a person. */
  readonly approvalMaxAgeMs: number;
  readonly onDecision: (decision: RunDecision) => void;
};

export type Recorded = {
  /** All but those that collided. */
  readonly decisions: readonly RunDecision[];
  /** Those that are new in the ledger. */
  readonly recorded: readonly Decision[];
  /** Decisions whose place another run had taken meanwhile. */
  readonly collisions: number;
};

/**
 * A commit waits for the disk, so some share one. Few enough that another process, which wants to pause acting, has not to wait,
 * and that what is made ready to be written takes little memory.
 */
const DECISIONS_PER_COMMIT = 16;
const CANDIDATES_PER_COMMIT = 400;

/** Writes every decision that differs from its predecessor, all of them before the first call. */
export async function recordDecisions(plan: PlanToRecord, ledger: Recorder): Promise<Recorded> {
  const decisions: RunDecision[] = [];
  const recorded: Decision[] = [];
  let collisions = 0;
  for (const next of inCommits(toRecord(plan, ledger))) {
    const changed = next.flatMap(({ decision }) => decision ?? []);
    const answers = changed.length === 0 ? [] : await ledger.store.recordDecisions(changed);
    const collided = new Set(changed.filter((_, n) => answers[n] === 'collision'));
    collisions += collided.size;
    for (const { shown, decision } of next) {
      if (decision !== null && collided.has(decision)) continue;
      if (decision !== null) recorded.push(decision);
      decisions.push(shown);
      ledger.onDecision(shown);
    }
  }
  return { decisions, recorded, collisions };
}

/** `decision` null: unchanged, there is nothing to write. */
type ToRecord = { readonly shown: RunDecision; readonly decision: Decision | null };

function* toRecord(plan: PlanToRecord, ledger: Recorder): Generator<ToRecord> {
  const orders = new Map(plan.orders.map((order) => [order.workOrder.id, order] as const));
  const nextSeq = new Map<WorkOrderId, number>();
  for (const planned of [...plan.decided.decisions, ...plan.reviews.decisions]) {
    const { id } = planned.workOrder;
    const decision = toDecision(ledger, plan, { planned, order: orders.get(id), takenSeq: nextSeq.get(id) ?? 0 });
    const before = predecessor(historyOf(plan, planned), planned);
    // What acts is never the one before: that one's attempts would be among what it rests on. It was only recommended.
    const isUnchanged =
      decision.intents.length === 0 &&
      before !== null &&
      before.inputHash === decision.inputHash &&
      before.outcome === decision.outcome &&
      before.stage === decision.stage &&
      !hasLapsed(decision, before, ledger.approvalMaxAgeMs);
    if (!isUnchanged) nextSeq.set(id, decision.seq);
    yield {
      // While the candidates are there: they are made anew for whoever asks later.
      shown: { planned, id: isUnchanged ? before.id : decision.id, isUnchanged, slate: sizeOfSlate(planned) },
      decision: isUnchanged ? null : decision,
    };
  }
}

function* inCommits(all: Iterable<ToRecord>): Generator<readonly ToRecord[]> {
  let next: ToRecord[] = [];
  let candidates = 0;
  for (const one of all) {
    next.push(one);
    const { request, routed, bench } = one.shown.slate;
    candidates += request + routed + bench;
    if (next.length < DECISIONS_PER_COMMIT && candidates < CANDIDATES_PER_COMMIT) continue;
    yield next;
    next = [];
    candidates = 0;
  }
  if (next.length > 0) yield next;
}

/** A recommendation that nobody has answered in time is made once more, with a time of its own; else it would never be seen again. */
function hasLapsed({ recommends, decidedAtMs }: Decision, before: LastDecision, maxAgeMs: number): boolean {
  return recommends !== undefined && decidedAtMs - before.decidedAtMs > maxAgeMs;
}

function historyOf(plan: PlanToRecord, { workOrder, review }: PlannedDecision): WorkOrderHistory | undefined {
  return (review === undefined ? plan : plan.reviews).histories.get(workOrder.id);
}

/**
 * What the decision is compared with: of a shadow file its own last one, of a live file the work order's last live one,
 * whichever file took it. A file that comes back after another has decided says something new.
 */
function predecessor(history: WorkOrderHistory | undefined, planned: PlannedDecision): LastDecision | null {
  if (history === undefined) return null;
  if (planned.mode === 'shadow') return history.last[planned.ruleFileId ?? '-'] ?? null;
  return history.lastLive?.ruleFileId === planned.ruleFileId ? history.lastLive : null;
}

function toDecision(
  ledger: Recorder,
  plan: PlanToRecord,
  at: { readonly planned: PlannedDecision; readonly order: OrderInput | undefined; readonly takenSeq: number },
): Decision {
  const { planned, order } = at;
  const { workOrder } = planned;
  const history = historyOf(plan, planned);
  const seq = Math.max(history?.nextSeq ?? 1, at.takenSeq + 1);
  const isReview = planned.review !== undefined;
  const ofOrder = (order?.live ?? order?.shadows[0])?.scored.slate.facts;
  const facts = (isReview ? plan.reviews.facts.get(workOrder.id) : ofOrder) ?? {};
  return amend(planned, {
    id: decisionId(workOrder.id, planned.episode, seq),
    seq,
    runId: ledger.runId,
    decidedAtMs: plan.around.takenAtMs,
    engineVersion: ledger.engineVersion,
    ruleSetHash: ledger.ruleSetHash,
    inputHash: fingerprint(planned, history ?? { attempts: [], answers: [] }, facts),
    slate: { facts, takenAtMs: plan.around.takenAtMs },
    batch: isReview ? plan.reviews.batch : plan.batch,
  });
}
