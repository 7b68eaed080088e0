import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionId, providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { alignColumns } from '../../src/report/align.ts';
import { confirmedText } from '../../src/report/call-text.ts';
import { counted } from '../../src/report/counted.ts';
import { explainCard } from '../../src/report/explain-card.ts';
import type { ExplainInput } from '../../src/report/explain-input.ts';
import { explainJson } from '../../src/report/explain-json.ts';
import { explainPage } from '../../src/report/explain-page.ts';
import { fitByWeight } from '../../src/report/fit-by-weight.ts';
import { latestDecision } from '../../src/report/latest-decision.ts';
import { columnPixels } from '../../src/report/slate-map.ts';
import { type Stages, stageText } from '../../src/report/stage-text.ts';
import { workOrderNow } from '../../src/report/work-order-now.ts';
import { cutText, lengthOf, textWidth, wrapText } from '../../src/report/wrap.ts';
import { NOW_MS } from '../support/builders.ts';
import {
  aRecordedCandidate,
  aRecordedCriterion,
  aRecordedDecision,
  aRecordedEffect,
  aRecordedIntent,
} from '../support/recorded.ts';

const ORDER = workOrderId(4047);
const HALF_HOUR_MS = 1_800_000;

const STAGES: Stages = [
  { n: 1, afterMinutes: 0, do: 'assign', minPoints: 350, minMargin: 0, withdrawRoutes: true },
  { n: 2, afterMinutes: 30, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: true },
  { n: 3, afterMinutes: 90, do: 'mass_route', top: 10, talentPoolId: null, minPoints: 0 },
];

function card(given: Partial<ExplainInput> & Pick<ExplainInput, 'decision'>): string {
  const none = {
    shadows: [],
    assigned: null,
    answers: [],
    stages: null,
    asked: null,
    unitOf: () => null,
    width: 120,
  } as const;
  return explainCard({ ...none, history: [given.decision], ...given });
}

/** A day of work order 4047: it waited, a route came to nothing, then it was assigned. */
const waited = aRecordedDecision({
  id: decisionId(ORDER, 1, 1),
  seq: 1,
  outcome: 'wait',
  reason: { code: 'FM-2001', detail: {} },
  winner: null,
  stage: null,
  dueStages: [],
  decidedAtMs: NOW_MS - 2 * HALF_HOUR_MS,
});
const routed = aRecordedDecision({
  id: decisionId(ORDER, 1, 2),
  seq: 2,
  outcome: 'route',
  reason: { code: 'FM-1101', detail: {} },
  decidedAtMs: NOW_MS - HALF_HOUR_MS,
  intents: [
    aRecordedIntent({
      claimedAtMs: [NOW_MS - HALF_HOUR_MS, NOW_MS - HALF_HOUR_MS + 130_000],
      effects: [
        aRecordedEffect('unknown', { reason: { code: 'FM-6010', detail: {} }, atMs: NOW_MS - HALF_HOUR_MS + 1000 }),
        aRecordedEffect('confirmed', { n: 2, atMs: NOW_MS - HALF_HOUR_MS + 131_000 }),
      ],
    }),
  ],
});
const assigned = aRecordedDecision({
  intents: [
    aRecordedIntent({
      call: { kind: 'assign', workOrderId: ORDER, providerId: providerId(557), clientPayTermsAccepted: false },
      costCents: 25_000,
    }),
  ],
});

describe('the decision that explain shows of a work order', () => {
  const said = (seq: number, given: Parameters<typeof aRecordedDecision>[0]) =>
    aRecordedDecision({ id: decisionId(ORDER, given?.episode ?? 1, seq), seq, ...given });
  const shadow = said(2, { mode: 'shadow', ruleFileId: 'tried' });
  const asked = said(3, { mode: 'recommend' });
  const skipped = said(4, { mode: null, ruleFileId: null, outcome: 'skip', reason: { code: 'FM-4001', detail: {} } });

  it('is the last one of a live file, whatever shadows said and though none applies any more', () => {
    for (const mode of ['recommend', 'canary', 'enforce'] as const)
      expect(latestDecision([shadow, { ...asked, mode }, skipped])?.seq).toBe(3);
    expect(latestDecision([asked, said(5, { mode: 'recommend', outcome: 'wait' }), skipped])?.seq).toBe(5);
  });

  it('is one of a shadow file only where no live file decided since the work order opened', () => {
    expect(latestDecision([skipped, { ...shadow, seq: 5 }])?.seq).toBe(5);
    expect(latestDecision([asked, said(1, { ...shadow, episode: 2 })])?.episode).toBe(2);
    expect(latestDecision([skipped])?.seq).toBe(4);
    expect(latestDecision([])).toBeUndefined();
  });
});

