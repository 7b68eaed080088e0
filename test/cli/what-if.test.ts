import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { hashText } from '../../src/domain/json.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { aDemotion } from '../contract/ledger-rows.ts';
import { HOUR_MS } from '../support/builders.ts';

let folder = '';
let sandbox: RunningSandbox;
/** A decision that assigned somebody, and its work order. */
const recorded = { id: '', order: '' };

/** Rated work goes to whoever asked and has 3 stars, at once; the file for remote work stands in its way by priority. */
function writeRules(): void {
  mkdirSync(join(folder, 'rules'));
  const guardrails = {
    per_provider: { overlap: 'allow' },
    pay: { accept_counters: true, max_counter_over_base_percent: 100 },
  };
  const rated = {
    key: 'rating',
    name: 'rating',
    operator: '>=',
    value: 4.3,
    weight: 50,
    is_required: true,
    can_remote: true,
  };
  const worked = {
    key: 'worked_with',
    name: 'worked_with',
    operator: '=',
    value: true,
    weight: 20,
    is_required: false,
  };
  const file = (id: string, priority: number, more: object) => ({
    ...{ version: 1, id, name: id, owner: 'tests', because: 'For tests.', mode: 'enforce', priority },
    selection_rule: { id: 0, rules: [rated, worked] },
    decision: {
      stages: [
        { after_minutes: 0, do: 'assign', withdraw_routes: true },
        { after_minutes: 6000, do: 'hold' },
      ],
      tie_break: ['points', 'provider_id:asc'],
    },
    guardrails,
    ...more,
  });
  const remote = { applies_to: { all: [{ fact: 'work_order.is_remote', operator: 'equal', value: true }] } };
  for (const one of [file('rated', 0, {}), file('remote', 40, remote), file('beside', 50, { mode: 'shadow' })])
    writeFileSync(join(folder, 'rules', `${one.id}.json`), JSON.stringify(one));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-what-if-'));
  const startAtMs = Date.UTC(2026, 2, 2, 13);
  sandbox = await startSandbox({ seed: 7, workOrders: 16, providers: 90, speed: 0, startAtMs });
  sandbox.clock.advance(4 * HOUR_MS);
  writeRules();
  expect(await cli('run --once')).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await cli('report decisions --format json');
  const assigned = JSON.parse(stdout).find((row: { readonly outcome: string }) => row.outcome === 'assign');
  recorded.id = assigned.decision;
  recorded.order = String(assigned.work_order);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function cli(line: string, env: Readonly<Record<string, string>> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env: {
      FIELDMARSHAL_BASE_URL: sandbox.url,
      FIELDMARSHAL_CLIENT_ID: 'id',
      FIELDMARSHAL_CLIENT_SECRET: 'a-long-secret',
      FIELDMARSHAL_USERNAME: 'user',
      FIELDMARSHAL_PASSWORD: 'a-long-password',
      FIELDMARSHAL_CLOCK: 'server',
      FIELDMARSHAL_RULES: join(folder, 'rules'),
      FIELDMARSHAL_DB: join(folder, 'ledger.db'),
      ...env,
    },
    cwd: folder,
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

describe('which-rule', () => {
  it('asks the platform alone: no ledger is needed, none is made', async () => {
    const { code, stdout, stderr } = await cli('which-rule 4047 --db nowhere.db');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Work order 4047: .* \((published|routed)\), as the platform had it at 2026-03-02T17:/);
    expect(stdout).toMatch(/^Dispatch: rated decides \(enforce\); only recorded, in shadow: beside\.$/m);
    expect(stdout).toMatch(/^ +50 {2}beside +shadow +○ in shadow +It applies, and only records what it would do\.$/m);
    expect(stdout).toMatch(/^ +40 {2}remote +enforce +✗ does not apply /m);
  });

  it('looks into the ledger instead when asked to, and then needs no login', async () => {
    const noLogin = { FIELDMARSHAL_PASSWORD: '', FIELDMARSHAL_BASE_URL: 'sandbox', FIELDMARSHAL_CLOCK: 'system' };
    const byOrder = await cli(`which-rule ${recorded.order} --recorded --tree`, noLogin);
    expect([byOrder.code, byOrder.stderr]).toEqual([0, '']);
    expect(byOrder.stdout).toMatch(/^Decided then by [a-z-]+ \(enforce\); below/m);
    expect(byOrder.stdout).toMatch(/^ {4}[✓✗] work_order\.is_remote = true +is (true|false)$/m);
    for (const command of ['which-rule', 'simulate'])
      expect((await cli(`${command} ${recorded.order}`, noLogin)).stderr).toContain(`${recorded.order} --recorded`);
    const byDecision = await cli(`which-rule ${recorded.id} --format json`, noLogin);
    expect(JSON.parse(byDecision.stdout)).toMatchObject({
      workOrder: { id: Number(recorded.order) },
      source: { kind: 'decision', decisionId: recorded.id },
      lookedAt: 'dispatch',
      files: expect.arrayContaining([expect.objectContaining({ role: 'decides' })]),
    });
  });

  it('knows of a canary that was demoted, where there is a ledger to say so', async () => {
    mkdirSync(join(folder, 'canary'));
    const file = JSON.parse(readFileSync(join(folder, 'rules', 'rated.json'), 'utf8'));
    const canary = { ...file, id: 'canary', mode: 'canary', canary_percent: 100, priority: 60 };
    const text = JSON.stringify(canary);
    writeFileSync(join(folder, 'canary', 'canary.json'), text);
    writeFileSync(join(folder, 'canary', 'rated.json'), JSON.stringify(file));
    const asked = 'which-rule 4047 --rules canary --db canary.db';
    expect((await cli(asked)).stdout).toMatch(/^Dispatch: canary decides \(canary\)\.$/m);
    const migrationsFolder = join(packageRoot(), 'migrations', 'sqlite');
    const store = openLedger({ path: join(folder, 'canary.db'), migrationsFolder });
    await store.recordRuleEvent(aDemotion({ ruleFileId: 'canary', textHash: hashText(text), setHash: null }));
    await store.close();
    const { stdout } = await cli(asked);
    expect(stdout).toMatch(/^canary is a canary that was demoted, so it only shadows: report rules says why\.$/m);
    expect(stdout).toMatch(/^Dispatch: rated decides \(enforce\); only recorded, in shadow: canary\.$/m);
  });

  it.each([
    ['which-rule four', 'WORK_ORDER_OR_DECISION FM-C203 is neither a work order id'],
    ['which-rule 999999', 'work order 999999 FM-C225 is not one that this API user can see'],
    ['which-rule 999999 --recorded', 'work order 999999 FM-C226 has no decision of a run in this ledger'],
    ['which-rule 4047.9.9', 'FM-C203 is not in this ledger: decision 4047.9.9'],
  ])('%s is refused with what to do instead', async (line, said) => {
    const { code, stdout, stderr } = await cli(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });
});

/** What must not change while somebody only asks. */
function traces() {
  const files = readdirSync(folder).filter((name) => name.startsWith('ledger.db'));
  return {
    ledger: files.sort().map((name) => [name, hashText(readFileSync(join(folder, name)).toString('base64'))]),
    sent: sandbox.world.log.filter(({ kind }) => kind === 'write').length,
  };
}

async function simulate(line: string, env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await cli(`simulate ${line} --format json`, env);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** An open work order that nobody with a known rating has asked for, and one who has asked for it. */
async function anUnrated(): Promise<{ readonly order: number; readonly provider: number }> {
  const { stdout } = await cli('report decisions --format json');
  for (const { work_order: order } of JSON.parse(stdout)) {
    const asked = await cli(`simulate ${order} --format json`);
    const decision = asked.code === 0 ? JSON.parse(asked.stdout).decision : null;
    const one = decision?.candidates.find((candidate: { readonly blockedBy: readonly { readonly code: string }[] }) =>
      candidate.blockedBy.every(({ code }) => code === 'FM-5001' || code === 'FM-5002'),
    );
    if (decision?.outcome === 'wait' && one !== undefined) return { order, provider: one.providerId };
  }
  throw new Error('nobody in this world is kept out by the rating alone');
}

describe('simulate', () => {
  it('says on the platform’s data what a supposed rating would change and why, and writes nothing', async () => {
    const { order, provider } = await anUnrated();
    const before = traces();
    const asked = `${order} --set provider.${provider}.rating=4.4`;
    const found = await simulate(asked);
    expect(found).toMatchObject({ readFrom: 'the platform', decision: { outcome: 'assign', winner: provider } });
    expect(found.unchanged).toMatchObject({ outcome: 'wait', winner: null });
    expect(found.unchanged.changes).toContainEqual({ what: 'winner', from: 'nobody', to: String(provider) });
    expect(found.others).toMatchObject([{ mode: 'shadow', ruleFileId: 'beside', winner: provider }]);
    const { stdout } = await cli(`simulate ${asked}`);
    expect(stdout).toMatch(new RegExp(`^What if provider.${provider}.rating=4.4, on the data of the platform`));
    expect(stdout).toMatch(
      new RegExp(`because +${provider}: rating .* → ✓ \\(.* → 4.4 stars\\); 0 → 50 points; now eligible`),
    );
    expect(stdout).toMatch(/^Note: Only this work order was looked at\./m);
    expect(stdout).toMatch(/^Actions that a run would send$/m);
    expect(stdout).not.toMatch(/^Now: |not settled|run undefined|4047\.1\.0/m);
    const together = await simulate(`${asked} --together`);
    expect(together.decision.winner).toBe(provider);
    expect(together.notes).toEqual([]);
    expect(traces()).toEqual(before);
  });

  it('replays a recorded decision to the same end, and shows what a fact or another time would have changed', async () => {
    const before = traces();
    const noLogin = { FIELDMARSHAL_PASSWORD: '', FIELDMARSHAL_BASE_URL: 'sandbox', FIELDMARSHAL_CLOCK: 'system' };
    const same = await simulate(recorded.id, noLogin);
    expect([same.recorded.changes, same.recorded.because, same.unchanged]).toEqual([[], [], null]);
    const { winner } = same.decision;
    const unrated = await simulate(`${recorded.order} --recorded --set provider.${winner}.rating=2`, noLogin);
    expect(unrated.recorded).toMatchObject({ id: recorded.id, outcome: 'assign', winner });
    expect(unrated.decision).toMatchObject({ winner: expect.not.stringContaining(String(winner)) });
    expect(unrated.unchanged.because.join()).toMatch(new RegExp(`${winner}: rating .*no longer eligible`));
    const dear = await simulate(`${recorded.id} --set request.${winner}.pay_total=unknown`, noLogin);
    expect(dear.unchanged.because.join()).toContain('→ none; no longer eligible: cost not known');
    const late = await cli(`simulate ${recorded.id} --at +30d`, noLogin);
    expect(late.stdout).toMatch(/^What if it were \+30d, .*: hold \(FM-3004/);
    expect(late.stdout).toMatch(/Stages due: 1, 2, where it was 1\./);
    expect(late.stdout).toMatch(/^Recorded .*: the same as without it\.$/m);
    const remote = await simulate(`${recorded.id} --set work_order.is_remote=true`, noLogin);
    expect(remote.unchanged.changes).toContainEqual({
      what: 'rule file',
      from: 'rated (enforce)',
      to: 'remote (enforce)',
    });
    expect(traces()).toEqual(before);
  });

  it('says how to ask a canary about a work order outside its share', async () => {
    mkdirSync(join(folder, 'bird'));
    const file = JSON.parse(readFileSync(join(folder, 'rules', 'rated.json'), 'utf8'));
    const bird = { ...file, id: 'bird', mode: 'canary', canary_percent: 0.01 };
    writeFileSync(join(folder, 'bird', 'bird.json'), JSON.stringify(bird));
    const { stderr } = await cli(`simulate ${recorded.id} --rules bird --set provider.1.rating=4`);
    expect(stderr).toContain('It is outside the share of bird (canary): to see what that would do, copy the folder');
  });

  it('says of a file that only recommends what a person would be asked for', async () => {
    mkdirSync(join(folder, 'asking'));
    const file = JSON.parse(readFileSync(join(folder, 'rules', 'rated.json'), 'utf8'));
    const recommending = { ...file, id: 'asking', mode: 'recommend', priority: 60 };
    for (const one of [file, recommending])
      writeFileSync(join(folder, 'asking', `${one.id}.json`), JSON.stringify(one));
    const found = await simulate(`${recorded.id} --rules asking`);
    const winner = found.recorded.winner;
    expect(found.decision).toMatchObject({ intents: [], recommends: { outcome: 'assign', winner } });
    expect(found.recorded.changes).toContainEqual({ what: 'recommended', from: 'nothing', to: `assign ${winner}` });
    const { stdout } = await cli(`simulate ${recorded.id} --rules asking`);
    expect(stdout).toMatch(/^Recommended +A run would send nothing, and ask a person to approve it\.$/m);
    expect(stdout).toMatch(/^Actions: none, unless a person approves\.$/m);
  });

  it('notes what a supposition cannot reach', async () => {
    const { decision } = await simulate(recorded.id);
    const { winner } = decision;
    const { notes } = await simulate(`${recorded.id} --set provider.${winner}.assigned_7d=9`);
    expect(notes).toEqual(
      expect.arrayContaining([
        expect.stringContaining('No rule file of this set asks for provider.assigned_7d'),
        expect.stringContaining('guardrails and tie-breaks count the commitments themselves'),
      ]),
    );
  });

  it.each([
    ['--set rating=4', 'FM-C228 names no fact: rating — Did you mean provider.<PROVIDER>.rating?'],
    ['--set stars=4', 'FM-C228 names no fact: stars — Did you mean provider.<PROVIDER>.rating?'],
    ['--set is_remote=true', 'FM-C228 names no fact: is_remote — Did you mean work_order.is_remote?'],
    ['--set provider.557.ratng=4', 'FM-C228 names no fact: provider.557.ratng — Did you mean provider.557.rating?'],
    ['--set work_order.is_remot=true', 'Did you mean work_order.is_remote?'],
    ['--set provdier.557.rating=4', 'Did you mean provider.557.rating?'],
    [
      '--set provider.557.colour=red',
      'FM-C228 names no fact: provider.557.colour — Take one of the facts in rules/README.md.',
    ],
    ['--set candidate.557.kind=bench', 'FM-C228 cannot be set: candidate.kind follows from'],
    [
      '--set provider.557.rating=7',
      'FM-C229 is not understood: provider.rating is 7, but takes a number of stars from 0 to 5',
    ],
    ['--set provider.557.rating=good', 'Write for instance provider.557.rating=4.5, or provider.557.rating=unknown.'],
    [
      '--set provider.557.completed_of_type=4',
      'FM-C229 is not understood: provider.completed_of_type has not the parameters',
    ],
    ['--set work_order.is_remote=maybe', 'but takes true or false'],
    ['--set provider.rating=4', 'FM-C227 does not say of which provider — Write provider.557.rating=…'],
    ['--set work_order.557.is_remote=true', 'FM-C227 names an id, and there is but one work order'],
    ['--set rating', '--set rating FM-C227 is not FACT=VALUE'],
    ['--set work_order.client_id=1 --set work_order.client_id=2', 'FM-C227 sets what another --set sets too'],
    ['--at tomorrow', '--at tomorrow FM-C231 is no time — Write +90m'],
    ['--set provider.999.rating=4', 'FM-C230 provider 999 is not looked at — On its slate: '],
  ])('%s is refused with what to write instead', async (flags, said) => {
    const { code, stdout, stderr } = await cli(`simulate ${recorded.id} ${flags}`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  it('takes lists, texts, times and parameters as rule files write them', async () => {
    const { decision } = await simulate(recorded.id);
    const of = (group: string) => `${group}.${decision.winner}`;
    const sets = [
      `${of('provider')}.completed_of_type{"type_of_work":"ATM"}=12`,
      `${of('provider')}.groups=4,7`,
      `${of('provider')}.certification_names=CompTIA_A+,BICSI`,
      `${of('request')}.requested_at=2026-03-02T14:00:00Z`,
      `${of('fn')}.criterion{"name":"rating"}=match`,
      'work_order.title=Anything',
    ];
    const found = await simulate(`${recorded.id} ${sets.map((one) => `--set ${one}`).join(' ')}`);
    expect(found.changes).toEqual(sets);
  });

  it('sends to the record for a work order that no run would look at', async () => {
    const { code, stderr } = await cli(`simulate ${recorded.order}`);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/FM-C232 is assigned, with provider \d+: no file .* — Simulate it as it was recorded/),
    ]);
    expect((await cli('simulate 999999')).stderr).toContain('work order 999999 FM-C225');
  });
});

describe('rules test of a recorded decision', () => {
  async function testRecorded(tests: readonly object[], more = '') {
    const named = tests.map((test, place) => ({ name: `test ${place + 1}`, ...test }));
    const rules = JSON.parse(readFileSync(join(folder, 'rules/rated.json'), 'utf8'));
    writeFileSync(join(folder, 'recorded.json'), JSON.stringify({ ...rules, tests: named }));
    return cli(`rules test recorded.json${more}`);
  }

  it('is decided on what was known then, found by its id or its input hash', async () => {
    const { inputHash: hash, winner } = JSON.parse((await cli(`explain ${recorded.id} --json`)).stdout);
    const expected = { outcome: 'assign', winner, stage: 1, holds: [] };
    const ran = await testRecorded([
      { recorded: { decision: recorded.id }, expect: expected },
      { recorded: { input_hash: hash.slice(0, 12) }, expect: expected },
      { recorded: { decision: recorded.id }, expect: { winner: null } },
    ]);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toContain('recorded.json: 2 passed, 1 failed');
    expect(ran.stdout).toContain(`winner: wanted nobody, got ${winner}`);
  });

  it('fails and says what is missing: the ledger, the decision, or a hash that is meant', async () => {
    const tests = [
      { recorded: { decision: '1.1.1' }, expect: { outcome: 'assign' } },
      { recorded: { input_hash: '000000' }, expect: { outcome: 'assign' } },
    ];
    const ran = await testRecorded(tests);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toContain('This ledger has no decision 1.1.1.');
    expect(ran.stdout).toContain('This ledger has no decision whose input hash begins with 000000.');
    const without = await testRecorded(tests, ' --db nowhere.db');
    expect(without.stdout).toContain('nowhere.db: name one with --db or FIELDMARSHAL_DB.');
    expect(without.code).toBe(1);
  });
});

describe('rules check --db', () => {
  it('holds the files against what the ledger has recorded, and writes nothing', async () => {
    const before = traces();
    const { code, stdout, stderr } = await cli('rules check --db ledger.db --since 2026-01-01');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Recorded data since 2026-01-01: [1-9]\d* slates of open work and 0 reviews/m);
    expect(stdout).toMatch(/^rated \(enforce\): [1-9]\d* slates, [1-9]\d* work orders$/m);
    expect(stdout).toMatch(/^1 {2}rating +50\* +\d+ +\d+ % +\d+ % +\d+ % +\d+ +[1-9]\d* \(\d+ %\)$/m);
    const { stdout: json } = await cli('rules check --db ledger.db --since 2026-01-01 --format json');
    expect(JSON.parse(json)).toMatchObject({
      problems: [],
      recorded: { since: '2026-01-01', files: expect.any(Array) },
    });
    expect(traces()).toEqual(before);
  });

  it('says what is wrong with where and since when it is to look, and looks at no broken set', async () => {
    expect(await cli('rules check --db nowhere.db')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('FM-C233'),
    });
    const since = await cli('rules check --db ledger.db --since never');
    expect(since).toMatchObject({ code: 2, stderr: expect.stringContaining('--since') });
    writeFileSync(join(folder, 'broken.json'), '{}');
    const broken = await cli('rules check broken.json --db ledger.db');
    expect(broken).toMatchObject({ code: 1, stderr: 'Recorded data were not looked at: mend the problems first.\n' });
    expect(broken.stdout).not.toContain('Recorded data');
  });
});

describe('explain --flip and --letter', () => {
  it('says from the ledger alone what would have had to be different, in every format', async () => {
    const { code, stdout } = await cli(`explain ${recorded.id} --flip --json`);
    const { flip, winner } = JSON.parse(stdout);
    expect([code, flip.winner.winner]).toEqual([0, winner]);
    expect(flip.provider).not.toBe(winner);
    const text = (await cli(`explain ${recorded.order} --flip --provider ${flip.provider}`)).stdout;
    expect(text).toContain(`What would have had to be different for provider ${flip.provider} to be chosen`);
    expect(text).toMatch(/The smallest change of one fact that would have unseated the\s+winner: provider \d+,/);
    const page = (await cli(`explain ${recorded.id} --flip --format html`)).stdout;
    expect(page).toContain('<h2>What would have had to be different for provider');
  });

  it('writes a letter for one provider alone', async () => {
    const { winner } = JSON.parse((await cli(`explain ${recorded.id} --json`)).stdout);
    const letter = await cli(`explain ${recorded.id} --letter --provider ${winner} --contact ops@example.com`);
    expect(letter.code).toBe(0);
    expect(letter.stdout).toContain('You were chosen for it.');
    expect(letter.stdout).toContain('Write to ops@example.com');
    expect(letter.stdout.replace(/\s+/g, ' ')).toContain('by the rules "rated" (rated), version');
    for (const [line, what] of [
      ['--letter', 'is for one provider'],
      [`--letter --flip --provider ${winner}`, 'is asked for with --flip'],
    ])
      expect((await cli(`explain ${recorded.id} ${line}`)).stderr).toContain(`--letter FM-C274 ${what}`);
  });
});
