import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EffectKind } from '../../src/domain/decision.ts';
import { type DecisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { DecisionStore, WorkOrderHistory } from '../../src/engine/ports.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';
import type { LedgerPlace } from './decision-store.ts';
import {
  acceptCounter,
  aDecision,
  aFullSlate,
  anEffect,
  assign,
  begin,
  massRoute,
  route,
  routePool,
  unassign,
  unroute,
} from './ledger-rows.ts';

const ORDER = workOrderId(4047);
const DAY_MS = 24 * HOUR_MS;
const WEEK_AGO_MS = NOW_MS - 8 * DAY_MS;

/** `claimed` and `never sent` leave an intent without effect. */
type Fate = EffectKind | 'claimed' | 'never sent';

/** What every `DecisionStore` says of commitments, money and observations, whatever the platform's lists show. */
export function describeCommitments(name: string, makePlace: () => Promise<LedgerPlace>): void {
  describe(name, () => {
    let place: LedgerPlace;
    let store: DecisionStore;

    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
      await begin(store);
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    /** Records a decision and lets each of its calls meet its fate, claimed and settled at one moment. */
    async function act(
      given: NonNullable<Parameters<typeof aDecision>[0]>,
      fates: readonly Fate[] = ['confirmed'],
      atMs = NOW_MS,
    ): Promise<DecisionId> {
      const decision = aDecision(given);
      expect(await store.recordDecision(decision)).toBe('recorded');
      for (const [index, fate] of fates.entries()) {
        if (fate === 'never sent') continue;
        expect(await store.claimIntent(decision.id, index + 1, atMs)).toBe('claimed');
        if (fate === 'claimed') continue;
        await store.recordEffect(anEffect(decision.id, { intentN: index + 1, kind: fate, atMs }));
      }
      return decision.id;
    }

    async function observe(given: Partial<Observation> & Pick<Observation, 'kind'>): Promise<'recorded' | 'known'> {
      const plain = { workOrderId: ORDER, episode: 1, atMs: NOW_MS, detail: { list: 'assigned' } };
      return store.recordObservation({ decisionId: null, providerId: null, ...plain, ...given } as Observation);
    }

    async function history(): Promise<WorkOrderHistory | undefined> {
      return (await store.snapshot([ORDER], NOW_MS, NOW_MS)).histories[0];
    }

    async function bound(sinceMs = WEEK_AGO_MS): Promise<readonly string[]> {
      const { commitments } = await store.snapshot([], NOW_MS, sinceMs);
      return commitments.map((one) => `${one.kind} ${one.providerId} on ${one.workOrderId}`);
    }

    async function committed(dayStartMs = NOW_MS - HOUR_MS) {
      const { committedTodayCents, committedTodayByRuleFile } = await store.snapshot([], dayStartMs, WEEK_AGO_MS);
      return [committedTodayCents, committedTodayByRuleFile];
    }

    describe('commitments', () => {
      it.each([
        ['assign', assign()],
        ['accept_counter', acceptCounter()],
      ])('name a confirmed %s with the times of its work order as decided on', async (_, call) => {
        const slate = aFullSlate();
        const startMs = NOW_MS + 30 * HOUR_MS;
        const schedule = {
          ...slate.workOrder.schedule,
          startMs,
          endMs: null,
          estimatedMinutes: 180,
          localDate: '2026-11-25',
        };
        const given = { ...slate, workOrder: { ...slate.workOrder, schedule } };
        const decisionId = await act({ given, calls: [call] });
        expect((await store.snapshot([], NOW_MS, WEEK_AGO_MS)).commitments).toEqual([
          {
            kind: 'assigned',
            workOrderId: 4047,
            providerId: 557,
            startMs,
            endMs: startMs + 3 * HOUR_MS,
            localDate: '2026-11-25',
            decisionId,
            atMs: NOW_MS,
          },
        ]);
      });

      it('say so when the work order has no known time', async () => {
        const slate = aFullSlate();
        const schedule = { ...slate.workOrder.schedule, startMs: null, endMs: null, localDate: null };
        await act({ given: { ...slate, workOrder: { ...slate.workOrder, schedule } } });
        expect((await store.snapshot([], NOW_MS, WEEK_AGO_MS)).commitments).toMatchObject([
          { startMs: null, endMs: null, localDate: null },
        ]);
      });

      it('name every provider of a confirmed route, by provider and then work order', async () => {
        await act({ orderId: 2, calls: [massRoute(2, [601, 733])] });
        await act({ orderId: 1, calls: [route(1, 733)] });
        expect(await bound()).toEqual(['routed 601 on 2', 'routed 733 on 1', 'routed 733 on 2']);
      });

      it.each(['refused', 'lost_race', 'never sent'] as const)('leave out what was %s', async (fate) => {
        await act({ orderId: 1 }, [fate]);
        await act({ orderId: 2, calls: [route(2)] }, [fate]);
        expect(await bound()).toEqual([]);
      });

      it.each(['claimed', 'unknown'] as const)('count what is %s as done, however old it is', async (fate) => {
        await act({ orderId: 1 }, [fate], WEEK_AGO_MS - DAY_MS);
        await act({ orderId: 2, calls: [massRoute(2, [601, 733])] }, [fate], WEEK_AGO_MS - DAY_MS);
        expect(await bound()).toEqual(['assigned 557 on 1', 'routed 601 on 2', 'routed 733 on 2']);
      });

      it('leave out what was settled before the time asked for', async () => {
        await act({ orderId: 1 }, ['confirmed'], WEEK_AGO_MS - 1);
        await act({ orderId: 2, calls: [assign(2, 601)] }, ['confirmed'], WEEK_AGO_MS);
        expect(await bound()).toEqual(['assigned 601 on 2']);
      });

      it('end with a confirmed un-route of their provider alone', async () => {
        await act({ seq: 1, calls: [massRoute(4047, [601, 733])] });
        await act({ seq: 2, calls: [unroute(4047, 733)] }, ['refused']);
        await act({ seq: 3, calls: [unroute(4047, 601)] });
        expect(await bound()).toEqual(['routed 733 on 4047']);
        await act({ seq: 4, calls: [unroute(4047, 733)] }, ['unknown']);
        expect(await bound()).toEqual(['routed 733 on 4047']);
      });

      it('stand again when the provider is invited anew, also within one decision', async () => {
        await act({ seq: 1, calls: [route()] });
        await act({ seq: 2, calls: [unroute(), route()] }, ['confirmed', 'confirmed']);
        expect(await bound()).toEqual(['routed 733 on 4047']);
      });

      it('of the other invited end with the assignment of the work order', async () => {
        await act({ orderId: 4048, calls: [route(4048, 601)] });
        await act({ seq: 1, calls: [massRoute(4047, [557, 601, 733])] });
        await act({ seq: 2, calls: [assign()] }, ['unknown']);
        expect(await bound()).toEqual([
          'assigned 557 on 4047',
          'routed 601 on 4047',
          'routed 601 on 4048',
          'routed 733 on 4047',
        ]);
        await store.recordEffect(anEffect('4047.1.2' as DecisionId, { n: 2 }));
        expect(await bound()).toEqual(['assigned 557 on 4047', 'routed 601 on 4048']);
      });

      it('end with a confirmed un-assign, and begin anew in the next episode', async () => {
        await act({ seq: 1 });
        await act({ seq: 2, calls: [unassign()] }, ['unknown']);
        expect(await bound()).toEqual(['assigned 557 on 4047']);
        await store.recordEffect(anEffect('4047.1.2' as DecisionId, { n: 2 }));
        expect(await bound()).toEqual([]);
        await act({ episode: 2, calls: [assign(4047, 601)] });
        expect(await bound()).toEqual(['assigned 601 on 4047']);
      });

      it('end when the engine has opened a newer episode, but for what is not settled', async () => {
        await act({ orderId: 1 });
        await act({ orderId: 1, episode: 2, outcome: 'hold', calls: [] }, []);
        await act({ orderId: 2 }, ['unknown']);
        await act({ orderId: 2, episode: 2, outcome: 'hold', calls: [] }, []);
        expect(await bound()).toEqual(['assigned 557 on 2']);
      });

      it.each([
        ['assigned_by_other', 999],
        ['unassigned', null],
      ] as const)('end when %s is observed, but for what is not settled', async (kind, provider) => {
        await act({ seq: 1, calls: [massRoute(4047, [601, 733])] }, ['confirmed'], NOW_MS - 2);
        await observe({ kind, atMs: NOW_MS - 1, providerId: provider === null ? null : providerId(provider) });
        expect(await bound()).toEqual([]);
        await act({ orderId: 1 }, ['claimed'], NOW_MS - 2);
        await observe({ kind, workOrderId: workOrderId(1), atMs: NOW_MS - 1 });
        expect(await bound()).toEqual(['assigned 557 on 1']);
      });

      it('that came after an observation stand', async () => {
        await act({ seq: 1, calls: [route(4047, 601)] }, ['confirmed'], NOW_MS - 2);
        await observe({ kind: 'assigned_by_other', atMs: NOW_MS - 1 });
        await act({ seq: 2, calls: [route(4047, 733)] });
        expect(await bound()).toEqual(['routed 733 on 4047']);
      });
    });

    describe('an accepted route', () => {
      const accepted = { kind: 'route_accepted', providerId: providerId(733) } as const;

      it('is an assignment of ours from when it was seen, and ends the other invitations', async () => {
        const decisionId = await act({ calls: [massRoute(4047, [601, 733])] }, ['confirmed'], WEEK_AGO_MS - DAY_MS);
        expect(await bound()).toEqual([]);
        expect(await observe({ ...accepted, decisionId })).toBe('recorded');
        expect(await history()).toMatchObject({
          episode: 1,
          assigned: { decisionId, providerId: 733, confirmedAtMs: NOW_MS },
        });
        const { commitments } = await store.snapshot([], NOW_MS, WEEK_AGO_MS);
        expect(commitments).toMatchObject([{ kind: 'assigned', providerId: 733, decisionId, atMs: NOW_MS }]);
        expect(commitments).toHaveLength(1);
      });

      it('binds a member of a talent pool whom we did not know', async () => {
        const decisionId = await act({ calls: [routePool()] });
        expect(await bound()).toEqual([]);
        await observe({ ...accepted, decisionId });
        expect(await bound()).toEqual(['assigned 733 on 4047']);
      });

      it('counts although we had taken the route for withdrawn', async () => {
        const decisionId = await act({ seq: 1, calls: [route()] }, ['confirmed'], NOW_MS - 2);
        await act({ seq: 2, calls: [unroute()] }, ['confirmed'], NOW_MS - 1);
        await observe({ ...accepted, decisionId });
        expect(await bound()).toEqual(['assigned 733 on 4047']);
      });

      it('ends with our un-assign, also at the same moment, and opens the next episode', async () => {
        const decisionId = await act({ seq: 1, calls: [route()] });
        await observe({ ...accepted, decisionId });
        await act({ seq: 2, calls: [unassign(4047, 733)] });
        expect(await bound()).toEqual([]);
        expect(await history()).toMatchObject({ episode: 2, nextSeq: 1, assigned: null });
      });

      it('gives way to a later assignment of the same episode', async () => {
        const decisionId = await act({ seq: 1, calls: [route()] }, ['confirmed'], NOW_MS - 2);
        await observe({ ...accepted, decisionId, atMs: NOW_MS - 1 });
        await act({ seq: 2, calls: [assign(4047, 601)] });
        expect(await history()).toMatchObject({ assigned: { providerId: 601 } });
        expect(await bound()).toEqual(['assigned 601 on 4047']);
      });

      it('costs what its own route would, not what a dearer one to somebody else would have', async () => {
        await act({ seq: 1, calls: [route(4047, 601)], costs: [90_000] });
        const decisionId = await act({ seq: 2, calls: [route()], costs: [40_000] });
        expect(await committed()).toEqual([90_000, { default: 90_000 }]);
        await observe({ ...accepted, decisionId });
        expect(await committed()).toEqual([40_000, { default: 40_000 }]);
      });

      it('belongs to its episode', async () => {
        const decisionId = await act({ calls: [route()] });
        await observe({ ...accepted, decisionId });
        await act({ episode: 2, outcome: 'hold', calls: [] }, []);
        expect(await history()).toMatchObject({ episode: 2, assigned: null });
        expect(await bound()).toEqual([]);
      });
    });

    describe('observations', () => {
      it('are recorded once for a kind, work order, episode and provider', async () => {
        await act({});
        const first = { kind: 'assigned_by_other', providerId: providerId(601) } as const;
        const nobody = { kind: 'assigned_by_other', providerId: null } as const;
        const others = [
          { ...first, providerId: providerId(602) },
          { ...first, episode: 2 },
          { ...first, workOrderId: workOrderId(4048) },
          { ...first, kind: 'unassigned' } as const,
        ];
        for (const one of [first, nobody, ...others]) expect(await observe(one)).toBe('recorded');
        const reader = await place.openReader();
        const head = await reader.chainHead();
        for (const one of [first, nobody, ...others])
          expect(await observe({ ...one, atMs: NOW_MS + 1, detail: null })).toBe('known');
        expect(await reader.chainHead()).toBe(head);
        await reader.close();
      });

      it('keep a detail of null', async () => {
        expect(await observe({ kind: 'unassigned', detail: null })).toBe('recorded');
      });

      it('name a decision of their own work order and episode', async () => {
        await act({});
        const decisionId = '4047.1.1' as DecisionId;
        const wrong: readonly Partial<Observation>[] = [
          { decisionId: '4047.1.9' as DecisionId },
          { decisionId, episode: 2 },
          { decisionId, workOrderId: workOrderId(4048) },
        ];
        for (const one of wrong)
          await expect(observe({ kind: 'unassigned', ...one } as Observation)).rejects.toThrow(/no decision/);
        expect(await observe({ kind: 'unassigned', decisionId })).toBe('recorded');
      });

      it('of nobody assigned any more open the next episode', async () => {
        const decisionId = await act({});
        await observe({ kind: 'unassigned', decisionId });
        expect(await history()).toMatchObject({ episode: 2, nextSeq: 1, last: {}, lastLive: null, assigned: null });
        await act({ episode: 2, outcome: 'wait', calls: [] }, []);
        expect(await history()).toMatchObject({ episode: 2, nextSeq: 2 });
      });

      it('of somebody else assigned leave the episode as it is', async () => {
        await act({});
        await observe({ kind: 'assigned_by_other', providerId: providerId(999) });
        expect(await history()).toMatchObject({ episode: 1, nextSeq: 2, assigned: { providerId: 557 } });
      });
    });

    describe('cancellations', () => {
      async function left(sinceMs = 0): Promise<readonly string[]> {
        const found = await store.readCancellations(sinceMs);
        return found.map((one) => `${one.providerId} left ${one.workOrderId}`);
      }
      const nextEpisode = (orderId = 4047, episode = 2) => act({ orderId, episode, outcome: 'wait', calls: [] }, []);

      it.each([
        ['assign', assign()],
        ['accept_counter', acceptCounter()],
      ])('are confirmed %s calls whose episode is over without us', async (_, call) => {
        await act({ calls: [call] }, ['confirmed'], NOW_MS - 5);
        expect(await left()).toEqual([]);
        await nextEpisode();
        const expected = [{ workOrderId: ORDER, providerId: 557, assignedAtMs: NOW_MS - 5 }];
        expect(await store.readCancellations(NOW_MS - 5)).toEqual(expected);
        expect(await left(NOW_MS - 4)).toEqual([]);
        const reader = await place.openReader();
        expect(await reader.readCancellations(0)).toEqual(expected);
        await reader.close();
      });

      it('are accepted invitations as well, by those who accepted', async () => {
        const decisionId = await act({ calls: [massRoute(4047, [601, 733])] });
        await observe({ kind: 'route_accepted', providerId: providerId(733), decisionId });
        await nextEpisode();
        expect(await left()).toEqual(['733 left 4047']);
      });

      it('are known as soon as it was seen that nobody is assigned', async () => {
        const decisionId = await act({});
        await observe({ kind: 'unassigned', decisionId });
        expect(await left()).toEqual(['557 left 4047']);
      });

      it('count once for every episode, oldest first', async () => {
        await act({ orderId: 2, calls: [assign(2, 601)] }, ['confirmed'], NOW_MS - 2);
        await act({ orderId: 1, calls: [assign(1, 601)] }, ['confirmed'], NOW_MS - 3);
        await act({ orderId: 1, episode: 2, calls: [assign(1, 601)] }, ['confirmed'], NOW_MS - 1);
        await nextEpisode(1, 3);
        await nextEpisode(2);
        expect(await left()).toEqual(['601 left 1', '601 left 2', '601 left 1']);
      });

      it.each(['refused', 'lost_race', 'unknown', 'never sent'] as const)(
        'are not assignments that were %s',
        async (fate) => {
          await act({}, [fate]);
          await nextEpisode();
          expect(await left()).toEqual([]);
        },
      );

      it.each(['confirmed', 'unknown', 'claimed'] as const)(
        'are not what an un-assign of ours ended, %s',
        async (fate) => {
          await act({ seq: 1 });
          await act({ seq: 2, calls: [unassign()] }, [fate]);
          await nextEpisode();
          expect(await left()).toEqual([]);
        },
      );

      it.each(['refused', 'lost_race'] as const)(
        'are what an un-assign of ours came too late for: %s',
        async (fate) => {
          await act({ seq: 1 });
          await act({ seq: 2, calls: [unassign()] }, [fate]);
          await nextEpisode();
          expect(await left()).toEqual(['557 left 4047']);
        },
      );

      it('are of whoever had the work order last', async () => {
        const decisionId = await act({ seq: 1, calls: [route()] }, ['confirmed'], NOW_MS - 3);
        await observe({ kind: 'route_accepted', providerId: providerId(733), decisionId, atMs: NOW_MS - 2 });
        await act({ seq: 2, calls: [assign(4047, 601)] }, ['confirmed'], NOW_MS - 1);
        await nextEpisode();
        expect(await left()).toEqual(['601 left 4047']);
      });

      it('are not of those whom somebody else replaced', async () => {
        await act({}, ['confirmed'], NOW_MS - 1);
        await observe({ kind: 'assigned_by_other', providerId: providerId(999) });
        await nextEpisode();
        expect(await left()).toEqual([]);
      });
    });

    describe('money of invitations', () => {
      it('counts a work order once, with the dearest that may be accepted, under its rule file', async () => {
        await act({ orderId: 1, seq: 1, calls: [route(1, 601)], costs: [30_000] });
        await act({ orderId: 1, seq: 2, calls: [massRoute(1, [733, 902])], costs: [42_000], ruleFileId: 'atm' });
        await act({ orderId: 2, calls: [routePool(2)], costs: [10_000] }, ['unknown']);
        await act({ orderId: 3, calls: [route(3)], costs: [5_000], ruleFileId: null, ruleFileHash: null }, ['claimed']);
        expect(await committed()).toEqual([57_000, { atm: 42_000, default: 10_000 }]);
        // What a person did by hand is nobody's limit but the configuration's.
        const { committedTodayFileOf } = await store.snapshot([], NOW_MS - HOUR_MS, WEEK_AGO_MS);
        expect(committedTodayFileOf).toEqual({ 1: 'atm', 2: 'default' });
      });

      it('counts under the rule file what a person has invited to as well', async () => {
        await act({ orderId: 1, seq: 1, calls: [route(1)], costs: [18_000], ruleFileId: null, ruleFileHash: null });
        await act({ orderId: 1, seq: 2, calls: [massRoute(1, [733, 902])], costs: [18_000] });
        expect(await committed()).toEqual([18_000, { default: 18_000 }]);
      });

      it.each(['refused', 'lost_race', 'never sent'] as const)('leaves out routes that were %s', async (fate) => {
        await act({ calls: [route()] }, [fate]);
        expect(await committed()).toEqual([0, {}]);
      });

      it('counts a mass-route until the last of its routes is withdrawn', async () => {
        await act({ seq: 1, calls: [massRoute(4047, [601, 733])] });
        await act({ seq: 2, calls: [unroute(4047, 601)] });
        expect(await committed()).toEqual([25_000, { default: 25_000 }]);
        await act({ seq: 3, calls: [unroute(4047, 733)] }, ['unknown']);
        expect(await committed()).toEqual([25_000, { default: 25_000 }]);
        await store.recordEffect(anEffect('4047.1.3' as DecisionId, { n: 2 }));
        expect(await committed()).toEqual([0, {}]);
      });

      it('remains with the file whose route was taken, when a person by hand finds the provider assigned', async () => {
        await act({ seq: 1, calls: [route(4047, 557)], costs: [30_000], ruleFileId: 'atm' });
        const byHand = aDecision({ seq: 2, calls: [assign()], costs: [25_000], ruleFileId: null, ruleFileHash: null });
        expect(await store.recordDecision(byHand)).toBe('recorded');
        await store.recordEffect(anEffect(byHand.id));
        expect(await committed()).toEqual([30_000, { atm: 30_000 }]);
        expect(await bound()).toEqual(['assigned 557 on 4047']);
      });

      it('leaves only the assignment once it is confirmed; until then the dearer of both counts', async () => {
        await act({ seq: 1, calls: [route()], costs: [60_000] });
        await act({ seq: 2, calls: [assign()], costs: [25_000] }, ['unknown']);
        expect(await committed()).toEqual([60_000, { default: 60_000 }]);
        await store.recordEffect(anEffect('4047.1.2' as DecisionId, { n: 2 }));
        expect(await committed()).toEqual([25_000, { default: 25_000 }]);
      });

      it('of an ended episode counts no more, that of the new one does', async () => {
        await act({ seq: 1, calls: [assign()], costs: [70_000] });
        await act({ seq: 2, calls: [unassign()] });
        expect(await committed()).toEqual([0, {}]);
        await act({ episode: 2, calls: [route()], costs: [31_000] });
        expect(await committed()).toEqual([31_000, { default: 31_000 }]);
      });

      it('belongs to the day it was last sent, or was found done without being sent', async () => {
        await act({ orderId: 1, calls: [route(1)] }, ['confirmed'], NOW_MS - DAY_MS);
        await act({ orderId: 2 }, ['never sent']);
        await store.recordEffect(anEffect('2.1.1' as DecisionId, { atMs: NOW_MS }));
        expect(await committed(NOW_MS)).toEqual([25_000, { default: 25_000 }]);
        expect(await committed(NOW_MS - DAY_MS)).toEqual([50_000, { default: 50_000 }]);
        expect(await committed(NOW_MS + 1)).toEqual([0, {}]);
      });
    });
  });
}
