import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { packageRoot } from '../../src/package-root.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-translate-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const RULES = join(packageRoot(), 'rules');

async function cli(argv: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env: {},
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
