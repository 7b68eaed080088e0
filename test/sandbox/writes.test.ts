import { describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../src/sandbox/world/nouns.ts';
import { LOGIN, openSandbox, PENDING, statusName } from './sandbox-client.ts';

const isDraft = (workOrder: WorkOrder) =>
  workOrder.phase === 'open' && !workOrder.isPublished && workOrder.routes.size === 0;
const isPublished = (workOrder: WorkOrder) =>
  workOrder.phase === 'open' && workOrder.isPublished && workOrder.bundleId === null;

/** 557, who neither asks nor answers, so that nothing moves by itself. */
const QUIET = { technician: { id: 557 } };

describe('publish, draft and routes', () => {
  it('publish takes a draft to published, and unpublish back', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.workOrder(isDraft);
    const published = await sandbox.call('POST', `/workorders/${id}/publish`);
    expect(published.body).toMatchObject({ id, status: { id: 2, name: 'Published', is_routed: false } });
    expect(published.body.actions).toContain('unpublish');
    expect(published.body.actions).not.toContain('publish');
    const back = await sandbox.call('DELETE', `/workorders/${id}/publish`);
    expect(back.body).toMatchObject({ status: { id: 1, name: 'Draft' } });
    expect(back.body.actions).toEqual(expect.arrayContaining(['publish', 'route']));
  });

  it('route takes a draft to routed, and the last unroute back to draft', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.workOrder(isDraft);
    const answer = await sandbox.call('POST', `/workorders/${id}/route`, QUIET);
    expect(answer).toMatchObject({ status: 200, body: { id: 557, role_type: 'provider' } });
    expect(await statusName(sandbox, id)).toBe('Routed');
    const { body } = await sandbox.get(`/workorders/${id}/providers?${PENDING}`);
    expect(body.results[0]).toMatchObject({
      id: 557,
      has_request: false,
      category: { id: 'routed' },
      actions: ['message', 'un_route'],
    });
    expect(body.results[0]).not.toHaveProperty('request');
    expect((await sandbox.call('DELETE', `/workorders/${id}/route`, QUIET)).body.id).toBe(557);
    expect(await statusName(sandbox, id)).toBe('Draft');
  });

  it('route leaves a published work order published and marks it routed; unpublish then leaves it routed', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.workOrder(isPublished);
    await sandbox.call('POST', `/workorders/${id}/route`, QUIET);
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject({ id: 2, is_routed: true });
    await sandbox.call('DELETE', `/workorders/${id}/publish`);
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject({ id: 9, is_routed: true });
    await sandbox.call('POST', `/workorders/${id}/publish`);
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject({ id: 2, is_routed: true });
  });

  it('routing the same provider twice makes one route', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4048/route', QUIET);
    const { body } = await sandbox.get(`/workorders/4048/providers?${PENDING}`);
    expect(body.results.map((row: { route: { id: number } }) => row.route.id)).toEqual([417]);
  });

  it('a provider who has asked can be routed as well, and the row shows both', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4047/route', QUIET);
    const [row] = (await sandbox.get(`/workorders/4047/providers?${PENDING}`)).body.results;
    expect(row).toMatchObject({
      has_request: true,
      request: { id: 107 },
      route: { type: 5 },
      category: { id: 'request' },
    });
    expect(row.actions).toEqual(['message', 'assign', 'hide', 'un_route']);
  });

  it('draft reverts published and routed with everything pending, and refuses the rest', async () => {
    const sandbox = await openSandbox();
    for (const id of [4047, 4048]) {
      expect((await sandbox.call('DELETE', `/workorders/${id}/draft`)).body.status.name).toBe('Draft');
      expect((await sandbox.get(`/workorders/${id}/providers?${PENDING}`)).body.results).toEqual([]);
      expect(await sandbox.call('DELETE', `/workorders/${id}/draft`)).toMatchObject({
        status: 400,
        body: { message: 'Can not revert', trace: [], extra: [] },
      });
    }
  });

  it('a misshapen route body does nothing and is answered 200', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.workOrder(isDraft);
    for (const body of [{}, { user: { id: 557 } }, { technician: 557 }, []]) {
      expect((await sandbox.call('POST', `/workorders/${id}/route`, body)).status).toBe(200);
    }
    expect(await statusName(sandbox, id)).toBe('Draft');
  });
});