describe('where a work order stands', () => {
  it('is the latest thing that was seen to happen', () => {
    expect(workOrderNow([waited, routed, assigned], null)).toBe(
      'assigned to provider 557, confirmed at 2026-11-23T15:00:01Z (decision 4047.1.3)',
    );
    expect(workOrderNow([waited, routed], null)).toBe(
      'provider 557 invited, confirmed at 2026-11-23T14:32:11Z (decision 4047.1.2)',
    );
  });

  it('is the latest decision where that is newer, with what came before', () => {
    const held = aRecordedDecision({ outcome: 'hold', reason: { code: 'FM-3004', detail: {} }, winner: null });
    expect(workOrderNow([waited, routed, held], null)).toBe(
      'held for a person since 2026-11-23T15:00:00Z (FM-3004 the hold stage is due); before that provider 557 invited, confirmed at 2026-11-23T14:32:11Z (decision 4047.1.2)',
    );
    expect(workOrderNow([waited], null)).toBe('waiting since 2026-11-23T14:00:00Z (FM-2001 no stage is due yet)');
  });

  it('is held since the first of the decisions that say so, not since the last', () => {
    const hold = { outcome: 'hold', reason: { code: 'FM-3004', detail: {} }, winner: null } as const;
    const first = aRecordedDecision({ ...hold, decidedAtMs: NOW_MS });
    const again = aRecordedDecision({ ...hold, decidedAtMs: NOW_MS + HALF_HOUR_MS });
    const since = (...held: (typeof first)[]) => workOrderNow([waited, ...held], null).slice(0, 42);
    expect(since(first, again)).toBe(since(first));
    expect(since(again)).not.toBe(since(first));
  });

  it('is open again after a provider gave it back', () => {
    const next = aRecordedDecision({
      ...waited,
      id: decisionId(ORDER, 2, 1),
      episode: 2,
      decidedAtMs: NOW_MS + HALF_HOUR_MS,
    });
    expect(workOrderNow([assigned, next], null)).toMatch(
      /^open again \(episode 2\), waiting since .*; before that assigned to provider 557/,
    );
  });

  it('is an accepted invitation as soon as one was seen', () => {
    const seen = { decisionId: routed.id, providerId: providerId(558), confirmedAtMs: NOW_MS };
    expect(workOrderNow([waited, routed], seen)).toBe(
      'assigned to provider 558, who accepted our invitation, seen at 2026-11-23T15:00:00Z (decision 4047.1.2)',
    );
    const own = { decisionId: assigned.id, providerId: providerId(557), confirmedAtMs: NOW_MS + 1000 };
    expect(workOrderNow([assigned], own)).toBe(workOrderNow([assigned], null));
  });

  it('says what is not settled, refused or lost', () => {
    const once = (kind: string, code: string) =>
      workOrderNow(
        [
          {
            ...routed,
            intents: [aRecordedIntent({ effects: [aRecordedEffect(kind, { reason: { code, detail: {} } })] })],
          },
        ],
        null,
      );
    expect(once('unknown', 'FM-6010')).toMatch(
      /^route provider 557 not settled: unclear answer, not settled yet, seen/,
    );
    expect(once('refused', 'FM-6002')).toMatch(/^route provider 557 refused: refused by the platform, at/);
    expect(once('lost_race', 'FM-6003')).toMatch(/^route provider 557 came too late: .* Seen at/);
    expect(workOrderNow([{ ...routed, intents: [aRecordedIntent({ effects: [] })] }], null)).toMatch(
      /^route provider 557 decided at 2026-11-23T14:30:00Z, not settled yet/,
    );
    expect(workOrderNow([], null)).toBe('nothing was decided but in shadow');
  });

  it('has words for every confirmed write', () => {
    const order = { workOrderId: ORDER };
    const one = { ...order, providerId: providerId(557) };
    const calls: readonly WriteCall[] = [
      { kind: 'assign', ...one, clientPayTermsAccepted: false },
      { kind: 'accept_counter', ...one, requestId: requestId(1), payCents: 100 },
      { kind: 'route', ...one },
      { kind: 'mass_route', ...order, providerIds: [providerId(1), providerId(2)] },
      { kind: 'unroute', ...one },
      { kind: 'unassign', ...one, reasonId: 1, comment: '' },
      { kind: 'decline_request', ...one, requestId: requestId(1) },
      { kind: 'publish', ...order },
      { kind: 'unpublish', ...order },
    ];
    expect(calls.map(confirmedText)).toEqual([
      'assigned to provider 557',
      'assigned to provider 557',
      'provider 557 invited',
      '2 providers invited',
      'the route of provider 557 withdrawn',
      'provider 557 un-assigned',
      'the request of provider 557 declined',
      'published',
      'taken off the marketplace',
    ]);
  });
});

