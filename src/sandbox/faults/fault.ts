import { draw } from '../random.ts';

type Body = { readonly [key: string]: unknown };

/**
 * Faults that can be switched on, each with what it does. Before the request is handled: `expire_token` and the ones that
 * move the market. Instead of handling it: the answers without an effect. Around it: the effect happens, and the answer is
 * spoilt. Apart from it: the effect comes late, or in half.
 */
export const FAULT_KINDS = {
  latency: 'waits `ms` of wall time first, so that an effect can land after the client gave up',
  expire_token: 'ends every token before the request is looked at',
  provider_accepts: 'an invited provider takes the work order just before',
  provider_withdraws: 'a provider takes the request back just before',
  provider_counters: 'a provider puts a counter-offer in place of the request just before',
  provider_expires: 'a request runs out just before',
  person_assigns: 'a colleague assigns somebody just before',
  person_cancels: 'a colleague cancels the work order just before',
  '429': 'refuses; `retry_after_seconds` null: without Retry-After',
  '500': 'fails without an effect',
  refuse: 'answers `status` (400, 401, 403, 404, 409 with `action`, 410, 429, 500) without an effect',
  html: 'answers an HTML page with `status`',
  redirect: 'sends elsewhere (302), to `location`',
  ignored: 'answers 200 and does nothing',
  '500_after': 'answers 500 after the effect',
  lost_response: 'cuts the connection after the effect',
  truncate: 'cuts the connection in the middle of the answer',
  truncated_json: 'ends the JSON in the middle, as a whole answer',
  content_type: 'calls the JSON text/plain',
  gzip_bomb: 'sends `bytes` packed, unasked',
  huge: 'sends `bytes` of JSON',
  endless: 'sends JSON that never ends',
  endless_pages: 'a list that always has another page',
  duplicate_rows: 'a list with its first row twice',
  missing_rows: 'a list without its first row',
  reordered_rows: 'a list in the opposite order, on this page only',
  field_gone: 'leaves out `field` of every row, or of the answer',
  field_retyped: 'gives `field` another type',
  field_value: 'gives `field` the `value`',
  late: 'applies the request `ms` of virtual time later; answers `status`, or cuts the connection where it is null',
  mass_route_half: 'invites the first half only',
  webhook_twice: 'delivers an event twice; of deliveries, `path` is the name of the event',
  webhook_late: 'delivers it `ms` of wall time later',
  webhook_forged: 'signs it with another secret',
  webhook_lost: 'never delivers it',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** They spoil what the sandbox sends, not what it is asked. */
export const WEBHOOK_FAULTS = [
  'webhook_twice',
  'webhook_late',
  'webhook_forged',
  'webhook_lost',
] as const satisfies readonly FaultKind[];

export type Fault = {
  readonly id: number;
  readonly match: { readonly method: string | null; readonly path: string; readonly nth: number };
  readonly fault: FaultKind;
  /** How many matching requests it spoils, from the nth on; null: every one. */
  readonly times: number | null;
  /** Chance of each matching request, drawn from the seed, the fault and how many it has seen. */
  readonly probability: number;
  readonly ms: number;
  readonly retry_after_seconds: number | null;
  readonly status: number | null;
  /** What an RFC 9457 body tells the client to do. */
  readonly action: 'FIX_INPUT' | 'REFRESH_STATE';
  /** Null: whoever comes first. */
  readonly provider_id: number | null;
  readonly bytes: number;
  readonly location: string;
  /** Dotted path, such as `status.name`. */
  readonly field: string;
  readonly value: unknown;
  seen: number;
  fired: number;
};

const MIB = 1024 * 1024;
const DEFAULT_BYTES = 32 * MIB;

/** The fault that a control request or a file describes, or what is wrong with it. */
export function parseFault(body: Body, id: number): Fault | string {
  const match = asObject(body['match']);
  const kind = Object.keys(FAULT_KINDS).find((known): known is FaultKind => known === body['fault']);
  if (kind === undefined) return `fault must be one of ${Object.keys(FAULT_KINDS).join(', ')}`;
  const path = typeof match['path'] === 'string' ? match['path'] : '';
  try {
    new RegExp(path);
  } catch {
    return `match.path is not a regular expression: ${path}`;
  }
  const probability = body['probability'] ?? 1;
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1))
    return 'probability must be a number from 0 to 1';
  return {
    id,
    match: {
      method: typeof match['method'] === 'string' ? match['method'].toUpperCase() : null,
      path,
      nth: countOf(match['nth']) ?? 1,
    },
    fault: kind,
    times: body['times'] === null ? null : (countOf(body['times']) ?? 1),
    probability,
    ...parametersOf(body, kind),
    seen: 0,
    fired: 0,
  };
}

type Parameters = Omit<Fault, 'id' | 'match' | 'fault' | 'times' | 'probability' | 'seen' | 'fired'>;

function parametersOf(body: Body, kind: FaultKind): Parameters {
  return {
    ms: countOf(body['ms']) ?? 1000,
    retry_after_seconds: body['retry_after_seconds'] === null ? null : (countOf(body['retry_after_seconds']) ?? 60),
    status: countOf(body['status']) ?? DEFAULT_STATUS[kind] ?? null,
    action: body['action'] === 'FIX_INPUT' ? 'FIX_INPUT' : 'REFRESH_STATE',
    provider_id: countOf(body['provider_id']),
    bytes: countOf(body['bytes']) ?? DEFAULT_BYTES,
    location: textOf(body['location']) ?? 'http://169.254.169.254/latest/meta-data/',
    field: textOf(body['field']) ?? 'id',
    value: body['value'] ?? 'never_seen_before',
  };
}

const DEFAULT_STATUS: { readonly [kind in FaultKind]?: number } = { html: 502, refuse: 400 };

/** The first fault that this request meets; every fault counts the requests it matches. */
export function meetFault(
  faults: readonly Fault[],
  request: { readonly method: string; readonly path: string },
  seed: number,
): Fault | null {
  const met = faults.filter((fault) => {
    if (fault.match.method !== null && fault.match.method !== request.method) return false;
    if (!new RegExp(fault.match.path).test(request.path)) return false;
    fault.seen += 1;
    if (fault.seen < fault.match.nth || (fault.times !== null && fault.fired >= fault.times)) return false;
    return fault.probability === 1 || draw(seed, 'fault', fault.id, fault.seen) < fault.probability;
  })[0];
  if (met === undefined) return null;
  met.fired += 1;
  return met;
}

function asObject(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
