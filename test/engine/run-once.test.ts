import { afterEach, describe, expect, it } from 'vitest';
import { ask, assigneeOf, closeWorlds, endsOf, intentsOf, openWorld, run, saidOf, writesOf } from './world.ts';

afterEach(closeWorlds);

describe('one run', () => {
  it('assigns the best request, confirmed and in the ledger', async () => {
    const world = await openWorld();
    await ask(world, 11, 2);
    await ask(world, 11, 1);
    await ask(world, 11, 3);
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1001' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(writesOf(world)).toEqual(['POST /workorders/11/assignee']);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: confirmed FM-6001']);
  });
});
