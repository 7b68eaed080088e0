import type { RecordedDecision, RecordedIntent } from '../../src/domain/recorded-decision.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import type { LogEntry } from '../../src/sandbox/world/nouns.ts';

/** What the platform's own event log and our ledger say of the same hours. */
type Evidence = { readonly log: readonly LogEntry[]; readonly decisions: readonly RecordedDecision[] };

/** Every promise that is broken, in words. The ledger is judged after everything open was settled. */
export function findViolations(evidence: Evidence): readonly string[] {
  const writes = evidence.log.flatMap((entry) => readWrite(entry, evidence.log));
  return [
    ...findSecondAssignments(evidence.log, writes),
    ...findSecondRoutes(evidence, writes),
    ...findUndecidedWrites(evidence.decisions, writes),
    ...findWrongSettlements(evidence, writes),
  ];
}

/** The first two: what holds whatever became of the ledger. */
export function findDoubles(evidence: Evidence): readonly string[] {
  const writes = evidence.log.flatMap((entry) => readWrite(entry, evidence.log));
  return [...findSecondAssignments(evidence.log, writes), ...findSecondRoutes(evidence, writes)];
}

type ReceivedCall = {
  readonly entry: LogEntry;
  readonly workOrderId: number;
  readonly kind: WriteCall['kind'];
  readonly providerIds: readonly number[];
  readonly isDone: boolean;
};

function readWrite(entry: LogEntry, log: readonly LogEntry[]): readonly ReceivedCall[] {
  if (entry.kind !== 'write') return [];
  const { method, path, body, status } = entry.detail;
  const [, id, rest = ''] = /\/workorders\/(\d+)(\/.*)?$/.exec(String(path)) ?? [];
  const [, requestId] = /^\/requests\/(\d+)\/accept$/.exec(rest) ?? [];
  const said = String(body).startsWith('{') ? JSON.parse(String(body)) : {};
  const kind = requestId === undefined ? CALLS[`${method} ${rest}`] : 'accept_counter';
  if (kind === undefined) return [];
  const one = requestId === undefined ? (said.user?.id ?? said.technician?.id) : whoAsked(log, Number(requestId));
  const providerIds = one === undefined ? (said.ids ?? []) : [one];
  return [{ entry, workOrderId: Number(id), kind, providerIds, isDone: Number(status) >= 200 && Number(status) < 300 }];
}

const CALLS: { readonly [call: string]: WriteCall['kind'] | undefined } = {
  'POST /assignee': 'assign',
  'DELETE /assignee': 'unassign',
  'POST /route': 'route',
  'DELETE /route': 'unroute',
  'POST /mass-route': 'mass_route',
};

function whoAsked(log: readonly LogEntry[], requestId: number): number | undefined {
  const made = log.find(({ kind, detail }) => kind === 'request.created' && detail['request_id'] === requestId);
  return made?.provider_id ?? undefined;
}

const BINDING: readonly string[] = ['assign', 'accept_counter'];
const INVITING: readonly string[] = ['route', 'mass_route'];
const RELEASES: readonly string[] = ['work_order.provider_cancelled', 'work_order.unassigned'];

/** A binding call that arrives while an assignment of ours stands. */
function findSecondAssignments(log: readonly LogEntry[], writes: readonly ReceivedCall[]): readonly string[] {
  const found: string[] = [];
  const ours = new Map<number, number>();
  for (const entry of log) {
    const id = entry.work_order_id ?? 0;
    if (entry.kind === 'work_order.assigned' && OUR_WAYS.includes(String(entry.detail['how'])))
      ours.set(id, entry.provider_id ?? 0);
    if (RELEASES.includes(entry.kind)) ours.delete(id);
    const write = writes.find((one) => one.entry === entry);
    if (write === undefined || !BINDING.includes(write.kind) || !ours.has(write.workOrderId)) continue;
    found.push(`${describe(write)} although provider ${ours.get(write.workOrderId)} is assigned by us`);
  }
  return found;
}

const OUR_WAYS: readonly string[] = ['assign', 'accept_request'];

/** Invited while invited, or again after the first invitation ended, unless a person asked for it. */
function findSecondRoutes({ log, decisions }: Evidence, writes: readonly ReceivedCall[]): readonly string[] {
  const handled = decisions.filter(({ ruleFileId, intents }) => ruleFileId === null && intents.length > 0);
  const byHand = new Set<number>(handled.map(({ workOrderId }) => workOrderId));
  const found: string[] = [];
  const invited = new Set<string>();
  const live = new Set<string>();
  for (const entry of log) {
    const place = `${entry.work_order_id} ${entry.provider_id}`;
    if (entry.kind === 'route.opened') live.add(place);
    if (entry.kind === 'route.declined' || entry.kind === 'route.withdrawn') live.delete(place);
    if (entry.kind === 'work_order.assigned' || RELEASES.includes(entry.kind)) {
      for (const one of [...live, ...invited]) {
        if (!one.startsWith(`${entry.work_order_id} `)) continue;
        live.delete(one);
        invited.delete(one);
      }
    }
    const write = writes.find((one) => one.entry === entry);
    if (write === undefined || !INVITING.includes(write.kind)) continue;
    for (const providerId of write.providerIds) {
      const one = `${write.workOrderId} ${providerId}`;
      if (live.has(one)) found.push(`${describe(write)} although provider ${providerId} is invited`);
      else if (invited.has(one) && !byHand.has(write.workOrderId))
        found.push(`${describe(write)}: provider ${providerId} a second time`);
      if (write.isDone) invited.add(one);
    }
  }
  return found;
}

