import { parseArgs } from 'node:util';
import type { Campaign, CampaignRequest } from './campaign-contract.ts';

export type CampaignIo = { readonly out: (text: string) => void; readonly err: (text: string) => void };

/** 0: nothing broke. 1: something did, or nothing was tried. 2: wrong arguments. */
export async function runCampaign(
  campaigns: readonly Campaign[],
  argv: readonly string[],
  io: CampaignIo,
): Promise<number> {
  const parsed = readRequest(campaigns, argv);
  if (typeof parsed === 'string') {
    io.err(parsed);
    return argv.includes('--help') ? 0 : 2;
  }
  const { campaign, request } = parsed;
  const startedMs = performance.now();
  const { failures, counts } = await campaign.perform(request);
  const seconds = (performance.now() - startedMs) / 1000;
  for (const failure of failures) {
    io.err(`BROKEN: ${failure.message}\n  seed ${request.seed}, run ${failure.run}; it alone again:\n`);
    io.err(`  ${replayCommand(campaign, { ...request, from: failure.run, runs: 1 })}\n`);
  }
  const figures = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  const line = `${titleOf(campaign, request)}: ${figures.join(', ')} in ${seconds.toFixed(1)} s\n`;
  const untried = request.runs === 1 ? [] : (campaign.needed ?? []).filter((name) => (counts[name] ?? 0) === 0);
  if (untried.length > 0) io.err(`UNTRIED: without any ${untried.join(' and ')}, nothing was put to the test\n`);
  const isGood = failures.length === 0 && untried.length === 0;
  if (isGood) io.out(line);
  else io.err(line);
  return isGood ? 0 : 1;
}

function titleOf({ name }: Campaign, { mutant }: CampaignRequest): string {
  return mutant === null ? name : `${name}, mutant ${mutant}`;
}

function replayCommand({ name }: Campaign, { seed, from, runs, mutant }: CampaignRequest): string {
  const words = ['npm run campaign --', name, '--seed', seed, '--from', from, '--runs', runs];
  return [...words, ...(mutant === null ? [] : ['--mutant', mutant])].join(' ');
}

function readRequest(
  campaigns: readonly Campaign[],
  argv: readonly string[],
): { readonly campaign: Campaign; readonly request: CampaignRequest } | string {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '1' },
      runs: { type: 'string' },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const campaign = campaigns.find(({ name }) => name === positionals[0]);
  if (values.help || campaign === undefined || positionals.length > 1) return helpText(campaigns);
  const [seed, from, runs] = [values.seed, values.from, values.runs ?? campaign.runs].map(Number);
  if (!isCount(seed) || !isCount(from) || !isCount(runs))
    return '--seed, --from, --runs: write whole numbers from 1 to 1000000000\n';
  const mutant = values.mutant ?? null;
  if (mutant !== null && !campaign.mutants.includes(mutant))
    return `--mutant: ${campaign.name} has ${campaign.mutants.join(', ') || 'none'}\n`;
  return { campaign, request: { seed, from, runs, mutant } };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 1_000_000_000;
}

function helpText(campaigns: readonly Campaign[]): string {
  const widest = Math.max(0, ...campaigns.map(({ name }) => name.length));
  const lines = campaigns.map(({ name, about, runs }) => `  ${name.padEnd(widest)}  ${about} (${runs} runs)`);
  return `Tries to break the engine. Every failure prints the command that replays it alone.

Usage: npm run campaign -- NAME [options]

${lines.join('\n')}

  --seed N       another seed, other runs (default 1)
  --from N       the first run (default 1)
  --runs N       how many
  --mutant NAME  with this flaw built in on purpose: the campaign must fail
  --help

Exit code 0: nothing broke; 1: something did, or nothing was tried; 2: wrong arguments.
`;
}
