import { letHighsGo } from '../decide/assignment/highs.ts';
import type { Reason } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { PendingMemory } from './pending-memory.ts';
import { type Planner, planRun, type RunPlan } from './plan-run.ts';
import type { DecisionStore } from './ports.ts';
import type { PulledLists } from './pull-inputs.ts';
import type { PlanToRecord } from './record-decisions.ts';
import { tripOf } from './run-report.ts';

type Planning = Omit<Planner, 'ledger'> & { readonly store: Pick<DecisionStore, 'saveDirectory'> & Planner['ledger'] };

/** From so many on, what a run writes needs the room that its solver took. */
const ORDERS_TO_SPARE_MEMORY = 200;

/**
 * Plans, and writes down what is for later runs: that needs room no longer when decisions are made ready to be written.
 * `garbled`: the API has changed under us, and nothing is to be recorded.
 */
export async function planAndRemember(
  planner: Planning,
  lists: PulledLists,
  only: readonly WorkOrderId[] | null,
): Promise<{ readonly plan: PlanToRecord; readonly garbled: Reason | null }> {
  const { learnt, remembered, ...plan } = await planRun({ ...planner, ledger: planner.store }, lists, only);
  // It is loaded anew within a few hundredths of a second, which is nothing in such a run and much in one that a hint woke.
  if (plan.orders.length >= ORDERS_TO_SPARE_MEMORY) letHighsGo();
  await planner.store.saveDirectory(learnt);
  const garbled = tripOf(planner, plan);
  if (garbled === null) await rememberPending(planner.memory ?? null, remembered, lists);
  return { plan, garbled };
}

/**
 * After the directory, in which rows of remembered lists must be; and before anything is recorded, so that what this run is
 * about to write is later than what it remembers.
 */
async function rememberPending(
  memory: PendingMemory | null,
  remembered: RunPlan['remembered'],
  { open }: Pick<PulledLists, 'open'>,
): Promise<void> {
  if (memory === null) return;
  await memory.keepOnly(open.map(({ id }) => id));
  if (remembered.length > 0) await memory.remember(remembered);
}
