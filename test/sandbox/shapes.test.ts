import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSandbox, PENDING, START_MS } from './sandbox-client.ts';

function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}

describe('the documented pending lists', () => {
  it.each([
    ['pending-request', 4047],
    ['pending-routed', 4048],
  ])('%s comes out with the same keys, order, types and values', async (name, id) => {
    for (const seed of [1, 99]) {
      const sandbox = await openSandbox({ seed });
      const answer = await sandbox.get(`/workorders/${id}/providers?${PENDING}`);
      expect(JSON.stringify(answer.body)).toBe(JSON.stringify(golden(name)));
    }
  });

  it('stay the same after a simulated day', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(24 * 60);
    const requested = await sandbox.get(`/workorders/4047/providers?${PENDING}`);
    const routed = await sandbox.get(`/workorders/4048/providers?${PENDING}`);
    expect(requested.body).toEqual(golden('pending-request'));
    expect(routed.body).toEqual(golden('pending-routed'));
  });

  it('exist in the smallest world', async () => {
    const sandbox = await openSandbox({ workOrders: 1, providers: 1 });
    expect((await sandbox.get(`/workorders/4047/providers?${PENDING}`)).body).toEqual(golden('pending-request'));
  });
});

describe('pending rows', () => {
  it('have the documented keys and a ranking that adds up, on every work order', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(300);
    let rows = 0;
    for (const workOrder of sandbox.world.workOrders.values()) {
      const { body } = await sandbox.get(`/workorders/${workOrder.id}/providers?${PENDING}&per_page=100`);
      for (const row of body.results) {
        rows += 1;
        const rule = row.selection_rule;
        const sum = (key: string) =>
          rule.criterion.reduce((total: number, item: { [key: string]: number }) => total + (item[key] ?? 0), 0);
        expect(rule.id).toBe(false);
        expect(rule.points).toBe(sum('points'));
        expect(rule.max_points).toBe(sum('weight'));
        expect(rule.is_match).toBe(
          rule.criterion.every(
            (item: { is_match: boolean; is_required: boolean }) => item.is_match || !item.is_required,
          ),
        );
        expect(rule.criterion.length).toBe(workOrder.place === null ? 5 : 8);
        expect(row.category.id).toBe(row.has_request ? 'request' : 'routed');
        if (row.request === undefined) continue;
        expect(typeof row.request.schedule.eta.hour_estimate).toBe('string');
        expect(typeof row.request.hour_estimate).toBe('number');
        if (!row.request.counter) expect(row.request.pay).toMatchObject({ type: '', labor_sum: 0, max_pay: 0 });
        if (row.request.counter) expect(row.request.pay.max_pay).toBeGreaterThan(0);
        expect(row.actions.includes('assign')).toBe(row.request.active);
      }
    }
    expect(rows).toBeGreaterThan(30);
  });

  it('put matches first and most points first', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(400);
    const crowded = sandbox.workOrder((workOrder) => workOrder.requests.size >= 4);
    const { body } = await sandbox.get(`/workorders/${crowded.id}/providers?${PENDING}`);
    const keys = body.results.map(
      (row: { selection_rule: { is_match: boolean; points: number } }) =>
        (row.selection_rule.is_match ? 10_000 : 0) + row.selection_rule.points,
    );
    expect(keys).toEqual([...keys].sort((one: number, other: number) => other - one));
  });

  it('come one at a time by provider, also for one who is not pending', async () => {
    const sandbox = await openSandbox();
    const pending = await sandbox.get('/workorders/4047/providers/557');
    expect(pending.body).toHaveLength(1);
    expect(pending.body[0]).toMatchObject({ id: 557, has_request: true });
    const bystander = sandbox.provider(() => true);
    expect((await sandbox.get(`/workorders/4047/providers/${bystander.id}`)).body[0]).toMatchObject({
      has_request: false,
    });
  });
});

