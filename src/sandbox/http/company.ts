import { poolSize, toWireApiUser, toWireUser } from '../wire/user.ts';
import { INCOMPLETE_REASONS, SELECTION_RULES, TALENT_POOLS } from '../world/catalog.ts';
import { correlationId } from '../world/make-provider.ts';
import { asId, type Sandbox, type SandboxApp } from './context.ts';
import { notFound } from './errors.ts';

export function serveCompany(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.get('/users/:id', (context) => {
    const id = asId(context.req.param('id')) ?? 0;
    const provider = world.providers.get(id);
    if (provider !== undefined) return context.json(toWireUser(world, provider));
    const apiUser = toWireApiUser();
    if (id === apiUser.id) return context.json(apiUser);
    throw notFound(`User ${id} was not found.`);
  });
  app.get('/company/preferred-providers', (context) =>
    context.json({
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
      results: TALENT_POOLS.map((pool) => ({
        id: pool.id,
        actions: ['edit', 'delete'],
        correlation_id: correlationId(world.seed, 'talent pool', pool.id),
        name: pool.name,
        providers: poolSize(world, pool.id),
      })),
    }),
  );
  app.get('/company/selection_rules', (context) => context.json(SELECTION_RULES));
  app.get('/company/:id/reasons/incomplete', (context) => context.json({ results: INCOMPLETE_REASONS }));
}
