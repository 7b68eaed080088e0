import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkOrder } from '../../../src/sandbox/world/nouns.ts';
import { examineLedger, readDecisions } from '../../e2e/ledger-file.ts';
import { openDoor } from '../../e2e/rule-files.ts';
import { type Ended, openScene, type Scene } from '../../e2e/scene.ts';
import { findViolations } from '../judge.ts';
import { type Market, openMarket } from '../market.ts';
import { makeRandom, type Random } from '../simulation/random.ts';
import { type Ambush, drawMoment, layAmbush, type Usual } from './moments.ts';

export type WorldCounts = {
  /** Of those tried, that came before the process was over. */
  readonly kills: number;
  readonly writes: number;
  readonly assigned: number;
  readonly invited: number;
  readonly settledByReading: number;
  readonly believedLost: number;
};

const LIVES = 12;

/** Longer than any process here lives. */
const PROCESS_MS = 30_000;

type World = {
  readonly market: Market;
  readonly scene: Scene;
  readonly random: Random;
  readonly usual: Usual;
  readonly broken: string[];
  /** What was in flight when the process before was killed; null: nothing. */
  held: Ambush | null;
  kills: number;
};

const DB = 'ledger.db';

/** A market and a ledger, processes that are killed, and what platform and ledger say of it when all is settled. */
export async function killInWorld(given: {
  readonly main: string;
  readonly seed: number;
  readonly run: number;
}): Promise<WorldCounts & { readonly broken: readonly string[] }> {
  const random = makeRandom('kills', given.seed, given.run);
  const size = { workOrders: random.between(24, 40), providers: random.between(30, 50) };
  const market = await openMarket({ seed: random.between(1, 1_000_000), ...size });
  const scene = openScene(given.main);
  try {
    market.advance(random.between(60, 300));
    scene.write('rules/open-door.json', openDoor());
    scene.write('idle/open-door.json', openDoor({ mode: 'shadow' }));
    const world: World = {
      market,
      scene,
      random,
      usual: await measure(market, scene),
      broken: [],
      held: null,
      kills: 0,
    };
    for (let life = 1; life <= LIVES; life += 1) await liveAndDie(world);
    await settle(world);
    return await report(world);
  } finally {
    await scene.close();
    await market.close();
  }
}

/** A run that learns who there is to invite and sends nothing. */
async function measure(market: Market, scene: Scene): Promise<World['usual']> {
  const startedMs = performance.now();
  const { code, stderr } = await scene.run(['run', '--once', '--rules', 'idle', '--db', DB], market.settings);
  if (code !== 0) throw new Error(`the first run ended with ${code}: ${stderr}`);
  return { durationMs: performance.now() - startedMs, requests: market.requests(), writes: 4 };
}

async function liveAndDie(world: World): Promise<void> {
  const { market, scene, random } = world;
  const words = drawCommand(world);
  const moment = drawMoment(random, usualOf(world, words));
  const before = world.held;
  const releaseAt = random.between(1, 40);
  const child = scene.start([...words, '--db', DB], market.settings);
  const ambush = layAmbush(moment, () => child.process.kill('SIGKILL'));
  let requests = 0;
  market.setWay(async (arrived, handle) => {
    requests += 1;
    if (requests === releaseAt) await before?.release();
    return ambush.way(arrived, handle);
  });
  const stop = new AbortController();
  const deadlineMs = moment.kind === 'time' ? moment.afterMs : words[0] === 'daemon' ? 4_000 : PROCESS_MS;
  void pause(deadlineMs, undefined, { signal: stop.signal }).then(
    () => child.process.kill('SIGKILL'),
    () => undefined,
  );
  const ended = await child.ended;
  stop.abort();
  market.setWay(null);
  await before?.release();
  world.held = ambush.isHolding() ? ambush : null;
  if (ended.signal === 'SIGKILL') world.kills += 1;
  else check(world, words, ended);
  // What is under way arrives within the quiet time, as we assume of the platform.
  if (world.held !== null) market.advance(random.next() / 2);
  else if (random.chance(0.6)) market.advance(random.between(1, 25));
}

