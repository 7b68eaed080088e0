import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { measureAgreement, wilsonShare } from '../../src/analysis/agreement.ts';
import type { AgreementCase } from '../../src/domain/agreement.ts';
import { decisionId, providerId, type Sha256, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RecordedRuleEvent } from '../../src/domain/rule-event.ts';
import type { RuleMode } from '../../src/domain/rule-file.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  assignByHand,
  closeWorlds,
  later,
  MINUTE_MS,
  openReader,
  openWorld,
  run,
  type World,
} from '../engine/world.ts';
import { NOW_MS } from '../support/builders.ts';

afterEach(closeWorlds);

type Who = { readonly by?: 'person' | 'engine'; readonly rank?: number | null | 'off slate' };

/** Provider 1 was named; `assigned` null: nobody yet. */
function aCase(assigned: number | null, { by = 'person', rank = 1 }: Who = {}): AgreementCase {
  return {
    ruleFileId: 'new',
    mode: 'shadow',
    ruleFileHash: hashText('text'),
    decisionId: decisionId(workOrderId(11), 1, 1),
    decidedAtMs: NOW_MS,
    winner: providerId(1),
    isRejected: false,
    assigned:
      assigned === null
        ? null
        : {
            providerId: providerId(assigned),
            isByPerson: by === 'person',
            standing: rank === 'off slate' ? null : { rank },
          },
  };
}

const A = hashText('a');
const B = hashText('b');

type Step = readonly [RuleMode, Sha256] | 'demoted' | 'refused' | 'gone';

function history(...steps: readonly Step[]): readonly RecordedRuleEvent[] {
  return steps.map((step, index): RecordedRuleEvent => {
    const any = { id: index + 1, atMs: index + 1, setHash: A, beforeSetHash: null, textHash: A, commit: null };
    if (step === 'refused') return { ...any, kind: 'refused', problems: [] };
    if (step === 'demoted') {
      const figures = { workOrders: 0, withoutEligible: 0, assignments: 0, undone: 0, writes: 0, conflicts: 0 };
      const all = { ...figures, priced: 0, costCents: 0, baseCents: 0 };
      return { ...any, kind: 'demoted', ruleFileId: 'new', reason: { code: 'FM-7030', detail: {} }, figures: all };
    }
    const files = step === 'gone' ? [] : [{ id: 'new', mode: step[0], hash: step[1] }];
    return { ...any, kind: 'taken', files };
  });
}

