import { describe, expect, it } from 'vitest';
import { advanceWorld } from '../../src/sandbox/market/advance.ts';
import { createEventQueue, type MarketEvent } from '../../src/sandbox/market/event-queue.ts';
import { draw, waitWithMedian } from '../../src/sandbox/random.ts';
import { fromLocalTime, toLocalTime, zoneOffsetMs } from '../../src/sandbox/time-zone.ts';
import { makeWorld } from '../../src/sandbox/world/make-world.ts';
import type { Request } from '../../src/sandbox/world/nouns.ts';
import { openSandbox, PENDING, START_MS, type TestSandbox } from './sandbox-client.ts';

const HOUR = 60;

/** A dispatcher without judgement: every half hour takes the first request of every work order. */
async function dispatchBlindly(sandbox: TestSandbox, hours: number): Promise<void> {
  for (let halfHour = 0; halfHour < hours * 2; halfHour += 1) {
    await sandbox.advance(30);
    const { body } = await sandbox.get('/workorders?list=workorders_published_routed&per_page=100');
    for (const { id } of body.results) {
      const { results } = (await sandbox.get(`/workorders/${id}/providers?${PENDING}`)).body;
      const asked = results.find((row: { actions: string[] }) => row.actions.includes('assign'));
      if (asked !== undefined) await sandbox.call('POST', `/workorders/${id}/assignee`, { user: { id: asked.id } });
    }
  }
}

describe('determinism', () => {
  it('the same seed and the same writes give the same event log, byte for byte', async () => {
    const logs: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const sandbox = await openSandbox({ seed: 42 });
      await dispatchBlindly(sandbox, 6);
      logs.push((await sandbox.request('GET', '/_sandbox/events')).text);
    }
    expect(logs[0]).toBe(logs[1]);
    expect(logs[0]?.length).toBeGreaterThan(10_000);
  });

  it('another seed gives another market', async () => {
    const one = makeWorld({ seed: 1, workOrders: 40, providers: 80, startMs: START_MS });
    const other = makeWorld({ seed: 2, workOrders: 40, providers: 80, startMs: START_MS });
    expect(JSON.stringify(one.log)).not.toBe(JSON.stringify(other.log));
  });

  it('reads change nothing, nor does the size of the steps in which time passes', async () => {
    const quiet = await openSandbox();
    const watched = await openSandbox();
    await quiet.advance(12 * HOUR);
    for (let step = 0; step < 48; step += 1) {
      await watched.advance(15);
      await watched.get('/workorders?list=workorders_all&columns=status,requests,routes');
      await watched.get(`/workorders/4047/providers?${PENDING}`);
      await watched.get('/users/1001');
      await watched.get('/workorders/0');
      await watched.request('GET', '/_sandbox/outcome');
    }
    expect((await watched.request('GET', '/_sandbox/events')).text).toBe(
      (await quiet.request('GET', '/_sandbox/events')).text,
    );
  });

  it('a draw depends on its key alone and spreads evenly', () => {
    expect(draw(7, 'asks', 5001, 1001)).toBe(draw(7, 'asks', 5001, 1001));
    const units = Array.from({ length: 10_000 }, (_, index) => draw(7, 'x', index));
    expect(Math.abs(units.reduce((sum, unit) => sum + unit, 0) / units.length - 0.5)).toBeLessThan(0.02);
    expect(new Set([draw(7, 'a', 1, 2), draw(7, 'a', 2, 1), draw(7, 'b', 1, 2), draw(8, 'a', 1, 2)]).size).toBe(4);
    expect(waitWithMedian(0.5, 60)).toBe(60);
  });

  it('events of one moment come by work order, provider and kind, whatever the order of adding', () => {
    const event = (workOrderId: number, providerId: number): MarketEvent => ({
      kind: 'withdraw',
      atMs: 5,
      workOrderId,
      providerId,
      requestId: 1,
    });
    const events = [event(2, 1), event(1, 2), event(1, 1), event(3, 9), event(2, 0)];
    for (const added of [events, events.toReversed()]) {
      const queue = createEventQueue();
      for (const one of added) queue.add(one);
      expect(queue.takeDue(4)).toBeNull();
      const order = added.map(() => queue.takeDue(5)).map((taken) => [taken?.workOrderId, taken?.providerId]);
      expect(order).toEqual([
        [1, 1],
        [1, 2],
        [2, 0],
        [2, 1],
        [3, 9],
      ]);
    }
  });
});

