import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readRulesOnDisk } from '../../src/cli/load-rules.ts';
import { type Daemon, type DaemonParts, startDaemon } from '../../src/daemon/daemon.ts';
import { createMetrics } from '../../src/daemon/metrics.ts';
import { performRun } from '../../src/daemon/perform-run.ts';
import { keepLastGoodRules } from '../../src/daemon/rule-reload.ts';
import { startStatusServer } from '../../src/daemon/status-server.ts';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { hashRuleTexts } from '../../src/domain/rule-event.ts';
import type { Run } from '../../src/domain/run.ts';
import { type DecisionStore, LedgerFailure, PlatformUnavailable } from '../../src/engine/ports.ts';
import { createLog } from '../../src/log.ts';
import { packageRoot } from '../../src/package-root.ts';
import { cronModel, EVERY_FIVE_MINUTES, type FakeTime, fakeTime } from './fake-time.ts';
import { openReader, openStore, type QuietPlatform, quietPlatform, runMeans } from './platform.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const GOOD = readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8');

type Line = { readonly level: string; readonly msg: string; readonly [field: string]: unknown };

type Bench = {
  readonly folder: string;
  readonly time: FakeTime;
  readonly platform: QuietPlatform;
  readonly store: DecisionStore;
  readonly stop: AbortController;
  readonly metrics: DaemonParts['metrics'];
  readonly daemon: Daemon;
  readonly lines: Line[];
  /** What has been logged of runs. */
  results(): readonly string[];
  writeRules(name: string, text: string): void;
};

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

type Given = Partial<Pick<DaemonParts, 'open' | 'drainMs' | 'lookAtLedger' | 'hintLimits'>> & {
  /** Called when a run opens; what it returns, when that run lets go. */
  readonly meet?: () => () => void;
};

