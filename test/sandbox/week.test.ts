import { beforeAll, describe, expect, it } from 'vitest';
import { advanceWorld } from '../../src/sandbox/market/advance.ts';
import { summariseOutcome } from '../../src/sandbox/market/outcome.ts';
import { HABITS, WEEK } from '../../src/sandbox/world/figures.ts';
import { makeWorld, type WorldOptions } from '../../src/sandbox/world/make-world.ts';
import type { LogEntry, WorkOrder, World } from '../../src/sandbox/world/nouns.ts';
import { minutesWorked } from '../../src/sandbox/world/work-report.ts';
import { openSandbox, START_MS } from './sandbox-client.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const WEEK_OF_WORK = { workOrders: 150, providers: 300, days: 7, startMs: START_MS } as const;
/** The platform does all the dispatching: publish for an hour, then assign. */
const BY_PLATFORM = { projectDispatch: { projects: 'all', settings: {} } } as const;

function weekOf(seed: number, more: Partial<WorldOptions> = {}): World {
  const world = makeWorld({ ...WEEK_OF_WORK, seed, ...more });
  advanceWorld(world, START_MS + 7 * DAY_MS);
  return world;
}

const entries = (world: World, kind: string): readonly LogEntry[] => world.log.filter((entry) => entry.kind === kind);
const share = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number =>
  items.filter(holds).length / items.length;

