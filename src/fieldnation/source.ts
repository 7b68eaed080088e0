import { z } from 'zod';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import { providerId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { PendingRow, ProviderProfile } from '../domain/provider.ts';
import type { Quarantined } from '../domain/run.ts';
import type { WorkOrder, WorkOrderStatus } from '../domain/work-order.ts';
import {
  type Clock,
  type CompanySource,
  type PendingList,
  PlatformUnavailable,
  type Pulled,
  type WorkOrderList,
  type WorkOrderSource,
} from '../engine/ports.ts';
import { keepOnly } from './keep-only.ts';
import { mergeByProvider } from './merge-by-provider.ts';
import { type Reader, readList, readOne } from './reading.ts';
import { SeenPages } from './seen-pages.ts';
import { toPendingRow } from './to-pending-row.ts';
import { toProfile } from './to-profile.ts';
import { toWorkOrder } from './to-work-order.ts';
import type { Understood } from './understood.ts';
import { wireAssignee } from './wire/assignee.ts';
import { FINISHED_WORK_COLUMNS } from './wire/finished-work.ts';
import { KEPT_QUALIFICATIONS } from './wire/kept.ts';
import { firstProblem } from './wire/problem-of.ts';
import { wireStatus } from './wire/status.ts';
import { WORK_ORDER_COLUMNS } from './wire/work-order.ts';

const LIST_NAMES: { readonly [list in WorkOrderList]: string } = {
  published_routed: 'workorders_published_routed',
  assigned: 'workorders_assigned',
  draft: 'workorders_draft',
  work_done: 'workorders_work_done',
};
const PENDING_LIST = 'find_providers_pending_assignment';

const LIST_COLUMNS = WORK_ORDER_COLUMNS.join(',');
const ALL_COLUMNS = [...WORK_ORDER_COLUMNS, ...FINISHED_WORK_COLUMNS].join(',');

export type SourceParts = Reader & {
  readonly clock: Clock;
  readonly requestCount: () => number;
};

/** Field Nation's work orders and providers, for reading. */
export class FieldNationSource implements Omit<WorkOrderSource, keyof CompanySource> {
  readonly #parts: SourceParts;
  readonly #seen: SeenPages;
  /** Of rows in pages seen before, by what was kept of each. */
  readonly #understood = new WeakMap<object, { readonly of: WorkOrderId; readonly row: PendingRow }>();
  #companyId: number | null = null;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#seen = new SeenPages(parts.limits.seenPagesBytes);
  }

  /** The company that the work orders read so far belong to; null before the first. */
  companyId(): number | null {
    return this.#companyId;
  }

  requestCount(): number {
    return this.#parts.requestCount();
  }

  async pullList(list: WorkOrderList): Promise<Pulled<WorkOrder>> {
    const what = `reading the list ${LIST_NAMES[list]}`;
    const query = {
      list: LIST_NAMES[list],
      columns: list === 'work_done' ? ALL_COLUMNS : LIST_COLUMNS,
      // Without it the platform remembers this list as the user's own, and answers later calls with it.
      sticky: 'false',
      // Clears filters that the user has saved for the list.
      f_: '',
    };
    const whole = await readList(this.#parts, { what, path: '/workorders', query }, query);
    if (whole.kind === 'missing') throw listRefused(what, whole);
    const { rows, quarantined } = sortOut(whole.rows.map(toWorkOrder), 'work order', null);
    const unique = firstOfEach(rows);
    this.#companyId ??= unique.find((row) => row.companyId !== null)?.companyId ?? null;
    return { rows: unique, quarantined: this.#redactReasons(quarantined) };
  }

  async readWorkOrder(id: WorkOrderId): Promise<WorkOrder | null> {
    const what = `reading work order ${id}`;
    const json = await readOne(this.#parts, { what, path: `/workorders/${id}`, query: { columns: ALL_COLUMNS } });
    if (json === null) return null;
    const workOrder = this.#expect(toWorkOrder(json), what);
    if (workOrder.id !== id) throw this.#parts.api.notUnderstood(what, `got work order ${workOrder.id} instead`);
    this.#companyId ??= workOrder.companyId;
    return workOrder;
  }

  async readStatus(id: WorkOrderId): Promise<WorkOrderStatus | null> {
    const what = `reading the status of work order ${id}`;
    const json = await readOne(this.#parts, { what, path: `/workorders/${id}/status` });
    if (json === null) return null;
    const parsed = wireStatus.safeParse(json);
    if (!parsed.success) throw this.#parts.api.notUnderstood(what, firstProblem(parsed.error));
    return parsed.data.status;
  }

  async readAssignee(id: WorkOrderId): Promise<{ readonly assigneeId: ProviderId | null } | null> {
    const what = `reading the assignee of work order ${id}`;
    const json = await readOne(this.#parts, { what, path: `/workorders/${id}/assignee` });
    if (json === null) return null;
    const parsed = wireAssignee.safeParse(json);
    if (!parsed.success) throw this.#parts.api.notUnderstood(what, firstProblem(parsed.error));
    const user = parsed.data.user?.id ?? null;
    return { assigneeId: user === null ? null : providerId(user) };
  }

  /** An empty list means that nobody is pending; of a work order that is gone or not ours to see nothing is known. */
  async pullPending(id: WorkOrderId): Promise<PendingList> {
    const what = `reading pending providers of work order ${id}`;
    const query = { list: PENDING_LIST, sticky: 'false' };
    const pages: unknown[] = [];
    const asking = { what, path: `/workorders/${id}/providers`, query, seen: this.#seen };
    const whole = await readList(this.#parts, { ...asking, onPage: (page) => pages.push(page) }, query);
    if (whole.kind === 'missing')
      throw new PlatformUnavailable('forbidden', `${what}: answered ${whole.status}: ${whole.because}`);
    const understood = whole.rows.map((row) => this.#understand(row, id));
    const { rows, quarantined } = sortOut(understood, 'pending row', id);
    for (const page of pages) if (typeof page === 'object' && page !== null) this.#seen.criteria.learn(page);
    if (pages.length === 1 && quarantined.length === 0) this.#keep(pages[0], rows, id);
    return {
      workOrderId: id,
      observedAtMs: this.#parts.clock.nowMs(),
      rows: mergeByProvider(rows),
      quarantined: this.#redactReasons(quarantined),
    };
  }

  async readProfile(id: ProviderId): Promise<ProviderProfile | null> {
    const what = `reading the profile of provider ${id}`;
    const json = await readOne(this.#parts, { what, path: `/users/${id}` });
    if (json === null) return null;
    const profile = this.#expect(toProfile(json, this.#parts.clock.nowMs()), what);
    if (profile.providerId !== id) throw this.#parts.api.notUnderstood(what, `got user ${profile.providerId} instead`);
    return profile;
  }

  /** By its codes as the qualifications of the work order have it; without what is about providers. */
  async readSelectionRule(id: WorkOrderId): Promise<JsonValue | null> {
    const what = `reading the qualifications of work order ${id}`;
    const json = await readOne(this.#parts, { what, path: `/workorders/${id}/qualifications` });
    const parsed = z.json().safeParse(json);
    return parsed.success ? (keepOnly(parsed.data, KEPT_QUALIFICATIONS) ?? null) : null;
  }

  #understand(raw: unknown, id: WorkOrderId): Understood<PendingRow> {
    const before = typeof raw === 'object' && raw !== null ? this.#understood.get(raw) : undefined;
    return before?.of === id ? { kind: 'row', row: before.row } : toPendingRow(raw, id);
  }

  /** A list of one page. What is kept of its rows is understood as they were, so it can stand for them. */
  #keep(page: unknown, rows: readonly PendingRow[], of: WorkOrderId): void {
    if (typeof page !== 'object' || page === null) return;
    if (!this.#seen.keep(page, () => ({ ...page, results: rows.map(({ raw }) => raw) }))) return;
    for (const row of rows) {
      if (typeof row.raw === 'object' && row.raw !== null) this.#understood.set(row.raw, { of, row });
    }
  }

  #expect<Row>(understood: Understood<Row>, what: string): Row {
    if (understood.kind === 'row') return understood.row;
    throw this.#parts.api.notUnderstood(what, understood.reason);
  }

  #redactReasons(quarantined: readonly Quarantined[]): readonly Quarantined[] {
    return quarantined.map((entry) => ({ ...entry, reason: this.#parts.api.brief(entry.reason) }));
  }
}

function sortOut<Row>(
  understood: readonly Understood<Row>[],
  what: string,
  workOrderId: WorkOrderId | null,
): Pulled<Row> {
  return {
    rows: understood.flatMap((entry) => (entry.kind === 'row' ? [entry.row] : [])),
    quarantined: understood.flatMap((entry) =>
      entry.kind === 'broken' ? [{ what, id: entry.id, workOrderId, reason: entry.reason }] : [],
    ),
  };
}

/** A work order that is not there is no failure; a list that is not there is: the address or the permissions are wrong. */
function listRefused(what: string, { status, because }: { status: number; because: string }): PlatformUnavailable {
  const isAddress = status === 404 || status === 410;
  return new PlatformUnavailable(isAddress ? 'not_understood' : 'forbidden', `${what}: answered ${status}: ${because}`);
}

/** Rows that move between pages while we read come twice. */
function firstOfEach(rows: readonly WorkOrder[]): readonly WorkOrder[] {
  const seen = new Set<WorkOrderId>();
  return rows.filter((row) => {
    const isNew = !seen.has(row.id);
    seen.add(row.id);
    return isNew;
  });
}
