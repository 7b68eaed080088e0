import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { WriteAnswer, WriteCall } from '../../src/domain/write-call.ts';
import { PlatformUnavailable } from '../../src/engine/ports.ts';
import { connectFieldNation, type FieldNationClient } from '../../src/fieldnation/connect.ts';
import {
  connectTo,
  loginBody,
  type PlatformServer,
  type Reply,
  SECRETS,
  StandingClock,
  startPlatform,
  TOKEN_PATH,
  tokenOf,
  withClient,
} from './platform-server.ts';

const ORDER = workOrderId(4047);
const PROVIDER = providerId(557);
const ROUTE: WriteCall = { kind: 'route', workOrderId: ORDER, providerId: PROVIDER };
const PENDING = JSON.parse(readFileSync(new URL('../golden/pending-request.json', import.meta.url), 'utf8'));

function workOrder(id: number, more: object = {}) {
  return { id, title: `WO ${id}`, status: { id: 2, name: 'Published' }, company: { id: 2501 }, ...more };
}

function listOf(list: string, results: readonly unknown[], metadata: object = {}) {
  return { metadata: { list, page: 1, pages: 1, total: results.length, per_page: 25, ...metadata }, results };
}

const published = (results: readonly unknown[], metadata: object = {}) =>
  listOf('workorders_published_routed', results, metadata);

/** Always the same answer. */
function always(reply: Reply): Promise<PlatformServer> {
  return startPlatform(() => reply);
}

/** One answer after the other; the last one stays. */
function inTurn(...replies: readonly Reply[]): Promise<PlatformServer> {
  return startPlatform((_seen, nth) => replies[Math.min(nth, replies.length) - 1] ?? { json: {} });
}

async function failureOf(promise: Promise<unknown>): Promise<PlatformUnavailable> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PlatformUnavailable)) throw error;
  return error;
}

function everythingIn(error: PlatformUnavailable): string {
  const cause = error.cause instanceof Error ? `${error.cause.name} ${error.cause.message} ${error.cause.stack}` : '';
  return `${error.message} ${error.stack} ${cause} ${JSON.stringify(error)}`;
}

const html: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Maintenance</html>');
};

const truncated: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"id":4047,"status":{"id":2,"na');
};

/** Head and half a body, then the connection dies. */
const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"id":4047,');
  setImmediate(() => response.destroy());
};

const reset: Reply = (response) => {
  response.destroy();
};

describe('the token', () => {
  it('comes by a JSON password grant and goes into the query, not into a header', async () => {
    await withClient(always({ json: workOrder(4047) }), {}, async ({ client, platform }) => {
      await client.readWorkOrder(ORDER);
      expect(platform.logins).toMatchObject([
        {
          method: 'POST',
          path: TOKEN_PATH,
          query: {},
          body: {
            grant_type: 'password',
            client_id: 'fn00000-client1',
            client_secret: SECRETS.clientSecret,
            username: 'api.user',
            password: SECRETS.password,
          },
        },
      ]);
      expect(platform.seen[0]?.query).toEqual({
        access_token: tokenOf(1),
        columns: expect.stringContaining('assignee'),
      });
      expect(platform.seen[0]?.headers).not.toHaveProperty('authorization');
      expect(platform.seen[0]?.headers).not.toHaveProperty('accept-encoding');
    });
  });

  it('is fetched once for many reads at the same time', async () => {
    await withClient(
      startPlatform((seen) => ({ json: workOrder(Number(seen.path.split('/').at(-1))) })),
      {},
      async ({ client, platform }) => {
        await Promise.all(Array.from({ length: 20 }, (_, n) => client.readWorkOrder(workOrderId(n + 1))));
        expect([platform.logins.length, platform.seen.length]).toEqual([1, 20]);
        expect(client.requestCount()).toBe(21);
      },
    );
  });

  it('is renewed when four fifths of its life are over', async () => {
    await withClient(always({ json: workOrder(4047) }), {}, async ({ client, platform, clock }) => {
      await client.readWorkOrder(ORDER);
      clock.now += 2_879_000;
      await client.readWorkOrder(ORDER);
      expect(platform.logins).toHaveLength(1);
      clock.now += 1_000;
      await client.readWorkOrder(ORDER);
      expect(platform.logins).toHaveLength(2);
      expect(platform.seen.at(-1)?.query['access_token']).toBe(tokenOf(2));
    });
  });

  it.each([
    [
      '401 with a problem body',
      401,
      {
        status: 401,
        title: 'x',
        detail: 'Token revoked',
        code: 'AUTHENTICATION_REQUIRED',
        errors: [],
        agent: { action: 'REAUTHENTICATE' },
      },
    ],
    ['401', 401, { status: 401, message: 'Unauthorized' }],
    ['400 Expired token', 400, { message: 'Expired token', trace: [], extra: [] }],
    ['400 (401) Unauthorized', 400, { status_code: 400, message: '(401) Unauthorized' }],
    ['400 without a valid token', 400, { message: 'You must provide a valid OAuth token to make a request' }],
  ])('is fetched anew after %s, and the read succeeds', async (_name, status, body) => {
    const platform = startPlatform((seen) =>
      seen.query['access_token'] === tokenOf(1) ? { status, json: body } : { json: workOrder(4047) },
    );
    await withClient(platform, {}, async ({ client, platform: server }) => {
      expect((await client.readWorkOrder(ORDER))?.id).toBe(4047);
      expect([server.logins.length, server.seen.length]).toEqual([2, 2]);
      const sent = await client.send(ROUTE);
      expect(sent).toEqual({ kind: 'answered', status: 200, jobId: null });
    });
  });

  it('that ended is replaced once, however many reads were under way with it', async () => {
    const status = { id: 2, name: 'Published' };
    const platform = startPlatform((seen, nth) => {
      if (seen.query['access_token'] !== tokenOf(1)) return { json: status };
      // The refusals come at different times, some of them long after the new token.
      return (response) => {
        setTimeout(() => {
          response.writeHead(401, { 'content-type': 'application/json' });
          response.end('{"message":"Unauthorized"}');
        }, nth * 8);
      };
    });
    await withClient(platform, { maxConcurrentRequests: 8 }, async ({ client, platform: server }) => {
      await Promise.all(Array.from({ length: 8 }, () => client.readStatus(ORDER)));
      expect([server.logins.length, server.seen.length]).toEqual([2, 16]);
    });
  });

  it('that is refused twice ends the read, without a third login', async () => {
    await withClient(always({ status: 401, json: { message: 'Unauthorized' } }), {}, async ({ client, platform }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe('credentials');
      expect(platform.logins).toHaveLength(2);
    });
  });

  it('refused on a write is a refusal that names the token; the next write has a new one', async () => {
    const platform = startPlatform((seen) =>
      seen.query['access_token'] === tokenOf(1) ? { status: 400, json: { message: 'Expired token' } } : { json: {} },
    );
    await withClient(platform, {}, async ({ client, platform: server }) => {
      expect(await client.send(ROUTE)).toEqual({
        kind: 'refused',
        status: 400,
        code: 'TOKEN',
        message: 'Expired token',
      });
      expect(server.seen).toHaveLength(1);
      expect(await client.send(ROUTE)).toMatchObject({ kind: 'answered' });
    });
  });

  it.each([
    [
      400,
      { error: 'invalid_client', error_description: 'Unknown client' },
      'credentials',
      /^127\.0\.0\.1:\d+ refused the login \(400 invalid_client: Unknown client\)$/,
    ],
    [401, { message: 'Bad credentials' }, 'credentials', /refused the login \(401: Bad credentials\)$/],
    [404, { message: 'Not found' }, 'not_understood', /logging in/],
    [200, { token: 'here' }, 'not_understood', /has no token: access_token/],
  ])('refused at login with %i says by whom and why, and is not asked again', async (status, json, kind, message) => {
    const platform = startPlatform(
      () => ({ json: {} }),
      () => ({ status, json }),
    );
    await withClient(platform, {}, async ({ client, platform: server }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe(kind);
      expect(error.message).toMatch(message);
      expect(await client.send(ROUTE)).toMatchObject({ kind: 'not_sent' });
      expect([server.logins.length, server.seen.length]).toEqual([2, 0]);
    });
  });

  it('is asked for again when the login fails for a moment', async () => {
    const platform = startPlatform(
      () => ({ json: workOrder(4047) }),
      (_seen, nth) =>
        nth === 1 ? { status: 503, json: { message: 'busy' } } : { json: { ...loginBody(nth), expires_in: '60' } },
    );
    await withClient(platform, {}, async ({ client, clock, platform: server }) => {
      await client.readWorkOrder(ORDER);
      clock.now += 80_000;
      await client.readWorkOrder(ORDER);
      expect(server.logins).toHaveLength(3);
    });
  });
});

