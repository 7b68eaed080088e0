import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import {
  AddressRefused,
  checkedLookup,
  isLoopbackAddress,
  isPublicAddress,
} from '../../src/fieldnation/address-check.ts';
import { type Admission, CircuitBreaker } from '../../src/fieldnation/circuit-breaker.ts';
import { Lane } from '../../src/fieldnation/lane.ts';
import { RetryBudget } from '../../src/fieldnation/retry.ts';
import { type Reply, StandingClock, startPlatform, withClient } from './platform-server.ts';

const ORDER = workOrderId(4047);
const FOUND: Reply = { json: { id: 4047, title: 'ATM', status: { id: 2, name: 'Published' }, company: { id: 2501 } } };
const BAD_GATEWAY: Reply = (response) => {
  response.writeHead(502, { 'content-type': 'text/html' });
  response.end('<html>Bad Gateway</html>');
};
const EXPIRED: Reply = { status: 400, json: { message: 'Expired token' } };

function aBreaker() {
  const clock = new StandingClock();
  return { clock, breaker: new CircuitBreaker({ limits: DEFAULT_LIMITS, clock, random: () => 0 }) };
}

function admitted(breaker: CircuitBreaker, isWrite = false): Admission {
  const admission = breaker.admit(isWrite);
  if (typeof admission === 'string') throw new Error(admission);
  return admission;
}

function fail(breaker: CircuitBreaker, times: number): void {
  for (let n = 0; n < times; n += 1) breaker.note(admitted(breaker), true);
}