/** How long such a command lives, and what it sends, when nobody kills it. */
function usualOf({ usual }: World, words: readonly string[]): Usual {
  if (words[0] === 'wo') return { ...usual, requests: 10, writes: 1 };
  return words.includes('--only') ? { ...usual, requests: 25, writes: 2 } : usual;
}

/** 1: an alarm, or an action by hand refused; 3: the lock was held. Nothing else may come of being killed, and no stack trace. */
function check(world: World, words: readonly string[], { code, stderr }: Ended): void {
  const hasStack = /^ +at \S/m.test(stderr);
  if (!hasStack && (code === 0 || code === 1 || code === 3)) return;
  if (!hasStack && code === 2 && words[0] === 'wo') return;
  world.broken.push(`${words.join(' ')} ended with ${code}: ${stderr.trim()}`);
}

function drawCommand(world: World): readonly string[] {
  const { random, market } = world;
  const kind = random.next();
  const rules = ['--rules', 'rules'];
  if (kind < 0.15) return ['daemon', '--cron', '* * * * * *', ...rules];
  const byHand = kind < 0.35 ? drawByHand(random, [...market.world.workOrders.values()]) : null;
  if (byHand !== null) return ['wo', ...byHand, '--yes', ...rules];
  const open = [...market.world.workOrders.values()].filter(
    ({ phase, isPublished }) => phase === 'open' && isPublished,
  );
  const some = open.filter(() => random.chance(3 / open.length)).map(({ id }) => id);
  const only = kind < 0.8 && some.length > 0 ? ['--only', some.join(',')] : [];
  return ['run', '--once', ...only, ...rules];
}

/** Something a person could want just now; null: nothing comes to mind. */
function drawByHand(random: Random, orders: readonly WorkOrder[]): readonly string[] | null {
  const wishes = orders.flatMap((order): (readonly string[])[] => {
    const id = String(order.id);
    if (order.assignment !== null)
      return [['unassign', id, '--provider', String(order.assignment.providerId), '--reason-id', '1']];
    if (order.phase !== 'open') return [];
    const asked = [...order.requests.values()].filter(({ state, counter }) => state === 'active' && counter === null);
    return [
      ...asked.map(({ providerId }) => ['assign', id, '--provider', String(providerId)]),
      ...[...order.routes.keys()].map((providerId) => ['unroute', id, '--provider', String(providerId)]),
    ];
  });
  const [first, ...rest] = wishes;
  return first === undefined ? null : random.pick([first, ...rest]);
}

/** One run that begins nothing, one that may act again, and one that settles what those left, each past the quiet time. */
async function settle(world: World): Promise<void> {
  const { market, scene } = world;
  await world.held?.release();
  for (const rules of ['idle', 'rules', 'idle']) {
    market.advance(3);
    const words = ['run', '--once', '--rules', rules, ...(rules === 'idle' ? ['--only', '4047'] : [])];
    const ended = await scene.run([...words, '--db', DB], market.settings);
    check(world, words, ended);
  }
}

async function report(world: World): Promise<WorldCounts & { readonly broken: readonly string[] }> {
  const { market, scene, broken, kills } = world;
  const path = join(scene.folder, DB);
  const decisions = await readDecisions(path);
  const { chain, openIntents } = await examineLedger(path);
  if (chain !== 'intact') broken.push(`the chain is ${chain}`);
  for (const open of openIntents) broken.push(`decision ${open.decisionId} step ${open.intent.n} stays open`);
  const { log } = market.world;
  broken.push(...findViolations({ log, decisions }));
  const count = (kind: string) => log.filter((entry) => entry.kind === kind).length;
  return {
    kills,
    broken,
    writes: count('write'),
    assigned: count('work_order.assigned'),
    invited: count('route.opened'),
    settledByReading: decisions.flatMap(({ intents }) =>
      intents.filter(({ effects }) => effects.some(({ reason }) => READ_LATER.includes(reason.code))),
    ).length,
    believedLost: decisions.flatMap(({ intents }) =>
      intents.filter(({ effects }) => effects.at(-1)?.reason.code === 'FM-6020'),
    ).length,
  };
}

/** FM-6012: never claimed; FM-6010: open at first; FM-6020: absent after the quiet time. */
const READ_LATER: readonly string[] = ['FM-6010', 'FM-6012', 'FM-6020'];
