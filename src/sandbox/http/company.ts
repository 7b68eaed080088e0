import { toWireApiUser, toWireUser } from '../wire/user.ts';
import { COMPANY, INCOMPLETE_REASONS, SELECTION_RULES } from '../world/catalog.ts';
import { asId, type Sandbox, type SandboxApp } from './context.ts';
import { forbidden, notFound } from './errors.ts';

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
  if (sandbox.settings.hasSelectionRules) {
    app.get('/company/selection_rules', (context) => context.json(SELECTION_RULES));
  }
  app.get('/company/:id/reasons/incomplete', (context) => {
    if (asId(context.req.param('id')) !== COMPANY.id) throw forbidden('This company is not yours to see.');
    return context.json({ results: INCOMPLETE_REASONS });
  });
}
