import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import type { LogEntry } from '../../src/sandbox/world/nouns.ts';
import { openConnection, setPragmas } from '../../src/store/sqlite/connection.ts';
import { findSecondAssignments, findUndecidedWrites } from './broken-promises.ts';
import { HandlerDispatcher } from './handler-dispatcher.ts';
import { loadMarketRules } from './market-rules.ts';
import { type Dispatching, runSeeds, type SeedResult } from './run-seeds.ts';
import { estimateDifference, estimateMean, spreadOf, studentQuantile } from './statistics.ts';
import { type MarketResult, runStrategy, STRATEGIES } from './strategies.ts';
import { differences, sideBySide } from './tables.ts';
import { openThrowAwayLedger } from './throw-away-ledger.ts';

const MARKET = { seed: 3, days: 2 } as const;
const OTHER = { ...MARKET, seed: 4 } as const;
const ruleSet = loadMarketRules(join(packageRoot(), 'rules'));

function fingerprint({ world, outcome }: MarketResult): readonly string[] {
  return [JSON.stringify(outcome), createHash('sha256').update(JSON.stringify(world.log)).digest('hex')];
}

describe('a simulated market', () => {
  let ours: MarketResult;
  beforeAll(async () => {
    ours = await runStrategy('rules', MARKET, ruleSet);
  });

  it('dispatched by our rule files keeps every promise, and is really dispatched by them', () => {
    expect(ours.brokenPromises).toEqual([]);
    expect(ours.runs).toBe(96);
    expect(ours.outcome.by_actor.api).toBeGreaterThan(5);
    expect(ours.outcome.by_actor.platform).toBe(0);
  });

  it('is decided by every rule file that ships', () => {
    const shipped = readdirSync(join(packageRoot(), 'rules')).filter((name) => /^[\w-]+\.json$/.test(name));
    const ids = shipped.map((name) => name.replace('.json', ''));
    expect(ids).toContain('remote');
    expect(Object.keys(ours.decisionsOf).sort()).toEqual(ids.sort());
    for (const id of ids) expect(ours.decisionsOf[id], id).toBeGreaterThan(0);
  });

  it('is the same byte for byte with the same seed', async () => {
    expect(fingerprint(await runStrategy('rules', MARKET, ruleSet))).toEqual(fingerprint(ours));
  });

  it('is another with another seed, and has the same work orders however it is dispatched', async () => {
    const [one, other] = [await runStrategy('route', MARKET, ruleSet), await runStrategy('route', OTHER, ruleSet)];
    expect(fingerprint(other)).not.toEqual(fingerprint(one));
    for (const { name } of STRATEGIES.filter((strategy) => strategy.name !== 'rules')) {
      const theirs = await runStrategy(name, MARKET, ruleSet);
      expect([...theirs.world.workOrders.keys()]).toEqual([...ours.world.workOrders.keys()]);
      expect(theirs.outcome.by_actor.platform).toBeGreaterThan(5);
      expect(theirs.outcome.api_requests).toEqual({ reads: 0, writes: 0 });
    }
  });

  it('is put side by side in tables, one column a strategy', async () => {
    const theirs = await runStrategy('publish', MARKET, ruleSet);
    const outcomes = { publish: [theirs.outcome], route: [theirs.outcome], rules: [ours.outcome] };
    const line = (table: string, title: string) => table.split('\n').find((row) => row.includes(title)) ?? '';
    const fill = (outcome: typeof ours.outcome) => outcome.fill_rate_percent?.toFixed(1) ?? '';
    expect(line(sideBySide(outcomes), 'fill rate')).toContain(fill(ours.outcome));
    expect(line(sideBySide(outcomes), 'fill rate')).toContain(fill(theirs.outcome));
    const less = (ours.outcome.fill_rate_percent ?? 0) - (theirs.outcome.fill_rate_percent ?? 0);
    expect(line(differences(outcomes), 'fill rate')).toContain(less.toFixed(1));
  });
});

