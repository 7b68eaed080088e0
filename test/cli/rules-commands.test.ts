import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/cli/replace-file.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { packageRoot } from '../../src/package-root.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-rules-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function cli(line: string, stdin?: string): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env: {},
    cwd,
    ...(stdin === undefined ? {} : { readStdin: async () => stdin }),
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

function write(path: string, text: string): string {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), text);
  return join(cwd, path);
}

describe('rules fmt', () => {
  const untidy = '{"name":"A","version":1}\n';
  const tidy = '{\n  "version": 1,\n  "name": "A"\n}\n';

  it('writes what is not in order, in a folder or by name, and leaves the rest alone', async () => {
    const paths = [write('fmt/a.json', untidy), write('fmt/a.test.json', '[ ]'), write('fmt/b.json', tidy)];
    write('fmt/rule-file.schema.json', untidy);
    write('fmt/.#a.json', untidy);
    chmodSync(paths[0] ?? '', 0o640);
    const before = statSync(paths[2] ?? '');
    const { code, stdout, stderr } = await cli('rules fmt fmt fmt/a.json');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('formatted fmt/a.json\nformatted fmt/a.test.json\n3 file(s), 2 formatted\n');
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual([tidy, '[]\n', tidy]);
    expect(statSync(paths[0] ?? '').mode & 0o777).toBe(0o640);
    expect(statSync(paths[2] ?? '')).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(readFileSync(join(cwd, 'fmt/.#a.json'), 'utf8')).toBe(untidy);
    expect(readdirSync(join(cwd, 'fmt'))).toHaveLength(5);
    expect((await cli('rules fmt fmt')).stdout).toBe('3 file(s), 0 formatted\n');
  });

  it('--check writes nothing, shows the first line that differs, and ends with 1', async () => {
    const path = write('check/a.json', untidy);
    const { code, stdout } = await cli('rules fmt --check check');
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'check/a.json:1:1 FM-R930 is not written in the order and spacing of the format — Run: fieldmarshal rules fmt check/a.json',
      '  - {"name":"A","version":1}',
      '  + {',
      '1 file(s), 1 to format',
      '',
    ]);
    expect(readFileSync(path, 'utf8')).toBe(untidy);
    const json = await cli('rules fmt --check check --format json');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, { files: ['check/a.json'], changed: ['check/a.json'] }]);
    expect((await cli(`rules fmt --check ${join(packageRoot(), 'rules')}`)).code).toBe(0);
  });

  it('writes nothing at all when one of the files is no JSON', async () => {
    const path = write('broken/a.json', untidy);
    write('broken/b.json', '{\n"a": 1, // why\n}');
    const { code, stdout, stderr } = await cli('rules fmt broken');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^broken\/b\.json:2:7 FM-R103 .*\nbroken\/b\.json:2:9 FM-R102/);
    expect(readFileSync(path, 'utf8')).toBe(untidy);
  });

  it('follows a link to the file it points at, and leaves no other file behind when it cannot write', async () => {
    const path = write('linked/real.txt', untidy);
    symlinkSync(path, join(cwd, 'linked/a.json'));
    expect((await cli('rules fmt linked')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(tidy);
    mkdirSync(join(cwd, 'linked/folder'));
    expect(() => replaceFile(join(cwd, 'linked/folder'), tidy)).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(join(cwd, 'linked')).sort()).toEqual(['a.json', 'folder', 'real.txt']);
  });

  it('reads one file from stdin with "-"', async () => {
    expect(await cli('rules fmt -', untidy)).toEqual({ code: 0, stdout: tidy, stderr: '' });
    expect(await cli('rules fmt - --check', tidy)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await cli('rules fmt - --check', untidy)).stdout).toContain('stdin:1:1 FM-R930');
    const both = await cli('rules fmt - a.json', untidy);
    expect([both.code, both.stdout]).toEqual([2, '']);
    expect(both.stderr).toContain('- FM-C215 stands for stdin, and other files are named too');
  });

  it('says what is missing', async () => {
    mkdirSync(join(cwd, 'empty'));
    expect((await cli('rules fmt nowhere')).stderr).toContain('FM-C140 does not exist');
    expect((await cli('rules fmt empty')).stderr).toContain('FM-C140 has no rule files');
  });
});