describe('work order lists', () => {
  it('give stubs when no columns are asked', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders?list=workorders_published_routed');
    expect(body.results.find((item: { id: number }) => item.id === 4047)).toEqual({
      id: 4047,
      schedule: { status_id: 2 },
    });
  });

  it('give the asked columns, and leave out unknown ones without a word', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders?list=workorders_all&columns=title,status,nonsense,pay');
    for (const item of body.results) expect(Object.keys(item)).toEqual(['id', 'title', 'status', 'pay']);
  });

  it('remember the list looked at last, unless told sticky=false', async () => {
    const sandbox = await openSandbox();
    const listOf = async (path: string) => (await sandbox.get(path)).body.metadata.list;
    expect(await listOf('/workorders')).toBe('workorders_assigned');
    expect(await listOf('/workorders?list=workorders_draft')).toBe('workorders_draft');
    expect(await listOf('/workorders')).toBe('workorders_draft');
    expect(await listOf('/workorders?list=workorders_published_routed&sticky=false')).toBe(
      'workorders_published_routed',
    );
    expect(await listOf('/workorders')).toBe('workorders_draft');
    expect(await listOf('/workorders?list=no_such_list&sticky=false')).toBe('workorders_all');
  });

  it('page without losing or repeating anything, and cut per_page at 100', async () => {
    const sandbox = await openSandbox({ workOrders: 130 });
    const ids: number[] = [];
    const first = (await sandbox.get('/workorders?list=workorders_all&per_page=30')).body.metadata;
    expect(first).toMatchObject({ total: 130, page: 1, pages: 5, per_page: 30 });
    for (let page = 1; page <= first.pages; page += 1) {
      const { body } = await sandbox.get(`/workorders?list=workorders_all&per_page=30&page=${page}`);
      ids.push(...body.results.map((item: { id: number }) => item.id));
    }
    expect(new Set(ids).size).toBe(130);
    expect((await sandbox.get('/workorders?list=workorders_all&per_page=500')).body.metadata.per_page).toBe(100);
    expect((await sandbox.get('/workorders?list=workorders_all&page=99')).body.results).toEqual([]);
  });

  it('echo the filters they understand and no others', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders?list=workorders_all&f_work_order_id=4047,4048&f_shoe_size=9');
    expect(body.results.map((item: { id: number }) => item.id)).toEqual([4047, 4048]);
    expect(body).toMatchObject({ f_work_order_id: '4047,4048', fs_work_order_id: true });
    expect(Object.keys(body).filter((key) => key.includes('shoe'))).toEqual([]);
  });

  it('filter by state, kind of work and whether anybody has asked', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(300);
    const all = [...sandbox.world.workOrders.values()];
    const idsOf = async (filter: string) =>
      (await sandbox.get(`/workorders?list=workorders_all&per_page=100&${filter}`)).body.results.map(
        (item: { id: number }) => item.id,
      );
    const expected = (holds: (workOrder: (typeof all)[number]) => boolean) => all.filter(holds).map(({ id }) => id);
    expect(await idsOf('f_state=MN,TX')).toEqual(
      expected(({ place }) => place?.state === 'MN' || place?.state === 'TX'),
    );
    expect(await idsOf('f_type_of_work=62')).toEqual(expected(({ kind }) => kind.id === 62));
    expect(await idsOf('f_requests=true')).toEqual(expected(({ requests }) => requests.size > 0));
  });

  it('show a provider what is available and what is routed to them', async () => {
    const sandbox = await openSandbox();
    const idsOf = async (list: string) =>
      (await sandbox.get(`/workorders?list=${list}&acting_user_id=557&sticky=false&per_page=100`)).body.results.map(
        (item: { id: number }) => item.id,
      );
    expect(await idsOf('workorders_routed')).toEqual([4048]);
    const available = await idsOf('workorders_available');
    expect(available).toContain(4047);
    expect(available).not.toContain(4048);
  });

  it('sort by schedule both ways', async () => {
    const sandbox = await openSandbox();
    const starts = async (order: string) =>
      (
        await sandbox.get(`/workorders?list=workorders_all&columns=schedule&sort=schedule&order=${order}`)
      ).body.results.map(
        (item: { schedule: { service_window: { start: { utc: string } } } }) => item.schedule.service_window.start.utc,
      );
    const ascending = await starts('asc');
    expect(ascending).toEqual([...ascending].sort());
    expect((await starts('desc'))[0] >= (await starts('desc'))[1]).toBe(true);
  });

  it('count themselves in /workorders/lists', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders/lists');
    const all = body.find((list: { id: string }) => list.id === 'workorders_all');
    expect(all).toMatchObject({ count: 40, default: true, order: 'asc' });
    const split = ['draft', 'published_routed', 'assigned', 'work_done', 'approved'].map(
      (name) => body.find((list: { id: string }) => list.id === `workorders_${name}`).count,
    );
    expect(split.reduce((sum: number, count: number) => sum + count, 0)).toBe(40);
  });
});