describe('lists', () => {
  it('are asked for by name, with columns, without stickiness, to the last page', async () => {
    const platform = startPlatform((seen) => {
      const page = Number(seen.query['page']);
      const results = page < 3 ? [workOrder(page * 2), workOrder(page * 2 + 1)] : [workOrder(6)];
      return { json: published(results, { page: String(page), pages: '3', total: 5, per_page: 2 }) };
    });
    await withClient(platform, { pageSize: 250 }, async ({ client, platform: server }) => {
      const { rows, quarantined } = await client.pullList('published_routed');
      expect(rows.map((row) => row.id)).toEqual([2, 3, 4, 5, 6]);
      expect(quarantined).toEqual([]);
      expect(server.seen.map((seen) => seen.query['page'])).toEqual(['1', '2', '3']);
      const { columns, ...query } = server.seen[0]?.query ?? {};
      expect(query).toEqual({
        access_token: tokenOf(1),
        list: 'workorders_published_routed',
        sticky: 'false',
        f_: '',
        page: '1',
        per_page: '100',
      });
      expect(columns?.split(',')).toEqual(
        expect.arrayContaining([
          'id',
          'title',
          'status',
          'actions',
          'pay',
          'schedule',
          'location',
          'assignee',
          'bundle',
          'milestones',
        ]),
      );
      expect(client.companyId()).toBe(2501);
    });
  });

  it.each([
    ['assigned', 'workorders_assigned'],
    ['draft', 'workorders_draft'],
    ['work_done', 'workorders_work_done'],
  ] as const)('%s is %s on the wire, and only finished work is asked what was handed in', async (list, name) => {
    await withClient(always({ json: listOf(name, []) }), {}, async ({ client, platform }) => {
      expect(await client.pullList(list)).toEqual({ rows: [], quarantined: [] });
      const columns = platform.seen[0]?.query['columns']?.split(',') ?? [];
      for (const column of ['time_logs', 'problems', 'tasks', 'attachments', 'closing_notes'])
        expect(columns.includes(column)).toBe(list === 'work_done');
    });
  });

  it.each([
    [
      'shift to another page',
      [
        [1, 2],
        [2, 3],
      ],
      4,
      4,
    ],
    ['are gone by the next page', [[1, 2], [4]], 4, 3],
  ])('are read anew when rows %s meanwhile, and are whole then', async (_how, pages, total, laterTotal) => {
    const settled = [
      [1, 2],
      [3, 4],
    ];
    const platform = startPlatform((seen, nth) => {
      const page = Number(seen.query['page']) - 1;
      const ids = (nth <= 2 ? pages : settled)[page] ?? [];
      return {
        json: published(
          ids.map((id) => workOrder(id)),
          { pages: 2, total: nth === 2 ? laterTotal : total },
        ),
      };
    });
    await withClient(platform, {}, async ({ client, platform: server }) => {
      expect((await client.pullList('published_routed')).rows.map((row) => row.id)).toEqual([1, 2, 3, 4]);
      expect(server.seen).toHaveLength(4);
    });
  });

  it('that never hold still are not whole', async () => {
    const platform = startPlatform((seen, nth) => ({
      json: published([workOrder(Number(seen.query['page']))], { pages: 2, total: 2 + nth }),
    }));
    await withClient(platform, {}, async ({ client, platform: server }) => {
      const { message } = await failureOf(client.pullList('published_routed'));
      expect(message).toMatch(/the list changed from 7 to 8 rows while it was read, 3 times/);
      expect(server.seen).toHaveLength(6);
    });
  });

  it('put broken rows aside with id and reason, and keep the rest of the page', async () => {
    const rows = [
      workOrder(1),
      workOrder(2, { status: { id: 12, name: 'Postponed' } }),
      { title: 'no id' },
      workOrder(3),
    ];
    await withClient(always({ json: published(rows) }), {}, async ({ client }) => {
      const pulled = await client.pullList('published_routed');
      expect(pulled.rows.map((row) => row.id)).toEqual([1, 3]);
      expect(pulled.quarantined).toMatchObject([
        { what: 'work order', id: 2, workOrderId: null, reason: expect.stringContaining('unknown status "Postponed"') },
        { what: 'work order', id: null, workOrderId: null, reason: expect.stringMatching(/^id: /) },
      ]);
    });
  });

  it('go on when the answer counts one page too few', async () => {
    const platform = startPlatform((seen) => {
      const page = Number(seen.query['page']);
      return { json: published(page > 2 ? [] : [workOrder(page)], { pages: 1, total: 2 }) };
    });
    await withClient(platform, {}, async ({ client }) => {
      expect((await client.pullList('published_routed')).rows).toHaveLength(2);
    });
  });

  it('take an empty object for no rows', async () => {
    await withClient(always({ json: { ...published([]), results: {} } }), {}, async ({ client }) => {
      expect((await client.pullList('published_routed')).rows).toEqual([]);
    });
  });

  it.each([
    [
      'another list than asked',
      { json: listOf('workorders_assigned', []) },
      {},
      /asked for the list workorders_published_routed and got "workorders_assigned"/,
    ],
    ['no echo of the list', { json: { metadata: { pages: 1 }, results: [] } }, {}, /metadata\.list/],
    ['no rows at all', { json: { metadata: { list: 'workorders_published_routed' } } }, {}, /results/],
    [
      'a filter nobody asked for',
      { json: { ...published([]), f_state: 'TX', fs_state: true } },
      {},
      /filtered by f_state/,
    ],
    [
      'the same page again and again',
      { json: published([workOrder(1)], { pages: 9, total: 9 }) },
      {},
      /page 2 repeats an earlier one after 1 of 9 rows/,
    ],
    [
      'more rows than we take',
      { json: published([workOrder(1), workOrder(2), workOrder(3)]) },
      { maxRowsPerList: 2 },
      /more than 2 rows/,
    ],
  ])('that answer with %s are not understood', async (_name, reply, limits, message) => {
    await withClient(always(reply), limits, async ({ client }) => {
      const error = await failureOf(client.pullList('published_routed'));
      expect(error.kind).toBe('not_understood');
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^reading the list workorders_published_routed: /);
    });
  });

  it('that count nothing are read until no more rows come', async () => {
    const platform = startPlatform((seen) => {
      const page = Number(seen.query['page']);
      return {
        json: { metadata: { list: 'workorders_published_routed' }, results: page > 2 ? [] : [workOrder(page)] },
      };
    });
    await withClient(platform, {}, async ({ client }) => {
      expect((await client.pullList('published_routed')).rows).toHaveLength(2);
    });
  });

  it.each([
    [404, 'not_understood'],
    [403, 'forbidden'],
  ])('that are refused with %i are %s, not empty', async (status, kind) => {
    await withClient(always({ status, json: { message: 'List not found' } }), {}, async ({ client }) => {
      expect((await failureOf(client.pullList('published_routed'))).kind).toBe(kind);
    });
  });

  it('that never end are stopped at the limit of pages', async () => {
    const platform = startPlatform((seen) => ({
      json: published([workOrder(Number(seen.query['page']))], { pages: 1e9, total: 1e9 }),
    }));
    await withClient(platform, { maxPagesPerList: 4 }, async ({ client, platform: server }) => {
      expect((await failureOf(client.pullList('published_routed'))).message).toMatch(/more than 4 pages/);
      expect(server.seen).toHaveLength(4);
    });
  });

  it('whose server repeats the last page when asked for more are whole', async () => {
    await withClient(always({ json: published([workOrder(1)], { pages: 2, total: 1 }) }), {}, async ({ client }) => {
      expect((await client.pullList('published_routed')).rows).toHaveLength(1);
    });
  });
});

