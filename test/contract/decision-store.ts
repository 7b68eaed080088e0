import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DecisionAnswer } from '../../src/domain/approval.ts';
import type { EffectKind } from '../../src/domain/decision.ts';
import { factRef } from '../../src/domain/fact.ts';
import { type DecisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import type { RuleEvent } from '../../src/domain/rule-event.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import type { LedgerPiece } from '../../src/engine/figures.ts';
import {
  type ApprovalBook,
  type DecisionStore,
  type DirectiveBook,
  LedgerFailure,
  type LedgerReader,
  type LedgerView,
  type WorkOrderHistory,
} from '../../src/engine/ports.ts';
import { aDirectoryEntry, aProfile, aVerdict, HOUR_MS, NOW_MS } from '../support/builders.ts';
import { collect } from '../support/collect.ts';
import { plainResult } from '../support/plain-result.ts';
import {
  acceptCounter,
  aDecision,
  aDemotion,
  aFullSlate,
  anEffect,
  aRefusal,
  aRuleSet,
  aRun,
  aRunEnd,
  asRecorded,
  assign,
  aTakenSet,
  begin,
  type DecisionGiven,
  NO_SUCH_HASH,
  RULE_FILE,
  RULE_SET,
  unassign,
  unroute,
} from './ledger-rows.ts';

/** Where one ledger lives. `open` may be called again while an earlier store is open: another process would do so. */
export type LedgerPlace = {
  readonly open: () => Promise<DecisionStore & DirectiveBook & ApprovalBook>;
  readonly openReader: () => Promise<LedgerReader & LedgerView & Pick<ApprovalBook, 'approvals'>>;
  readonly remove: () => Promise<void>;
};

const ORDER = workOrderId(4047);
const EVERYTHING = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: true };