describe('mass-route', () => {
  it('answers a job id at once and routes within the next virtual second', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.workOrder(isDraft);
    const others = [...sandbox.world.providers.values()]
      .filter(({ isRoutable, isBlocked }) => isRoutable && !isBlocked)
      .slice(0, 4);
    const ids = others.map((provider) => provider.id);
    const answer = await sandbox.call('POST', `/workorders/${id}/mass-route`, { ids: [...ids, 999_999, 'x'] });
    expect(Object.keys(answer.body)).toEqual(['job_id']);
    const routed = async () =>
      (await sandbox.get(`/workorders/${id}/providers?${PENDING}`)).body.results.map((row: { id: number }) => row.id);
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 299 });
    expect(await routed()).toEqual([]);
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 601 });
    expect((await routed()).sort()).toEqual(ids.sort());
    expect((await sandbox.events('mass_route.applied'))[0].detail).toEqual({
      job_id: answer.body.job_id,
      skipped: [999_999],
    });
  });

  it('takes a talent pool, and ignores a body it does not understand', async () => {
    const sandbox = await openSandbox({ providers: 200 });
    const { id } = sandbox.workOrder(isDraft);
    await sandbox.call('POST', `/workorders/${id}/mass-route`, { providers: [557] });
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 900 });
    expect(await statusName(sandbox, id)).toBe('Draft');
    await sandbox.call('POST', `/workorders/${id}/mass-route`, { talent_pool_id: 9921 });
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 900 });
    const { results } = (await sandbox.get(`/workorders/${id}/providers?${PENDING}&per_page=100`)).body;
    const members = [...sandbox.world.providers.values()].filter(
      ({ talentPools, isRoutable, isBlocked }) =>
        isRoutable && !isBlocked && talentPools.some((pool) => pool.id === 9921),
    );
    expect(results.map((row: { id: number }) => row.id).sort()).toEqual(members.map((provider) => provider.id).sort());
  });

  it('routes nobody when the work order was assigned in between', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4047/mass-route', { ids: [sandbox.provider(() => true).id] });
    await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    await sandbox.advance(1);
    expect((await sandbox.get('/workorders/4047?columns=routes,status')).body).toMatchObject({
      routes: { results: [] },
      status: { id: 3 },
    });
  });
});

describe('assign', () => {
  it('takes an open work order to assigned, empties its pending list and ends every route', async () => {
    const sandbox = await openSandbox();
    const other = sandbox.provider(() => true);
    await sandbox.call('POST', '/workorders/4047/route', { technician: { id: other.id } });
    const body = { user: { id: 557 }, ignored_missing_qualifications: false, conflicts: [], nonsense: 1 };
    const answer = await sandbox.call('POST', '/workorders/4047/assignee?clientPayTermsAccepted=true', body);
    expect(answer).toMatchObject({ status: 200, body: { id: 557 } });
    expect((await sandbox.get('/workorders/4047/assignee')).body).toMatchObject({
      user: { id: 557 },
      actions: ['unassign', 'ready_to_go'],
    });
    expect((await sandbox.get(`/workorders/4047/providers?${PENDING}`)).body.results).toEqual([]);
    expect((await sandbox.get('/workorders/4047')).body).toMatchObject({ status: { id: 3 }, routes: { results: [] } });
    expect((await sandbox.get('/workorders/4047/milestones')).body.assigned.utc).toBe('2026-01-05 14:00:00');
  });

  it('is refused with a conflict when somebody is assigned already, even the same provider', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    for (const id of [557, sandbox.provider(() => true).id]) {
      const second = await sandbox.call('POST', '/workorders/4047/assignee', { user: { id } });
      expect(second.status).toBe(409);
      expect(second.headers.get('content-type')).toBe('application/problem+json');
      expect(second.body).toMatchObject({
        code: 'RESOURCE_CONFLICT',
        status: 409,
        retryable: false,
        errors: [],
        agent: { action: 'REFRESH_STATE' },
      });
    }
    expect((await sandbox.get('/workorders/4047/assignee')).body.user.id).toBe(557);
  });

  it('binds both members of a bundle', async () => {
    const sandbox = await openSandbox();
    const bundled = sandbox.workOrder(({ bundleId, phase }) => bundleId !== null && phase === 'open');
    const provider = sandbox.provider(() => true);
    await sandbox.call('POST', `/workorders/${bundled.id}/assignee`, { user: { id: provider.id } });
    for (const { id } of (await sandbox.get(`/workorders/${bundled.id}?columns=bundle`)).body.bundle.results) {
      expect((await sandbox.get(`/workorders/${id}/assignee`)).body.user.id).toBe(provider.id);
    }
  });

  it('unassign takes it back to published, or to draft when it was only routed', async () => {
    const sandbox = await openSandbox();
    for (const [id, name] of [
      [4047, 'Published'],
      [4048, 'Draft'],
    ] as const) {
      await sandbox.call('POST', `/workorders/${id}/assignee`, { user: { id: 557 } });
      const answer = await sandbox.call('DELETE', `/workorders/${id}/assignee`, {
        user: { id: 557 },
        reason_id: '7',
        comment: '',
      });
      expect(answer).toMatchObject({ status: 200, body: { id: 557 } });
      expect(await statusName(sandbox, id)).toBe(name);
      expect((await sandbox.get(`/workorders/${id}/assignee`)).body.user.id).toBe(0);
    }
  });
});