describe('pending providers', () => {
  it('are read to the last page, each once, with the broken ones set aside', async () => {
    const list = PENDING.metadata.list;
    const second = { ...PENDING.results[0], id: 558, request: { ...PENDING.results[0].request, user: { id: 558 } } };
    const broken = { ...PENDING.results[0], id: 559, category: { id: 'declined' } };
    const pages = [
      [PENDING.results[0], broken],
      [PENDING.results[0], second],
    ];
    const platform = startPlatform((seen) => ({
      json: listOf(list, pages[Number(seen.query['page']) - 1] ?? [], { pages: 2, total: 3 }),
    }));
    await withClient(platform, {}, async ({ client, clock, platform: server }) => {
      const pending = await client.pullPending(ORDER);
      expect(pending.rows.map((row) => row.providerId)).toEqual([557, 558]);
      expect(pending).toMatchObject({ workOrderId: 4047, observedAtMs: clock.now });
      expect(pending.quarantined).toMatchObject([
        { what: 'pending row', id: 559, workOrderId: 4047, reason: expect.stringMatching(/^category\.id/) },
      ]);
      expect(server.seen[0]).toMatchObject({
        path: '/api/rest/v2/workorders/4047/providers',
        query: { list: 'find_providers_pending_assignment', sticky: 'false', page: '1', per_page: '100' },
      });
    });
  });

  it('understands a pending list that comes again byte for byte as before, and a changed one anew', async () => {
    const list = 'find_providers_pending_assignment';
    const [first] = PENDING.results;
    const changed = {
      ...first,
      request: { ...first.request, counter: true, pay: { type: 'fixed', base: { amount: 90 } } },
    };
    const answers = [first, first, changed, first].map((row) => ({ json: listOf(list, [row]) }));
    await withClient(inTurn(...answers), {}, async ({ client, clock }) => {
      const fresh = await client.pullPending(ORDER);
      clock.now += 5_000;
      const again = await client.pullPending(ORDER);
      expect(again).toEqual({ ...fresh, observedAtMs: fresh.observedAtMs + 5_000 });
      // The very same rows: they were not read again.
      expect(again.rows[0]).toBe(fresh.rows[0]);
      expect((await client.pullPending(ORDER)).rows[0]?.request).toMatchObject({ isCounter: true });
      expect((await client.pullPending(ORDER)).rows[0]).toBe(fresh.rows[0]);
    });
  });

  it('does not take the list of one work order for that of another, though it is the same', async () => {
    const platform = always({ json: listOf('find_providers_pending_assignment', PENDING.results) });
    await withClient(platform, {}, async ({ client }) => {
      expect((await client.pullPending(ORDER)).rows).toHaveLength(1);
      expect(await client.pullPending(workOrderId(4048))).toMatchObject({ rows: [], quarantined: [{ id: 557 }] });
    });
  });

  it('remembers no more of pending lists than it may', async () => {
    const platform = always({ json: listOf('find_providers_pending_assignment', PENDING.results) });
    await withClient(platform, { seenPagesBytes: 500 }, async ({ client }) => {
      const [before, after] = [await client.pullPending(ORDER), await client.pullPending(ORDER)];
      expect(after).toEqual(before);
      expect(after.rows[0]).not.toBe(before.rows[0]);
    });
  });

  it.each([
    [404, 'Work order not found'],
    [410, 'It no longer exists or is not visible to you.'],
    [400, '(401) Unauthorized'],
    [403, 'Forbidden, Invalid Work Order'],
  ])('of a work order that is not ours to see (%i) are unknown, not none', async (status, message) => {
    await withClient(always({ status, json: { status_code: status, message } }), {}, async ({ client }) => {
      const error = await failureOf(client.pullPending(ORDER));
      expect(error.kind).toBe('forbidden');
      expect(error.message).toBe(`reading pending providers of work order 4047: answered ${status}: ${message}`);
    });
  });

  it('that are none are an empty list', async () => {
    await withClient(always({ json: listOf(PENDING.metadata.list, []) }), {}, async ({ client }) => {
      expect(await client.pullPending(ORDER)).toMatchObject({ rows: [], quarantined: [] });
    });
  });

  it('of another list are not taken', async () => {
    await withClient(always({ json: listOf('find_providers', PENDING.results) }), {}, async ({ client }) => {
      expect((await failureOf(client.pullPending(ORDER))).message).toMatch(/got "find_providers"/);
    });
  });
});

describe('single reads', () => {
  it.each([
    [404, { status_code: 404, message: 'Work order not found' }],
    [410, { message: 'Location by id #1 no longer exists or is not visible to you.', trace: [], extra: [] }],
    [400, { message: 'Invalid Work Order ID' }],
    [401, { message: 'Unauthorized, Invalid Work Order ID' }],
    [403, { message: 'Forbidden, Invalid Provider' }],
    [400, { status_code: 400, message: '(401) Unauthorized' }],
  ])('are null when the platform answers %i %j', async (status, json) => {
    await withClient(always({ status, json }), {}, async ({ client }) => {
      expect(await client.readWorkOrder(ORDER)).toBeNull();
      expect(await client.readStatus(ORDER)).toBeNull();
      expect(await client.readAssignee(ORDER)).toBeNull();
      expect(await client.readProfile(PROVIDER)).toBeNull();
    });
  });

  it('read the status by its name', async () => {
    await withClient(always({ json: { id: 10, name: 'Work Done' } }), {}, async ({ client, platform }) => {
      expect(await client.readStatus(ORDER)).toBe('work_done');
      expect(platform.seen[0]?.path).toBe('/api/rest/v2/workorders/4047/status');
    });
  });

  it('read the selection rule of the qualifications, without what is about people', async () => {
    const one = { id: 1, name: 'SC_EQUIPMENT', required: true, weight: 4, operation: 'equal_to', value: '9', order: 1 };
    const rule = { id: 254, name: 'Ours', status: 'match', results: [{ ...one, status: 'match', extra: 'Joe Doe' }] };
    const answer = { actions: ['edit'], selection_rule: rule, correlation_id: 'x' };
    await withClient(always({ json: answer }), {}, async ({ client, platform }) => {
      expect(await client.readSelectionRule(ORDER)).toEqual({
        selection_rule: { id: 254, name: 'Ours', results: [one] },
      });
      expect(platform.seen[0]?.path).toBe('/api/rest/v2/workorders/4047/qualifications');
    });
    const missing = { status: 404, json: { status_code: 404, message: 'Work order not found' } };
    await withClient(always(missing), {}, async ({ client }) => {
      expect(await client.readSelectionRule(ORDER)).toBeNull();
    });
  });

  it.each([
    [{ user: { id: 557 } }, 557],
    [{ user: { id: 0 } }, null],
    [{ user: [], status_id: 2 }, null],
    [{ work_order_id: 4047 }, null],
    [{}, null],
    [[], null],
  ])('read the assignee of %j as %s', async (json, assigneeId) => {
    await withClient(always({ json }), {}, async ({ client }) => {
      expect(await client.readAssignee(ORDER)).toEqual({ assigneeId });
    });
  });

  it.each([[{ ok: true }], [{ user: 'nobody' }], [{ user: { id: 'x' } }], ['nobody'], [[1]]])(
    'do not take %j for "nobody assigned"',
    async (json) => {
      await withClient(always({ json }), {}, async ({ client }) => {
        expect((await failureOf(client.readAssignee(ORDER))).kind).toBe('not_understood');
      });
    },
  );

  it('do not take another work order or user than the one asked for', async () => {
    await withClient(always({ json: workOrder(4048) }), {}, async ({ client }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).message).toMatch(/got work order 4048 instead/);
      expect((await failureOf(client.readProfile(PROVIDER))).message).toMatch(/got user 4048 instead/);
      expect((await failureOf(client.readStatus(ORDER))).message).toMatch(/^reading the status of work order 4047: /);
    });
  });

  it('say which field of a work order is broken', async () => {
    await withClient(always({ json: workOrder(4047, { pay: { type: 'barter' } }) }), {}, async ({ client }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).message).toMatch(/^reading work order 4047: pay\.type/);
    });
  });

  it('read a profile as of now', async () => {
    await withClient(
      always({ json: { id: 557, rating: { marketplace: { stars: 4.5, total_ratings: 2 } } } }),
      {},
      async ({ client, clock }) => {
        expect(await client.readProfile(PROVIDER)).toMatchObject({
          providerId: 557,
          ratingHundredths: 450,
          observedAtMs: clock.now,
        });
      },
    );
  });

  it('keep the quota of the last answer that named one', async () => {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '41' };
    await withClient(
      inTurn({ json: workOrder(4047), headers }, { json: workOrder(4047), headers: { 'x-ratelimit-limit': 'many' } }),
      {},
      async ({ client }) => {
        expect(client.quota()).toBeNull();
        await client.readWorkOrder(ORDER);
        await client.readWorkOrder(ORDER);
        expect(client.quota()).toEqual({ limit: 100, remaining: 41 });
      },
    );
  });

  it('keep the server time of the last answer', async () => {
    const headers = { date: 'Sun, 22 Nov 2026 12:34:56 GMT' };
    await withClient(always({ json: workOrder(4047), headers }), {}, async ({ client }) => {
      expect(client.serverTimeMs()).toBeNull();
      await client.readWorkOrder(ORDER);
      expect(client.serverTimeMs()).toBe(Date.UTC(2026, 10, 22, 12, 34, 56));
    });
  });
});

