import { createHash } from 'node:crypto';
import { record } from '../market/log.ts';
import { cutPage, pageMetadata, readPaging } from '../wire/list-envelope.ts';
import { poolSize, toWireUser } from '../wire/user.ts';
import { type NamedId, PROJECTS, TALENT_POOLS } from '../world/catalog.ts';
import { correlationId } from '../world/make-provider.ts';
import type { Provider, World } from '../world/nouns.ts';
import { asId, type Sandbox, type SandboxApp, type SandboxContext } from './context.ts';
import { invalidProvider, notFound } from './errors.ts';

/*
 * Talent pools come in two generations: preferred-provider groups with numeric ids, whose members `GET /providers` lists,
 * and talent-pool groups with uuids. Here each pool is one group of both kinds. Either family can be switched off; its
 * addresses are then unknown, as they may be to the real server.
 */
export function serveTalentPools(app: SandboxApp, sandbox: Sandbox): void {
  const { preferredProviders, talentPoolGroups } = sandbox.settings.talentPools;
  if (preferredProviders) servePreferredProviders(app, sandbox.world);
  if (talentPoolGroups) serveTalentPoolGroups(app, sandbox.world);
}

function servePreferredProviders(app: SandboxApp, world: World): void {
  app.get('/company/preferred-providers', (context) =>
    context.json({
      actions: [],
      metadata: {
        total: TALENT_POOLS.length,
        page: 1,
        pages: 1,
        per_page: 5000,
        columns: 'name:400,providers:175,:0,actions:175,correlation_id:175',
        view: 'list',
        sort: '',
        order: 'asc',
        list: '',
      },
      params: [],
      results: TALENT_POOLS.map((pool) => ({
        id: pool.id,
        actions: ['edit', 'delete'],
        correlation_id: correlationId(world.seed, 'talent pool', pool.id),
        name: pool.name,
        providers: poolSize(world, pool.id),
      })),
    }),
  );
  app.get('/providers', (context) => context.json(listMembers(world, context)));
  app.get('/users/:id/preferredprovidernetworks', (context) => {
    const provider = world.providers.get(asId(context.req.param('id')) ?? 0);
    if (provider === undefined) throw notFound(`User ${context.req.param('id')} was not found.`);
    const results = provider.talentPools.map(({ id, name }) => ({ id, name, members: poolSize(world, id) }));
    return context.json({ metadata: pageMetadata(results.length, { page: 1, perPage: 100 }), results });
  });
  app.post('/company/preferred-providers/:groupId/:userId', (context) => {
    const { provider, pool } = findMembership(world, context);
    const others = provider.talentPools.filter(({ id }) => id !== pool.id);
    provider.talentPools = [...others, pool].sort((one, other) => one.id - other.id);
    record(world, 'talent_pool.joined', { providerId: provider.id, talent_pool_id: pool.id });
    return context.json(toWireUser(world, provider));
  });
  app.delete('/company/preferred-providers/:groupId/:userId', (context) => {
    const { provider, pool } = findMembership(world, context);
    provider.talentPools = provider.talentPools.filter(({ id }) => id !== pool.id);
    record(world, 'talent_pool.left', { providerId: provider.id, talent_pool_id: pool.id });
    return context.json(toWireUser(world, provider));
  });
}

/** Documented for members of a group: `default_view=list&f_preferred_groups=13`. Without the filter, whoever worked for the company. */
function listMembers(world: World, context: SandboxContext) {
  const text = context.req.query('f_preferred_groups') ?? '';
  const wanted = text.split(',').map((part) => asId(part.trim()) ?? 0);
  const found = [...world.providers.values()].filter((provider) =>
    text === '' ? provider.completedForUs > 0 : provider.talentPools.some(({ id }) => wanted.includes(id)),
  );
  const paging = readPaging((name) => context.req.query(name));
  return {
    actions: ['add_managed', 'add_to_preferred_group', 'remove_from_preferred_group'],
    metadata: {
      ...pageMetadata(found.length, paging),
      columns:
        'badges:90,thumbnail:80,full_name:150,city:80,state:50,rating:100,jobs:100,last_active:90,preferred_groups:175,correlation_id:175',
      view: 'list',
      sort: '',
      order: 'asc',
      list: 'providers_marketplace',
      available_columns: [],
      available_filters: [],
    },
    params: [],
    lists: [],
    ...(text === '' ? {} : { f_preferred_groups: text, fs_preferred_groups: true }),
    results: cutPage(found, paging).map((provider) => toWireMember(world, provider)),
  };
}

