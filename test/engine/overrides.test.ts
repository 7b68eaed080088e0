import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { decisionId, workOrderId } from '../../src/domain/ids.ts';
import type { OverrideCase } from '../../src/domain/override.ts';
import { wasRight } from '../../src/domain/override.ts';
import { actByHand } from '../../src/engine/act-by-hand.ts';
import type { OverrideQuery } from '../../src/engine/figures.ts';
import { agreementReport } from '../../src/report/agreement.ts';
import { overridesReport } from '../../src/report/overrides.ts';
import type { ReportRange } from '../../src/report/report.ts';
import { NOW_MS } from '../support/builders.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  assignByHand,
  cancelAssignment,
  closeWorlds,
  ids,
  later,
  MINUTE_MS,
  openReader,
  openWorld,
  ruleSetOf,
  run,
  type World,
} from './world.ts';

afterEach(closeWorlds);

const ALL = {
  sinceMs: null,
  untilMs: null,
  ruleFileId: null,
  clientId: null,
  projectId: null,
  providerId: null,
  workOrderId: null,
} as const;

async function overridesOf(world: World, query: Partial<OverrideQuery> = {}) {
  const reader = openReader(world);
  try {
    return await reader.figures.overrides({ ...ALL, ...query });
  } finally {
    await reader.close();
  }
}

/** `shadowed(shadow): did assigned 2, named 1, rank 2, stands` */
function short({ decision, did, providerId, standing, afterwards }: OverrideCase): string {
  const where = standing === null ? 'off slate' : standing.rank === null ? 'not eligible' : `rank ${standing.rank}`;
  return `${decision.id} ${decision.ruleFileId} (${decision.mode}) ${decision.outcome} ${decision.winner}: ${did} ${providerId}, ${where}, ${afterwards}`;
}

async function reported(world: World, report: typeof overridesReport, range: Partial<ReportRange> = {}) {
  const reader = openReader(world);
  try {
    const rows = await report.load(reader, { sinceMs: null, untilMs: null, nowMs: NOW_MS, ...range });
    return rows.map((row) => Object.fromEntries(report.columns.map(({ name }, place) => [name, row[place] ?? null])));
  } finally {
    await reader.close();
  }
}

const shadow = aFileThat([ASSIGN], { id: 'shadowed', mode: 'shadow' });
const asking = aFileThat([ASSIGN], { id: 'asking', mode: 'recommend' });
/** Nobody has so many points: it holds. */
const strict = aFileThat(
  [{ n: 1, afterMinutes: 0, do: 'assign', minPoints: 99, minMargin: 0, withdrawRoutes: false }],
  { id: 'strict' },
);

function reasonOf(order: number, given: Partial<Parameters<World['store']['recordOverrideReason']>[0]> = {}) {
  const any = { decisionId: null, code: 'price', actor: 'ana', because: 'cheaper', atMs: 1, episode: 1 } as const;
  return { workOrderId: workOrderId(order), ...any, ...given };
}

/** Provider 1 is the better one of both for all three. */
async function threeAsked(): Promise<World> {
  const world = await openWorld({ orders: [11, 12, 13] });
  for (const order of [11, 12, 13]) for (const provider of [1, 2]) await ask(world, order, provider);
  return world;
}