describe('what the company has set up', () => {
  const reasons = {
    results: [
      { id: 1, name: 'Provider no-show' },
      { id: '4', name: 'Customer cancellation' },
    ],
  };

  it.each([
    ['an object', reasons],
    ['a bare list', reasons.results],
  ])('reasons for sending work back come as %s', async (_name, json) => {
    await withClient(always({ json }), {}, async ({ client, platform }) => {
      expect(await client.readIncompleteReasons(2501)).toEqual([
        { id: 1, name: 'Provider no-show' },
        { id: 4, name: 'Customer cancellation' },
      ]);
      expect(platform.seen[0]?.path).toBe('/api/rest/v2/company/2501/reasons/incomplete');
    });
  });

  it('talent pools come with what they are called and how many belong to them', async () => {
    const results = [
      { id: 99_999_999, actions: [], correlation_id: 'x', name: 'Uncategorized', providers: 2 },
      { id: 13, name: 'ATM Repair', providers: 0 },
      { id: 14, name: 'Of 2017', members: '7' },
      { id: 15, providers: [{ id: 1 }] },
      { id: 13, name: 'ATM Repair', providers: 0 },
    ];
    const metadata = { total: 5, page: 1, pages: 1, per_page: 5000, list: '' };
    await withClient(always({ json: { metadata, results } }), {}, async ({ client, platform }) => {
      expect(await client.pullTalentPools()).toEqual([
        { id: 99_999_999, name: 'Uncategorized', memberCount: 2 },
        { id: 13, name: 'ATM Repair', memberCount: 0 },
        { id: 14, name: 'Of 2017', memberCount: 7 },
        { id: 15, name: '', memberCount: null },
      ]);
      expect(platform.seen.map((seen) => seen.path)).toEqual(['/api/rest/v2/company/preferred-providers']);
    });
  });

  const A = {
    uuid: 'aaaa-1',
    name: 'A',
    talent_pools: [
      { id: 9921, name: 'Tier 1' },
      { id: 9922, name: 'Tier 2' },
    ],
  };
  const B = { uuid: 'bbbb-2', name: 'B', talent_pools: [{ id: 9922, name: 'Only' }] };
  const C = { uuid: 'cccc-3', name: 'C', talent_pools: [] };
  const cursorPage = (data: readonly unknown[], next: string | null = null) => ({
    json: { data, pagination: { next_cursor: next, has_next_page: next !== null, limit: 100 } },
  });
  const member = (provider_id: number, tier: number | null = null) => ({
    provider_id,
    name: 'Jane Planted',
    ...(tier === null ? {} : { tier: { id: tier, name: 'T' } }),
  });

  /** Groups come two at a time; group A has its members on two pages. */
  const poolPlatform = () =>
    startPlatform((seen) => {
      const cursor = seen.query['cursor'] ?? '';
      expect(seen.query['next_cursor'] ?? '').toBe(cursor);
      if (seen.path.endsWith('/talent-pool-groups')) return cursor === '' ? cursorPage([A, B], 'g2') : cursorPage([C]);
      if (seen.path.endsWith('/v2/providers')) return { status: 404, json: { message: 'Not found' } };
      if (seen.path.endsWith('/bbbb-2/providers')) return cursorPage([member(557), member(31)]);
      return cursor === '' ? cursorPage([member(557, 9921), member(558, 9922)], 'm2') : cursorPage([member(559, 9921)]);
    });

  it('members of a talent pool come from every group that holds it, to the last page, without their names', async () => {
    await withClient(poolPlatform(), {}, async ({ client, platform }) => {
      expect(await client.pullTalentPoolMembers(9921)).toEqual([557, 559]);
      expect(platform.seen.map(({ path, query }) => [path.slice(12), query['limit'], query['cursor']])).toEqual([
        ['/talent-pool-groups', '100', undefined],
        ['/talent-pool-groups', '100', 'g2'],
        ['/talent-pool-groups/aaaa-1/providers', '100', undefined],
        ['/talent-pool-groups/aaaa-1/providers', '100', 'm2'],
      ]);
      expect(await client.pullTalentPoolMembers(9922)).toEqual([31, 557, 558]);
      expect(await client.pullTalentPoolMembers(1)).toBeNull();
    });
  });

  it('without the newer family, members of a group come from the providers list, if it was filtered', async () => {
    const results = [{ id: 558, full_name: 'Jane Planted' }, { id: 31 }];
    const metadata = { total: 2, page: 1, pages: 1, per_page: 100, list: 'providers_marketplace' };
    const list = (echo: object) =>
      startPlatform((seen) =>
        seen.path.endsWith('/v2/providers')
          ? { json: { metadata, results, ...echo } }
          : { status: 404, json: { message: 'Not found' } },
      );
    await withClient(
      list({ f_preferred_groups: '13', fs_preferred_groups: true }),
      {},
      async ({ client, platform }) => {
        expect(await client.pullTalentPoolMembers(13)).toEqual([31, 558]);
        expect(platform.seen.at(-1)?.query).toMatchObject({ default_view: 'list', f_preferred_groups: '13' });
      },
    );
    await withClient(list({}), {}, async ({ client }) => {
      expect((await failureOf(client.pullTalentPoolMembers(13))).message).toMatch(/not filtered by f_preferred_groups/);
    });
  });

  it('without preferred-provider groups, the pools are those of the newer family, each once', async () => {
    const platform = startPlatform((seen) =>
      seen.path.endsWith('/talent-pool-groups')
        ? cursorPage([A, B, C])
        : { status: 404, json: { message: 'Not found' } },
    );
    await withClient(platform, {}, async ({ client }) => {
      expect(await client.pullTalentPools()).toEqual([
        { id: 9921, name: 'Tier 1', memberCount: null },
        { id: 9922, name: 'Only', memberCount: null },
      ]);
    });
  });

  it.each([
    ['a next page without a place', { data: [], pagination: { has_next_page: true } }, /there is more, and not where/],
    ['the same page again', { data: [], pagination: { has_next_page: true, next_cursor: 'x' } }, /page 2 repeats/],
    ['no pagination', { data: [A] }, /page 1: pagination/],
    ['a group that is broken', { data: [{ uuid: '../users' }], pagination: { has_next_page: false } }, /uuid/],
    [
      'a provider in an unknown tier',
      { data: [{ ...A, ...member(557) }], pagination: { has_next_page: false } },
      /several pools/,
    ],
    ['more rows than we take', { data: [B, B, B, B], pagination: { has_next_page: false } }, /more than 3 rows/],
  ])('a talent pool whose list has %s is not taken for whole', async (_name, json, message) => {
    await withClient(always({ json }), { maxRowsPerList: 3 }, async ({ client }) => {
      const error = await failureOf(client.pullTalentPoolMembers(9921));
      expect(error.kind).toBe('not_understood');
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^reading the members of talent pool 9921: /);
    });
  });

  it('a talent pool whose list never ends is stopped at the limit of pages', async () => {
    const platform = startPlatform((_seen, nth) => cursorPage([], String(nth)));
    await withClient(platform, { maxPagesPerList: 4 }, async ({ client, platform: server }) => {
      expect((await failureOf(client.pullTalentPoolMembers(9921))).message).toMatch(/more than 4 pages/);
      expect(server.seen).toHaveLength(4);
    });
  });

  it('a group that vanishes between list and members makes the pool unknown', async () => {
    const gone: Reply = { status: 404, json: { status_code: 404, message: 'Talent pool group not found' } };
    const platform = startPlatform((seen) => (seen.path.endsWith('/providers') ? gone : cursorPage([A])));
    await withClient(platform, {}, async ({ client }) => expect(await client.pullTalentPoolMembers(9921)).toBeNull());
  });

  it.each([
    [true, true],
    [false, false],
    ['1', true],
    [0, false],
  ])('dispatch settings that say %j are %s', async (written, isEnabled) => {
    const json = { project_id: 88, is_dispatch_settings_enabled: written };
    await withClient(always({ json }), {}, async ({ client, platform }) => {
      expect(await client.readDispatchSettings(88)).toEqual({ isEnabled });
      expect(platform.seen[0]?.path).toBe('/api/rest/v2/project/88/dispatch-settings');
    });
  });

  const reads = [
    ['incomplete reasons', (client: FieldNationClient) => client.readIncompleteReasons(2501)],
    ['talent pools', (client: FieldNationClient) => client.pullTalentPools()],
    ['members', (client: FieldNationClient) => client.pullTalentPoolMembers(9921)],
    ['dispatch settings', (client: FieldNationClient) => client.readDispatchSettings(88)],
  ] as const;

  it.each(reads)(
    '%s are null where the platform has no such address, and fail on anything else',
    async (_name, read) => {
      await withClient(always({ status: 404, json: { message: 'Not found' } }), {}, async ({ client }) => {
        expect(await read(client)).toBeNull();
      });
      await withClient(always({ status: 403, json: { message: 'Not yours' } }), {}, async ({ client }) => {
        expect((await failureOf(read(client))).kind).toBe('forbidden');
      });
      for (const json of [
        'x',
        [{ id: 0 }],
        { results: [{ name: 'no id' }], metadata: {} },
        { is_dispatch_settings_enabled: 'y' },
      ])
        await withClient(always({ json }), {}, async ({ client }) => {
          expect((await failureOf(read(client))).kind).toBe('not_understood');
        });
    },
  );
});

