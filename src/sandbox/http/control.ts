import { advanceSandbox } from '../faults/redo.ts';
import { addFault } from '../faults/switches.ts';
import { summariseOutcome } from '../market/outcome.ts';
import { readBody, type Sandbox, type SandboxApp } from './context.ts';

/** Outside the API: the clock, the outcome, the event log and the faults. Needs no token. */
export function serveControl(app: SandboxApp, sandbox: Sandbox): void {
  const { world, clock } = sandbox;
  const tellTime = () => ({ now_ms: world.nowMs, now: new Date(world.nowMs).toISOString(), start_ms: world.startMs });
  app.get('/_sandbox/clock', (context) => context.json(tellTime()));
  app.post('/_sandbox/clock', async (context) => {
    const body = await readBody(context);
    const advanceMs = readAdvance(body, clock.nowMs());
    if (advanceMs === null) {
      return context.json(
        { message: 'Give advance_ms, at least 0, or to (ISO text or epoch ms), not in the past.' },
        400,
      );
    }
    clock.advance(advanceMs);
    await advanceSandbox(sandbox, clock.nowMs());
    return context.json(tellTime());
  });
  app.get('/_sandbox/outcome', (context) => context.json(summariseOutcome(world)));
  app.get('/_sandbox/events', (context) => {
    const { since, kind, work_order_id: workOrderId } = context.req.query();
    const events = world.log.filter(
      (entry) =>
        entry.seq > Number(since ?? 0) &&
        (kind === undefined || entry.kind === kind) &&
        (workOrderId === undefined || entry.work_order_id === Number(workOrderId)),
    );
    return context.json({ now: new Date(world.nowMs).toISOString(), total: world.log.length, events });
  });
  const tellFaults = () => ({ faults: sandbox.faults.list });
  app.get('/_sandbox/faults', (context) => context.json(tellFaults()));
  app.post('/_sandbox/faults', async (context) => {
    const fault = addFault(sandbox, await readBody(context));
    return typeof fault === 'string' ? context.json({ message: fault }, 400) : context.json(fault);
  });
  app.delete('/_sandbox/faults', (context) => {
    sandbox.faults.list = [];
    return context.json(tellFaults());
  });
}

/** How far to move; null when the request says nothing usable, or a moment that has passed. */
function readAdvance(body: { readonly [key: string]: unknown }, nowMs: number): number | null {
  const given = body['advance_ms'];
  const to = body['to'];
  const toMs = typeof to === 'string' ? Date.parse(to) : to;
  const advanceMs = typeof toMs === 'number' ? toMs - nowMs : given;
  return typeof advanceMs === 'number' && Number.isFinite(advanceMs) && advanceMs >= 0 ? advanceMs : null;
}