describe('the circuit breaker', () => {
  it('opens after five failures in a row, and a success starts the count anew', () => {
    const { breaker } = aBreaker();
    fail(breaker, 4);
    breaker.note(admitted(breaker), false);
    fail(breaker, 4);
    expect(breaker.admit(false)).toMatchObject({ startedWhile: 'closed' });
    fail(breaker, 1);
    expect(breaker.admit(false)).toBe('too many requests failed; it is not asked for another 30 s');
  });

  it('opens when half of the last twenty failed', () => {
    const { breaker } = aBreaker();
    for (let n = 0; n < 9; n += 1) {
      breaker.note(admitted(breaker), false);
      breaker.note(admitted(breaker), true);
    }
    breaker.note(admitted(breaker), false);
    expect(typeof breaker.admit(false)).toBe('object');
    fail(breaker, 1);
    expect(typeof breaker.admit(false)).toBe('string');
  });

  it('lets exactly one read through after the pause, and no write before that has gone well', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 5);
    clock.now += 30_000;
    expect(breaker.admit(true)).toBe('too many requests failed; a read has to go well first');
    const probe = admitted(breaker);
    expect(breaker.admit(false)).toBe('one request is finding out whether the platform answers again');
    breaker.note(probe, false);
    expect(typeof breaker.admit(true)).toBe('object');
  });

  it('doubles its pause with each probe that fails, up to tenfold', () => {
    const { breaker, clock } = aBreaker();
    fail(breaker, 5);
    const pauses = [30_000, 60_000, 120_000, 240_000, 300_000, 300_000];
    for (const pause of pauses) {
      clock.now += pause - 1;
      expect(typeof breaker.admit(false)).toBe('string');
      clock.now += 1;
      breaker.note(admitted(breaker), true);
    }
  });

  it('does not take the late answer of a request from before for its probe', () => {
    const { breaker, clock } = aBreaker();
    const early = admitted(breaker);
    fail(breaker, 5);
    clock.now += 30_000;
    const probe = admitted(breaker);
    breaker.note(early, false);
    expect(typeof breaker.admit(false)).toBe('string');
    breaker.note(probe, true);
    breaker.note(early, false);
    expect(typeof breaker.admit(false)).toBe('string');
  });

  it('never has two probes under way, whatever comes up and goes down, and always recovers', () => {
    const step = fc.record({ fails: fc.boolean(), waitMs: fc.nat(60_000), isAnswered: fc.boolean() });
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { breaker, clock } = aBreaker();
      let underWay: Admission[] = [];
      for (const { fails, waitMs, isAnswered } of steps) {
        clock.now += waitMs;
        const admission = breaker.admit(false);
        if (typeof admission !== 'string') underWay.push(admission);
        expect(underWay.filter(({ startedWhile }) => startedWhile === 'probing').length).toBeLessThanOrEqual(1);
        if (!isAnswered) continue;
        for (const one of underWay) breaker.note(one, fails);
        underWay = [];
      }
      for (const one of underWay) breaker.note(one, true);
      clock.now += 300_000;
      breaker.note(admitted(breaker), false);
      expect(typeof breaker.admit(true)).toBe('object');
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe('a platform that does not answer', () => {
  it('is left alone after five requests, and asked once when the pause is over', async () => {
    let isDown = true;
    const platform = startPlatform(() => (isDown ? BAD_GATEWAY : FOUND));
    await withClient(platform, {}, async ({ client, platform: server, clock }) => {
      for (let n = 0; n < 4; n += 1) await client.readWorkOrder(ORDER).catch(() => null);
      expect(server.seen).toHaveLength(5);
      await expect(client.readWorkOrder(ORDER)).rejects.toThrow(
        /too many requests failed; it is not asked for another \d+ s/,
      );
      clock.now += 60_000;
      isDown = false;
      const all = await Promise.allSettled(Array.from({ length: 4 }, () => client.readWorkOrder(ORDER)));
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(server.seen).toHaveLength(6);
      expect(await client.readWorkOrder(ORDER)).toMatchObject({ id: 4047 });
    });
  });

  it('may fail at one resource in its own words without being given up', async () => {
    const broken: Reply = { status: 500, json: { message: 'Internal Server Error' } };
    const platform = startPlatform((seen) => (seen.path.endsWith('/users/1') ? broken : FOUND));
    await withClient(platform, {}, async ({ client, platform: server }) => {
      for (let n = 0; n < 4; n += 1) await client.readProfile(1 as never).catch(() => null);
      expect(server.seen).toHaveLength(12);
      expect(await client.readWorkOrder(ORDER)).toMatchObject({ id: 4047 });
    });
  });
});

describe('a pause that the platform asked for', () => {
  it('ends although the clock was set back by a year meanwhile, and is not cut short', async () => {
    const { clock, breaker } = aBreaker();
    const lane = new Lane({ limits: DEFAULT_LIMITS, clock, breaker });
    lane.pauseFor(60_000);
    clock.now -= 365 * 86_400_000;
    const before = clock.now;
    expect(await lane.run('read', async () => 'answered')).toBe('answered');
    expect(clock.now - before).toBe(60_000);
  });
});

describe('further tries', () => {
  it('are a tenth of all requests once the spare ones are spent', () => {
    const budget = new RetryBudget(DEFAULT_LIMITS);
    const spare = Array.from({ length: 25 }, () => budget.take());
    expect(spare.filter(Boolean)).toHaveLength(20);
    let taken = 0;
    for (let request = 0; request < 1000; request += 1) {
      budget.save();
      if (budget.take()) taken += 1;
    }
    expect(taken).toBe(100);
  });

  it('end with the budget: a platform that fails every read is not asked thrice for each', async () => {
    const limits = { retryBudgetSpare: 2, breakAfterFailures: 1000, breakShareOf: 1000 };
    await withClient(
      startPlatform(() => BAD_GATEWAY),
      limits,
      async ({ client, platform }) => {
        for (let n = 0; n < 30; n += 1) await client.readWorkOrder(ORDER).catch(() => null);
        expect(platform.seen).toHaveLength(30 + 2 + 2);
      },
    );
  });
});

describe('tokens that are refused', () => {
  it('are replaced at most once a minute, whatever the platform says', async () => {
    await withClient(
      startPlatform(() => EXPIRED),
      {},
      async ({ client, platform, clock }) => {
        for (let second = 0; second < 180; second += 1) {
          await client.readWorkOrder(ORDER).catch(() => null);
          clock.now += 1_000;
        }
        expect(platform.logins).toHaveLength(1 + 3);
      },
    );
  });

  it.each([1, 2, 3, 7])('after every request number %i cost a refresh a minute, and no write twice', async (nth) => {
    let served = 0;
    const platform = startPlatform((seen) => {
      served += 1;
      return served % (nth + 1) === 0 ? EXPIRED : seen.method === 'GET' ? FOUND : { json: {} };
    });
    await withClient(platform, {}, async ({ client, platform: server, clock }) => {
      for (let n = 0; n < 20; n += 1) {
        await client.readWorkOrder(ORDER).catch(() => null);
        await client.send({ kind: 'publish', workOrderId: ORDER });
        clock.now += 30_000;
      }
      expect(server.seen.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(20);
      expect(server.logins.length).toBeLessThanOrEqual(1 + 10);
    });
  });

  it('of a life of seconds are not fetched every few seconds', async () => {
    const login = (_seen: unknown, nth: number): Reply => ({
      json: { access_token: `short-lived-${nth}`, expires_in: 2 },
    });
    await withClient(
      startPlatform(() => FOUND, login),
      {},
      async ({ client, platform, clock }) => {
        for (let second = 0; second < 120; second += 1) {
          await client.readWorkOrder(ORDER);
          clock.now += 1_000;
        }
        expect(platform.logins).toHaveLength(2);
      },
    );
  });
});

describe('resolved addresses', () => {
  const inside = [
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:93.184.216.34',
    '64:ff9b::a00:1',
    '100::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:a00:1::',
    '3fff::1',
    'not an address',
    '',
  ];
  it.each(inside)('of our own side are refused: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '93.184.216.34',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.167.1.1',
    '2606:4700::1111',
    '2a00:1450:4001:80b::200e',
  ])('of the internet are let through: %s', (address) => {
    expect([isPublicAddress(address), isLoopbackAddress(address)]).toEqual([true, false]);
  });

  /** What a connection would be told: the addresses, or the error. */
  function look(host: string, found: readonly LookupAddress[], all = true) {
    return new Promise<unknown>((resolve) => {
      checkedLookup((_host, done) => done(null, found))(host, { all }, (error, address) => resolve(error ?? address));
    });
  }
  const OUT = { address: '93.184.216.34', family: 4 };
  const IN = { address: '169.254.169.254', family: 4 };
  const HERE = { address: '127.0.0.1', family: 4 };

  it('let a name of the platform lead out, and localhost stay here', async () => {
    expect(await look('api.fieldnation.com', [OUT])).toEqual([OUT]);
    expect(await look('api.fieldnation.com', [OUT], false)).toBe(OUT.address);
    expect(await look('localhost', [HERE])).toEqual([HERE]);
  });

  it.each([
    ['api.fieldnation.com', [IN]],
    ['api.fieldnation.com', [OUT, IN]],
    ['api.fieldnation.com', [HERE]],
    ['api.fieldnation.com', []],
    ['localhost', [OUT]],
    ['localhost', [HERE, OUT]],
  ])('refuse %s at %j, before anything connects', async (host, found) => {
    expect(await look(host, found)).toBeInstanceOf(AddressRefused);
  });

  it('of this machine serve a sandbox that is called localhost', async () => {
    const platform = await startPlatform(() => FOUND);
    await withClient(
      { ...platform, origin: platform.origin.replace('127.0.0.1', 'localhost') },
      {},
      async ({ client }) => expect(await client.readWorkOrder(ORDER)).toMatchObject({ id: 4047 }),
    );
  });

  it('hand on that a name does not resolve', async () => {
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const told = await new Promise((resolve) => {
      checkedLookup((_host, done) => done(unknown, []))('api.fieldnation.com', {}, resolve);
    });
    expect(told).toBe(unknown);
  });
});
