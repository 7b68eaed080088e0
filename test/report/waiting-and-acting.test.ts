import { afterEach, describe, expect, it } from 'vitest';
import { providerId } from '../../src/domain/ids.ts';
import { effectsReport } from '../../src/report/effects.ts';
import { holdsReport } from '../../src/report/holds.ts';
import { incompleteDataReport } from '../../src/report/incomplete-data.ts';
import { latencyReport } from '../../src/report/latency.ts';
import { openIntentsReport } from '../../src/report/open-intents.ts';
import type { Report, ReportRange } from '../../src/report/report.ts';
import { ruleImpactReport } from '../../src/report/rule-impact.ts';
import { rulesReport } from '../../src/report/rules.ts';
import { NOW_MS } from '../support/builders.ts';
import { closeSmallLedgers, type SmallLedger, smallLedger } from '../support/small-ledger.ts';

afterEach(closeSmallLedgers);

const ALL: ReportRange = { sinceMs: null, untilMs: null, nowMs: NOW_MS };

/** The rows as objects, of the columns named. */
async function rowsOf(report: Report, { reader }: SmallLedger, asked: ReportRange, columns: readonly string[]) {
  const names = report.columns.map(({ name }) => name);
  const places = columns.map((column) => names.indexOf(column));
  expect(places).not.toContain(-1);
  return (await report.load(reader, { ...ALL, ...asked })).map((row) => places.map((place) => row[place]));
}