describe('failures of a read', () => {
  const problem = (status: number, action: string) => ({
    status,
    title: 'T',
    detail: 'D',
    code: 'C',
    errors: [],
    agent: { action },
  });

  it.each([
    [500, { message: 'Oops' }, 'server_error', 3],
    [502, 'x', 'server_error', 3],
    [503, problem(503, 'RETRY'), 'server_error', 3],
    [504, { message: 'late' }, 'server_error', 3],
    [429, { message: 'slow down' }, 'rate_limited', 3],
    [408, { message: 'late' }, 'not_understood', 3],
    [500, problem(500, 'ESCALATE'), 'server_error', 1],
    [501, { message: 'no' }, 'server_error', 1],
    [400, { message: 'Missing Parameter' }, 'not_understood', 1],
    [403, problem(403, 'ESCALATE'), 'forbidden', 1],
    [409, problem(409, 'REFRESH_STATE'), 'not_understood', 1],
    [422, { message: 'no' }, 'not_understood', 1],
  ])('GET answered %i with %j is %s after %i tries', async (status, json, kind, tries) => {
    await withClient(always({ status, json }), {}, async ({ client, platform, clock }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe(kind);
      expect(error.message).toMatch(new RegExp(`^reading work order 4047: 127\\.0\\.0\\.1:\\d+ answered ${status}`));
      expect(platform.seen).toHaveLength(tries);
      expect(clock.slept).toEqual(tries === 3 ? [250, 500] : []);
    });
  });

  it.each([
    ['a broken connection', reset, 'unreachable'],
    ['a body that is cut off', cutOff, 'unreachable'],
    ['truncated JSON', truncated, 'not_understood'],
    ['an HTML page with 200', html, 'not_understood'],
    ['an empty 200', (response: Parameters<typeof cutOff>[0]) => void response.end(), 'not_understood'],
  ])('%s is tried again and then is %s', async (_name, reply, kind) => {
    await withClient(always(reply as Reply), {}, async ({ client, platform }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).kind).toBe(kind);
      expect(platform.seen).toHaveLength(3);
    });
    await withClient(inTurn(reply as Reply, { json: workOrder(4047) }), {}, async ({ client }) => {
      expect((await client.readWorkOrder(ORDER))?.id).toBe(4047);
    });
  });

  it.each(['gzip', 'br', 'zstd', 'GZIP'])('an answer encoded with %s is refused unread', async (encoding) => {
    await withClient(
      always({ json: workOrder(4047), headers: { 'content-encoding': encoding } }),
      {},
      async ({ client, platform }) => {
        const error = await failureOf(client.readWorkOrder(ORDER));
        expect(error.kind).toBe('not_understood');
        expect(error.message).toMatch(/it is encoded/);
        expect(platform.seen).toHaveLength(1);
      },
    );
  });

  it('a body beyond the limit is refused while it streams', async () => {
    let written = 0;
    const flood: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && written < 50_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, 32))) return void response.once('drain', more);
        }
      };
      more();
    };
    await withClient(always(flood), { maxBodyBytes: 100_000 }, async ({ client, platform }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).message).toMatch(/larger than 100000 bytes/);
      expect(platform.seen).toHaveLength(1);
      expect(written).toBeLessThan(50_000_000);
    });
  });

  it('text that is not UTF-8 is refused', async () => {
    const latin: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.from([0x22, 0xe4, 0x22]));
    };
    await withClient(always(latin), {}, async ({ client }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).message).toMatch(/not UTF-8/);
    });
  });

  it('a slow drip ends at the deadline of the whole exchange', async () => {
    const drip: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    await withClient(always(drip), { requestTimeoutMs: 250, maxReadAttempts: 1 }, async ({ client }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe('unreachable');
      expect(error.message).toMatch(/no complete answer within 250 ms/);
    });
  });

  it('a redirect is not followed', async () => {
    const location = 'http://169.254.169.254/latest';
    await withClient(always({ status: 302, json: {}, headers: { location } }), {}, async ({ client, platform }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe('not_understood');
      expect(error.message).toMatch(/redirect \(302\)/);
      expect(platform.seen).toHaveLength(1);
    });
  });

  it('a 404 page of something in between is not an absence', async () => {
    const page: Reply = (response) => {
      response.writeHead(404, { 'content-type': 'text/html' });
      response.end('<h1>nginx</h1>');
    };
    await withClient(always(page), {}, async ({ client }) => {
      expect((await failureOf(client.readWorkOrder(ORDER))).kind).toBe('not_understood');
    });
  });

  it('a refused connection names the host', async () => {
    const port = await freePort();
    const client = connectTo(`http://127.0.0.1:${port}`, { limits: {}, clock: new StandingClock(), lines: [] });
    const error = await failureOf(client.readWorkOrder(ORDER));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toBe(`logging in: 127.0.0.1:${port} cannot be reached: the connection was refused`);
    expect(await client.send(ROUTE)).toEqual({ kind: 'not_sent', message: error.message });
    await client.close();
  });
});

