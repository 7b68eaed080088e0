import { createHash } from 'node:crypto';
import { toWireApiUser } from '../wire/user.ts';
import { type Body, readBody, type Sandbox, type SandboxApp, type SandboxContext } from './context.ts';
import { rateLimited, unauthenticated } from './errors.ts';

const FIELDS = {
  clientId: 'client_id',
  clientSecret: 'client_secret',
  username: 'username',
  password: 'password',
} as const;

/** Password grant only; refresh tokens are given out and not taken back, as documented. */
export function serveTokens(app: SandboxApp, sandbox: Sandbox): void {
  app.post('/authentication/api/oauth/token', async (context) => {
    const body = await readBody(context);
    if (body['grant_type'] !== 'password') {
      return context.json({ status: 400, message: 'Unsupported grant type' }, 400);
    }
    if (!mayLogIn(sandbox, body)) return context.json({ status: 401, message: 'Invalid credentials' }, 401);
    const token = makeToken(sandbox);
    sandbox.tokens.set(token, sandbox.world.nowMs + sandbox.settings.tokenLifetimeSeconds * 1000);
    return context.json({
      access_token: token,
      expires_in: sandbox.settings.tokenLifetimeSeconds,
      token_type: 'Bearer',
      scope: 'viewprofile',
      refresh_token: token.split('').reverse().join(''),
      user: toWireApiUser(),
    });
  });
}

/** Throws unless the request carries a live token, in the query string or as Bearer. */
export function requireToken(sandbox: Sandbox, context: SandboxContext): void {
  const { expiredTokenStatus } = sandbox.settings;
  const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  const token = context.req.query('access_token') ?? bearer ?? '';
  const expiresMs = sandbox.tokens.get(token);
  if (expiresMs === undefined) {
    throw unauthenticated('You must provide a valid OAuth token to make a request', expiredTokenStatus);
  }
  if (expiresMs <= sandbox.world.nowMs) throw unauthenticated('Expired token', expiredTokenStatus);
}

export function expireTokens(sandbox: Sandbox): void {
  for (const token of sandbox.tokens.keys()) sandbox.tokens.set(token, 0);
}

/** Counts the request against the quota and gives the headers that tell what is left; throws when nothing is. */
export function spendQuota(sandbox: Sandbox): Record<string, string> {
  const { rateLimit } = sandbox.settings;
  if (rateLimit === null) return {};
  const { quota, world } = sandbox;
  const windowMs = rateLimit.windowSeconds * 1000;
  if (world.nowMs - quota.windowStartMs >= windowMs) {
    quota.windowStartMs = world.nowMs;
    quota.used = 0;
  }
  const resetSeconds = Math.max(1, Math.ceil((quota.windowStartMs + windowMs - world.nowMs) / 1000));
  if (quota.used >= rateLimit.requests) throw rateLimited(resetSeconds);
  quota.used += 1;
  return {
    'X-RateLimit-Limit': String(rateLimit.requests),
    'X-RateLimit-Remaining': String(rateLimit.requests - quota.used),
    'X-RateLimit-Reset': String(Math.ceil((quota.windowStartMs + windowMs) / 1000)),
  };
}

function mayLogIn(sandbox: Sandbox, body: Body): boolean {
  const { credentials } = sandbox.settings;
  const isRight = (name: keyof typeof FIELDS): boolean => {
    const given = body[FIELDS[name]];
    return typeof given === 'string' && given !== '' && (credentials === null || credentials[name] === given);
  };
  return isRight('clientId') && isRight('clientSecret') && isRight('username') && isRight('password');
}

function makeToken(sandbox: Sandbox): string {
  const text = `${sandbox.world.seed} token ${sandbox.tokens.size}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