describe('the agreement of a rule file with people', () => {
  it('counts whom people assigned, and nothing that the engine did by itself', () => {
    const cases = [
      ...[
        aCase(1),
        aCase(1),
        aCase(1),
        aCase(2, { rank: 3 }),
        aCase(3, { rank: null }),
        aCase(4, { rank: 'off slate' }),
      ],
      ...[aCase(null), aCase(1, { by: 'engine' })],
      { ...aCase(null), isRejected: true },
      { ...aCase(2), isRejected: true },
    ];
    expect(measureAgreement(cases, [])).toMatchObject([
      {
        ...{
          ruleFileId: 'new',
          mode: 'shadow',
          texts: 1,
          named: 10,
          rejected: 2,
          same: 3,
          anotherOnSlate: 2,
          notOnSlate: 1,
        },
        ...{ byEngine: 1, notYet: 1, medianRank: 1, notEligible: 1, inModeSinceMs: null },
        agreed: { perMille: 375 },
        nextStep: 'shadow: 3 of 8 agree; at least 46 more that agree are needed before recommend.',
      },
    ]);
  });

  it('has a line for each file and mode, up the ladder, and says what is next', () => {
    const modes = ['enforce', 'canary', 'recommend', 'shadow'] as const;
    const lines = measureAgreement(
      modes.map((mode) => ({ ...aCase(null), mode })),
      [],
    );
    expect(lines.map(({ agreed, nextStep }) => [agreed, nextStep])).toEqual([
      [null, 'shadow: people have answered none of them yet; at least 20 more that agree are needed before recommend.'],
      [null, 'recommend: people have answered none of them yet; at least 20 more that agree are needed before canary.'],
      [
        null,
        'canary: people have answered none of them yet; it acts by itself: before enforce, see what of it was undone.',
      ],
      [null, 'enforce: people have answered none of them yet; there is no further step.'],
    ]);
    const other = { ...aCase(1), ruleFileId: 'another' };
    expect(measureAgreement([aCase(1), other], []).map(({ ruleFileId }) => ruleFileId)).toEqual(['another', 'new']);
  });

  it('names the next step only where enough people have answered, and nearly all agree', () => {
    const step = (same: number, rejected: number) => {
      const noes = Array.from({ length: rejected }, () => ({ ...aCase(null), isRejected: true }));
      return measureAgreement([...Array.from({ length: same }, () => aCase(1)), ...noes], [])[0]?.nextStep;
    };
    expect(step(19, 0)).toBe('shadow: 19 of 19 agree; at least 1 more that agree are needed before recommend.');
    expect(step(20, 0)).toBe('shadow: 20 of 20 agree; recommend is the next step.');
    expect(step(19, 1)).toMatch(/^shadow: 19 of 20 agree; at least \d more that agree are needed before recommend\.$/);
    expect(step(15, 5)).toBe('shadow: 15 of 20 agree: too many disagree for recommend, which takes more than 80 %.');
  });

  it('knows since when the file is in its mode, whatever its text', () => {
    const since = (mode: RuleMode, ...steps: readonly Step[]) =>
      measureAgreement([{ ...aCase(1), mode }], history(...steps))[0]?.inModeSinceMs;
    expect(since('shadow', ['shadow', A], ['shadow', B], 'refused')).toBe(1);
    expect(since('shadow', ['shadow', A], ['canary', B], ['shadow', A], 'refused')).toBe(3);
    expect(since('canary', ['shadow', A], ['canary', B])).toBe(2);
    expect(since('shadow', ['shadow', A], ['canary', B])).toBeNull();
    expect(since('shadow', ['shadow', A], 'gone')).toBeNull();
    expect(since('shadow', ['canary', A], 'demoted', ['canary', A])).toBe(2);
    expect(since('canary', ['canary', A], 'demoted', ['canary', B])).toBe(3);
    const [demoted] = measureAgreement([aCase(1)], history(['canary', A], 'demoted'));
    expect(demoted?.nextStep).toBe(
      'shadow: 1 of 1 agree; it was demoted as a canary, and acts again with another text only.',
    );
  });

  it('comes with the interval of Wilson', () => {
    expect(wilsonShare(34, 40)).toEqual({ perMille: 850, lowPerMille: 709, highPerMille: 929 });
    expect(wilsonShare(0, 10)).toEqual({ perMille: 0, lowPerMille: 0, highPerMille: 278 });
    expect(wilsonShare(0, 0)).toBeNull();
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 500 }), (any, total) => {
        const count = Math.min(any, total);
        const share = wilsonShare(count, total);
        const mirrored = wilsonShare(total - count, total);
        if (share === null || mirrored === null) throw new Error('no share');
        expect(share.lowPerMille).toBeLessThanOrEqual(share.perMille);
        expect(share.highPerMille).toBeGreaterThanOrEqual(share.perMille);
        expect(Math.abs(share.lowPerMille + mirrored.highPerMille - 1000)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('what people did', () => {
  const shadow = aFileThat([ASSIGN], { id: 'new', mode: 'shadow', hash: A });

  async function casesOf(world: World, range = {}) {
    const reader = openReader(world);
    try {
      return await reader.agreementCases({ sinceMs: null, untilMs: null, ...range });
    } finally {
      await reader.close();
    }
  }

  it('is learnt from the platform once, and set beside the last winner named before it', async () => {
    const world = await openWorld({ orders: [11, 12, 13, 14] });
    for (const order of [11, 12, 13]) await ask(world, order, 2);
    await run(world, { files: [shadow] });
    later(world, MINUTE_MS);
    // A better one asks: the file now names provider 1 for work order 11.
    await ask(world, 11, 1);
    await run(world, { files: [shadow] });
    await assignByHand(world, 11, 2);
    await assignByHand(world, 12, 5);
    later(world, MINUTE_MS);
    for (let times = 0; times < 2; times += 1) await run(world, { files: [shadow] });
    expect(await casesOf(world)).toMatchObject([
      { decisionId: '11.1.3', winner: 1, assigned: { providerId: 2, isByPerson: true, standing: { rank: 2 } } },
      { decisionId: '12.1.2', winner: 2, assigned: { providerId: 5, isByPerson: true, standing: null } },
      { decisionId: '13.1.2', winner: 2, assigned: null },
    ]);
    expect(await casesOf(world, { untilMs: world.clock.nowMs() - MINUTE_MS })).toMatchObject([
      { decisionId: '11.1.2' },
      { decisionId: '12.1.2' },
      { decisionId: '13.1.2' },
    ]);
  });

  it('answers a file in the mode it then was in, and a no is an answer to the decision', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) for (const provider of [1, 2]) await ask(world, order, provider);
    await run(world, { files: [shadow] });
    later(world, MINUTE_MS);
    const asking = aFileThat([ASSIGN], { id: 'new', mode: 'recommend', hash: B });
    await run(world, { files: [asking] });
    const no = { verdict: 'rejected', actor: 'ana', because: 'not him', atMs: world.clock.nowMs() } as const;
    const [first] = (await casesOf(world)).filter(({ mode }) => mode === 'recommend');
    if (first === undefined) throw new Error('nothing is recommended');
    const answer = { decisionId: first.decisionId, ...no, outcome: 'assign', winner: first.winner } as const;
    expect(await world.store.recordAnswers([answer])).toEqual([]);
    later(world, MINUTE_MS);
    await run(world, { files: [asking] });
    await assignByHand(world, 12, 2);
    later(world, MINUTE_MS);
    await run(world, { files: [asking] });
    const cases = await casesOf(world);
    expect(cases.map(({ mode }) => mode)).not.toContain('shadow');
    expect(cases.filter(({ isRejected }) => isRejected)).toMatchObject([{ decisionId: first.decisionId }]);
    expect(measureAgreement(cases, [])).toMatchObject([{ mode: 'recommend', rejected: 1 }]);
  });

  it('is not what the engine did by itself', async () => {
    const world = await openWorld();
    await ask(world, 11, 2);
    await run(world, { files: [shadow, aFileThat([ASSIGN], { id: 'live', hash: B })] });
    expect(await casesOf(world)).toMatchObject([
      { ruleFileId: 'live', winner: 2, assigned: { providerId: 2, isByPerson: false } },
      { ruleFileId: 'new', winner: 2, assigned: { providerId: 2, isByPerson: false } },
    ]);
  });

  it('is seen also where a person put somebody in the place of ours, after the quiet time', async () => {
    const world = await openWorld();
    await ask(world, 11, 2);
    const files = [aFileThat([ASSIGN], { id: 'live', hash: B })];
    await run(world, { files });
    const [assigned] = (await world.client.pullList('assigned')).rows;
    if (assigned === undefined) throw new Error('nobody is assigned');
    const source = {
      ...world.client,
      pullList: async (list: Parameters<typeof world.client.pullList>[0]) =>
        list === 'assigned'
          ? { rows: [{ ...assigned, assigneeId: providerId(5) }], quarantined: [] }
          : world.client.pullList(list),
    };
    const bound = async () => (await world.store.snapshot([workOrderId(11)], 0, 0)).commitments.length;
    await run(world, { files, source });
    expect(await bound()).toBe(1);
    later(world, world.limits.quietTimeMs);
    await run(world, { files, source });
    expect(await bound()).toBe(0);
  });
});
