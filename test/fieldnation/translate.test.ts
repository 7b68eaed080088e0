import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { dryRunTarget } from '../../src/fieldnation/dry-run.ts';
import { isAbsence, isTokenRefusal, readErrorBody } from '../../src/fieldnation/error-body.ts';
import type { HttpAnswer } from '../../src/fieldnation/exchange.ts';
import { type Hosts, resolveHosts } from '../../src/fieldnation/hosts.ts';
import { keepOnly } from '../../src/fieldnation/keep-only.ts';
import { mergeByProvider } from '../../src/fieldnation/merge-by-provider.ts';
import { parseJsonText } from '../../src/fieldnation/parse-json.ts';
import { Redactor } from '../../src/fieldnation/redactor.ts';
import { backoffMs, parseRetryAfter } from '../../src/fieldnation/retry.ts';
import { toPendingRow } from '../../src/fieldnation/to-pending-row.ts';
import { toProfile } from '../../src/fieldnation/to-profile.ts';
import { toWorkOrder } from '../../src/fieldnation/to-work-order.ts';
import type { Understood } from '../../src/fieldnation/understood.ts';
import { parseUtc } from '../../src/fieldnation/wire/date.ts';
import { KEPT_PENDING_ROW } from '../../src/fieldnation/wire/kept.ts';
import { wirePendingRow } from '../../src/fieldnation/wire/pending-row.ts';
import { plainKeptRow } from '../../src/fieldnation/wire/plain-kept-row.ts';
import { plainPendingRow } from '../../src/fieldnation/wire/plain-pending-row.ts';
import { toStatus } from '../../src/fieldnation/wire/status.ts';
import { mayHold, plainParts, withoutSecrets } from '../../src/fieldnation/without-secrets.ts';

type Json = { [key: string]: unknown };

