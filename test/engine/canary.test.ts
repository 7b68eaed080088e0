import { afterEach, describe, expect, it } from 'vitest';
import { decideAgain, prepareRules } from '../../src/analysis/decide-again.ts';
import { readRecordedBatch } from '../../src/analysis/recorded-batch.ts';
import { solveNone } from '../../src/decide/assignment/program.ts';
import { DEFAULT_CANARY_LIMITS } from '../../src/domain/canary.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { NO_GUARDRAILS } from '../support/builders.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  cancelAssignment,
  closeWorlds,
  hookStore,
  later,
  ledgerOf,
  once,
  openReader,
  openWorld,
  ruleSetOf,
  run,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

/** Demoted by more than two in five undone, judged from two on. */
function aCanary(text = 'first'): RuleFile {
  const canary = { ...DEFAULT_CANARY_LIMITS, minDecisions: 2, maxUndonePercent: 40 };
  return aFileThat([ASSIGN], {
    id: 'canary',
    mode: 'canary',
    canaryPercent: 100,
    priority: 50,
    hash: hashText(text),
    text,
    guardrails: { ...NO_GUARDRAILS, canary },
  });
}

const BASE = aFileThat([{ n: 1, afterMinutes: 0, do: 'hold' }], { id: 'base', hash: hashText('base') });
const FILES = [aCanary(), BASE];

async function eventsOf(world: World) {
  const reader = openReader(world);
  try {
    return (await reader.ruleEvents()).filter(({ kind }) => kind === 'demoted');
  } finally {
    await reader.close();
  }
}

/** Two assignments of the canary, of which one is undone: the next run demotes it. */
async function aBrokenCanary(): Promise<World> {
  const world = await openWorld({ orders: [11, 12, 13] });
  for (const order of [11, 12]) await ask(world, order, 1);
  expect(saidOf(await run(world, { files: FILES }))).toMatchObject({ 11: 'assign FM-1002', 12: 'assign FM-1002' });
  await cancelAssignment(world, 11, 1);
  later(world, world.limits.quietTimeMs);
  expect((await run(world, { files: FILES })).summary.demoted).toBeUndefined();
  await ask(world, 11, 2);
  await ask(world, 13, 3);
  later(world, 1_000);
  return world;
}

describe('a canary that broke a limit of its own', () => {
  it('is demoted in the ledger, and the next file decides in the same run', async () => {
    const world = await aBrokenCanary();
    const writes = writesOf(world);
    const report = await run(world, { files: FILES });
    const message =
      'The canary canary only shadows from now on: 1 of its 2 assignments were undone; the limit is 40 %, counted as of 2 at least.';
    expect(report.summary.demoted).toEqual([{ code: 'FM-7030', ruleFileId: 'canary', message, isNew: true }]);
    expect(writesOf(world)).toEqual(writes);
    const live = report.decisions.filter(({ planned }) => planned.mode !== 'shadow');
    expect(live.map(({ planned }) => planned.ruleFileId)).toEqual(['base', 'base']);
    const shadows = report.decisions.filter(({ planned }) => planned.mode === 'shadow');
    expect(shadows.map(({ planned }) => [planned.outcome, planned.winner])).toEqual([
      ['assign', 2],
      ['assign', 3],
    ]);
    expect(await eventsOf(world)).toMatchObject([
      { ruleFileId: 'canary', textHash: FILES[0]?.hash, figures: { assignments: 2, undone: 1, workOrders: 4 } },
    ]);
    const again = (await run(world, { files: FILES })).summary.demoted;
    expect(again).toMatchObject([{ isNew: false }]);
    expect(await eventsOf(world)).toHaveLength(1);
  });

  it('never acts again by that text, though the run ended right after it was recorded', async () => {
    const world = await aBrokenCanary();
    const writes = writesOf(world);
    const crash = once('recordRuleEvent', 'after', () => {
      throw new Error('killed');
    });
    // The first event of a run is its set, which is known by now.
    await expect(run(world, { files: FILES, store: hookStore(world.store, crash) })).rejects.toThrow('killed');
    expect(await eventsOf(world)).toHaveLength(1);
    for (const [order, provider] of [
      [11, 2],
      [13, 3],
    ] as const) {
      later(world, world.limits.quietTimeMs);
      await run(world, { files: FILES });
      // By hand: the share of what was undone falls below the limit, which changes nothing any more.
      await assignByHand(world, order, provider);
    }
    await run(world, { files: [aCanary(), { ...BASE, hash: hashText('other base') }] });
    expect(writesOf(world)).toEqual(writes);
    const decisions = (await Promise.all([11, 13].map((order) => ledgerOf(world, order)))).flat();
    const since = (await eventsOf(world))[0]?.atMs ?? 0;
    const acted = decisions.filter(({ mode, decidedAtMs }) => mode === 'canary' && decidedAtMs >= since);
    expect(acted).toEqual([]);
  });

  it('acts again with another text, and not with the old one after that', async () => {
    const world = await aBrokenCanary();
    await run(world, { files: FILES });
    const mended = await run(world, { files: [aCanary('mended'), BASE] });
    expect(mended.summary.demoted).toBeUndefined();
    expect(assigneeOf(world, 13)).toBe(3);
    expect((await run(world, { files: FILES })).summary.demoted).toMatchObject([{ isNew: false }]);
  });

  it('shows in a dry run, which records nothing', async () => {
    const world = await aBrokenCanary();
    const report = await run(world, { files: FILES, isDryRun: true });
    expect(report.summary.demoted).toMatchObject([{ code: 'FM-7030', isNew: true }]);
    expect(report.decisions.map(({ planned }) => planned.mode)).not.toContain('canary');
    expect(await eventsOf(world)).toEqual([]);
  });

  it('is in shadow also where its decision is taken again from the ledger', async () => {
    const world = await aBrokenCanary();
    await run(world, { files: FILES });
    const reader = openReader(world);
    const [id] = (await ledgerOf(world, 13)).flatMap((one) => (one.ruleFileId === 'base' ? [one.id] : []));
    const input = id === undefined ? null : await reader.recordedInput(id);
    await reader.close();
    if (input === null || input === 'erased') throw new Error('nothing was recorded');
    const read = readRecordedBatch(input.batch);
    if (read.kind !== 'dispatch') throw new Error(read.kind);
    const rules = prepareRules(ruleSetOf(FILES));
    const again = decideAgain({
      batch: read.batch,
      slates: [input.slate],
      rules,
      solve: solveNone,
      readRow: () => null,
    });
    expect(again.decisions.map(({ ruleFileId, mode, outcome }) => [ruleFileId, mode, outcome])).toEqual([
      ['base', 'enforce', 'hold'],
      ['canary', 'shadow', 'assign'],
    ]);
  });
});