describe('waiting', () => {
  const ok: Reply = { json: workOrder(4047) };
  const limited = (headers: Record<string, string>, json: unknown = { message: 'slow down' }): Reply => ({
    status: 429,
    json,
    headers,
  });

  it.each([
    ['seconds', { 'retry-after': '60' }, 60_000],
    [
      'an HTTP date, by the server clock',
      { 'retry-after': 'Sun, 22 Nov 2026 00:02:00 GMT', date: 'Sun, 22 Nov 2026 00:00:00 GMT' },
      120_000,
    ],
  ])('obeys a Retry-After of %s in full', async (_name, headers, ms) => {
    await withClient(inTurn(limited(headers), ok), {}, async ({ client, clock }) => {
      expect(await client.readWorkOrder(ORDER)).not.toBeNull();
      expect(clock.slept.reduce((sum, one) => sum + one, 0)).toBe(ms);
    });
  });

  it('obeys the backoff that a problem body asks for', async () => {
    const body = {
      title: 'Rate Limit Exceeded',
      code: 'RATE_LIMIT_EXCEEDED',
      errors: [],
      agent: { action: 'RETRY', backoffMs: 9_000 },
    };
    await withClient(inTurn(limited({}, body), ok), {}, async ({ client, clock }) => {
      await client.readWorkOrder(ORDER);
      expect(clock.slept.reduce((sum, one) => sum + one, 0)).toBe(9_000);
    });
  });

  it('ends with rate_limited when the platform asks for longer than we wait, and sends nothing more meanwhile', async () => {
    await withClient(inTurn(limited({ 'retry-after': '901' }), ok), {}, async ({ client, clock, platform }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe('rate_limited');
      expect(error.message).toMatch(/asked to wait another 90\d s/);
      expect((await failureOf(client.readStatus(ORDER))).kind).toBe('rate_limited');
      expect(platform.seen).toHaveLength(1);
      clock.now += 901_000;
      expect(await client.readWorkOrder(ORDER)).not.toBeNull();
    });
  });

  it('holds every other read too', async () => {
    await withClient(
      inTurn(limited({ 'retry-after': '30' }), ok),
      { maxConcurrentRequests: 1 },
      async ({ client, clock }) => {
        const start = clock.now;
        await Promise.all([client.readWorkOrder(ORDER), client.readWorkOrder(ORDER)]);
        expect(clock.now - start).toBeGreaterThanOrEqual(30_000);
        expect(clock.slept.filter((ms) => ms >= 29_000)).toHaveLength(1);
      },
    );
  });

  it('does not hold a write back for long: what its guard read would be stale', async () => {
    await withClient(inTurn(limited({ 'retry-after': '30' }), ok), {}, async ({ client, platform, clock }) => {
      expect(await client.send(ROUTE)).toEqual({
        kind: 'refused',
        status: 429,
        code: 'RATE_LIMITED',
        message: 'slow down',
      });
      expect(await client.send(ROUTE)).toEqual({
        kind: 'not_sent',
        message: 'the platform asked to wait another 30 s',
      });
      expect(platform.seen).toHaveLength(1);
      clock.now += 26_000;
      expect(await client.send(ROUTE)).toMatchObject({ kind: 'answered' });
      expect(clock.slept).toEqual([4_000]);
    });
  });

  it('never has more requests under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const slow: Reply = (response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ id: 2, name: 'Published' }));
      }, 5);
    };
    await withClient(always(slow), { maxConcurrentRequests: 3 }, async ({ client }) => {
      await Promise.all(Array.from({ length: 12 }, () => client.readStatus(ORDER)));
      expect(most).toBe(3);
    });
  });

  it('stops at the budget of the run, and starts again with the next', async () => {
    await withClient(always(ok), { maxRequestsPerRun: 3, maxConfirmReads: 1 }, async ({ client, platform }) => {
      await client.readWorkOrder(ORDER);
      await client.readWorkOrder(ORDER);
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.kind).toBe('budget');
      expect(error.message).toMatch(/budget of 3 requests is spent/);
      expect(await client.send(ROUTE)).toMatchObject({ kind: 'not_sent' });
      expect(platform.seen).toHaveLength(2);
      client.resetBudget();
      expect(await client.readWorkOrder(ORDER)).not.toBeNull();
      expect(client.requestCount()).toBe(4);
    });
  });

  it('keeps enough of the budget to read what a write did', async () => {
    await withClient(always(ok), { maxRequestsPerRun: 8, maxConfirmReads: 6 }, async ({ client, platform }) => {
      expect(await client.send(ROUTE)).toMatchObject({ kind: 'answered' });
      expect(await client.send(ROUTE)).toMatchObject({
        kind: 'not_sent',
        message: expect.stringMatching(/kept for confirm reads/),
      });
      for (let n = 0; n < 6; n += 1) await client.readWorkOrder(ORDER);
      expect(platform.seen).toHaveLength(7);
    });
  });
});

