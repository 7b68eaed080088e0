import type { Limits } from '../../../src/domain/limits.ts';
import type { WorkOrder } from '../../../src/domain/work-order.ts';
import type { WriteCall } from '../../../src/domain/write-call.ts';
import type { PendingList, Pulled } from '../../../src/engine/ports.ts';
import type { Ports } from './engine-process.ts';

/** A flaw built in on purpose: into the limits, into the ports, or into a copy of the sources. */
export type Mutant = {
  readonly name: string;
  readonly limits?: Partial<Limits>;
  readonly flaw?: (ports: Ports) => Ports;
  readonly patches?: readonly Patch[];
};

/** `from` must be in the file, once, or the mutant fails loudly: it would prove nothing any more. */
export type Patch = { readonly file: string; readonly from: string; readonly to: string };

export const MUTANTS: readonly Mutant[] = [
  { name: 'guard-read-skipped', flaw: guardByTheList },
  {
    name: 'confirm-read-skipped',
    patches: [
      {
        file: 'engine/perform-intent.ts',
        from: "  const reads = answer.kind === 'refused' ? 1 : context.limits.maxConfirmReads;\n",
        to: "  if (answer.kind === 'answered') return { kind: 'confirmed', reason: { code: 'FM-6001', detail: { what: 'it' } }, saw: null };\n  const reads = answer.kind === 'refused' ? 1 : context.limits.maxConfirmReads;\n",
      },
    ],
  },
  { name: 'recorded-after-the-call', flaw: claimAfterwards },
  { name: 'post-retried-on-timeout', flaw: retryUnclear },
  {
    name: 'next-best-after-unclear',
    patches: [
      {
        file: 'engine/perform-intent.ts',
        from: "  return { kind: 'unknown', reason, saw: seen };",
        to: "  return { kind: 'refused', reason: { code: 'FM-6002', detail: { status: 0, message: reason.code } }, saw: seen };",
      },
    ],
  },
  { name: 'no-quiet-time', limits: { quietTimeMs: 0 } },
  {
    name: 'un-route-skipped',
    patches: [
      {
        file: 'decide/actions.ts',
        from: '    .filter((providerId) => providerId !== candidate.providerId)\n',
        to: '    .filter(() => false)\n',
      },
      {
        file: 'actions/assignment.ts',
        from: '  return refuseIfRoutesLive(view, providerId) ?? CLEAR;\n',
        to: '  return CLEAR;\n',
      },
    ],
  },
  {
    name: 'cap-counted-after-the-write',
    patches: [
      {
        file: 'decide/batch.ts',
        from: '      take(commitments);\n',
        to: '      take(commitments.slice(0, 0));\n',
      },
      {
        file: 'decide/batch.ts',
        from: '  return { allotted, planned: plus(fixed, allotted.commitments) };\n',
        to: '  return { allotted, planned: fixed };\n',
      },
      {
        file: 'decide/allot.ts',
        from: '    const planned = plus(fixed, commitments);\n',
        to: '    const planned = fixed;\n',
      },
      {
        file: 'decide/assignment/feasibility.ts',
        from: '  return orders.every((order) => {\n',
        to: '  return orders.length > 0 || orders.every((order) => {\n',
      },
    ],
  },
  {
    name: 'recommended-is-sent',
    patches: [
      {
        file: 'decide/approved.ts',
        from: "  if (mode === 'recommend')\n",
        to: "  if (mode === 'recommend' && id !== '') return true;\n  if (mode === 'recommend')\n",
      },
    ],
  },
];

/** The guard believes what the lists said when the run began. */
function guardByTheList(ports: Ports): Ports {
  const { source } = ports;
  const listed = new Map<number, WorkOrder>();
  const pending = new Map<number, PendingList>();
  const sent = new Set<number>();
  const isGuard = (id: number) => !sent.has(id) && listed.has(id) && pending.has(id);
  return {
    ...ports,
    target: {
      send: (call) => {
        sent.add(call.workOrderId);
        return ports.target.send(call);
      },
    },
    source: overlay(source, {
      pullList: async (list) => {
        const pulled: Pulled<WorkOrder> = await source.pullList(list);
        for (const row of pulled.rows) listed.set(row.id, row);
        sent.clear();
        pending.clear();
        return pulled;
      },
      readWorkOrder: async (id) => (isGuard(id) ? (listed.get(id) ?? null) : source.readWorkOrder(id)),
      readAssignee: async (id) => (isGuard(id) ? { assigneeId: null } : source.readAssignee(id)),
      pullPending: async (id) => {
        const known = isGuard(id) ? pending.get(id) : undefined;
        const list = known ?? (await source.pullPending(id));
        pending.set(id, list);
        return list;
      },
    }),
  };
}

/** First the call, then what it was about: the oldest mistake there is. */
function claimAfterwards(ports: Ports): Ports {
  let owed: (() => Promise<unknown>) | null = null;
  return {
    ...ports,
    store: overlay(ports.store, {
      claimIntent: async (id, n, atMs) => {
        owed = () => ports.store.claimIntent(id, n, atMs);
        return 'claimed';
      },
    }),
    target: {
      send: async (call) => {
        const answer = await ports.target.send(call);
        await owed?.();
        owed = null;
        return answer;
      },
    },
  };
}

/** As most HTTP clients would. */
function retryUnclear(ports: Ports): Ports {
  const send = async (call: WriteCall) => {
    const answer = await ports.target.send(call);
    return answer.kind === 'unclear' ? ports.target.send(call) : answer;
  };
  return { ...ports, target: { send } };
}

function overlay<Port extends object>(port: Port, instead: Partial<Port>): Port {
  return new Proxy(port, {
    get: (real, name) => {
      const member: unknown = Reflect.get(instead, name) ?? Reflect.get(real, name, real);
      return typeof member === 'function' ? member.bind(real) : member;
    },
  });
}