describe('rules docs', () => {
  it('without a name says what there is, with a topic lists it', async () => {
    const overview = await cli('rules docs');
    expect([overview.code, overview.stderr]).toEqual([0, '']);
    expect(overview.stdout).toMatch(/^fact {9}\d+ {2}\S/m);
    for (const topic of ['facts', 'operator', 'criteria', 'reason', 'problem', 'stage', 'guardrails', 'tie_break']) {
      const { code, stdout } = await cli(`rules docs ${topic}`);
      expect([code, stdout.split('\n').length > 7], topic).toEqual([0, true]);
    }
    expect((await cli('rules docs --format markdown')).stdout).toContain('| fact |');
    expect((await cli('rules docs stage --format markdown')).stdout).toContain('| `assign` | Assign the best eligible');
    expect(JSON.parse((await cli('rules docs --format json')).stdout)).toHaveLength(9);
  });

  it('finds a name in whichever topic it is, by any name it has', async () => {
    expect((await cli('rules docs batch')).stdout).toMatch(/^batch \(decision\)[\s\S]*one of "on", "off"/);
    const byKey = await cli('rules docs cancel_rate');
    expect(byKey.stdout).toMatch(/^cancel_rate \(criterion\)\n/);
    expect(byKey.stdout).toMatch(/^ {4}\{ "name": "cancel_rate", "operator": "<=", "value": 5, /m);
    for (const name of ['Provider cancel rate', 'sc_cancel_ratio', 'criterion cancel_rate']) {
      expect((await cli(`rules docs ${name}`)).stdout, name).toBe(byKey.stdout);
    }
    expect((await cli('rules docs Work orders completed (ATM)')).stdout).toMatch(/^completed_of_type \(criterion\)/);
    expect((await cli('rules docs requested_at')).stdout).toMatch(/^requested_at \(tie-break\)/);
    expect((await cli('rules docs certification_names')).stdout).toMatch(/^provider\.certification_names \(fact\)/);
    expect((await cli('rules docs fm-c216')).stdout).toMatch(/^FM-C216 \(problem\)[\s\S]*rules docs/);
    expect((await cli('rules docs FM-1001 --format markdown')).stdout).toMatch(/^## FM-1001 \(reason\)\n/);
    expect((await cli('rules docs hold --format markdown')).stdout).toContain(
      '```json\n{ "after_minutes": 480, "do": "hold" }',
    );
    const [entry] = JSON.parse((await cli('rules docs fact provider.rating --format json')).stdout);
    expect(entry).toMatchObject({ topic: 'fact', name: 'provider.rating', example: { at: 'when' } });
  });

  it('names the nearest of a misspelt name, with exit 2', async () => {
    const { code, stdout, stderr } = await cli('rules docs cancel_rat');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('cancel_rat FM-C216 is no fact, operator');
    expect(stderr).toContain('Did you mean "cancel_rate"?');
    expect((await cli('rules docs stage mass_rout')).stderr).toContain(
      'is no stage of ours — Did you mean "mass_route"?',
    );
    expect((await cli('rules docs xyzzyplugh')).stderr).toContain('of ours — See all with: fieldmarshal rules docs');
  });
});

describe('rules test', () => {
  const rule = (tests: readonly object[], more: object = {}) =>
    JSON.stringify({
      ...{ version: 1, id: 'a', name: 'A', mode: 'shadow' },
      selection_rule: { rules: [{ name: 'rating', operator: '>=', value: 4.5, weight: 10 }] },
      decision: { stages: [{ after_minutes: 0, do: 'assign' }] },
      ...more,
      tests,
    });
  const test = (name: string, rating: number | null, outcome: string) => ({
    name,
    candidates: [{ id: 1, kind: 'request', facts: { rating } }],
    expect: { outcome },
  });

  it('runs the tests in files and beside them, and ends with 1 when one fails', async () => {
    write('t1/a.json', rule([test('good', 4.5, 'assign')]));
    write('t1/a.test.json', JSON.stringify({ version: 1, tests: [test('poor', 4.4, 'hold')] }));
    write('t1/b.json', rule([], { id: 'b' }));
    expect(await cli('rules test t1')).toEqual({
      code: 0,
      stderr: '',
      stdout: 't1/a.json: 2 passed\nt1/b.json: no tests\n\n2 rule file(s), 2 test(s): 2 passed, 0 failed\n',
    });
    write('t1/a.test.json', JSON.stringify({ version: 1, tests: [test('poor', 4.4, 'assign')] }));
    for (const path of ['t1/a.json', 't1/a.test.json', 't1']) {
      const { code, stdout } = await cli(`rules test ${path}`);
      expect(code).toBe(1);
      expect(stdout).toContain('FAILED  poor\n          t1/a.test.json:1:23\n    outcome: wanted assign, got hold\n');
    }
    const { files, ...totals } = JSON.parse((await cli('rules test t1 --format json')).stdout);
    expect(totals).toEqual({ problems: [], shortcomings: [], tests: 2, passed: 1, failed: 1 });
    expect(files[0].results[1]).toMatchObject({
      kind: 'failed',
      differences: [{ what: 'outcome', wanted: 'assign', got: 'hold' }],
    });
    expect((await cli('rules test t1 --format junit')).stdout).toContain('tests="2" failures="1" errors="0"');
  });

  it('asks for tests and for coverage where it is told to', async () => {
    write('t2/a.json', rule([test('good', 4.5, 'assign'), test('poor', 4.4, 'hold')]));
    write('t2/b.json', rule([], { id: 'b' }));
    expect((await cli('rules test t2')).code).toBe(0);
    const required = await cli('rules test t2 --require-tests');
    expect(required.code).toBe(1);
    expect(required.stdout).toContain('t2/b.json: No tests found');
    const covered = await cli('rules test t2/a.json --min-coverage 75');
    expect(covered.code).toBe(0);
    expect(covered.stdout).toContain('Coverage of t2/a.json: 75 % (3 of 4)');
    const short = await cli('rules test t2/a.json --min-coverage 76 --format junit');
    expect(short.code).toBe(1);
    expect(short.stderr).toBe('t2/a.json: Covered by 75 %, less than 76 %: rating never unknown\n');
    const { shortcomings } = JSON.parse((await cli('rules test t2 --min-coverage 80 --format json')).stdout);
    expect(shortcomings).toHaveLength(2);
  });

  it('runs what can be run while a file or a test is broken, or belongs to none, and shows where', async () => {
    const asign = { ...test('odd', 4.5, 'assign'), expect: { outcome: 'asign' } };
    write('t3/a.json', rule([asign, test('good', 4.5, 'assign')]));
    write('t3/b.json', rule([], { id: 'b' }));
    write('t3/b.test.json', '{"version": 1, "tests": [{"name": "x", "expect": {"winner": 5}}]}');
    write('t3/c.test.json', '{"version": 1, "tests": []}');
    write('t3/d.json', rule([test('lost', 4.5, 'assign')], { id: 'd', mode: 'enforced' }));
    const { code, stdout, stderr } = await cli('rules test t3');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^t3\/a\.json: 1 passed, 1 failed\n\n {2}FAILED {2}odd\n/);
    expect(stdout).toMatch(/^ +t3\/a\.json:1:\d+ FM-R206 outcome is "asign" — Did you mean "assign"\?/m);
    expect(stdout).toMatch(/^ +t3\/b\.test\.json:1:61 FM-R907 winner is 5/m);
    expect(stdout).toMatch(/2 rule file\(s\), 3 test\(s\): 1 passed, 2 failed\n$/);
    expect(stderr).toMatch(/^t3\/c\.test\.json FM-R916 There is no rule file c\.json beside these tests/m);
    expect(stderr).toMatch(/^t3\/d\.json:1:\d+ FM-R206 mode is "enforced"/m);
    expect(stderr).toMatch(/2 problem\(s\): no test of 2 file\(s\) was run\n$/);
    const checked = await cli('rules check t3');
    expect(checked.stdout).toMatch(/FM-R206.*FM-R206.*FM-R916.*FM-R907/s);
  });

  it('tells build servers of what is broken, too', async () => {
    write('t4/a.json', rule([{ ...test('odd', 4.5, 'assign'), expect: { outcome: 'asign' } }]));
    write('t4/b.json', '{"version": 1,');
    const xml = (await cli('rules test t4 --format junit')).stdout;
    const total = (await cli('rules check t4 --format json')).stdout.match(/"code": "FM-R[1-7]/g)?.length ?? 0;
    expect(xml).toContain(
      `<testsuites name="fieldmarshal rules test" tests="${total}" failures="0" errors="${total}">`,
    );
    expect(xml).toMatch(/<testcase classname="rule files" name="t4\/b\.json:1 FM-R1\d\d" file="t4\/b\.json" line="1">/);
    expect(xml).toMatch(/name="odd".*>\n {6}<error message="t4\/a\.json:1:\d+ FM-R206 outcome/);
    expect(xml.trimEnd().endsWith('</testsuites>')).toBe(true);
    const json = JSON.parse((await cli('rules test t4 --format json')).stdout);
    expect(json).toMatchObject({ tests: 1, passed: 0, failed: 1, problems: [{ where: 't4/b.json' }] });
    expect(json.files[0].results).toMatchObject([{ kind: 'broken', name: 'odd', problems: [{ code: 'FM-R206' }] }]);
    const nothing = await cli('rules test t4/b.json --format junit');
    expect([nothing.code, nothing.stdout]).toEqual([1, expect.stringContaining('<testsuite name="rule files"')]);
  });

  it('passes for every file that ships, covered to 100 %, and for the one that init writes', async () => {
    const shipped = await cli(`rules test ${join(packageRoot(), 'rules')} --require-tests --min-coverage 100`);
    expect([shipped.code, shipped.stderr]).toEqual([0, '']);
    expect(shipped.stdout).toMatch(/5 rule file\(s\), \d\d test\(s\): \d\d passed, 0 failed\n$/);
    expect((await cli('init begun')).code).toBe(0);
    const first = await cli('rules test begun/rules --require-tests');
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^begun\/rules\/first\.json: [1-9]\d* passed\n/),
    ]);
  });
});