describe('holds', () => {
  const STAGES = {
    stages: [
      { after_minutes: 0, do: 'assign' },
      { after_minutes: 480, do: 'hold' },
    ],
  };

  /** It is 2026-11-23T15:00Z. Whatever is not said starts the next day at 15:00, so that its deadline is now or before. */
  function openLedger() {
    const nextWeek = { start: '2026-12-01T15:00Z' };
    return smallLedger({
      rules: { atm: { decision: STAGES }, later: { mode: 'recommend', decision: STAGES } },
      decisions: [
        // Waits for the stage 480 min after its opening at 13:00: 21:00. Decided three times with this reason; the first is no break.
        {
          order: 11,
          outcome: 'hold',
          reason: 'FM-3001',
          at: '2026-11-23T13:10Z',
          openedAt: '2026-11-23T13:00Z',
          ...nextWeek,
        },
        ...['2026-11-23T13:30Z', '2026-11-23T14:00Z'].map((at) => ({
          ...{ order: 11, outcome: 'wait' as const, at, openedAt: '2026-11-23T13:00Z', ...nextWeek },
          reason: { code: 'FM-2002' as const, detail: { next_do: 'hold', after_minutes: 480 } },
        })),
        // Assigned and confirmed: not open.
        { order: 12, winner: 557, at: '2026-11-23T12:00Z' },
        // Assigned by somebody else while it was held: not open.
        { order: 13, outcome: 'hold', reason: 'FM-3001', at: '2026-11-23T12:00Z' },
        // The write was refused at 12:00:01; its work begins at 10:00 the next day, so that its deadline is that moment.
        {
          ...{ order: 14, winner: 601, at: '2026-11-23T12:00Z', start: '2026-11-24T10:00Z', client: 7, project: 9 },
          intents: [{ effects: [{ kind: 'refused', reason: 'FM-6004' }] }],
        },
        // Sent at 12:00 and never looked at.
        { order: 15, winner: 602, at: '2026-11-23T12:00Z', ...nextWeek, intents: [{ effects: [] }] },
        // Recommended, and nobody has answered; a shadow file's word does not count.
        { order: 16, rule: 'later', winner: 603, at: '2026-11-23T14:00Z', openedAt: '2026-11-23T13:00Z', ...nextWeek },
        { order: 16, rule: 'atm', mode: 'shadow', outcome: 'wait', at: '2026-11-23T14:01Z', ...nextWeek },
        // Rejected.
        { order: 17, rule: 'later', winner: 604, at: '2026-11-23T14:00Z', openedAt: '2026-11-23T13:00Z', ...nextWeek },
        // Its day was yesterday: last, whatever its deadline.
        { order: 18, outcome: 'hold', reason: 'FM-3001', at: '2026-11-21T12:00Z', start: '2026-11-22T10:00Z' },
        // Assigned, and un-assigned by somebody else; nothing decided since.
        { order: 19, winner: 605, at: '2026-11-23T10:00Z', ...nextWeek },
        // Invited; nobody has accepted.
        {
          order: 20,
          outcome: 'route',
          winner: 606,
          at: '2026-11-23T14:30Z',
          openedAt: '2026-11-23T13:30Z',
          ...nextWeek,
        },
        // No longer open when it was looked at last.
        { order: 21, outcome: 'skip', rule: null, reason: { code: 'FM-4002', detail: { status: 'cancelled' } } },
      ],
      observations: [
        { kind: 'assigned_by_other', order: 13, provider: 900, at: '2026-11-23T13:00Z' },
        { kind: 'unassigned', order: 19, provider: 605, decision: '19.1.1', at: '2026-11-23T11:00Z' },
      ],
      answers: [{ decision: '17.1.1', verdict: 'rejected', because: 'bad history', at: '2026-11-23T14:30Z' }],
    });
  }

  it('names what every open work order waits for, the most urgent first', async () => {
    const ledger = await openLedger();
    const columns = ['work_order', 'waits_for', 'hours', 'deadline_utc', 'late', 'reason', 'next_stage_utc'];
    expect(await rowsOf(holdsReport, ledger, ALL, columns)).toEqual([
      // 24 h before 10:00 of the 24th is before it was refused: then from the refusal on.
      [14, 'failed', 2, '2026-11-23T12:00:01Z', 'yes', 'FM-6004', null],
      // Opened at 09:00, last stage 17:00.
      [19, 'run', 4, '2026-11-23T17:00:00Z', null, 'FM-1002', null],
      // Opened at 11:00, last stage 19:00.
      [15, 'end', 3, '2026-11-23T19:00:00Z', null, 'FM-1002', null],
      // Opened at 13:00: 21:00.
      [11, 'stage', 1, '2026-11-23T21:00:00Z', null, 'FM-2002', '2026-11-23T21:00:00Z'],
      [16, 'answer', 1, '2026-11-23T21:00:00Z', null, 'FM-1002', null],
      [17, 'rejected', 1, '2026-11-23T21:00:00Z', null, 'FM-1002', null],
      [20, 'acceptance', 0, '2026-11-23T21:30:00Z', null, 'FM-1101', null],
      [18, 'person', 51, '2026-11-21T12:00:00Z', 'over', 'FM-3001', null],
    ]);
  });

  it('says in words what to do about it', async () => {
    const rows = await rowsOf(holdsReport, await openLedger(), ALL, ['work_order', 'because', 'remedy']);
    const textOf = (order: number) =>
      rows
        .find(([of]) => of === order)
        ?.slice(1)
        .join(' ');
    expect(textOf(11)).toContain(
      '(hold) comes 480 min after opening. That is at 2026-11-23T21:00:00Z. See the candidates: explain 11.',
    );
    expect(textOf(14)).toContain('Assign provider 601 refused: ');
    expect(textOf(15)).toContain(
      'not known: assign provider 602. The next run reads again. If it can never be read: settle 15.1.1',
    );
    expect(textOf(16)).toContain('decision 16.1.1: assign provider 603. approve decision 16.1.1; or reject');
    expect(textOf(17)).toContain('was rejected by ops@example (bad history)');
  });

  it('is narrowed by whom it concerns, and by when it came to wait', async () => {
    const ledger = await openLedger();
    const orders = async (asked: Partial<ReportRange>) =>
      (await rowsOf(holdsReport, ledger, { ...ALL, ...asked }, ['work_order'])).flat();
    expect(await orders({ ruleFileId: 'later' })).toEqual([16, 17]);
    expect(await orders({ clientId: 7 })).toEqual([14]);
    expect(await orders({ projectId: 9, clientId: 310 })).toEqual([]);
    expect(await orders({ providerId: providerId(603) })).toEqual([16]);
    // Since when it waits for this: order 11 since 13:30.
    expect(await orders({ sinceMs: Date.UTC(2026, 10, 23, 13, 30), untilMs: Date.UTC(2026, 10, 23, 14) })).toEqual([
      11,
    ]);
  });
});

