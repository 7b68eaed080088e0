import { afterEach, expect, it } from 'vitest';
import { workOrderId } from '../../src/domain/ids.ts';
import { NOW_MS } from '../support/builders.ts';
import { closeSmallLedgers, plant, smallLedger } from '../support/small-ledger.ts';

afterEach(closeSmallLedgers);

const EVERYTHING = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: true } as const;

it('writes a described ledger through the store, so that its chain holds and its readers agree', async () => {
  const { reader } = await smallLedger({
    rules: { atm: { guardrails: { pay: { max_daily_total_usd: 1000 } } }, spare: { mode: 'shadow' } },
    decisions: [
      { order: 11, winner: 557, at: '2026-11-23T09:00Z', runnerUp: 558 },
      { order: 12, rule: null, mode: null, outcome: 'route', winner: 601, at: '2026-11-23T09:00Z' },
      { order: 12, rule: 'spare', outcome: 'wait', candidates: [{ provider: 733, verdicts: { rating: 'no_match' } }] },
      {
        order: 14,
        winner: 9,
        intents: [{ effects: ['unknown', 'refused'] }],
        candidates: [{ provider: 9, facts: { 'provider.rating': 490 } }],
      },
    ],
    observations: [{ kind: 'route_accepted', order: 12, provider: 601, decision: '12.1.1' }],
    directives: [
      { kind: 'pin', order: 15, provider: 4, at: NOW_MS + 3_000_000 },
      { kind: 'exclusion', provider: 3, at: '2026-11-23T08:00Z', ended: { at: '2026-11-23T08:30Z' } },
    ],
  });
  expect((await reader.verifyChain()).kind).toBe('intact');
  const decisions = await reader.decisions(EVERYTHING);
  expect(
    decisions.map(({ id, mode, intents }) => [
      id,
      mode,
      ...intents.flatMap(({ effects }) => effects.map(({ kind }) => kind)),
    ]),
  ).toEqual([
    ['11.1.1', 'enforce', 'confirmed'],
    ['12.1.1', null, 'confirmed'],
    ['12.1.2', 'shadow'],
    ['14.1.1', 'enforce', 'unknown', 'refused'],
  ]);
  expect(decisions[2]?.candidates).toMatchObject([
    { providerId: 733, isEligible: false, rank: null, pointsMilli: 0, blockedBy: [{ code: 'FM-5001' }] },
  ]);
  expect(decisions[3]?.candidates[0]?.criteria[0]?.evidence[0]?.value).toBe(490);
  expect(await reader.directives()).toMatchObject([{ kind: 'exclusion', ended: { because: 'over' } }, { kind: 'pin' }]);
  expect((await reader.snapshot([workOrderId(12)], NOW_MS - 8 * 3_600_000, 0)).committedTodayCents).toBe(50_000);
});

it('refuses what the store refuses, unless it is planted', async () => {
  await expect(
    smallLedger({
      decisions: [
        { order: 11, seq: 1 },
        { order: 11, seq: 1 },
      ],
    }),
  ).rejects.toThrow('collision');
  const ledger = await smallLedger({ decisions: [{ order: 11, winner: 557 }] });
  plant(ledger, 'UPDATE decision SET winner_id = 558');
  expect((await ledger.reader.decisions(EVERYTHING))[0]?.winner).toBe(558);
});
