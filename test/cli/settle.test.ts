import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';

let sandbox: RunningSandbox;
let folder: string;
let draft: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-settle-'));
  const startAtMs = Date.UTC(2026, 2, 2, 13);
  sandbox = await startSandbox({ seed: 5, workOrders: 30, providers: 60, speed: 1, startAtMs });
  const answer = await request(`${sandbox.url}/_sandbox/outcome`);
  const { results } = (await answer.body.json()) as { results: { work_order_id: number; status: string }[] };
  draft = results.find(({ status }) => status === 'draft')?.work_order_id ?? 0;
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function cli(...words: readonly (string | number)[]) {
  let out = '';
  let err = '';
  const code = await runCli(words.map(String), {
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
      FIELDMARSHAL_MAX_CONFIRM_READS: '1',
      FIELDMARSHAL_ACTOR: 'ana',
    },
  });
  return { code, out, err };
}

async function faults(method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const answer = await request(`${sandbox.url}/_sandbox/faults`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.statusCode >= 300) throw new Error(await answer.body.text());
  await answer.body.dump();
}

/** Published by us and readable until then; from the confirm read on nobody can say whether. */
async function publishUnseen(): Promise<string> {
  await faults('POST', { match: { method: 'GET', path: `/workorders/${draft}$`, nth: 4 }, fault: '500', times: null });
  const { out } = await cli('wo', 'publish', draft, '--yes', '--json');
  expect(JSON.parse(out)).toMatchObject({ kind: 'unknown' });
  return `${draft}.1.1`;
}

describe('settle', () => {
  it('records a person’s word where nobody can read what has become of a write', async () => {
    const id = await publishUnseen();
    expect((await cli('report', 'open-intents')).err).toContain('settle DECISION --as');
    const silent = await cli('settle', id, '--as', 'confirmed', '--because', 'seen on the page');
    expect(silent.code).toBe(2);
    expect(silent.err).toContain(`publish on work order ${draft} (decision ${id})`);
    expect(silent.err).toMatch(
      /claimed for sending at 2026-03-02T.*1 time.*\nlast looked at .*FM-6010\nread right now: .*500/,
    );
    const early = await cli('settle', id, '--as', 'refused', '--because', 'not there', '--yes');
    expect([early.code, early.err]).toEqual([3, expect.stringMatching(/may still land.*say refused in 1\d\d s/)]);
    const said = ['settle', id, '--as', 'confirmed', '--because', 'seen on the page', '--by', 'bo', '--yes'];
    const { code, out } = await cli(...said, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { decision: id, intent: 1, kind: 'confirmed', by: 'person', reason: { code: 'FM-6045' } },
    ]);
    expect(out).toContain('bo says that it took effect: seen on the page');
    expect((await cli('report', 'open-intents', '--format', 'json')).out).not.toContain(id);
    const again = await cli(...said);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('has nothing to settle')]);
  });

  it('lets reading settle what can be read again, whatever the person says', async () => {
    const id = await publishUnseen();
    await faults('DELETE');
    const { code, out } = await cli('settle', id, '--as', 'refused', '--because', 'not there', '--yes');
    expect([code, out]).toEqual([1, expect.stringMatching(/settled by reading.*: confirmed\..*FM-6001/)]);
  });

  it('refuses an unknown decision, a write that is not there, and a word that says nothing', async () => {
    const id = await publishUnseen();
    const because = ['--because', 'seen', '--yes'];
    for (const [words, what] of [
      [[`${draft}.1.9`, '--as', 'confirmed', ...because], 'is none of this ledger'],
      [['4f1c', '--as', 'confirmed', ...because], 'is none of this ledger'],
      [[id, '--as', 'confirmed', '--intent', 2, ...because], 'has no write 2'],
      [[id, ...because], 'is missing — Write --as confirmed'],
      [[id, '--as', 'done', ...because], 'Write --as confirmed'],
      [[id, '--as', 'refused', '--yes'], '--because'],
    ] as const) {
      const { code, err } = await cli('settle', ...words);
      expect([code, err]).toEqual([2, expect.stringContaining(what)]);
    }
  });
});
