import { describe, expect, it } from 'vitest';
import { readInlineRule } from '../../src/sandbox/market/inline-rule.ts';
import { rank } from '../../src/sandbox/market/ranking.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import type { Provider, WorkOrder } from '../../src/sandbox/world/nouns.ts';
import { openSandbox, PENDING, START_MS, statusName, type TestSandbox } from './sandbox-client.ts';

const isDraft = ({ phase, isPublished, routes, bundleId }: WorkOrder) =>
  phase === 'open' && !isPublished && routes.size === 0 && bundleId === null;

const market = (options: SandboxOptions = {}) => openSandbox({ providers: 300, workOrders: 120, ...options });

/** A draft that providers like to ask for. */
function popularDraft(sandbox: TestSandbox): WorkOrder {
  return sandbox.workOrder((workOrder) => isDraft(workOrder) && workOrder.appeal > 0.7 && workOrder.place !== null);
}

const dispatch = (sandbox: TestSandbox, body: object) => sandbox.call('POST', '/workorders/auto_dispatch', body);

/** The default ranking as its own rows tell it. */
async function rowsOf(sandbox: TestSandbox, id: number) {
  return (await sandbox.get(`/workorders/${id}/providers?${PENDING}&per_page=100`)).body.results;
}

describe('auto-dispatch', () => {
  it('answers a worker with the documented keys, and echoes what it was given', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    const { status, body } = await dispatch(sandbox, {
      work_order_ids: [id],
      selection_rule_id: 254,
      should_route: '1',
      delay: '1800',
      network_ids: [9921],
      tiered_auto_dispatch_id: 7,
      auto_assign: true,
      also_publish: true,
      w2_skippub: false,
      w2_failswitch: false,
    });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['__worker']);
    expect(body.__worker).toMatchObject({
      id: 1,
      user: { id: '756', first_name: 'API', last_name: 'User', thumbnail: '' },
      created: { utc: '2026-01-05 14:00:00' },
      payload: {
        query: [],
        body: {
          selection_rule_id: 254,
          should_route: true,
          delay: 1800,
          work_order_ids: [id],
          network_ids: [9921],
          tiers: [],
          tiered_auto_dispatch_id: 7,
          auto_assign: true,
          also_publish: true,
        },
        additional_params: [],
      },
      response: {},
      correlation_id: expect.stringMatching(/^[0-9a-f]{40}$/),
      actions: [],
    });
  });

  it('publishes for the period, then assigns the most qualified request at the pay offered', async () => {
    const sandbox = await market();
    const { id, pay } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], selection_rule_id: 0, should_route: false, delay: '3600' });
    expect(await statusName(sandbox, id)).toBe('Published');
    await sandbox.advance(59);
    expect(await statusName(sandbox, id)).toBe('Published');
    const plain = (await rowsOf(sandbox, id)).filter(
      (row: { request: { active: boolean; counter: boolean } }) => row.request.active && !row.request.counter,
    );
    const qualified = plain.filter((row: { selection_rule: { is_match: boolean } }) => row.selection_rule.is_match);
    const best = qualified[0];
    expect(qualified.length).toBeGreaterThan(0);
    await sandbox.advance(1);
    const after = (await sandbox.get(`/workorders/${id}`)).body;
    expect(after.status.name).toBe('Assigned');
    const assigned = qualified.find((row: { id: number }) => row.id === after.assignee.user.id);
    expect(assigned?.selection_rule.points).toBe(best.selection_rule.points);
    const { results, by_how: byHow } = (await sandbox.request('GET', '/_sandbox/outcome')).body;
    const row = results.find((one: { work_order_id: number }) => one.work_order_id === id);
    expect(row).toMatchObject({ how: 'auto_dispatch', by: 'platform', pay_cents: row.offered_cents });
    expect(byHow.auto_dispatch).toBe(1);
    expect(pay.type).toBe(after.pay.type);
  });

  it('routes to the qualified and gives it to the first to accept, before the period ends', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], selection_rule_id: 0, should_route: true, delay: 604_800 });
    const rows = await rowsOf(sandbox, id);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(row).toMatchObject({ has_request: false, selection_rule: { is_match: true } });
    expect(await statusName(sandbox, id)).toBe('Routed');
    await sandbox.advance(12 * 60);
    expect(await statusName(sandbox, id)).toBe('Assigned');
  });

  it('with also_publish is published and routed', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], should_route: true, also_publish: true, delay: 300 });
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject({ id: 2, is_routed: true });
  });

  it('reverts to draft when nobody qualified has asked', async () => {
    const sandbox = await market();
    const unloved = sandbox.workOrder((workOrder) => isDraft(workOrder) && workOrder.appeal === 0);
    await dispatch(sandbox, { work_order_ids: [unloved.id], should_route: false, delay: 300 });
    await sandbox.advance(5);
    expect(await statusName(sandbox, unloved.id)).toBe('Draft');
    expect((await sandbox.events('auto_dispatch.ended'))[0]).toMatchObject({
      work_order_id: unloved.id,
      detail: { worker_id: 1, result: 'nobody' },
    });
  });

  it('invites W-2 staff only, and turns to the market after a period without them', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    for (const provider of sandbox.world.providers.values()) Object.assign(provider, { isW2: false });
    const body = { work_order_ids: [id], should_route: false, delay: 300, w2_skippub: true, w2_failswitch: true };
    const staff = sandbox.provider(
      ({ completed, rating, cancelRate, blockRate, habits, home }) =>
        (completed.get(sandbox.world.workOrders.get(id)?.kind.id ?? 0) ?? 0) >= 5 &&
        rating?.hundredths === 500 &&
        cancelRate <= 500 &&
        blockRate <= 200 &&
        habits.style !== 'silent' &&
        home.state === sandbox.world.workOrders.get(id)?.place?.state,
    );
    Object.assign(staff, { isW2: true });
    Object.assign(staff.habits, { style: 'silent' });
    await dispatch(sandbox, body);
    expect((await rowsOf(sandbox, id)).map((row: { id: number }) => row.id)).toEqual([staff.id]);
    expect(await statusName(sandbox, id)).toBe('Routed');
    await sandbox.advance(5);
    expect(await statusName(sandbox, id)).toBe('Published');
  });

  it('ranks by the rule given inline, and invites nobody who misses it', async () => {
    const sandbox = await market();
    const { id, kind } = popularDraft(sandbox);
    const rules = [
      { name: 'rating', operator: '>=', value: 4.9 },
      { name: 'SC_TYPE_OF_WORK', operation: 'greater_than', value: '50', required: true, weight: 10 },
      { name: 'shoe size', operator: '>=', value: 44 },
    ];
    await dispatch(sandbox, { work_order_ids: [id], should_route: '1', delay: 300, selection_rule: { rules } });
    const rows = await rowsOf(sandbox, id);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const provider = sandbox.world.providers.get(row.id);
      expect(provider?.rating?.hundredths).toBeGreaterThanOrEqual(490);
      expect(provider?.completed.get(kind.id)).toBeGreaterThan(50);
      expect(row.selection_rule.max_points).toBe(110);
    }
  });

  it('shows the rule of the company it was given in the pending list', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], selection_rule_id: 254, should_route: true, delay: 600 });
    const { body } = await sandbox.get(`/workorders/${id}/providers?${PENDING}`);
    expect(body.selection_rule_id).toBe(254);
    for (const row of body.results) expect(row.selection_rule).toMatchObject({ id: 254, is_default: false });
  });

  it('takes drafts only', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    const open = { should_route: false, delay: '900' };
    expect(await dispatch(sandbox, { ...open, work_order_ids: [4047] })).toMatchObject({
      status: 400,
      body: { message: 'Can not auto dispatch' },
    });
    const { body } = await dispatch(sandbox, { ...open, work_order_ids: [4047, id] });
    expect(body.__worker.payload.body.work_order_ids).toEqual([id]);
  });

  it.each([
    [{ delay: 299 }, 'delay must be between 300 and 604800 seconds.'],
    [{ delay: '604801' }, 'delay must be between 300 and 604800 seconds.'],
    [{ delay: 'soon' }, 'delay must be between 300 and 604800 seconds.'],
    [{ delay: undefined }, 'Parameter "delay" is required and was not passed in request payload'],
    [{ selection_rule_id: 999 }, 'Selection rule 999 was not found.'],
    [{ work_order_ids: [] }, 'Parameter "work_order_ids" is required and was not passed in request payload'],
    [{ work_order_ids: [999_999] }, 'Invalid Work Order ID'],
  ])('refuses %j', async (wrong, message) => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    const answer = await dispatch(sandbox, { work_order_ids: [id], should_route: false, delay: 900, ...wrong });
    expect(answer).toMatchObject({ status: 400, body: { message } });
    expect(await statusName(sandbox, id)).toBe('Draft');
  });

  it('ends at once when there is nobody to invite, and is abandoned when somebody unpublishes', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    const impossible = { rules: [{ name: 'rating', operator: '>', value: 5 }] };
    await dispatch(sandbox, { work_order_ids: [id], should_route: true, delay: 900, selection_rule: impossible });
    expect(await statusName(sandbox, id)).toBe('Draft');
    await dispatch(sandbox, { work_order_ids: [id], should_route: false, delay: 900 });
    await sandbox.call('DELETE', `/workorders/${id}/publish`);
    await sandbox.advance(20);
    const ended = await sandbox.events('auto_dispatch.ended');
    expect(ended.map((event: { detail: { result: string } }) => event.detail.result)).toEqual(['nobody', 'abandoned']);
  });

  it('is overtaken by whoever assigns meanwhile', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], should_route: false, delay: 900 });
    await sandbox.call('POST', `/workorders/${id}/assignee`, { user: { id: 557 } });
    await sandbox.advance(20);
    expect((await sandbox.get(`/workorders/${id}/assignee`)).body.user.id).toBe(557);
    expect(await sandbox.events('auto_dispatch.ended')).toEqual([]);
  });

  it('can be found again by f_auto_assign, which is echoed', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    await dispatch(sandbox, { work_order_ids: [id], should_route: false, delay: 900 });
    const { body } = await sandbox.get('/workorders?list=workorders_all&sticky=false&f_auto_assign=true');
    expect(body).toMatchObject({ f_auto_assign: 'true', fs_auto_assign: true, results: [{ id }] });
    const others = await sandbox.get('/workorders?list=workorders_all&sticky=false&f_auto_assign=false');
    expect(others.body.metadata.total).toBe(sandbox.world.workOrders.size - 1);
  });
});

