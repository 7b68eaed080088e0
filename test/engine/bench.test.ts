import { afterEach, describe, expect, it } from 'vitest';
import { PlatformUnavailable, type WorkOrderSource } from '../../src/engine/ports.ts';
import {
  aFileThat,
  ask,
  closeWorlds,
  ids,
  later,
  MASS_ROUTE,
  openWorld,
  orderId,
  orderOf,
  ROUTE,
  run,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

const FILES = [aFileThat([ROUTE])];
const POOL = { id: 9921, name: 'ATM Repair' };

function join(world: World, ...providers: readonly number[]): void {
  for (const id of providers) {
    const provider = world.sandbox.world.providers.get(id);
    if (provider === undefined) throw new Error(`no provider ${id} in this world`);
    provider.talentPools = [POOL];
  }
}

/** The world's client, with every read of pools written down. */
function watched(world: World, given: Partial<WorkOrderSource> = {}): WorkOrderSource & { readonly asked: string[] } {
  const asked: string[] = [];
  const { client } = world;
  const pullTalentPools = given.pullTalentPools ?? (() => client.pullTalentPools());
  const pullTalentPoolMembers = given.pullTalentPoolMembers ?? ((id: number) => client.pullTalentPoolMembers(id));
  return {
    ...client,
    pullTalentPools: () => {
      asked.push('pools');
      return pullTalentPools();
    },
    pullTalentPoolMembers: (id) => {
      asked.push(`members of ${id}`);
      return pullTalentPoolMembers(id);
    },
    asked,
  };
}

async function poolsKnown(world: World) {
  const entries = await world.store.readDirectory();
  return Object.fromEntries(entries.map(({ providerId, pools }) => [providerId, pools?.ids ?? null]));
}

describe('the bench from talent pools', () => {
  it('has members nobody has seen in a pending list, with their profiles, and routes the best of them', async () => {
    const world = await openWorld();
    join(world, 2, 4);
    const report = await run(world, { files: FILES });
    expect(saidOf(report)).toEqual({ 11: 'route FM-1101' });
    expect([...orderOf(world, 11).routes.keys()]).toEqual([2]);
    const [second] = await world.store.readDirectory();
    expect(second).toMatchObject({ providerId: 2, flags: null, profile: { ratingHundredths: 490 } });
    expect(second?.pools).toMatchObject({ ids: [9921], isWhole: true });
  });

  it('is asked for once within the time to live of profiles, then again', async () => {
    const world = await openWorld();
    join(world, 2);
    await ask(world, 11, 1);
    const source = watched(world);
    const pass = () => run(world, { files: [aFileThat([])], source });
    await pass();
    expect(await poolsKnown(world)).toEqual({ 1: [], 2: [9921] });
    const first = [...source.asked];
    expect(first).toEqual(['pools', 'members of 9921']);
    await pass();
    expect(source.asked).toEqual(first);
    join(world, 1);
    later(world, world.limits.profileTtlMs);
    await pass();
    expect(source.asked).toEqual([...first, ...first]);
    expect(await poolsKnown(world)).toEqual({ 1: [9921], 2: [9921] });
  });

  it('never has somebody whom the company has blocked, or who may not be routed', async () => {
    const world = await openWorld();
    join(world, 1, 2, 3);
    const readProfile: WorkOrderSource['readProfile'] = async (id) => {
      const profile = await world.client.readProfile(id);
      return profile === null ? null : { ...profile, isBlocked: id === 1, isRoutable: id !== 2 };
    };
    await run(world, { files: [aFileThat([MASS_ROUTE])], source: { ...world.client, readProfile } });
    expect([...orderOf(world, 11).routes.keys()]).toEqual([3]);
  });

  it('has whom an imported file brought, and not whom it blocks', async () => {
    const world = await openWorld();
    const seenMs = world.clock.nowMs();
    await world.store.saveDirectory(
      ids(3, 4).map((providerId) => ({
        providerId,
        firstSeenMs: seenMs,
        lastSeenMs: seenMs,
        flags: null,
        verdicts: [],
        profile: null,
        pools: null,
        imported: { isBlocked: { value: providerId === 3, observedAtMs: seenMs } },
      })),
    );
    await run(world, { files: FILES });
    expect([...orderOf(world, 11).routes.keys()]).toEqual([4]);
  });

  it('reads profiles of the pending list first when not all may be read', async () => {
    const world = await openWorld();
    join(world, 1, 2);
    await ask(world, 11, 5);
    await run(world, { files: [aFileThat([])], limits: { maxProfileReadsPerRun: 2 } });
    const read = (await world.store.readDirectory()).filter(({ profile }) => profile !== null);
    expect(read.map(({ providerId }) => providerId)).toEqual([1, 5]);
  });
});

describe('a platform that keeps its pools to itself', () => {
  it.each<readonly [string, PlatformUnavailable['kind'], number]>([
    ['may not be seen', 'forbidden', 0],
    ['is broken', 'server_error', 1],
  ])('is survived when the list of pools %s', async (_, kind, quarantined) => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const source = watched(world, { pullTalentPools: () => Promise.reject(new PlatformUnavailable(kind, 'no pools')) });
    const report = await run(world, { source });
    expect(report).toMatchObject({
      result: 'done',
      summary: { quarantined: Array(quarantined).fill({ what: 'talent pools' }) },
    });
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1002' });
    await run(world, { source });
    expect(source.asked).toEqual(['pools']);
  });

  it('is survived when it has none at all, and not asked again the same day', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const source = watched(world, { pullTalentPools: () => Promise.resolve(null) });
    await run(world, { source, files: [aFileThat([])] });
    await run(world, { source, files: [aFileThat([])] });
    expect(source.asked).toEqual(['pools']);
    expect((await world.store.readDirectory())[0]?.pools).toMatchObject({ ids: [], isWhole: false });
  });

  it('leaves the rest known when one pool cannot be read, and never says more than once what is wrong', async () => {
    const world = await openWorld();
    const source = watched(world, {
      pullTalentPools: async () => [7, 8, 9].map((id) => ({ id, name: `pool ${id}`, memberCount: null })),
      pullTalentPoolMembers: async (id) => {
        if (id === 9) return ids(4);
        throw new PlatformUnavailable('not_understood', 'garbled');
      },
    });
    const report = await run(world, { files: FILES, source });
    expect(report).toMatchObject({
      result: 'done',
      summary: { quarantined: [{ what: 'talent pools', reason: 'garbled' }] },
    });
    expect(await poolsKnown(world)).toEqual({ 4: [9] });
    expect((await world.store.readDirectory())[0]?.pools).toMatchObject({ isWhole: false });
    expect([...orderOf(world, 11).routes.keys()]).toEqual([4]);
  });

  it('never costs more than a tenth of a run’s requests', async () => {
    const world = await openWorld();
    const source = watched(world, {
      pullTalentPools: async () => [7, 8, 9].map((id) => ({ id, name: `pool ${id}`, memberCount: null })),
      pullTalentPoolMembers: async (id) => {
        await world.client.readStatus(orderId(11));
        return ids(id - 6);
      },
    });
    await run(world, { files: FILES, source, limits: { maxRequestsPerRun: 20 } });
    expect(source.asked).toEqual(['pools', 'members of 7', 'members of 8']);
  });

  it('ends the run when it cannot be reached, before anything is sent', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const source = watched(world, {
      pullTalentPools: () => Promise.reject(new PlatformUnavailable('unreachable', 'gone')),
    });
    await expect(run(world, { source })).rejects.toThrow('gone');
    expect(writesOf(world)).toEqual([]);
  });
});
