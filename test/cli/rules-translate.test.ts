import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { packageRoot } from '../../src/package-root.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startPlatform } from '../fieldnation/platform-server.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-translate-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const LOGIN = {
  FIELDMARSHAL_CLIENT_ID: 'client',
  FIELDMARSHAL_CLIENT_SECRET: 'translate-secret-1',
  FIELDMARSHAL_USERNAME: 'user',
  FIELDMARSHAL_PASSWORD: 'translate-secret-2',
};
const RULES = join(packageRoot(), 'rules');

/** `origin`: of the platform; `stdin`: what is piped in. */
async function cli(argv: readonly string[], { origin = '', stdin }: { origin?: string; stdin?: string } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    ...(stdin === undefined ? {} : { readStdin: async () => stdin }),
    env: origin === '' ? {} : { ...LOGIN, FIELDMARSHAL_BASE_URL: origin },
    cwd,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

describe('rules export', () => {
  it('finds a file by its id and prints the rules, with what they cannot say on stderr', async () => {
    const { code, stdout, stderr } = await cli(['rules', 'export', 'default', '--rules', RULES]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ format: 'json-rules-engine', manifest: { rule_file: 'default' } });
    expect(document.rules).toHaveLength(8);
    expect(stderr.trimEnd().split('\n')).toHaveLength(document.not_expressed.length);
    expect(stderr).toMatch(/^not expressed: decision\.stages FM-R943 .+ — .+\.$/m);
  });

  it('takes a path and writes a new file, and never over one', async () => {
    const argv = ['rules', 'export', join(RULES, 'remote.json'), '--format', 'fieldnation', '--out', 'remote.fn.json'];
    expect(await cli(argv)).toMatchObject({ code: 0, stdout: 'wrote remote.fn.json\n' });
    const text = readFileSync(join(cwd, 'remote.fn.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ format: 'fieldnation', selection_rule: { is_default: true } });
    const again = await cli(argv);
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toContain('remote.fn.json FM-C222 is there already');
    expect(readFileSync(join(cwd, 'remote.fn.json'), 'utf8')).toBe(text);
    const nowhere = await cli([...argv.slice(0, -1), 'no/where.json']);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining('FM-C222 is in a folder that does not'),
    ]);
  });

  it('refuses what it cannot find, reviews, and files with mistakes', async () => {
    const unknown = await cli(['rules', 'export', 'defualt', '--rules', RULES]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/^defualt FM-C220 .* default, /)]);
    const review = await cli(['rules', 'export', 'review', '--rules', RULES]);
    expect([review.code, review.stderr]).toEqual([2, expect.stringContaining('FM-C220 is a review file')]);
    writeFileSync(join(cwd, 'broken.json'), '{ "version": 1 }');
    const broken = await cli(['rules', 'export', 'broken.json']);
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('broken.json:1:1 FM-R202')]);
    writeFileSync(join(cwd, 'no.json'), 'no');
    const none = await cli(['rules', 'export', 'nobody', '--rules', cwd]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('FM-C220 is neither a file nor')]);
  });
});

