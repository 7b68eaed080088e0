import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examineLedger, readDecisions } from '../../e2e/ledger-file.ts';
import { openDoor } from '../../e2e/rule-files.ts';
import { openScene, type Scene } from '../../e2e/scene.ts';
import { builtCli } from '../built-cli.ts';
import type { Campaign, CampaignFailure } from '../campaign-contract.ts';
import { findDoubles, findViolations } from '../judge.ts';
import { isWrite, type Market, openMarket } from '../market.ts';
import { makeRandom, type Random } from '../simulation/random.ts';
import { requireStrace, startTraced } from '../strace.ts';
import { DISK_FAILURES, type DiskFailure, holdLock } from './failures.ts';

const AT_ONCE = 2;

/** A disk that fails under the built CLI: it says so, ends with 5, does nothing more, and goes on once it is mended. */
export const disk: Campaign = {
  name: 'disk',
  about: 'the built CLI on a disk that is full, read-only, locked, cut short, overwritten or fails to write',
  runs: 20,
  mutants: [],
  needed: ['writes', 'stopped', 'stoppedAfterAWrite'],
  perform: async ({ seed, from, runs }) => {
    requireStrace();
    const main = await builtCli();
    const failures: CampaignFailure[] = [];
    const counts: Record<string, number> = { runs: 0, stopped: 0, stoppedAfterAWrite: 0, untouched: 0, writes: 0 };
    let next = from;
    const work = async (): Promise<void> => {
      while (next < from + runs && failures.length < 3) {
        const run = next;
        next += 1;
        const seen = await failUnderRun({ main, seed, run });
        counts['runs'] = (counts['runs'] ?? 0) + 1;
        counts['writes'] = (counts['writes'] ?? 0) + seen.writes;
        const result = seen.hasStopped ? 'stopped' : 'untouched';
        counts[result] = (counts[result] ?? 0) + 1;
        if (seen.hasActed) counts['stoppedAfterAWrite'] = (counts['stoppedAfterAWrite'] ?? 0) + 1;
        for (const message of seen.broken) failures.push({ run, message });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { failures, counts };
  },
};

type Bench = {
  readonly market: Market;
  readonly scene: Scene;
  readonly main: string;
  readonly random: Random;
  readonly failure: DiskFailure;
  readonly broken: string[];
};

async function failUnderRun(given: { readonly main: string; readonly seed: number; readonly run: number }) {
  const random = makeRandom('disk', given.seed, given.run);
  const failure = DISK_FAILURES[given.run % DISK_FAILURES.length];
  if (failure === undefined) throw new Error('no way to fail');
  const market = await openMarket({ seed: random.between(1, 1_000_000), workOrders: 24, providers: 40 });
  const scene = openScene(given.main);
  const bench: Bench = { ...given, market, scene, random, failure, broken: [] };
  try {
    market.advance(180);
    scene.write('rules/open-door.json', openDoor());
    scene.write('idle/open-door.json', openDoor({ mode: 'shadow' }));
    await go(bench, 'idle', 'ledger.db');
    const saved = await scene.run(['ledger', 'backup', 'saved.db', '--db', 'ledger.db']);
    if (saved.code !== 0) bench.broken.push(`no backup: ${saved.stderr}`);
    const hasStopped = await goAndFail(bench);
    const hasActed = hasStopped && countWrites(market) > 0;
    await mendAndGo(bench);
    const writes = countWrites(market);
    return { broken: bench.broken.map((what) => `${failure.name}: ${what}`), hasStopped, hasActed, writes };
  } finally {
    await scene.close();
    await market.close();
  }
}

async function go({ market, scene, broken }: Bench, rules: string, db: string): Promise<void> {
  const { code, stderr } = await scene.run(['run', '--once', '--rules', rules, '--db', db], market.settings);
  if (code !== 0 && code !== 1) broken.push(`a run on a good disk ended with ${code}: ${stderr}`);
}

/** True: it stopped for the disk. What must not be is put among what is broken. */
async function goAndFail(bench: Bench): Promise<boolean> {
  const { market, scene, random, failure, broken } = bench;
  const ledger = join(scene.folder, 'ledger.db');
  failure.spoil?.(ledger, random);
  const writesBefore = countWrites(market);
  const log = join(scene.folder, 'strace.log');
  const words = [bench.main, ...failure.words, '--rules', 'rules', '--db', ledger];
  const flags = ['-f', '-o', log, ...failure.flags(ledger, random)];
  const isTraced = flags.length > 3;
  const child = startTraced(isTraced ? flags : ['-f', '-o', log, '-e', 'trace=none'], words, {
    cwd: scene.folder,
    env: market.settings,
  });
  const lock = lockOnTheWay(bench, ledger);
  const deadline = setTimeout(child.kill, failure.words[0] === 'daemon' ? 6_000 : 60_000);
  const { code, stderr } = await child.ended;
  clearTimeout(deadline);
  lock.release();
  market.setWay(null);
  const wasHit = isTraced ? existsSync(log) && readFileSync(log, 'utf8').includes('(INJECTED)') : lock.wasHeld();
  if (code === 5) {
    if (!failure.says.test(stderr)) broken.push(`it ended with 5 and says: ${stderr}`);
    if (/^\s+at .*:\d+:\d+/m.test(stderr)) broken.push(`it shows a stack: ${stderr}`);
    if (failure.isLost && countWrites(market) > writesBefore) broken.push('it acted on a ledger that is damaged');
    return true;
  }
  if (wasHit && failure.name !== 'lockedShortly') broken.push(`the disk failed, and it ended with ${code}: ${stderr}`);
  if (failure.spoil !== null) await checkHarmless(bench, ledger, stderr);
  else if (code !== 0 && code !== 1) broken.push(`it ended with ${code}: ${stderr}`);
  return false;
}

/** A page may be one that holds nothing; then the ledger is as good as before. */
async function checkHarmless({ broken }: Bench, ledger: string, stderr: string): Promise<void> {
  try {
    const { chain } = await examineLedger(ledger);
    if (chain !== 'intact') broken.push(`it went on although the chain is broken: ${stderr}`);
  } catch (error) {
    broken.push(`it went on although the ledger is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

function lockOnTheWay({ market, random, failure }: Bench, ledger: string) {
  const { lockMs } = failure;
  let held: ReturnType<typeof holdLock> | null = null;
  if (lockMs !== null) {
    // Half of them when a write has just left.
    const onWrite = random.chance(0.5);
    const nth = random.between(1, onWrite ? 3 : 40);
    let seen = 0;
    market.setWay((arrived, handle) => {
      if (!onWrite || isWrite(arrived)) seen += 1;
      if (seen === nth) held ??= holdLock(ledger, lockMs(random));
      return handle();
    });
  }
  return { release: () => held?.release(), wasHeld: () => held !== null };
}

/** Then everything is right again: with the same ledger, or where that is lost with its backup. */
async function mendAndGo(bench: Bench): Promise<void> {
  const { market, scene, failure, broken } = bench;
  const db = failure.isLost ? 'saved.db' : 'ledger.db';
  for (const rules of ['rules', 'idle']) {
    market.advance(3);
    await go(bench, rules, db);
  }
  const path = join(scene.folder, db);
  const { chain, openIntents } = await examineLedger(path);
  if (chain !== 'intact') broken.push(`the chain is ${chain}`);
  if (openIntents.length > 0) broken.push(`${openIntents.length} writes stay open`);
  const evidence = { log: market.world.log, decisions: await readDecisions(path) };
  broken.push(...(failure.isLost ? findDoubles(evidence) : findViolations(evidence)));
}

function countWrites(market: Market): number {
  return market.world.log.filter(({ kind }) => kind === 'write').length;
}
