import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';

let sandbox: RunningSandbox;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-wo-'));
  sandbox = await startSandbox({
    seed: 5,
    workOrders: 30,
    providers: 60,
    speed: 1,
    startAtMs: Date.UTC(2026, 2, 2, 13),
  });
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `wo …` in this process, without a terminal: exit code and what was printed. */
async function wo(
  ...words: readonly (string | number)[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(['wo', ...words.map(String)], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: {
      FIELDMARSHAL_BASE_URL: sandbox.url,
      FIELDMARSHAL_CLIENT_ID: 'client',
      FIELDMARSHAL_CLIENT_SECRET: 'wo-secret-1',
      FIELDMARSHAL_USERNAME: 'user',
      FIELDMARSHAL_PASSWORD: 'wo-secret-2',
      FIELDMARSHAL_CLOCK: 'server',
    },
  });
  return { code, out, err };
}

async function statusOf(id: number): Promise<string> {
  const { results } = await outcome();
  return results.find((row) => row.work_order_id === id)?.status ?? 'not there';
}

async function outcome(): Promise<{
  readonly results: readonly { readonly work_order_id: number; readonly status: string }[];
}> {
  return getJson('/_sandbox/outcome');
}

async function writes(): Promise<number> {
  const { events } = await getJson<{ readonly events: readonly unknown[] }>('/_sandbox/events?kind=write');
  return events.length;
}

async function getJson<Body>(path: string): Promise<Body> {
  const { request } = await import('undici');
  const answer = await request(`${sandbox.url}${path}`);
  return (await answer.body.json()) as Body;
}

async function aDraft(): Promise<number> {
  const draft = (await outcome()).results.find((row) => row.status === 'draft');
  if (draft === undefined) throw new Error('this world has no draft');
  return draft.work_order_id;
}