describe('what must never happen', () => {
  const entry = (kind: string, provider: number, detail: LogEntry['detail'] = {}): LogEntry => ({
    seq: 1,
    at: '2026-01-05T14:00:00.000Z',
    kind,
    work_order_id: 5001,
    provider_id: provider,
    detail,
  });
  const assigned = (provider: number, by = 'api') => entry('work_order.assigned', provider, { by });

  it('is an assignment of ours while an earlier one stands', () => {
    expect(findSecondAssignments([assigned(1), assigned(2)])).toHaveLength(1);
  });

  it('is not one after the provider dropped out, or one by somebody else', () => {
    expect(findSecondAssignments([assigned(1), entry('work_order.provider_cancelled', 1), assigned(2)])).toEqual([]);
    expect(findSecondAssignments([assigned(1, 'colleague'), assigned(2)])).toEqual([]);
  });

  it('is a write that no claim accounts for, or one more than were claimed', () => {
    const path = '/api/rest/v2/workorders/5001/publish';
    const write = entry('write', 0, { method: 'POST', path, query: {}, body: '', status: 200 });
    const call = { kind: 'publish', workOrderId: 5001 };
    const decisions = [
      { intents: [{ n: 1, call, costCents: 0, claimedAtMs: [1], effects: [] }] },
    ] as unknown as Parameters<typeof findUndecidedWrites>[1];
    expect(findUndecidedWrites([write], decisions)).toEqual([]);
    expect(findUndecidedWrites([write], [])).toHaveLength(1);
    expect(findUndecidedWrites([write, write], decisions)).toHaveLength(1);
  });
});

describe('the means', () => {
  it('have the 95 % interval of Student', () => {
    // Tables of t at 97.5 %.
    for (const [degrees, t] of [
      [1, 12.706],
      [2, 4.303],
      [3, 3.182],
      [4, 2.776],
      [9, 2.262],
      [49, 2.01],
    ] as const)
      expect(Math.abs(studentQuantile(degrees) - t)).toBeLessThan(0.02);
    const { mean, plusMinus } = estimateMean([1, 2, 3, 4, 5]) ?? {};
    expect(mean).toBe(3);
    expect(plusMinus).toBeCloseTo(1.963, 2);
  });

  it('stand beside the median and the middle half', () => {
    expect(spreadOf([4, 1, null, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
    expect(spreadOf([7])).toEqual({ lower: 7, median: 7, upper: 7 });
    expect(spreadOf([null])).toBeNull();
  });

  it('of differences are taken seed by seed, and leave out what has no value', () => {
    expect(estimateDifference([10, 20, 30, null], [9, 19, 29, 1])).toEqual({ mean: 1, plusMinus: 0, count: 3 });
    expect(estimateMean([null])).toBeNull();
    expect(estimateMean([7])).toEqual({ mean: 7, plusMinus: null, count: 1 });
  });
});

describe('markets side by side', () => {
  it('are told in the order of their seeds, whichever is done first', async () => {
    const waiting: (() => void)[] = [];
    const open = (): Dispatching => ({
      run: (seed) => new Promise<SeedResult>((done) => waiting.push(() => done({ seed, ways: [] }))),
      close: async () => undefined,
    });
    const running = runSeeds({ seeds: 3, jobs: 2, open, mayBegin: () => true, onDone: () => waiting.pop()?.() });
    waiting.pop()?.();
    expect((await running).map(({ seed }) => seed)).toEqual([1, 2, 3]);
  });

  it('begin no more when told so, and finish what is under way', async () => {
    const asked: boolean[] = [];
    const open = (): Dispatching => ({ run: async (seed) => ({ seed, ways: [] }), close: async () => undefined });
    const mayBegin = () => asked.push(true) <= 2;
    expect(await runSeeds({ seeds: 9, jobs: 1, open, mayBegin, onDone: () => undefined })).toHaveLength(2);
  });
});

describe('the composition of a market', () => {
  it('leaves nothing in its ledger that would make the next opening careless', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-market-test-'));
    const path = join(folder, 'ledger.db');
    const ledger = openThrowAwayLedger(path);
    await ledger.store.close();
    const connection = openConnection({ path, readonly: false, busyTimeoutMs: 0 });
    try {
      setPragmas(connection);
      expect(connection.db.pragma('synchronous', { simple: true })).toBe(2);
    } finally {
      connection.db.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('hands requests to the handler as the client sent them, and its failures as failures', async () => {
    const dispatcher = new HandlerDispatcher(async (given) => {
      if (given.method === 'DELETE') throw new TypeError('no');
      return Response.json({ url: given.url, body: await given.text() }, { status: 201, headers: { 'x-said': 'yes' } });
    });
    const url = 'http://127.0.0.1/a?b=c';
    const answer = await request(url, { dispatcher, method: 'POST', body: '{"d":1}' });
    expect([answer.statusCode, answer.headers['x-said']]).toEqual([201, 'yes']);
    expect(await answer.body.json()).toEqual({ url, body: '{"d":1}' });
    await expect(request(url, { dispatcher, method: 'DELETE' })).rejects.toThrow('no');
  });

  it('refuses wrong arguments with exit code 2', () => {
    const run = () =>
      execFileSync(process.execPath, [join(import.meta.dirname, 'market.ts'), '--seeds', '0'], { stdio: 'pipe' });
    expect(run).toThrow(expect.objectContaining({ status: 2 }));
  });
});