describe('projects that dispatch by themselves', () => {
  const who = { buyer_id: 2501, created_by: 756 };
  const put = (sandbox: TestSandbox, projectId: number, body: object) =>
    sandbox.call('PUT', `/project/${projectId}/dispatch-settings`, body);

  it('have the documented fields and defaults, and are off until switched on', async () => {
    const sandbox = await market();
    expect((await sandbox.get('/project/41/dispatch-settings')).body).toMatchObject({
      project_id: 41,
      is_dispatch_settings_enabled: false,
    });
    expect((await put(sandbox, 41, who)).body).toEqual({
      id: 1,
      project_dispatch_setting_id: expect.any(String),
      project_id: 41,
      buyer_id: 2501,
      dispatch_runtime_minutes: 60,
      rerun_until_threshold: false,
      rerun_threshold_minutes: 720,
      dispatch_to_first_available: false,
      revert_to_draft_on_no_available: true,
      effective_from: '2026-01-05 14:00:00',
      effective_to: '',
      created_by: 756,
      is_dispatch_settings_enabled: true,
    });
    await put(sandbox, 41, { ...who, is_dispatch_settings_enabled: false });
    expect((await sandbox.get('/project/41/dispatch-settings')).body.is_dispatch_settings_enabled).toBe(false);
    const posted = await sandbox.call('POST', '/project/dispatch-settings', { ...who, project_id: 42 });
    expect(posted.body).toMatchObject({ project_id: 42, is_dispatch_settings_enabled: true });
    expect((await put(sandbox, 41, {})).status).toBe(400);
    expect((await put(sandbox, 99, who)).status).toBe(404);
    expect((await sandbox.call('POST', '/project/dispatch-settings', who)).status).toBe(400);
  });

  it('drive what opens in them from then on, and nothing else', async () => {
    const sandbox = await market();
    await put(sandbox, 41, who);
    await sandbox.advance(5 * 60);
    const started = await sandbox.events('auto_dispatch.started');
    expect(started.length).toBeGreaterThan(10);
    const projects = started.map(
      (event: { work_order_id: number }) => sandbox.world.workOrders.get(event.work_order_id)?.project.id,
    );
    expect(new Set(projects)).toEqual(new Set([41]));
    const assigned = [...sandbox.world.workOrders.values()].filter(
      ({ assignment }) => assignment?.how === 'auto_dispatch',
    );
    expect(assigned.length).toBeGreaterThan(3);
  });

  it('take an order up again when its provider cancels', async () => {
    const sandbox = await market({ projectDispatch: { projects: 'all', settings: {} } });
    await sandbox.advance(3 * 24 * 60);
    const cancels = await sandbox.events('work_order.provider_cancelled');
    expect(cancels.length).toBeGreaterThan(0);
    const started = await sandbox.events('auto_dispatch.started');
    for (const { work_order_id: id, seq } of cancels.filter((event: { at: string }) => event.at < '2026-01-08')) {
      const workOrder = sandbox.world.workOrders.get(id);
      if (workOrder === undefined || workOrder.phase === 'cancelled') continue;
      expect(
        started.some((event: { work_order_id: number; seq: number }) => event.work_order_id === id && event.seq > seq),
      ).toBe(true);
    }
  });

  it('run again until the threshold before the start, then give up as set', async () => {
    for (const [revert, name] of [
      [true, 'Draft'],
      [false, 'Published'],
    ] as const) {
      const sandbox = await market();
      const unloved = sandbox.workOrder((workOrder) => isDraft(workOrder) && workOrder.appeal === 0);
      const threshold = Math.round((unloved.startMs - sandbox.world.nowMs) / 60_000) - 150;
      await put(sandbox, unloved.project.id, {
        ...who,
        rerun_until_threshold: true,
        rerun_threshold_minutes: threshold,
        revert_to_draft_on_no_available: revert,
      });
      const { body } = await sandbox.call('POST', '/workorders/smart-dispatch', { workOrders: [{ id: unloved.id }] });
      expect(body).toEqual({ work_orders: [{ id: unloved.id }] });
      await sandbox.advance(5 * 60);
      const reruns = (await sandbox.events('auto_dispatch.rerun')).filter(
        (event: { work_order_id: number }) => event.work_order_id === unloved.id,
      );
      expect(reruns).toHaveLength(2);
      expect(await statusName(sandbox, unloved.id)).toBe(name);
    }
  });

  it('smart dispatch takes the older body too, and needs a draft', async () => {
    const sandbox = await market();
    const { id } = popularDraft(sandbox);
    const older = { work_order_ids: [id], strategy: 'standard' };
    expect((await sandbox.call('POST', '/workorders/smart-dispatch', older)).body).toEqual({ work_orders: [{ id }] });
    expect(await statusName(sandbox, id)).toBe('Published');
    expect((await sandbox.call('POST', '/workorders/smart-dispatch', older)).status).toBe(400);
    expect((await sandbox.call('POST', '/workorders/smart-dispatch', {})).status).toBe(400);
  });
});