describe('one work order', () => {
  it('has pay whose sum follows from its type', async () => {
    const sandbox = await openSandbox({ workOrders: 120 });
    const { body } = await sandbox.get('/workorders?list=workorders_all&columns=pay&per_page=100');
    const types = new Set<string>();
    for (const { pay } of body.results) {
      types.add(pay.type);
      const labour =
        pay.type === 'fixed'
          ? pay.base.amount
          : pay.type === 'blended'
            ? pay.base.amount + pay.additional.amount * pay.additional.units
            : pay.base.amount * pay.base.units;
      expect(pay.max_pay).toBe(labour);
    }
    expect([...types].sort()).toEqual(['blended', 'device', 'fixed', 'hourly']);
  });

  it('tells time in UTC and on the clock of its site', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders/4047?columns=schedule,milestones');
    const { start } = body.schedule.service_window;
    expect(body.schedule.time_zone).toEqual({ id: 4, name: 'America/Chicago', short: 'CST', offset: -6 });
    expect(Date.parse(`${start.local.date}T${start.local.time}-06:00`)).toBe(
      Date.parse(`${start.utc.replace(' ', 'T')}Z`),
    );
    expect(body.milestones.published).toEqual({
      utc: '2026-01-05 13:30:00',
      local: { date: '2026-01-05', time: '07:30:00' },
    });
    expect(body.milestones.assigned).toEqual({ utc: '', local: { date: '', time: '' } });
  });

  it('has no coordinates when remote, and bundles its members', async () => {
    const sandbox = await openSandbox({ workOrders: 80 });
    const remote = sandbox.workOrder((workOrder) => workOrder.place === null);
    const location = (await sandbox.get(`/workorders/${remote.id}/location`)).body;
    expect(location.mode).toBe('remote');
    expect(location).not.toHaveProperty('coordinates');
    const bundled = sandbox.workOrder((workOrder) => workOrder.bundleId !== null);
    const { bundle } = (await sandbox.get(`/workorders/${bundled.id}?columns=bundle`)).body;
    expect(bundle.id).toBe(bundled.bundleId);
    expect(bundle.results).toContainEqual({ id: bundled.id });
    expect(bundle.results).toHaveLength(2);
    expect((await sandbox.get('/workorders/4047?columns=bundle')).body.bundle).toMatchObject({ id: 0, results: [] });
  });

  it('answers its parts on addresses of their own', async () => {
    const sandbox = await openSandbox();
    const whole = (await sandbox.get('/workorders/4047')).body;
    for (const part of ['status', 'assignee', 'milestones', 'schedule', 'pay']) {
      expect((await sandbox.get(`/workorders/4047/${part}`)).body).toEqual(whole[part]);
    }
    expect(whole.work_order_id).toBe(4047);
    expect(whole.assignee.user.id).toBe(0);
    expect(whole.status).toMatchObject({ id: 2, name: 'Published', is_routed: false });
  });

  it('lists its requests and shows each by id', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/workorders/4047/requests');
    expect(body).toMatchObject({ metadata: { total: 1 }, actions: ['add', 'counter_offer'] });
    expect((await sandbox.get('/workorders/4047/requests/107')).body).toEqual(body.results[0]);
  });
});