describe('effects', () => {
  /** All decided at 12:00 and claimed then. */
  function effectLedger() {
    const at = '2026-11-23T12:00Z';
    return smallLedger({
      rules: { atm: {} },
      decisions: [
        // Confirmed at once: not listed.
        { order: 11, winner: 557, at },
        { order: 12, winner: 601, at, intents: [{ effects: [{ kind: 'refused', reason: 'FM-6004' }] }], client: 7 },
        // Unclear at 12:00:01, and shown by the platform when the next run looked, half an hour later.
        {
          ...{ order: 13, winner: 602, at },
          intents: [{ effects: ['unknown', { kind: 'confirmed', at: '2026-11-23T12:30Z', run: 'run-2' }] }],
        },
        // Sent twice, and settled by a person's word.
        {
          ...{ order: 14, winner: 603, at },
          intents: [
            {
              claimed: [at, '2026-11-23T12:10Z'],
              effects: [
                { kind: 'unknown', at: '2026-11-23T12:20Z' },
                {
                  ...{ kind: 'confirmed', at: '2026-11-23T13:00Z', run: 'run-3' },
                  reason: { code: 'FM-6045', detail: { by: 'ops@example', because: 'seen' } },
                },
              ],
            },
          ],
        },
        { order: 15, outcome: 'mass_route', providers: [604, 605], at, intents: [{ effects: [] }] },
        { order: 16, rule: null, mode: null, winner: 606, at, intents: [{ effects: ['lost_race'] }] },
      ],
    });
  }

  it('lists every write that was not confirmed at once, with how it was settled', async () => {
    const columns = ['work_order', 'claims', 'ended', 'minutes', 'settled_by', 'reason', 'provider'];
    expect(await rowsOf(effectsReport, await effectLedger(), ALL, columns)).toEqual([
      [12, 1, 'refused', 0, 'its run', 'FM-6004', 601],
      [13, 1, 'confirmed', 30, 'a later run', 'FM-6001', 602],
      [14, 2, 'confirmed', 60, 'person: ops@example', 'FM-6045', 603],
      [15, 1, 'sent', null, null, null, '604 605'],
      [16, 1, 'lost_race', 0, 'its run', 'FM-6003', 606],
    ]);
  });

  it('tells each effect with its time', async () => {
    const rows = await rowsOf(effectsReport, await effectLedger(), ALL, ['effects']);
    expect(rows[1]).toEqual(['2026-11-23T12:00:01Z unknown FM-6010; 2026-11-23T12:30:00Z confirmed FM-6001']);
  });

  it('is narrowed by whom it concerns and by what was known last; so are open intents', async () => {
    const ledger = await effectLedger();
    const orders = async (asked: Partial<ReportRange>, report = effectsReport) =>
      (await rowsOf(report, ledger, { ...ALL, ...asked }, ['work_order'])).flat();
    expect(await orders({ sinceMs: Date.UTC(2026, 10, 23, 12, 30), untilMs: Date.UTC(2026, 10, 23, 13) })).toEqual([
      13,
    ]);
    expect(await orders({ clientId: 7 })).toEqual([12]);
    expect(await orders({ ruleFileId: 'atm', providerId: providerId(605) })).toEqual([15]);
    expect(await orders({ providerId: providerId(606) })).toEqual([16]);
    expect(await orders({ providerId: providerId(605) }, openIntentsReport)).toEqual([15]);
    expect(await orders({ providerId: providerId(606) }, openIntentsReport)).toEqual([]);
    expect(await orders({ clientId: 7 }, openIntentsReport)).toEqual([]);
  });

  it('says nothing where all went well', async () => {
    const ledger = await smallLedger({ decisions: [{ order: 11, winner: 557 }] });
    expect(await effectsReport.load(ledger.reader, ALL)).toEqual([]);
  });
});

