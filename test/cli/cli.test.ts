import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalog.ts';
import type { CliIo } from '../../src/cli/command.ts';
import { Blocked, describeFailure, EXIT_CODES, OperatorMistake } from '../../src/cli/exit-codes.ts';
import { commandHelp, commandTable, optionFlag, programHelp } from '../../src/cli/help.ts';
import { parseMoment } from '../../src/cli/moment.ts';
import { parseArgv } from '../../src/cli/parse-argv.ts';
import { showProgress } from '../../src/cli/progress.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { fromThreadFailure, toThreadFailure } from '../../src/cli/thread-failure.ts';
import { CONFIGURATION_PROBLEMS, configurationProblemsPage } from '../../src/configuration-problems.ts';
import { LedgerFailure, PlatformUnavailable } from '../../src/engine/ports.ts';
import { TickTaken } from '../../src/engine/run-once.ts';
import { packageRoot, packageVersion } from '../../src/package-root.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-cli-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function cli(line: string, env: CliIo['env'] = {}): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(line === '' ? [] : line.split(' '), {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env,
    cwd,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

function inputOf(line: string) {
  const parsed = parseArgv(line.split(' '));
  if (parsed.kind !== 'command') throw new Error(`no command: ${line}`);
  return parsed.input;
}

function problemsOf(line: string): readonly string[] {
  try {
    parseArgv(line.split(' '));
    return [];
  } catch (error) {
    if (error instanceof OperatorMistake) return error.message.split('\n');
    throw error;
  }
}

