import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { packageRoot } from '../../src/package-root.ts';
import { pastLedger } from '../bench/past-ledger.ts';
import { loadMarketRules } from '../market/market-rules.ts';
import { dispatchIntoFile } from '../market/our-week.ts';
import { flipFact } from '../support/meddled-ledger.ts';
import { builtCli } from './built-cli.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';
import { makeRandom } from './simulation/random.ts';

const MAX_FAILURES = 3;
const RULES = join(packageRoot(), 'rules');

/** Another time zone and another language, in which `i` has no `I`. */
const ELSEWHERE = { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' };

/**
 * A ledger a run, by turns a simulated market's and one with much past. The built command, somewhere else in the world, takes
 * all of it again; then one byte of one stored fact is changed, and exactly the decisions that rest on it are to be told.
 */
export const replaying: Campaign = {
  name: 'replay',
  about: 'ledgers taken again by the built CLI in another time zone and locale, as they are and with one byte changed',
  runs: 4,
  mutants: [],
  needed: ['decisions', 'identical', 'changed bytes'],
  perform: async ({ seed, from, runs }) => {
    const main = await builtCli();
    const counts = { ledgers: 0, decisions: 0, identical: 0, 'by hand': 0, 'changed bytes': 0, 'resting on them': 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-replay-'));
      try {
        const path = await makeLedger(folder, { seed, run });
        const both = [replayElsewhere(main, folder, path), changeByte(main, folder, { path, seed, run })] as const;
        // Both have ended before the folder goes, or what one of them says of its end is lost.
        await Promise.allSettled(both);
        const [whole, { message, resting }] = await Promise.all(both);
        counts.ledgers += 1;
        counts.decisions += whole.decisions;
        counts.identical += whole.counts.identical;
        counts['by hand'] += whole.counts.by_hand;
        if (whole.code !== 0 || whole.counts.identical + whole.counts.by_hand !== whole.decisions)
          failures.push({ run, message: `exit ${whole.code}: ${JSON.stringify(whole.findings).slice(0, 2_000)}` });
        counts['changed bytes'] += 1;
        counts['resting on them'] += resting;
        if (message !== null) failures.push({ run, message });
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
    return { failures, counts };
  },
};

type Place = { readonly seed: number; readonly run: number };

async function makeLedger(folder: string, { seed, run }: Place): Promise<string> {
  if (run % 2 === 1) {
    const set = loadRuleSet(RULES, DEFAULT_LIMITS, { cwd: RULES, stderr: process.stderr });
    const size = { runs: 130, ordersPerRun: 40, candidates: 4 + (run % 5) };
    return pastLedger(size, set, { folder, onProgress: () => undefined });
  }
  const path = join(folder, 'market.db');
  await dispatchIntoFile(path, { seed: seed * 1_000 + run, days: 2 }, loadMarketRules(RULES));
  return path;
}

type Elsewhere = {
  readonly code: number;
  readonly decisions: number;
  readonly counts: { readonly identical: number; readonly by_hand: number; readonly altered: number };
  readonly findings: readonly { readonly decisionId: string; readonly kind: string; readonly parts?: unknown }[];
};

async function replayElsewhere(main: string, cwd: string, path: string): Promise<Elsewhere> {
  const words = [main, 'replay', '--all', '--json', '--db', path];
  const env = { PATH: process.env['PATH'], ...ELSEWHERE };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`replay said nothing: ${stderr}`));
      else resolve({ code: error === null ? 0 : Number(error.code), ...JSON.parse(stdout) });
    });
  });
}

async function changeByte(
  main: string,
  folder: string,
  { path, seed, run }: Place & { readonly path: string },
): Promise<{ readonly message: string | null; readonly resting: number }> {
  const changed = join(folder, 'changed.db');
  copyFileSync(path, changed);
  const { provider, resting } = flipFact(changed, {
    nth: makeRandom(seed, run, 'byte').between(0, 300),
    isHashMended: run % 4 === 3,
  });
  const { code, decisions, counts, findings } = await replayElsewhere(main, folder, changed);
  const told = findings.map(({ decisionId }) => decisionId);
  const isNamed =
    run % 4 === 3 || findings.every(({ parts }) => JSON.stringify(parts).includes(`candidate ${provider}`));
  const others = counts.identical + counts.by_hand;
  const isRight = code === 5 && told.join() === resting.join() && isNamed && others === decisions - resting.length;
  const seen = `exit ${code}, told ${told.join(' ')} and not ${resting.join(' ')}: ${JSON.stringify(findings)}`;
  return { message: isRight ? null : `a changed byte: ${seen.slice(0, 2_000)}`, resting: resting.length };
}