describe('requests', () => {
  const counter = {
    id: -1,
    counter: true,
    notes: 'far away',
    pay: { type: 'fixed', base: { units: 1, amount: 175.5 }, additional: { units: 0, amount: 0 } },
  };

  it('a provider asks, plainly or with a counter-offer', async () => {
    const sandbox = await openSandbox();
    const [plain, asking] = [sandbox.provider(() => true), sandbox.provider(({ id }) => id > 1010)];
    await sandbox.call('POST', `/workorders/4047/requests?acting_user_id=${plain.id}`, {});
    await sandbox.call('POST', `/workorders/4047/requests?acting_user_id=${asking.id}`, counter);
    const { results } = (await sandbox.get('/workorders/4047/requests')).body;
    expect(results.map((request: { user: { id: number } }) => request.user.id)).toEqual([557, plain.id, asking.id]);
    expect(results[2]).toMatchObject({
      counter: true,
      notes: 'far away',
      pay: { type: 'fixed', max_pay: 175.5, base: { amount: 175.5 } },
    });
    expect((await sandbox.get('/workorders/4047?columns=publish_stats')).body.publish_stats).toMatchObject({
      requests: 3,
      counter_offers: 1,
    });
  });

  it('accepting a counter-offer assigns at the price asked, assigning the provider at the price offered', async () => {
    for (const [accepts, pay] of [
      [true, 175.5],
      [false, 150],
    ] as const) {
      const sandbox = await openSandbox();
      const { id } = sandbox.provider(() => true);
      await sandbox.call('POST', `/workorders/4047/requests?acting_user_id=${id}`, counter);
      const request = (await sandbox.get('/workorders/4047/requests')).body.results[1];
      const answer = accepts
        ? await sandbox.call('POST', `/workorders/4047/requests/${request.id}/accept`)
        : await sandbox.call('POST', '/workorders/4047/assignee', { user: { id } });
      expect(answer.status).toBe(200);
      expect((await sandbox.get('/workorders/4047')).body).toMatchObject({
        pay: { max_pay: pay },
        assignee: { user: { id } },
      });
      const { results } = (await sandbox.request('GET', '/_sandbox/outcome')).body;
      expect(results[0]).toMatchObject({
        work_order_id: 4047,
        how: accepts ? 'accept_request' : 'assign',
        pay_cents: pay * 100,
      });
    }
  });

  it('a request hidden is gone from the list until the provider asks again', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('DELETE', '/workorders/4047/requests/107');
    expect((await sandbox.get(`/workorders/4047/providers?${PENDING}`)).body.results).toEqual([]);
    expect(await sandbox.get('/workorders/4047/requests/107')).toMatchObject({
      status: 410,
      body: { message: 'Request by id #107 no longer exists or is not visible to you.', trace: [], extra: [] },
    });
    expect((await sandbox.call('POST', '/workorders/4047/requests/107/accept')).status).toBe(410);
    await sandbox.call('POST', '/workorders/4047/requests?acting_user_id=557', {});
    expect((await sandbox.get('/workorders/4047/requests/107')).body.active).toBe(true);
  });

  it('only published work orders can be asked for', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.call('POST', '/workorders/4048/requests?acting_user_id=557', {});
    expect(answer).toMatchObject({ status: 400, body: { message: 'Can not request' } });
    expect((await sandbox.call('POST', '/workorders/4047/requests', {})).status).toBe(403);
  });
});