describe('a week', () => {
  it('of 150 work orders and 300 providers, in half-hour steps over HTTP, takes no time to speak of', async () => {
    const startedMs = performance.now();
    const sandbox = await openSandbox({ seed: 5, workOrders: 150, providers: 300, days: 7 });
    for (let tick = 0; tick < 336; tick += 1) await sandbox.advance(30);
    // Measured: about 0.1 s.
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(sandbox.world.log.length).toBeGreaterThan(1000);
  });

  it('is the same byte for byte with the same seed, whatever the steps, and another with another', () => {
    const whole = weekOf(9, BY_PLATFORM);
    const stepped = makeWorld({ ...WEEK_OF_WORK, seed: 9, ...BY_PLATFORM });
    for (let tick = 1; tick <= 336; tick += 1) advanceWorld(stepped, START_MS + tick * (HOUR_MS / 2));
    expect(JSON.stringify(stepped.log)).toBe(JSON.stringify(whole.log));
    expect(JSON.stringify(summariseOutcome(stepped))).toBe(JSON.stringify(summariseOutcome(whole)));
    expect(JSON.stringify(weekOf(10, BY_PLATFORM).log)).not.toBe(JSON.stringify(whole.log));
  });

  it('shows nobody a work order before it is written', async () => {
    const sandbox = await openSandbox({ workOrders: 150, providers: 50, days: 7 });
    const total = async () => (await sandbox.get('/workorders?list=workorders_all')).body.metadata.total;
    expect(await total()).toBeLessThan(40);
    const later = [...sandbox.world.unwritten.keys()].at(-1);
    expect((await sandbox.get(`/workorders/${later}`)).status).toBe(400);
    await sandbox.advance(7 * 24 * 60);
    expect(await total()).toBe(150);
    for (const { milestones, firstOpenMs } of sandbox.world.workOrders.values()) {
      if (milestones.createdMs < START_MS) continue;
      expect(firstOpenMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(milestones.createdMs);
    }
  });

  it('has every kind of work, urgency and place, most of it opened on weekdays by day', () => {
    const world = weekOf(3, { workOrders: 600 });
    const orders = [...world.workOrders.values()].filter(({ id }) => id > 5000);
    expect(new Set(orders.map(({ kind }) => kind.name)).size).toBe(6);
    expect(new Set(orders.map(({ zone }) => zone.name)).size).toBe(4);
    for (const { name, share: wanted } of WEEK.urgencies)
      expect(Math.abs(share(orders, ({ urgency }) => urgency === name) - wanted)).toBeLessThan(0.06);
    const opened = orders.flatMap(({ firstOpenMs }) => (firstOpenMs === null ? [] : [new Date(firstOpenMs)]));
    expect(share(opened, (at) => at.getUTCDay() === 0 || at.getUTCDay() === 6)).toBeLessThan(0.2);
    for (const { startMs, firstOpenMs } of orders) expect(startMs).toBeGreaterThan(firstOpenMs ?? 0);
  });

  it('ends what nobody was found for, and tells it as missed', () => {
    const world = weekOf(3);
    const missed = entries(world, 'work_order.missed');
    expect(missed.length).toBeGreaterThan(50);
    for (const { work_order_id: id } of missed) {
      const workOrder = world.workOrders.get(id ?? 0);
      expect(workOrder?.phase).toBe('cancelled');
      expect(workOrder?.startMs).toBeLessThan(world.nowMs);
    }
    expect(summariseOutcome(world).missed).toBe(missed.length);
  });

  it('has a colleague who now and then assigns or routes by hand', () => {
    const worlds = [1, 2, 3].map((seed) => weekOf(seed));
    const orders = worlds.flatMap((world) => [...world.workOrders.values()]);
    const byHand = orders.filter(({ assignment }) => assignment?.by === 'colleague');
    expect(byHand.some(({ assignment }) => assignment?.how === 'assign')).toBe(true);
    expect(byHand.some(({ assignment }) => assignment?.how === 'accept_route')).toBe(true);
    expect(byHand.length / orders.length).toBeLessThan(0.2);
  });
});

describe('its providers', () => {
  let world: World;
  beforeAll(() => {
    world = weekOf(4, { ...BY_PLATFORM, workOrders: 300, providers: 400 });
  });

  it('run programs that ask for everything of their trade within a minute', () => {
    const bots = new Set(
      [...world.providers.values()].filter(({ habits }) => habits.style === 'bot').map(({ id }) => id),
    );
    const published = new Map(entries(world, 'work_order.published').map((entry) => [entry.work_order_id, entry]));
    let asked = 0;
    for (const entry of entries(world, 'request.created')) {
      const opened = published.get(entry.work_order_id);
      if (!bots.has(entry.provider_id ?? 0) || opened === undefined) continue;
      const earlier = entries(world, 'request.created').some(
        (other) =>
          other.seq < entry.seq &&
          other.work_order_id === entry.work_order_id &&
          other.provider_id === entry.provider_id,
      );
      if (earlier || Date.parse(entry.at) < Date.parse(opened.at)) continue;
      asked += 1;
      if (world.workOrders.get(entry.work_order_id ?? 0)?.openings === 1)
        expect(Date.parse(entry.at) - Date.parse(opened.at)).toBeLessThanOrEqual(HABITS.botMaxSeconds * 1000);
    }
    expect(asked).toBeGreaterThan(100);
  });

  it('are never at work in two places at once', () => {
    const visits = new Map<number, { readonly inMs: number; readonly outMs: number; readonly order: WorkOrder }[]>();
    for (const order of world.workOrders.values()) {
      for (const { inMs, outMs } of order.report?.visits ?? []) {
        const list = visits.get(order.assignment?.providerId ?? 0) ?? [];
        list.push({ inMs, outMs: outMs ?? world.nowMs, order });
        visits.set(order.assignment?.providerId ?? 0, list);
      }
    }
    let pairs = 0;
    for (const list of visits.values()) {
      for (const one of list) {
        for (const other of list) {
          if (
            one.order.id >= other.order.id ||
            (one.order.bundleId !== null && one.order.bundleId === other.order.bundleId)
          )
            continue;
          pairs += 1;
          // The windows agreed on do not meet; whoever overruns one may come late to the next.
          expect(one.order.startMs < other.order.endMs && other.order.startMs < one.order.endMs).toBe(false);
        }
      }
    }
    expect(pairs).toBeGreaterThan(10);
  });

  it('who dropped out do not come back for the same work order', () => {
    const cancels = entries(world, 'work_order.provider_cancelled');
    expect(cancels.length).toBeGreaterThan(10);
    for (const { seq, work_order_id: order, provider_id: provider } of cancels) {
      const again = world.log.filter(
        (entry) =>
          entry.seq > seq &&
          entry.work_order_id === order &&
          entry.provider_id === provider &&
          (entry.kind === 'request.created' || entry.kind === 'work_order.assigned'),
      );
      expect(again).toEqual([]);
    }
    const hours = cancels.map(({ detail }) => Number(detail['hours_before_start']));
    expect(hours.every((before) => before >= 0)).toBe(true);
    expect(summariseOutcome(world).late_cancels).toBe(hours.filter((before) => before < 24).length);
  });

  it('ask more where little is offered, and sometimes do not come', () => {
    const asked = [...world.workOrders.values()].flatMap((order) =>
      [...order.requestsById.values()].map((request) => ({ order, request })),
    );
    const counters = (low: number, high: number) =>
      share(
        asked.filter(({ order }) => order.offerPercent >= low && order.offerPercent < high),
        ({ request }) => request.counter !== null,
      );
    expect(counters(0, 95)).toBeGreaterThan(2 * counters(115, 200));
    const noShows = [1, 2, 3, 4].flatMap((seed) => entries(weekOf(seed, BY_PLATFORM), 'work_order.no_show'));
    expect(noShows.length).toBeGreaterThan(0);
  });

  it('have stars that tell something only when there are many', () => {
    const market = makeWorld({ ...WEEK_OF_WORK, providers: 4000, workOrders: 2, seed: 1 });
    const rated = [...market.providers.values()].filter(({ rating, id }) => rating !== null && id > 1000);
    const quality = (few: boolean, five: boolean): number => {
      const group = rated.filter(
        ({ rating }) => rating !== null && rating.count < 20 === few && (rating.hundredths === 500) === five,
      );
      return group.reduce((sum, { habits }) => sum + habits.quality, 0) / group.length;
    };
    expect(quality(false, true) - quality(false, false)).toBeGreaterThan(5);
    expect(Math.abs(quality(true, true) - quality(true, false))).toBeLessThan(4);
  });
});

describe('finished work', () => {
  it('shows on the wire what was handed in', async () => {
    const sandbox = await openSandbox({ ...BY_PLATFORM, workOrders: 150, providers: 300, days: 7 });
    await sandbox.advance(7 * 24 * 60);
    const list = '/workorders?list=workorders_work_done&sticky=false&per_page=100';
    const columns =
      'status,pay,schedule,time_logs,problems,attachments,tasks,custom_fields,workflow_completion,closing_notes';
    const { results } = (await sandbox.get(`${list}&columns=${columns}`)).body;
    expect(results.length).toBeGreaterThan(40);
    for (const row of results) {
      const workOrder = sandbox.world.workOrders.get(row.id);
      const report = workOrder?.report ?? null;
      const minutes = minutesWorked(report);
      expect(row.time_logs.hours).toBeCloseTo(minutes / 60, 3);
      expect(row.pay.reported_hours).toBe(row.time_logs.hours);
      expect(row.time_logs.results[0]).toMatchObject({ status: 'checked_out', verified: false });
      expect(row.schedule.est_labor_hours).toBe(workOrder?.laborHours);
      const files = row.attachments.results.flatMap((folder: { results: object[] }) => folder.results);
      expect(files.length > 0).toBe(report?.hasAttachments);
      const fields = row.custom_fields.results[0].results;
      expect(fields.every((field: { value: string }) => field.value !== '')).toBe(report?.hasFields);
      expect(row.problems.results.length).toBe(report?.problems.length);
      expect(row.status.problem_reported).toBe(report?.problems.some(({ isResolved }) => !isResolved));
      expect(row.closing_notes).toBe(report?.closingNotes);
      const isWhole = report?.hasAttachments && report.hasFields && report.hasTasks && report.closingNotes !== '';
      expect(row.workflow_completion.status).toBe(isWhole ? 'valid' : 'invalid');
      const done = row.tasks.results.every((task: { status: string }) => task.status === 'complete');
      if (isWhole) expect(done).toBe(true);
      expect(row.pay.total).toBeLessThanOrEqual(row.pay.max_pay + (report?.expenseCents ?? 0) / 100);
    }
    const problems = (await sandbox.get('/workorders?list=workorders_problem&sticky=false&columns=status')).body;
    expect(problems.metadata.total).toBeGreaterThan(0);
    for (const row of problems.results) expect(row.status.problem_reported).toBe(true);
  });

  it('is flawed more often where it was done badly, yet not always to be seen', () => {
    const done = [1, 2, 3].flatMap((seed) =>
      [...weekOf(seed, BY_PLATFORM).workOrders.values()].flatMap(({ phase, report }) =>
        phase === 'work_done' && report !== null ? [report] : [],
      ),
    );
    const isFlawed = (report: (typeof done)[number]) =>
      !report.hasAttachments ||
      !report.hasFields ||
      !report.hasTasks ||
      report.closingNotes === '' ||
      report.problems.length > 0;
    const [well, badly] = [done.filter((report) => report.isDoneWell), done.filter((report) => !report.isDoneWell)];
    expect(well.length).toBeGreaterThan(badly.length);
    expect(share(well, isFlawed)).toBeLessThan(0.3);
    expect(share(badly, isFlawed)).toBeGreaterThan(0.7);
    expect(share(badly, isFlawed)).toBeLessThan(1);
  });

  it('has a provider on site before it is done', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    const start = sandbox.world.workOrders.get(4047)?.startMs ?? 0;
    await sandbox.request('POST', '/_sandbox/clock', { to: start + 60_000 * 60 });
    expect((await sandbox.get('/workorders/4047')).body).toMatchObject({
      status: { id: 3, display: 'Assigned: Checked in', code: 'checked_in', sub_status: 'Checked in' },
      time_logs: { open_time_log: { status: 'checked_in', out: { created: { utc: '' } } } },
      workflow_completion: { status: 'invalid' },
    });
    await sandbox.advance(24 * 60);
    const { body } = await sandbox.get('/workorders/4047/time_logs');
    expect(body).not.toHaveProperty('open_time_log');
    expect(body.results[0]).toMatchObject({ status: 'checked_out' });
    expect((await sandbox.get('/workorders/4047/status')).body.name).toBe('Work Done');
  });
});