describe('talent pools', () => {
  const inPool = (id: number) => (provider: Provider) => provider.talentPools.some((pool) => pool.id === id);
  const membersOf = (sandbox: TestSandbox, id: number) =>
    [...sandbox.world.providers.values()].filter(inPool(id)).map((provider) => provider.id);

  it('list their members in both generations', async () => {
    const sandbox = await market();
    for (const { id, name, providers } of (await sandbox.get('/company/preferred-providers')).body.results) {
      const members = membersOf(sandbox, id);
      const { body } = await sandbox.get(`/providers?default_view=list&f_preferred_groups=${id}&per_page=100`);
      expect(body).toMatchObject({ f_preferred_groups: String(id), fs_preferred_groups: true });
      expect(body.metadata).toMatchObject({ list: 'providers_marketplace', total: providers });
      expect(body.results.map((row: { id: number }) => row.id)).toEqual(members);
      const groups = (await sandbox.get(`/talent-pool-groups?f_name=${encodeURIComponent(name)}`)).body.data;
      expect(groups).toHaveLength(1);
      const [group] = groups;
      expect(group.talent_pools).toEqual([{ id, name }]);
      expect((await sandbox.get(`/talent-pool-groups/${group.uuid}`)).body).toMatchObject({
        talent_pool_group_id: group.uuid,
        name,
        tiers: [{ id, name }],
      });
      const ids: number[] = [];
      let cursor = '';
      do {
        const page = (await sandbox.get(`/talent-pool-groups/${group.uuid}/providers?limit=7${cursor}`)).body;
        ids.push(...page.data.map((row: { provider_id: number }) => row.provider_id));
        expect(page.pagination.limit).toBe(7);
        cursor = page.pagination.has_next_page ? `&next_cursor=${page.pagination.next_cursor}` : '';
      } while (cursor !== '');
      expect(ids).toEqual(members);
    }
    expect((await sandbox.get('/talent-pool-groups/none')).status).toBe(404);
    expect((await sandbox.get('/talent-pool-groups?f_project_id=41')).body.data.length).toBeLessThan(3);
  });

  it('gain and lose members, which their profiles show', async () => {
    const sandbox = await market();
    const { id } = sandbox.provider(({ talentPools }) => talentPools.length === 0);
    const groupsOf = async () =>
      (await sandbox.get(`/users/${id}`)).body.preferred_groups.results.map((group: { id: number }) => group.id);
    expect((await sandbox.call('POST', `/company/preferred-providers/9922/${id}`)).body).toMatchObject({ id });
    await sandbox.call('POST', `/company/preferred-providers/9922/${id}`);
    expect(await groupsOf()).toEqual([9922]);
    expect((await sandbox.get(`/users/${id}/preferredprovidernetworks`)).body.results).toMatchObject([{ id: 9922 }]);
    const workOrder = sandbox.workOrder(isDraft);
    await sandbox.call('POST', `/workorders/${workOrder.id}/mass-route`, { talent_pool_id: 9922 });
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 900 });
    expect(workOrder.routes.has(id)).toBe(true);
    await sandbox.call('DELETE', `/company/preferred-providers/9922/${id}`);
    expect(await groupsOf()).toEqual([]);
    expect((await sandbox.call('POST', `/company/preferred-providers/1/${id}`)).status).toBe(404);
    expect((await sandbox.call('POST', '/company/preferred-providers/9922/1')).status).toBe(403);
    expect((await sandbox.get('/users/1/preferredprovidernetworks')).status).toBe(404);
  });

  it.each([
    ['preferred_providers', ['/company/preferred-providers', '/providers'], ['/talent-pool-groups']],
    ['talent_pool_groups', ['/talent-pool-groups'], ['/company/preferred-providers']],
    ['dispatch_settings', ['/project/41/dispatch-settings'], ['/company/selection_rules']],
    ['selection_rules', ['/company/selection_rules'], ['/project/41/dispatch-settings']],
  ] as const)('a server without %s answers 404 there and goes on elsewhere', async (family, missing, there) => {
    const sandbox = await openSandbox({ without: [family] });
    for (const path of missing) expect((await sandbox.get(path)).status, path).toBe(404);
    for (const path of there) expect((await sandbox.get(path)).status, path).toBe(200);
  });
});