/** As many claims, made before, as calls that arrived. */
function findUndecidedWrites(
  decisions: readonly RecordedDecision[],
  writes: readonly ReceivedCall[],
): readonly string[] {
  const counts = new Map<string, number>();
  return writes.flatMap((write) => {
    const key = keyOf(write.workOrderId, write.kind, write.providerIds);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const claims = intentsOf(decisions, key).flatMap(({ claimedAtMs }) => claimedAtMs);
    const before = claims.filter((atMs) => atMs <= Date.parse(write.entry.at));
    return before.length >= count
      ? []
      : [`${describe(write)} arrived ${count} time(s), claimed ${before.length} time(s)`];
  });
}

/** What is confirmed happened; what happened and still stands when it is settled is confirmed. */
function findWrongSettlements({ log, decisions }: Evidence, writes: readonly ReceivedCall[]): readonly string[] {
  const found: string[] = [];
  for (const { workOrderId, id, intents } of decisions) {
    for (const intent of intents) {
      const last = intent.effects.at(-1);
      const name = `decision ${id} step ${intent.n} (${intent.call.kind})`;
      if (last === undefined || last.kind === 'unknown') found.push(`${name} is open`);
      else if (last.kind === 'confirmed' && !isShown(log, intent))
        found.push(`${name} is confirmed, and never happened`);
      else if (last.kind !== 'confirmed' && intent.claimedAtMs.length > 0) {
        const key = keyOf(workOrderId, intent.call.kind, providersOf(intent.call));
        const done = writes.filter((one) => keyOf(one.workOrderId, one.kind, one.providerIds) === key && one.isDone);
        const confirmed = intentsOf(decisions, key).filter(({ effects }) => effects.at(-1)?.kind === 'confirmed');
        const standing = done.filter(({ entry }) => !isUndone(log, entry, { call: intent.call, beforeMs: last.atMs }));
        if (standing.length > confirmed.length) found.push(`${name} is ${last.kind} ${last.reason.code}, and happened`);
      }
    }
  }
  return found;
}

/** The platform shows it at some time. What is partly done counts (FM-6016), as does what somebody else did. */
function isShown(log: readonly LogEntry[], { call }: RecordedIntent): boolean {
  const wanted = SHOWN_BY[call.kind];
  const providerIds = providersOf(call);
  return (
    wanted === undefined ||
    log.some(
      (entry) =>
        entry.work_order_id === call.workOrderId &&
        wanted.includes(entry.kind) &&
        (entry.provider_id === null || providerIds.includes(entry.provider_id)),
    )
  );
}

const SHOWN_BY: { readonly [kind in WriteCall['kind']]?: readonly string[] } = {
  assign: ['work_order.assigned'],
  accept_counter: ['work_order.assigned'],
  unassign: RELEASES,
  route: ['route.opened', 'work_order.assigned'],
  mass_route: ['route.opened', 'work_order.assigned'],
};

/** Something ended it again before we looked: for its own providers, or for whoever was invited by an assignment. */
function isUndone(
  log: readonly LogEntry[],
  done: LogEntry,
  { call, beforeMs }: { readonly call: WriteCall; readonly beforeMs: number },
): boolean {
  const ends = BINDING.includes(call.kind) ? RELEASES : INVITATION_ENDS;
  const providerIds = providersOf(call);
  return log.some(
    ({ seq, kind, at, work_order_id: id, provider_id: who }) =>
      id === call.workOrderId &&
      seq > done.seq &&
      Date.parse(at) <= beforeMs + 1000 &&
      ends.includes(kind) &&
      (who === null || kind === 'work_order.assigned' || providerIds.includes(who)),
  );
}

const INVITATION_ENDS: readonly string[] = [...RELEASES, 'route.declined', 'route.withdrawn', 'work_order.assigned'];

function intentsOf(decisions: readonly RecordedDecision[], key: string): readonly RecordedIntent[] {
  return decisions.flatMap(({ workOrderId, intents }) =>
    intents.filter(({ call }) => keyOf(workOrderId, call.kind, providersOf(call)) === key),
  );
}

function providersOf(call: WriteCall): readonly number[] {
  if ('providerId' in call) return [call.providerId];
  return 'providerIds' in call ? call.providerIds : [];
}

function keyOf(workOrderId: number, kind: string, providerIds: readonly number[]): string {
  return `${workOrderId} ${kind} ${providerIds.toSorted((a, b) => a - b).join(',')}`;
}

function describe({ entry, workOrderId, kind, providerIds }: ReceivedCall): string {
  return `event ${entry.seq} at ${entry.at}: ${kind} of ${providerIds.join(',')} on work order ${workOrderId}`;
}