function golden(name: 'pending-request' | 'pending-routed'): Json {
  const path = new URL(`../golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).results[0];
}

function rowOf<Row>(understood: Understood<Row>): Row {
  if (understood.kind === 'broken') throw new Error(`broken: ${understood.reason}`);
  return understood.row;
}

function reasonOf(understood: Understood<unknown>): string {
  if (understood.kind === 'row') throw new Error('understood');
  return understood.reason;
}

/** A work order as the platform sends it; `changes` replace top-level keys, undefined removes one. */
function wireWorkOrder(changes: Json = {}): Json {
  const whole: Json = {
    id: 4047,
    title: 'Replace ATM card reader',
    status: { id: 2, name: 'Published', is_routed: false, sub_status: '' },
    actions: ['publish', 'route', 'unpublish'],
    types_of_work: [{ id: 7, name: 'ATM', isPrimary: true }],
    company: { id: 2501, name: 'Acme' },
    client: { id: 31, name: 'Bank' },
    project: { id: 0, name: '' },
    location: { mode: 'custom', coordinates: { latitude: 44.9778, longitude: -93.265, exact: true } },
    schedule: {
      service_window: {
        mode: 'between',
        start: { utc: '2026-11-23 15:00:00', local: { date: '2026-11-23', time: '09:00:00' } },
        end: { utc: '2026-11-23 19:30:00', local: { date: '2026-11-23', time: '13:30:00' } },
      },
      time_zone: { id: 4, name: 'America/Chicago', offset: -6, short: 'CST' },
      est_labor_hours: 2.5,
    },
    pay: { type: 'fixed', base: { amount: 150, units: 1 }, additional: { amount: 0, units: 0 } },
    bundle: { id: 0, results: [] },
    assignee: { user: { id: 0, first_name: '' } },
    milestones: {
      created: { utc: '2026-11-20 10:00:00' },
      published: { utc: '2026-11-21 10:00:00' },
      routed: { utc: '', local: { date: '', time: '' } },
    },
    ...changes,
  };
  return JSON.parse(JSON.stringify(whole));
}

function answer(status: number, value: unknown): HttpAnswer {
  return {
    kind: 'answer',
    status,
    body: { kind: 'json', value, text: null },
    retryAfter: null,
    dateMs: null,
    quota: null,
  };
}

describe('resolveHosts', () => {
  it.each([
    ['sandbox', 'sandbox', 'https://api-sandbox.fndev.net'],
    ['production', 'production', 'https://api.fieldnation.com'],
    ['api-sandbox.fndev.net', 'sandbox', 'https://api-sandbox.fndev.net'],
    ['API.FieldNation.com', 'production', 'https://api.fieldnation.com'],
    ['https://api.fieldnation.com/', 'production', 'https://api.fieldnation.com'],
    ['https://api.fieldnation.com:443', 'production', 'https://api.fieldnation.com'],
    [' https://api.fieldnation.com/api/rest/v2/ ', 'production', 'https://api.fieldnation.com'],
    ['127.0.0.1:8080', 'loopback', 'http://127.0.0.1:8080'],
    ['http://127.9.8.7:8080/api/rest/v2', 'loopback', 'http://127.9.8.7:8080'],
    ['localhost:3000', 'loopback', 'http://localhost:3000'],
    ['http://[::1]:3000', 'loopback', 'http://[::1]:3000'],
    ['https://localhost', 'loopback', 'https://localhost'],
  ])('takes %s as %s', (text, environment, origin) => {
    expect(resolveHosts(text)).toEqual({
      environment,
      apiBaseUrl: `${origin}/api/rest/v2`,
      tokenUrl: `${origin}/authentication/api/oauth/token`,
    });
  });

  it.each([
    ['', 'FM-C120'],
    ['https://user:pass@api.fieldnation.com', 'FM-C121'],
    ['https://api.fieldnation.com@evil.example', 'FM-C121'],
    ['http://127.0.0.1\\.evil.example', 'FM-C122'],
    ['https://api.fieldnation.com?x=1', 'FM-C122'],
    ['https://api.fieldnation.com#a', 'FM-C122'],
    ['api.fieldnation.com evil', 'FM-C122'],
    ['http://127.0.0.999', 'FM-C122'],
    ['http://127.0.0.1:99999', 'FM-C122'],
    ['http://127.000.000.001', 'FM-C122'],
    ['https://fieldnation.com', 'FM-C123'],
    ['https://api.fieldnation.com.', 'FM-C123'],
    ['https://api.fieldnation.com.evil.example', 'FM-C123'],
    ['https://xapi.fieldnation.com', 'FM-C123'],
    ['http://2130706433', 'FM-C123'],
    ['http://0x7f000001', 'FM-C123'],
    ['http://0177.0.0.1', 'FM-C123'],
    ['http://127.1', 'FM-C123'],
    ['http://169.254.169.254', 'FM-C123'],
    ['http://[::ffff:127.0.0.1]', 'FM-C123'],
    ['http://foo.localhost', 'FM-C123'],
    ['http://api.fieldnation.com', 'FM-C124'],
    ['ftp://localhost', 'FM-C124'],
    ['https://api.fieldnation.com:8443', 'FM-C125'],
    ['https://api.fieldnation.com/v2', 'FM-C126'],
    ['https://api.fieldnation.com/api/rest/v2/../v3', 'FM-C126'],
    ['http://0.0.0.0', 'FM-C123'],
    ['http://[::]', 'FM-C123'],
    ['http://[::ffff:7f00:1]', 'FM-C123'],
    ['http://[::ffff:169.254.169.254]', 'FM-C123'],
    ['http://[0:0:0:0:0:0:0:1]', 'FM-C123'],
    ['http://[::127.0.0.1]', 'FM-C123'],
    ['http://[fe80::1]', 'FM-C123'],
    ['http://[fd00::1]', 'FM-C123'],
    ['http://[64:ff9b::7f00:1]', 'FM-C123'],
    ['http://10.0.0.1', 'FM-C123'],
    ['http://192.168.1.1', 'FM-C123'],
    ['http://172.16.0.1', 'FM-C123'],
    ['http://100.64.0.1', 'FM-C123'],
    ['http://017700000001', 'FM-C123'],
    ['http://0x7f.0x0.0x0.0x1', 'FM-C123'],
    ['http://127.0.1', 'FM-C123'],
    ['http://2852039166', 'FM-C123'],
    ['http://localhost.evil.example', 'FM-C123'],
    ['http://localhost.', 'FM-C123'],
    ['http://localhost.localdomain', 'FM-C123'],
    ['http://127.0.0.1.nip.io', 'FM-C123'],
    ['http://ip6-localhost', 'FM-C123'],
    ['https://metadata.google.internal', 'FM-C123'],
    ['https://api-fieldnation.com', 'FM-C123'],
    ['https://apifieldnation.com', 'FM-C123'],
    ['https://api.fieldnation.co', 'FM-C123'],
    ['https://аpi.fieldnation.com', 'FM-C122'],
    ['https://api。fieldnation。com', 'FM-C122'],
    ['https://api.fieldnation.com%2eevil.example', 'FM-C122'],
    ['https://api.fieldnation.com%00.evil.example', 'FM-C122'],
    ['https://api.fieldnation.com\t.evil.example', 'FM-C122'],
    ['https:///api.fieldnation.com', 'FM-C122'],
    ['https:api.fieldnation.com', 'FM-C122'],
    ['//api.fieldnation.com', 'FM-C122'],
    ['https://api.fieldnation.com:443:80', 'FM-C122'],
    ['https://api.fieldnation.com:', 'FM-C122'],
    ['http://[::1', 'FM-C122'],
    ['http://[::1%25lo]', 'FM-C122'],
    ['javascript:alert(1)', 'FM-C122'],
    ['file:///etc/passwd', 'FM-C122'],
    ['http://127.0.0.1@evil.example', 'FM-C121'],
    ['https://evil.example/@api.fieldnation.com', 'FM-C121'],
    ['https://api.fieldnation.com:80@evil.example', 'FM-C121'],
    ['gopher://127.0.0.1', 'FM-C124'],
    ['wss://api.fieldnation.com', 'FM-C124'],
    ['https://api.fieldnation.com:80', 'FM-C125'],
    ['https://api-sandbox.fndev.net:0443', 'FM-C125'],
    ['https://api.fieldnation.com//', 'FM-C126'],
    ['https://api.fieldnation.com/redirect', 'FM-C126'],
    ['http://127.0.0.1:8080/api/rest/v2/workorders', 'FM-C126'],
  ])('refuses %s with %s and a way out', (text, code) => {
    const problem = resolveHosts(text);
    expect(problem).toMatchObject({ where: 'FIELDMARSHAL_BASE_URL', code });
    expect('fix' in problem && problem.fix).toMatch(/https:\/\/|End it/);
  });

  it('never lets another host through, whatever is put around an allowed one', () => {
    for (const frame of [
      'https://X',
      'https://X/',
      'http://X',
      'X',
      'https://evil.example/X',
      'https://X.evil.example',
    ]) {
      const hosts = resolveHosts(frame.replace('X', 'api.fieldnation.com')) as Partial<Hosts>;
      if (hosts.apiBaseUrl !== undefined) expect(new URL(hosts.apiBaseUrl).host).toBe('api.fieldnation.com');
    }
  });
});

describe('retry arithmetic', () => {
  const now = Date.UTC(2026, 10, 22, 12);

  it.each([
    ['60', 60_000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Sun, 22 Nov 2026 12:01:30 GMT', 90_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    [null, null],
  ])('reads Retry-After %s as %s ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  it('doubles the ceiling of the jitter up to its maximum', () => {
    const limits = { retryBaseDelayMs: 500, retryMaxDelayMs: 3000 };
    expect([1, 2, 3, 4, 9].map((attempt) => backoffMs(attempt, limits, () => 1))).toEqual([
      500, 1000, 2000, 3000, 3000,
    ]);
    expect(backoffMs(4, limits, () => 0)).toBe(0);
  });
});

describe('error bodies', () => {
  const E5 = {
    type: 'https://developer.fieldnation.com/error-codes/rate-limit-exceeded',
    title: 'Rate Limit Exceeded',
    status: 429,
    detail: 'Rate limit exceeded. Retry after 60 seconds.',
    code: 'RATE_LIMIT_EXCEEDED',
    retryable: true,
    agent: { action: 'RETRY', backoffMs: 60_000, maxAttempts: 3 },
    errors: [],
  };

  it.each([
    ['E1', 400, { status_code: 400, message: '(401) Unauthorized' }, { code: null, message: '(401) Unauthorized' }],
    [
      'E2',
      410,
      { message: 'Location by id #1 no longer exists', trace: [], extra: [] },
      { message: 'Location by id #1 no longer exists' },
    ],
    [
      'E3',
      400,
      { code: 17, message: '', trace: [{ args: [{ message: 'Missing Parameter' }] }] },
      { code: '17', message: 'Missing Parameter' },
    ],
    ['E4', 404, { status_code: 404, message: 'Work order not found' }, { message: 'Work order not found' }],
    ['E4 default', 500, { message: 'Oops', errorReference: 'x', extra: [], note: '' }, { message: 'Oops' }],
    ['E5', 429, E5, { code: 'RATE_LIMIT_EXCEEDED', message: E5.detail, action: 'RETRY', backoffMs: 60_000 }],
    [
      'E5 with items',
      400,
      {
        title: 'Invalid',
        code: 'VALIDATION_ERROR',
        errors: [{ detail: 'must be set', pointer: '/title' }],
        agent: { action: 'FIX_INPUT' },
      },
      { code: 'VALIDATION_ERROR', message: 'Invalid; /title: must be set', action: 'FIX_INPUT' },
    ],
    [
      'E6',
      400,
      { metadata: { path: '/x' }, errors: [{ code: 400, message: 'Bad event' }], result: {} },
      { code: '400', message: 'Bad event' },
    ],
    [
      'OAuth',
      401,
      { error: 'invalid_grant', error_description: 'Bad login' },
      { code: 'invalid_grant', message: 'Bad login' },
    ],
  ])('understands %s', (_name, status, body, expected) => {
    expect(readErrorBody(answer(status, body))).toMatchObject({ status, isKnownShape: true, ...expected });
  });

  it.each([[[]], ['text'], [null], [{}], [{ message: 5 }]])('knows that %j explains nothing', (body) => {
    expect(readErrorBody(answer(502, body))).toMatchObject({ isKnownShape: false, message: 'HTTP 502' });
  });

  it('shows a message as one printable line', () => {
    const { message } = readErrorBody(answer(400, { message: '\u001b[31mred\u001b[0m\nnext\u0007' }));
    expect(message).toBe('[31mred [0m next');
  });

  it.each([
    [400, 'Expired token', true],
    [401, 'Expired token', true],
    [400, '(401) Unauthorized', true],
    [400, 'You must provide a valid OAuth token to make a request', true],
    [401, 'Unauthorized', true],
    [401, 'Unauthorized, Invalid Work Order ID', false],
    [400, 'Missing Parameter', false],
    [403, 'Forbidden, Invalid Provider', false],
    [500, 'Expired token', false],
  ])('takes %i "%s" for a refused token: %s', (status, message, expected) => {
    expect(isTokenRefusal(readErrorBody(answer(status, { message })))).toBe(expected);
  });

  it.each([
    [404, 'anything', true],
    [410, 'anything', true],
    [400, 'Invalid Work Order ID', true],
    [400, '(401) Unauthorized', true],
    [403, 'Forbidden, Invalid Provider', true],
    [400, 'It is not visible to you.', true],
    [403, 'You may not', false],
    [401, 'Expired token', false],
    [400, 'Missing Parameter', false],
    [500, 'Internal Server Error, Invalid Provider', false],
  ])('takes %i "%s" for something that is not there: %s', (status, message, expected) => {
    expect(isAbsence(readErrorBody(answer(status, { message })))).toBe(expected);
  });

  it('does not take an error page of a proxy for an absence', () => {
    const page: HttpAnswer = {
      ...answer(404, null),
      body: { kind: 'unreadable', because: 'it is text/html, not JSON', mayPass: true },
    };
    expect(isAbsence(readErrorBody(page))).toBe(false);
  });
});

describe('dates', () => {
  it.each([
    ['2018-12-26 22:47:13', Date.UTC(2018, 11, 26, 22, 47, 13)],
    ['2018-12-13', Date.UTC(2018, 11, 13)],
    ['2026-02-09T12:00:00Z', Date.UTC(2026, 1, 9, 12)],
    ['2026-02-30 00:00:00', null],
    ['2026-13-01', null],
    ['2026-01-01 24:00:00', null],
    ['26.12.2018', null],
  ])('reads %s', (text, ms) => {
    expect(parseUtc(text)).toBe(ms);
  });
});

describe('toWorkOrder', () => {
  it('translates every field', () => {
    const raw = wireWorkOrder();
    expect(rowOf(toWorkOrder(raw))).toEqual({
      id: 4047,
      title: 'Replace ATM card reader',
      status: 'published',
      isRouted: false,
      actions: ['publish', 'route', 'unpublish'],
      typesOfWork: [{ id: 7, name: 'ATM', isPrimary: true }],
      isRemote: false,
      companyId: 2501,
      clientId: 31,
      projectId: null,
      coordinates: { latitudeE6: 44_977_800, longitudeE6: -93_265_000 },
      schedule: {
        startMs: Date.UTC(2026, 10, 23, 15),
        endMs: Date.UTC(2026, 10, 23, 19, 30),
        localDate: '2026-11-23',
        timeZone: 'America/Chicago',
        estimatedMinutes: 150,
      },
      pay: { kind: 'fixed', maxCents: 15_000 },
      bundleId: null,
      assigneeId: null,
      createdMs: Date.UTC(2026, 10, 20, 10),
      publishedMs: Date.UTC(2026, 10, 21, 10),
      routedMs: null,
      declines: null,
      publishStats: null,
      work: null,
      raw: {
        ...raw,
        company: { id: 2501 },
        client: { id: 31 },
        project: { id: 0 },
        assignee: { user: { id: 0 } },
        schedule: { ...(raw['schedule'] as Json), time_zone: { id: 4, name: 'America/Chicago' } },
      },
    });
  });

  it.each([
    ['Draft', 1, 'draft'],
    ['Created', 1, 'draft'],
    ['Work Done', 10, 'work_done'],
    ['WorkDone', 4, 'work_done'],
    ['Canceled', 7, 'cancelled'],
    ['In Progress', 3, 'assigned'],
    ['', 9, 'routed'],
    ['Postponed', 12, null],
    ['Deleted', null, null],
  ])('reads the status "%s" with id %s as %s', (name, id, status) => {
    expect(toStatus(name, id)).toBe(status);
  });

  it('puts a work order with an unknown status aside, with path and reason', () => {
    const broken = toWorkOrder(wireWorkOrder({ status: { id: 12, name: 'Postponed' } }));
    expect(broken).toEqual({ kind: 'broken', id: 4047, reason: 'status: unknown status "Postponed" (12)' });
  });

  it.each([
    ['fixed', { base: { amount: '300', units: 1 } }, 30_000],
    ['hourly', { base: { amount: 37.5, units: 8 } }, 30_000],
    ['device', { base: { amount: 20, units: '3' } }, 6_000],
    ['blended', { base: { amount: 200, units: 2 }, additional: { amount: 30, units: 3 } }, 29_000],
    ['', { base: { amount: 0, units: 0 } }, 0],
  ])('counts %s pay at its maximum', (type, parts, maxCents) => {
    const { pay } = rowOf(toWorkOrder(wireWorkOrder({ pay: { type, ...parts } })));
    expect(pay).toEqual({ kind: type === '' ? 'none' : type, maxCents });
  });

  it.each([
    ['an unknown type', { type: 'barter', base: { amount: 1, units: 1 } }, /^pay\.type/],
    ['hours missing', { type: 'hourly', base: { amount: 50, units: 0 } }, /^pay: hourly pay without a number of units/],
    ['no amount', { type: 'fixed', base: [] }, /^pay: fixed pay without an amount/],
    ['blended without the rest', { type: 'blended', base: { amount: 200, units: 2 } }, /^pay: blended pay without/],
    ['a negative amount', { type: 'fixed', base: { amount: -5, units: 1 } }, /^pay: fixed pay without an amount/],
  ])('never guesses money: %s', (_name, pay, reason) => {
    expect(reasonOf(toWorkOrder(wireWorkOrder({ pay })))).toMatch(reason);
  });

  it('lives with everything that may be missing', () => {
    const bare = rowOf(toWorkOrder({ id: '4047', status: { name: 'Routed' } }));
    expect(bare).toMatchObject({
      id: 4047,
      title: '',
      status: 'routed',
      isRouted: true,
      actions: [],
      typesOfWork: [],
      coordinates: null,
      pay: { kind: 'none', maxCents: 0 },
      bundleId: null,
      assigneeId: null,
      schedule: { startMs: null, endMs: null, localDate: null, timeZone: null, estimatedMinutes: null },
    });
  });

  it.each([
    [
      'empty objects as arrays',
      { location: [], schedule: [], bundle: [], assignee: [], milestones: [], client: [] },
      {},
    ],
    ['a bundle', { bundle: { id: 88 } }, { bundleId: 88 }],
    ['an assignee', { assignee: { user: { id: '557' } } }, { assigneeId: 557 }],
    ['an assignee named only in the role', { assignee: null, role: { assigned_user_id: 557 } }, { assigneeId: 557 }],
    ['a remote job', { location: { mode: 'remote' } }, { isRemote: true, coordinates: null }],
    [
      'failed geocoding',
      { location: { mode: 'custom', coordinates: { latitude: 0, longitude: 0 } } },
      { coordinates: null },
    ],
    [
      'coordinates as strings',
      { location: { mode: 'custom', coordinates: { latitude: '1.5', longitude: '-2' } } },
      { coordinates: { latitudeE6: 1_500_000, longitudeE6: -2_000_000 } },
    ],
    [
      'the deprecated kind of work',
      { types_of_work: undefined, type_of_work: { id: 7, name: 'ATM' } },
      { typesOfWork: [{ id: 7, name: 'ATM', isPrimary: true }] },
    ],
    [
      'a kind of work without its name',
      { types_of_work: [{ id: 7 }], type_of_work: { id: 7, name: 'ATM' } },
      { typesOfWork: [{ id: 7, name: 'ATM', isPrimary: false }] },
    ],
    ['ids that the role has', { company: undefined, role: { company_id: 2501 } }, { companyId: 2501 }],
    ['words among the actions that are none', { actions: ['route', 5, null] }, { actions: ['route'] }],
  ])('reads %s', (_name, changes, expected) => {
    expect(rowOf(toWorkOrder(wireWorkOrder(changes)))).toMatchObject(expected);
  });

  it.each([
    ['a zone nobody knows', { time_zone: { name: 'Mars/Olympus' } }, null],
    ['a short name', { time_zone: { name: 'UTC' } }, 'UTC'],
    ['no zone', {}, null],
  ])('takes %s as %s', (_name, schedule, timeZone) => {
    expect(rowOf(toWorkOrder(wireWorkOrder({ schedule }))).schedule.timeZone).toBe(timeZone);
  });

  it.each([
    ['no id', { id: undefined }, /^id/],
    ['id 0', { id: 0 }, /^id/],
    ['no status', { status: undefined }, /^status/],
    ['a flag that is a word', { status: { name: 'Published', is_routed: 'no' } }, /^status\.is_routed/],
    [
      'a start that is no date',
      { schedule: { service_window: { start: { utc: 'tomorrow' } } } },
      /^schedule\.service_window\.start: not a UTC date/,
    ],
    ['two broken things', { id: 'x', title: 5 }, /and 1 more/],
  ])('puts aside a row with %s', (_name, changes, reason) => {
    expect(reasonOf(toWorkOrder(wireWorkOrder(changes)))).toMatch(reason);
  });
});

const listOf = (results: readonly unknown[], total = results.length) => ({ metadata: { total }, results });

describe('finished work', () => {
  const done: Json = {
    status: { id: 4, name: 'Work Done' },
    time_logs: { ...listOf([{ id: 1, hours: 2.75 }]), hours: 2.75 },
    problems: listOf([
      { id: 1, type: { id: 3, name: 'No parts' }, resolved: true },
      { id: 2, resolved: false },
      { id: 3 },
    ]),
    tasks: listOf([{ id: 1, status: 'complete' }, { id: 2, status: 'incomplete' }, { id: 3 }]),
    attachments: listOf([
      { id: 1, name: 'Deliverables', ...listOf([{ id: 11 }, { id: 12 }]) },
      { id: 2, name: 'plan.pdf' },
      { id: 3, name: 'Empty', results: [] },
    ]),
    closing_notes: 'Signed off.',
    pay: { type: 'hourly', base: { amount: 50, units: 4 }, reported_hours: 2.5, total: 150.25 },
  };
  const workOf = (changes: Json) => rowOf(toWorkOrder(wireWorkOrder({ ...done, ...changes }))).work;

  it('is counted from what was handed in', () => {
    expect(workOf({})).toEqual({
      reportedMinutes: 165,
      problemsOpen: 2,
      tasksOpen: 2,
      attachmentsCount: 3,
      hasClosingNotes: true,
      approvedPayCents: 15_025,
    });
  });

  it.each([
    ['Draft', null],
    ['Assigned', null],
    ['Cancelled', null],
    ['Work Done', 165],
    ['Approved', 165],
    ['Paid', 165],
  ])('of a work order that is %s shows %s minutes', (name, minutes) => {
    expect(workOf({ status: { name } })?.reportedMinutes ?? null).toBe(minutes);
  });

  const NOTHING = {
    reportedMinutes: null,
    problemsOpen: null,
    tasksOpen: null,
    attachmentsCount: null,
    hasClosingNotes: null,
    approvedPayCents: null,
  };
  const none = { time_logs: undefined, problems: undefined, tasks: undefined, attachments: undefined };

  it('that shows nothing is known in nothing', () => {
    const pay = { type: 'fixed', base: { amount: 100, units: 1 } };
    expect(workOf({ ...none, closing_notes: undefined, pay })).toEqual(NOTHING);
    const misshapen = { time_logs: 'x', problems: {}, tasks: { results: 'x' }, attachments: 5, closing_notes: [] };
    expect(workOf({ ...misshapen, pay: { ...pay, reported_hours: -1, total: 'much' } })).toEqual(NOTHING);
  });

  it.each([
    ['hours without logs', { time_logs: { ...listOf([]), hours: 0 } }, { reportedMinutes: 150 }],
    ['hours as text', { time_logs: { hours: '1.5' } }, { reportedMinutes: 90 }],
    ['no hours anywhere', { time_logs: { hours: 0 }, pay: { type: '', reported_hours: 0 } }, { reportedMinutes: 0 }],
    [
      'empty lists',
      { problems: [], tasks: listOf([]), attachments: [] },
      { problemsOpen: 0, tasksOpen: 0, attachmentsCount: 0 },
    ],
    [
      'lists that are cut off',
      { problems: listOf([{}], 2), tasks: listOf([{}], 9) },
      { problemsOpen: null, tasksOpen: null },
    ],
    [
      'a folder that is cut off',
      { attachments: listOf([{ id: 1, ...listOf([{ id: 2 }], 30) }]) },
      { attachmentsCount: null },
    ],
    ['blank closing notes', { closing_notes: '  ' }, { hasClosingNotes: false }],
    ['pay as text', { pay: { type: '', total: '99.99' } }, { approvedPayCents: 9_999 }],
  ])('is read from %s', (_name, changes, expected) => {
    expect(workOf(changes)).toMatchObject(expected);
  });

  it('is kept in numbers, not in words', () => {
    const { raw } = rowOf(toWorkOrder(wireWorkOrder(done)));
    expect(raw).toMatchObject({
      time_logs: { hours: 2.75 },
      problems: listOf([{ id: 1, type: { id: 3 }, resolved: true }, { id: 2, resolved: false }, { id: 3 }]),
      attachments: { results: [{ id: 1, results: [{ id: 11 }, { id: 12 }] }, { id: 2 }, { id: 3 }] },
    });
    expect(raw).not.toHaveProperty('closing_notes');
    expect(JSON.stringify(raw)).not.toMatch(/No parts|Deliverables|plan/);
  });
});

describe('declines', () => {
  const declined = (declines: unknown) => rowOf(toWorkOrder(wireWorkOrder({ declines })));
  const created = { utc: '2026-11-22 15:04:05', local: { date: '2026-11-22', time: '09:04:05' } };
  const DECLINED_MS = Date.UTC(2026, 10, 22, 15, 4, 5);
  const user = { id: 557, first_name: 'Pat' };

  it('name who said no and when, and are kept without names', () => {
    const order = declined({ ...listOf([{ id: 9, created, user, actions: ['delete'] }]), sum: { all: 1 } });
    expect(order.declines).toEqual([{ providerId: 557, createdMs: DECLINED_MS }]);
    expect(order.raw).toMatchObject({ declines: { results: [{ id: 9, created, user: { id: 557 } }] } });
    expect(JSON.stringify(order.raw)).not.toContain('Pat');
  });

  it.each([
    ['nothing', undefined, null],
    ['null', null, null],
    ['text', 'none', null],
    ['an object of something else', { total: 3 }, null],
    ['an empty object', [], []],
    ['an empty list', listOf([]), []],
    ['a row of nobody', listOf([{ id: 9, user: { id: 0 } }, 5, { user }]), [{ providerId: 557, createdMs: null }]],
    ['a time that is none', listOf([{ user, created: 'soon' }]), [{ providerId: 557, createdMs: null }]],
  ])('from %s', (_name, declines, expected) => {
    expect(declined(declines).declines).toEqual(expected);
  });
});

describe('toPendingRow', () => {
  const order = workOrderId(4047);

  it('translates the sample request', () => {
    const raw = golden('pending-request');
    const row = rowOf(toPendingRow(raw, order));
    expect(row).toMatchObject({
      providerId: 557,
      kind: 'request',
      route: null,
      request: {
        id: 107,
        isCounter: false,
        isActive: true,
        isExpired: false,
        createdMs: Date.UTC(2018, 11, 26, 22, 17, 13),
        expiresMs: Date.UTC(2018, 11, 26, 22, 47, 13),
        pay: { kind: 'none', maxCents: 0 },
        expensesCents: 0,
      },
      actions: ['message', 'assign', 'hide'],
      isW2: false,
      isMarketplace: true,
      isManaged: false,
      isRoutable: true,
      hasWorkedWithUs: false,
      isRecommended: false,
      isNewConnection: false,
      providerScore: null,
    });
    expect(row.platform).toMatchObject({ ruleId: null, isMatch: false, points: 175, maxPoints: 530 });
    expect(row.platform?.verdicts).toHaveLength(8);
    expect(row.platform?.verdicts[2]).toEqual({
      name: 'Provider cancel rate',
      weight: 75,
      isRequired: true,
      isMatch: true,
      points: 75,
    });
    const { correlation_id: _c, request, category: _l, ...kept } = raw as Json & { request: Json };
    const { notes: _n, counter_notes: _o, schedule: _s, pay, ...asked } = request as Json & { pay: Json };
    const { term: _t, ...paid } = pay;
    expect(row.raw).toEqual({ ...kept, category: { id: 'request' }, request: { ...asked, pay: paid } });
  });

  it('translates the sample route, whose creation is a bare date', () => {
    expect(rowOf(toPendingRow(golden('pending-routed'), order))).toMatchObject({
      kind: 'routed',
      request: null,
      route: { id: 417, createdMs: Date.UTC(2018, 11, 13) },
      actions: ['message', 'un_route'],
      raw: {
        route: { id: 417, author: { id: 756 }, created: { utc: '2018-12-13' }, type: 5 },
        selection_rule: golden('pending-routed')['selection_rule'],
      },
    });
  });

  it('takes the pay and expenses of a counter-offer', () => {
    const raw = golden('pending-request');
    raw['request'] = {
      ...(raw['request'] as Json),
      counter: true,
      pay: { type: 'fixed', base: { amount: 175, units: 1 }, additional: { amount: 0, units: 0 } },
      expenses: { results: [{ amount: 12.5 }], total: 12.5, pending: 12.5 },
    };
    expect(rowOf(toPendingRow(raw, order)).request).toMatchObject({
      isCounter: true,
      pay: { kind: 'fixed', maxCents: 17_500 },
      expensesCents: 1250,
    });
  });

  it('does not take pay from a request that is no counter-offer', () => {
    const raw = golden('pending-request');
    raw['request'] = { ...(raw['request'] as Json), pay: { type: 'fixed', base: { amount: 90, units: 1 } } };
    expect(rowOf(toPendingRow(raw, order)).request?.pay).toEqual({ kind: 'none', maxCents: 0 });
  });

  it.each([
    ['expenses as a list', { expenses: [{ amount: 10 }, { amount: '2.5' }] }, 1250],
    ['no expenses', { expenses: undefined }, 0],
  ])('reads %s', (_name, changes, cents) => {
    const raw = golden('pending-request');
    raw['request'] = { ...(raw['request'] as Json), ...changes };
    expect(rowOf(toPendingRow(raw, order)).request?.expensesCents).toBe(cents);
  });

  it('lets the objects say what the row is when there is no category', () => {
    const { category: _c, ...request } = golden('pending-request');
    const { category: _r, ...routed } = golden('pending-routed');
    expect(rowOf(toPendingRow(request, order)).kind).toBe('request');
    expect(rowOf(toPendingRow(routed, order)).kind).toBe('routed');
  });

  it('keeps both objects of a provider who was routed and also asked', () => {
    const raw = { ...golden('pending-request'), route: golden('pending-routed')['route'] };
    const row = rowOf(toPendingRow(raw, order));
    expect([row.kind, row.request?.id, row.route?.id]).toEqual(['request', 107, 417]);
  });

  it('accepts the older word for a preferred criterion, and a rule of our own', () => {
    const raw = golden('pending-request');
    const rule = raw['selection_rule'] as { criterion: Json[] };
    rule.criterion = rule.criterion.map((item) => ({
      ...item,
      status: item['status'] === 'no_match_preferred' ? 'no_match_optional' : item['status'],
    }));
    raw['selection_rule'] = { ...rule, id: 254 };
    raw['provider_scoring'] = { is_recommended: true, is_new_connection: false, provider_score: 83 };
    const row = rowOf(toPendingRow(raw, order));
    expect(row.platform).toMatchObject({ ruleId: 254, points: 175 });
    expect([row.isRecommended, row.providerScore]).toEqual([true, 83]);
  });

  it.each(['w2', 'routable', 'marketplace', 'worked_with', 'has_request', 'managed'])(
    'needs %s to be true or false',
    (key) => {
      expect(reasonOf(toPendingRow({ ...golden('pending-request'), [key]: undefined }, order))).toMatch(
        new RegExp(`^${key}`),
      );
      expect(reasonOf(toPendingRow({ ...golden('pending-request'), [key]: '1' }, order))).toMatch(
        new RegExp(`^${key}`),
      );
    },
  );

  it.each([
    ['an unknown category', { category: { id: 'declined' } }, /^category\.id/],
    ['a promised request', { request: undefined }, /has_request is true/],
    ['the category request and no request', { has_request: false, request: undefined }, /category is request/],
    [
      'neither request nor route',
      { has_request: false, request: undefined, category: undefined },
      /neither a request nor a route/,
    ],
    ['another provider in the request', { id: 558 }, /the request is of provider 557/],
    ['no id', { id: false }, /^id/],
  ])('puts aside a row with %s', (_name, changes, reason) => {
    expect(reasonOf(toPendingRow({ ...golden('pending-request'), ...changes }, order))).toMatch(reason);
  });

  it.each([
    ['a flag that is missing', { active: undefined }, /^request\.active/],
    ['a broken expiry', { expires: { utc: 'later' } }, /^request\.expires: not a UTC date/],
    [
      'an expense without an amount',
      { expenses: [{ note: 'parking' }] },
      /^request\.expenses: an expense without an amount/,
    ],
  ])('puts aside a row whose request has %s', (_name, changes, reason) => {
    const raw = golden('pending-request');
    raw['request'] = { ...(raw['request'] as Json), ...changes };
    expect(reasonOf(toPendingRow(raw, order))).toMatch(reason);
  });

  it('puts aside a row of another work order', () => {
    expect(reasonOf(toPendingRow(golden('pending-request'), workOrderId(1)))).toBe(
      'the request is for work order 4047',
    );
  });

  it('puts aside a row whose verdict contradicts itself', () => {
    const raw = golden('pending-request');
    const rule = raw['selection_rule'] as { criterion: Json[] };
    raw['selection_rule'] = { ...rule, criterion: [{ ...rule.criterion[0], is_match: true }] };
    expect(reasonOf(toPendingRow(raw, order))).toMatch(/^selection_rule\.criterion\.0: status and is_match contradict/);
  });

  it('joins a request and a route of one provider that come as two rows', () => {
    const request = rowOf(toPendingRow(golden('pending-request'), order));
    const routed = rowOf(toPendingRow(golden('pending-routed'), order));
    for (const rows of [
      [request, routed],
      [routed, request],
    ]) {
      const [row, ...others] = mergeByProvider(rows);
      expect(others).toEqual([]);
      expect([row?.kind, row?.request?.id, row?.route?.id]).toEqual(['request', 107, 417]);
      expect(row?.actions.toSorted()).toEqual(['assign', 'hide', 'message', 'un_route']);
    }
    expect(mergeByProvider([request, request])).toEqual([request]);
  });
});

describe('a row that loses a key, or has one of another type', () => {
  const order = workOrderId(4047);
  const counter = golden('pending-request');
  counter['request'] = {
    ...(counter['request'] as Json),
    counter: true,
    pay: { type: 'hourly', base: { amount: 40, units: 4 }, additional: { amount: 0, units: 0 }, max_pay: 160 },
    expenses: { results: [], total: 25, pending: 25 },
  };
  const assigned = wireWorkOrder({
    assignee: { user: { id: 557 } },
    bundle: { id: 9 },
    status: { id: 3, name: 'Assigned', is_routed: true },
  });
  const rows: readonly [string, Json, (raw: unknown) => Understood<object>][] = [
    ['a request', golden('pending-request'), (raw) => toPendingRow(raw, order)],
    ['a counter-offer', counter, (raw) => toPendingRow(raw, order)],
    ['a route', golden('pending-routed'), (raw) => toPendingRow(raw, order)],
    ['an open work order', wireWorkOrder(), toWorkOrder],
    ['an assigned work order', assigned, toWorkOrder],
  ];
  const UNKNOWN: readonly unknown[] = [null, '', false, 0, 'none'];

  /** What became another known value, by path. Arrays may only become shorter or stay. */
  function changedFacts(before: unknown, after: unknown, path: string): readonly string[] {
    if (path.endsWith('.raw') || JSON.stringify(before) === JSON.stringify(after) || UNKNOWN.includes(after)) return [];
    if (Array.isArray(before) && Array.isArray(after)) return after.length <= before.length ? [] : [path];
    if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) return [path];
    return Object.keys(before).flatMap((key) =>
      changedFacts((before as Json)[key], (after as Json)[key], `${path}.${key}`),
    );
  }

  function* keyPaths(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      yield [...path, key];
      yield* keyPaths(inner, [...path, key]);
    }
  }

  function changedAt(raw: Json, path: readonly string[], value: unknown): unknown {
    const copy = structuredClone(raw);
    const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, copy);
    const last = path.at(-1) ?? '';
    if (value === undefined) delete parent[last];
    else parent[last] = value;
    return copy;
  }

  it.each(rows)('%s is set aside, or the fact is unknown: never another fact', (_name, raw, toRow) => {
    const before = rowOf(toRow(raw));
    let cases = 0;
    for (const path of keyPaths(raw)) {
      for (const value of [undefined, null, [], {}, 'x', '', { x: 1 }, [5]]) {
        const after = toRow(changedAt(raw, path, value));
        cases += 1;
        if (after.kind === 'broken') continue;
        const changed = changedFacts(before, after.row, '').filter((fact) => !isTextItself(fact, value));
        expect({ path: path.join('.'), value, changed }).toEqual({ path: path.join('.'), value, changed: [] });
      }
    }
    expect(cases).toBeGreaterThan(200);
  });

  it.each(rows.slice(0, 3))('%s that is read by hand is read as the schema reads it', (_name, raw) => {
    const values = [
      undefined,
      null,
      [],
      {},
      'x',
      '',
      { x: 1 },
      [5],
      0,
      -1,
      2.5,
      Number.POSITIVE_INFINITY,
      '7',
      true,
      false,
    ];
    const dates = [
      '2026-02-29',
      '2026-11-30 23:59:60',
      ' 2026-11-23 13:55:07',
      '0000-00-00 00:00:00',
      '2026-11-23T13:55:07Z',
    ];
    expect(plainPendingRow(raw)).toEqual(wirePendingRow.parse(raw));
    // The order of keys is the ledger's, so the texts are compared.
    const keptOf = (row: unknown) => JSON.stringify(keepOnly(row as JsonValue, KEPT_PENDING_ROW));
    expect(JSON.stringify(plainKeptRow(raw))).toBe(keptOf(raw));
    let [plain, kept] = [0, 0];
    for (const path of keyPaths(raw)) {
      for (const value of [...values, ...dates]) {
        const changed = changedAt(raw, path, value);
        const keptPlain = plainKeptRow(changed);
        if (keptPlain !== null && !(value === undefined && /^\d+$/.test(path.at(-1) ?? ''))) {
          kept += 1;
          expect({ path, value, kept: JSON.stringify(keptPlain) }).toEqual({ path, value, kept: keptOf(changed) });
        }
        const read = plainPendingRow(changed);
        // JSON has no lists with holes.
        if (read === null || (value === undefined && /^\d+$/.test(path.at(-1) ?? ''))) continue;
        plain += 1;
        const bySchema = wirePendingRow.safeParse(changed);
        expect({ path, value, read }).toEqual({ path, value, read: bySchema.data });
      }
    }
    expect(plain).toBeGreaterThan(200);
    expect(kept).toBeGreaterThan(200);
  });

  /** A text may be any text, so another text is no misunderstanding. */
  function isTextItself(fact: string, value: unknown): boolean {
    return value === 'x' && /\.(title|name|actions\.\d+)$/.test(fact);
  }
});

describe('toProfile', () => {
  const now = Date.UTC(2026, 10, 22);

  it('reads what a user object may carry', () => {
    const profile = rowOf(
      toProfile(
        {
          id: 557,
          coords: { latitude: 44.5, longitude: -93.25 },
          rating: {
            marketplace: { total_ratings: 12, stars: 4.75, on_time_percent: 98.5 },
            my_company: { total_ratings: 0, stars: 0 },
          },
          jobs: { marketplace: 40, company: '3', type_of_work: { id: 7, name: 'ATM', count: 9 } },
          preferred_groups: { metadata: {}, results: [{ id: 13, name: 'ATM Repair', count: 2 }] },
          certifications: { results: [] },
          licenses: [{ id: 2, name: 'Low voltage', number: '' }],
          background_checks: {
            results: [
              { id: 1, name: 'BGC', expires: '2026-01-01' },
              { id: 2, name: 'BGC', expires: '' },
            ],
          },
          drug_tests: { results: [{ id: 1, name: '10 panel', expires: '2026-11-21' }] },
          insurances: {
            results: [
              {
                type_id: 1,
                type_name: 'General Liability',
                coverage_amount: '1000000',
                status: 'approved',
                expires: { utc: '2027-01-01 00:00:00' },
              },
              { type_id: 2, type_name: 'E&O', coverage_amount: 5, status: 'Expired', expires: { utc: '' } },
            ],
          },
          block: { blocked: false },
          protec: true,
          w2: false,
          marketplace: true,
          routable: true,
        },
        now,
      ),
    );
    expect(profile).toEqual({
      providerId: 557,
      observedAtMs: now,
      coordinates: { latitudeE6: 44_500_000, longitudeE6: -93_250_000 },
      ratingHundredths: 475,
      ratingCount: 12,
      ourRatingHundredths: null,
      ourRatingCount: 0,
      onTimeBasisPoints: 9850,
      completedOverall: 40,
      completedForUs: 3,
      completedByType: [{ id: 7, name: 'ATM', count: 9 }],
      preferredGroups: [{ id: 13, name: 'ATM Repair' }],
      certifications: [],
      licenses: [{ id: 2, name: 'Low voltage' }],
      hasBackgroundCheck: true,
      hasDrugTest: false,
      insurances: [
        { typeId: 1, name: 'General Liability', coverageCents: 100_000_000, expiresMs: Date.UTC(2027, 0, 1) },
      ],
      isBlocked: false,
      isProtec: true,
      isW2: false,
      isMarketplace: true,
      isRoutable: true,
    });
  });

  it('knows nothing from a profile that shows nothing, and nothing of a part that is broken', () => {
    const unknown = rowOf(toProfile({ id: 557 }, now));
    const { providerId: _id, observedAtMs: _at, ...facts } = unknown;
    expect(new Set(Object.values(facts))).toEqual(new Set([null]));
    const broken = {
      id: 557,
      rating: 4.8,
      jobs: 'many',
      coords: { latitude: 'north' },
      insurances: [{ type_id: 'x' }],
      block: [],
      w2: 'no',
      drug_tests: [{ expires: 'soon' }],
    };
    expect(rowOf(toProfile(broken, now))).toEqual(unknown);
  });

  it('has no rating where nobody rated, and none that is off the scale', () => {
    const rated = (stars: number, total_ratings: number) =>
      rowOf(toProfile({ id: 1, rating: { marketplace: { stars, total_ratings, on_time_percent: 101 } } }, now));
    expect(rated(0, 0).ratingHundredths).toBeNull();
    expect(rated(5.5, 3).ratingHundredths).toBeNull();
    expect(rated(0, 2).ratingHundredths).toBe(0);
    expect(rated(4, 3).onTimeBasisPoints).toBeNull();
  });

  it('is nothing without an id', () => {
    expect(reasonOf(toProfile({ id: 0 }, now))).toMatch(/^id/);
  });
});

describe('secrets', () => {
  it('are taken out in every form they can take', () => {
    const redactor = new Redactor();
    const secret = 'a+b/c "d" ü';
    redactor.add(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString(),
      JSON.stringify({ s: secret }),
    ];
    for (const form of forms) expect(redactor.redact(`before ${form} after`)).toMatch(/\[redacted\]/);
    expect(forms.map((form) => redactor.redact(form)).join()).not.toMatch(/a\+b|a%2Bb/);
  });

  it('shorter than four characters are left, and the longest goes first', () => {
    const redactor = new Redactor();
    for (const secret of ['abc', 'abcd', 'abcdef']) redactor.add(secret);
    expect(redactor.redact('abc abcd abcdef')).toBe('abc [redacted] [redacted]');
  });

  it('are taken out before a long message is cut', () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const brief = redactor.brief(`${'x'.repeat(495)}hunter22`);
    expect(brief).toBe(`${'x'.repeat(495)}[reda…`);
    expect(redactor.brief('short')).toBe('short');
  });

  it('do not stay in an error, its name, its code or its stack', () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const copy = redactor.redactError(Object.assign(new Error('at hunter22'), { code: 'E_hunter22' }));
    expect(`${copy.name} ${copy.message} ${copy.stack}`).not.toContain('hunter22');
    expect(redactor.redactError('thrown hunter22').message).toBe('thrown [redacted]');
  });

  it('forget the oldest of very many', () => {
    const redactor = new Redactor();
    for (let n = 1000; n < 1065; n += 1) redactor.add(`token${n}`);
    expect(redactor.redact('token1000 token1064')).toBe('token1000 [redacted]');
  });

  it('do not stay in a body that echoes the token', () => {
    const token = 'token-0001-of-the-platform';
    expect(withoutSecrets({ params: [`?access_token=${token}`], n: 1, none: null }, ['another secret', token])).toEqual(
      {
        params: ['?access_token=[redacted]'],
        n: 1,
        none: null,
      },
    );
    const clean = { n: [1, 'short'] };
    expect(withoutSecrets(clean, [token])).toBe(clean);
    expect(withoutSecrets('word', ['word'])).toBe('word');
  });

  it('are looked for in every text that may hold one, however JSON writes it', () => {
    const secret = fc.string({ minLength: 12, maxLength: 30, unit: 'grapheme' });
    fc.assert(
      fc.property(secret, fc.constantFrom('plain', 'slashes', 'codes'), (word, style) => {
        const text = JSON.stringify({ note: `a ${word} b`, n: 1 });
        const escaped =
          style === 'plain' ? text : style === 'slashes' ? text.replaceAll('/', '\\/') : coded(text, word);
        expect(mayHold(escaped, plainParts([word]))).toBe(true);
      }),
    );
    expect(mayHold('{"note":"nothing \\"here\\""}', plainParts(['token-0001-of-the-platform', 'short']))).toBe(false);
  });

  /** Its first letter or digit as `\uXXXX`, wherever it stands. */
  function coded(text: string, word: string): string {
    const first = /[a-z0-9]/i.exec(word)?.[0];
    return first === undefined ? text : text.replaceAll(first, `\\u00${first.charCodeAt(0).toString(16)}`);
  }
});

describe('JSON text', () => {
  it('is refused when it nests too deep or is cut off', () => {
    expect(parseJsonText('['.repeat(65) + ']'.repeat(65))).toMatchObject({
      kind: 'unreadable',
      because: expect.stringMatching(/deeper/),
    });
    expect(parseJsonText('{"a":')).toMatchObject({ kind: 'unreadable' });
    expect(parseJsonText(JSON.stringify({ text: `${'['.repeat(200)}\\"{` }))).toMatchObject({ kind: 'json' });
  });
});

describe('dryRunTarget', () => {
  it('sends nothing and says so', async () => {
    const answered = await dryRunTarget().send({
      kind: 'route',
      workOrderId: workOrderId(4047),
      providerId: providerId(557),
    });
    expect(answered).toEqual({ kind: 'not_sent', message: 'dry run: route of work order 4047 was not sent' });
  });
});
