import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import { startPlatform, withClient } from './platform-server.ts';

type Json = { [key: string]: unknown };
type Path = readonly string[];

const ORDER = workOrderId(4047);
const MARKS = [
  'Jane Planted',
  '555-867-5309',
  '+1 (555) 867-5309',
  '5558675309',
  'jane.planted@home.example',
  '12 Planted Street',
  'Please call Jane before noon; the key is under the mat.',
] as const;

const REQUEST_LIST = golden('pending-request');
const ROUTED_LIST = golden('pending-routed');

function golden(name: string): Json & { readonly results: readonly Json[] } {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
}

const DATE = { utc: '2026-11-23 15:00:00', local: { date: '2026-11-23', time: '09:00:00' } };
const PERSON = {
  id: 557,
  first_name: 'F',
  last_name: 'L',
  name: 'N',
  email: 'E',
  phone: 'P',
  cell: 'C',
  thumbnail: 'T',
  address1: 'A',
  address2: 'B',
  city: 'C',
  state: 'MN',
  zip: 'Z',
  country: 'US',
  coords: { latitude: 44.9, longitude: -93.2, search: 'S' },
};
const NOTES = { metadata: { total: 1 }, results: [{ id: 1, message: 'M', notes: 'N', author: PERSON, created: DATE }] };

/** With every part that a real answer was seen to have and that holds text. */
const WORK_ORDER: Json = {
  id: 4047,
  work_order_id: 4047,
  title: 'Replace ATM card reader',
  correlation_id: 'abc',
  status: {
    id: 2,
    name: 'Published',
    display: 'Published',
    code: 'published',
    sub_status: '',
    correlation_id: '',
    is_routed: false,
    problem: { comments: 'C' },
  },
  actions: ['publish', 'route'],
  type_of_work: { id: 7, name: 'ATM' },
  types_of_work: [{ id: 7, name: 'ATM', isPrimary: true }],
  service_types: [{ id: 1, name: 'S' }],
  description: { html: '<p>D</p>', markdown: 'D', actions: ['edit'] },
  confidential: { html: 'C' },
  policy_and_procedures: { html: 'P', markdown: 'P' },
  standard_instructions: { html: 'S', markdown: 'S' },
  closing_notes: 'Signed off.',
  incident_id: 'I',
  company: { id: 2501, name: 'Acme', photo: 'P', features: [{ id: 1, name: 'F' }] },
  client: { id: 31, name: 'Bank' },
  project: { id: 5, name: 'P', manager: PERSON },
  manager: PERSON,
  role: { role: 'buyer', company_id: 2501, client_id: 31, project_id: 5, assigned_user_id: 0 },
  location: {
    mode: 'custom',
    coordinates: { latitude: 44.9778, longitude: -93.265, exact: true, search: 'S', map_href: 'M' },
    address1: 'A',
    address2: 'B',
    city: 'C',
    state: 'MN',
    zip: 'Z',
    country: 'US',
    display_name: 'D',
    notes: [{ text: 'N' }, 'N'],
    type: { id: 1, name: 'Commercial' },
    saved_location: { id: 1, name: 'S', contact: { name: 'N', phone: 'P', email: 'E' }, group: { id: 0, name: 'G' } },
    map: { url: 'U', href: 'H' },
    actions: ['edit'],
  },
  schedule: {
    service_window: { mode: 'between', start: DATE, end: DATE },
    schedule_note: 'N',
    time_zone: { id: 4, name: 'America/Chicago', offset: '-6', short: 'CST' },
    est_labor_hours: 2,
    today_tomorrow: 'Today',
  },
  eta: { user: PERSON, start: DATE, notes: 'N', status: { name: 'unconfirmed', updated: DATE } },
  pay: {
    type: 'fixed',
    base: { amount: 150, units: 1 },
    additional: { amount: 0, units: 0 },
    finance: { id: 1, terms: 'T', description: 'D' },
    fees: [{ id: 1, name: 'cancellation', calculation: 'C' }],
    funding: [{ id: 1, name: 'F', custom_name: 'C' }],
    total: 150,
  },
  bundle: { id: 0, results: [{ id: 4048, title: 'T' }], actions: ['view'] },
  assignee: { user: PERSON, role: 'assigned_provider', correlation_id: 'C', comment: 'C', actions: ['unassign'] },
  contacts: { results: [{ id: 1, role: 'R', name: 'N', email: 'E', phone: 'P', ext: 'X', notes: 'N' }] },
  messages: NOTES,
  requests: { results: [{ id: 1, notes: 'N', counter_notes: 'N', user: PERSON }] },
  routes: { results: [{ id: 1, technician: PERSON, routed: PERSON }] },
  custom_fields: { results: [{ id: 1, name: 'N', results: [{ id: 1, name: 'N', tip: 'T', value: 'V' }] }] },
  tags: { results: [{ id: 1, label: 'L', author: PERSON }] },
  problems: { results: [{ id: 1, type: { id: 1, name: 'N' }, comments: 'C', author: PERSON }] },
  tasks: { results: [{ id: 1, description: 'D', label: 'L', status: 'incomplete', author: PERSON, notes: 'N' }] },
  attachments: { results: [{ id: 1, name: 'N', type: 'T', results: [{ id: 1, file: { name: 'F' }, notes: 'N' }] }] },
  time_logs: { hours: 2, results: [{ id: 1, in: { created: DATE, notes: 'N' }, user: PERSON }] },
  milestones: { created: DATE, published: DATE, routed: { utc: '', local: { date: '', time: '' } } },
};