describe('the card of a work order', () => {
  const text = card({ decision: assigned, history: [waited, routed, assigned], stages: STAGES });

  it('begins with where it stands and ends with what was decided before, a second sending included', () => {
    expect(text).toMatch(/^Now: work order 4047: assigned to provider 557, confirmed at /);
    expect(text.split('\n\n').at(-1)).toBe(
      [
        'Earlier decisions (times in UTC)',
        '4047.1.1  2026-11-23T14:00:00Z  wait       –                      FM-2001 no stage is due yet',
        '4047.1.2  2026-11-23T14:30:00Z  route 557  confirmed, sent twice  FM-1101 route the best of the bench',
        '',
      ].join('\n'),
    );
  });

  it('marks the decision that a person said no to', () => {
    const terms = { verdict: 'rejected', actor: 'ana', because: 'left tools behind', atMs: 0 } as const;
    const no = { decisionId: routed.id, ...terms, outcome: 'route', winner: providerId(557) } as const;
    const marked = card({ decision: assigned, history: [waited, routed, assigned], answers: [no], width: 200 });
    expect(marked).toMatch(/^4047\.1\.2 .* route the best of the bench; rejected by ana: left tools behind$/m);
    const json = explainJson({ decision: assigned, history: [waited, routed], assigned: null, answers: [no] }, null);
    expect(json.decisionsOfWorkOrder.map(({ answer }) => answer)).toEqual([null, no]);
  });

  it('shows what was decided later when an earlier decision is asked for', () => {
    const earlier = card({ decision: routed, history: [waited, routed, assigned] });
    expect(earlier).toMatch(
      /^Afterwards \(times in UTC\)\n2026-11-23T15:00:00Z {2}4047\.1\.3 {2}decided anew: assign 557, only eligible request/m,
    );
    expect(earlier).toContain('may have been sent 2 times: 2026-11-23T14:30:00Z, 2026-11-23T14:32:10Z');
  });

  it('tells what people and providers did afterwards, and where the one they took stood', () => {
    const blocked = [{ code: 'FM-5001', detail: { criterion: 'Provider rating' } }];
    const other = aRecordedCandidate({
      providerId: 90,
      isEligible: false,
      rank: null,
      pointsMilli: 0,
      blockedBy: blocked,
    });
    const decision = aRecordedDecision({ ...assigned, candidates: [aRecordedCandidate(), other] });
    const again = aRecordedDecision({
      ...waited,
      id: decisionId(ORDER, 2, 1),
      episode: 2,
      decidedAtMs: NOW_MS + 4 * HALF_HOUR_MS,
    });
    const none = { episode: 1, decisionId: null, actor: null, because: null };
    const seen = [
      { ...none, kind: 'route_accepted', atMs: NOW_MS - 1, providerId: providerId(557) },
      { ...none, kind: 'unassigned', atMs: NOW_MS + HALF_HOUR_MS, providerId: providerId(557) },
      { ...none, kind: 'assigned_by_other', atMs: NOW_MS + HALF_HOUR_MS, providerId: providerId(90) },
      { ...none, kind: 'assigned_by_other', atMs: NOW_MS + 2 * HALF_HOUR_MS, providerId: providerId(7) },
      {
        ...none,
        kind: 'reason',
        atMs: NOW_MS + 3 * HALF_HOUR_MS,
        providerId: null,
        actor: 'ana',
        because: 'she knows the\u001b[2J vault',
      },
      { ...none, kind: 'assigned_by_other', episode: 2, atMs: NOW_MS + 5 * HALF_HOUR_MS, providerId: providerId(557) },
    ] as const;
    const text = card({ decision, history: [waited, decision, again], seen, width: 240 });
    expect(text.slice(text.indexOf('Afterwards')).split('\n\n')[0]?.split('\n')).toEqual([
      'Afterwards (times in UTC)',
      '2026-11-23T15:30:00Z  –         seen on the platform: provider 557 is no longer assigned, and not by us',
      '2026-11-23T15:30:00Z  –         seen on the platform: a person, or another system, assigned provider 90 instead of 557; here not eligible, 0 of 45 points: Misses required: Provider rating (FM-5001)',
      '2026-11-23T16:00:00Z  –         seen on the platform: a person, or another system, assigned provider 7 instead of 557; not on this slate',
      '2026-11-23T16:30:00Z  –         reason given by ana: she knows the [2J vault',
      '2026-11-23T17:00:00Z  –         the work order is open again: episode 2',
      '2026-11-23T17:00:00Z  4047.2.1  decided anew: wait, no stage is due yet (FM-2001)',
      '2026-11-23T17:30:00Z  –         seen on the platform: a person, or another system, assigned provider 557',
    ]);
    const json = explainJson({ decision, history: [decision], assigned: null, seen: seen.slice(0, 2) }, null);
    expect(json.afterwards.map(({ kind, decisionId: id, text: told }) => [kind, id, told])).toEqual([
      ['effect', decision.id, 'assign provider 557: confirmed (FM-6001)'],
      ['seen', null, 'seen on the platform: provider 557 is no longer assigned, and not by us'],
    ]);
    expect(json.attrition).toMatchObject({ slate: 2, eligible: 1 });
  });

  it('folds what comes out the same way tick after tick into one line', () => {
    const decision = aRecordedDecision();
    const later = [1, 2, 3].map((more) =>
      aRecordedDecision({
        id: decisionId(workOrderId(4047), 1, 3 + more),
        seq: 3 + more,
        decidedAtMs: NOW_MS + more * HALF_HOUR_MS,
        outcome: 'wait',
        winner: null,
        reason: { code: more < 3 ? 'FM-2001' : 'FM-2002', detail: {} },
      }),
    );
    const text = card({ decision, history: [decision, ...later], width: 200 });
    expect(text.slice(text.indexOf('Afterwards')).trimEnd().split('\n').slice(1)).toEqual([
      '2026-11-23T15:30:00Z  4047.1.4  decided anew: wait, no stage is due yet (FM-2001); 2 times, the last at 2026-11-23T16:00:00Z (4047.1.5)',
      '2026-11-23T16:30:00Z  4047.1.6  decided anew: wait, waiting for the next stage (FM-2002)',
    ]);
  });

  it('says in words which stage acted, and how long after opening it was decided', () => {
    expect(text).toContain('Stage      assign, due 30 min after opening (stage 2 of 3)');
    expect(text).toContain('Opened     2026-11-23T14:10:00Z (published), 50 min before');
  });

  it('does not send its reader to itself', () => {
    const reason = { code: 'FM-3001', detail: { candidates: 2, work_order: 4047 } };
    expect(card({ decision: aRecordedDecision({ outcome: 'hold', winner: null, reason }) })).toMatch(
      /^To do +See what each one misses: below\. Relax/m,
    );
  });

  it('says of a decision by hand that no rule file was asked, and of one in shadow that nothing was sent', () => {
    const byHand = { code: 'FM-1901', detail: { by: 'ana', action: 'publish' } };
    const none = { ruleFileId: null, ruleFileHash: null, mode: null, stage: null } as const;
    expect(card({ decision: aRecordedDecision({ ...none, reason: byHand }) })).toMatch(
      /^Rule file +by hand, no rule file asked$/m,
    );
    expect(card({ decision: aRecordedDecision({ mode: 'shadow' }) })).toMatch(/^In shadow +.*nothing was sent/m);
    expect(card({ decision: aRecordedDecision() })).not.toContain('In shadow');
  });

  it('keeps to the width, but for tables of marks', () => {
    const long = 'so that the sentence has to be broken '.repeat(12).trim();
    const wordy = aRecordedDecision({
      candidates: [
        aRecordedCandidate({
          isEligible: false,
          rank: null,
          blockedBy: [{ code: 'FM-5009', detail: { because: long } }],
        }),
      ],
      reason: { code: 'FM-3010', detail: { limit: long } },
    });
    for (const width of [80, 120]) {
      const lines = card({ decision: wordy, width }).split('\n');
      expect(Math.max(...lines.map(lengthOf))).toBeLessThanOrEqual(width);
      expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(long);
    }
  });
});