it('tells the share of a canary in the history of the rule files, and of one file what concerns it', async () => {
  const canary = (percent: number) => ({ mode: 'canary', canary_percent: percent });
  const ledger = await smallLedger({
    rules: { atm: canary(10), rest: {} },
    laterRules: [
      { at: NOW_MS + 60_000, rules: { atm: canary(20), rest: {} } },
      { at: NOW_MS + 120_000, rules: { rest: {} } },
    ],
  });
  const whats = await rowsOf(rulesReport, ledger, ALL, ['what']);
  expect(whats.flat()).toEqual([
    'atm is new, in canary of 10 %; rest is new, in enforce',
    'atm has another text, in canary of 20 %',
    'atm is gone; rest has another text, in enforce',
  ]);
  const atRest = await rowsOf(rulesReport, ledger, { ...ALL, ruleFileId: 'rest' }, ['what']);
  expect(atRest).toHaveLength(2);
});

describe('latency', () => {
  /** Every work order opened at 09:00; confirmed a second after it is decided and claimed, unless said. */
  function pastLedger() {
    const asked = { openedAt: '2026-11-23T09:00Z' };
    const confirmedAt = (at: string) => ({ intents: [{ effects: [{ kind: 'confirmed' as const, at }] }] });
    const nobody = [{ provider: 700, verdicts: { rating: 'no_match' as const } }];
    return smallLedger({
      rules: { atm: {}, later: { mode: 'recommend' } },
      decisions: [
        // Nobody eligible at 09:10; 557 at 09:30, held; assigned at 09:40, confirmed at 09:41: 11 min after the request was seen.
        { order: 11, outcome: 'wait', at: '2026-11-23T09:10Z', candidates: nobody, ...asked },
        { order: 11, outcome: 'hold', at: '2026-11-23T09:30Z', candidates: [{ provider: 557 }], ...asked },
        { order: 11, winner: 557, at: '2026-11-23T09:40Z', ...asked, ...confirmedAt('2026-11-23T09:41Z') },
        // Assigned as soon as it was seen, at 09:20: 1 min.
        { order: 12, winner: 557, at: '2026-11-23T09:20Z', ...asked, ...confirmedAt('2026-11-23T09:21Z') },
        // The same in an hour: 3 min. Un-assigned later, and assigned again in another episode: 1 min.
        { order: 13, winner: 558, at: '2026-11-23T10:20Z', ...asked, ...confirmedAt('2026-11-23T10:23Z') },
        {
          order: 13,
          episode: 2,
          winner: 559,
          at: '2026-11-23T14:00Z',
          openedAt: '2026-11-23T13:00Z',
          ...confirmedAt('2026-11-23T14:01Z'),
        },
        // Recommended at 09:30; a person said yes, and it was done at 10:30.
        { order: 14, rule: 'later', winner: 560, at: '2026-11-23T09:30Z', ...asked },
        { order: 14, rule: 'later', winner: 560, at: '2026-11-23T10:30Z', ...asked, intents: [{}] },
        // Invited at 09:15 (a bench candidate is no request), accepted at 09:45.
        {
          order: 15,
          outcome: 'route',
          winner: 561,
          at: '2026-11-23T09:15Z',
          candidates: [{ provider: 561, kind: 'bench' }],
          ...asked,
        },
        // Held with an eligible request at 09:30; somebody else assigned 12 min later. A shadow file's sight of it does not count.
        { order: 16, mode: 'shadow', winner: 562, at: '2026-11-23T09:05Z', ...asked },
        { order: 16, outcome: 'hold', at: '2026-11-23T09:30Z', candidates: [{ provider: 562 }], client: 7, ...asked },
        // Never assigned.
        { order: 17, outcome: 'hold', at: '2026-11-23T09:30Z', candidates: [{ provider: 562 }], ...asked },
        // By hand.
        { order: 18, rule: null, mode: null, winner: 563, at: '2026-11-23T11:00Z', candidates: [], ...asked },
      ],
      observations: [
        { kind: 'unassigned', order: 13, provider: 558, decision: '13.1.1', at: '2026-11-23T13:00Z' },
        { kind: 'route_accepted', order: 15, provider: 561, decision: '15.1.1', at: '2026-11-23T09:45Z' },
        { kind: 'assigned_by_other', order: 16, provider: 900, at: '2026-11-23T09:42Z' },
      ],
    });
  }

  const HEAD = ['rule_file', 'how', 'assigned', 'with_request', 'p50_minutes', 'p90_minutes', 'max_minutes'];

  it('measures from the first eligible request to the assignment, automated and by people', async () => {
    expect(await rowsOf(latencyReport, await pastLedger(), ALL, HEAD)).toEqual([
      // 11, 1, 3, 1 min: sorted 1 1 3 11, so the second and the fourth.
      ['atm', 'automated', 4, 4, 1, 11, 11],
      ['atm', 'invited', 1, 0, null, null, null],
      ['atm', 'elsewhere', 1, 1, 12, 12, 12],
      ['later', 'approved', 1, 1, 60 + 1 / 60, 60 + 1 / 60, 60 + 1 / 60],
      ['all', 'automated', 4, 4, 1, 11, 11],
      ['all', 'invited', 1, 0, null, null, null],
      ['all', 'approved', 1, 1, 60 + 1 / 60, 60 + 1 / 60, 60 + 1 / 60],
      ['all', 'by_hand', 1, 0, null, null, null],
      ['all', 'elsewhere', 1, 1, 12, 12, 12],
    ]);
  });

  it('tells the parts of that time', async () => {
    const parts = ['to_request_max_minutes', 'to_decision_max_minutes', 'to_confirmed_max_minutes', 'open_max_minutes'];
    const ledger = await pastLedger();
    const [automated] = await rowsOf(latencyReport, ledger, { ...ALL, providerId: providerId(557) }, parts);
    // Orders 11 and 12: seen 30 and 20 min after opening, decided 10 and 0 later, confirmed 1 later; 41 and 21 in all.
    expect(automated).toEqual([30, 10, 1, 41]);
    const [, invited] = await rowsOf(latencyReport, ledger, ALL, parts);
    expect(invited).toEqual([null, null, 30, 45]);
  });

  it('is narrowed by whom it concerns and by when it was assigned', async () => {
    const ledger = await pastLedger();
    const heads = async (asked: Partial<ReportRange>) =>
      rowsOf(latencyReport, ledger, { ...ALL, ...asked }, HEAD.slice(0, 3));
    expect(await heads({ clientId: 7 })).toEqual([
      ['atm', 'elsewhere', 1],
      ['all', 'elsewhere', 1],
    ]);
    expect(await heads({ ruleFileId: 'later' })).toEqual([
      ['later', 'approved', 1],
      ['all', 'approved', 1],
    ]);
    expect(await heads({ sinceMs: Date.UTC(2026, 10, 23, 14) })).toEqual([
      ['atm', 'automated', 1],
      ['all', 'automated', 1],
    ]);
  });
});

