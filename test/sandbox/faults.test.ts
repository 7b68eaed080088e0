import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createSandboxApp } from '../../src/sandbox/server.ts';
import { LOGIN, START_MS } from './sandbox-client.ts';

const ORDER = 4047;
const API = '/api/rest/v2';

// biome-ignore lint/suspicious/noExplicitAny: bodies of another party's API, looked into by hand in tests
async function bodyOf(answer: Response): Promise<any> {
  return answer.json();
}

/** A market in this process whose order 4047 is open, with one who asks and one who is invited. */
async function openMarket(faults: readonly object[] = []) {
  const market = createSandboxApp({ seed: 7, workOrders: 6, providers: 12, speed: 0, startAtMs: START_MS });
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const login = await market.app.request('/authentication/api/oauth/token', { ...post, body: JSON.stringify(LOGIN) });
  const { access_token: token } = await bodyOf(login);
  const call = async (method: string, path: string, body: object = {}) => {
    const at = `${API}${path}${path.includes('?') ? '&' : '?'}access_token=${token}`;
    return market.app.request(at, method === 'GET' ? {} : { ...post, method, body: JSON.stringify(body) });
  };
  const order = market.world.workOrders.get(ORDER);
  if (order === undefined) throw new Error('no sample');
  const others = [...market.world.providers.values()].filter(
    (one) => one.isRoutable && !one.isBlocked && one.id !== 557,
  );
  const [asking, invited] = others.map(({ id }) => id);
  if (asking === undefined || invited === undefined) throw new Error('too few providers');
  await call('POST', `/workorders/${ORDER}/requests?acting_user_id=${asking}`);
  await call('POST', `/workorders/${ORDER}/route`, { technician: { id: invited } });
  for (const fault of faults) market.faults.add({ ...fault });
  return { ...market, call, order, asking, invited };
}

const AT_ASSIGN = { method: 'POST', path: '/assignee$' };
const AT_LIST = { method: 'GET', path: '/workorders$' };
const LIST = '/workorders?list=workorders_published_routed&columns=title,status&per_page=3';

describe('before the request', () => {
  it.each([
    ['provider_accepts', null],
    ['person_assigns', null],
    ['person_cancels', null],
    ['provider_withdraws', 'withdrawn'],
    ['provider_expires', 'expired'],
    ['provider_counters', 'active'],
  ])('%s happens between reading and writing', async (fault, requestState) => {
    const market = await openMarket();
    const isByRequest = requestState !== null;
    market.faults.add({ match: AT_ASSIGN, fault, ...(isByRequest ? { provider_id: market.asking } : {}) });
    const answer = await market.call('POST', `/workorders/${ORDER}/assignee`, { user: { id: market.asking } });
    const request = market.order.requests.get(market.asking);
    if (!isByRequest) expect(answer.status).toBe(409);
    else expect(request?.state === requestState || request?.state === 'taken').toBe(true);
    if (fault === 'provider_accepts') expect(market.order.assignment?.providerId).toBe(market.invited);
    if (fault === 'person_assigns') expect(market.order.assignment?.by).toBe('colleague');
    if (fault === 'person_cancels') expect(market.order.phase).toBe('cancelled');
    if (fault === 'provider_counters') expect(request?.counter).not.toBeNull();
  });
});

describe('instead of the request', () => {
  it.each([400, 401, 403, 404, 409, 410, 429, 500])('refuse answers %i and does nothing', async (status) => {
    const market = await openMarket([{ match: AT_ASSIGN, fault: 'refuse', status }]);
    const answer = await market.call('POST', `/workorders/${ORDER}/assignee`, { user: { id: market.asking } });
    expect([answer.status, market.order.assignment]).toEqual([status, null]);
  });

  it.each(['REFRESH_STATE', 'FIX_INPUT'])('a conflict can ask for %s', async (action) => {
    const market = await openMarket([{ match: AT_ASSIGN, fault: 'refuse', status: 409, action }]);
    const answer = await market.call('POST', `/workorders/${ORDER}/assignee`, { user: { id: market.asking } });
    expect(await bodyOf(answer)).toMatchObject({ code: 'RESOURCE_CONFLICT', agent: { action } });
  });

  it('429 can leave out when to come back', async () => {
    const market = await openMarket([{ match: AT_LIST, fault: '429', retry_after_seconds: null }]);
    const answer = await market.call('GET', LIST);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, null]);
  });

  it('redirect sends elsewhere', async () => {
    const market = await openMarket([{ match: AT_LIST, fault: 'redirect' }]);
    const answer = await market.call('GET', LIST);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/latest/meta-data/']);
  });

  it('ignored answers 200 with the work order as it is', async () => {
    const market = await openMarket([{ match: AT_ASSIGN, fault: 'ignored' }]);
    const answer = await market.call('POST', `/workorders/${ORDER}/assignee`, { user: { id: market.asking } });
    expect([answer.status, (await bodyOf(answer)).id, market.order.assignment]).toEqual([200, ORDER, null]);
  });
});