describe('why not that one', () => {
  const rating = aRecordedCriterion();
  const distance = aRecordedCriterion({
    position: 2,
    key: 'distance',
    label: 'Distance',
    weight: 25,
    isRequired: false,
    pointsMilli: 14_812,
    evidence: [
      { fact: 'provider.distance', written: '<= 50', value: 12, source: 'coordinates', observedAtMs: NOW_MS },
      { fact: 'provider.w2', written: '= true', value: null, source: null, observedAtMs: null },
    ],
  });
  const winner = aRecordedCandidate({ criteria: [rating, distance], pointsMilli: 59_812, maxPoints: 70 });
  const second = aRecordedCandidate({ providerId: 612, rank: 2, criteria: [rating, distance], maxPoints: 70 });
  const missed = aRecordedCandidate({
    providerId: 90,
    kind: 'bench',
    isEligible: false,
    rank: null,
    pointsMilli: 0,
    maxPoints: 70,
    blockedBy: [{ code: 'FM-5001', detail: { criterion: 'Provider rating' } }],
    criteria: [
      { ...rating, verdict: 'no_match', pointsMilli: 0 },
      { ...distance, applies: false },
    ],
  });
  const decision = aRecordedDecision({ candidates: [winner, second, missed], runnerUp: providerId(612) });

  it('is answered by the facts of both, side by side', () => {
    const text = card({ decision, asked: providerId(90) });
    expect(text).toContain('Why not 90? Not eligible, for 1 reason (bench, 0 of 70 points):\n  Misses required');
    expect(text).toMatch(/^criterion +fact +asked +557, request, winner +90, bench$/m);
    expect(text).toMatch(/^rating +rating +>= 4\.5 +✓ 45 +470 \(profile, 2 h\) +✗ 0 +470 \(profile, 2 h\)$/m);
    expect(text).toMatch(
      /^distance +distance +<= 50 +✓ 14\.812 +12 \(coordinates, now\) +– +12 \(coordinates, now\)$/m,
    );
    expect(text).toMatch(/^ +w2 +\[?= true +unknown +unknown$/m);
  });

  it('is shown for the runner-up when nobody is named, and when the winner is', () => {
    expect(card({ decision })).toMatch(/^criterion +fact +asked +557, request, winner +612, request, runner-up$/m);
    const ofWinner = card({ decision, asked: providerId(557) });
    expect(ofWinner).toMatch(/557, request, winner +612, request, runner-up$/m);
  });

  it('says the place of one who was eligible', () => {
    expect(card({ decision, asked: providerId(612) })).toContain(
      'Why not 612? Eligible, number 2 of its kind (request), 45 of 70 points.',
    );
  });

  it('ranks requests and the bench apart, and shows graded points beside the mark', () => {
    const lines = card({ decision }).split('\n');
    const place = (start: RegExp) => lines.findIndex((line) => start.test(line));
    expect(place(/^── requests: .*ranked among themselves ─+$/)).toBeLessThan(place(/^ +1 +557 +✓ +✓14\.8 /));
    expect(place(/^ +2 +612 /)).toBeLessThan(place(/^── bench: /));
    expect(place(/^── bench: /)).toBeLessThan(place(/^ +– +90 /));
  });
});

describe('the page of a decision', () => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>"\u001b[2J';
  const hostile = { detail: { criterion: evil, because: evil } };
  const missed = aRecordedCandidate({
    providerId: 90,
    isEligible: false,
    rank: null,
    pointsMilli: 0,
    blockedBy: [{ code: 'FM-5001', ...hostile }],
    criteria: [aRecordedCriterion({ label: evil, verdict: 'unknown', pointsMilli: 0 })],
  });
  const runnerUp = aRecordedCandidate({ providerId: 612, rank: 2, pointsMilli: 40_000 });
  const criteria = [
    aRecordedCriterion({ label: evil }),
    aRecordedCriterion({ position: 2, weight: 90, key: 'cancels' }),
  ];
  const decision = aRecordedDecision({
    ...assigned,
    workOrder: {
      title: evil,
      facts: { 'work_order.is_remote': { kind: 'known', value: false, source: 'work_order', observedAtMs: NOW_MS } },
    },
    candidates: [aRecordedCandidate({ criteria }), runnerUp, missed],
    runnerUp: providerId(612),
    marginMilli: 5000,
  });
  const page = explainPage({
    ...{
      decision,
      history: [waited, routed, decision],
      assigned: null,
      shadows: [aRecordedDecision({ mode: 'shadow' })],
    },
    ...{ answers: [], stages: STAGES, asked: null, unitOf: () => null, width: 120 },
    more: [{ title: 'What would flip it', sentences: [evil], table: null }],
  });

  it('has every part under a heading, each table with a caption, each head with its scope', () => {
    expect([...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title)).toEqual([
      'Winner and runner-up',
      'The slate',
      'How the slate shrank',
      'Not eligible, and why',
      'Facts, side by side',
      'Every fact',
      'What would flip it',
      'Actions',
      'In shadow',
      'Earlier decisions',
    ]);
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption>/g)?.length);
    expect(page).not.toMatch(/<th(?![^>]*scope=)[ >]/);
    expect(page.match(/<main>/g)).toHaveLength(1);
  });

  it('lets no text from outside become markup', () => {
    expect(page).not.toMatch(/<script|<img/);
    expect(page).not.toContain('\u001b');
    expect(page).toContain('&#60;script&#62;alert(1)');
  });

  it('tells unknown from missed by shape and pattern, and marks what keeps a candidate out', () => {
    expect(page).toContain(
      '<td class="cell unknown blocks"><span aria-hidden="true">?</span><span class="said">unknown, 0 points, keeps the candidate out</span></td>',
    );
    expect(page.match(/<tr class="out">/g)).toHaveLength(1);
  });

  it('has each fact of everybody, with value, source and age', () => {
    expect(page).toMatch(/<td>provider\.rating<\/td><td>&#62;= 4\.5<\/td><td>470<\/td><td>profile<\/td><td>2 h<\/td>/);
    expect(page).toContain('<th scope="row">work_order.is_remote</th><td>no</td><td>work_order</td><td>now</td>');
  });

  it('draws the columns of a slate in proportion to weights, with room for every mark', () => {
    expect(columnPixels([150, 75, 25])).toEqual([312, 156, 52]);
    expect(columnPixels([100, 2])).toEqual([900, 18]);
    expect(columnPixels([600, 1])).toEqual([1198, 18]);
    expect(columnPixels([0, 0])).toEqual([18, 18]);
    expect(columnPixels([])).toEqual([]);
  });
});