const USER: Json = {
  ...PERSON,
  tagline: 'T',
  website: 'W',
  notes: 'N',
  rating: { marketplace: { stars: 4.5, total_ratings: 2, comment: 'C' } },
  jobs: { marketplace: 3, type_of_work: { id: 7, name: 'ATM', count: 2 } },
  preferred_groups: { results: [{ id: 13, name: 'ATM Repair', notes: 'N' }] },
  certifications: { results: [{ id: 1, name: 'A+', number: 'N' }] },
  licenses: { results: [{ id: 2, name: 'Low voltage', number: 'N' }] },
  insurances: { results: [{ type_id: 1, type_name: 'GL', policy_number: 'N', carrier: 'C', status: 'approved' }] },
  background_checks: { results: [{ id: 1, name: 'B', highlights: 'H', expires: '2099-01-01' }] },
  block: { blocked: false, reason: 'R' },
  company: { id: 9, name: 'Own company' },
};

/** Texts that belong to the buyer's catalogue or that a dispatcher needs to know a work order by. */
const STAYS = [
  /^title$/,
  /^types?_of_work(?:\.\d+)?\.name$/,
  /^selection_rule\.criterion\.\d+\.name$/,
  /^jobs\.type_of_work\.name$/,
  /^(?:preferred_groups|certifications|licenses)\.results\.\d+\.name$/,
  /^insurances\.results\.\d+\.type_name$/,
];

function stays(path: Path): boolean {
  return STAYS.some((pattern) => pattern.test(path.join('.')));
}

/** Where a text stands, and where one could: every string, and a new key in every object. */
function* textPaths(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value === 'string') yield path;
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [...path, 'planted_by_this_test'];
  for (const [key, inner] of Object.entries(value)) yield* textPaths(inner, [...path, key]);
}

function planted(raw: Json, path: Path, text: string): Json {
  const copy: Json = JSON.parse(JSON.stringify(raw));
  const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, copy);
  parent[path.at(-1) ?? ''] = text;
  return copy;
}

/** One copy for each place, with ids of their own. */
function plantEverywhere(raw: Json, text: string, withId: (copy: Json, id: number) => Json): readonly Json[] {
  const places = [...textPaths(raw)].filter((path) => !stays(path));
  return places.map((path, n) => withId(planted(raw, path, text), 10_000 + n));
}

function withRowId(copy: Json, id: number): Json {
  const request = copy['request'] as Json | undefined;
  if (typeof request !== 'object') return { ...copy, id };
  const user = { ...(request['user'] as Json), id };
  return { ...copy, id, request: { ...request, user } };
}

function listOf(list: string, results: readonly unknown[]) {
  return { metadata: { list, page: 1, pages: 1, total: results.length }, results };
}

function expectNoMark(value: unknown): void {
  const text = JSON.stringify(value);
  for (const mark of MARKS) expect(text.includes(JSON.stringify(mark).slice(1, -1)), mark).toBe(false);
}

async function withAnswer<Result>(json: unknown, body: Parameters<typeof withClient<Result>>[2]): Promise<Result> {
  return withClient(
    startPlatform(() => ({ json })),
    {},
    body,
  );
}

