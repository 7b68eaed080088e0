import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import { openLedger, openLedgerReader } from '../../../src/store/sqlite/open-ledger.ts';
import { builtCli } from '../built-cli.ts';
import type { Campaign, CampaignFailure } from '../campaign-contract.ts';
import { makeRandom } from '../simulation/random.ts';
import { cutPower, type Files } from './disk.ts';
import { type Recording, recordProcesses, sentOf } from './record.ts';

const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');

/** What real processes wrote, cut off anywhere, on every disk that may then be found. One run is one such disk. */
export const powerCuts: Campaign = {
  name: 'power-cuts',
  about: 'the disk of a real process after a power cut, with what was not synced lost, kept in part, or torn',
  runs: 2_000,
  mutants: ['normal-sync'],
  needed: ['writesSent'],
  perform: async ({ seed, from, runs, mutant }) => {
    const main = await builtCli();
    const recordings = await recordProcesses(mutant === null ? main : withNormalSync(main), seed);
    const failures: CampaignFailure[] = [];
    const counts = {
      states: 0,
      operations: recordings.reduce((sum, { operations }) => sum + operations.length, 0),
      writesSent: recordings.reduce((sum, { operations }) => sum + sentOf(operations).length, 0),
      afterAWrite: 0,
    };
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fieldmarshal-power-'));
    try {
      for (let run = from; run < from + runs && failures.length === 0; run += 1) {
        const { disk, what, sent } = drawDisk(recordings, seed, run);
        counts.states += 1;
        if (sent.length > 0) counts.afterAWrite += 1;
        const broken = await findLoss(folder, disk, sent);
        if (broken !== null)
          failures.push({ run, message: `${what}: ${broken}; kept in ${keep(disk, { seed, run })}` });
      }
      return { failures, counts };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** The next recording has other times and ids in it, so the disk itself is kept. */
function keep(disk: Files, { seed, run }: { readonly seed: number; readonly run: number }): string {
  const folder = mkdtempSync(join(tmpdir(), `fieldmarshal-power-cut-${seed}-${run}-`));
  for (const [file, bytes] of disk) writeFileSync(join(folder, file), bytes);
  return folder;
}

/** Half of the cuts come right after a write has left. */
function drawDisk(recordings: readonly Recording[], seed: number, run: number) {
  const random = makeRandom('power-cut', seed, run);
  const at = random.between(0, recordings.length - 1);
  const recording = recordings[at];
  if (recording === undefined) throw new Error('nothing was recorded');
  const { operations } = recording;
  const afterSent = operations.flatMap(({ kind }, index) => (kind === 'sent' ? [index + 1] : []));
  const [first, ...others] = afterSent;
  const onWrite = random.chance(0.5) && first !== undefined;
  const cut = onWrite ? random.pick([first, ...others]) : random.between(0, operations.length);
  const past = operations.slice(0, cut);
  const { files, luck } = cutPower(recording.base, past, random);
  const what = `process ${at + 1} cut after ${cut} of ${operations.length} operations (${past.at(-1)?.kind ?? 'none'}), of what was not synced ${luck}`;
  return { disk: files, what, sent: [...recording.sentBefore, ...sentOf(past)] };
}

/** What is wrong with the ledger on this disk once our own store has recovered it; null when nothing is. */
async function findLoss(folder: string, disk: Files, sent: readonly string[]): Promise<string | null> {
  const path = join(folder, 'ledger.db');
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
  for (const [file, bytes] of disk) writeFileSync(join(folder, file), bytes);
  try {
    await openLedger({ path, migrationsFolder, check: 'quick' }).close();
    const reader = openLedgerReader({ path, migrationsFolder });
    try {
      const chain = await reader.verifyChain();
      if (chain.kind === 'broken') return `the chain is broken: ${chain.what}`;
      const all = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false };
      const claims = (await reader.decisions(all)).flatMap(({ workOrderId, intents }) =>
        intents.flatMap(({ call, claimedAtMs }) => claimedAtMs.map(() => `${workOrderId} ${call.kind}`)),
      );
      return findUnclaimed(sent.map(toKind), claims);
    } finally {
      await reader.close();
    }
  } catch (error) {
    return error instanceof Error ? `it does not open: ${error.message}` : String(error);
  }
}

/** As many claims as calls that left. */
function findUnclaimed(sent: readonly string[], claims: readonly string[]): string | null {
  const count = (list: readonly string[], wanted: string) => list.filter((one) => one === wanted).length;
  const lost = sent.find((call) => count(claims, call) < count(sent, call));
  return lost === undefined ? null : `${lost} had left, and the ledger does not know`;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^POST (\d+) \/assignee$/, 'assign'],
  [/^DELETE (\d+) \/assignee$/, 'unassign'],
  [/^POST (\d+) \/requests\/\d+\/accept$/, 'accept_counter'],
  [/^POST (\d+) \/route$/, 'route'],
  [/^DELETE (\d+) \/route$/, 'unroute'],
  [/^POST (\d+) \/mass-route$/, 'mass_route'],
];

/** `POST 4047 /assignee` is `4047 assign`. */
function toKind(call: string): string {
  for (const [form, kind] of KINDS) {
    const id = form.exec(call)?.[1];
    if (id !== undefined) return `${id} ${kind}`;
  }
  throw new Error(`sent, and of no kind we know: ${call}`);
}

/**
 * The mutant: a copy of the built program whose ledger is what SQLite makes of it by default when it opens a log again. Below
 * `dist/`, from where dependencies and migrations are found as usual.
 */
function withNormalSync(main: string): string {
  const dist = dirname(dirname(main));
  const copy = join(dist, 'mutants', 'normal-sync');
  rmSync(copy, { recursive: true, force: true });
  for (const part of ['bin', 'chunks', 'fieldmarshal.js'])
    cpSync(join(dist, part), join(copy, part), { recursive: true });
  let changed = 0;
  for (const file of globSync('**/*.js', { cwd: copy })) {
    const text = readFileSync(join(copy, file), 'utf8');
    if (!text.includes('synchronous = FULL')) continue;
    changed += 1;
    writeFileSync(
      join(copy, file),
      text.replace('synchronous = FULL', 'synchronous = NORMAL').replace('FULL = 2', 'FULL = 1'),
    );
  }
  if (changed !== 1) throw new Error(`synchronous is set in ${changed} places`);
  return join(copy, 'bin', 'fieldmarshal.js');
}