describe('accepting and declining routes', () => {
  const accept = (workOrderId: number, id: number) => ({ eta: [{ work_order_id: workOrderId, user: { id } }] });

  it('the first to accept is assigned and the second is told that it is too late', async () => {
    const sandbox = await openSandbox();
    const [one, other] = [sandbox.provider(() => true).id, sandbox.provider(({ id }) => id > 1010).id];
    for (const id of [one, other]) await sandbox.call('POST', '/workorders/4048/route', { technician: { id } });
    const first = await sandbox.call('POST', `/workorders/mass-accept?acting_user_id=${one}`, accept(4048, one));
    const second = await sandbox.call('POST', `/workorders/mass-accept?acting_user_id=${other}`, accept(4048, other));
    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 409, body: { code: 'RESOURCE_CONFLICT' } });
    expect((await sandbox.get('/workorders/4048/assignee')).body.user.id).toBe(one);
    const [assigned] = (await sandbox.events('work_order.assigned')).filter(
      (event: { work_order_id: number }) => event.work_order_id === 4048,
    );
    expect(assigned.detail).toMatchObject({ how: 'accept_route', routes_ended: [557, other] });
  });

  it('nobody can accept what was not routed to them', async () => {
    const sandbox = await openSandbox();
    const { id } = sandbox.provider(() => true);
    expect((await sandbox.call('POST', '/workorders/mass-accept', accept(4048, id))).status).toBe(409);
    expect(await statusName(sandbox, 4048)).toBe('Routed');
  });

  it('a decline ends the route and is counted, until it is taken back', async () => {
    const sandbox = await openSandbox();
    const declined = await sandbox.call('POST', '/workorders/4048/declines?acting_user_id=557', {});
    expect(declined.body).toMatchObject({
      status: { name: 'Draft' },
      publish_stats: { declines: 1, routes: 0 },
      declines: { results: [{ user: { id: 557 } }] },
    });
    expect((await sandbox.call('DELETE', '/workorders/4048/declines/557')).body.declines.results).toEqual([]);
  });
});

describe('after the work', () => {
  it('complete, incomplete, approve and unapprove go through their states and no others', async () => {
    const sandbox = await openSandbox();
    const at = '/workorders/4047';
    const step = async (method: string, path: string, status: number) => {
      expect((await sandbox.call(method, `${at}${path}`)).status).toBe(status);
      return statusName(sandbox, 4047);
    };
    expect(await step('POST', '/complete', 400)).toBe('Published');
    await sandbox.call('POST', `${at}/assignee`, { user: { id: 557 } });
    expect(await step('POST', '/approve', 400)).toBe('Assigned');
    expect(await step('POST', '/complete', 200)).toBe('Work Done');
    expect(await step('DELETE', '/complete', 400)).toBe('Work Done');
    expect(await step('DELETE', '/complete?reason=x&reason_id=2', 200)).toBe('Assigned');
    expect((await sandbox.call('DELETE', `${at}/complete?reason_id=2`)).body.message).toBe('Can not mark incomplete');
    await step('POST', '/complete', 200);
    expect(await step('POST', '/approve', 200)).toBe('Approved');
    expect((await sandbox.get('/users/557')).body.jobs.company).toBe(1);
    expect(await step('DELETE', '/approve', 200)).toBe('Work Done');
    expect((await sandbox.get('/users/557')).body.jobs.company).toBe(0);
    expect(await step('DELETE', '/draft', 400)).toBe('Work Done');
    expect(await step('DELETE', '/publish', 400)).toBe('Work Done');
    expect(await step('POST', '/publish', 400)).toBe('Work Done');
  });

  it('cancelling needs a reason and ends everything', async () => {
    const sandbox = await openSandbox();
    expect((await sandbox.call('DELETE', '/workorders/4047', {})).status).toBe(400);
    expect((await sandbox.call('DELETE', '/workorders/4047', { cancel_reason: 58 })).body.status).toMatchObject({
      id: 7,
      name: 'Cancelled',
    });
    expect((await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } })).status).toBe(409);
  });
});

