import { describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../src/sandbox/world/nouns.ts';
import { openSandbox, PENDING, statusName, type TestSandbox } from './sandbox-client.ts';

/*
 * The sandbox against what is documented of the platform: every transition of a work order, and every body an error can
 * come in. Nothing of the client is used, so that both cannot be wrong in the same way.
 */

const QUIET = { technician: { id: 557 } };
const ASSIGN = { user: { id: 557 } };

const isDraft = ({ phase, isPublished, routes, bundleId }: WorkOrder) =>
  phase === 'open' && !isPublished && routes.size === 0 && bundleId === null;

type Step = readonly [method: string, path: string, body?: object];

/** Steps that bring a draft into a status; `{id}` is its id. */
const WAYS: { readonly [status: string]: readonly Step[] } = {
  Draft: [],
  Published: [['POST', '/publish']],
  Routed: [['POST', '/route', QUIET]],
  'Published and routed': [
    ['POST', '/publish'],
    ['POST', '/route', QUIET],
  ],
  Assigned: [['POST', '/assignee', ASSIGN]],
  'Assigned from published': [
    ['POST', '/publish'],
    ['POST', '/assignee', ASSIGN],
  ],
  'Work Done': [
    ['POST', '/assignee', ASSIGN],
    ['POST', '/complete'],
  ],
  Approved: [
    ['POST', '/assignee', ASSIGN],
    ['POST', '/complete'],
    ['POST', '/approve'],
  ],
  Cancelled: [['DELETE', '', { cancel_reason: 58 }]],
};

/** A draft of its own, brought there by calls alone. */
async function inStatus(status: string): Promise<{ sandbox: TestSandbox; id: number; take: (step: Step) => unknown }> {
  const sandbox = await openSandbox();
  const { id } = sandbox.workOrder(isDraft);
  const take = ([method, path, body]: Step) => sandbox.call(method, `/workorders/${id}${path}`, body);
  for (const step of WAYS[status] ?? []) expect((await take(step)).status, `${status}: ${step.join(' ')}`).toBe(200);
  return { sandbox, id, take };
}

describe('transitions', () => {
  it('a new work order is a draft', async () => {
    const { sandbox, id } = await inStatus('Draft');
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject({
      id: 1,
      name: 'Draft',
      is_routed: false,
      sub_status: '',
    });
  });

  const INCOMPLETE: Step = ['DELETE', '/complete?reason=Photos%20are%20missing&reason_id=2'];

  it.each<readonly [from: string, step: Step, to: { id: number; is_routed: boolean }]>([
    ['Draft', ['POST', '/publish'], { id: 2, is_routed: false }],
    ['Routed', ['POST', '/publish'], { id: 2, is_routed: true }],
    ['Published', ['DELETE', '/publish'], { id: 1, is_routed: false }],
    ['Published and routed', ['DELETE', '/publish'], { id: 9, is_routed: true }],
    ['Draft', ['POST', '/route', QUIET], { id: 9, is_routed: true }],
    ['Published', ['POST', '/route', QUIET], { id: 2, is_routed: true }],
    ['Routed', ['DELETE', '/route', QUIET], { id: 1, is_routed: false }],
    ['Published and routed', ['DELETE', '/route', QUIET], { id: 2, is_routed: false }],
    ['Published', ['DELETE', '/draft'], { id: 1, is_routed: false }],
    ['Routed', ['DELETE', '/draft'], { id: 1, is_routed: false }],
    ['Published and routed', ['DELETE', '/draft'], { id: 1, is_routed: false }],
    ['Draft', ['POST', '/assignee', ASSIGN], { id: 3, is_routed: false }],
    ['Published', ['POST', '/assignee', ASSIGN], { id: 3, is_routed: false }],
    ['Routed', ['POST', '/assignee', ASSIGN], { id: 3, is_routed: false }],
    ['Assigned', ['DELETE', '/assignee', { ...ASSIGN, reason_id: '7', comment: '' }], { id: 1, is_routed: false }],
    [
      'Assigned from published',
      ['DELETE', '/assignee', { ...ASSIGN, reason_id: '7', comment: '' }],
      { id: 2, is_routed: false },
    ],
    ['Assigned from published', ['POST', '/provider/cancel'], { id: 2, is_routed: false }],
    ['Assigned', ['POST', '/complete'], { id: 4, is_routed: false }],
    ['Work Done', INCOMPLETE, { id: 3, is_routed: false }],
    ['Work Done', ['POST', '/approve'], { id: 5, is_routed: false }],
    ['Approved', ['DELETE', '/approve'], { id: 4, is_routed: false }],
    ['Draft', ['DELETE', '', { cancel_reason: 58 }], { id: 7, is_routed: false }],
    ['Published', ['DELETE', '', { cancel_reason: 58 }], { id: 7, is_routed: false }],
    ['Assigned', ['DELETE', '', { cancel_reason: 58 }], { id: 7, is_routed: false }],
  ])('%s, %j: %j', async (from, step, to) => {
    const { sandbox, id, take } = await inStatus(from);
    expect(await take(step)).toMatchObject({ status: 200 });
    expect((await sandbox.get(`/workorders/${id}/status`)).body).toMatchObject(to);
  });

  it('mass-route takes a draft to routed a moment later', async () => {
    const { sandbox, id, take } = await inStatus('Draft');
    expect(await take(['POST', '/mass-route', { ids: [557] }])).toMatchObject({
      status: 200,
      body: { job_id: expect.any(Number) },
    });
    expect(await statusName(sandbox, id)).toBe('Draft');
    await sandbox.request('POST', '/_sandbox/clock', { advance_ms: 900 });
    expect(await statusName(sandbox, id)).toBe('Routed');
  });

  it('the first invited provider to accept is assigned, and the work order leaves the open list', async () => {
    const { sandbox, id } = await inStatus('Routed');
    const eta = [{ work_order_id: id, user: { id: 557 } }];
    expect((await sandbox.call('POST', '/workorders/mass-accept?acting_user_id=557', { eta })).status).toBe(200);
    expect(await statusName(sandbox, id)).toBe('Assigned');
    const open = (await sandbox.get('/workorders?list=workorders_published_routed&per_page=100')).body.results;
    expect(open.map((row: { id: number }) => row.id)).not.toContain(id);
  });

  it('a provider who cancels gives it back to those who were invited too', async () => {
    const { sandbox, id, take } = await inStatus('Routed');
    const other = sandbox.provider(({ habits }) => habits.style === 'silent').id;
    await take(['POST', '/route', { technician: { id: other } }]);
    await take(['POST', '/assignee', ASSIGN]);
    expect(await take(['POST', '/provider/cancel'])).toMatchObject({ body: { status: { id: 9, is_routed: true } } });
    const { results } = (await sandbox.get(`/workorders/${id}/providers?${PENDING}`)).body;
    expect(results.map((row: { id: number }) => row.id)).toEqual([other]);
  });

  it.each<readonly [step: Step, from: readonly string[], message: string]>([
    [['DELETE', '/publish'], ['Draft', 'Routed', 'Assigned', 'Work Done', 'Approved'], 'Can not unpublish'],
    [['POST', '/publish'], ['Assigned', 'Work Done', 'Approved', 'Cancelled'], 'Can not publish'],
    [['DELETE', '/draft'], ['Draft', 'Assigned', 'Work Done', 'Approved'], 'Can not revert'],
    [['POST', '/complete'], ['Draft', 'Published', 'Routed', 'Work Done', 'Approved'], 'Can not complete'],
    [INCOMPLETE, ['Draft', 'Published', 'Assigned', 'Approved'], 'Can not mark incomplete'],
    [['POST', '/approve'], ['Draft', 'Published', 'Assigned', 'Approved'], 'Can not approve'],
    [['DELETE', '/approve'], ['Draft', 'Published', 'Assigned', 'Work Done'], 'Can not unapprove'],
    [['POST', '/provider/cancel'], ['Draft', 'Published', 'Work Done'], 'Can not cancel the provider'],
    [['DELETE', '', { cancel_reason: 58 }], ['Work Done', 'Approved', 'Cancelled'], 'Can not cancel'],
  ])('%j is refused in %j', async (step, statuses, message) => {
    for (const status of statuses) {
      const { sandbox, id, take } = await inStatus(status);
      const before = (await sandbox.get(`/workorders/${id}/status`)).body;
      expect(await take(step), status).toMatchObject({ status: 400, body: { message, trace: [], extra: [] } });
      expect((await sandbox.get(`/workorders/${id}/status`)).body).toEqual(before);
    }
  });

  it.each<readonly [step: Step, from: readonly string[]]>([
    [
      ['POST', '/assignee', ASSIGN],
      ['Assigned', 'Work Done', 'Approved', 'Cancelled'],
    ],
    [
      ['POST', '/route', QUIET],
      ['Assigned', 'Work Done', 'Approved', 'Cancelled'],
    ],
    [
      ['DELETE', '/route', QUIET],
      ['Assigned', 'Work Done'],
    ],
  ])('%j conflicts in %j', async (step, statuses) => {
    for (const status of statuses) {
      const { take } = await inStatus(status);
      expect(await take(step), status).toMatchObject({ status: 409, body: { code: 'RESOURCE_CONFLICT' } });
    }
  });

  it('is told in the lists as in the status', async () => {
    const lists: { readonly [status: string]: string } = {
      Draft: 'workorders_draft',
      Published: 'workorders_published_routed',
      Routed: 'workorders_published_routed',
      Assigned: 'workorders_assigned',
      'Work Done': 'workorders_work_done',
      Approved: 'workorders_approved',
    };
    for (const [status, own] of Object.entries(lists)) {
      const { sandbox, id } = await inStatus(status);
      for (const list of new Set(Object.values(lists))) {
        const { body } = await sandbox.get(`/workorders?list=${list}&sticky=false&f_work_order_id=${id}`);
        expect(body.results.length, `${status} in ${list}`).toBe(list === own ? 1 : 0);
      }
    }
  });

  it.each([
    ['Draft', ['publish', 'route']],
    ['Published', ['unpublish', 'route', 'revert']],
    ['Routed', ['publish', 'route', 'revert']],
    ['Assigned', ['complete']],
    ['Work Done', ['approve', 'incomplete']],
    ['Approved', ['unapprove']],
    ['Cancelled', []],
  ])('%s offers %j of the actions that move it', async (status, offered) => {
    const { sandbox, id } = await inStatus(status);
    const moving = ['publish', 'unpublish', 'route', 'revert', 'complete', 'incomplete', 'approve', 'unapprove'];
    const { actions } = (await sandbox.get(`/workorders/${id}?columns=actions`)).body;
    expect(moving.filter((action) => actions.includes(action)).sort()).toEqual(offered.toSorted());
  });
});

describe('marking incomplete', () => {
  const core = (message: string) => ({ message, trace: [], extra: [] });

  it.each([
    ['?reason_id=2', core('Parameter "reason" is required and was not passed in request payload')],
    ['?reason=Photos', core('Parameter "reason_id" is required and was not passed in request payload')],
    ['', core('Parameter "reason" is required and was not passed in request payload')],
    ['?reason=Photos&reason_id=99', core('Can not mark incomplete')],
    ['?reason=Photos&reason_id=two', core('Can not mark incomplete')],
  ])('with %j is refused', async (query, body) => {
    const { sandbox, id, take } = await inStatus('Work Done');
    expect(await take(['DELETE', `/complete${query}`])).toMatchObject({ status: 400, body });
    expect(await statusName(sandbox, id)).toBe('Work Done');
  });

  it('takes every reason the company lists, and only of this company', async () => {
    const reasons = (await (await openSandbox()).get('/company/2501/reasons/incomplete')).body.results;
    expect(reasons.length).toBeGreaterThan(1);
    for (const { id } of reasons) {
      const { take } = await inStatus('Work Done');
      expect(await take(['DELETE', `/complete?reason=x&reason_id=${id}`])).toMatchObject({
        status: 200,
        body: { status: { id: 3 } },
      });
    }
    expect(await (await openSandbox()).get('/company/1/reasons/incomplete')).toMatchObject({
      status: 403,
      body: { status: 403, message: expect.any(String) },
    });
  });

  it('brings the provider back, who mends what was missing', async () => {
    const { sandbox, id, take } = await inStatus('Work Done');
    await take(['DELETE', '/complete?reason=x&reason_id=2']);
    await sandbox.advance(48 * 60);
    const { body } = await sandbox.get(`/workorders/${id}`);
    expect(body.status.name).toBe('Work Done');
    expect(body.time_logs.results).toHaveLength(2);
    expect(body.time_logs.hours).toBeGreaterThan(body.time_logs.results[1].hours);
    expect((await sandbox.events('work_order.incomplete'))[0].detail).toMatchObject({ reason_id: 2, reason: 'x' });
  });
});

describe('error bodies', () => {
  const missing: Step = ['DELETE', '/workorders/999999/draft'];

  it('E1, the older services: status_code and message under another status', async () => {
    const sandbox = await openSandbox();
    expect(await sandbox.call('POST', '/workorders/0/mass-route', { ids: [1] })).toMatchObject({
      status: 400,
      body: { status_code: 400, message: '(401) Unauthorized' },
    });
  });

  it('E2, the older core: message, trace and extra, with 400, 401, 410 and 500', async () => {
    const sandbox = await openSandbox();
    const answers = [
      [await sandbox.call('POST', '/workorders/4047/assignee', {}), 400],
      [await sandbox.call(...missing), 401],
      [await sandbox.get('/workorders/4047/requests/999'), 410],
      [await sandbox.call('POST', '/workorders/4047/route', { technician: { id: 999_999 } }), 500],
    ] as const;
    for (const [answer, status] of answers) {
      expect(answer.status).toBe(status);
      expect(answer.body).toEqual({ message: expect.any(String), trace: [], extra: [] });
    }
  });

  it('E3, the model of the 2017 description, where it is switched on', async () => {
    const sandbox = await openSandbox({ errorFormat: 'swagger' });
    const { status, body } = await sandbox.call(...missing);
    expect(status).toBe(401);
    expect(body).toEqual({
      code: 401,
      message: 'Invalid Work Order ID',
      trace: [
        {
          ...{ file: '', line: 0, function: '', class: '', object: '', type: '' },
          args: [{ status_code: 401, message: 'Invalid Work Order ID' }],
        },
      ],
      fields: '',
    });
  });

  it('E4, the newer description: status and message, or status_code for 404', async () => {
    const sandbox = await openSandbox();
    expect(await sandbox.call('POST', '/workorders/4047/assignee', { user: { id: 1 } })).toMatchObject({
      status: 403,
      body: { status: 403, message: 'Invalid Provider' },
    });
    expect(await sandbox.get('/users/1')).toMatchObject({
      status: 404,
      body: { status_code: 404, message: 'User 1 was not found.' },
    });
  });

  it.each<readonly [what: string, step: Step, status: number, code: string, action: string]>([
    ['validation', ['POST', '/workorders/4047/assignee', {}], 400, 'VALIDATION_ERROR', 'FIX_INPUT'],
    ['absence', ['GET', '/workorders/999999'], 404, 'RESOURCE_NOT_FOUND', 'FIX_INPUT'],
    [
      'permission',
      ['POST', '/workorders/4047/assignee', { user: { id: 1 } }],
      403,
      'INSUFFICIENT_PERMISSIONS',
      'ESCALATE',
    ],
    ['illegal transition', ['POST', '/workorders/4047/approve'], 409, 'RESOURCE_CONFLICT', 'FIX_INPUT'],
    ['failure', ['POST', '/workorders/4047/route', { technician: { id: 999_999 } }], 500, 'INTERNAL_ERROR', 'ESCALATE'],
  ])('E5, problem+json, of %s', async (_what, [method, path, body], status, code, action) => {
    const sandbox = await openSandbox({ errorFormat: 'problem' });
    const answer = await sandbox.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(Object.keys(answer.body).sort()).toEqual([
      'agent',
      'code',
      'correlationId',
      'detail',
      'errors',
      'retryable',
      'status',
      'title',
      'type',
    ]);
    expect(answer.body).toMatchObject({ status, code, agent: { action }, retryable: false });
  });

  it('E5 of a token and of a spent quota', async () => {
    const sandbox = await openSandbox({ errorFormat: 'problem', rateLimit: { requests: 1, windowSeconds: 60 } });
    expect((await sandbox.request('GET', '/api/rest/v2/workorders/4047')).body).toMatchObject({
      status: 401,
      code: 'AUTHENTICATION_REQUIRED',
      agent: { action: 'REAUTHENTICATE' },
    });
    await sandbox.get('/workorders/4047');
    const refused = await sandbox.get('/workorders/4047');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.body).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      retryable: true,
      agent: { action: 'RETRY', backoffMs: 60_000, maxAttempts: 3 },
    });
  });
});