describe('rule-impact', () => {
  /** Two texts of one file; the second from 12:00 on. Confirmed a second after the decision, opened an hour before it. */
  function editedLedger() {
    const at = (hour: number) => Date.UTC(2026, 10, 23, hour);
    return smallLedger({
      rules: { atm: { name: 'old' } },
      laterRules: [{ at: at(12), rules: { atm: { name: 'new' } } }],
      decisions: [
        // Old: 11 filled for 250 dollars, and taken away again; 12 decided twice, nobody eligible in the end.
        { order: 11, winner: 557, runnerUp: 558, marginPoints: 20, at: at(9), openedAt: at(8) },
        { order: 12, outcome: 'wait', at: at(9), candidates: [] },
        { order: 12, outcome: 'hold', at: at(10), candidates: [{ provider: 7, verdicts: { rating: 'no_match' } }] },
        // New: 13 filled for a counter of 300 where 250 was offered, 14 by an accepted invitation after 90 min; 15 refused.
        {
          ...{ order: 13, winner: 560, at: at(13), openedAt: at(12), costCents: 30_000, payCents: 25_000, client: 7 },
          intents: [{ do: 'accept_counter' }],
        },
        { order: 14, outcome: 'route', winner: 561, at: at(13), openedAt: at(12), costCents: 25_000 },
        { order: 15, winner: 562, at: at(13), intents: [{ effects: ['refused'] }] },
        // Somebody else was faster; and what a shadow decides counts for nothing.
        { order: 16, outcome: 'hold', at: at(13), candidates: [{ provider: 563 }] },
        { order: 17, mode: 'shadow', winner: 564, at: at(13) },
      ],
      observations: [
        { kind: 'unassigned', order: 11, provider: 557, decision: '11.1.1', at: at(11) },
        { kind: 'route_accepted', order: 14, provider: 561, decision: '14.1.1', at: '2026-11-23T13:30Z' },
        { kind: 'assigned_by_other', order: 16, provider: 900, at: at(14) },
      ],
    });
  }

  it('shows what each text did, beside the text before', async () => {
    const ledger = await editedLedger();
    const of = (columns: readonly string[]) => rowsOf(ruleImpactReport, ledger, ALL, columns);
    expect(await of(['rule_file', 'since_utc', 'decisions', 'work_orders', 'acted_on', 'filled'])).toEqual([
      ['atm', '2026-11-23T09:00:00Z', 3, 2, 1, 1],
      ['atm', '2026-11-23T12:00:00Z', 4, 4, 2, 2],
    ]);
    // Nobody: 12 of two; none of four. Held: 12; 16.
    expect(await of(['nobody_percent', 'nobody_change', 'held_percent', 'filled_percent', 'filled_change'])).toEqual([
      [50, null, 50, 50, null],
      [0, -50, 25, 50, 0],
    ]);
    // 250; 300 and 250. Above base: 0; 50 and 0.
    expect(await of(['cost_usd', 'cost_change_usd', 'over_base_usd', 'undone_percent', 'undone_change'])).toEqual([
      [250, null, 0, 100, null],
      [275, 25, 25, 0, -100],
    ]);
    // From 8:00 to 9:00:01; from 12:00 to 13:00:01 and to 13:30.
    expect(await of(['fill_minutes', 'margin_points', 'points_percent'])).toEqual([
      [60 + 1 / 60, 20, 100],
      [60 + 1 / 60, null, 100],
    ]);
  });

  it('leaves out what files decide that review finished work', async () => {
    const closing = {
      kind: 'review',
      criteria: [{ name: 'Closing notes' }],
      decision: { approve_when: 'all_required', otherwise: 'hold' },
    };
    const ledger = await smallLedger({
      rules: { atm: {}, closing },
      decisions: [
        { order: 1, winner: 10 },
        { order: 1, rule: 'closing', outcome: 'approve', at: NOW_MS + 60_000 },
      ],
    });
    // Else there were a second row, of a file that found nobody and filled nothing.
    const said = await rowsOf(ruleImpactReport, ledger, ALL, ['rule_file', 'work_orders', 'filled_percent']);
    expect(said).toEqual([['atm', 1, 100]]);
  });

  it('is narrowed by whom it concerns and by when it was decided', async () => {
    const ledger = await editedLedger();
    const counts = async (asked: Partial<ReportRange>) =>
      (await rowsOf(ruleImpactReport, ledger, { ...ALL, ...asked }, ['work_orders'])).flat();
    expect(await counts({ clientId: 7 })).toEqual([1]);
    expect(await counts({ untilMs: Date.UTC(2026, 10, 23, 12) })).toEqual([2]);
    expect(await counts({ providerId: providerId(561) })).toEqual([1]);
    expect(await counts({ ruleFileId: 'other' })).toEqual([]);
  });
});