describe('rules diff', () => {
  const rating = '{ "name": "rating", "operator": ">=", "value": 4.5, "weight": 45 }';
  const distance =
    '{ "key": "near", "name": "distance", "operator": "<=", "value": 50, "weight": 25, "is_required": false }';
  const group = '{ "key": "group", "name": "preferred_group", "weight": 30, "is_required": false }';
  const file = (id: string, rules = `${rating}, ${distance}, ${group}`, mode = 'shadow') =>
    `{ "version": 1, "id": "${id}", "name": "N", "mode": "${mode}", "selection_rule": { "rules": [${rules}] },
       "decision": { "stages": [ { "after_minutes": 30, "do": "assign" } ] } }`;
  const credit = ', "credit": { "kind": "linear", "full_at": 10, "zero_at": 50 } }';
  const changed = file(
    'a',
    `${rating.replace('4.5', '4.7')}, ${distance.replace('25', '40').replace(/ \}$/, credit)}, ${group}`,
    'enforce',
  );

  it('says in words what changed and what outweighs what, with exit 1', async () => {
    write('old/a.json', file('a'));
    write('old/b.json', file('b'));
    write('new/renamed.json', changed);
    write('new/b.json', `${file('b')}\n`);
    const { code, stdout, stderr } = await cli('rules diff old new');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.split('\n')).toEqual([
      'b (old/b.json → new/b.json): the same meaning, only written otherwise',
      '',
      'a (old/a.json → new/renamed.json)',
      '  mode shadow → enforce; now acts by itself',
      '  rating asks: provider.rating at least 4.5 → 4.7 stars; stricter',
      '  near weight 25 → 40; now outweighs group (30)',
      '  near: credit all or nothing → full at 10 miles, nothing from 50 miles on',
      '',
      '  criteria that put eligible providers in order  before           after',
      '  near                                           25               40 = 1.33 × group, 1 for each mile from 10 to 50',
      '  group                                          30 = 1.2 × near  30',
      '',
      '  what makes up for it in near  before  after',
      '  group                         -       30 miles',
      '',
      '2 rule file(s): 1 changed, 0 in words only, 1 in formatting only, 0 the same, 0 new, 0 gone',
      '',
    ]);
    const markdown = await cli('rules diff old new --format markdown');
    expect(markdown.stdout).toContain(
      '### a (old/a.json → new/renamed.json)\n\n- mode shadow → enforce; now acts by itself\n',
    );
    const json = JSON.parse((await cli('rules diff old new --format json')).stdout);
    expect(json).toMatchObject({
      decidesOtherwise: true,
      files: [{ kind: 'formatting' }, { kind: 'changed', id: 'a' }],
    });
    expect(json.files[1].changes.map(({ path }: { path: string }) => path)).toContain('criteria.near.weight');
  });

  it('compares a single file with the one of its id, and ends with 0 where nothing decides otherwise', async () => {
    write('many/a.json', file('a'));
    write('many/c.json', file('c'));
    const one = write('one/mine.json', file('a').replace('"N"', '"Another name"'));
    const { code, stdout } = await cli(`rules diff ${one} many`);
    expect(code).toBe(0);
    expect(stdout).toContain('  without effect on decisions:\n    name "Another name" → "N"\n');
    expect(stdout).toContain('1 rule file(s): 0 changed, 1 in words only');
    const stranger = write('one/other.json', file('z'));
    const refused = await cli(`rules diff many ${stranger}`);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('many FM-C217 has no rule file with the id "z"');
  });

  it('reads a commit of the checkout that the folder is in', async () => {
    const path = write('checkout/rules/a.json', file('a'));
    const git = (...words: readonly string[]) =>
      execFileSync('git', [
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@example.com',
        '-C',
        join(cwd, 'checkout'),
        ...words,
      ]);
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'First');
    writeFileSync(path, changed);
    write('checkout/rules/new.json', file('new'));
    const { code, stdout } = await cli('rules diff git:HEAD:checkout/rules checkout/rules');
    expect(code).toBe(1);
    expect(stdout).toContain('a (HEAD:rules/a.json → checkout/rules/a.json)\n  mode shadow → enforce');
    expect(stdout).toContain('new (checkout/rules/new.json): new\n');
    const single = await cli('rules diff git:HEAD:checkout/rules/a.json checkout/rules');
    expect(single.stdout).toContain('1 rule file(s): 1 changed');
    expect((await cli('rules diff git:nope:checkout/rules checkout/rules')).stderr).toMatch(/FM-C217 cannot be read: /);
    expect((await cli('rules diff git:-x checkout/rules')).stderr).toContain('FM-C217 names no commit');
    expect((await cli('rules diff git:HEAD:checkout/empty checkout/rules')).stderr).toContain(
      'has no rule files in empty/',
    );
  });

  it('says what is not there, and what is wrong with a file', async () => {
    write('fine/a.json', file('a'));
    const path = write('wrong/a.json', file('a').replace('"shadow"', '"shado"'));
    expect((await cli('rules diff nowhere fine')).stderr).toContain('nowhere FM-C217 is not there — Name a rule file');
    const { code, stderr } = await cli(`rules diff ${path} fine`);
    expect(code).toBe(2);
    expect(stderr).toContain('wrong/a.json:1:49 FM-R206');
    expect((await cli('rules diff recorded fine --db no.db')).code).toBe(5);
  });
});