describe('the market', () => {
  const day = () => {
    const world = makeWorld({ seed: 11, workOrders: 200, providers: 300, startMs: START_MS });
    const openAtStart = [...world.workOrders.values()].filter(
      ({ isPublished, routes }) => isPublished || routes.size > 0,
    ).length;
    advanceWorld(world, START_MS + 12 * 3_600_000);
    return { world, openAtStart };
  };

  it('has open and draft work orders at the start and publishes most of the rest in ten hours', () => {
    const { world, openAtStart } = day();
    expect(openAtStart).toBeGreaterThan(40);
    expect(openAtStart).toBeLessThan(100);
    const drafts = [...world.workOrders.values()].filter(
      ({ phase, isPublished, routes }) => phase === 'open' && !isPublished && routes.size === 0,
    );
    expect(drafts.length).toBeGreaterThan(3);
    expect(drafts.length).toBeLessThan(40);
  });

  it('sends between none and 17 requests to a work order, some with counter-offers', () => {
    const { world } = day();
    const counts = [...world.workOrders.values()]
      .filter(({ openings }) => openings === 1)
      .map(({ requests }) => requests.size);
    expect(Math.max(...counts)).toBeLessThanOrEqual(17);
    expect(Math.max(...counts)).toBeGreaterThan(8);
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(10);
    const all = [...world.workOrders.values()].flatMap(({ requestsById }) => [...requestsById.values()]);
    const counters = all.filter(({ counter }) => counter !== null).length;
    expect(counters / all.length).toBeGreaterThan(0.05);
    expect(counters / all.length).toBeLessThan(0.5);
  });

  it('lets requests expire after 30 to 240 minutes, still listed but not assignable', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(5 * HOUR);
    const expired = [...sandbox.world.workOrders.values()].flatMap((workOrder) =>
      [...workOrder.requests.values()]
        .filter(({ state }) => state === 'expired')
        .map((request) => ({ workOrder, request })),
    )[0];
    if (expired === undefined) throw new Error('nothing has expired');
    const { workOrder, request } = expired;
    const minutes = (request.expiresMs - request.createdMs) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(30);
    expect(minutes).toBeLessThanOrEqual(240);
    const { results } = (await sandbox.get(`/workorders/${workOrder.id}/providers?${PENDING}`)).body;
    const row = results.find((item: { id: number }) => item.id === request.providerId);
    expect(row).toMatchObject({
      request: { active: false, expired: true },
      actions: expect.not.arrayContaining(['assign']),
    });
    expect((await sandbox.call('POST', `/workorders/${workOrder.id}/requests/${request.id}/accept`)).status).toBe(410);
  });

  it('never lets a blocked, silent or invitation-only provider ask, nor one of another trade', () => {
    const { world } = day();
    for (const workOrder of world.workOrders.values()) {
      for (const { providerId } of workOrder.requestsById.values()) {
        if (providerId === 557) continue;
        const provider = world.providers.get(providerId);
        expect(provider?.isBlocked).toBe(false);
        expect(provider?.completed.has(workOrder.kind.id)).toBe(true);
        expect(['asks', 'bot']).toContain(provider?.habits.style);
      }
    }
  });

  it('routes fill work orders nobody asks for: invited providers accept, decline or keep silent', async () => {
    const sandbox = await openSandbox({ workOrders: 120, providers: 200 });
    const unasked = [...sandbox.world.workOrders.values()].filter(
      ({ appeal, phase, id }) => appeal === 0 && phase === 'open' && id > 5000,
    );
    for (const workOrder of unasked) {
      const invited = [...sandbox.world.providers.values()].filter(
        ({ completed, home, isRoutable, isBlocked }) =>
          isRoutable &&
          !isBlocked &&
          completed.has(workOrder.kind.id) &&
          (workOrder.place === null || home.state === workOrder.place.state),
      );
      await sandbox.call('POST', `/workorders/${workOrder.id}/mass-route`, {
        ids: invited.slice(0, 10).map(({ id }) => id),
      });
    }
    await sandbox.advance(8 * HOUR);
    const assigned = unasked.filter(({ assignment }) => assignment?.how === 'accept_route').length;
    expect(unasked.length).toBeGreaterThan(10);
    expect(assigned / unasked.length).toBeGreaterThan(0.6);
    expect((await sandbox.events('route.declined')).length).toBeGreaterThan(0);
    const tooLate = await sandbox.events('route.accept_refused');
    expect(tooLate.length).toBeGreaterThan(0);
    for (const { work_order_id: id, provider_id: loser } of tooLate) {
      expect((await sandbox.get(`/workorders/${id}/assignee`)).body.user.id).not.toBe(loser);
    }
  });

  it('assigned providers sometimes drop out and mostly finish the work', async () => {
    const sandbox = await openSandbox({ workOrders: 150, providers: 150, seed: 3 });
    await dispatchBlindly(sandbox, 12);
    await sandbox.advance(7 * 24 * HOUR);
    const outcome = (await sandbox.request('GET', '/_sandbox/outcome')).body;
    const done = outcome.results.filter((row: { status: string }) => row.status === 'work_done');
    expect(done.length).toBeGreaterThan(60);
    expect(outcome.provider_cancels).toBeGreaterThan(0);
    expect(outcome.spend_cents).toBe(
      outcome.results.reduce((sum: number, row: { pay_cents: number | null }) => sum + (row.pay_cents ?? 0), 0),
    );
    expect(outcome.by_how.assign + outcome.by_how.accept_route).toBe(outcome.filled);
    expect(outcome.minutes_to_fill.median).toBeLessThanOrEqual(outcome.minutes_to_fill.p90);
    expect(outcome.writes).toBe((await sandbox.events('write')).length);
  });

  it('an assigned provider withdraws requests for work at the same time within half an hour', async () => {
    const sandbox = await openSandbox({ workOrders: 300, providers: 60 });
    await sandbox.advance(2 * HOUR);
    const active = [...sandbox.world.workOrders.values()].flatMap((workOrder) =>
      [...workOrder.requests.values()]
        .filter(({ state, expiresMs }) => state === 'active' && expiresMs > START_MS + 3 * 3_600_000)
        .map(({ providerId }) => ({ workOrder, providerId })),
    );
    const clash = active.flatMap((one) => {
      const other = active.find(
        (asked) =>
          asked.providerId === one.providerId &&
          asked.workOrder.id > one.workOrder.id &&
          asked.workOrder.startMs < one.workOrder.endMs &&
          one.workOrder.startMs < asked.workOrder.endMs,
      );
      return other === undefined ? [] : [{ one, other }];
    })[0];
    if (clash === undefined) throw new Error('nobody asked for two at once');
    const { one, other } = clash;
    await sandbox.call('POST', `/workorders/${one.workOrder.id}/assignee`, { user: { id: one.providerId } });
    await sandbox.advance(31);
    expect(other.workOrder.requests.get(one.providerId)?.state).toBe('withdrawn');
    const { results } = (await sandbox.get(`/workorders/${other.workOrder.id}/providers?${PENDING}&per_page=100`)).body;
    expect(results.map((row: { id: number }) => row.id)).not.toContain(one.providerId);
  });

  it('an unpublished work order gets no more requests, and a republished one gets new ones', async () => {
    const sandbox = await openSandbox();
    const { id, requests } = sandbox.workOrder(
      ({ isPublished, phase, appeal, requests: asked }) =>
        isPublished && phase === 'open' && appeal > 0.7 && asked.size > 1,
    );
    await sandbox.call('DELETE', `/workorders/${id}/publish`);
    await sandbox.advance(4 * HOUR);
    expect(requests.size).toBe(0);
    await sandbox.call('POST', `/workorders/${id}/publish`);
    await sandbox.advance(4 * HOUR);
    expect(requests.size).toBeGreaterThan(0);
  });

  it('starts 100 work orders and 150 providers well within a second', () => {
    const startedMs = performance.now();
    makeWorld({ seed: 5, workOrders: 100, providers: 150, startMs: START_MS });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  it('keeps one newest request a provider and work order', () => {
    const { world } = day();
    for (const workOrder of world.workOrders.values()) {
      const newest = new Map<number, Request>();
      for (const request of workOrder.requestsById.values()) newest.set(request.providerId, request);
      for (const [providerId, request] of workOrder.requests) expect(newest.get(providerId)).toBe(request);
    }
  });
});

describe('virtual time', () => {
  it('goes only forward, by an amount or to a moment', async () => {
    const sandbox = await openSandbox();
    const move = (body: unknown) => sandbox.request('POST', '/_sandbox/clock', body);
    expect((await sandbox.request('GET', '/_sandbox/clock')).body).toEqual({
      now_ms: START_MS,
      now: '2026-01-05T14:00:00.000Z',
      start_ms: START_MS,
    });
    expect((await move({ advance_ms: 1500 })).body.now_ms).toBe(START_MS + 1500);
    expect((await move({ to: '2026-01-05T15:00:00Z' })).body.now).toBe('2026-01-05T15:00:00.000Z');
    expect((await move({ to: START_MS + 2 * 3_600_000 })).body.now).toBe('2026-01-05T16:00:00.000Z');
    for (const wrong of [{ to: START_MS }, { advance_ms: -1 }, { to: 'soon' }, {}])
      expect((await move(wrong)).status).toBe(400);
  });

  it('runs by itself at the given speed', async () => {
    const sandbox = await openSandbox({ speed: 100_000 });
    const first = (await sandbox.request('GET', '/_sandbox/clock')).body.now_ms;
    let later = first;
    while (later < first + 1000) later = (await sandbox.request('GET', '/_sandbox/clock')).body.now_ms;
    expect(later).toBeGreaterThan(first);
  });

  it.each([
    ['America/Chicago', '2018-12-26T22:47:13Z', { date: '2018-12-26', time: '16:47:13' }],
    ['America/Chicago', '2026-07-01T05:00:00Z', { date: '2026-07-01', time: '00:00:00' }],
    ['America/Phoenix', '2026-07-01T06:59:59Z', { date: '2026-06-30', time: '23:59:59' }],
    ['UTC', '2026-07-01T00:00:00Z', { date: '2026-07-01', time: '00:00:00' }],
  ])('%s at %s shows %j', (zone, utc, local) => {
    const atMs = Date.parse(utc);
    expect(toLocalTime(zone, atMs)).toEqual(local);
    expect(fromLocalTime(zone, Date.parse(`${local.date}T${local.time}Z`))).toBe(atMs);
    expect(Math.abs(zoneOffsetMs(zone, atMs) % 3_600_000)).toBe(0);
  });
});
