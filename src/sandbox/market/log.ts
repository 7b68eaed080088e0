import type { LogEntry, World } from '../world/nouns.ts';

/** Adds one line to the event log, at virtual now. */
export function record(
  world: World,
  kind: string,
  about: { readonly workOrderId?: number; readonly providerId?: number; readonly [detail: string]: unknown },
): LogEntry {
  const { workOrderId, providerId, ...detail } = about;
  const entry: LogEntry = {
    seq: world.log.length + 1,
    at: new Date(world.nowMs).toISOString(),
    kind,
    work_order_id: workOrderId ?? null,
    provider_id: providerId ?? null,
    detail,
  };
  world.log.push(entry);
  return entry;
}
