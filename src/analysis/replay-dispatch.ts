import type { SolveProgram } from '../decide/assignment/program.ts';
import { decideBatch, stopBatch } from '../decide/decide-batch.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { inItsMode, sharedBy, toOrder } from './decide-again.ts';
import type { RecordedBatch } from './recorded-batch.ts';
import type { Again, BatchAgain, Confirm } from './replayed.ts';

/** A recorded dispatch run by the rules of then, with nothing but what was recorded: a fact that is not there is unknown. */
export function dispatchAgain(
  batch: RecordedBatch,
  compiled: readonly CompiledRuleFile[],
  { confirm, solve }: { readonly confirm: Confirm<CompiledRuleFile>; readonly solve: SolveProgram },
): BatchAgain {
  const files = compiled.map((file) => inItsMode(file, batch));
  const members = new Map(batch.members.map((member) => [member.workOrderId, member] as const));
  return {
    takenAtMs: batch.takenAtMs,
    memberIds: [...members.keys()],
    shares: batch.shares,
    solutions: batch.solutions,
    solver: batch.solver,
    historyOf: (id) => {
      const { attempts = [], answers = [] } = members.get(id) ?? {};
      return { attempts, answers };
    },
    decide: (slates) => decide(slates, { batch, files, members, confirm, solve }),
  };
}

type Deciding = {
  readonly batch: RecordedBatch;
  readonly files: readonly CompiledRuleFile[];
  readonly members: ReadonlyMap<WorkOrderId, RecordedBatch['members'][number]>;
  readonly confirm: Confirm<CompiledRuleFile>;
  readonly solve: SolveProgram;
};

async function decide(slates: readonly Slate[], { batch, files, members, confirm, solve }: Deciding): Promise<Again> {
  const orders = slates.flatMap((slate) => {
    const member = members.get(slate.workOrder.id);
    return member === undefined ? [] : [toOrder(files, slate, member)];
  });
  const present = new Set(orders.map(({ workOrder }) => workOrder.id));
  const standIns = {
    shares: (batch.shares ?? []).filter(({ workOrderId }) => !present.has(workOrderId)),
    files: files.map(({ file }) => file),
    solutions: batch.solutions ?? [],
  };
  const decided = decideBatch({ ...sharedBy(batch), nowMs: batch.takenAtMs, orders, standIns }, solve);
  const factsOf = new Map(orders.map(({ workOrder, live }) => [workOrder.id, live?.scored.slate.facts ?? {}] as const));
  const decisions: PlannedDecision[] = [];
  for (const planned of decided.decisions)
    decisions.push(await confirm(planned, factsOf.get(planned.workOrder.id) ?? {}, files));
  const { stoppedBy } = batch;
  const confirmed = { ...decided, decisions };
  return stoppedBy === null ? confirmed : stopBatch(confirmed, stoppedBy, batch);
}