describe('the stage of a decision', () => {
  const of = (stage: number | null, dueStages: readonly number[], stages: Stages | null = STAGES) =>
    stageText(aRecordedDecision({ stage, dueStages }), stages);

  it('is said in words', () => {
    expect(of(1, [1])).toBe('assign, due at once (stage 1 of 3)');
    expect(of(3, [1, 2, 3])).toBe('mass-route, due 1 h 30 min after opening (stage 3 of 3)');
    expect(of(null, [])).toBe('none was due; next is assign, due at once');
    expect(of(null, [1, 2])).toBe(
      'none of those due could act: assign (due at once), assign (due 30 min after opening); next is mass-route, due 1 h 30 min after opening',
    );
    expect(of(null, [1, 2, 3])).toMatch(/; no later stage is left$/);
  });

  it('is a number where the rule file can no longer be read', () => {
    expect(of(2, [1, 2], null)).toBe('stage 2; stages due: 1, 2');
    expect(of(null, [], null)).toBe('none acted; no stage was due');
  });
});

describe('a decision as json', () => {
  const decision = aRecordedDecision({
    candidates: [
      aRecordedCandidate({ blockedBy: [{ code: 'FM-5003', detail: {} }] }),
      aRecordedCandidate({ providerId: 612 }),
    ],
    intents: [aRecordedIntent()],
  });

  it('has sentence and remedy with every reason', () => {
    const json = explainJson({ decision, history: [decision], assigned: null, answers: [] }, null);
    expect(json.reason).toEqual({
      code: 'FM-1002',
      sentence: 'Provider 557 is the only eligible request (45 of 45 points).',
      remedy: 'Nothing to do.',
      detail: { provider: 557, points: 45, max_points: 45 },
    });
    expect(json.candidates[0]?.blockedBy[0]).toMatchObject({ sentence: 'The request is no longer active.' });
    expect(json.intents[0]?.effects[0]?.reason).toMatchObject({ sentence: 'The platform shows it: it.' });
    expect(json.now).toBe(workOrderNow([decision], null));
    expect(json.decisionsOfWorkOrder).toMatchObject([{ id: decision.id, effect: 'confirmed' }]);
  });

  it('has one candidate when one is asked for', () => {
    const json = explainJson({ decision, history: [], assigned: null, answers: [] }, providerId(612));
    expect(json.candidates.map((candidate) => candidate.providerId)).toEqual([612]);
  });
});

