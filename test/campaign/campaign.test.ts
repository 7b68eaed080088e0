import { describe, expect, it } from 'vitest';
import type { Campaign } from './campaign-contract.ts';
import { runCampaign } from './run-campaign.ts';

const even: Campaign = {
  name: 'even',
  about: 'even runs break',
  runs: 3,
  mutants: ['odd'],
  perform: async ({ from, runs, mutant }) => {
    const numbers = Array.from({ length: runs }, (_, at) => from + at);
    const broken = numbers.filter((run) => run % 2 === (mutant === 'odd' ? 1 : 0));
    return { failures: broken.map((run) => ({ run, message: `${run} broke` })), counts: { runs } };
  },
};

const idle: Campaign = {
  name: 'idle',
  about: 'tries nothing',
  runs: 3,
  mutants: [],
  needed: ['writes'],
  perform: async ({ runs }) => ({ failures: [], counts: { runs, writes: 0 } }),
};

async function perform(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await runCampaign([even, idle], argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('a campaign', () => {
  it('that breaks nothing says so in one line and leaves 0', async () => {
    const { code, out, err } = await perform('even', '--runs', '1');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^even: runs 1 in \d+\.\d s\n$/);
  });

  it('that breaks something prints the seed and the command that replays it alone, and leaves 1', async () => {
    const { code, out, err } = await perform('even', '--seed', '9', '--mutant', 'odd', '--from', '7', '--runs', '2');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('BROKEN: 7 broke\n  seed 9, run 7');
    expect(err).toContain('npm run campaign -- even --seed 9 --from 7 --runs 1 --mutant odd\n');
    expect(err).not.toContain('8 broke');
  });

  it('that put nothing to the test leaves 1, and is not taken for broken', async () => {
    const { code, out, err } = await perform('idle');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^UNTRIED: without any writes/);
  });

  it.each([[['odd']], [['even', '--runs', '0']], [['even', '--seed', 'x']], [['even', '--mutant', 'none']], [[]]])(
    'refuses the arguments %j',
    async (argv) => {
      const { code, err } = await perform(...argv);
      expect(code).toBe(2);
      expect(err).not.toBe('');
    },
  );
});