describe('documented refusals', () => {
  const core = (message: string) => ({ message, trace: [], extra: [] });

  it.each([
    ['GET', '/workorders/999999', undefined, 400, core('Invalid Work Order ID')],
    ['POST', '/workorders/0/route', QUIET, 400, core('Invalid Work Order ID')],
    ['DELETE', '/workorders/999999/draft', undefined, 401, core('Invalid Work Order ID')],
    ['POST', '/workorders/999999/mass-route', { ids: [557] }, 400, { status_code: 400, message: '(401) Unauthorized' }],
    ['POST', '/workorders/4047/route', { technician: { id: 999_999 } }, 500, core('Invalid Provider')],
    [
      'POST',
      '/workorders/4047/assignee',
      {},
      400,
      core('Parameter "user" is required and was not passed in request payload'),
    ],
    ['POST', '/workorders/4047/assignee', { user: { id: 999_999 } }, 403, { status: 403, message: 'Invalid Provider' }],
    [
      'DELETE',
      '/workorders/4047/assignee',
      { user: { id: 557 } },
      400,
      core('Parameter "reason_id" is required and was not passed in request payload'),
    ],
    ['DELETE', '/workorders/4047/assignee', { user: { id: 557 }, reason_id: 7 }, 400, core('Invalid Provider')],
    [
      'GET',
      '/workorders/4047/providers',
      undefined,
      400,
      core('Parameter "list" is required and was not passed in request payload'),
    ],
    ['GET', '/users/999999', undefined, 404, { status_code: 404, message: 'User 999999 was not found.' }],
    [
      'GET',
      '/no/such/thing',
      undefined,
      404,
      { status_code: 404, message: 'No such address: GET /api/rest/v2/no/such/thing' },
    ],
  ] as const)('%s %s %j is answered %i', async (method, path, body, status, expected) => {
    const sandbox = await openSandbox();
    const answer = await sandbox.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(expected);
  });

  it('routing or assigning a blocked provider is an invalid provider', async () => {
    const sandbox = await openSandbox({ providers: 300 });
    const blocked = [...sandbox.world.providers.values()].find(({ isBlocked }) => isBlocked);
    expect((await sandbox.call('POST', '/workorders/4047/route', { technician: { id: blocked?.id } })).status).toBe(
      500,
    );
    expect((await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: blocked?.id } })).status).toBe(403);
  });

  it('all come as problem+json when that format is on', async () => {
    const sandbox = await openSandbox({ errorFormat: 'problem' });
    const missing = await sandbox.get('/workorders/999999');
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect(missing.body).toMatchObject({
      type: 'https://developer.fieldnation.com/error-codes/resource-not-found',
      title: 'Resource Not Found',
      status: 404,
      code: 'RESOURCE_NOT_FOUND',
      retryable: false,
      errors: [],
      agent: { action: 'FIX_INPUT' },
    });
    expect(missing.body.correlationId).toMatch(/^[0-9A-Z]{26}$/);
    expect((await sandbox.call('POST', '/workorders/4047/assignee', {})).body).toMatchObject({
      status: 400,
      code: 'VALIDATION_ERROR',
      errors: [{ pointer: '/user' }],
    });
    expect((await sandbox.call('DELETE', '/workorders/4047/complete?reason_id=1')).body).toMatchObject({
      status: 409,
      agent: { action: 'FIX_INPUT' },
    });
    expect((await sandbox.request('GET', '/api/rest/v2/workorders')).body).toMatchObject({
      status: 401,
      code: 'AUTHENTICATION_REQUIRED',
    });
  });
});