describe('a recommendation', () => {
  const action = {
    workOrderId: ORDER,
    ruleFileId: 'asks',
    outcome: 'assign',
    winner: providerId(557),
    costCents: 25_000,
  };
  const recommends = { ...action, outcome: 'assign', providers: [providerId(557)] } as const;
  const asked = aRecordedDecision({ mode: 'recommend', recommends, intents: [] });
  const answer = {
    decisionId: asked.id,
    verdict: 'rejected',
    actor: 'ana',
    because: 'left tools behind',
    atMs: NOW_MS,
    outcome: 'assign',
    winner: providerId(557),
  } as const;

  it('says how to answer it, until somebody has or a newer decision came', () => {
    expect(card({ decision: asked, width: 200 })).toContain(
      'It waits for approval: approve decision 4047.1.3, or reject decision 4047.1.3 --because TEXT.',
    );
    expect(card({ decision: asked })).toContain('Actions: none, unless a person approves.');
    expect(card({ decision: asked })).toContain('Now: work order 4047: assign recommended, not approved, since');
    const later = aRecordedDecision({ id: decisionId(ORDER, 1, 4), seq: 4 });
    expect(card({ decision: asked, history: [asked, later] })).toContain('a newer decision has overtaken it');
    expect(card({ decision: asked, answers: [answer] })).toContain('rejected by ana at');
    expect(card({ decision: asked, answers: [answer] })).toContain(': left tools behind');
    const silent = { ...answer, verdict: 'approved', because: null } as const;
    expect(card({ decision: asked, answers: [silent] })).toContain('approved by ana at');
    expect(explainJson({ decision: asked, history: [asked], assigned: null, answers: [answer] }, null)).toMatchObject({
      answer,
    });
  });

  it('counts whom it would invite', () => {
    const providers = [providerId(557), providerId(612)];
    const invites = { ...recommends, outcome: 'mass_route', winner: null, providers } as const;
    const decision = aRecordedDecision({ mode: 'recommend', outcome: 'mass_route', winner: null, recommends: invites });
    expect(card({ decision })).toContain('2 providers to be invited');
  });
});