describe('an override', () => {
  it('is a person’s choice that differs from what each file had decided last, also where that was nobody', async () => {
    const world = await threeAsked();
    await run(world, { files: [shadow, strict] });
    await assignByHand(world, 11, 1);
    await assignByHand(world, 12, 2);
    await assignByHand(world, 13, 5);
    later(world, MINUTE_MS);
    for (let times = 0; times < 2; times += 1) await run(world, { files: [shadow, strict] });
    const cases = await overridesOf(world);
    // The shadow file had named provider 1 for all of them, so nothing of its decision on 11 was overridden.
    expect(cases.map(short)).toEqual([
      '11.1.1 strict (enforce) hold null: assigned 1, rank 1, stands',
      '12.1.1 strict (enforce) hold null: assigned 2, rank 2, stands',
      '12.1.2 shadowed (shadow) assign 1: assigned 2, rank 2, stands',
      '13.1.1 strict (enforce) hold null: assigned 5, off slate, stands',
      '13.1.2 shadowed (shadow) assign 1: assigned 5, off slate, stands',
    ]);
    // Two of four and one of 14 tenths above 3 stars: 45 + 10 points for provider 2, who has 490.
    expect(cases[2]?.standing).toMatchObject({ rank: 2, maxPoints: 56, blockedBy: [] });
    const seenAtMs = world.clock.nowMs();
    expect(cases.map((one) => one.seenAtMs)).toEqual(cases.map(() => seenAtMs));
    const narrowed = async (query: Partial<OverrideQuery>) =>
      (await overridesOf(world, query)).map(({ decision }) => decision.id);
    expect(await narrowed({ ruleFileId: 'shadowed' })).toEqual(['12.1.2', '13.1.2']);
    expect(await narrowed({ providerId: ids(5)[0] ?? null })).toEqual(['13.1.1', '13.1.2']);
    expect(await narrowed({ workOrderId: workOrderId(11) })).toEqual(['11.1.1']);
    expect(await narrowed({ sinceMs: seenAtMs, untilMs: seenAtMs + 1 })).toHaveLength(5);
    expect(await narrowed({ untilMs: seenAtMs })).toEqual([]);
    expect(await narrowed({ clientId: 1 })).toEqual([]);
  });

  it('takes reasons before and after a run has seen it, for all files or for one decision, and adds them up', async () => {
    const world = await threeAsked();
    await run(world, { files: [shadow, strict] });
    await world.store.recordOverrideReason(reasonOf(12, { because: 'said at once', atMs: 5 }));
    await assignByHand(world, 12, 2);
    later(world, MINUTE_MS);
    await run(world, { files: [shadow, strict] });
    const one = {
      decisionId: decisionId(workOrderId(12), 1, 2),
      code: 'schedule',
      because: 'for shadow',
      atMs: 7,
    } as const;
    await world.store.recordOverrideReason(reasonOf(12, { code: 'client_request', because: 'and this', atMs: 6 }));
    expect(await world.store.recordOverrideReason(reasonOf(12, one))).toBe('recorded');
    expect(
      await world.store.recordOverrideReason(reasonOf(12, { decisionId: decisionId(workOrderId(12), 1, 9) })),
    ).toBe('unknown');
    await world.store.recordOverrideReason(reasonOf(12, { episode: 2, because: 'of another episode' }));
    const said = (await overridesOf(world)).map(({ decision, reasons }) => [
      decision.ruleFileId,
      ...reasons.map(({ because }) => because),
    ]);
    expect(said).toEqual([
      ['strict', 'said at once', 'and this'],
      ['shadowed', 'said at once', 'and this', 'for shadow'],
    ]);
    const reader = openReader(world);
    expect(await reader.verifyChain()).toMatchObject({ kind: 'intact' });
    await reader.close();
    expect(await reported(world, agreementReport)).toMatchObject([
      { rule_file: 'shadowed', mode: 'shadow', another: 1, top_reasons: 'client_request 1, price 1, schedule 1' },
    ]);
    expect(await reported(world, agreementReport, { providerId: ids(5)[0] ?? null })).toEqual([]);
    expect(await reported(world, agreementReport, { clientId: 1 })).toEqual([]);
  });

  it('is also what a person does through us, and a no to a recommendation', async () => {
    const world = await threeAsked();
    const files = [asking];
    await run(world, { files });
    const deps = {
      ...{ source: world.client, target: world.client, store: world.store, clock: world.clock, limits: world.limits },
      ...({ environment: 'loopback', engineVersion: '0.0.0-test', ruleSet: ruleSetOf(files) } as const),
    };
    const [first, second] = ids(1, 2);
    if (first === undefined || second === undefined) throw new Error('two providers');
    const assign = (order: number, providerId: typeof first) =>
      actByHand(deps, {
        runId: `hand-${order}`,
        call: { kind: 'assign', workOrderId: workOrderId(order), providerId, clientPayTermsAccepted: false },
      });
    later(world, MINUTE_MS);
    const acted = await assign(11, second);
    await assign(12, first);
    const atMs = world.clock.nowMs();
    const no = {
      verdict: 'rejected',
      actor: 'ana',
      because: 'not him',
      outcome: 'assign',
      winner: first,
      atMs,
    } as const;
    await world.store.recordAnswers([{ decisionId: decisionId(workOrderId(13), 1, 1), ...no }]);
    if (acted.kind !== 'acted') throw new Error('not acted');
    await world.store.recordOverrideReason(reasonOf(11, { decisionId: acted.decision.id }));
    const cases = await overridesOf(world);
    expect(cases.map(short)).toEqual([
      '11.1.1 asking (recommend) assign 1: assigned 2, rank 2, stands',
      '13.1.1 asking (recommend) assign 1: rejected 1, rank 1, stands',
    ]);
    expect(cases.map(({ reasons }) => reasons.map(({ because }) => because))).toEqual([['cheaper'], ['not him']]);
  });

  it('is taking off whom a file had assigned, and not whom a person had', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 2);
    await run(world, { files: [aFileThat([ASSIGN], { id: 'live' })] });
    const deps = {
      ...{ source: world.client, target: world.client, store: world.store, clock: world.clock, limits: world.limits },
      ...({ environment: 'loopback', engineVersion: '0.0.0-test', ruleSet: ruleSetOf([strict]) } as const),
    };
    const [, provider] = ids(1, 2);
    if (provider === undefined) throw new Error('two providers');
    later(world, MINUTE_MS);
    const call = {
      kind: 'unassign',
      workOrderId: workOrderId(11),
      providerId: provider,
      reasonId: 3,
      comment: '',
    } as const;
    await actByHand(deps, { runId: 'off', call });
    expect((await overridesOf(world)).map(short)).toEqual([
      expect.stringMatching(/^11\.1\.\d live \(enforce\) assign 2: unassigned 2, rank 1, stands$/),
    ]);
  });

  it('tells whether the one assigned stayed', async () => {
    const world = await threeAsked();
    await run(world, { files: [strict] });
    await assignByHand(world, 11, 2);
    await assignByHand(world, 12, 2);
    later(world, MINUTE_MS);
    await run(world, { files: [strict] });
    await cancelAssignment(world, 11, 2);
    later(world, world.limits.quietTimeMs);
    await run(world, { files: [strict] });
    expect(
      (await reported(world, overridesReport)).map((row) => [row['work_order'], row['afterwards'], row['right']]),
    ).toEqual([
      [11, 'gone', 'no'],
      [12, 'stands', null],
    ]);
    expect(wasRight({ did: 'assigned', afterwards: 'approved' })).toBe(true);
    expect(wasRight({ did: 'assigned', afterwards: 'sent_back' })).toBe(false);
    expect(wasRight({ did: 'unassigned', afterwards: 'gone' })).toBeNull();
  });

  it('knows what an override can be about', async () => {
    const world = await openWorld({ orders: [11, 12, 13] });
    await ask(world, 11, 2);
    const reader = openReader(world);
    const subject = (order: number) => reader.figures.overrideSubject(workOrderId(order));
    expect(await subject(11)).toBeNull();
    await run(world, { files: [aFileThat([ASSIGN], { id: 'live' })], only: [11, 12] });
    expect([await subject(11), await subject(12), await subject(13)]).toEqual([
      { episode: 1, assigned: 2 },
      { episode: 1, assigned: null },
      null,
    ]);
    await reader.close();
  });
});

