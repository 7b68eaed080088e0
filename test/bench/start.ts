import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Bench, Line } from './bench-definition.ts';
import { buildCommand } from './measure.ts';
import { pastLedger } from './past-ledger.ts';
import { median } from './rounds.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, 'rules');
/** Small slates: it is the decisions that an open ledger could stumble over. */
const LEDGER = { runs: 1_000, ordersPerRun: 10, candidates: 5 };
const STARTS = 9;
const MAX_MS = 300;
const WAYS = [
  ['run', '--once', '--dry-run'],
  ['run', '--once'],
] as const;

/** From the shell's point of view: until the platform hears of it. */
export const startBench: Bench = {
  name: 'start',
  summary: `The built command from its start to its first request, on a ledger of ${LEDGER.runs * LEDGER.ordersPerRun} decisions; the middle of ${STARTS}.`,
  run: async (note) => {
    const ruleSet = loadRuleSet(RULES, DEFAULT_LIMITS, { cwd: ROOT, stderr: process.stderr });
    const ledger = await pastLedger(LEDGER, ruleSet, {
      folder: join(tmpdir(), 'fieldmarshal-bench'),
      onProgress: (done) => note(`ledger: ${done} decisions`),
    });
    buildCommand();
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-start-'));
    try {
      const lines: Line[] = [];
      for (const argv of WAYS) {
        note(argv.join(' '));
        const ms = median(await timesToFirstRequest(argv, { ledger, folder }));
        const mustReach = { kind: 'at_most', value: MAX_MS } as const;
        lines.push({ what: `${argv.join(' ')}, to its first request`, ours: ms, unit: 'ms', peer: null, mustReach });
      }
      const bare = median(await bareStarts());
      return {
        lines,
        figures: [{ what: 'node itself, doing nothing', value: Math.round(bare), unit: 'ms to its end' }],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The first start, which warms the disk's cache, does not count. */
async function timesToFirstRequest(
  argv: readonly string[],
  { ledger, folder }: { readonly ledger: string; readonly folder: string },
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let start = 0; start <= STARTS; start += 1) {
    // Of its own for each: a run that is killed leaves a log behind, and the next would look the whole file over.
    const own = join(folder, `ledger-${start}.db`);
    copyFileSync(ledger, own);
    times.push(await timeToFirstRequest(argv, own));
    for (const suffix of ['', '-wal', '-shm']) rmSync(own + suffix, { force: true });
  }
  return times.slice(1);
}

/** A platform that hears the first request, and nothing else. */
function timeToFirstRequest(argv: readonly string[], ledger: string): Promise<number> {
  return new Promise((done, failed) => {
    let startedAt = 0;
    const server = createServer(() => {
      const tookMs = performance.now() - startedAt;
      child?.kill('SIGKILL');
      server.closeAllConnections();
      server.close(() => done(tookMs));
    });
    let child: ReturnType<typeof spawn> | null = null;
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      startedAt = performance.now();
      child = spawn(
        process.execPath,
        [join(ROOT, 'dist/bin/fieldmarshal.js'), ...argv, '--db', ledger, '--rules', RULES],
        {
          env: { ...SETTINGS, FIELDMARSHAL_BASE_URL: `http://127.0.0.1:${port}` },
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      );
      child.once('exit', (code) => {
        if (code !== null) failed(new Error(`${argv.join(' ')} ended with ${code} before its first request`));
      });
    });
  });
}

const SETTINGS = {
  FIELDMARSHAL_CLIENT_ID: 'bench',
  FIELDMARSHAL_CLIENT_SECRET: 'secret-of-the-bench-client',
  FIELDMARSHAL_USERNAME: 'bench',
  FIELDMARSHAL_PASSWORD: 'password-of-the-bench-user',
};

/** What no program of Node's can go below. */
async function bareStarts(): Promise<readonly number[]> {
  const times: number[] = [];
  for (let start = 0; start <= STARTS; start += 1) {
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await new Promise((ended) => child.once('exit', ended));
    times.push(performance.now() - startedAt);
  }
  return times.slice(1);
}