/** What every `DecisionStore` and its `LedgerReader` promise, with the store kept open and opened anew before every call. */
export function describeDecisionStore(name: string, makePlace: () => Promise<LedgerPlace>): void {
  describe.each([
    { how: 'kept open', reopens: false },
    { how: 'opened anew before every call', reopens: true },
  ])(`${name}, $how`, ({ reopens }) => {
    let place: LedgerPlace;
    let opened: (DecisionStore & DirectiveBook & ApprovalBook) | null = null;

    beforeEach(async () => {
      place = await makePlace();
    });

    afterEach(async () => {
      await opened?.close();
      opened = null;
      await place.remove();
    });

    async function store(): Promise<DecisionStore & DirectiveBook & ApprovalBook> {
      if (opened !== null && !reopens) return opened;
      await opened?.close();
      opened = await place.open();
      return opened;
    }

    async function read<Answer>(
      ask: (reader: LedgerReader & LedgerView & Pick<ApprovalBook, 'approvals'>) => Promise<Answer>,
    ): Promise<Answer> {
      const reader = await place.openReader();
      try {
        return await ask(reader);
      } finally {
        await reader.close();
      }
    }

    async function historyOf(id = ORDER): Promise<WorkOrderHistory> {
      const [history] = (await (await store()).snapshot([id], NOW_MS, NOW_MS)).histories;
      if (history === undefined) throw new Error('the snapshot has no history');
      return history;
    }

    /** Records a decision with these calls and, for each, claim and effect; null: neither. */
    async function recordActed(
      given: Parameters<typeof aDecision>[0],
      effects: readonly (EffectKind | null)[],
    ): Promise<DecisionId> {
      const decision = aDecision(given);
      expect(await (await store()).recordDecision(decision)).toBe('recorded');
      for (const [index, kind] of effects.entries()) {
        if (kind === null) continue;
        expect(await (await store()).claimIntent(decision.id, index + 1, NOW_MS + 1_000)).toBe('claimed');
        await (await store()).recordEffect(anEffect(decision.id, { intentN: index + 1, kind }));
      }
      return decision.id;
    }

    describe('identity', () => {
      it('belongs to the environment and company that came first', async () => {
        const ours = { environment: 'sandbox', companyId: 15 } as const;
        expect(await (await store()).bindIdentity(ours)).toEqual({ kind: 'bound' });
        expect(await (await store()).bindIdentity(ours)).toEqual({ kind: 'bound' });
        expect(await (await store()).bindIdentity({ ...ours, companyId: 16 })).toMatchObject({ kind: 'foreign' });
        expect(await (await store()).bindIdentity({ ...ours, environment: 'production' })).toMatchObject({
          kind: 'foreign',
        });
      });

      it('learns the company once somebody knows it', async () => {
        expect(await (await store()).bindIdentity({ environment: 'sandbox', companyId: null })).toEqual({
          kind: 'bound',
        });
        expect(await (await store()).bindIdentity({ environment: 'sandbox', companyId: 15 })).toEqual({
          kind: 'bound',
        });
        expect(await (await store()).bindIdentity({ environment: 'sandbox', companyId: null })).toEqual({
          kind: 'bound',
        });
        const foreign = await (await store()).bindIdentity({ environment: 'sandbox', companyId: 16 });
        expect(foreign).toMatchObject({ kind: 'foreign', message: expect.stringContaining('company 15') });
      });
    });

    describe('view', () => {
      it('tells whose ledger it is, to store and reader alike', async () => {
        expect(await (await store()).identity()).toBeNull();
        expect(await read((reader) => reader.identity())).toBeNull();
        const ours = { environment: 'sandbox', companyId: 15 } as const;
        await (await store()).bindIdentity(ours);
        expect(await (await store()).identity()).toEqual(ours);
        expect(await read((reader) => reader.identity())).toEqual(ours);
      });

      it('shows a reader the snapshot and the directory that the store has', async () => {
        await begin(await store());
        await recordActed({ seq: 1, calls: [unroute(), assign()] }, ['confirmed', 'unknown']);
        await (await store()).saveDirectory([aDirectoryEntry({ verdicts: [{ ...aVerdict(), observedAtMs: NOW_MS }] })]);
        const asked = [[ORDER, workOrderId(1)], NOW_MS, NOW_MS - 1] as const;
        expect(await read((reader) => reader.snapshot(...asked))).toEqual(await (await store()).snapshot(...asked));
        expect(await read((reader) => reader.readDirectory())).toEqual(await (await store()).readDirectory());
      });
    });

    describe('runs and rule sets', () => {
      it('keeps rule texts by hash and a set once', async () => {
        await (await store()).recordRuleSet(RULE_SET, NOW_MS);
        const head = await read((reader) => reader.chainHead());
        await (await store()).recordRuleSet(RULE_SET, NOW_MS + 1);
        expect(await read((reader) => reader.chainHead())).toBe(head);
        expect(await read((reader) => reader.ruleFileText(RULE_FILE.hash))).toBe(RULE_FILE.text);
        expect(await read((reader) => reader.ruleFileText(NO_SUCH_HASH))).toBeNull();
      });

      it('gives one tick of an environment to one run', async () => {
        const tick = '2026-11-23T15:00';
        expect(await (await store()).openRun(aRun({ tick }))).toBe('opened');
        expect(await (await store()).openRun(aRun({ tick, id: 'run-2' }))).toBe('taken');
        expect(await (await store()).openRun(aRun({ tick, id: 'run-3', environment: 'loopback' }))).toBe('opened');
      });

      it('lists runs with their ends, by time', async () => {
        const late = aRun({ id: 'run-2', startedAtMs: NOW_MS + HOUR_MS });
        await (await store()).openRun(late);
        await (await store()).openRun(aRun());
        await (await store()).closeRun(aRunEnd());
        expect(await read((reader) => reader.runs({ sinceMs: null, untilMs: null }))).toEqual([
          { ...aRun(), end: aRunEnd() },
          { ...late, end: null },
        ]);
        expect(await read((reader) => reader.runs({ sinceMs: NOW_MS + 1, untilMs: null }))).toEqual([
          { ...late, end: null },
        ]);
        expect(await read((reader) => reader.runs({ sinceMs: NOW_MS, untilMs: NOW_MS }))).toEqual([]);
      });

      it('ends a run once', async () => {
        await (await store()).openRun(aRun());
        await (await store()).closeRun(aRunEnd());
        await expect((await store()).closeRun(aRunEnd({ result: 'failed' }))).rejects.toThrow();
        expect(await read((reader) => reader.runs({ sinceMs: null, untilMs: null }))).toMatchObject([
          { end: { result: 'done' } },
        ]);
      });
    });

    describe('decisions', () => {
      beforeEach(async () => begin(await store()));

      it('gives back every field, criterion and piece of evidence', async () => {
        const decision = aDecision({ calls: [unroute(), assign()], runnerUp: null });
        await (await store()).recordDecision(decision);
        expect(await read((reader) => reader.decision(decision.id))).toEqual(asRecorded(decision));
      });

      it('gives back a decision without rule file, candidates and intents', async () => {
        const nothing = {
          ruleFileId: null,
          ruleFileHash: null,
          mode: null,
          stage: null,
          dueStages: [],
          winner: null,
          costCents: null,
        };
        const decision = aDecision({ ...nothing, outcome: 'skip', candidates: [], calls: [] });
        await (await store()).recordDecision(decision);
        expect(await read((reader) => reader.decision(decision.id))).toEqual(asRecorded(decision));
      });

      it('keeps apart the verdicts of fifty criteria, whatever they are', async () => {
        const verdict = fc.record({
          verdict: fc.constantFrom('match', 'no_match', 'unknown'),
          decidedBy: fc.constantFrom('facts', 'platform', 'on_missing'),
          applies: fc.boolean(),
          pointsMilli: fc.integer({ min: 0, max: 90_000 }),
          evidence: fc.array(
            fc.oneof(
              fc.record({ kind: fc.constant('unknown'), because: fc.string() }),
              fc.record({
                kind: fc.constant('known'),
                value: fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.array(fc.integer())),
                source: fc.constantFrom('row', 'profile', 'work_order'),
                observedAtMs: fc.integer({ min: NOW_MS - 5, max: NOW_MS }),
              }),
            ),
            { maxLength: 2 },
          ),
        } as const);
        let seq = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(verdict, { minLength: 50, maxLength: 50 }), { minLength: 1, maxLength: 4 }),
            async (drawn) => {
              seq += 1;
              const plain = aDecision({ seq });
              const candidates = drawn.map((results, row) => {
                const ranked = plain.candidates[row] ?? expect.unreachable();
                const [sample] = ranked.scored.criteria;
                if (sample === undefined) throw new Error('the sample has no criterion');
                const criteria = results.map((result, n) => ({
                  ...plainResult(sample),
                  ...result,
                  position: n + 1,
                  key: `criterion_${n}`,
                  width: `${n}%`,
                  evidence: result.evidence.map((actual, leaf) => ({
                    fact: factRef(`provider.fact_${leaf}`, null),
                    written: '>= 1',
                    actual,
                    verdict: result.verdict,
                  })),
                }));
                return { ...ranked, scored: { ...ranked.scored, criteria } };
              });
              const decision = { ...plain, candidates };
              await (await store()).recordDecision(decision);
              expect(await read((reader) => reader.decision(decision.id))).toEqual(asRecorded(decision));
            },
          ),
          { numRuns: reopens ? 3 : 40 },
        );
      });

      it('refuses a place that is taken and writes nothing of the second', async () => {
        await (await store()).recordDecision(aDecision());
        const before = [
          await read((reader) => reader.chainHead()),
          await read((reader) => reader.decisions(EVERYTHING)),
        ];
        const second = aDecision({ outcome: 'hold', given: aFullSlate(4047, NOW_MS + 60_000) });
        expect(await (await store()).recordDecision(second)).toBe('collision');
        expect([
          await read((reader) => reader.chainHead()),
          await read((reader) => reader.decisions(EVERYTHING)),
        ]).toEqual(before);
      });

      it('records the others of several decisions when one of them collides', async () => {
        await (await store()).recordDecision(aDecision({ outcome: 'hold', calls: [] }));
        const several = [aDecision({ seq: 2, outcome: 'hold', calls: [] }), aDecision(), aDecision({ seq: 3 })];
        expect(await (await store()).recordDecisions(several)).toEqual(['recorded', 'collision', 'recorded']);
        const written = await read((reader) => reader.decisions(EVERYTHING));
        expect(written.map(({ seq }) => seq)).toEqual([1, 2, 3]);
        expect((await (await store()).openIntents()).length).toBe(aDecision({ seq: 3 }).intents.length);
      });

      it('gives the place to one of two stores that decide at once', async () => {
        const other = await place.open();
        try {
          const answers = [
            await other.recordDecision(aDecision({ outcome: 'hold', calls: [] })),
            await (await store()).recordDecision(aDecision()),
          ];
          expect(answers).toEqual(['recorded', 'collision']);
          expect(await (await store()).recordDecision(aDecision({ seq: 2 }))).toBe('recorded');
          expect((await other.snapshot([ORDER], NOW_MS, NOW_MS)).histories).toMatchObject([{ nextSeq: 3 }]);
        } finally {
          await other.close();
        }
      });

      it('lists decisions by time and work order, with candidates only when asked', async () => {
        await (await store()).recordDecision(aDecision({ seq: 1, decidedAtMs: NOW_MS + HOUR_MS }));
        await (await store()).recordDecision(aDecision({ orderId: 4048 }));
        const ids = async (query: Partial<Parameters<LedgerReader['decisions']>[0]>) =>
          (await read((reader) => reader.decisions({ ...EVERYTHING, ...query }))).map((decision) => decision.id);
        expect(await ids({})).toEqual(['4048.1.1', '4047.1.1']);
        expect(await ids({ workOrderId: ORDER })).toEqual(['4047.1.1']);
        expect(await ids({ sinceMs: NOW_MS + 1 })).toEqual(['4047.1.1']);
        expect(await ids({ untilMs: NOW_MS + HOUR_MS })).toEqual(['4048.1.1']);
      });

      it('lists them without candidates and facts unless asked, with all else the same', async () => {
        const given = [
          aDecision({ calls: [unroute(), assign()] }),
          aDecision({ seq: 2, calls: [] }),
          aDecision({ orderId: 1 }),
        ];
        for (const decision of given) await (await store()).recordDecision(decision);
        await (await store()).claimIntent(given[0]?.id ?? expect.unreachable(), 1, NOW_MS);
        await (await store()).recordEffect(anEffect(given[0]?.id ?? expect.unreachable()));
        const whole = await read((reader) => reader.decisions(EVERYTHING));
        expect(whole.map((decision) => decision.intents.map((intent) => intent.effects.length))).toEqual([
          [1, 0],
          [],
          [0],
        ]);
        expect(whole).toEqual(await Promise.all(given.map(({ id }) => read((reader) => reader.decision(id)))));
        expect(await read((reader) => reader.decisions({ ...EVERYTHING, withCandidates: false }))).toEqual(
          whole.map((decision) => ({
            ...decision,
            candidates: [],
            workOrder: { title: decision.workOrder.title, facts: null },
          })),
        );
      });

      it('knows the work orders of a client and a project, as they were last decided on', async () => {
        const of = (orderId: number, clientId: number | null, projectId: number | null, seq = 1) => {
          const given = aFullSlate(orderId);
          return aDecision({
            orderId,
            seq,
            given: { ...given, workOrder: { ...given.workOrder, clientId, projectId } },
          });
        };
        const decisions = [of(1, 50, 7), of(2, 50, null), of(3, null, 7), of(4, 50, 7), of(4, 51, 8, 2)];
        for (const decision of decisions) await (await store()).recordDecision(decision);
        const asked = async (clientId: number | null, projectId: number | null) =>
          [...((await read((reader) => reader.figures.workOrdersOf({ clientId, projectId }))) ?? ['any'])].sort();
        expect(await asked(50, null)).toEqual([1, 2]);
        expect(await asked(null, 7)).toEqual([1, 3]);
        expect(await asked(50, 7)).toEqual([1]);
        expect(await asked(51, 8)).toEqual([4]);
        expect(await asked(52, null)).toEqual([]);
        expect(await asked(null, null)).toEqual(['any']);
      });

      it('tells what was seen of a work order, of all its episodes and of no other', async () => {
        const decision = aDecision({ orderId: 1 });
        await (await store()).recordDecision(decision);
        const seen = { workOrderId: workOrderId(1), providerId: providerId(999), detail: null } as const;
        const at = (hours: number) => ({ atMs: NOW_MS + hours * HOUR_MS });
        const accepted = { ...seen, kind: 'route_accepted', episode: 1, decisionId: decision.id, ...at(1) } as const;
        const left = { ...seen, kind: 'unassigned', episode: 1, decisionId: null, ...at(3) } as const;
        const other = { ...seen, kind: 'assigned_by_other', episode: 2, decisionId: null, ...at(2) } as const;
        const foreign = { ...other, workOrderId: workOrderId(2) };
        for (const one of [left, accepted, other, foreign]) await (await store()).recordObservation(one);
        const told = await read((reader) => reader.figures.seenOf(workOrderId(1)));
        expect(told).toEqual(
          [accepted, other, left].map(({ kind, episode, atMs, decisionId, providerId }) => ({
            ...{ kind, episode, atMs, decisionId, providerId },
            actor: null,
            because: null,
          })),
        );
      });

      it('gives back what a decision rested on', async () => {
        const given = aFullSlate();
        const decision = aDecision({ given });
        await (await store()).recordDecision(decision);
        expect(await read((reader) => reader.recordedInput(decision.id))).toEqual({
          slate: given,
          batch: decision.batch,
        });
        expect(await read((reader) => reader.recordedInput('4047.1.2' as DecisionId))).toBeNull();
      });

      it('gives the slates run by run, each once, whoever decided on it', async () => {
        const opened = await store();
        await opened.openRun(aRun({ id: 'run-2' }));
        const later = NOW_MS + HOUR_MS;
        const given = [
          aDecision({ decidedAtMs: NOW_MS }),
          aDecision({ seq: 2, ruleFileId: 'bold', mode: 'shadow', outcome: 'wait', winner: null, calls: [] }),
          aDecision({ orderId: 4048 }),
          aDecision({ seq: 3, runId: 'run-2', decidedAtMs: later, given: aFullSlate(4047, later), calls: [] }),
        ];
        for (const decision of given) await opened.recordDecision(decision);
        const slatesOf = (range: LedgerPiece) =>
          read(async (reader) => ({
            runs: await collect(reader.slates(range)),
            count: await reader.countDecisions(range),
          }));
        const whole = await read((reader) => Promise.all(given.map(({ id }) => reader.decision(id))));
        const { runs, count } = await slatesOf({ sinceMs: null, untilMs: null });
        expect(count).toBe(4);
        expect(runs.map(({ runId, decidedAtMs, slates }) => [runId, decidedAtMs, slates.length])).toEqual([
          ['run-1', NOW_MS, 2],
          ['run-2', later, 1],
        ]);
        expect(runs.every(({ ruleSetHash }) => ruleSetHash === RULE_SET.hash)).toBe(true);
        expect(runs[0]?.batch).toEqual(given[0]?.batch);
        expect(runs.flatMap(({ slates }) => slates.map(({ slate }) => slate))).toEqual([
          aFullSlate(),
          aFullSlate(4048),
          aFullSlate(4047, later),
        ]);
        const recorded = runs.flatMap(({ slates }) => slates.flatMap(({ decisions }) => decisions));
        const withWinner = whole.map((one) => ({
          ...one,
          candidates: one?.candidates.filter(({ providerId: id }) => id === one.winner),
          workOrder: { ...one?.workOrder, facts: null },
        }));
        expect(recorded).toEqual(withWinner);
        const first = await slatesOf({ sinceMs: null, untilMs: later });
        expect([first.runs.length, first.count]).toEqual([1, 3]);
        const second = await slatesOf({ sinceMs: later, untilMs: null });
        expect([second.runs.map(({ runId }) => runId), second.count]).toEqual([['run-2'], 1]);
        for (const [about, counts] of [
          [1, [3, 1]],
          [4, [4]],
        ] as const) {
          const pieces = await read((reader) => reader.pieces({ sinceMs: null, untilMs: null }, about));
          const parts = await Promise.all(pieces.map(slatesOf));
          expect(parts.map((part) => part.count)).toEqual(counts);
          expect(parts.flatMap((part) => part.runs)).toEqual(runs);
        }
      });

      it('knows no decision that was never recorded', async () => {
        expect(await read((reader) => reader.decision('4047.1.1' as DecisionId))).toBeNull();
      });
    });

    describe('history', () => {
      beforeEach(async () => begin(await store()));

      it('begins with episode 1 and nothing in it', async () => {
        expect(await historyOf()).toEqual({
          workOrderId: ORDER,
          episode: 1,
          nextSeq: 1,
          openedAt: null,
          last: {},
          lastLive: null,
          attempts: [],
          answers: [],
          assigned: null,
          gaveBack: [],
          givesBackNow: null,
        });
      });

      it('answers for each work order asked, in that order', async () => {
        await (await store()).recordDecision(aDecision({ orderId: 4048 }));
        const asked = [9001, 4048, 4047].map(workOrderId);
        const { histories } = await (await store()).snapshot(asked, NOW_MS, NOW_MS);
        expect(histories.map((history) => [history.workOrderId, history.nextSeq])).toEqual([
          [9001, 1],
          [4048, 2],
          [4047, 1],
        ]);
      });

      it('keeps the earliest opening and the last decision of each rule file', async () => {
        await (await store()).recordDecision(
          aDecision({ seq: 1, openedAt: { atMs: NOW_MS - 5, source: 'first_seen' } }),
        );
        await (await store()).recordDecision(
          aDecision({ seq: 2, ruleFileId: 'shadow', mode: 'shadow', calls: [], outcome: 'hold' }),
        );
        await (await store()).recordDecision(
          aDecision({ seq: 3, openedAt: { atMs: NOW_MS - 9, source: 'routed' }, outcome: 'wait', stage: 2, calls: [] }),
        );
        await (await store()).recordDecision(
          aDecision({ seq: 4, ruleFileId: null, ruleFileHash: null, outcome: 'skip', calls: [] }),
        );
        const history = await historyOf();
        expect(history.nextSeq).toBe(5);
        expect(history.openedAt).toEqual({ atMs: NOW_MS - 7_200_000, source: 'published' });
        expect(history.last).toEqual({
          default: {
            id: '4047.1.3',
            inputHash: aDecision({ seq: 3 }).inputHash,
            outcome: 'wait',
            stage: 2,
            decidedAtMs: NOW_MS,
          },
          shadow: {
            id: '4047.1.2',
            inputHash: aDecision({ seq: 2 }).inputHash,
            outcome: 'hold',
            stage: 1,
            decidedAtMs: NOW_MS,
          },
          '-': {
            id: '4047.1.4',
            inputHash: aDecision({ seq: 4 }).inputHash,
            outcome: 'skip',
            stage: 1,
            decidedAtMs: NOW_MS,
          },
        });
      });

      it('knows the last live decision, whatever file took it and whatever shadows said later', async () => {
        const shadow = { ruleFileId: 'trial', mode: 'shadow', calls: [], outcome: 'hold' } as const;
        await (await store()).recordDecision(aDecision({ seq: 1, ...shadow }));
        expect((await historyOf()).lastLive).toBeNull();
        await (await store()).recordDecision(aDecision({ seq: 2 }));
        await (await store()).recordDecision(
          aDecision({ seq: 3, ruleFileId: 'atm', stage: 4, outcome: 'wait', calls: [] }),
        );
        await (await store()).recordDecision(aDecision({ seq: 4, ...shadow }));
        expect((await historyOf()).lastLive).toEqual({
          id: '4047.1.3',
          ruleFileId: 'atm',
          inputHash: aDecision({ seq: 3 }).inputHash,
          outcome: 'wait',
          stage: 4,
          decidedAtMs: NOW_MS,
        });
        const none = { ruleFileId: null, ruleFileHash: null, mode: null, stage: null, calls: [] } as const;
        await (await store()).recordDecision(aDecision({ seq: 5, ...none, outcome: 'skip' }));
        expect((await historyOf()).lastLive).toMatchObject({ id: '4047.1.5', ruleFileId: null });
        await (await store()).recordDecision(aDecision({ episode: 2, ...shadow }));
        expect((await historyOf()).lastLive).toBeNull();
      });

      it('tells every intent with the last effect it had', async () => {
        const id = await recordActed({ calls: [unroute(), assign()] }, ['unknown', null]);
        await (await store()).recordEffect(
          anEffect(id, { n: 2, kind: 'refused', reason: { code: 'FM-6002', detail: {} }, atMs: NOW_MS + 9 }),
        );
        const common = { decisionId: id, ruleFileId: 'default', stage: 1 };
        expect((await historyOf()).attempts).toEqual([
          { ...common, intentN: 1, call: unroute(), effect: { kind: 'refused', reason: 'FM-6002', atMs: NOW_MS + 9 } },
          { ...common, intentN: 2, call: assign(), effect: null },
        ]);
      });

      it.each([
        ['assign', assign()],
        ['accept_counter', acceptCounter()],
      ] as const)('knows our own confirmed %s', async (_, call: WriteCall) => {
        const id = await recordActed({ calls: [call] }, ['confirmed']);
        expect((await historyOf()).assigned).toEqual({
          decisionId: id,
          providerId: 557,
          confirmedAtMs: NOW_MS + 2_000,
        });
      });

      it.each(['refused', 'lost_race', 'unknown'] as const)(
        'does not take an assign that ended %s for an assignment',
        async (kind) => {
          await recordActed({}, [kind]);
          expect((await historyOf()).assigned).toBeNull();
        },
      );

      it('opens the next episode when our un-assign is confirmed', async () => {
        await recordActed({ seq: 1 }, ['confirmed']);
        await recordActed({ seq: 2, calls: [unassign()] }, ['confirmed']);
        expect(await historyOf()).toEqual({
          workOrderId: ORDER,
          episode: 2,
          nextSeq: 1,
          openedAt: null,
          last: {},
          lastLive: null,
          attempts: [],
          answers: [],
          assigned: null,
          gaveBack: [],
          givesBackNow: null,
        });
      });

      it.each(['refused', 'unknown'] as const)('stays in the episode while an un-assign is %s', async (kind) => {
        await recordActed({ seq: 1 }, ['confirmed']);
        await recordActed({ seq: 2, calls: [unassign()] }, [kind]);
        expect(await historyOf()).toMatchObject({ episode: 1, nextSeq: 3 });
      });

      it('knows who had it from us last in an episode that ended without our word, and in no other', async () => {
        const other = assign(4047, 600);
        await recordActed({ seq: 1 }, ['confirmed']);
        expect(await historyOf()).toMatchObject({ gaveBack: [], givesBackNow: 557 });
        const seen = { workOrderId: ORDER, episode: 1, decisionId: null, detail: null } as const;
        await recordActed({ episode: 2, seq: 1, calls: [other] }, ['confirmed']);
        expect(await historyOf()).toMatchObject({ gaveBack: [557], givesBackNow: 600 });
        await recordActed({ episode: 2, seq: 2, calls: [unassign(4047, 600)] }, ['confirmed']);
        expect(await historyOf()).toMatchObject({ episode: 3, gaveBack: [557], givesBackNow: null });
        await recordActed({ episode: 3, seq: 1 }, ['refused']);
        expect(await historyOf()).toMatchObject({ episode: 3, gaveBack: [557], givesBackNow: null });
        await recordActed({ episode: 4, seq: 1, calls: [other] }, ['confirmed']);
        const replaced = { ...seen, episode: 4, kind: 'assigned_by_other', providerId: providerId(9) } as const;
        await (await store()).recordObservation({ ...replaced, atMs: NOW_MS + 9_000 });
        expect(await historyOf()).toMatchObject({ gaveBack: [557], givesBackNow: null });
        await recordActed({ episode: 5, seq: 1, calls: [other] }, ['confirmed']);
        await recordActed({ episode: 6, seq: 1, outcome: 'wait', calls: [] }, []);
        expect(await historyOf()).toMatchObject({ gaveBack: [557, 600], givesBackNow: null });
      });

      it('follows the engine into an episode that it opened', async () => {
        await recordActed({ seq: 1 }, ['confirmed']);
        await recordActed({ episode: 2, seq: 1, outcome: 'wait', calls: [] }, []);
        expect(await historyOf()).toMatchObject({
          episode: 2,
          nextSeq: 2,
          attempts: [],
          answers: [],
          assigned: null,
          last: { default: { id: '4047.2.1' } },
        });
      });
    });

    describe('money of the day', () => {
      beforeEach(async () => begin(await store()));

      async function committed(dayStartMs = NOW_MS) {
        const { committedTodayCents, committedTodayByRuleFile } = await (await store()).snapshot(
          [],
          dayStartMs,
          NOW_MS,
        );
        return [committedTodayCents, committedTodayByRuleFile];
      }

      it('counts what is confirmed and what may have happened, by rule file', async () => {
        await recordActed({ orderId: 1 }, ['confirmed']);
        await recordActed({ orderId: 2, calls: [acceptCounter(2)], ruleFileId: 'atm-onsite' }, ['unknown']);
        await recordActed({ orderId: 3, calls: [assign(3)] }, [null]);
        expect(await (await store()).claimIntent('3.1.1' as DecisionId, 1, NOW_MS)).toBe('claimed');
        expect(await committed()).toEqual([81_000, { default: 50_000, 'atm-onsite': 31_000 }]);
      });

      it('counts neither refusals, nor lost races, nor what was never sent, nor calls that bind no money', async () => {
        await recordActed({ orderId: 1 }, ['refused']);
        await recordActed({ orderId: 2 }, ['lost_race']);
        await recordActed({ orderId: 3 }, [null]);
        await recordActed({ orderId: 4, calls: [unroute(4)] }, ['confirmed']);
        expect(await committed()).toEqual([0, {}]);
      });

      it('counts from the start of the day, by the last time it may have been sent', async () => {
        await recordActed({ orderId: 1 }, ['confirmed']);
        expect(await committed(NOW_MS + 1_001)).toEqual([0, {}]);
        await recordActed({ orderId: 2 }, ['unknown']);
        await (await store()).claimIntent('2.1.1' as DecisionId, 1, NOW_MS + HOUR_MS);
        expect(await committed(NOW_MS + 1_001)).toEqual([25_000, { default: 25_000 }]);
      });
    });

    describe('directives', () => {
      const terms = { atMs: NOW_MS, actor: 'ana', because: 'storm', untilMs: NOW_MS + HOUR_MS };
      const pin = { kind: 'pin', workOrderId: ORDER, providerId: providerId(7), ...terms } as const;

      it('are read as they were written, oldest first, by store and reader', async () => {
        const given = [
          { kind: 'pause', ...terms },
          { kind: 'exclusion', providerId: providerId(5), ...terms, untilMs: null },
          pin,
        ] as const;
        for (const one of given) expect(await (await store()).recordDirective(one)).toEqual({ kind: 'recorded' });
        const expected = given.map((one, index) => ({ ...one, id: index + 1, ended: null }));
        expect(await (await store()).directives()).toEqual(expected);
        expect(await read((reader) => reader.directives())).toEqual(expected);
      });

      it('end once, by whom and why, and stay', async () => {
        await (await store()).recordDirective({ kind: 'pause', ...terms });
        const end = { atMs: NOW_MS + 5, actor: 'bob', because: 'over' };
        expect(await (await store()).endDirectives([1], end)).toBe(1);
        expect(await (await store()).endDirectives([1], { ...end, actor: 'eve' })).toBe(0);
        expect(await (await store()).directives()).toEqual([{ kind: 'pause', ...terms, id: 1, ended: end }]);
      });

      it('let one pin of a work order hold at a time', async () => {
        await (await store()).recordDirective(pin);
        const again = await (await store()).recordDirective({ ...pin, providerId: providerId(8) });
        expect(again).toMatchObject({ kind: 'standing', directive: { providerId: 7 } });
        expect(await (await store()).recordDirective({ ...pin, workOrderId: workOrderId(1) })).toEqual({
          kind: 'recorded',
        });
        const later = { ...pin, providerId: providerId(8), atMs: NOW_MS + HOUR_MS };
        expect(await (await store()).recordDirective(later)).toEqual({ kind: 'recorded' });
      });

      it('let no claim through while a pause holds, and every one after', async () => {
        await begin(await store());
        await (await store()).recordDecision(aDecision());
        await (await store()).recordDirective({ kind: 'pause', ...terms });
        const { id } = aDecision();
        expect(await (await store()).claimIntent(id, 1, NOW_MS + HOUR_MS - 1)).toBe('paused');
        expect((await (await store()).openIntents())[0]).toMatchObject({ claims: 0, claimedAtMs: null });
        await (await store()).recordDirective({ kind: 'pause', ...terms, untilMs: null });
        expect(await (await store()).claimIntent(id, 1, NOW_MS + HOUR_MS)).toBe('paused');
        await (await store()).endDirectives([2], { atMs: NOW_MS, actor: 'bob', because: 'over' });
        expect(await (await store()).claimIntent(id, 1, NOW_MS + HOUR_MS)).toBe('claimed');
      });
    });

    describe('rule events', () => {
      const other = aRuleSet([{ ...RULE_FILE, hash: NO_SUCH_HASH }]);

      it('are read as they were written, oldest first, each set with the one before', async () => {
        const given = [aTakenSet(), aRefusal(), aTakenSet({ setHash: other.hash, commit: null }), aDemotion()];
        for (const one of given) expect(await (await store()).recordRuleEvent(one)).toBe('recorded');
        const before = [null, null, RULE_SET.hash, null];
        expect(await read((reader) => reader.ruleEvents())).toEqual(
          given.map((one, index) => ({ ...one, id: index + 1, beforeSetHash: before[index] })),
        );
        const state = await (await store()).ruleState();
        expect(state).toMatchObject({ takenSetHash: other.hash, refused: null });
        expect(state.demotions).toMatchObject([{ ruleFileId: RULE_FILE.id, textHash: RULE_FILE.hash, atMs: NOW_MS }]);
        expect(await read((reader) => reader.ruleState())).toEqual(state);
      });

      it('say each state of the files once, whoever looks at it', async () => {
        const say = async (event: RuleEvent) => (await store()).recordRuleEvent({ ...event, atMs: NOW_MS + 9 });
        expect(await (await store()).ruleState()).toEqual({ takenSetHash: null, refused: null, demotions: [] });
        expect(await say(aTakenSet())).toBe('recorded');
        expect(await say(aTakenSet({ commit: null }))).toBe('known');
        expect(await say(aRefusal())).toBe('recorded');
        expect(await say(aRefusal({ setHash: RULE_SET.hash }))).toBe('known');
        expect(await say(aRefusal({ problems: ['another'] }))).toBe('recorded');
        expect(await say(aRefusal({ textHash: NO_SUCH_HASH, problems: ['another'] }))).toBe('recorded');
        expect(await (await store()).ruleState()).toMatchObject({
          takenSetHash: RULE_SET.hash,
          refused: { problems: ['another'] },
        });
        expect(await say(aTakenSet())).toBe('recorded');
        expect(await say(aTakenSet())).toBe('known');
      });

      it('demote a text of a file once and for good', async () => {
        expect(await (await store()).recordRuleEvent(aDemotion())).toBe('recorded');
        expect(await (await store()).recordRuleEvent(aDemotion({ atMs: NOW_MS + 1, setHash: null }))).toBe('known');
        expect(await (await store()).recordRuleEvent(aDemotion({ textHash: NO_SUCH_HASH }))).toBe('recorded');
        expect(await (await store()).recordRuleEvent(aDemotion({ ruleFileId: 'other' }))).toBe('recorded');
        expect((await (await store()).ruleState()).demotions).toHaveLength(3);
      });
    });

    describe('figures of a canary', () => {
      const query = { ruleFileId: RULE_FILE.id, textHash: RULE_FILE.hash, lastActingStage: 1 };
      const none = {
        ...{ workOrders: 0, withoutEligible: 0, assignments: 0, undone: 0, writes: 0, conflicts: 0 },
        ...{ priced: 0, costCents: 0, baseCents: 0 },
      };
      const canary = (orderId: number, given: DecisionGiven = {}) =>
        aDecision({ orderId, mode: 'canary', calls: [assign(orderId)], costs: [30_000], ...given });

      it('are nothing before it has decided, and nothing of another text, file or mode', async () => {
        await begin(await store());
        expect(await (await store()).canaryFigures(query)).toEqual(none);
        await (await store()).recordDecision(canary(1, { mode: 'enforce' }));
        await (await store()).recordDecision(canary(2, { ruleFileHash: NO_SUCH_HASH }));
        await (await store()).recordDecision(canary(3, { ruleFileId: 'other' }));
        expect(await (await store()).canaryFigures(query)).toEqual(none);
      });

      it('count a work order once an episode, what was confirmed, and what stood in the way', async () => {
        await begin(await store());
        const ends = [
          [1, { kind: 'confirmed' }],
          [2, { kind: 'lost_race', reason: { code: 'FM-6003', detail: {} } }],
          [3, { kind: 'refused', reason: { code: 'FM-6005', detail: {} } }],
          // Paused by a person, and not settled: neither says anything of the file.
          [4, { kind: 'refused', reason: { code: 'FM-6021', detail: {} } }],
          [5, { kind: 'unknown' }],
          // Lost on the way, or said by a person to have been: nor do these.
          [6, { kind: 'refused', reason: { code: 'FM-6020', detail: {} } }],
          [7, { kind: 'refused', reason: { code: 'FM-6013', detail: {} } }],
          [8, { kind: 'refused', reason: { code: 'FM-6046', detail: {} } }],
          [9, { kind: 'refused', reason: { code: 'FM-6047', detail: {} } }],
        ] as const;
        for (const [orderId, end] of ends) {
          const decision = canary(orderId);
          await (await store()).recordDecision(decision);
          await (await store()).recordEffect(anEffect(decision.id, end));
          await (await store()).recordDecision(canary(orderId, { seq: 2, calls: [], outcome: 'hold' }));
        }
        const { pay } = aDecision().workOrder;
        const expected = { ...none, workOrders: 9, assignments: 1, writes: 3, conflicts: 2 };
        const priced = { priced: 1, costCents: 30_000, baseCents: pay.maxCents };
        expect(await (await store()).canaryFigures(query)).toEqual({ ...expected, ...priced });
        expect(await read((reader) => reader.canaryFigures(query))).toEqual({ ...expected, ...priced });
      });

      it('count as undone what was un-assigned, decided on anew, or given to somebody else', async () => {
        await begin(await store());
        for (const orderId of [1, 2, 3, 4]) {
          const decision = canary(orderId);
          await (await store()).recordDecision(decision);
          await (await store()).recordEffect(anEffect(decision.id));
        }
        expect(await (await store()).canaryFigures(query)).toMatchObject({ assignments: 4, undone: 0 });
        const byHand = aDecision({
          orderId: 1,
          seq: 2,
          mode: null,
          ruleFileId: null,
          ruleFileHash: null,
          calls: [unassign(1)],
        });
        await (await store()).recordDecision(byHand);
        await (await store()).recordEffect(anEffect(byHand.id));
        await (await store()).recordDecision(aDecision({ orderId: 2, episode: 2, calls: [] }));
        await (await store()).recordObservation({
          kind: 'assigned_by_other',
          workOrderId: workOrderId(3),
          episode: 1,
          decisionId: null,
          providerId: providerId(999),
          atMs: NOW_MS + HOUR_MS,
          detail: null,
        });
        expect(await (await store()).canaryFigures(query)).toMatchObject({ assignments: 4, undone: 3 });
      });

      it('count as without anybody what ends past the last acting stage with nobody eligible', async () => {
        await begin(await store());
        const held = { calls: [], candidates: [], outcome: 'hold', winner: null } as const;
        await (await store()).recordDecision(canary(1, { ...held, given: { ...aFullSlate(1), candidates: [] } }));
        await (await store()).recordDecision(
          canary(2, { ...held, given: { ...aFullSlate(2), candidates: [] }, dueStages: [] }),
        );
        await (await store()).recordDecision(canary(3, { calls: [], outcome: 'hold' }));
        expect(await (await store()).canaryFigures(query)).toMatchObject({ workOrders: 3, withoutEligible: 1 });
        // A bundle, a pin, a project that dispatches itself, or an invitation of a person: no candidate was asked for.
        const others = ['FM-3006', 'FM-3031', 'FM-2010', 'FM-3016', 'FM-3017', 'FM-2003'] as const;
        for (const [index, code] of others.entries()) {
          const orderId = 10 + index;
          const given = { ...aFullSlate(orderId), candidates: [] };
          await (await store()).recordDecision(canary(orderId, { ...held, given, reason: { code, detail: {} } }));
        }
        expect(await (await store()).canaryFigures(query)).toMatchObject({ workOrders: 9, withoutEligible: 1 });
        const later = { ...query, lastActingStage: 2 };
        expect(await (await store()).canaryFigures(later)).toMatchObject({ withoutEligible: 0 });
        const without = { ...query, lastActingStage: null };
        expect(await (await store()).canaryFigures(without)).toMatchObject({ withoutEligible: 0 });
      });
    });

    it('keeps one answer of a person to a tripped run', async () => {
      const yes = { runId: 'run-1', verdict: 'approved', actor: 'ana', because: 'backlog', atMs: NOW_MS } as const;
      expect(await (await store()).recordApproval(yes)).toBe('recorded');
      expect(await (await store()).recordApproval({ ...yes, verdict: 'rejected', actor: 'bob' })).toBe('answered');
      const no = { ...yes, runId: 'run-2', verdict: 'rejected', because: null } as const;
      expect(await (await store()).recordApproval(no)).toBe('recorded');
      expect(await (await store()).approvals()).toEqual([yes, no]);
      expect(await read((reader) => reader.approvals())).toEqual([yes, no]);
    });

    it('keeps one answer of a person to a recommendation, for its work order and episode', async () => {
      const answer = (id: string, given: Partial<DecisionAnswer> = {}): DecisionAnswer => ({
        decisionId: id as DecisionId,
        verdict: 'rejected',
        actor: 'ana',
        because: 'not him',
        atMs: NOW_MS,
        outcome: 'assign',
        winner: providerId(557),
        ...given,
      });
      const [no, yes] = [answer('4047.1.3'), answer('4047.1.5', { verdict: 'approved', because: null, winner: null })];
      const others = [answer('4047.2.1'), answer('40471.1.1'), answer('404.1.1')];
      expect(await (await store()).recordAnswers([no, ...others])).toEqual([]);
      // All or none: one that was answered before leaves the other open.
      expect(await (await store()).recordAnswers([yes, { ...no, verdict: 'approved' }])).toEqual(['4047.1.3']);
      expect((await historyOf()).answers).toEqual([no]);
      await begin(await store());
      await (await store()).recordDecision(aDecision({ seq: 1 }));
      expect(await (await store()).recordAnswers([yes])).toEqual([]);
      const history = async () => (await (await store()).snapshot([ORDER], NOW_MS, NOW_MS)).histories[0];
      expect((await history())?.answers).toEqual([no, yes]);
      await (await store()).recordDecision(aDecision({ episode: 2 }));
      expect((await history())?.answers).toEqual([answer('4047.2.1')]);
      expect(await (await store()).approvals()).toEqual([]);
    });

    it('counts the assignments that were undone: the first decision of every episode but the first', async () => {
      await begin(await store());
      for (const [episode, seq, decidedAtMs] of [
        [1, 1, NOW_MS],
        [2, 1, NOW_MS + 10],
        [2, 2, NOW_MS + 20],
        [3, 1, NOW_MS + 30],
      ] as const)
        await (await store()).recordDecision({ ...aDecision({ seq, episode }), decidedAtMs });
      expect(await (await store()).countUndone(NOW_MS)).toBe(2);
      expect(await read((reader) => reader.countUndone(NOW_MS + 11))).toBe(1);
    });

    describe('claims and effects', () => {
      const first = aDecision({ seq: 1 });
      const second = aDecision({ seq: 2, calls: [unroute(), assign()] });

      beforeEach(async () => {
        await begin(await store());
        await (await store()).recordDecision(first);
        await (await store()).recordDecision(second);
      });

      it('lets one intent of a work order be under way', async () => {
        expect(await (await store()).claimIntent(first.id, 1, NOW_MS)).toBe('claimed');
        expect(await (await store()).claimIntent(second.id, 1, NOW_MS)).toBe('blocked');
        await (await store()).recordDecision(aDecision({ orderId: 4048 }));
        expect(await (await store()).claimIntent('4048.1.1' as DecisionId, 1, NOW_MS)).toBe('claimed');
      });

      it('lets one of two stores claim', async () => {
        const other = await place.open();
        try {
          expect(await other.claimIntent(first.id, 1, NOW_MS)).toBe('claimed');
          expect(await (await store()).claimIntent(second.id, 1, NOW_MS)).toBe('blocked');
        } finally {
          await other.close();
        }
      });

      it.each(['confirmed', 'refused', 'lost_race'] as const)(
        'frees the work order once the intent is %s',
        async (kind) => {
          await (await store()).claimIntent(first.id, 1, NOW_MS);
          await (await store()).recordEffect(anEffect(first.id, { kind }));
          expect(await (await store()).claimIntent(second.id, 1, NOW_MS)).toBe('claimed');
        },
      );

      it('holds the work order while the effect is unknown, and until it is settled', async () => {
        await (await store()).claimIntent(first.id, 1, NOW_MS);
        await (await store()).recordEffect(anEffect(first.id, { kind: 'unknown' }));
        expect(await (await store()).claimIntent(second.id, 1, NOW_MS)).toBe('blocked');
        await (await store()).recordEffect(anEffect(first.id, { n: 2, kind: 'refused' }));
        expect(await (await store()).claimIntent(second.id, 1, NOW_MS)).toBe('claimed');
      });

      it('never lets a settled intent be sent again', async () => {
        await (await store()).claimIntent(first.id, 1, NOW_MS);
        await (await store()).recordEffect(anEffect(first.id, { kind: 'refused' }));
        expect(await (await store()).claimIntent(first.id, 1, NOW_MS)).toBe('blocked');
      });

      it('settles an intent that was refused before it was claimed', async () => {
        await (await store()).recordEffect(anEffect(first.id, { kind: 'refused' }));
        expect((await (await store()).openIntents()).map((open) => open.decisionId)).toEqual([second.id, second.id]);
      });

      it.each(['confirmed', 'refused', 'lost_race'] as const)('lets nothing follow a %s effect', async (kind) => {
        await (await store()).recordEffect(anEffect(first.id, { kind }));
        await expect((await store()).recordEffect(anEffect(first.id, { n: 2 }))).rejects.toThrow(LedgerFailure);
        const recorded = await read((reader) => reader.decision(first.id));
        expect(recorded?.intents).toMatchObject([{ effects: [{ n: 1, kind }] }]);
      });

      it('takes effects in their order only', async () => {
        await expect((await store()).recordEffect(anEffect(first.id, { n: 2 }))).rejects.toThrow(LedgerFailure);
        await (await store()).recordEffect(anEffect(first.id, { kind: 'unknown' }));
        await expect((await store()).recordEffect(anEffect(first.id, { n: 1 }))).rejects.toThrow(LedgerFailure);
      });

      it('shows what is open, in the order it was decided, with claims and last effect', async () => {
        await (await store()).claimIntent(first.id, 1, NOW_MS + 1);
        await (await store()).recordEffect(
          anEffect(first.id, { kind: 'unknown', reason: { code: 'FM-6004', detail: {} } }),
        );
        await (await store()).claimIntent(first.id, 1, NOW_MS + 7);
        await (await store()).recordDecision(aDecision({ orderId: 1, outcome: 'hold', calls: [] }));
        const common = { workOrderId: ORDER, episode: 1, ruleFileId: 'default' };
        const untouched = { ...common, decisionId: second.id, claimedAtMs: null, claims: 0, lastEffect: null };
        expect(await (await store()).openIntents()).toEqual([
          {
            ...common,
            decisionId: first.id,
            intent: first.intents[0],
            claimedAtMs: NOW_MS + 7,
            claims: 2,
            lastEffect: { n: 1, reason: 'FM-6004', atMs: NOW_MS + 2_000 },
          },
          { ...untouched, intent: second.intents[0] },
          { ...untouched, intent: second.intents[1] },
        ]);
      });

      it('shows effects beside their intents, and when they were claimed for sending', async () => {
        await (await store()).claimIntent(first.id, 1, NOW_MS + 1_000);
        await (await store()).recordEffect(anEffect(first.id, { kind: 'unknown' }));
        await (await store()).claimIntent(first.id, 1, NOW_MS + 2_500);
        await (await store()).recordEffect(anEffect(first.id, { n: 2, atMs: NOW_MS + 3_000 }));
        const recorded = await read((reader) => reader.decision(first.id));
        const reason = { code: 'FM-6001', detail: { what: 'assigned' } };
        expect(recorded?.intents).toEqual([
          {
            ...first.intents[0],
            claimedAtMs: [NOW_MS + 1_000, NOW_MS + 2_500],
            effects: [
              { n: 1, kind: 'unknown', reason, atMs: NOW_MS + 2_000 },
              { n: 2, kind: 'confirmed', reason, atMs: NOW_MS + 3_000 },
            ],
          },
        ]);
      });
    });

    describe('directory', () => {
      const rating = { ...aVerdict(), observedAtMs: NOW_MS };

      it('gives back what was saved, by provider id', async () => {
        const entries = [
          aDirectoryEntry({ providerId: 601, flags: null }),
          aDirectoryEntry({ verdicts: [rating], profile: aProfile() }),
        ];
        await (await store()).saveDirectory(entries);
        expect(await (await store()).readDirectory()).toEqual(entries.toReversed());
      });

      it('keeps the newer of each part and the earliest sight, in whatever order they come', async () => {
        const cancels = { ...rating, name: 'Provider cancel rate' };
        const older = aDirectoryEntry({
          firstSeenMs: NOW_MS - 9,
          lastSeenMs: NOW_MS - 5,
          verdicts: [{ ...rating, isMatch: false, observedAtMs: NOW_MS - 5 }, cancels],
          profile: aProfile({ observedAtMs: NOW_MS, ratingHundredths: 480 }),
        });
        const newer = aDirectoryEntry({
          firstSeenMs: NOW_MS - 3,
          lastSeenMs: NOW_MS,
          flags: {
            observedAtMs: NOW_MS,
            isW2: true,
            isMarketplace: false,
            isManaged: true,
            isRoutable: false,
            hasWorkedWithUs: true,
          },
          verdicts: [rating],
          profile: aProfile({ observedAtMs: NOW_MS - 7, ratingHundredths: 100 }),
        });
        const merged = {
          ...newer,
          firstSeenMs: NOW_MS - 9,
          verdicts: expect.arrayContaining([rating, cancels]),
          profile: older.profile,
        };
        await (await store()).saveDirectory([older]);
        await (await store()).saveDirectory([newer]);
        expect(await (await store()).readDirectory()).toEqual([merged]);
        await (await store()).saveDirectory([older]);
        expect(await (await store()).readDirectory()).toEqual([merged]);
      });

      it('keeps pools by age, and imported values each by its own', async () => {
        const said = <Value>(value: Value, observedAtMs: number) => ({ value, observedAtMs });
        const pools = { observedAtMs: NOW_MS, ids: [9921], isWhole: true };
        const first = { isBlocked: said(true, NOW_MS - 2), cancelRateBasisPoints: said(250, NOW_MS) };
        const second = { ratingCount: said(3, NOW_MS - 1), cancelRateBasisPoints: said(900, NOW_MS - 1) };
        await (await store()).saveDirectory([aDirectoryEntry({ pools, imported: first })]);
        await (await store()).saveDirectory([
          aDirectoryEntry({ pools: { ...pools, observedAtMs: NOW_MS - 1, ids: [] }, imported: second }),
        ]);
        const imported = { ...first, ratingCount: second.ratingCount };
        expect(await (await store()).readDirectory()).toEqual([aDirectoryEntry({ pools, imported })]);
      });

      it('loses nothing to an entry that knows less', async () => {
        const full = aDirectoryEntry({ verdicts: [rating], profile: aProfile() });
        await (await store()).saveDirectory([full]);
        await (await store()).saveDirectory([aDirectoryEntry({ flags: null })]);
        expect(await (await store()).readDirectory()).toEqual([full]);
      });
    });

    describe('chain', () => {
      it('has no head while the ledger is empty, then a new one with every row', async () => {
        const heads = [await read((reader) => reader.chainHead())];
        const decision = aDecision();
        const steps: readonly ((to: DecisionStore) => Promise<unknown>)[] = [
          (to) => to.recordRuleSet(RULE_SET, NOW_MS),
          (to) => to.openRun(aRun()),
          (to) => to.recordDecision(decision),
          (to) => to.claimIntent(decision.id, 1, NOW_MS),
          (to) => to.recordEffect(anEffect(decision.id)),
          (to) => to.closeRun(aRunEnd()),
          (to) => to.recordRuleEvent(aTakenSet()),
        ];
        for (const step of steps) {
          await step(await store());
          heads.push(await read((reader) => reader.chainHead()));
        }
        expect(heads[0]).toBeNull();
        expect(new Set(heads).size).toBe(steps.length + 1);
      });
    });
  });
}