describe('a rule sent with a route', () => {
  const rule = { selection_rule: { rules: [{ name: 'rating', operator: '>=', value: 4.5 }] } };

  it('keeps out whoever misses it, with 200 all the same', async () => {
    const sandbox = await market();
    const { id, routes } = sandbox.workOrder(isDraft);
    const good = sandbox.provider(({ rating }) => rating?.hundredths === 500);
    for (const technician of [{ id: 557 }, { id: good.id }]) {
      const answer = await sandbox.call('POST', `/workorders/${id}/route`, { technician, ...rule });
      expect(answer).toMatchObject({ status: 200, body: { id: technician.id } });
    }
    expect([...routes.keys()]).toEqual([good.id]);
  });

  it('leaves them out of a mass-route', async () => {
    const sandbox = await market();
    const { id, routes } = sandbox.workOrder(isDraft);
    const good = sandbox.provider(({ rating }) => rating?.hundredths === 500);
    await sandbox.call('POST', `/workorders/${id}/mass-route`, { ids: [557, good.id], ...rule });
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 900 });
    expect([...routes.keys()]).toEqual([good.id]);
    expect((await sandbox.events('mass_route.applied'))[0].detail.skipped).toEqual([557]);
  });
});

describe('names and operators of a rule sent along', () => {
  const sandbox = openSandbox();
  /** Unrated, clean record, in a group, nothing done, no checks, some 75 miles away. */
  const sample = async () => (await sandbox).world.providers.get(557);
  const order = async () => (await sandbox).world.workOrders.get(4047);

  it.each([
    ['rating', '>=', 0, false],
    ['Provider rating', '<', 6, false],
    ['SC_CANCEL_RATIO', 'less_than', '1', true],
    ['Provider cancel rate', '<=', 0, true],
    ['SC_BLOCK_RATIO', 'greater_than', '1', false],
    ['distance', '<', 100, true],
    ['Distance from work address', '<=', 50, false],
    ['SC_ASSIGNED_BEFORE', 'equal_to', '0', true],
    ['worked_with', '=', true, false],
    ['SC_AMOUNT_COMPLETED_FOR_MY_COMPANY', 'greater_than', '0', false],
    ['SC_AMOUNT_COMPLETED_FOR_ALL_COMPANIES', 'not_equal_to', '0', false],
    ['Work orders completed (Automated Teller Machine (ATM))', '>', 0, false],
    ['Member of a preferred group', '=', true, true],
    ['SC_BACKGROUND_CHECK', '!=', 1, true],
    ['drug_test', '=', false, true],
  ])('%s %s %j: %j', async (name, operator, value, isMatch) => {
    const rule = readInlineRule({ rules: [{ name, operator, value }] });
    const [provider, workOrder] = [await sample(), await order()];
    if (rule === null || provider === undefined || workOrder === undefined) throw new Error('not understood');
    expect(rank(provider, workOrder, { rule, nowMs: START_MS })).toEqual({ points: isMatch ? 100 : 0, isMatch });
  });

  it.each([
    [null],
    [{}],
    [{ rules: 'all' }],
    [{ rules: [{ name: 'rating', operator: '~', value: 4 }] }],
    [{ rules: [{ name: 'rating', operator: '>=', value: 'four' }] }],
    [{ results: [{ name: 'constructor', operation: 'equal_to', value: '1' }, 7] }],
  ])('%j is no rule', (given) => {
    expect(readInlineRule(given)).toBeNull();
  });
});

describe('a provider who accepts between reading and writing', () => {
  const arm = (sandbox: TestSandbox, more: object = {}) =>
    sandbox.request('POST', '/_sandbox/faults', {
      fault: 'provider_accepts',
      match: { method: 'POST', path: '/assignee$' },
      ...more,
    });

  it('has the work order when the write comes', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.provider(() => true);
    await arm(sandbox);
    const late = await sandbox.call('POST', '/workorders/4048/assignee', { user: { id } });
    expect(late).toMatchObject({ status: 409, body: { code: 'RESOURCE_CONFLICT' } });
    expect((await sandbox.get('/workorders/4048/assignee')).body.user.id).toBe(557);
  });

  it('is one who was invited, or nobody', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.provider(() => true);
    await arm(sandbox, { provider_id: id });
    expect((await sandbox.call('POST', '/workorders/4048/assignee', { user: { id } })).status).toBe(200);
    expect((await sandbox.get('/workorders/4048/assignee')).body.user.id).toBe(id);
  });
});