describe('tokens and quota', () => {
  it('logs in with JSON, form and multipart bodies, password grant only', async () => {
    const { app, request } = await openSandbox({ tokenLifetimeSeconds: 3600 });
    const path = '/authentication/api/oauth/token';
    const multipart = new FormData();
    for (const [name, value] of Object.entries(LOGIN)) multipart.set(name, value);
    for (const body of [new URLSearchParams(LOGIN), multipart]) {
      expect(await (await app.request(path, { method: 'POST', body })).json()).toMatchObject({
        access_token: expect.stringMatching(/^[0-9a-f]{40}$/),
        expires_in: 3600,
        token_type: 'Bearer',
        user: { id: 756 },
      });
    }
    expect((await request('POST', path, { ...LOGIN, grant_type: 'client_credentials' })).status).toBe(400);
    expect((await request('POST', path, { ...LOGIN, password: '' })).status).toBe(401);
  });

  it('lets only the given credentials in when there are some', async () => {
    const credentials = { clientId: 'c', clientSecret: 's', username: 'u', password: 'p' };
    const { request } = await openSandbox({ credentials });
    expect(await request('POST', '/authentication/api/oauth/token', { ...LOGIN, password: 'wrong' })).toMatchObject({
      status: 401,
      body: { message: 'Invalid credentials' },
    });
    expect((await request('POST', '/authentication/api/oauth/token', LOGIN)).status).toBe(200);
  });

  it('takes the token from the query or as Bearer, and nothing else', async () => {
    const sandbox = await openSandbox();
    const token = await sandbox.login();
    const bearer = await sandbox.app.request('/api/rest/v2/workorders/4047/status', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bearer.status).toBe(200);
    for (const path of ['/api/rest/v2/workorders/4047', '/api/rest/v2/workorders/4047?access_token=made-up']) {
      expect(await sandbox.request('GET', path)).toMatchObject({
        status: 400,
        body: { message: 'You must provide a valid OAuth token to make a request', trace: [], extra: [] },
      });
    }
  });

  it.each([
    [400, { message: 'Expired token', trace: [], extra: [] }],
    [401, { status: 401, message: 'Expired token' }],
  ] as const)('tells an expired token with %i', async (expiredTokenStatus, body) => {
    const sandbox = await openSandbox({ expiredTokenStatus, tokenLifetimeSeconds: 3600 });
    await sandbox.advance(59);
    expect((await sandbox.get('/workorders/4047')).status).toBe(200);
    await sandbox.advance(1);
    expect(await sandbox.get('/workorders/4047')).toMatchObject({ status: expiredTokenStatus, body });
    const fresh = await sandbox.login();
    expect((await sandbox.request('GET', `/api/rest/v2/workorders/4047?access_token=${fresh}`)).status).toBe(200);
  });

  it('counts the quota down, answers 429 with Retry-After, and starts anew in the next window', async () => {
    const sandbox = await openSandbox({ rateLimit: { requests: 2, windowSeconds: 60 } });
    const first = await sandbox.get('/workorders/4047');
    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 10_000 });
    await sandbox.get('/workorders/4047');
    const refused = await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('50');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      retryable: true,
      agent: { action: 'RETRY', backoffMs: 50_000, maxAttempts: 3 },
    });
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 50_000 });
    expect((await sandbox.get('/workorders/4047/assignee')).body.user.id).toBe(0);
  });
});

describe('the write log', () => {
  it('has every write received, with body, status and no token', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 557 } });
    await sandbox.get('/workorders/4047');
    const writes = await sandbox.events('write');
    expect(writes.map((event: { detail: { status: number } }) => event.detail.status)).toEqual([200, 409]);
    expect(writes[0].detail).toEqual({
      method: 'POST',
      path: '/api/rest/v2/workorders/4047/assignee',
      query: {},
      body: '{"user":{"id":557}}',
      status: 200,
    });
  });
});
