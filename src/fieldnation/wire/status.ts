import { z } from 'zod';
import type { WorkOrderStatus } from '../../domain/work-order.ts';
import { optionalFlag, optionalNumber, optionalText } from './scalars.ts';

const BY_NAME: ReadonlyMap<string, WorkOrderStatus> = new Map([
  ['draft', 'draft'],
  ['created', 'draft'],
  ['published', 'published'],
  ['routed', 'routed'],
  ['assigned', 'assigned'],
  ['work done', 'work_done'],
  ['workdone', 'work_done'],
  ['approved', 'approved'],
  ['paid', 'paid'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
]);

/** Not in the order of the lifecycle. Only 1, 2, 3, 7 and 9 are published by the platform; 4 to 6 follow from its order. */
const BY_ID: ReadonlyMap<number, WorkOrderStatus> = new Map([
  [1, 'draft'],
  [2, 'published'],
  [3, 'assigned'],
  [4, 'work_done'],
  [5, 'approved'],
  [6, 'paid'],
  [7, 'cancelled'],
  [9, 'routed'],
]);

/** The name decides; the id only where the name is one we do not know, because sources disagree about ids. */
export function toStatus(name: string, id: number | null): WorkOrderStatus | null {
  const known = BY_NAME.get(name.trim().toLowerCase().replace(/[_-]/g, ' '));
  return known ?? (id === null ? null : (BY_ID.get(id) ?? null));
}

export const wireStatus = z
  .object({ id: optionalNumber, name: optionalText, is_routed: optionalFlag })
  .transform((status, ctx) => {
    const known = toStatus(status.name, status.id);
    if (known === null) {
      // Anything could stand there; only what reads like a status is repeated.
      const name = /^[A-Za-z _-]{0,30}$/.test(status.name) ? status.name : '?';
      ctx.addIssue({ code: 'custom', message: `unknown status "${name}" (${status.id})` });
      return z.NEVER;
    }
    return { status: known, isRouted: status.is_routed || known === 'routed' };
  });