describe('rules import', () => {
  const GOLDEN = join(packageRoot(), 'test/golden/pending-request.json');

  it('prints a rule file that rules check takes, and on stderr what was not taken over', async () => {
    const { code, stdout, stderr } = await cli(['rules', 'import', GOLDEN, '--id', 'ours', '--name', 'Ours']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'ours', name: 'Ours', mode: 'shadow' });
    expect(stderr).toMatch(/^not taken over: criterion "Provider rating" FM-R952 .+ — .+\.$/m);
    const folder = mkdtempSync(join(cwd, 'rules-'));
    writeFileSync(join(folder, 'ours.json'), stdout);
    expect(await cli(['rules', 'check', folder])).toMatchObject({ code: 0 });
  });

  it('refuses an id or name that no rule file may have where it is given', async () => {
    const id = await cli(['rules', 'import', GOLDEN, '--id', 'Bad Id', '--out', 'bad.json']);
    expect([id.code, id.stdout]).toEqual([2, '']);
    expect(id.stderr).toContain('--id "Bad Id" FM-C237 is no id of a rule file — Write lower-case letters');
    const name = await cli(['rules', 'import', GOLDEN, '--name', 'n'.repeat(5000)]);
    expect([name.code, name.stderr]).toEqual([2, expect.stringContaining('--name FM-C237 has 5000 characters')]);
  });

  it('takes what was exported, from a pipe, and writes it to a new file', async () => {
    const exported = await cli(['rules', 'export', 'default', '--rules', RULES]);
    const argv = ['rules', 'import', '-', '--from', 'json-rules-engine', '--out', 'back.json'];
    const written = await cli(argv, { stdin: exported.stdout });
    expect(written).toMatchObject({ code: 0, stdout: 'wrote back.json\n' });
    const text = readFileSync(join(cwd, 'back.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ id: 'default-imported', name: 'Default ranking' });
    const again = await cli(argv, { stdin: exported.stdout });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('back.json FM-C222 is there already')]);
    expect(readFileSync(join(cwd, 'back.json'), 'utf8')).toBe(text);
  });

  it('reports as JSON, and ends with 1 where a person must fill something in', async () => {
    const stdin = '[{"name": "odd", "conditions": {"all": []}, "event": {"type": "x"}}]';
    const { code, stdout, stderr } = await cli(['rules', 'import', '-', '--format', 'json'], { stdin });
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'rules_import',
      from: 'json-rules-engine',
      criteria: 1,
      placeholders: 1,
      path: null,
      rule_file: { id: 'rules-imported' },
      not_expressed: expect.arrayContaining([expect.objectContaining({ code: 'FM-R951', at: 'criterion "odd"' })]),
    });
  });

  it.each<[string, readonly string[], string | undefined, string]>([
    ['nothing', [], undefined, 'FM-C221 has nothing to import'],
    ['two sources', ['x.json', '--work-order', '4047'], undefined, 'FM-C221 has a file and --work-order'],
    ['a file that is not there', ['nowhere.json'], undefined, 'FM-C140 does not exist'],
    ['another format', [GOLDEN, '--from', 'json-rules-engine'], undefined, 'FM-C221 has no rules of json-rules-engine'],
    ['a rule file', [join(RULES, 'default.json')], undefined, 'FM-C224 is neither'],
    ['no JSON', ['-'], '{', 'stdin:1:2 FM-R101'],
    ['an empty pipe', ['-'], undefined, 'FM-R111'],
    ['an id that cannot be one', [GOLDEN, '--id', 'Our Rules'], undefined, 'FM-C237'],
  ])('refuses %s', async (_, argv, stdin, message) => {
    const { code, stdout, stderr } = await cli(['rules', 'import', ...argv], stdin === undefined ? {} : { stdin });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('reads what the platform shows of a work order, by its codes where it shows them', async () => {
    const results = [
      { id: 1, name: 'SC_STAR_BASED_RATING', required: true, weight: 45, operation: 'greater_than', value: '4' },
    ];
    const platform = await startPlatform(() => ({
      json: { actions: [], selection_rule: { id: 254, name: 'Stars', results } },
    }));
    const { code, stdout } = await cli(['rules', 'import', '--work-order', '4047'], { origin: platform.origin });
    expect(platform.seen.map(({ path }) => path)).toEqual(['/api/rest/v2/workorders/4047/qualifications']);
    await platform.close();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'work-order-4047',
      name: 'Selection rule of work order 4047',
      because: expect.stringContaining('Imported from work order 4047.'),
      selection_rule: { id: 254, rules: [{ name: 'Provider rating', operator: '>', value: 4, weight: 45 }] },
    });
  });

  it('reads the pending list where the qualifications cannot be read, and says where neither shows a rule', async () => {
    const pending = JSON.parse(readFileSync(GOLDEN, 'utf8'));
    const empty = { ...pending, metadata: { ...pending.metadata, total: 0 }, results: [] };
    const lists = { shown: pending, none: empty };
    for (const shown of ['shown', 'none'] as const) {
      const platform = await startPlatform(({ path }) =>
        path.endsWith('/providers') ? { json: lists[shown] } : { status: 404, json: {} },
      );
      const argv = ['rules', 'import', '--work-order', '4047'];
      const { code, stdout, stderr } = await cli(argv, { origin: platform.origin });
      await platform.close();
      expect(stderr).toContain('note: reading the qualifications of work order 4047');
      if (shown === 'shown') expect([code, JSON.parse(stdout).selection_rule.rules.length]).toEqual([0, 8]);
      else
        expect([code, stderr]).toEqual([2, expect.stringContaining('work order 4047 FM-C223 shows no selection rule')]);
    }
  });

  it('reads the sandbox, whose qualifications name no criterion', async () => {
    const startAtMs = Date.UTC(2026, 2, 2, 13);
    const sandbox = await startSandbox({ seed: 7, workOrders: 12, providers: 60, speed: 0, startAtMs });
    sandbox.clock.advance(4 * 3_600_000);
    const ids = Array.from({ length: 12 }, (_, place) => String(5001 + place));
    const outcomes = await Promise.all(
      ids.map((id) => cli(['rules', 'import', '--work-order', id], { origin: sandbox.url })),
    );
    await sandbox.close();
    const shown = outcomes.filter(({ code }) => code === 0);
    expect(shown.length).toBeGreaterThan(0);
    expect(JSON.parse(shown[0]?.stdout ?? '')).toMatchObject({ selection_rule: { id: 0, rules: expect.any(Array) } });
  });
});
