import { cutText } from '../report/wrap.ts';
import type { LogEntry, World } from '../sandbox/world/nouns.ts';

/** What the market did by itself since a place in its log, a line each: who accepted, who gave back, what others did. */
export function marketLines(world: World, from: number, timeOf: (atMs: number) => string): readonly string[] {
  return world.log.slice(from).flatMap((entry) => {
    const workOrder = world.workOrders.get(entry.work_order_id ?? 0);
    const what = eventText(entry);
    if (workOrder === undefined || what === null) return [];
    const head = [timeOf(Date.parse(entry.at)), `${workOrder.id}`.padEnd(6), cutText(workOrder.title, 16).padEnd(16)];
    return [`${head.join(' ')} ← ${what}`];
  });
}

function eventText({ kind, provider_id: provider, detail }: LogEntry): string | null {
  switch (kind) {
    case 'work_order.provider_cancelled':
      return `given back by provider ${provider}: open again`;
    case 'work_order.assigned':
      return assignedText(provider, detail);
    case 'work_order.missed':
      return 'nobody came for it: called off';
    default:
      return null;
  }
}

/** Null: our own assignment, which the run's lines show. */
function assignedText(provider: number | null, { how, by }: LogEntry['detail']): string | null {
  if (how === 'accept_route')
    return `provider ${provider} accepted ${by === 'colleague' ? "a colleague's" : by === 'api' ? 'our' : "the platform's"} invitation`;
  if (by === 'colleague') return `provider ${provider} assigned by a colleague`;
  return how === 'auto_dispatch' ? `provider ${provider} assigned by the platform's auto-dispatch` : null;
}