describe('writes', () => {
  const at = '/api/rest/v2/workorders/4047';
  const place = { workOrderId: ORDER, providerId: PROVIDER };
  const RULE = { rules: [{ name: 'rating', operator: '>=', value: 4.5 }] };
  const DISPATCH = {
    selectionRuleId: 0,
    shouldRoute: false,
    delaySeconds: 1800,
    w2SkipPublish: null,
    w2FailSwitch: null,
    networkIds: null,
    tieredAutoDispatchId: null,
    autoAssign: null,
    alsoPublish: null,
  };
  const calls: readonly [WriteCall, string, string, object, unknown][] = [
    [{ kind: 'publish', workOrderId: ORDER }, 'POST', `${at}/publish`, {}, null],
    [{ kind: 'route', ...place }, 'POST', `${at}/route`, {}, { technician: { id: 557 } }],
    [{ kind: 'unroute', ...place }, 'DELETE', `${at}/route`, {}, { technician: { id: 557 } }],
    [
      { kind: 'mass_route', workOrderId: ORDER, providerIds: [PROVIDER, providerId(558)] },
      'POST',
      `${at}/mass-route`,
      {},
      { ids: [557, 558] },
    ],
    [
      { kind: 'assign', ...place, clientPayTermsAccepted: false },
      'POST',
      `${at}/assignee`,
      {},
      { user: { id: 557 }, ignored_missing_qualifications: false, conflicts: [] },
    ],
    [
      { kind: 'assign', ...place, clientPayTermsAccepted: true },
      'POST',
      `${at}/assignee`,
      { clientPayTermsAccepted: 'true' },
      { user: { id: 557 }, ignored_missing_qualifications: false, conflicts: [] },
    ],
    [
      { kind: 'unassign', ...place, reasonId: 7, comment: 'Cancelled on us' },
      'DELETE',
      `${at}/assignee`,
      {},
      { user: { id: 557 }, reason_id: 7, comment: 'Cancelled on us' },
    ],
    [
      { kind: 'accept_counter', ...place, requestId: requestId(107), payCents: 17_500 },
      'POST',
      `${at}/requests/107/accept`,
      {},
      null,
    ],
    [{ kind: 'unpublish', workOrderId: ORDER }, 'DELETE', `${at}/publish`, {}, null],
    [
      { kind: 'route', ...place, selectionRule: RULE },
      'POST',
      `${at}/route`,
      {},
      { technician: { id: 557 }, selection_rule: RULE },
    ],
    [
      { kind: 'mass_route', workOrderId: ORDER, providerIds: [PROVIDER], selectionRule: RULE },
      'POST',
      `${at}/mass-route`,
      {},
      { ids: [557], selection_rule: RULE },
    ],
    [
      { kind: 'mass_route_pool', workOrderId: ORDER, talentPoolId: 9921 },
      'POST',
      `${at}/mass-route`,
      {},
      { talent_pool_id: 9921 },
    ],
    [
      { kind: 'mass_route_pool', workOrderId: ORDER, talentPoolId: 9921, selectionRule: RULE },
      'POST',
      `${at}/mass-route`,
      {},
      { talent_pool_id: 9921, selection_rule: RULE },
    ],
    [
      { kind: 'auto_dispatch', workOrderId: ORDER, dispatch: DISPATCH },
      'POST',
      '/api/rest/v2/workorders/auto_dispatch',
      {},
      { work_order_ids: [4047], selection_rule_id: 0, should_route: false, delay: '1800' },
    ],
    [
      {
        kind: 'auto_dispatch',
        workOrderId: ORDER,
        dispatch: {
          ...DISPATCH,
          selectionRuleId: 254,
          shouldRoute: true,
          w2SkipPublish: true,
          w2FailSwitch: false,
          networkIds: [5],
          tieredAutoDispatchId: 3,
          autoAssign: true,
          alsoPublish: false,
          selectionRule: RULE,
        },
      },
      'POST',
      '/api/rest/v2/workorders/auto_dispatch',
      {},
      {
        work_order_ids: [4047],
        selection_rule_id: 254,
        should_route: '1',
        delay: '1800',
        w2_skippub: true,
        w2_failswitch: false,
        network_ids: [5],
        tiered_auto_dispatch_id: 3,
        auto_assign: true,
        also_publish: false,
        selection_rule: RULE,
      },
    ],
    [{ kind: 'decline_request', ...place, requestId: requestId(107) }, 'DELETE', `${at}/requests/107`, {}, null],
    [{ kind: 'complete', workOrderId: ORDER }, 'POST', `${at}/complete`, {}, null],
    [
      { kind: 'incomplete', workOrderId: ORDER, reasonId: 4, reason: 'Photos are missing & notes too' },
      'DELETE',
      `${at}/complete`,
      { reason: 'Photos are missing & notes too', reason_id: '4' },
      null,
    ],
    [{ kind: 'approve', workOrderId: ORDER }, 'POST', `${at}/approve`, {}, null],
    [{ kind: 'unapprove', workOrderId: ORDER }, 'DELETE', `${at}/approve`, {}, null],
  ];

  it.each(calls)('%j is %s %s', async (call, method, path, query, body) => {
    await withClient(always({ json: { job_id: 725 } }), {}, async ({ client, platform }) => {
      const jobId = call.kind === 'mass_route' || call.kind === 'mass_route_pool' ? 725 : null;
      expect(await client.send(call)).toEqual({ kind: 'answered', status: 200, jobId });
      expect(platform.seen).toMatchObject([{ method, path }]);
      expect(platform.seen[0]?.body).toEqual(body);
      expect(platform.seen[0]?.query).toEqual({ ...query, access_token: tokenOf(1) });
    });
  });

  const noContent: Reply = (response) => {
    response.writeHead(204);
    response.end();
  };
  const page =
    (status: number): Reply =>
    (response) => {
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end('<h1>proxy</h1>');
    };
  const said = (status: number, message: string): Reply => ({ status, json: { status_code: status, message } });

  const outcomes: readonly [string, Reply, Partial<WriteAnswer> & { readonly kind: WriteAnswer['kind'] }][] = [
    ['200 with an odd body', { json: ['?'] }, { kind: 'answered', status: 200 }],
    ['200 that holds an error', { json: { status_code: 400, message: 'no' } }, { kind: 'answered', status: 200 }],
    ['201', { status: 201, json: {} }, { kind: 'answered', status: 201 }],
    ['204', noContent, { kind: 'answered', status: 204 }],
    ['200 HTML', html, { kind: 'unclear' }],
    ['200 truncated', truncated, { kind: 'unclear' }],
    ['200 cut off', cutOff, { kind: 'unclear', message: 'the connection was cut' }],
    ['200 gzip', { json: {}, headers: { 'content-encoding': 'gzip' } }, { kind: 'unclear' }],
    ['302', { status: 302, json: {}, headers: { location: '/x' } }, { kind: 'unclear' }],
    [
      '400 E1',
      said(400, 'Invalid Work Order ID'),
      { kind: 'refused', status: 400, message: 'Invalid Work Order ID', code: null },
    ],
    [
      '403 E4',
      { status: 403, json: { status: 403, message: 'Forbidden, Invalid Provider' } },
      { kind: 'refused', status: 403 },
    ],
    ['404 E4', said(404, 'Work order not found'), { kind: 'refused', status: 404 }],
    [
      '409 E5',
      { status: 409, json: { title: 'Conflict', detail: 'Already assigned.', code: 'RESOURCE_CONFLICT', errors: [] } },
      { kind: 'refused', status: 409, code: 'RESOURCE_CONFLICT', message: 'Already assigned.' },
    ],
    [
      '409 E5 that asks to read again',
      { status: 409, json: { detail: 'Changed.', code: 'RESOURCE_CONFLICT', agent: { action: 'REFRESH_STATE' } } },
      { kind: 'refused', status: 409, code: 'REFRESH_STATE', message: 'Changed.' },
    ],
    ['410 E2', { status: 410, json: { message: 'gone', trace: [], extra: [] } }, { kind: 'refused', status: 410 }],
    [
      '422 E6',
      { status: 422, json: { metadata: {}, errors: [{ code: 9, message: 'bad' }], result: {} } },
      { kind: 'refused', code: '9', message: 'bad' },
    ],
    ['401 about the work order', said(401, 'Unauthorized, Invalid Work Order ID'), { kind: 'refused', status: 401 }],
    ['401', said(401, 'Unauthorized'), { kind: 'refused', status: 401, code: 'TOKEN', message: 'Unauthorized' }],
    [
      '401 E5',
      { status: 401, json: { title: 'x', detail: 'Revoked', code: 'AUTHENTICATION_REQUIRED', errors: [] } },
      { kind: 'refused', status: 401, code: 'AUTHENTICATION_REQUIRED', message: 'Revoked' },
    ],
    ['401 HTML', page(401), { kind: 'refused', status: 401, code: 'TOKEN' }],
    ['400 (401) Unauthorized', said(400, '(401) Unauthorized'), { kind: 'refused', status: 400, code: 'TOKEN' }],
    [
      '400 E3 with a token',
      { status: 400, json: { code: 17, message: 'Expired token', trace: [] } },
      { kind: 'refused', status: 400, code: 'TOKEN' },
    ],
    ['429', said(429, 'slow down'), { kind: 'refused', status: 429, code: 'RATE_LIMITED', message: 'slow down' }],
    [
      '429 E5',
      { status: 429, json: { title: 'x', detail: 'Wait', code: 'RATE_LIMIT_EXCEEDED', errors: [] } },
      { kind: 'refused', status: 429, code: 'RATE_LIMIT_EXCEEDED', message: 'Wait' },
    ],
    ['429 HTML', page(429), { kind: 'refused', status: 429, code: 'RATE_LIMITED' }],
    ['408', said(408, 'late'), { kind: 'unclear' }],
    ['403 HTML', page(403), { kind: 'unclear' }],
    ['500 Invalid Provider', said(500, 'Internal Server Error, Invalid Provider'), { kind: 'unclear' }],
    ['502 HTML', page(502), { kind: 'unclear' }],
    ['503', said(503, 'busy'), { kind: 'unclear' }],
    ['a reset after the request', reset, { kind: 'unclear', message: 'the connection was cut' }],
  ];

  it.each(outcomes)('%s: tried once', async (_name, reply, expected) => {
    for (const call of [ROUTE, { ...ROUTE, kind: 'unroute' } as const]) {
      await withClient(always(reply), {}, async ({ client, platform, clock }) => {
        expect(await client.send(call)).toMatchObject(expected);
        expect(platform.seen).toHaveLength(1);
        expect(clock.slept).toEqual([]);
      });
    }
  });

  it('an answer that does not come in time is unclear', async () => {
    await withClient(
      always(() => undefined),
      { requestTimeoutMs: 200 },
      async ({ client, platform }) => {
        expect(await client.send(ROUTE)).toEqual({ kind: 'unclear', message: 'no complete answer within 200 ms' });
        expect(platform.seen).toHaveLength(1);
      },
    );
  });

  it('a connection that is refused after the login is not sent', async () => {
    const platform = await startPlatform(() => ({ json: workOrder(4047) }));
    const client = connectTo(platform.origin, { limits: {}, clock: new StandingClock(), lines: [] });
    await client.readWorkOrder(ORDER);
    await platform.close();
    expect(await client.send(ROUTE)).toEqual({ kind: 'not_sent', message: 'the connection was refused' });
    await client.close();
  });

  it('a TLS handshake that fails is not sent', async () => {
    const notTls = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((ready) => notTls.listen(0, '127.0.0.1', ready));
    const address = notTls.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = connectTo(`https://127.0.0.1:${port}`, {
      limits: { maxReadAttempts: 1 },
      clock: new StandingClock(),
      lines: [],
    });
    expect(await client.send(ROUTE)).toMatchObject({ kind: 'not_sent' });
    await client.close();
    notTls.close();
  });

  it('uses a connection of its own, so that a stale one cannot make it unclear', async () => {
    await withClient(always({ json: workOrder(4047) }), {}, async ({ client, platform }) => {
      await client.readWorkOrder(ORDER);
      await client.send(ROUTE);
      expect(platform.seen.map((seen) => seen.headers.connection)).toEqual(['keep-alive', 'close']);
    });
  });
});