describe('providers and company', () => {
  it('shows what the criteria need of a provider', async () => {
    const sandbox = await openSandbox({ providers: 300 });
    const provider = sandbox.provider(
      ({ rating, insuredUsd, completedForUs, talentPools, backgroundCheckExpiresMs }) =>
        rating !== null &&
        insuredUsd !== null &&
        completedForUs > 0 &&
        talentPools.length > 0 &&
        backgroundCheckExpiresMs !== null,
    );
    const { body } = await sandbox.get(`/users/${provider.id}`);
    expect(body.rating.marketplace).toMatchObject({
      stars: (provider.rating?.hundredths ?? 0) / 100,
      total_ratings: provider.rating?.count,
    });
    expect(body.jobs.company).toBe(provider.completedForUs);
    expect(body.jobs.type_of_work.map((item: { id: number; count: number }) => [item.id, item.count]).sort()).toEqual(
      [...provider.completed].sort(),
    );
    expect(body.coords).toMatchObject({ latitude: provider.home.latitude, longitude: provider.home.longitude });
    expect(body.preferred_groups.results.map((item: { id: number }) => item.id)).toEqual(
      provider.talentPools.map(({ id }) => id),
    );
    expect(body.background_checks.results).toHaveLength(1);
    expect(body.insurances.results[0]).toMatchObject({ coverage_amount: provider.insuredUsd });
    expect(body.block.blocked).toBe(false);
    expect(typeof body.time_zone.offset).toBe('string');
  });

  it('shows two zeros for a provider nobody has rated', async () => {
    const sandbox = await openSandbox();
    const { body } = await sandbox.get('/users/557');
    expect(body.rating.marketplace).toMatchObject({ total_ratings: 0, stars: 0 });
    expect(body.correlation_id).toBe('eb1899be0f2f15d3a0add331c0d6afbd6faeab38');
  });

  it('gives most rated providers five stars, and some no rating at all', async () => {
    const sandbox = await openSandbox({ providers: 1000 });
    const all = [...sandbox.world.providers.values()];
    const rated = all.filter((provider) => provider.rating !== null);
    const fiveStars = rated.filter((provider) => provider.rating?.hundredths === 500).length / rated.length;
    expect(fiveStars).toBeGreaterThan(0.76);
    expect(fiveStars).toBeLessThan(0.86);
    expect(all.length - rated.length).toBeGreaterThan(20);
  });

  it('lists talent pools, reasons and selection rules', async () => {
    const sandbox = await openSandbox();
    const pools = (await sandbox.get('/company/preferred-providers')).body;
    expect(pools.metadata.per_page).toBe(5000);
    for (const pool of pools.results) {
      const members = [...sandbox.world.providers.values()].filter(({ talentPools }) =>
        talentPools.some(({ id }) => id === pool.id),
      );
      expect(pool.providers).toBe(members.length);
    }
    expect((await sandbox.get('/company/2501/reasons/incomplete')).body.results[0]).toEqual({
      id: 1,
      name: 'Provider no-show',
    });
    expect((await sandbox.get('/company/selection_rules')).body).toEqual([{ id: 254, name: 'Cisco certified' }]);
  });

  it('carries virtual time in the Date header of every answer', async () => {
    const sandbox = await openSandbox();
    await sandbox.advance(90);
    const expected = new Date(START_MS + 90 * 60_000).toUTCString();
    expect((await sandbox.get('/workorders/4047')).headers.get('date')).toBe(expected);
    expect((await sandbox.get('/workorders/1')).headers.get('date')).toBe(expected);
    expect((await sandbox.request('GET', '/_sandbox/clock')).headers.get('date')).toBe(expected);
  });
});