describe('the command', () => {
  async function cli(world: World, ...words: readonly string[]) {
    let out = '';
    let err = '';
    const code = await runCli([...words, '--db', world.ledgerPath], {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text), isTTY: false },
      cwd: world.ledgerPath.replace(/\/[^/]+$/, ''),
      env: { FIELDMARSHAL_ACTOR: 'ana' },
    });
    return { code, out, err };
  }

  it('lists what waits with the command to paste, newest first, and takes it off once a reason is given', async () => {
    const world = await threeAsked();
    await run(world, { files: [shadow, strict] });
    expect(await cli(world, 'override')).toEqual({ code: 0, out: '', err: 'No override waits for a reason.\n' });
    const early = await cli(world, 'override', '11', '--because', 'I know her', '--code', 'better_local_knowledge');
    expect(early).toMatchObject({ code: 0, err: '' });
    expect(early.out).toBe(
      'Work order 11: I know her (better_local_knowledge, by ana). No run has seen yet that anybody is assigned; the reason counts as soon as one does.\n',
    );
    for (const order of [11, 12, 13]) {
      await assignByHand(world, order, 2);
      later(world, MINUTE_MS);
      await run(world, { files: [shadow, strict] });
    }
    const waiting = await cli(world, 'override');
    expect(waiting.out.split('\n').map((line) => line.slice(21))).toEqual([
      'work order 13: provider 2 was assigned; strict (enforce) had said hold, with 2 at rank 2 (55 of 56 points). Say why: fieldmarshal override 13 --because "…" --code CODE',
      'work order 12: provider 2 was assigned; strict (enforce) had said hold, with 2 at rank 2 (55 of 56 points). Say why: fieldmarshal override 12 --because "…" --code CODE',
      '',
    ]);
    const given = await cli(world, 'override', '13', '--because', '=cmd()', '--decision', '13.1.2', '--json');
    expect(JSON.parse(given.out)).toMatchObject({
      type: 'override_reason',
      decisionId: '13.1.2',
      code: 'other',
      actor: 'ana',
    });
    const left = (await cli(world, 'override', '--json')).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    // The reason on 13 answers the shadow file alone.
    expect(left.map(({ workOrderId: id, decision }) => [id, decision.ruleFile])).toEqual([
      [13, 'strict'],
      [12, 'strict'],
    ]);
    const csv = await cli(world, 'report', 'overrides', '--rule', 'shadowed', '--format', 'csv');
    expect(csv.out).toContain(",other,'=cmd(),stands,");
  });

  it('refuses what nobody has overridden, and what it cannot write down', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 2);
    await run(world, { files: [aFileThat([ASSIGN], { id: 'live' })] });
    const refused = async (...words: readonly string[]) => {
      const { code, err } = await cli(world, 'override', ...words);
      expect(code).toBe(2);
      return err;
    };
    expect(await refused('11', '--because', 'why not')).toMatch(/FM-C291.* provider 2 has it, as it was decided/s);
    expect(await refused('99', '--because', 'why not')).toMatch(/FM-C291.*no decision of a rule file/s);
    expect(await refused('11', '--because', 'x', '--decision', '12.1.1')).toMatch(
      /FM-C290.*no decision on work order 11/s,
    );
    expect(await refused('11', '--because', 'x', '--decision', '11.1.9')).toMatch(/FM-C291.*is not in this ledger/s);
    expect(await refused('--because', 'why not')).toMatch(/FM-C290.*names no work order/s);
    expect(await refused('11')).toMatch(/--because/);
    expect(await refused('11', '--because', 'x', '--code', 'mood')).toMatch(/FM-C202/);
    expect((await cli(world, 'override', '11', '--because', 'taken off at once', '--decision', '11.1.1')).code).toBe(0);
  });
});