describe('secrets', () => {
  const planted = [SECRETS.clientSecret, SECRETS.password, tokenOf(1), 'refresh-1-of-the-platform'];
  const forms = planted.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const echo = `you sent ${forms.join(' ')}`;

  function expectClean(text: string): void {
    for (const form of forms) expect(text).not.toContain(form);
  }

  it.each([
    ['an error message', { status: 500, json: { message: echo } }],
    ['an error code', { status: 409, json: { title: 'x', code: echo, errors: [{ detail: echo, pointer: echo }] } }],
    ['the echo of the list', { json: listOf(echo, []) }],
    ['a content type', { json: {}, headers: { 'content-type': `text/x; t=${tokenOf(1)}` } }],
    ['an absence', { status: 404, json: { message: echo } }],
  ])('do not leave in %s', async (_name, reply) => {
    await withClient(always(reply), {}, async ({ client, lines }) => {
      expectClean(everythingIn(await failureOf(client.pullList('published_routed'))));
      expectClean(JSON.stringify(await client.send(ROUTE)));
      expectClean(JSON.stringify(await client.pullPending(ORDER).catch(() => null)));
      expectClean(JSON.stringify(lines));
    });
  });

  it('do not leave in half when a long message is cut', async () => {
    for (let length = 400; length < 520; length += 7) {
      const reply = { status: 500, json: { message: `${'x'.repeat(length)}${SECRETS.clientSecret}` } };
      await withClient(always(reply), { maxReadAttempts: 1 }, async ({ client }) => {
        expect(everythingIn(await failureOf(client.readWorkOrder(ORDER)))).not.toContain(
          SECRETS.clientSecret.slice(0, 4),
        );
      });
    }
  });

  it('do not leave in a refused login', async () => {
    const platform = startPlatform(
      () => ({ json: {} }),
      (seen) => ({ status: 401, json: { message: `no: ${JSON.stringify(seen.body)}` } }),
    );
    await withClient(platform, {}, async ({ client }) => {
      expectClean(everythingIn(await failureOf(client.readWorkOrder(ORDER))));
    });
  });

  it('do not leave in rows, quarantine or causes', async () => {
    const rows = [workOrder(1, { title: `see ${tokenOf(1)}` }), workOrder(2, { status: { id: 99, name: tokenOf(1) } })];
    await withClient(always({ json: published(rows) }), {}, async ({ client }) => {
      expectClean(JSON.stringify(await client.pullList('published_routed')));
    });
    await withClient(always(reset), {}, async ({ client }) => {
      const error = await failureOf(client.readWorkOrder(ORDER));
      expect(error.cause).toBeInstanceOf(Error);
      expectClean(everythingIn(error));
    });
  });

  it('are not in the log, which has one line per request', async () => {
    await withClient(inTurn(html, { json: published([]) }), {}, async ({ client, lines }) => {
      await client.pullList('published_routed');
      await client.send({ kind: 'assign', workOrderId: ORDER, providerId: PROVIDER, clientPayTermsAccepted: true });
      expectClean(JSON.stringify(lines));
      expect(lines.map(({ durationMs: _ms, ...line }) => line)).toEqual([
        { method: 'POST', path: TOKEN_PATH, purpose: 'login', status: 200, problem: null },
        {
          method: 'GET',
          path: expect.stringMatching(/^\/api\/rest\/v2\/workorders\?list=/),
          purpose: 'read',
          status: 200,
          problem: 'it is text/html, not JSON',
        },
        {
          method: 'GET',
          path: expect.stringMatching(/^\/api\/rest\/v2\/workorders\?list=/),
          purpose: 'read',
          status: 200,
          problem: null,
        },
        {
          method: 'POST',
          path: '/api/rest/v2/workorders/4047/assignee?clientPayTermsAccepted=true',
          purpose: 'write',
          status: 200,
          problem: null,
        },
      ]);
    });
  });
});

describe('connectFieldNation', () => {
  it.each([
    ['another host', 'https://evil.example/api/rest/v2', 'https://evil.example/authentication/api/oauth/token'],
    [
      'a token endpoint elsewhere',
      'https://api.fieldnation.com/api/rest/v2',
      'https://evil.example/authentication/api/oauth/token',
    ],
    [
      'plain http outside this machine',
      'http://api.fieldnation.com/api/rest/v2',
      'http://api.fieldnation.com/authentication/api/oauth/token',
    ],
  ])('refuses %s before anything is sent', (_name, apiBaseUrl, tokenUrl) => {
    const settings = {
      clientId: 'a',
      username: 'b',
      ...SECRETS,
      limits: DEFAULT_LIMITS,
      clock: new StandingClock(),
      random: () => 0,
    };
    expect(() => connectFieldNation({ ...settings, apiBaseUrl, tokenUrl })).toThrow(TypeError);
  });
});

async function freePort(): Promise<number> {
  const platform = await startPlatform(() => ({ json: {} }));
  await platform.close();
  return Number(new URL(platform.origin).port);
}