function toWireMember(world: World, provider: Provider) {
  const { city, state, rating, jobs, last_active, preferred_groups } = toWireUser(world, provider);
  return {
    id: provider.id,
    badges: [],
    thumbnail: '',
    full_name: `${provider.firstName} ${provider.lastName}`,
    city,
    state,
    rating,
    jobs,
    last_active,
    preferred_groups,
    correlation_id: provider.correlationId,
  };
}

function serveTalentPoolGroups(app: SandboxApp, world: World): void {
  app.get('/talent-pool-groups', (context) => {
    const projectId = asId(context.req.query('f_project_id'));
    const name = (context.req.query('f_name') ?? '').toLowerCase();
    const ids = (context.req.query('f_ids') ?? '').split(',').filter((id) => id !== '');
    const found = TALENT_POOLS.map((pool) => toWireGroup(world, pool))
      .filter((group) => projectId === null || group.project_id === projectId)
      .filter((group) => name === '' || group.name.toLowerCase().includes(name))
      .filter((group) => ids.length === 0 || ids.includes(group.uuid));
    return context.json(cursorPage(found, context));
  });
  app.get('/talent-pool-groups/:uuid', (context) => {
    const pool = findGroup(world, context.req.param('uuid'));
    const { uuid, name, project_id, talent_pools } = toWireGroup(world, pool);
    return context.json({
      talent_pool_group_id: uuid,
      uuid,
      name,
      project_id,
      display_name: name,
      talent_pools,
      tiers: talent_pools,
      attributes: [],
    });
  });
  app.get('/talent-pool-groups/:uuid/providers', (context) => {
    const pool = findGroup(world, context.req.param('uuid'));
    const members = [...world.providers.values()].filter(({ talentPools }) =>
      talentPools.some(({ id }) => id === pool.id),
    );
    const rows = members.map((provider) => ({
      provider_id: provider.id,
      name: `${provider.firstName} ${provider.lastName}`,
      tier: { id: pool.id, name: pool.name },
      exists_in_multiple_talent_pool_groups: provider.talentPools.length > 1,
    }));
    return context.json({ ...cursorPage(rows, context), providers: [] });
  });
}

/** Documented: `limit` up to 100, and a cursor to go on from. What the cursor is called in the query is not. */
function cursorPage<Row>(rows: readonly Row[], context: SandboxContext) {
  const limit = Math.min(100, asId(context.req.query('limit')) ?? 20);
  const from = asId(context.req.query('next_cursor') ?? context.req.query('cursor')) ?? 0;
  const next = from + limit;
  return {
    data: rows.slice(from, next),
    pagination: {
      next_cursor: next < rows.length ? String(next) : null,
      prev_cursor: from > 0 ? String(Math.max(0, from - limit)) : null,
      has_next_page: next < rows.length,
      has_prev_page: from > 0,
      limit,
    },
  };
}

function toWireGroup(world: World, pool: NamedId) {
  const project = PROJECTS[pool.id % PROJECTS.length];
  return {
    uuid: groupUuid(world, pool),
    name: pool.name,
    project_id: project?.id ?? 0,
    talent_pools: [{ id: pool.id, name: pool.name }],
  };
}

function groupUuid(world: World, pool: NamedId): string {
  const hex = createHash('sha256').update(`${world.seed} talent pool group ${pool.id}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function findGroup(world: World, uuid: string): NamedId {
  const found = TALENT_POOLS.find((pool) => groupUuid(world, pool) === uuid);
  if (found === undefined) throw notFound('Talent pool group not found');
  return found;
}

function findMembership(
  world: World,
  context: SandboxContext,
): { readonly provider: Provider; readonly pool: NamedId } {
  const pool = TALENT_POOLS.find(({ id }) => id === asId(context.req.param('groupId')));
  if (pool === undefined) throw notFound('Talent pool not found');
  const provider = world.providers.get(asId(context.req.param('userId')) ?? 0);
  if (provider === undefined) throw invalidProvider('assign');
  return { provider, pool };
}
