import { record } from '../market/log.ts';
import { toWireUtc } from '../wire/date.ts';
import { COMPANY, PROJECTS } from '../world/catalog.ts';
import { DEFAULT_CHOICES, type DispatchSettings } from '../world/dispatch-settings.ts';
import type { World } from '../world/nouns.ts';
import { asId, type Body, readBody, type Sandbox, type SandboxApp } from './context.ts';
import { missingParameter, notFound } from './errors.ts';

/** Whether a project drives its work orders by itself. The addresses are singular: `/project`. */
export function serveDispatchSettings(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.get('/project/:id/dispatch-settings', (context) => {
    const projectId = findProject(context.req.param('id'));
    return context.json(toWireSettings(world, projectId));
  });
  app.post('/project/dispatch-settings', async (context) => {
    const body = await readBody(context);
    if (body['project_id'] === undefined) throw missingParameter('project_id');
    const projectId = findProject(body['project_id']);
    saveSettings(world, projectId, body);
    return context.json(toWireSettings(world, projectId));
  });
  app.put('/project/:id/dispatch-settings', async (context) => {
    const projectId = findProject(context.req.param('id'));
    saveSettings(world, projectId, await readBody(context));
    return context.json(toWireSettings(world, projectId));
  });
}

function findProject(given: unknown): number {
  const id = asId(given);
  if (id === null || !PROJECTS.some((project) => project.id === id)) throw notFound('Project not found');
  return id;
}

/** `true` makes a new active row with the given members and defaults for the rest; `false` ends the one there is. */
function saveSettings(world: World, projectId: number, body: Body): void {
  for (const name of ['buyer_id', 'created_by']) if (asId(body[name]) === null) throw missingParameter(name);
  const choose = (name: string, otherwise: boolean): boolean =>
    typeof body[name] === 'boolean' ? body[name] : otherwise;
  const minutes = (name: string, otherwise: number): number => asId(body[name]) ?? otherwise;
  const settings: DispatchSettings = {
    id: (world.dispatchSettings.get(projectId)?.id ?? 0) + 1,
    buyerId: asId(body['buyer_id']) ?? 0,
    createdBy: asId(body['created_by']) ?? 0,
    fromMs: world.nowMs,
    runtimeMinutes: minutes('dispatch_runtime_minutes', DEFAULT_CHOICES.runtimeMinutes),
    rerunsUntilThreshold: choose('rerun_until_threshold', DEFAULT_CHOICES.rerunsUntilThreshold),
    rerunThresholdMinutes: minutes('rerun_threshold_minutes', DEFAULT_CHOICES.rerunThresholdMinutes),
    goesToFirstAvailable: choose('dispatch_to_first_available', DEFAULT_CHOICES.goesToFirstAvailable),
    revertsToDraft: choose('revert_to_draft_on_no_available', DEFAULT_CHOICES.revertsToDraft),
    isEnabled: choose('is_dispatch_settings_enabled', DEFAULT_CHOICES.isEnabled),
  };
  const before = world.dispatchSettings.get(projectId);
  const saved = settings.isEnabled || before === undefined ? settings : { ...before, isEnabled: false };
  world.dispatchSettings.set(projectId, saved);
  record(world, 'project.dispatch_settings', { project_id: projectId, is_enabled: saved.isEnabled });
}

/** A project that never had any answers the defaults, not enabled; what the platform does there is not documented. */
function toWireSettings(world: World, projectId: number) {
  const known = world.dispatchSettings.get(projectId);
  const settings = known ?? { ...DEFAULT_CHOICES, isEnabled: false };
  return {
    id: known?.id ?? 0,
    project_dispatch_setting_id: known === undefined ? '' : `${projectId}-${known.id}`,
    project_id: projectId,
    buyer_id: known?.buyerId ?? COMPANY.id,
    dispatch_runtime_minutes: settings.runtimeMinutes,
    rerun_until_threshold: settings.rerunsUntilThreshold,
    rerun_threshold_minutes: settings.rerunThresholdMinutes,
    dispatch_to_first_available: settings.goesToFirstAvailable,
    revert_to_draft_on_no_available: settings.revertsToDraft,
    effective_from: known === undefined ? '' : toWireUtc(known.fromMs),
    effective_to: '',
    created_by: known?.createdBy ?? 0,
    is_dispatch_settings_enabled: settings.isEnabled,
  };
}