describe('wo', () => {
  it('walks a work order from draft to approved', async () => {
    const id = await aDraft();
    const steps: readonly (readonly [readonly (string | number)[], string])[] = [
      [['publish', id, '--yes'], 'published'],
      [['unpublish', id, '--yes'], 'draft'],
      [['publish', id, '--yes'], 'published'],
      [['mass-route', id, '--provider', '1001,1002', '--yes'], 'published'],
      [['unroute', id, '--provider', 1001, '--yes'], 'published'],
      [['unroute', id, '--provider', 1002, '--yes'], 'published'],
      [['assign', id, '--provider', 1003, '--direct', '--yes'], 'assigned'],
      [['unassign', id, '--provider', 1003, '--reason-id', 7, '--yes'], 'published'],
      [['assign', id, '--provider', 1004, '--direct', '--because', 'cheaper', '--code', 'price', '--yes'], 'assigned'],
      [['complete', id, '--yes'], 'work_done'],
      [['approve', id, '--yes'], 'approved'],
    ];
    for (const [words, status] of steps) {
      const said = await wo(...words);
      expect([words[0], said.code, said.err]).toEqual([words[0], 0, expect.not.stringContaining('FM-')]);
      expect(said.out).toContain('confirmed');
      expect([words[0], await statusOf(id)]).toEqual([words[0], status]);
    }
    const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
    const reader = openLedgerReader({ path: join(folder, 'fieldmarshal.db'), migrationsFolder });
    const seen = await reader.figures.seenOf(workOrderId(id));
    expect(seen).toMatchObject([{ kind: 'reason', because: 'cheaper' }]);
    await reader.close();
  });

  it('refuses a wrong reason id before sending and lists the valid ones, then walks it to incomplete and back', async () => {
    const id = await aDraft();
    for (const words of [['publish'], ['assign', '--provider', '1003', '--direct'], ['complete']]) {
      const [action = '', ...rest] = words;
      expect((await wo(action, id, ...rest, '--yes')).code).toBe(0);
    }
    const before = await writes();
    const wrong = await wo('incomplete', id, '--reason-id', 99, '--reason', 'no photos', '--yes');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toMatch(
      /--reason-id 99 FM-C161 is no reason of this company — Write one of: 1 .+, 2 .+, 3 Site access denied, 4 .+\./,
    );
    expect(await writes()).toBe(before);
    expect((await wo('incomplete', id, '--reason-id', 3, '--reason', 'no photos', '--yes')).code).toBe(0);
    expect(await statusOf(id)).toBe('assigned');
    expect((await wo('complete', id, '--yes')).code).toBe(0);
    expect((await wo('approve', id, '--dry-run')).out).toMatch(
      /^Would approve on work order \d+ \(.*, \$\d+\.\d\d\)\./,
    );
    for (const action of ['approve', 'unapprove']) expect((await wo(action, id, '--yes')).code).toBe(0);
    expect(await statusOf(id)).toBe('work_done');
  });

  it('refuses each action in a wrong state, says why, and sends nothing', async () => {
    const id = await aDraft();
    const before = await writes();
    const wrong: readonly (readonly (string | number)[])[] = [
      ['unpublish', id],
      ['route', id, '--provider', 1001],
      ['unroute', id, '--provider', 1001],
      ['assign', id, '--provider', 1001],
      ['unassign', id, '--provider', 1001, '--reason-id', 7],
      ['decline', id, '--provider', 1001, '--request', 1],
      ['complete', id],
      ['incomplete', id, '--reason-id', 3, '--reason', 'x'],
      ['approve', id],
      ['unapprove', id],
    ];
    for (const words of wrong) {
      const said = await wo(...words, '--yes');
      expect([words[0], said.code]).toEqual([words[0], 1]);
      expect(said.out).toMatch(
        /^Refused before sending: .*Before the call the work order was draft\. \(FM-6004\) What /,
      );
    }
    expect(await writes()).toBe(before);
  });

  it('asks before it acts, and without a terminal says how to do without asking', async () => {
    const id = await aDraft();
    const before = await writes();
    const said = await wo('publish', id);
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toContain('--yes');
    const dry = await wo('publish', id, '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain('Would publish on work order');
    expect(await writes()).toBe(before);
  });

  it('names what is missing or unknown', async () => {
    const cases: readonly (readonly [readonly (string | number)[], string])[] = [
      [['paint', 4047], 'is no action'],
      [['assign', 'x'], 'does not name a work order'],
      [['route', 4047], '--provider FM-C161 is missing'],
      [['route', 4047, '--provider', '1,2'], 'more than one provider'],
      [['mass-route', 4047], '--pool ID'],
      [['mass-route', 4047, '--provider', 1, '--pool', 2], 'exclude each other'],
      [['unassign', 4047, '--provider', 557], 'The API has no list of reasons to un-assign, so N is sent as it is'],
      [['decline', 4047, '--provider', 557], '--request'],
      [['incomplete', 4047], '--reason-id'],
      [['incomplete', 4047, '--reason-id', 1], '--reason FM-C161 is missing'],
      [['publish', 4047, '--provider', 557], '--provider FM-C161 is not for wo publish'],
      [['assign', 4047, '--provider', 557, '--reason-id', 3], '--reason-id FM-C161 is not for wo assign'],
      [['approve', 4047, '--delay', 600], '--delay FM-C161 is not for wo approve'],
      [['publish', 999999, '--yes'], 'is not one that this API user can see'],
    ];
    for (const [words, part] of cases) {
      const said = await wo(...words);
      expect([words.join(' '), said.code]).toEqual([words.join(' '), 2]);
      expect(said.err).toContain(part);
    }
  });

  it('shows the effect as JSON, with the decision that explain knows', async () => {
    const id = await aDraft();
    const { out } = await wo('publish', id, '--yes', '--json');
    expect(JSON.parse(out)).toMatchObject({ type: 'effect', decision: `${id}.1.1`, kind: 'confirmed' });
  });
});
