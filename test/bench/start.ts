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

/** The first start, which keeps what Node compiles and warms the disk's cache, does not count. */
async function timesToFirstRequest(
  argv: readonly string[],
  { ledger, folder }: { readonly ledger: string; readonly folder: string },
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let start = 0; start <= STARTS; start += 1) {
    // Of its own for each, so that all find the same.
    const own = join(folder, `ledger-${start}.db`);
    copyFileSync(ledger, own);
    times.push(await timeToFirstRequest(argv, own));
    for (const suffix of ['', '-wal', '-shm']) rmSync(own + suffix, { force: true });
  }
  return times.slice(1);
}

/** On a platform that refuses the login, after which the command ends by itself. */
async function timeToFirstRequest(argv: readonly string[], ledger: string): Promise<number> {
  let heardAt = Number.NaN;
  const server = createServer((_, response) => {
    heardAt ||= performance.now();
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"status":401,"message":"Invalid credentials"}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const command = [join(ROOT, 'dist/bin/fieldmarshal.js'), ...argv, '--db', ledger, '--rules', RULES];
  const env = { ...SETTINGS, FIELDMARSHAL_BASE_URL: `http://127.0.0.1:${port}` };
  const startedAt = performance.now();
  const child = spawn(process.execPath, command, { env, stdio: 'ignore' });
  await new Promise((ended) => child.once('exit', ended));
  server.close();
  if (Number.isNaN(heardAt)) throw new Error(`${argv.join(' ')} ended before its first request`);
  return heardAt - startedAt;
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
