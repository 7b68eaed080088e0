import { describe, expect, it } from 'vitest';
import { patchSources } from './simulation/patched-sources.ts';
import { mutants, simulation } from './simulation.ts';

const REQUEST = { seed: 1, from: 1, runs: 4, mutant: null };

describe('the simulation', () => {
  it('keeps every promise in the same worlds each time, and really writes in them', async () => {
    const once = await simulation.perform(REQUEST);
    expect(once.failures).toEqual([]);
    expect(once.counts['worlds']).toBe(4);
    expect(once.counts['writes']).toBeGreaterThan(5);
    expect(await simulation.perform(REQUEST)).toEqual(once);
    expect((await simulation.perform({ ...REQUEST, seed: 2 })).counts).not.toEqual(once.counts);
  });

  it('catches a write that is repeated because its answer was lost, and tells the whole story', async () => {
    const { failures } = await simulation.perform({ ...REQUEST, runs: 40, mutant: 'post-retried-on-timeout' });
    expect(failures[0]?.message).toMatch(/was sent more often than claimed\n[\s\S]*claims [\s\S]*BROKEN/);
  });
});

describe('mutants', () => {
  it('fail when one of them survives', async () => {
    const { failures, counts } = await mutants.perform({ ...REQUEST, runs: 1 });
    expect(Object.keys(counts)).toHaveLength(9);
    expect(failures.map(({ message }) => message)).toContain('guard-read-skipped survived 1 worlds');
  });

  it('fail when the text they replace is gone', () => {
    const patch = { file: 'decide/batch.ts', from: 'this is nowhere in there', to: '' };
    expect(() => patchSources([patch])).toThrow('proves nothing any more: decide/batch.ts');
  });
});