describe('lines', () => {
  it('are broken between words, and nothing is lost', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('unbreakable', 3)).toEqual(['unbreakable']);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zé–]{1,9}$/), { minLength: 1 }),
        fc.integer({ min: 9, max: 40 }),
        (words, width) => {
          const lines = wrapText(words.join(' '), width);
          return lines.join(' ') === words.join(' ') && lines.every((line) => lengthOf(line) <= width);
        },
      ),
    );
  });

  it('of a table break within the last column', () => {
    expect(alignColumns([['a', 'the quick brown fox jumps over']], ['left', 'left'], 28)).toEqual([
      'a  the quick brown fox jumps',
      '   over',
    ]);
    expect(alignColumns([['a', 'the quick brown fox']], ['left', 'left'], 8)).toEqual(['a  the quick brown fox']);
  });

  it('are as wide as the terminal, never too narrow for a table, and 120 without one', () => {
    expect([undefined, 40, 100, 200].map(textWidth)).toEqual([120, 80, 100, 200]);
  });

  it('of a slate are divided by weight, and none gets less than it needs', () => {
    expect(
      fitByWeight(
        [150, 75, 25].map((weight) => ({ weight, least: 4 })),
        50,
      ),
    ).toEqual([30, 15, 5]);
    expect(
      fitByWeight(
        [150, 75, 5].map((weight) => ({ weight, least: 5 })),
        50,
      ),
    ).toEqual([30, 15, 5]);
    const column = fc.record({ weight: fc.nat(200), least: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 12 }), fc.nat(120), (columns, spare) => {
        const needed = columns.reduce((sum, { least }) => sum + least, 0);
        const widths = fitByWeight(columns, needed + spare);
        const used = widths.reduce((sum, width) => sum + width, 0);
        return used <= needed + spare && widths.every((width, index) => width >= (columns[index]?.least ?? 0));
      }),
    );
  });

  it('show that something was cut', () => {
    expect([cutText('abcd', 4), cutText('abcde', 4), cutText('ab', 0)]).toEqual(['abcd', 'abc…', '…']);
  });

  it('count things in the singular and the plural', () => {
    expect([counted(0, 'run'), counted(1, 'run'), counted(2, 'run'), counted(2, 'entry', 'entries')]).toEqual([
      '0 runs',
      '1 run',
      '2 runs',
      '2 entries',
    ]);
  });
});

