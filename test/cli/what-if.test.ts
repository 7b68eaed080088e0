import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
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
    value: 3,
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
  sandbox = await startSandbox({ seed: 7, workOrders: 12, providers: 60, speed: 0, startAtMs });
  sandbox.clock.advance(8 * HOUR_MS);
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
    expect(stdout).toMatch(/^Work order 4047: .* \((published|routed)\), as the platform had it at 2026-03-02T21:/);
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
    const byDecision = await cli(`which-rule ${recorded.id} --format json`, noLogin);
    expect(JSON.parse(byDecision.stdout)).toMatchObject({
      workOrder: { id: Number(recorded.order) },
      source: { kind: 'decision', decisionId: recorded.id },
      lookedAt: 'dispatch',
      files: expect.arrayContaining([expect.objectContaining({ role: 'decides' })]),
    });
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