/** A daemon against a platform with nothing to do, every five minutes, started two minutes after noon. */
function openBench({ meet = () => () => undefined, ...given }: Given = {}): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-daemon-'));
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  const writeRules = (name: string, text: string) => writeFileSync(join(rules, name), text);
  writeRules('first.json', GOOD);
  const time = fakeTime(NOON + 2 * MINUTE);
  const platform = quietPlatform();
  const store = openStore(folder);
  const stop = new AbortController();
  const metrics = createMetrics({ withProcess: false });
  const lines: Line[] = [];
  const log = createLog({ level: 'debug', secrets: [], write: (line) => lines.push(JSON.parse(line)) });
  const onDisk = () => readRulesOnDisk(rules, DEFAULT_LIMITS);
  const first = onDisk();
  if (first.kind === 'refused') throw new Error(first.problems.join('\n'));
  let runs = 0;
  const daemon = startDaemon({
    clock: time,
    schedule: EVERY_FIVE_MINUTES,
    ticker: cronModel(time, EVERY_FIVE_MINUTES),
    log,
    metrics,
    drainMs: 60_000,
    hintLimits: DEFAULT_LIMITS,
    stop: stop.signal,
    newRunId: () => `run-${++runs}`,
    rules: keepLastGoodRules({ first: first.set, read: onDisk, log, onReload: metrics.noteReload }),
    open: async () => ({ ...runMeans(platform.source, store, time.wallMs), release: meet() }),
    lookAtLedger: async () => ({ openIntents: (await store.openIntents()).length, chainHead: null }),
    ...given,
  });
  opened.push(async () => {
    stop.abort();
    platform.letGo();
    await Promise.race([daemon.ended.catch(() => null), turns()]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const results = () => lines.flatMap(({ result }) => (typeof result === 'string' ? [result] : []));
  return { folder, time, platform, store, stop, metrics, daemon, lines, results, writeRules };
}

function somebodysRun(tick: string): Run {
  const ruleSetHash = hashText('somebody’s rules');
  return { id: 'somebody', environment: 'loopback', tick, startedAtMs: NOON, engineVersion: 'test', ruleSetHash };
}

/** Lets promises go as far as they can. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function passed(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.time.pass(MINUTE);
    await turns();
  }
}

async function metric(bench: Bench, name: string): Promise<number> {
  const text = await bench.metrics.text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.slice(name.length + 1));
}

// Its file is read once a process, in a time of its own that no fake clock knows of.
beforeAll(async () => {
  await loadHighs();
});

describe('a daemon', () => {
  it('makes one run a tick and writes one line about it', async () => {
    const bench = openBench();
    await passed(bench, 14);
    const runs = bench.lines.filter(({ result }) => result !== undefined);
    expect(runs.map(({ tick, because, result, msg }) => [tick, because, result, msg])).toEqual([
      ['2026-11-22T12:00:00.000Z', 'start', 'done', 'run done'],
      ['2026-11-22T12:05:00.000Z', 'schedule', 'done', 'run done'],
      ['2026-11-22T12:10:00.000Z', 'schedule', 'done', 'run done'],
      ['2026-11-22T12:15:00.000Z', 'schedule', 'done', 'run done'],
    ]);
    expect(runs[1]).toMatchObject({ level: 'info', httpRequests: 2, openIntents: 0, actions: 0, run: 'run-2' });
    expect(await metric(bench, 'fieldmarshal_runs_total{result="done"}')).toBe(4);
    expect(await metric(bench, 'fieldmarshal_http_requests_total')).toBe(8);
    expect(await metric(bench, 'fieldmarshal_last_good_run_timestamp_seconds')).toBe((NOON + 15 * MINUTE) / 1000);
  });

  it('never has two runs under way, however often it is called', async () => {
    let [underWay, most] = [0, 0];
    const bench = openBench({
      meet: () => {
        underWay += 1;
        most = Math.max(most, underWay);
        return () => {
          underWay -= 1;
        };
      },
    });
    bench.platform.hold();
    await passed(bench, 60);
    expect([underWay, most]).toEqual([1, 1]);
    expect(await metric(bench, 'fieldmarshal_overlapping_ticks_total')).toBe(12);
    bench.platform.letGo();
    await passed(bench, 10);
    expect([underWay, most]).toEqual([0, 1]);
    expect(bench.results()).toEqual(['done', 'done', 'done']);
  });

  it('skips a tick that has its run in the ledger', async () => {
    const bench = openBench();
    await turns();
    await bench.store.openRun(somebodysRun('2026-11-22T12:05:00.000Z'));
    await passed(bench, 9);
    expect(bench.results()).toEqual(['done', 'taken', 'done']);
  });

  it('settles at once what a process before it left open, though the tick of its start is taken', async () => {
    let looks = 0;
    const bench = openBench({ lookAtLedger: async () => ({ openIntents: looks++ === 0 ? 1 : 0, chainHead: null }) });
    const tick = '2026-11-22T12:00:00.000Z';
    // The daemon's own run has not come to the ledger yet.
    await bench.store.openRun(somebodysRun(tick));
    await turns();
    const runs = bench.lines
      .filter(({ result }) => result !== undefined)
      .map(({ tick: name, result }) => [name, result]);
    expect(runs).toEqual([
      [tick, 'taken'],
      ['start:2026-11-22T12:02:00.000Z', 'done'],
    ]);
  });

  it('goes on when the platform cannot be read, and when others hold the ledger', async () => {
    const bench = openBench();
    await turns();
    bench.platform.failNext(new PlatformUnavailable('unreachable', 'the connection was refused'));
    await passed(bench, 4);
    expect(bench.lines.at(-1)).toMatchObject({ level: 'error', result: 'unavailable', why: 'unreachable' });
    await passed(bench, 5);
    expect(bench.results()).toEqual(['done', 'unavailable', 'done']);
    const locked = openBench({
      open: async () => ({ kind: 'locked', message: 'another fieldmarshal is still acting' }),
    });
    await passed(locked, 4);
    expect(locked.results()).toEqual(['locked', 'locked']);
  });

  it.each([
    ['the ledger fails', new LedgerFailure('the disk is full', 'Make room.')],
    ['it has a bug', new TypeError('x is not a function')],
  ])('ends at once when %s', async (_, error) => {
    const bench = openBench();
    await turns();
    const ended = expect(bench.daemon.ended).rejects.toBe(error);
    bench.platform.failNext(error);
    await passed(bench, 4);
    await ended;
    const before = bench.results().length;
    await passed(bench, 30);
    expect(bench.results()).toHaveLength(before);
  });
});

describe('hints', () => {
  const SECOND = 1000;
  const wait = async (bench: Bench, seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      bench.time.pass(SECOND);
      await turns();
    }
  };
  const hint = (bench: Bench, ...ids: readonly number[]) => {
    for (const id of ids) bench.daemon.hint(workOrderId(id));
  };
  const ran = (bench: Bench) =>
    bench.lines.flatMap(({ because, result, hinted }) => (result === undefined ? [] : [[because, result, hinted]]));
  const START = ['start', 'done', undefined];
  const TICK = ['schedule', 'done', undefined];

  it('wake one run about all of them, five seconds after the last', async () => {
    const bench = openBench();
    await turns();
    hint(bench, 101, 107);
    await wait(bench, 4);
    hint(bench, 101, 103);
    await wait(bench, 4);
    expect(ran(bench)).toEqual([START]);
    await wait(bench, 1);
    expect(ran(bench)).toEqual([START, ['webhook', 'done', 3]]);
    await wait(bench, 60);
    expect(ran(bench)).toHaveLength(2);
    expect(await metric(bench, 'fieldmarshal_webhook_runs_total')).toBe(1);
    const reader = openReader(bench.folder);
    const ticks = (await reader.runs({ sinceMs: 0, untilMs: null })).map(({ tick }) => tick);
    await reader.close();
    expect(ticks).toEqual(['2026-11-22T12:00:00.000Z', expect.stringMatching(/^webhook:./)]);
  });

  it('that never cease wake it thirty seconds after the first', async () => {
    const bench = openBench();
    await turns();
    for (let second = 0; second < 30; second += 1) {
      hint(bench, 101);
      await wait(bench, 1);
    }
    expect(ran(bench)).toEqual([START, ['webhook', 'done', 1]]);
  });

  it('are taken along by a scheduled run that is near', async () => {
    const bench = openBench();
    await passed(bench, 2);
    await wait(bench, 52);
    hint(bench, 101);
    await wait(bench, 8);
    await wait(bench, 60);
    expect(ran(bench)).toEqual([START, TICK]);
    expect(bench.daemon.health(null, { url: '', deliveries: {}, last_taken_at: null }).webhook).toMatchObject({
      waiting_work_orders: 0,
    });
  });

  it('that come while a run is under way wake another one when it is over', async () => {
    const bench = openBench();
    await turns();
    bench.platform.hold();
    await passed(bench, 3);
    hint(bench, 101);
    await wait(bench, 40);
    expect(ran(bench)).toEqual([START]);
    bench.platform.letGo();
    await turns();
    expect(ran(bench)).toEqual([START, TICK, ['webhook', 'done', 1]]);
  });

  it('never cost the schedule its run: it follows the one that they woke', async () => {
    const bench = openBench();
    await turns();
    hint(bench, 101);
    bench.platform.hold();
    await wait(bench, 5);
    await passed(bench, 4);
    bench.platform.letGo();
    await turns();
    expect(ran(bench)).toEqual([START, ['webhook', 'done', 1], TICK]);
    expect(await metric(bench, 'fieldmarshal_overlapping_ticks_total')).toBe(0);
  });

  it('of a run that could not read are taken by the next scheduled one, and wake none', async () => {
    const bench = openBench();
    await turns();
    hint(bench, 101);
    bench.platform.failNext(new PlatformUnavailable('unreachable', 'the connection was refused'));
    await passed(bench, 4);
    expect(ran(bench)).toEqual([START, ['webhook', 'unavailable', 1], TICK]);
  });

  it('wake so many runs an hour and no more; the others wait for the schedule', async () => {
    const bench = openBench({ hintLimits: { ...DEFAULT_LIMITS, maxWebhookRunsPerHour: 3 } });
    await turns();
    for (let minute = 0; minute < 59; minute += 1) {
      hint(bench, 101);
      await passed(bench, 1);
    }
    const woken = ran(bench).filter(([because]) => because === 'webhook');
    expect(woken).toHaveLength(3);
    expect(bench.lines.filter(({ runsAnHour }) => runsAnHour === 3)).toHaveLength(1);
    await passed(bench, 4);
    hint(bench, 101);
    await passed(bench, 1);
    expect(ran(bench).filter(([because]) => because === 'webhook')).toHaveLength(4);
  });

  it('of ten thousand work orders are one run about all, in bounded memory', async () => {
    const bench = openBench();
    await turns();
    bench.platform.hold();
    hint(bench, 1);
    await wait(bench, 5);
    for (let id = 1; id <= 10_000; id += 1) hint(bench, id);
    expect(bench.daemon.health(null, { url: '', deliveries: {}, last_taken_at: null }).webhook).toMatchObject({
      waiting_work_orders: 500,
    });
    await wait(bench, 10);
    bench.platform.letGo();
    await turns();
    expect(ran(bench)).toEqual([START, ['webhook', 'done', 1], ['webhook', 'done', 'all']]);
  });

  it('are read in full, whatever is remembered of them, by whichever run takes them', async () => {
    let asked = 0;
    const heads = async () => {
      asked += 1;
      return [];
    };
    const nothing = async () => undefined;
    const memory = { heads, recall: async () => new Map(), remember: nothing, keepOnly: nothing };
    const bench: Bench = openBench({
      open: async () => {
        // The first run begins before there is a bench.
        await null;
        const { deps, ...means } = runMeans(bench.platform.source, bench.store, bench.time.wallMs);
        return { ...means, deps: { ...deps, memory } };
      },
    });
    await turns();
    expect([ran(bench), asked]).toEqual([[START], 1]);
    for (let id = 1; id <= 501; id += 1) hint(bench, id);
    await wait(bench, 5);
    expect([ran(bench).at(-1), asked]).toEqual([['webhook', 'done', 'all'], 1]);
    await passed(bench, 4);
    expect([ran(bench).at(-1), asked]).toEqual([TICK, 2]);
  });

  it('are no sign of health, and of none when asked to stop', async () => {
    const bench = openBench();
    await turns();
    const runs = async () => {
      hint(bench, 101);
      await wait(bench, 6);
    };
    for (let minute = 0; minute < 5; minute += 1) {
      await runs();
      bench.time.pass(20 * SECOND);
    }
    expect(bench.daemon.health().last_good_run_at).toBe('2026-11-22T12:02:00.000Z');
    const before = ran(bench).length;
    hint(bench, 101);
    bench.stop.abort();
    await wait(bench, 60);
    expect(await bench.daemon.ended).toBe('drained');
    expect([bench.daemon.isStopping(), ran(bench).length]).toEqual([true, before]);
  });
});

describe('stopping', () => {
  it('between runs is done at once', async () => {
    const bench = openBench();
    await passed(bench, 1);
    bench.stop.abort();
    expect(await bench.daemon.ended).toBe('drained');
    expect(bench.daemon.health().status).toBe('stopping');
    await passed(bench, 20);
    expect(bench.results()).toEqual(['done']);
  });

  it('waits for the run under way, which decides nothing more', async () => {
    const bench = openBench();
    await turns();
    bench.platform.hold();
    await passed(bench, 4);
    bench.stop.abort();
    bench.time.pass(30_000);
    await turns();
    expect(bench.daemon.health()).toMatchObject({ status: 'stopping', is_running: true });
    bench.platform.letGo();
    expect(await bench.daemon.ended).toBe('drained');
  });

  it('while it waits for a list asks for no further one', async () => {
    const bench = openBench();
    await turns();
    const before = bench.platform.source.requestCount();
    const { deps, ...means } = runMeans(bench.platform.source, bench.store, bench.time.wallMs);
    const stop = new AbortController();
    const { set } = rulesOf(bench);
    const outcome = await performRun(
      {
        open: async () => {
          stop.abort();
          return { ...means, deps };
        },
        rules: { current: () => ({ set, refused: null }), inForce: () => ({ set, refused: null }) },
        stop: stop.signal,
        newRunId: () => 'late',
        lookAtLedger: async () => null,
      },
      { tick: 'late', only: null },
    );
    expect(outcome.kind).toBe('stopped');
    expect(bench.platform.source.requestCount()).toBe(before);
  });

  it('gives up waiting at the deadline', async () => {
    const bench = openBench({ drainMs: 20_000 });
    await turns();
    bench.platform.hold();
    await passed(bench, 4);
    bench.stop.abort();
    await turns();
    bench.time.pass(19_000);
    await turns();
    bench.time.pass(1000);
    expect(await bench.daemon.ended).toBe('abandoned');
  });
});

async function eventsOf(folder: string) {
  const reader = openReader(folder);
  try {
    return await reader.ruleEvents();
  } finally {
    await reader.close();
  }
}

function rulesOf(bench: Bench) {
  const read = readRulesOnDisk(join(bench.folder, 'rules'), DEFAULT_LIMITS);
  if (read.kind === 'refused') throw new Error(read.problems.join('\n'));
  return read;
}

describe('what is no rule file in the folder of rule files', () => {
  it.each([
    ['a pipe', 'is a pipe', (path: string) => execFileSync('mkfifo', [path])],
    [
      'a device without an end',
      `the limit is ${DEFAULT_LIMITS.maxRuleFileBytes}`,
      (path: string) => symlinkSync('/dev/zero', path),
    ],
    ['a link to itself', 'ELOOP', (path: string) => symlinkSync(path, path)],
    ['a folder', 'EISDIR', (path: string) => mkdirSync(path)],
  ])('refuses %s and waits for nothing', (_what, says, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-no-rule-'));
    try {
      make(join(folder, 'first.json'));
      const read = readRulesOnDisk(folder, DEFAULT_LIMITS);
      expect(read).toMatchObject({ kind: 'refused', problems: [expect.stringContaining(says)] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('rule files that change while it runs', () => {
  const ruleSets = (bench: Bench) =>
    bench.lines.flatMap(({ result, ruleSet }) => (result === undefined ? [] : [ruleSet]));

  it('are taken before the next run when all are good, and never within one', async () => {
    const bench = openBench();
    await turns();
    bench.platform.hold();
    await passed(bench, 4);
    bench.writeRules('first.json', GOOD.replace('Default ranking', 'Another ranking'));
    bench.platform.letGo();
    await passed(bench, 5);
    const [first, during, after] = ruleSets(bench);
    expect(during).toBe(first);
    expect(after).not.toBe(first);
    expect(await metric(bench, 'fieldmarshal_rule_reloads_total{result="taken"}')).toBe(1);
  });

  it.each([
    ['with a mistake', GOOD.replace('"weight": 100', '"weight": "100"')],
    ['half written', GOOD.slice(0, 400)],
    ['empty', ''],
  ])('%s leave the last good set in force, as a whole, until they are mended', async (_, text) => {
    const bench = openBench();
    await turns();
    const good = GOOD.replace('Default ranking', 'Another ranking');
    bench.writeRules('first.json', good);
    bench.writeRules('second.json', text);
    await passed(bench, 9);
    const [first, second, third] = ruleSets(bench);
    expect([second, third]).toEqual([first, first]);
    const refusals = bench.lines.filter(({ msg }) => msg === 'rule files refused; the last good set stays');
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      level: 'error',
      problems: [expect.stringMatching(/^rules\/second\.json:\d+:\d+ FM-R/)],
    });
    expect(bench.lines.at(-1)).toMatchObject({ result: 'done', ruleProblems: 1 });
    expect(bench.daemon.health().are_rule_files_good).toBe(false);
    expect(await metric(bench, 'fieldmarshal_rule_files_refused')).toBe(1);
    rmSync(join(bench.folder, 'rules/second.json'));
    await passed(bench, 5);
    expect(ruleSets(bench).at(-1)).not.toBe(first);
    expect(bench.daemon.health().are_rule_files_good).toBe(true);
    expect(await metric(bench, 'fieldmarshal_rule_files_refused')).toBe(0);
  });

  it('are in the ledger: each set once, each refusal once, also for the process after this one', async () => {
    const bench = openBench();
    await turns();
    const [good, bad] = [GOOD.replace('Default ranking', 'Another ranking'), GOOD.slice(0, 400)];
    for (const text of [good, bad, bad, good, bad.slice(1)]) {
      bench.writeRules('first.json', text);
      await passed(bench, 5);
    }
    const events = await eventsOf(bench.folder);
    expect(events.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'refused', 'taken', 'refused']);
    const [first, second, third, mended] = events;
    expect(second).toMatchObject({ beforeSetHash: first?.setHash, textHash: hashRuleTexts([good]) });
    expect(third).toMatchObject({ setHash: second?.setHash, textHash: hashRuleTexts([bad]) });
    expect(third).toMatchObject({ problems: [expect.stringMatching(/^rules\/first\.json:\d+:\d+ FM-R/)] });
    expect(mended).toMatchObject({ setHash: second?.setHash, beforeSetHash: second?.setHash });
    expect(await metric(bench, 'fieldmarshal_rule_reloads_total{result="refused"}')).toBe(2);
    bench.writeRules('first.json', good);
    const { set } = rulesOf(bench);
    bench.writeRules('first.json', bad.slice(1));
    const refused = readRulesOnDisk(join(bench.folder, 'rules'), DEFAULT_LIMITS);
    if (refused.kind !== 'refused') throw new Error('the file is not broken');
    const restarted = {
      open: async () => runMeans(bench.platform.source, bench.store, bench.time.wallMs),
      rules: { current: () => ({ set, refused }), inForce: () => ({ set, refused }) },
      stop: bench.stop.signal,
      newRunId: () => 'restarted',
      lookAtLedger: async () => null,
    };
    expect(await performRun(restarted, { tick: 'restarted', only: null })).toMatchObject({
      kind: 'finished',
      ruleProblems: 1,
    });
    expect(await eventsOf(bench.folder)).toHaveLength(5);
  });

  it('that are gone leave the last good set in force', async () => {
    const bench = openBench();
    await turns();
    rmSync(join(bench.folder, 'rules'), { recursive: true });
    await passed(bench, 4);
    expect(bench.results()).toEqual(['done', 'done']);
    expect(await metric(bench, 'fieldmarshal_rule_reloads_total{result="refused"}')).toBe(1);
  });
});

describe('health', () => {
  it('is good with the age of the last good run, and bad after three intervals without one', async () => {
    const bench = openBench();
    expect(bench.daemon.health()).toMatchObject({
      status: 'starting',
      last_good_run_at: null,
      next_tick: '2026-11-22T12:05:00.000Z',
    });
    await turns();
    bench.time.pass(90_000);
    expect(bench.daemon.health()).toMatchObject({
      status: 'ok',
      last_good_run_at: '2026-11-22T12:02:00.000Z',
      last_good_run_age_seconds: 90,
      last_result: 'done',
      is_running: false,
    });
    bench.platform.hold();
    await passed(bench, 11);
    expect(bench.daemon.health().status).toBe('ok');
    await passed(bench, 1);
    expect(bench.daemon.health().status).toBe('late');
    bench.platform.letGo();
    await turns();
    expect(bench.daemon.health().status).toBe('ok');
  });

  it('does not believe a wall clock that was set', async () => {
    const bench = openBench();
    await turns();
    bench.time.jump(-30 * 24 * 60 * MINUTE);
    bench.time.pass(60_000);
    expect(bench.daemon.health()).toMatchObject({ last_good_run_age_seconds: 60 });
  });
});

describe('the status server', () => {
  async function serve(status: 'ok' | 'late' | null, paused: string | null = null) {
    const bench = openBench();
    await turns();
    const report = bench.daemon.health(paused);
    const server = await startStatusServer({
      port: 0,
      health: () => (status === null ? null : { ...report, status }),
      metrics: bench.metrics.text,
    });
    opened.push(() => server.close());
    return server;
  }

  it('answers health as JSON: 200 while well or starting, 503 when late', async () => {
    for (const [status, code] of [
      ['ok', 200],
      [null, 200],
      ['late', 503],
    ] as const) {
      const server = await serve(status);
      const answer = await request(`${server.url}/healthz`);
      expect(answer.statusCode).toBe(code);
      expect(await answer.body.json()).toMatchObject({ status: status ?? 'starting' });
    }
  });

  it('shows a pause, which is no illness', async () => {
    for (const paused of [null, 'by ana until 2026-11-22T16:00:00.000Z: storm']) {
      const answer = await request(`${(await serve('ok', paused)).url}/healthz`);
      expect([answer.statusCode, await answer.body.json()]).toEqual([
        200,
        expect.objectContaining({ status: 'ok', paused }),
      ]);
    }
  });

  it('answers metrics in the text format', async () => {
    const server = await serve('ok');
    const answer = await request(`${server.url}/metrics`);
    expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(await answer.body.text()).toMatch(/^fieldmarshal_runs_total\{result="done"\} 1$/m);
  });

  it('listens on this machine only, under its own names only, and changes nothing', async () => {
    const server = await serve('ok');
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { port } = new URL(server.url);
    for (const [host, code] of [
      [`localhost:${port}`, 200],
      ['evil.example', 421],
      [`127.0.0.1.evil.example:${port}`, 421],
      ['', 400],
    ] as const) {
      const answer = await request(`${server.url}/healthz`, { headers: { host } });
      await answer.body.dump();
      expect([host, answer.statusCode]).toEqual([host, code]);
    }
    const posted = await request(`${server.url}/healthz`, { method: 'POST', body: '{}' });
    await posted.body.dump();
    expect(posted.statusCode).toBe(404);
  });

  it('fails when its port is taken', async () => {
    const server = await serve('ok');
    const again = startStatusServer({
      port: Number(new URL(server.url).port),
      health: () => null,
      metrics: async () => '',
    });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
