import type { PlatformConfig } from '../config.ts';
import type { Schedule } from '../daemon/schedule.ts';
import { PlatformUnavailable, type Pulled } from '../engine/ports.ts';
import type { FieldNationClient } from '../fieldnation/connect.ts';
import { type Check, fail, ok, skipped, warn } from './doctor-check.ts';
import { platformRemedy } from './exit-codes.ts';

const REACHED = { name: 'reachability', about: 'platform' } as const;
const CREDENTIALS = { name: 'credentials', about: 'platform' } as const;
const CLOCK = { name: 'clock skew', about: 'platform' } as const;
const LISTS = { name: 'list echo', about: 'platform' } as const;
const SCHEMA = { name: 'schema drift', about: 'platform' } as const;
const BUDGET = { name: 'request budget', about: 'setup' } as const;

/** Pending lists looked at: enough to see a changed shape, few enough for any hour. */
const SAMPLED_ORDERS = 3;

export type PlatformLook = {
  readonly client: FieldNationClient;
  readonly config: PlatformConfig;
  readonly schedule: Schedule | null;
  readonly lastRunRequests: number | null;
  readonly nowMs: () => number;
};

/** Logs in and reads two lists and a few pending lists; writes nothing. */
export async function checkPlatform(look: PlatformLook): Promise<readonly Check[]> {
  const { client, config } = look;
  const host = new URL(config.platform.hosts.apiBaseUrl).host;
  try {
    const published = await client.pullList('published_routed');
    const clock = checkClock(look);
    const assigned = await client.pullList('assigned');
    const listRequests = client.requestCount();
    const sample = published.rows.slice(0, SAMPLED_ORDERS);
    const pending = await Promise.all(sample.map(({ id }) => client.pullPending(id)));
    return [
      ok(REACHED, `${host} answers`),
      ok(CREDENTIALS, `logged in as ${config.platform.username}${companyNote(client)}`),
      clock,
      ok(
        LISTS,
        `the lists are those asked for, without filters: ${published.rows.length} open, ${assigned.rows.length} assigned`,
      ),
      checkSchema(look, [published, assigned, ...pending]),
      checkBudget(look, listRequests + published.rows.length),
    ];
  } catch (error) {
    if (!(error instanceof PlatformUnavailable)) throw error;
    return whatFailed(look, error);
  }
}

function companyNote(client: FieldNationClient): string {
  const company = client.companyId();
  return company === null ? '' : `, company ${company}`;
}

/** A failed read says how far it came. */
function whatFailed({ client, config }: PlatformLook, error: PlatformUnavailable): readonly Check[] {
  const { host } = new URL(config.platform.hosts.apiBaseUrl);
  const failed = (check: typeof REACHED | typeof CREDENTIALS | typeof LISTS | typeof BUDGET) =>
    fail(check, error.message, platformRemedy(error.kind));
  const rest = [CLOCK, LISTS, SCHEMA].map((check) => skipped(check, 'not looked at'));
  const reached = ok(REACHED, `${host} answers`);
  if (error.kind === 'credentials') return [reached, failed(CREDENTIALS), ...rest];
  // Our own limit, before the platform had its say.
  if (error.kind === 'budget') return [failed(BUDGET), ...rest];
  // The first request is the login.
  if (error.kind === 'unreachable' || client.requestCount() <= 1)
    return [failed(REACHED), skipped(CREDENTIALS, 'not looked at'), ...rest];
  return [reached, ok(CREDENTIALS, 'logged in'), failed(LISTS), ...rest.filter(({ name }) => name !== LISTS.name)];
}

const WORTH_A_WARNING_MS = 30_000;

/** The `Date` of the last answer has whole seconds, and is some milliseconds old. */
function checkClock({ client, config, nowMs }: PlatformLook): Check {
  const serverMs = client.serverTimeMs();
  if (serverMs === null) return skipped(CLOCK, 'the answers carry no Date');
  if (config.clock === 'server')
    return ok(CLOCK, `the platform’s own time is used: ${new Date(serverMs).toISOString()}`);
  const skewMs = nowMs() - serverMs;
  const saw = `this machine is ${Math.abs(Math.round(skewMs / 1000))} s ${skewMs < 0 ? 'behind' : 'ahead of'} the platform`;
  if (Math.abs(skewMs) < WORTH_A_WARNING_MS) return ok(CLOCK, saw);
  const isSandbox = config.platform.hosts.environment === 'loopback';
  const todo = isSandbox
    ? 'Set FIELDMARSHAL_CLOCK=server if that sandbox has a clock of its own; else set this machine’s clock.'
    : 'Set this machine’s clock, best by NTP: delays of stages and expiry of requests are counted on it.';
  return Math.abs(skewMs) <= config.limits.maxClockSkewMs || isSandbox
    ? warn(CLOCK, saw, todo)
    : fail(CLOCK, saw, todo);
}

function checkSchema({ config }: PlatformLook, pulled: readonly Pulled<unknown>[]): Check {
  const strange = pulled.flatMap(({ quarantined }) => quarantined);
  const total = pulled.reduce((sum, { rows, quarantined }) => sum + rows.length + quarantined.length, 0);
  if (strange.length === 0) return ok(SCHEMA, `${total} rows read, all understood`);
  const shown = strange.slice(0, 3).map(({ what, id, reason }) => `${what} ${id ?? '?'}: ${reason}`);
  const saw = `${strange.length} of ${total} rows are not understood and are set aside (${shown.join('; ')})`;
  const todo =
    'See what changed in the API; a newer fieldmarshal may know it. Work orders set aside are not dispatched.';
  const { maxQuarantinedPercent, quarantineCountsFrom } = config.limits;
  const stopsRuns = strange.length >= quarantineCountsFrom && strange.length * 100 > total * maxQuarantinedPercent;
  return stopsRuns ? fail(SCHEMA, `${saw}; runs stop`, todo) : warn(SCHEMA, saw, todo);
}

const DAY_MS = 86_400_000;

/** What a run costs is what the last one did, or, before the first, lists and one pending list each. */
function checkBudget({ client, config, schedule, lastRunRequests, nowMs }: PlatformLook, estimate: number): Check {
  const { maxRequestsPerRun } = config.limits;
  const needed = lastRunRequests ?? estimate;
  const basis = lastRunRequests === null ? 'about' : 'the last run used';
  const runs = schedule === null ? 0 : countRuns(schedule, nowMs());
  const daily = runs === 0 ? '' : `; ${runs} runs a day make ${needed * runs} a day`;
  const quota = client.quota();
  const left =
    quota === null
      ? '; the platform names no quota'
      : `; the platform says ${quota.remaining} of ${quota.limit} are left`;
  const saw = `${basis} ${needed} requests of ${maxRequestsPerRun} a run${daily}${left}`;
  if (needed > maxRequestsPerRun)
    return fail(BUDGET, saw, 'Raise FIELDMARSHAL_MAX_REQUESTS_PER_RUN: runs would stop half way.');
  if (quota !== null && quota.remaining < needed)
    return warn(BUDGET, saw, 'Run less often (FIELDMARSHAL_CRON), or ask Field Nation for a higher quota.');
  if (needed > maxRequestsPerRun * 0.8)
    return warn(BUDGET, saw, 'Raise FIELDMARSHAL_MAX_REQUESTS_PER_RUN before it is reached.');
  return ok(BUDGET, saw);
}

function countRuns(schedule: Schedule, fromMs: number): number {
  const slots = schedule.slotsAfter(fromMs, DAY_MS / 1000);
  return slots.filter((slot) => slot <= fromMs + DAY_MS).length;
}