describe('a review of finished work', () => {
  const asked = { params: null, name: 'work_order.hours_over_estimate', key: 'work_order.hours_over_estimate' };
  const criterion = { position: 1, key: 'hours', label: 'Hours over the estimate', weight: 0, needsPerson: false };
  const known = { kind: 'known', value: 4_000, source: 'work_order', observedAtMs: NOW_MS } as const;
  const nobodyKnows = { kind: 'unknown', because: 'No hours are reported.' } as const;
  const evidence = { fact: asked, written: '<= 25', actual: known, verdict: 'no_match' } as const;
  const { candidates: _none, ...plain } = aRecordedDecision({
    outcome: 'hold',
    reason: { code: 'FM-3020', detail: { criterion: 'Hours over the estimate' } },
    winner: null,
    stage: null,
    costCents: null,
  });
  const decision = {
    ...plain,
    candidates: [],
    review: [
      { ...criterion, isRequired: true, verdict: 'no_match', evidence: [evidence] },
      { ...criterion, isRequired: false, verdict: 'no_match', evidence: [evidence] },
      { ...criterion, isRequired: true, verdict: 'match', evidence: [evidence] },
      { ...criterion, isRequired: true, verdict: 'unknown', evidence: [{ ...evidence, actual: nobodyKnows }] },
    ],
  } as const;

  it('shows each criterion with its verdict, what was asked, and the value or why nobody knows it', () => {
    const text = card({ decision, unitOf: () => 'percent', stages: STAGES });
    const over = 'Hours over the estimate  work_order.hours_over_estimate';
    expect(text).toContain(`✗  required   ${over} 40 %, wanted <= 25`);
    expect(text).toContain(`·  preferred  ${over} 40 %, wanted <= 25`);
    expect(text).toContain(`✓  required   ${over} 40 %, wanted <= 25`);
    expect(text).toContain(`?  required   ${over} is unknown, wanted <= 25: No hours`);
    expect(text).toContain('nothing released');
    expect(text).not.toMatch(/Stage|No candidates|nobody chosen/);
    expect(card({ decision: { ...decision, costCents: 25_000 } })).toContain('releases $250.00');
    expect(card({ decision: { ...decision, review: [] } })).toContain('No candidates.');
    const skipped = aRecordedDecision({ outcome: 'skip', reason: { code: 'FM-4001', detail: {} }, candidates: [] });
    expect(card({ decision: skipped })).toContain('Nobody was scored.');
  });
});