describe('incomplete-data', () => {
  const required = { is_required: true, can_remote: true };
  const RULES = [
    { key: 'rating', name: 'rating', operator: '>=', value: 4.5, weight: 100, ...required },
    {
      key: 'cancel_rate',
      name: 'Provider cancel rate',
      operator: '<=',
      value: 5,
      weight: 50,
      ...required,
      on_missing: 'match',
    },
    {
      key: 'on_time',
      name: 'on_time',
      operator: '>=',
      value: 90,
      weight: 30,
      is_required: false,
      can_remote: true,
      on_missing: 'no_match',
    },
  ];

  function doubtfulLedger() {
    const unknown = (...keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 'unknown' as const]));
    return smallLedger({
      rules: { atm: { selection_rule: { rules: RULES } }, shade: { mode: 'shadow' } },
      decisions: [
        // The winner's cancel rate counts as matched; had it not, 558 would have won.
        {
          order: 11,
          winner: 557,
          runnerUp: 558,
          candidates: [{ provider: 557, verdicts: unknown('cancel_rate') }, { provider: 558 }],
        },
        // 180 points beside 150, whose on_time is unknown: 30 more are a tie, and change nothing.
        {
          order: 12,
          winner: 559,
          runnerUp: 560,
          candidates: [{ provider: 559 }, { provider: 560, verdicts: unknown('on_time') }],
        },
        // 150 beside 150, whose on_time is unknown: it would have won by 30.
        {
          ...{ order: 13, winner: 561, runnerUp: 562, client: 7 },
          candidates: [
            { provider: 561, verdicts: { on_time: 'no_match' } },
            { provider: 562, verdicts: unknown('on_time') },
          ],
        },
        // Nobody; the rating of the best is unknown, and all that stops it.
        { order: 14, outcome: 'hold', candidates: [{ provider: 563, verdicts: unknown('rating') }] },
        // The same, but an exclusion stops it as well.
        {
          order: 15,
          outcome: 'hold',
          candidates: [{ provider: 564, verdicts: unknown('rating'), blockedBy: ['FM-5002', 'FM-5007'] }],
        },
        // All known; and a shadow's decision is none of those that count.
        { order: 16, winner: 565 },
        { order: 16, rule: 'shade', outcome: 'hold', candidates: [{ provider: 566, verdicts: unknown('rating') }] },
      ],
    });
  }

  it('counts what did not rest on known facts, and where it could have mattered', async () => {
    const columns = [
      'criterion',
      'decisions',
      'percent',
      'pivotal',
      'winners',
      'by_on_missing',
      'unknown',
      'candidates',
    ];
    expect(await rowsOf(incompleteDataReport, await doubtfulLedger(), ALL, columns)).toEqual([
      // Each share is of the six live decisions.
      ['on_time', 2, 33.3, 1, 0, 2, 0, 2],
      ['rating', 2, 33.3, 1, 0, 0, 2, 2],
      ['cancel_rate', 1, 16.7, 1, 1, 1, 0, 1],
    ]);
  });

  it('is narrowed by whom it concerns, a provider by its own verdicts', async () => {
    const ledger = await doubtfulLedger();
    const of = (asked: Partial<ReportRange>) =>
      rowsOf(incompleteDataReport, ledger, { ...ALL, ...asked }, ['criterion', 'decisions', 'pivotal']);
    expect(await of({ clientId: 7 })).toEqual([['on_time', 1, 1]]);
    expect(await of({ providerId: providerId(557) })).toEqual([['cancel_rate', 1, 1]]);
    // The doubts were 557's.
    expect(await of({ providerId: providerId(558) })).toEqual([]);
    expect(await of({ ruleFileId: 'shade' })).toEqual([]);
  });

  it('tells of a winner’s values that were a week old', async () => {
    const seen = { kind: 'known', value: 490, source: 'directory', observedAtMs: NOW_MS - 9 * 86_400_000 } as const;
    const ledger = await smallLedger({
      decisions: [{ order: 11, winner: 557, candidates: [{ provider: 557, facts: { 'provider.rating': seen } }] }],
    });
    const columns = ['criterion', 'decisions', 'stale', 'oldest_days'];
    expect(await rowsOf(incompleteDataReport, ledger, ALL, columns)).toEqual([['rating', 0, 1, 9]]);
  });
});