describe('names, addresses, telephone numbers, e-mail addresses and notes', () => {
  it.each([
    ['a request', REQUEST_LIST],
    ['a route', ROUTED_LIST],
  ])('do not come in with the row of %s', async (_name, list) => {
    for (const text of MARKS) {
      const rows = plantEverywhere(list.results[0] ?? {}, text, withRowId);
      await withAnswer(listOf('find_providers_pending_assignment', rows), async ({ client }) => {
        const pending = await client.pullPending(ORDER);
        expect(pending.rows.length + pending.quarantined.length).toBe(rows.length);
        expect(pending.rows.length).toBeGreaterThan(rows.length / 2);
        expectNoMark(pending);
      });
    }
  });

  it('do not come in with a work order, listed or read alone', async () => {
    for (const text of MARKS) {
      const rows = plantEverywhere(WORK_ORDER, text, (copy, id) => ({ ...copy, id }));
      await withAnswer(listOf('workorders_published_routed', rows), async ({ client }) => {
        const pulled = await client.pullList('published_routed');
        expect(pulled.rows.length + pulled.quarantined.length).toBe(rows.length);
        expect(pulled.rows.length).toBeGreaterThan(rows.length / 2);
        expectNoMark(pulled);
      });
      const whole = [...textPaths(WORK_ORDER)]
        .filter((path) => !stays(path) && !/^(?:schedule|milestones|pay\.type)/.test(path.join('.')))
        .reduce((copy, path) => planted(copy, path, text), WORK_ORDER);
      await withAnswer(whole, async ({ client }) => expectNoMark(await client.readWorkOrder(ORDER)));
    }
  });

  it('do not come in with finished work', async () => {
    const done = { ...WORK_ORDER, status: { id: 4, name: 'Work Done' } };
    for (const text of MARKS) {
      const rows = plantEverywhere(done, text, (copy, id) => ({ ...copy, id }));
      await withAnswer(listOf('workorders_work_done', rows), async ({ client }) => {
        const pulled = await client.pullList('work_done');
        expect(pulled.rows.some((row) => row.work?.attachmentsCount === 1 && row.work.hasClosingNotes)).toBe(true);
        expectNoMark(pulled);
      });
    }
  });

  it('do not come in with a profile or an assignee', async () => {
    for (const text of MARKS) {
      const places = [...textPaths(USER)].filter((path) => !stays(path));
      const whole = places.reduce((copy, path) => planted(copy, path, text), USER);
      await withAnswer(whole, async ({ client }) => {
        const profile = await client.readProfile(providerId(557));
        expect(profile?.preferredGroups).toEqual([{ id: 13, name: 'ATM Repair' }]);
        expectNoMark(profile);
      });
      const assignee = planted({ user: PERSON, comment: 'C' }, ['user', 'first_name'], text);
      await withAnswer(assignee, async ({ client }) => expectNoMark(await client.readAssignee(ORDER)));
    }
  });

  it('are looked for where they would be found: what stays does come in', async () => {
    const [mark] = MARKS;
    const titled = planted(WORK_ORDER, ['title'], mark);
    await withAnswer(titled, async ({ client }) =>
      expect(await client.readWorkOrder(ORDER)).toMatchObject({ title: mark, raw: { title: mark } }),
    );
    const row = planted(REQUEST_LIST.results[0] ?? {}, ['selection_rule', 'criterion', '0', 'name'], mark);
    await withAnswer(listOf('find_providers_pending_assignment', [row]), async ({ client }) =>
      expect(JSON.stringify((await client.pullPending(ORDER)).rows)).toContain(mark),
    );
  });

  it('are not asked for beyond the parts that hold what we need', async () => {
    await withAnswer(WORK_ORDER, async ({ client, platform }) => {
      await client.readWorkOrder(ORDER);
      const columns = platform.seen[0]?.query['columns']?.split(',') ?? [];
      expect(columns).toEqual(expect.arrayContaining(['id', 'status', 'location', 'assignee', 'pay']));
      for (const unwanted of ['contacts', 'manager', 'messages', 'description', 'custom_fields', 'requests'])
        expect(columns).not.toContain(unwanted);
    });
  });
});

describe('the platform’s own evaluation', () => {
  it('is kept whole, for comparing ours with it', async () => {
    for (const list of [REQUEST_LIST, ROUTED_LIST]) {
      await withAnswer(list, async ({ client }) => {
        const [row] = (await client.pullPending(ORDER)).rows;
        const kept = row?.raw as Json | undefined;
        expect(kept?.['selection_rule']).toEqual(list.results[0]?.['selection_rule']);
      });
    }
  });
});
