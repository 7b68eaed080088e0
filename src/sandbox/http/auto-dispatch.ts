import { startDispatch, toPlan } from '../market/auto-dispatch.ts';
import { readInlineRule } from '../market/inline-rule.ts';
import { findRule } from '../market/ranking.ts';
import { statusOf } from '../market/status.ts';
import { toWireWorker } from '../wire/worker.ts';
import { DEFAULT_CHOICES } from '../world/dispatch-settings.ts';
import type { DispatchPlan, WorkOrder } from '../world/nouns.ts';
import { asBody, asId, type Body, readBody, type Sandbox, type SandboxApp } from './context.ts';
import { cannot, invalidValue, invalidWorkOrder, missingParameter } from './errors.ts';

/** Documented: five minutes to one week. */
const MIN_DELAY_SECONDS = 300;
const MAX_DELAY_SECONDS = 604_800;

/** The platform dispatching by itself: by rule and strategy, or as the project's settings say. */
export function serveAutoDispatch(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/auto_dispatch', async (context) => {
    const body = await readBody(context);
    const drafts = draftsOf(sandbox, readIds(body['work_order_ids']), 'work_order_ids');
    const plan = readPlan(body);
    world.lastId.worker += 1;
    const workerId = world.lastId.worker;
    for (const workOrder of drafts) {
      const settings = world.dispatchSettings.get(workOrder.project.id);
      // Undocumented for auto-dispatch; its successor's setting decides, and that is to revert by default.
      const revertsToDraft = settings?.revertsToDraft ?? DEFAULT_CHOICES.revertsToDraft;
      startDispatch(world, workOrder, { ...plan, revertsToDraft, workerId });
    }
    return context.json(toWireWorker(world, workerId, { body, plan, workOrders: drafts }));
  });
  app.post('/workorders/smart-dispatch', async (context) => {
    const body = await readBody(context);
    const given = Array.isArray(body['workOrders'])
      ? body['workOrders'].map((item: unknown) => asBody(item)['id'])
      : body['work_order_ids'];
    const drafts = draftsOf(sandbox, readIds(given), 'workOrders');
    for (const workOrder of drafts) {
      world.lastId.worker += 1;
      const settings = world.dispatchSettings.get(workOrder.project.id) ?? DEFAULT_CHOICES;
      startDispatch(world, workOrder, { ...toPlan(settings), workerId: world.lastId.worker });
    }
    return context.json({ work_orders: drafts.map(({ id }) => ({ id })) });
  });
}

/** Only drafts can be handed over; others among them are left alone without a word, none at all is refused. */
function draftsOf(sandbox: Sandbox, ids: readonly number[] | null, parameter: string): readonly WorkOrder[] {
  if (ids === null || ids.length === 0) throw missingParameter(parameter);
  const found = ids.map((id) => sandbox.world.workOrders.get(id));
  const known = found.filter((workOrder) => workOrder !== undefined);
  if (known.length < found.length) throw invalidWorkOrder('core');
  const drafts = known.filter((workOrder) => statusOf(workOrder) === 'draft');
  if (drafts.length === 0) throw cannot('auto dispatch');
  return drafts;
}

function readPlan(body: Body): DispatchPlan {
  const ruleId = body['selection_rule_id'] ?? 0;
  const rule = readInlineRule(body['selection_rule']) ?? findRule(Number(ruleId));
  if (rule === null) throw invalidValue('selection_rule_id', `Selection rule ${String(ruleId)} was not found.`);
  const seconds = typeof body['delay'] === 'string' ? Number(body['delay'] || Number.NaN) : body['delay'];
  if (seconds === undefined) throw missingParameter('delay');
  if (typeof seconds !== 'number' || !(seconds >= MIN_DELAY_SECONDS && seconds <= MAX_DELAY_SECONDS)) {
    throw invalidValue('delay', `delay must be between ${MIN_DELAY_SECONDS} and ${MAX_DELAY_SECONDS} seconds.`);
  }
  return {
    strategy: isYes(body['should_route']) ? 'route' : 'publish',
    periodMs: Math.floor(seconds) * 1000,
    rule,
    alsoPublishes: isYes(body['also_publish']),
    isForStaff: isYes(body['w2_skippub']),
    fallsBackToMarket: isYes(body['w2_failswitch']),
    networkIds: readIds(body['network_ids']) ?? [],
    revertsToDraft: DEFAULT_CHOICES.revertsToDraft,
    rerunThresholdMs: null,
  };
}

/** Documented as `false` or the text `"1"`; a Boolean in the newer documentation. */
function isYes(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

/** Each once, in their order; null: no list. */
function readIds(value: unknown): readonly number[] | null {
  return Array.isArray(value) ? [...new Set(value.map((id: unknown) => asId(id) ?? 0))] : null;
}