describe('help', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s shows a sentence, every option, an example and the exit codes',
    async (name, command) => {
      const { code, stdout, stderr } = await cli(`${name} --help`);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toBe(commandHelp(command));
      expect(command.summary).toMatch(/^[A-Z].*\.$/);
      expect(stdout).toContain(command.example);
      for (const option of Object.keys(command.options)) expect(stdout).toContain(`  ${optionFlag(option)}`);
      for (const exit of [...command.exitCodes, 2, 70]) expect(stdout).toMatch(new RegExp(`^ +${exit} {2}\\w`, 'm'));
      for (const text of stdout.split('\n')) expect(text.length, text).toBeLessThanOrEqual(125);
    },
  );

  it.each(COMMANDS.map(({ example }) => [example]))('has an example that parses: %s', (example) => {
    const words = example.replace(/ > .*/, '').match(/"[^"]*"|\S+/g) ?? [];
    expect(words[0]).toBe('fieldmarshal');
    expect(parseArgv(words.slice(1)).kind).toBe('command');
  });

  it('of the program lists every command and exit code', async () => {
    const { code, stdout } = await cli('--help');
    expect([code, stdout]).toEqual([0, programHelp()]);
    for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name} `);
  });

  it('is what a missing command gets, with exit 2', async () => {
    expect(await cli('')).toEqual({ code: 2, stdout: '', stderr: programHelp() });
    const rules = await cli('rules');
    expect(rules.code).toBe(2);
    expect(rules.stderr).toContain('rules check');
  });

  it('has a table of commands for the README', () => {
    expect(commandTable().split('\n')).toHaveLength(COMMANDS.length + 2);
    expect(commandTable()).toContain('| `explain WORK_ORDER_OR_DECISION` |');
  });

  it('prints the version of package.json', async () => {
    expect(await cli('--version')).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
  });
});

describe('the command line', () => {
  it.each([
    ['runn', /unknown command 'runn' — Did you mean run\? See: fieldmarshal --help/],
    ['rules chekc', /unknown command 'chekc' — Did you mean check\?/],
    ['run --dryrun', /unknown option '--dryrun' — Did you mean --dry-run\? See: fieldmarshal run --help/],
    ['run --only', /option '--only <value>' argument missing — See: fieldmarshal run --help/],
    ['explain', /missing required argument 'WORK_ORDER_OR_DECISION'/],
    ['rules schema a', /too many arguments.* — See: fieldmarshal rules schema --help/],
    ['run --client-secret x', /unknown option '--client-secret'/],
  ])('refuses %s and says where to look', async (line, message) => {
    const { code, stdout, stderr } = await cli(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('names every bad value at once', () => {
    expect(problemsOf('demo --seed -1 --work-orders 0 --providers 1.5')).toEqual([
      '--seed FM-C202 cannot be "-1" — Write a whole number from 0 to 4294967295.',
      '--work-orders FM-C202 cannot be "0" — Write a whole number from 1 to 500.',
      '--providers FM-C202 cannot be "1.5" — Write a whole number from 2 to 5000.',
    ]);
    expect(problemsOf('run --once --only 4047,x')[0]).toContain('--only FM-C202 cannot be "x"');
    expect(problemsOf('report runs --format xml')).toEqual([
      '--format FM-C202 cannot be "xml" — Write table or csv or json or markdown or html.',
    ]);
  });

  it('turns options into values, with defaults where nothing was given', () => {
    expect(inputOf('run --once --only 1,2 --only 3').options).toEqual({
      once: true,
      dryRun: false,
      json: false,
      only: [1, 2, 3],
      full: false,
    });
    expect(inputOf('run').options).toEqual({ once: false, dryRun: false, json: false, only: [], full: false });
    expect(inputOf('sandbox --seed 9').options).toMatchObject({ seed: 9, port: 0, speed: 1, credentials: null });
    expect(inputOf('report runs --since 7d').options).toEqual({
      list: false,
      out: null,
      since: '7d',
      until: null,
      client: null,
      project: null,
      provider: null,
      format: 'table',
      rule: null,
    });
    expect(inputOf('rules check').args).toEqual([]);
    expect(inputOf('rules check a b').args).toEqual(['a', 'b']);
  });

  it('hands settings given as flags on under their names, limits too', () => {
    expect(inputOf('run --once --db a.db --max-actions-per-run 3 --base-url sandbox').overrides).toEqual({
      FIELDMARSHAL_DB: 'a.db',
      FIELDMARSHAL_MAX_ACTIONS_PER_RUN: '3',
      FIELDMARSHAL_BASE_URL: 'sandbox',
    });
    expect(problemsOf('explain 4047 --max-actions-per-run 3')[0]).toContain("unknown option '--max-actions-per-run'");
  });

  it('has no option that hides a setting’s flag', () => {
    for (const command of COMMANDS) {
      const flags = [...commandHelp(command).matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
      expect(new Set(flags).size, command.name).toBe(flags.length);
    }
  });
});

describe('exit codes', () => {
  it('are 2 for settings that are missing, all named at once', async () => {
    const { code, stdout, stderr } = await cli('run --once');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.match(/FM-C102/g)).toHaveLength(5);
    const without = await cli('run');
    expect(without.stderr.trim().split('\n')).toHaveLength(6);
    expect(without.stderr).toMatch(/^--once FM-C130 is missing/);
  });

  it('are 2 for a setting that does not exist', async () => {
    const { code, stderr } = await cli('report runs', { FIELDMARSHAL_LOGLEVEL: 'debug' });
    expect([code, stderr]).toEqual([
      2,
      'FIELDMARSHAL_LOGLEVEL FM-C101 is not a setting — Did you mean FIELDMARSHAL_LOG_LEVEL?\n',
    ]);
  });

  it.each(['explain 4047', 'explain 4047.1.3', 'report runs', 'report decisions --since 24h'])(
    'are 5 when there is no ledger: %s',
    async (line) => {
      const { code, stderr } = await cli(`${line} --db none.db`);
      expect(code).toBe(5);
      expect(stderr).toContain('none.db');
      expect(stderr).toContain('fieldmarshal run --once');
    },
  );

  it('are 5 for a file that is no ledger', async () => {
    writeFileSync(join(cwd, 'broken.db'), 'this is not a database, and long enough to have a header of some kind');
    const { code, stderr } = await cli('report runs --db broken.db');
    expect(code).toBe(5);
    expect(stderr).toContain('broken.db');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each(['explain bundle', 'explain 0', 'explain 4047.1', 'explain -4047'])(
    'are 2 for an id that is none: %s',
    async (line) => {
      expect((await cli(line)).code).toBe(2);
    },
  );

  it('are 2 for a report, a moment and a range that are none, named together', async () => {
    const { code, stderr } = await cli('report nothing --since yesterday --until 2026-02-31');
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(3);
    expect((await cli('report')).stdout).toMatch(/^decisions +Every decision: /m);
  });

  it('are 2 for a rule folder that is not there', async () => {
    const { code, stderr } = await cli('rules check no-such-folder');
    expect(code).toBe(2);
    expect(stderr).toContain('does not exist');
  });

  it('are 0 for reports that are only listed', async () => {
    const { code, stdout } = await cli('report --list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^runs: /m);
    expect(stdout).toMatch(/^decisions: /m);
  });

  it('follow from what failed, with what to do', () => {
    const kinds = [
      'unreachable',
      'credentials',
      'forbidden',
      'rate_limited',
      'budget',
      'not_understood',
      'server_error',
    ] as const;
    for (const kind of kinds) {
      const { code, message } = describeFailure(new PlatformUnavailable(kind, 'it failed'), false);
      expect(code).toBe(4);
      expect(message).toMatch(/^it failed\. [A-Z].*\.$/);
    }
    expect(describeFailure(new PlatformUnavailable('credentials', 'refused'), false).message).toMatch(
      /CLIENT_ID.*CLIENT_SECRET.*USERNAME.*PASSWORD/,
    );
    expect(describeFailure(new LedgerFailure('the ledger x is damaged', 'Restore it.'), false)).toEqual({
      code: 5,
      message: 'the ledger x is damaged. Restore it.',
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(describeFailure(full, false).code).toBe(5);
    expect(describeFailure(new TickTaken('a run for tick x is already in the ledger'), false)).toEqual({
      code: 3,
      message: 'a run for tick x is already in the ledger. Nothing was done: the other run decides.',
    });
    expect(describeFailure(new Blocked('another one is acting', 'Wait.'), false)).toEqual({
      code: 3,
      message: 'another one is acting. Wait.',
    });
    const bug = new TypeError('x is not a function', { cause: new Error('below') });
    for (const thrown of [new LedgerFailure('the ledger x is damaged', 'Restore it.', { cause: bug }), full, bug]) {
      const elsewhere = fromThreadFailure(structuredClone(toThreadFailure(thrown)));
      for (const isDebug of [false, true])
        expect(describeFailure(elsewhere, isDebug).code).toBe(describeFailure(thrown, isDebug).code);
      expect(describeFailure(elsewhere, false)).toEqual(describeFailure(thrown, false));
    }
  });

  it('are 70 for a bug, in one line, with the stack only when asked for', () => {
    const bug = new TypeError('x is not a function\n    at secret (file.ts:1:1)', { cause: new Error('below') });
    const short = describeFailure(bug, false);
    expect(short).toEqual({
      code: 70,
      message:
        'This is a bug in fieldmarshal: TypeError: x is not a function. Run it again with --debug to see where, and report that.',
    });
    const long = describeFailure(bug, true).message;
    expect(long).toContain('cli.test.ts');
    expect(long).toContain('caused by Error: below');
    expect(describeFailure('thrown text', false).message).toBe(
      'This is a bug in fieldmarshal: thrown text. Run it again with --debug to see where, and report that.',
    );
  });

  it('have a meaning each and no number twice', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(codes).toEqual([0, 1, 2, 3, 4, 5, 70]);
  });

  it('never come with a terminal’s control characters from outside', () => {
    const { message } = describeFailure(new PlatformUnavailable('server_error', 'title \u001b[31mred'), false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(message).not.toMatch(/\u001b/);
  });

  it('come with messages that do not show a secret', async () => {
    const env = { FIELDMARSHAL_PASSWORD: 'hunter2-secret', FIELDMARSHAL_HUNTER2: 'hunter2-secret' };
    const { stderr } = await cli('explain hunter2-secret', env);
    expect(stderr).toContain('[hidden]');
    expect(stderr).not.toContain('hunter2-secret');
  });
});

describe('looking into a ledger', () => {
  const ALL = '--since 2020-01-01 --db day/demo.db';
  /** The rule files that ship, which leave nothing to a person for days. */
  function writeOtherRules(): void {
    mkdirSync(join(cwd, 'next'), { recursive: true });
    for (const name of readdirSync(join(packageRoot(), 'rules')).filter((one) => one.endsWith('.json'))) {
      const text = readFileSync(join(packageRoot(), 'rules', name), 'utf8');
      const changed = text.replace(/"after_minutes": \d+, "do": "hold"/, '"after_minutes": 9000, "do": "hold"');
      writeFileSync(join(cwd, 'next', name), changed);
    }
  }

  it('decides it again by the rules of then and finds no difference at all', async () => {
    const { code, stdout } = await cli(`backtest ${ALL} --rules ${packageRoot()}/rules --fail-if changed>0`);
    expect(stdout).toContain('Not one decision changes.');
    expect(stdout).toMatch(/Passes: --fail-if "changed>0" does not hold: changed>0 \(is 0\)/);
    expect(code).toBe(0);
    const folders = await cli(
      `backtest ${ALL} --rules ${packageRoot()}/rules --against ${packageRoot()}/rules --format json`,
    );
    const { slates, changed, changes } = JSON.parse(folders.stdout);
    expect(slates.compared).toBe(decisions.filter(({ mode }) => mode !== 'shadow').length);
    expect([changed.decisions, changed.reasonsOnly, changes]).toEqual([0, 0, []]);
  });

  it('says the same of one run, whether a thread of its own decides it or not', async () => {
    const rules = `--rules ${packageRoot()}/rules --format json`;
    const { first } = JSON.parse((await cli(`backtest ${ALL} ${rules}`)).stdout);
    const [since, until] = [first, first + 1_000].map((atMs) => `${new Date(atMs).toISOString().slice(0, 19)}Z`);
    const one = `backtest --since ${since} --until ${until} --db day/demo.db ${rules}`;
    const [alone, apart] = [await cli(one), await cli(`${one} --jobs 2`)];
    expect(apart).toEqual(alone);
    expect(JSON.parse(alone.stdout).slates.compared).toBeGreaterThan(0);
  });

  it('decides it again by other rules, in every format, and fails where it is told to', async () => {
    writeOtherRules();
    const [text, again, json, csv, markdown] = await Promise.all(
      ['text --html page.html', 'text', 'json', 'csv', 'markdown'].map((format) =>
        cli(`backtest ${ALL} --rules next --fail-if outcomes>0 --format ${format}`),
      ),
    );
    expect([text?.code, text?.stderr]).toEqual([1, '']);
    expect(again?.stdout).toBe(text?.stdout);
    expect(text?.stdout).toMatch(/FAILS: --fail-if "outcomes>0" holds by outcomes>0 \(is \d+\)/);
    const { changed, changes } = JSON.parse(json?.stdout ?? '');
    expect(changed.decisions).toBeGreaterThan(0);
    expect(csv?.stdout.trimEnd().split('\n').length).toBe(changes.length + 1);
    expect(csv?.stdout).toMatch(/^decided_utc,decision,work_order,title,old_rule_file,/);
    expect(markdown?.stdout).toContain('| decision | work order | old | new | why |');
    const page = readFileSync(join(cwd, 'page.html'), 'utf8');
    expect(page).toContain(`<th scope="row">${changes[0].decisionId}</th>`);
    expect((await cli(`backtest ${ALL} --rules next --html page.html`)).code).toBe(0);
    expect(readFileSync(join(cwd, 'page.html'), 'utf8')).not.toBe(page);
  });

  it('writes no page over another file, and says at which character a condition goes wrong', async () => {
    writeFileSync(join(cwd, 'notes.html'), 'mine');
    const refused = await cli(`backtest ${ALL} --html notes.html`);
    expect([refused.code, readFileSync(join(cwd, 'notes.html'), 'utf8')]).toEqual([2, 'mine']);
    expect(refused.stderr).toMatch(/notes\.html FM-C236 is there already/);
    expect((await cli(`backtest ${ALL} --html nowhere/page.html`)).stderr).toMatch(/FM-C236 cannot be written/);
    const wrong = await cli(`backtest ${ALL} --fail-if changed>5%_or`);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('--fail-if "changed>5%_or", character 11 FM-C235 "_or" is not expected here');
  });

  it('says that there is more outside the time asked for, and shows progress where people watch', async () => {
    const late = await cli('backtest --since 2030-01-01 --db day/demo.db');
    expect(late.stdout).toMatch(/Nothing could be compared\.[\s\S]*The ledger has \d+ decisions of other times/);
    const shown: string[] = [];
    const show = showProgress(
      { stderr: { write: (text) => shown.push(text), isTTY: true } },
      { of: 400, what: 'decisions' },
    );
    const begunMs = performance.now();
    for (let done = 1; shown.length === 0 && performance.now() - begunMs < 5_000; done = Math.min(400, done + 1))
      show(done);
    expect(shown[0]).toMatch(/\d+ of 400 decisions, \d+ a second, about \d+ s left$/);
  });

  let decisions: readonly { readonly decision: string; readonly work_order: number; readonly mode: string }[] = [];
  beforeAll(async () => {
    const { code, stderr } = await cli('demo --seed 3 --work-orders 8 --providers 30 --dir day');
    expect(code, stderr).toBe(0);
    decisions = JSON.parse((await cli('report decisions --format json --db day/demo.db')).stdout);
  }, 60_000);

  it('explains a decision by its id, and a work order by its latest one', async () => {
    const order = decisions.at(-1)?.work_order ?? 0;
    const ids = decisions.filter((one) => one.work_order === order).map(({ decision }) => decision);
    const latest = await cli(`explain ${order} --db day/demo.db`);
    expect([latest.code, latest.stderr]).toEqual([0, '']);
    expect(latest.stdout).toMatch(
      new RegExp(`^Now: work order ${order}: [^]*?\n\nDecision ${ids.at(-1)}, work order ${order}: `),
    );
    const first = await cli(`explain ${ids[0]} --db day/demo.db`);
    expect(first.stdout).toContain(`\nDecision ${ids[0]}, work order ${order}: `);
    expect(first.stdout).toMatch(/^Outcome {4}\w+ – /m);
  });

  it('gives the whole recorded decision as json', async () => {
    const id = decisions[0]?.decision;
    const { stdout } = await cli(`explain ${id} --json --db day/demo.db`);
    const recorded = JSON.parse(stdout);
    expect(recorded.id).toBe(id);
    expect(recorded.candidates.length).toBeGreaterThan(0);
    expect(recorded.candidates[0].criteria[0].evidence[0]).toHaveProperty('written');
  });

  it('gives the same in the format asked for, and refuses to be asked for two', async () => {
    const id = decisions[0]?.decision;
    const asked = async (options: string) => (await cli(`explain ${id} --db day/demo.db${options}`)).stdout;
    expect(await asked(' --format json')).toBe(await asked(' --json'));
    expect(await asked(' --format text')).toBe(await asked(''));
    expect(await asked(' --format html')).toMatch(/^<!doctype html>/);
    const both = await cli(`explain ${id} --json --format html --db day/demo.db`);
    expect([both.code, both.stdout]).toEqual([2, '']);
    expect(both.stderr).toContain('explain FM-C265 is asked for two formats');
  });

  it('writes a digest, in place of nothing but such a page', async () => {
    const shown = await cli('report digest --since 2026-03-02 --until 2026-03-04 --db day/demo.db');
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(/^<!doctype html><!-- made by fieldmarshal -->/);
    const line = 'report digest --since 2026-03-02 --until 2026-03-04 --db day/demo.db --out digest.html';
    for (const _ of [1, 2]) expect(await cli(line)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'digest.html'), 'utf8')).toBe(shown.stdout);
    writeFileSync(join(cwd, 'mine.html'), 'a page of somebody else');
    const replaced = await cli('report digest --db day/demo.db --out mine.html');
    expect([replaced.code, replaced.stderr]).toEqual([2, expect.stringMatching(/mine\.html FM-C236 is there already/)]);
    expect(readFileSync(join(cwd, 'mine.html'), 'utf8')).toBe('a page of somebody else');
    const wrong = await cli('report digest --rule atm --format csv --db day/demo.db');
    expect([wrong.code, wrong.stderr.match(/^--\S+( csv)? FM-C\d+/gm)]).toEqual([
      2,
      ['--rule FM-C250', '--format csv FM-C266'],
    ]);
    expect((await cli('report runs --out runs.html --db day/demo.db')).stderr).toMatch(
      /^--out FM-C266 is for the digest/,
    );
  });

  it('shows one candidate beside the winner, and refuses one that was none', async () => {
    const id = decisions[0]?.decision;
    const { candidates } = JSON.parse((await cli(`explain ${id} --json --db day/demo.db`)).stdout);
    const asked = candidates.at(-1).providerId;
    const text = (await cli(`explain ${id} --provider ${asked} --db day/demo.db`)).stdout;
    expect(text).toMatch(new RegExp(`(Why not ${asked}\\? |Provider ${asked} was taken)`));
    const json = JSON.parse((await cli(`explain ${id} --provider ${asked} --json --db day/demo.db`)).stdout);
    expect(json.candidates.map((one: { readonly providerId: number }) => one.providerId)).toEqual([asked]);
    expect(json.reason).toMatchObject({ sentence: expect.stringMatching(/\.$/), remedy: expect.any(String) });
    const stranger = await cli(`explain ${id} --provider 9999999 --db day/demo.db`);
    expect([stranger.code, stranger.stdout]).toEqual([2, '']);
    expect(stranger.stderr).toMatch(/^--provider 9999999 FM-C203 was no candidate of decision .* — It had \d+/);
  });

  it('refuses a range that ends before it begins', async () => {
    const { code, stderr } = await cli('report runs --since 2026-03-03 --until 2026-03-02 --db day/demo.db');
    expect([code, stderr]).toEqual([
      2,
      '--since FM-C202 begins at 2026-03-03T00:00:00.000Z, not before --until 2026-03-02T00:00:00.000Z — Exchange the two, or leave one out.\n',
    ]);
  });

  it.each([
    ['99', 'work order 99'],
    ['4047.9.9', 'decision 4047.9.9'],
  ])('says what to do when %s is not in it', async (id, what) => {
    const { code, stdout, stderr } = await cli(`explain ${id} --db day/demo.db`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`is not in this ledger: ${what} — Take an id from "fieldmarshal report decisions"`);
  });

  it('reports a range, and says when nothing is in it', async () => {
    const all = await cli('report runs --db day/demo.db --format csv');
    const starts = all.stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0] ?? '');
    expect(starts.length).toBeGreaterThan(2);
    const some = await cli(`report runs --db day/demo.db --format csv --since ${starts[1]} --until ${starts[2]}`);
    expect(
      some.stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    ).toEqual([starts[1]]);
    const none = await cli('report runs --db day/demo.db --until 2020-01-01');
    expect([none.code, none.stderr]).toEqual([0, 'No runs in this ledger for what you ask.\n']);
  });

  it('shows the same rows in every format', async () => {
    const csv = await cli('report decisions --format csv --db day/demo.db');
    const table = await cli('report decisions --db day/demo.db');
    expect(csv.stdout.trim().split('\n')).toHaveLength(decisions.length + 1);
    expect(table.stdout.trim().split('\n')).toHaveLength(decisions.length + 1);
  });
});

describe('the codes of mistakes', () => {
  it('stand in the table once each, and each in the code', () => {
    const sources = readdirSync(join(packageRoot(), 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== 'configuration-problems.ts')
      .map((path) => readFileSync(join(packageRoot(), 'src', path), 'utf8'));
    const used = new Set(sources.flatMap((text) => [...text.matchAll(/'(FM-C\d{3})'/g)].map(([, code]) => code)));
    expect([...used].sort()).toEqual(Object.keys(CONFIGURATION_PROBLEMS).sort());
  });

  it('are explained in a page', () => {
    const page = configurationProblemsPage();
    for (const [code, { title, mend }] of Object.entries(CONFIGURATION_PROBLEMS)) {
      expect(page).toContain(`| ${code} | ${title} | ${mend} |`);
      expect(mend).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('rule files', () => {
  it('are checked as a run would read them: exit 0, and exit 1 with line and column', async () => {
    const good = await cli(`rules check ${join(packageRoot(), 'rules')}`);
    expect([good.code, good.stderr]).toEqual([0, '']);
    expect(good.stdout).toMatch(/^\d+ rule file\(s\), 0 problem\(s\), 0 warning\(s\)$/m);
    mkdirSync(join(cwd, 'bad'));
    writeFileSync(join(cwd, 'bad/a.json'), '{\n  "version": 1,\n  "modee": "enforce"\n}\n');
    const bad = await cli('rules check bad');
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^bad\/a\.json:3:3 FM-R201 .*Did you mean "mode"/m);
    const { problems, files } = JSON.parse((await cli('rules check bad --format json')).stdout);
    expect(files).toEqual(['bad/a.json']);
    expect(problems.find(({ line }: { line: number }) => line === 3)).toMatchObject({
      where: 'bad/a.json',
      code: 'FM-R201',
      snippet: { text: '  "modee": "enforce"', column: 3, length: 7 },
    });
  });

  it('are shown where the mistake is, with what is meant underlined', async () => {
    mkdirSync(join(cwd, 'framed'));
    const whole = readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8');
    const framesOf = async (text: string) => {
      writeFileSync(join(cwd, 'framed/a.json'), text);
      return (await cli('rules check framed')).stdout.split('\n').filter((line) => /^.{5} \| /.test(line));
    };
    const tabs = whole.replace('"name": "Default ranking",', '\t"name":\t5, "naame": 6,\r');
    expect(await framesOf(tabs)).toEqual([
      '    5 |    "name": 5, "naame": 6,',
      '      |            ^',
      '    5 |    "name": 5, "naame": 6,',
      '      |               ^^^^^^^',
    ]);
    expect((await framesOf('{ "你好": "\u0007", "version": 1.5,\t"x"\r\n')).slice(0, 2)).toEqual([
      '    1 | { "你好": " ", "version": 1.5, "x"',
      '      |            ^',
    ]);
    const words = 'word '.repeat(30);
    const long = `{"owner": "${words}", "mode": "enforc", "because": "${words}",`;
    const [line = '', mark = ''] = await framesOf(
      long.concat(whole.replace(/"(owner|because|mode)": .*/g, '').slice(1)),
    );
    expect(line).toMatch(/^ {4}1 \| ….* "mode": "enforc", .*…$/);
    expect(line.slice(mark.indexOf('^'), mark.length)).toBe('"enforc"');
  });

  it('are annotated on GitHub, with what its commands would take for signs of their own escaped', async () => {
    mkdirSync(join(cwd, 'a,b'));
    writeFileSync(join(cwd, 'a,b/100%.json'), '{\n  "version": "1%"\n}\n');
    const { code, stdout } = await cli('rules check a,b --format github');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '::error file=a%2Cb/100%25.json,line=2,col=14,title=FM-R210::version is "1%25" — Write "version": 1.\n',
    );
    expect((await cli(`rules check ${join(packageRoot(), 'rules')} --format github`)).stdout).toBe('');
  });

  it('may be named one by one, each read once, without the schema beside them', async () => {
    const rules = join(packageRoot(), 'rules');
    const names = ['default.json', 'default.json', 'remote.json', 'rule-file.schema.json'];
    const { code, stdout } = await cli(`rules check ${names.map((name) => join(rules, name)).join(' ')}`);
    expect([code, stdout]).toEqual([0, '2 rule file(s), 0 problem(s), 0 warning(s)\n']);
    const none = await cli(`rules check ${join(rules, 'README.md')}`);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('FM-C140 is no rule file');
  });

  it('end with 1 for a warning alone only when --strict asks for it', async () => {
    mkdirSync(join(cwd, 'shaky'));
    const file = readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8');
    writeFileSync(join(cwd, 'shaky/a.json'), file.replace('"enforce"', '"shadow"'));
    expect((await cli('rules check shaky')).code).toBe(0);
    const strict = await cli('rules check shaky --strict');
    expect(strict.code).toBe(1);
    expect(strict.stdout).toMatch(/^warning: shaky FM-R801 .*\n1 rule file\(s\), 0 problem\(s\), 1 warning\(s\)\n$/);
    expect((await cli('rules check shaky/a.json --strict')).code).toBe(0);
    expect(JSON.parse((await cli('rules check shaky --format json')).stdout).warnings).toMatchObject([
      { code: 'FM-R801', snippet: null },
    ]);
  });

  it('have a schema that names what a file may hold', async () => {
    const { code, stdout } = await cli('rules schema');
    expect(code).toBe(0);
    const { dispatch_file, review_file } = JSON.parse(stdout).definitions;
    expect(Object.keys(dispatch_file.properties)).toContain('selection_rule');
    expect(Object.keys(review_file.properties)).toContain('criteria');
  });
});

describe('a moment', () => {
  const nowMs = Date.UTC(2026, 10, 23, 15);
  it.each([
    ['30m', nowMs - 1_800_000],
    ['24h', nowMs - 86_400_000],
    ['7d', nowMs - 604_800_000],
    ['2w', nowMs - 1_209_600_000],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
    ['2026-11-22T14:00:00Z', Date.UTC(2026, 10, 22, 14)],
    ['2026-11-22T14:00+02:00', Date.UTC(2026, 10, 22, 12)],
  ])('may be written %s', (text, epochMs) => {
    expect(parseMoment(text, nowMs)).toBe(epochMs);
  });

  it.each([
    '',
    'yesterday',
    '24',
    '-1h',
    '1.5h',
    '2026-02-31',
    '2026-13-01',
    '2026-11-22T14:00',
    '2026-02-30T10:00:00Z',
    '22.11.2026',
  ])('is not %s', (text) => {
    expect(parseMoment(text, nowMs)).toBeNull();
  });
});

describe('the process', () => {
  function main(args: readonly string[], readFirst: number | null = null): Promise<Ended> {
    const child = spawn(process.execPath, [join(packageRoot(), 'src/main.ts'), ...args], { cwd, env: {} });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      if (readFirst !== null && stdout.length >= readFirst) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    if (readFirst === 0) child.stdout.destroy();
    return new Promise((done) => child.on('close', (code) => done({ code: code ?? -1, stdout, stderr })));
  }

  it('ends with the code of its command, results on stdout and mistakes on stderr', async () => {
    expect(await main(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
    const wrong = await main(['explain', 'nothing']);
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/^WORK_ORDER_OR_DECISION FM-C203 /);
  });

  it('does not fail when nobody reads its output to the end', async () => {
    const { code, stderr } = await main(['report', '--list'], 0);
    expect([code, stderr]).toEqual([0, '']);
  });
});
