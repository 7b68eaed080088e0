import { describe, expect, it } from 'vitest';
import { countAssigned7Days, indexBookings, isTooClose } from '../../src/decide/bookings.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import type { Guardrails } from '../../src/domain/rule-file.ts';
import type { ScoredCandidate } from '../../src/domain/scored-slate.ts';
import { aCommitment, aCounter, aRequest, aWorkOrder, HOUR_MS, knownFacts, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  aRequestOf,
  aResult,
  aRoutedOf,
  assignCall,
  assignStage,
  codesOf,
  decideOne,
  guardrails,
  MISSED,
  massRouteCall,
  rankedOf,
  routeCall,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

type Around = Parameters<typeof decideOne>[0];

function blocksOf(candidate: ScoredCandidate, given: Around = {}, input: Parameters<typeof decideOne>[1] = {}) {
  return rankedOf(decideOne({ ...given, candidates: [candidate] }, input), candidate.candidate.providerId).blockedBy;
}

function withGuardrails(given: Parameters<typeof guardrails>[0]): Around {
  return { file: aFile([assignStage()], { guardrails: guardrails(given) }) };
}

describe('the gate', () => {
  it('names every required criterion that is missed or unknown, and no other', () => {
    const criteria = [
      MISSED,
      aResult({ label: 'Drug test', verdict: 'unknown' }),
      aResult({ label: 'Background check', verdict: 'no_match', isRequired: false }),
      aResult({ label: 'Distance', verdict: 'no_match', applies: false }),
      aResult({ label: 'Cancel rate' }),
    ];
    expect(blocksOf(aRequestOf(1, 500, { criteria })).map(sentenceOf)).toEqual([
      'Misses required: Provider rating.',
      'Not known, and required: Drug test.',
    ]);
  });

  it('stops everything when scoring contradicts itself, for that is a bug', () => {
    const sound = aRequestOf(557, 500);
    const broken = { ...sound, criteria: sound.criteria, isMatch: false };
    expect(() => decideOne({ candidates: [broken] })).toThrow('contradict each other: provider 557');
  });
});

describe('a request', () => {
  it('must be active, in time, and assignable; all that is wrong is said', () => {
    const request = aRequest({ isActive: false, isExpired: true });
    expect(blocksOf(aRequestOf(1, 100, { request, actions: ['message'] })).map(({ code }) => code)).toEqual([
      'FM-5003',
      'FM-5004',
      'FM-5005',
    ]);
    expect(codesOf(decideOne({ candidates: [aRequestOf(1, 100, { request: null })] }), 1)).toEqual(['FM-5003']);
  });

  it('expires at its time, whatever the platform’s flags say, and never when it has none', () => {
    const expiring = (expiresMs: number | null) => aRequestOf(1, 100, { request: aRequest({ expiresMs }) });
    expect(blocksOf(expiring(NOW_MS + 1))).toEqual([]);
    expect(blocksOf(expiring(NOW_MS))).toEqual([{ code: 'FM-5004', detail: {} }]);
    expect(blocksOf(expiring(null))).toEqual([]);
  });

  it('is not tried again after the platform refused it in this episode', () => {
    const refusal = (atMs: number, n: number) =>
      anAttempt(assignCall(1), {
        decisionId: decisionId(workOrderId(4047), 1, n),
        effect: { kind: 'refused', reason: 'FM-6002', atMs },
      });
    const candidate = aRequestOf(1);
    const blocks = blocksOf(candidate, { attempts: [refusal(9, 3), refusal(5, 4)] });
    expect(blocks.map(sentenceOf)).toEqual([
      'The platform refused this provider for this work order (assign, decision 4047.1.3).',
    ]);
    const drawn = [refusal(9, 3), refusal(9, 4), refusal(9, 4)];
    expect(blocksOf(candidate, { attempts: drawn })).toEqual(blocksOf(candidate, { attempts: drawn.toReversed() }));
    expect(blocksOf(aRequestOf(2), { attempts: [refusal(9, 3)] })).toEqual([]);
  });

  it('gives its turn to the next best once our guard has refused it twice for the same reason', () => {
    const guarded = (reason: 'FM-6005' | 'FM-6006' | 'FM-6007' | 'FM-6008', call = assignCall(1)) =>
      anAttempt(call, { effect: { kind: 'refused', reason } });
    const candidates = [aRequestOf(1, 300), aRequestOf(2)];
    for (const code of ['FM-6005', 'FM-6006', 'FM-6007', 'FM-6008'] as const) {
      const twice = decideOne({ candidates, attempts: [guarded(code), guarded(code)] });
      expect(rankedOf(twice, 1).blockedBy).toEqual([{ code: 'FM-5018', detail: { code } }]);
      expect(twice.winner).toBe(2);
      expect(decideOne({ candidates, attempts: [guarded(code)] }).winner).toBe(1);
    }
    expect(decideOne({ candidates, attempts: [guarded('FM-6005'), guarded('FM-6006')] }).winner).toBe(1);
    expect(decideOne({ candidates, attempts: [guarded('FM-6005'), guarded('FM-6005', assignCall(2))] }).winner).toBe(1);
    const late = [anAttempt(assignCall(1), { effect: { kind: 'refused', reason: 'FM-6017' } }), guarded('FM-6008')];
    expect(decideOne({ candidates, attempts: [...late, ...late.slice(0, 1)] }).winner).toBe(1);
  });

  it('is not spent by invitations that our guard refused, nor an invitation by requests', () => {
    const invited = anAttempt(routeCall(1), { stage: 9, effect: { kind: 'refused', reason: 'FM-6008' } });
    const asked = anAttempt(assignCall(2), { effect: { kind: 'refused', reason: 'FM-6005' } });
    expect(blocksOf(aRequestOf(1), { attempts: [invited, invited] })).toEqual([]);
    expect(blocksOf(aBenchOf(2), { attempts: [asked, asked] })).toEqual([]);
  });

  it('may be tried again after a guard stopped it, and after a refused invitation', () => {
    const guarded = anAttempt(assignCall(1), { effect: { kind: 'refused', reason: 'FM-6017' } });
    const uninvited = anAttempt(routeCall(1), { stage: 9, effect: { kind: 'refused', reason: 'FM-6002' } });
    const published = anAttempt(
      { kind: 'publish', workOrderId: workOrderId(4047) },
      { effect: { kind: 'refused', reason: 'FM-6002' } },
    );
    expect(blocksOf(aRequestOf(1), { attempts: [guarded, uninvited, published] })).toEqual([]);
  });
});

describe('pay limits', () => {
  const costing = (costCents: number | null, payCents?: number) =>
    aRequestOf(1, 100, payCents === undefined ? { costCents } : { costCents, request: aCounter(payCents) });

  it('hold on total cost, to the cent', () => {
    const limited = withGuardrails({ pay: { maxTotalCents: 25_000 } });
    expect(blocksOf(costing(25_000), limited)).toEqual([]);
    expect(blocksOf(costing(25_001), limited).map(sentenceOf)).toEqual([
      'Would cost $250.01; the file allows $250.00.',
    ]);
    const bench = aBenchOf(2, 100, { costCents: 30_000 });
    expect(blocksOf(bench, limited).map(({ code }) => code)).toEqual(['FM-5008']);
  });

  it('bind nobody at a cost that nobody knows, whatever the file limits', () => {
    for (const file of [{}, withGuardrails({ pay: { maxTotalCents: 25_000, acceptCounters: true } })]) {
      for (const unknown of [costing(null), costing(null, 5), aBenchOf(1, 100, { costCents: null })])
        expect(blocksOf(unknown, file).map(sentenceOf)).toEqual([
          'What this provider would cost is not known, so no limit on money can be shown to hold.',
        ]);
    }
  });

  it('let employees work on a work order without pay, unless they ask for some', () => {
    const unpaid = { workOrder: aWorkOrder({ pay: { kind: 'none', maxCents: 0 } }) };
    const employed = (value: boolean) => ({ costCents: null, facts: knownFacts({ 'provider.is_w2': value }) });
    expect(blocksOf(aRequestOf(1, 100, employed(true)), unpaid)).toEqual([]);
    expect(blocksOf(aBenchOf(1, 100, employed(true)), unpaid)).toEqual([]);
    const asking = { ...employed(true), request: aCounter(0) };
    const unsure = { costCents: null, facts: { 'provider.is_w2': { kind: 'unknown', because: 'no row' } } } as const;
    for (const given of [employed(false), asking, unsure])
      expect(
        blocksOf(aRequestOf(1, 100, given), { ...withGuardrails({ pay: { acceptCounters: true } }), ...unpaid }),
      ).toEqual([{ code: 'FM-5016', detail: {} }]);
    expect(blocksOf(aRequestOf(1, 100, employed(true))).map(({ code }) => code)).toEqual(['FM-5016']);
  });

  it('refuse counter-offers unless the file accepts them', () => {
    expect(blocksOf(costing(20_000, 20_000)).map(sentenceOf)).toEqual([
      'Asks $200.00 by counter-offer; the file does not accept counter-offers.',
    ]);
    expect(blocksOf(costing(20_000, 20_000), withGuardrails({ pay: { acceptCounters: true } }))).toEqual([]);
  });

  it('compare a counter-offer with expenses to the work order’s own pay', () => {
    const accepting = withGuardrails({ pay: { acceptCounters: true, maxCounterOverBasePercent: 15 } });
    expect(blocksOf(costing(28_750, 28_000), accepting)).toEqual([]);
    expect(blocksOf(costing(28_751, 28_000), accepting).map(sentenceOf)).toEqual([
      'Asks $287.51, 15.0 % over base; the file allows 15 %.',
    ]);
    const [higher] = blocksOf(costing(31_499, 31_499), accepting);
    expect(higher?.detail['over_percent']).toBe('25.9');
    expect(blocksOf(costing(40_000), accepting)).toEqual([]);
  });

  it('call every counter-offer too high over a base of nothing', () => {
    const accepting = withGuardrails({ pay: { acceptCounters: true, maxCounterOverBasePercent: 15 } });
    const unpaid = { ...accepting, workOrder: aWorkOrder({ pay: { kind: 'none', maxCents: 0 } }) };
    expect(blocksOf(costing(100, 100), unpaid).map(sentenceOf)).toEqual([
      'Asks $1.00, ∞ % over base; the file allows 15 %.',
    ]);
  });

  it('are all said at once', () => {
    const strict = withGuardrails({ pay: { maxTotalCents: 25_000, maxCounterOverBasePercent: 0 } });
    expect(blocksOf(costing(30_000, 30_000), strict).map(({ code }) => code)).toEqual([
      'FM-5006',
      'FM-5007',
      'FM-5008',
    ]);
  });
});

describe('exclusions', () => {
  it('hold until their time, or for good', () => {
    const excluded = (untilMs: number | null, provider = 1) =>
      withGuardrails({
        excludeProviders: [{ providerId: providerId(provider), untilMs, because: 'site ban, OPS-881' }],
      });
    expect(blocksOf(aRequestOf(1), excluded(null)).map(sentenceOf)).toEqual(['Excluded: site ban, OPS-881.']);
    expect(blocksOf(aBenchOf(1), excluded(NOW_MS + 1)).map(({ code }) => code)).toEqual(['FM-5009']);
    expect(blocksOf(aRequestOf(1), excluded(NOW_MS))).toEqual([]);
    expect(blocksOf(aRequestOf(1), excluded(null, 2))).toEqual([]);
  });
});

describe('a provider of the bench', () => {
  const file = aFile([routeStage({ afterMinutes: 999 })]);

  it('is not routed when the platform is known to refuse', () => {
    const known = (value: boolean) => aBenchOf(1, 100, { facts: knownFacts({ 'provider.is_routable': value }) });
    expect(blocksOf(known(false), { file }).map(({ code }) => code)).toEqual(['FM-5014']);
    expect(blocksOf(known(true), { file })).toEqual([]);
    expect(blocksOf(aBenchOf(1), { file })).toEqual([]);
  });

  it('is not invited once more after an invitation of ours came to nothing, by whatever rule file or hand', () => {
    for (const attempt of [
      anAttempt(routeCall(1)),
      anAttempt(massRouteCall(4, 1), { ruleFileId: null, stage: null }),
    ]) {
      expect(blocksOf(aBenchOf(1), { file, attempts: [attempt] }).map(({ code }) => code)).toEqual(['FM-5017']);
      expect(blocksOf(aBenchOf(2), { file, attempts: [attempt] })).toEqual([]);
    }
    const unknown = anAttempt(routeCall(1), { effect: { kind: 'unknown', reason: 'FM-6010' } });
    expect(blocksOf(aBenchOf(1), { file, attempts: [unknown] }).map(({ code }) => code)).toEqual(['FM-5017']);
    const withdrawn = anAttempt({ kind: 'unroute', workOrderId: workOrderId(4047), providerId: providerId(1) });
    expect(blocksOf(aBenchOf(1), { file, attempts: [withdrawn] })).toEqual([]);
  });

  it('is not invited after the platform refused the invitation, alone or among others', () => {
    const refused = anAttempt(massRouteCall(1, 2), { effect: { kind: 'refused', reason: 'FM-6002' } });
    expect(blocksOf(aBenchOf(2), { file, attempts: [refused] }).map(sentenceOf)).toEqual([
      'The platform refused this provider for this work order (mass-route, decision 4047.1.1).',
    ]);
  });

  it('is not invited after our guard refused the invitation twice, alone or among others', () => {
    const refused = [routeCall(1), massRouteCall(1, 2)].map((call) =>
      anAttempt(call, { effect: { kind: 'refused', reason: 'FM-6007' } }),
    );
    expect(blocksOf(aBenchOf(1), { file, attempts: refused }).map(sentenceOf)).toEqual([
      'Chosen twice in this episode, and refused both times by our own check right before the call (FM-6007).',
    ]);
    expect(blocksOf(aBenchOf(2), { file, attempts: refused })).toEqual([]);
  });

  it('who is routed already is not invited, and says what else is wrong', () => {
    const routed = aRoutedOf(1, { criteria: [MISSED] });
    expect(blocksOf(routed, { file }).map(({ code }) => code)).toEqual(['FM-5001', 'FM-5013']);
  });
});

describe('a provider who gave the work order back', () => {
  const forbid = withGuardrails({ perProvider: { forbidAfterGiveBack: true } });
  const gaveBack = [providerId(1), providerId(7)];

  it('is neither assigned nor invited to it again, unless the file allows it', () => {
    for (const candidate of [aRequestOf(7), aBenchOf(7)]) {
      expect(blocksOf(candidate, { ...forbid, gaveBack }).map(sentenceOf)).toEqual([
        'Had this work order from us before, and it was open again without our un-assigning him.',
      ]);
      expect(blocksOf(candidate, { gaveBack })).toEqual([]);
    }
    expect(blocksOf(aRequestOf(2), { ...forbid, gaveBack })).toEqual([]);
    expect(blocksOf(aRequestOf(7), forbid)).toEqual([]);
  });
});

describe('commitments', () => {
  const forbid = withGuardrails({ perProvider: { forbidOverlap: true, travelBufferMinutes: 120 } });
  const start = NOW_MS + 24 * HOUR_MS;
  const elsewhere = (startMs: number | null, endMs: number | null) => aCommitment({ providerId: 1, startMs, endMs });
  const blocks = (...commitments: ReturnType<typeof aCommitment>[]) => blocksOf(aRequestOf(1), forbid, { commitments });

  it('keep a provider from overlapping work, with time to travel', () => {
    expect(blocks(elsewhere(start - 4 * HOUR_MS, start - 2 * HOUR_MS))).toEqual([]);
    expect(blocks(elsewhere(start - 4 * HOUR_MS, start - 2 * HOUR_MS + 1)).map(sentenceOf)).toEqual([
      'Already assigned to work order 9001 at the same time (with 120 min to travel).',
    ]);
    expect(blocks(elsewhere(start + 4 * HOUR_MS, start + 5 * HOUR_MS))).toEqual([]);
    expect(blocks(elsewhere(start + 4 * HOUR_MS - 1, start + 5 * HOUR_MS))).toHaveLength(1);
  });

  it('count live routes too, and name each work order once, lowest first', () => {
    const route = aCommitment({ providerId: 1, kind: 'routed', workOrderId: 9000 });
    const twice = [aCommitment({ providerId: 1 }), aCommitment({ providerId: 1, kind: 'routed', endMs: null })];
    expect(blocks(...twice, route).map(({ detail }) => [detail['how'], detail['other']])).toEqual([
      ['invited to', 9000],
      ['assigned to', 9001],
    ]);
  });

  it('of unknown time, of others, or to the very same work order do not matter', () => {
    expect(blocks(elsewhere(null, null))).toEqual([]);
    expect(blocks(aCommitment({ providerId: 2 }), aCommitment({ providerId: 1, workOrderId: 4047 }))).toEqual([]);
    const untimed = { ...forbid, workOrder: aWorkOrder({ schedule: { startMs: null, localDate: null } }) };
    expect(blocksOf(aRequestOf(1), untimed, { commitments: [elsewhere(start, start)] })).toEqual([]);
  });

  it('may overlap where the file allows it', () => {
    expect(blocksOf(aRequestOf(1), {}, { commitments: [elsewhere(start, start + 1)] })).toEqual([]);
  });

  it('without length still take their moment', () => {
    expect(isTooClose({ startMs: 5, endMs: null }, { startMs: 5, endMs: 5 }, 0)).toBe(true);
    expect(isTooClose({ startMs: 5, endMs: 5 }, { startMs: 6, endMs: null }, 0)).toBe(false);
  });

  it('keep the firmest of several to one work order', () => {
    const of = (kind: 'assigned' | 'routed', startMs: number | null) => aCommitment({ providerId: 1, kind, startMs });
    for (const given of [
      [of('assigned', 3), of('routed', 1), of('assigned', 4)],
      [of('assigned', 4), of('assigned', 3), of('routed', 1)],
    ]) {
      expect(indexBookings(given).get(providerId(1))).toEqual([of('assigned', 3)]);
    }
    const endless = [aCommitment({ endMs: null, startMs: null }), aCommitment({ endMs: 7, startMs: null })];
    expect(indexBookings(endless)).toEqual(indexBookings(endless.toReversed()));
  });

  const caps = (perProvider: Partial<Guardrails['perProvider']>) => withGuardrails({ perProvider });
  const on = (localDate: string | null, workOrder: number) =>
    aCommitment({ providerId: 1, workOrderId: workOrder, localDate });

  it('fill a provider’s day', () => {
    const commitments = [on('2026-11-24', 1), on('2026-11-24', 2), on('2026-11-25', 3), on(null, 4)];
    expect(blocksOf(aRequestOf(1), caps({ perDay: 3 }), { commitments })).toEqual([]);
    expect(blocksOf(aRequestOf(1), caps({ perDay: 2 }), { commitments }).map(sentenceOf)).toEqual([
      'Already has 2 work order(s) that day; the file allows 2.',
    ]);
    expect(blocksOf(aRequestOf(1), caps({ perDay: 0 })).map(({ code }) => code)).toEqual(['FM-5011']);
  });

  it('fill a provider’s seven days, those before and those after', () => {
    const before = [on('2026-11-18', 1), on('2026-11-19', 2), on('2026-11-17', 3)];
    expect(blocksOf(aRequestOf(1), caps({ per7Days: 2 }), { commitments: before }).map(sentenceOf)).toEqual([
      'Already has 2 work order(s) in seven days; the file allows 2.',
    ]);
    const after = [on('2026-11-30', 1), on('2026-12-01', 2)];
    expect(blocksOf(aRequestOf(1), caps({ per7Days: 1 }), { commitments: after }).map(({ code }) => code)).toEqual([
      'FM-5012',
    ]);
    expect(blocksOf(aRequestOf(1), caps({ per7Days: 2 }), { commitments: after })).toEqual([]);
    const around = [on('2026-11-19', 1), on('2026-11-29', 2)];
    expect(blocksOf(aRequestOf(1), caps({ per7Days: 2 }), { commitments: around })).toEqual([]);
    expect(blocksOf(aRequestOf(1), caps({ per7Days: 0 })).map(({ code }) => code)).toEqual(['FM-5012']);
  });

  it('fill no day of a work order without a date', () => {
    const dateless = { ...caps({ perDay: 0, per7Days: 0 }), workOrder: aWorkOrder({ schedule: { localDate: null } }) };
    expect(blocksOf(aRequestOf(1), dateless, { commitments: [on('2026-11-24', 1)] })).toEqual([]);
  });

  it('settle a tie by who has less work in the seven days up to this one', () => {
    const file = aFile([assignStage()], {
      tieBreak: [
        { by: 'assigned_7d', direction: 'asc' },
        { by: 'provider_id', direction: 'asc' },
      ],
    });
    const commitments = [on('2026-11-18', 1), aCommitment({ providerId: 2, localDate: '2026-11-17' })];
    const decision = decideOne({ file, candidates: [aRequestOf(1), aRequestOf(2)] }, { commitments });
    expect(decision.winner).toBe(2);
    expect(said(decision)).toEqual(['assign', 'FM-1005']);
  });

  it('that are mere invitations, later, dateless, or to this work order are no such work', () => {
    const workOrder = aWorkOrder();
    const none = [
      aCommitment({ kind: 'routed' }),
      aCommitment({ localDate: '2026-11-25' }),
      aCommitment({ localDate: null }),
      aCommitment({ workOrderId: 4047 }),
    ];
    expect(countAssigned7Days(workOrder, none)).toBe(0);
    expect(countAssigned7Days(workOrder, [...none, aCommitment({ kind: 'planned' })])).toBe(1);
    expect(countAssigned7Days(aWorkOrder({ schedule: { localDate: null } }), [aCommitment()])).toBe(0);
  });
});
