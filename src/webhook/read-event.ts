import { type WorkOrderId, workOrderId } from '../domain/ids.ts';
import { EVENTS } from './events.ts';
import type { SignatureForm } from './signature.ts';

/** What a signed body says. */
export type EventRead = {
  /** The work order to look at; null: none is named, or nothing has to be looked at because of this. */
  readonly workOrderId: WorkOrderId | null;
  /** When it happened, epoch ms, by the body that is signed; null: it does not say so. */
  readonly occurredAtMs: number | null;
};

const NOTHING: EventRead = { workOrderId: null, occurredAtMs: null };

/**
 * Reads no more of the body than a few members at known places, however deep or odd the rest is. `v3` names its event and
 * the work order; a call of `v2` is the whole work order and names no event.
 */
export function readEvent(body: Uint8Array, form: SignatureForm): EventRead {
  const given = parse(body);
  const [event, order] = [member(given, 'event'), member(given, 'workorder')];
  if (form === 'v2') return { workOrderId: toId(member(given, 'id')) ?? toId(member(order, 'id')), occurredAtMs: null };
  const occurredAtMs = toMoment(member(given, 'timestamp'));
  const name = member(event, 'name');
  if (typeof name !== 'string' || EVENTS.get(name) !== 'look') return { ...NOTHING, occurredAtMs };
  const id = toId(member(member(event, 'params'), 'work_order_id')) ?? toId(member(order, 'id'));
  return { workOrderId: id, occurredAtMs };
}

/** Undefined when it is no JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Of an object's own. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

/** A number, or its digits: an older copy of the documentation shows them as text. */
function toId(value: unknown): WorkOrderId | null {
  const id = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? workOrderId(id) : null;
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function toMoment(value: unknown): number | null {
  const ms = typeof value === 'string' && MOMENT.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