describe('around the request', () => {
  it('content_type, truncated_json and gzip_bomb spoil what comes back', async () => {
    const plain = await (await openMarket([{ match: AT_LIST, fault: 'content_type' }])).call('GET', LIST);
    expect(plain.headers.get('content-type')).toBe('text/plain');
    const half = await (await openMarket([{ match: AT_LIST, fault: 'truncated_json' }])).call('GET', LIST);
    const text = await half.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    const bomb = await (await openMarket([{ match: AT_LIST, fault: 'gzip_bomb', bytes: 1_000_000 }])).call('GET', LIST);
    const packed = Buffer.from(await bomb.arrayBuffer());
    expect([bomb.headers.get('content-encoding'), packed.length < 5_000]).toEqual(['gzip', true]);
    expect(gunzipSync(packed)).toHaveLength(1_000_000);
  });

  it('huge is as large as asked, and endless never ends', async () => {
    const huge = await (await openMarket([{ match: AT_LIST, fault: 'huge', bytes: 300_000 }])).call('GET', LIST);
    expect((await huge.arrayBuffer()).byteLength).toBeGreaterThanOrEqual(300_000);
    const endless = await (await openMarket([{ match: AT_LIST, fault: 'endless' }])).call('GET', LIST);
    let bytes = 0;
    for await (const chunk of endless.body ?? []) {
      bytes += chunk.length;
      if (bytes > 10_000_000) break;
    }
    expect(bytes).toBeGreaterThan(10_000_000);
  });

  it('duplicate_rows, missing_rows and reordered_rows change the page and not what it says of itself', async () => {
    const page = async (fault: string | null) => {
      const market = await openMarket(fault === null ? [] : [{ match: AT_LIST, fault }]);
      const { results, metadata } = await bodyOf(await market.call('GET', LIST));
      return { ids: results.map(({ id }: { id: number }) => id), total: metadata.total };
    };
    const whole = await page(null);
    const [first] = whole.ids;
    expect(await page('duplicate_rows')).toEqual({ ...whole, ids: [first, ...whole.ids] });
    expect(await page('missing_rows')).toEqual({ ...whole, ids: whole.ids.slice(1) });
    expect(await page('reordered_rows')).toEqual({ ...whole, ids: whole.ids.toReversed() });
  });

  it('endless_pages always has another page, with rows never seen before', async () => {
    const market = await openMarket([{ match: AT_LIST, fault: 'endless_pages', times: null }]);
    const pages = await Promise.all(
      [1, 2, 900].map(async (n) => bodyOf(await market.call('GET', `${LIST}&page=${n}`))),
    );
    expect(pages.every(({ metadata }) => metadata.pages > metadata.page)).toBe(true);
    const ids = pages.flatMap(({ results }) => results.map(({ id }: { id: number }) => id));
    expect(new Set(ids).size).toBe(9);
  });

  it.each([
    ['field_gone', {}, undefined],
    ['field_retyped', {}, 7],
    ['field_value', {}, 'never_seen_before'],
    ['field_value', { value: 'Postponed' }, 'Postponed'],
  ])('%s reaches into every row', async (fault, more, expected) => {
    const market = await openMarket([{ match: AT_LIST, fault, field: 'status.name', ...more }]);
    const { results } = await bodyOf(await market.call('GET', LIST));
    expect(results.map(({ status }: { status: { name?: unknown } }) => status.name)).toEqual([
      expected,
      expected,
      expected,
    ]);
  });
});

describe('apart from the request', () => {
  it.each([
    [null, 'lost'],
    [202, 202],
  ])('late is applied when its time has come, answered %s', async (status, expected) => {
    const market = await openMarket([{ match: AT_ASSIGN, fault: 'late', ms: 90_000, status }]);
    const answered = await market
      .call('POST', `/workorders/${ORDER}/assignee`, { user: { id: market.asking } })
      .then(
        (answer) => answer.status,
        () => 'lost',
      )
      .then((told) => (told === 500 ? 'lost' : told));
    expect([answered, market.order.assignment]).toEqual([expected, null]);
    market.clock.advance(89_999);
    await market.call('GET', LIST);
    expect(market.order.assignment).toBeNull();
    market.clock.advance(1);
    await market.call('GET', LIST);
    expect(market.order.assignment?.providerId).toBe(market.asking);
    expect(market.world.log.filter(({ kind }) => kind === 'write').length).toBe(3);
  });

  it('mass_route_half invites the first half', async () => {
    const market = await openMarket([{ match: { method: 'POST', path: '/mass-route$' }, fault: 'mass_route_half' }]);
    const ids = [...market.world.providers.values()]
      .filter((one) => one.isRoutable && one.id !== market.invited)
      .map(({ id }) => id);
    const answer = await market.call('POST', `/workorders/${ORDER}/mass-route`, { ids: ids.slice(0, 4) });
    expect((await bodyOf(answer)).job_id).toBeGreaterThan(0);
    market.clock.advance(5_000);
    await market.call('GET', LIST);
    expect([...market.order.routes.keys()]).toEqual([market.invited, ...ids.slice(0, 2)]);
  });
});

describe('when', () => {
  it('a fault with a chance meets the same requests with the same seed, and about as many as it says', async () => {
    const met = async () => {
      const market = await openMarket([{ match: AT_LIST, fault: '500', times: null, probability: 0.3 }]);
      const statuses: number[] = [];
      for (let n = 0; n < 100; n += 1) statuses.push((await market.call('GET', LIST)).status);
      return statuses;
    };
    const statuses = await met();
    expect(await met()).toEqual(statuses);
    const broken = statuses.filter((status) => status === 500).length;
    expect(broken).toBeGreaterThan(15);
    expect(broken).toBeLessThan(45);
  });

  it.each([{ fault: 'none' }, { fault: '500', probability: 2 }, { fault: '500', match: { path: '(' } }])(
    'refuses %j',
    async (fault) => {
      const market = await openMarket();
      expect(() => market.faults.add(fault)).toThrow(RangeError);
    },
  );
});