describe('the outcome', () => {
  it('adds up over all, by kind, by urgency and by whoever did it', () => {
    const outcome = summariseOutcome(weekOf(6, BY_PLATFORM));
    const { by_actor: actors, by_how: how, results } = outcome;
    const assigned = results.filter((row) => row.provider_id !== null);
    expect(outcome.filled).toBe(assigned.length);
    expect(actors.api + actors.colleague + actors.platform).toBe(outcome.filled);
    expect(how.assign + how.accept_request + how.accept_route + how.auto_dispatch).toBe(outcome.filled);
    expect(outcome.fill_rate_percent).toBe(Math.round((1000 * outcome.filled) / outcome.ever_open) / 10);
    for (const groups of [outcome.by_kind, outcome.by_urgency]) {
      const sum = (read: (group: (typeof groups)[number]) => number) =>
        groups.reduce((total, group) => total + read(group), 0);
      expect(sum((group) => group.filled)).toBe(outcome.filled);
      expect(sum((group) => group.ever_open)).toBe(outcome.ever_open);
      expect(sum((group) => group.spend_cents)).toBe(outcome.spend_cents);
      expect(sum((group) => group.provider_cancels)).toBe(outcome.provider_cancels);
      expect(sum((group) => group.done_well)).toBe(outcome.done_well);
    }
    expect(outcome.minutes_to_fill.median).toBeLessThanOrEqual(outcome.minutes_to_fill.p90 ?? 0);
    expect(outcome.done_well).toBeLessThan(outcome.work_done);
  });

  it('tells what counter-offers cost, and which approvals were wrong', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.provider(({ habits }) => habits.style === 'silent');
    const pay = { type: 'fixed', base: { units: 1, amount: 180 }, additional: { units: 0, amount: 0 } };
    await sandbox.call('POST', `/workorders/4047/requests?acting_user_id=${id}`, { counter: true, pay });
    const request = (await sandbox.get('/workorders/4047/requests')).body.results.at(-1);
    await sandbox.call('POST', `/workorders/4047/requests/${request.id}/accept`);
    await sandbox.call('POST', '/workorders/4047/complete');
    Object.assign(sandbox.world.workOrders.get(4047)?.report ?? {}, { isDoneWell: false });
    await sandbox.call('POST', '/workorders/4047/approve');
    expect((await sandbox.request('GET', '/_sandbox/outcome')).body).toMatchObject({
      counter_offers_taken: 1,
      counter_premium_cents: 3000,
      counter_premium_percent: 20,
      approved: 1,
      approved_badly: 1,
      by_actor: { api: 1 },
      api_requests: { reads: 1, writes: 4 },
    });
  });

  it('leaves out what a colleague had settled before the world started', () => {
    const world = makeWorld({ seed: 7, workOrders: 200, providers: 300, startMs: START_MS });
    const settled = [...world.workOrders.values()].filter(({ assignment }) => assignment !== null);
    expect(settled.length).toBeGreaterThan(0);
    const outcome = summariseOutcome(world);
    expect(outcome.filled).toBe(0);
    expect(outcome.results).toHaveLength(200 - settled.length);
    expect(outcome.work_orders).toBe(200);
  });
});
