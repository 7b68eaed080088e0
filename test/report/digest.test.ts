import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutesSaved } from '../../src/analysis/minutes-saved.ts';
import { type Digest, readDigest } from '../../src/report/digest.ts';
import { digestPage } from '../../src/report/digest-page.ts';
import { closeSmallLedgers, type SmallLedger, smallLedger } from '../support/small-ledger.ts';

const SINCE_MS = Date.parse('2026-11-23T00:00Z');
const UNTIL_MS = Date.parse('2026-11-24T00:00Z');

let ledger: SmallLedger;
let digest: Digest;
let page = '';
beforeAll(async () => {
  ledger = await smallLedger({
    rules: {
      atm: { guardrails: { pay: { max_daily_total_usd: 1000 } } },
      trial: { mode: 'shadow', priority: 1 },
    },
    decisions: [
      // Before the time.
      { order: 10, rule: 'atm', winner: 557, at: '2026-11-22T23:00Z' },
      // Assigned after 30 min: 2 min + 3 providers × 0.5 min.
      {
        ...{ order: 11, rule: 'atm', winner: 557, runnerUp: 601, marginPoints: 25, title: '<b>ATM</b>' },
        ...{ openedAt: '2026-11-23T08:30Z', at: '2026-11-23T09:00Z', costCents: 30_000 },
        candidates: [{ provider: 557 }, { provider: 601 }, { provider: 733, blockedBy: ['FM-5004'] }],
      },
      { order: 11, seq: 2, rule: 'trial', winner: 601, at: '2026-11-23T09:00Z' },
      // Nearer, and in favour of the one with fewer points. Refused.
      {
        ...{ order: 12, rule: 'atm', winner: 601, runnerUp: 557, marginPoints: -5, at: '2026-11-23T10:00Z' },
        intents: [{ effects: ['refused'] }],
      },
      // Invited, and accepted after 3 h: 2 min + 1 × 0.5 min.
      {
        ...{ order: 13, rule: 'atm', outcome: 'route', winner: 602, candidates: [{ provider: 602, kind: 'bench' }] },
        ...{ openedAt: '2026-11-23T10:00Z', at: '2026-11-23T11:00Z', costCents: 10_000 },
      },
      // By hand: saves nothing.
      { order: 14, rule: null, winner: 603, candidates: [], at: '2026-11-23T12:00Z' },
      { order: 15, rule: 'atm', outcome: 'hold', candidates: [], at: '2026-11-23T12:00Z' },
    ],
    observations: [
      { kind: 'route_accepted', order: 13, provider: 602, decision: '13.1.1', at: '2026-11-23T13:00Z' },
      { kind: 'assigned_by_other', order: 12, provider: 999, at: '2026-11-23T14:00Z' },
    ],
  });
  digest = await readDigest(ledger.reader, { sinceMs: SINCE_MS, untilMs: UNTIL_MS });
  page = digestPage(digest);
});
afterAll(closeSmallLedgers);

describe('a digest', () => {
  it('tells what was filled, by whom and how, within its time', () => {
    const told = digest.fills.map(({ workOrderId, how, ruleFileId, providerId, candidates, costCents }) => [
      ...[workOrderId, how, ruleFileId, providerId, candidates, costCents],
    ]);
    expect(told).toEqual([
      [11, 'assign', 'atm', 557, 3, 30_000],
      [14, 'assign', null, 603, 0, 25_000],
      [13, 'route_accepted', 'atm', 602, 1, 10_000],
    ]);
    expect(digest.fills.map(({ openedAtMs, filledAtMs }) => (filledAtMs - openedAtMs) / 1000)).toEqual([
      // Confirmed a second after the decision; the last seen at a moment of its own.
      1801, 3601, 10_800,
    ]);
  });

  it('counts the minutes saved by rule files alone, and shows the formula', () => {
    // 2 × 2 + floor(4 × 0.5)
    expect(minutesSaved(digest.fills)).toEqual({ times: 2, providers: 4, minutes: 6 });
    expect(page).toContain(
      'about 6 minutes = 2 times filled × 2 min to open, choose and assign + 4 providers on their slates × 0.5 min to read; a rule of thumb, not measured.',
    );
    expect(page).toContain(
      '2 times automatically, 2 work orders: 1 assigned, 0 by an accepted counter-offer, 1 by an accepted invitation; 1 by hand through us.',
    );
  });

  it('counts live decisions by day and outcome, and no shadow', () => {
    expect(digest.outcomes.map(({ outcome, decisions }) => [outcome, decisions])).toEqual([
      ['assign', 3],
      ['hold', 1],
      ['route', 1],
    ]);
    expect(page).toContain(
      '<th scope="row" class="whole">2026-11-23</th><td class="right">4</td><td class="right">0</td>',
    );
  });

  it('puts the closest calls first, in whichever direction', () => {
    expect(digest.closest.map(({ decisionId, marginMilli }) => [decisionId, marginMilli])).toEqual([
      ['12.1.1', -5000],
      ['11.1.1', 25_000],
    ]);
  });

  it('draws money of the day against its limit, and how slates shrank', () => {
    // 11: $300, 13: $100, 14 by hand: $250; what was refused binds nothing.
    expect(page).toContain('Committed on 1 day, $650 in all;');
    // 11, 12, 13 and 15 are the live file's: 3 + 2 + 1 + 0 candidates, of whom 733 of work order 11 has expired.
    expect(page).toContain('Candidates of 4 decisions by atm: 6 on the slates, 5 eligible in the end.');
  });

  it('has every part under a heading, and each drawing has its figures in a table too', () => {
    const titles = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    for (const title of [
      ...[
        'What was filled',
        'Decisions',
        'Money against the limits',
        'Open work, and what it waits for',
        'Time to fill',
      ],
      ...[
        'Closest calls',
        'How slates shrank',
        'Decisions on incomplete data',
        'Where people did otherwise',
        'What must never happen',
      ],
      ...['Writes that were not clean', 'Who gets the work', 'Changes of rule files', 'Ledger'],
    ])
      expect(titles).toContain(title);
    for (const [section = ''] of page.matchAll(/<section>.*?<\/section>/gs))
      if (section.includes('<svg')) expect(section).toContain('<table>');
  });

  it('ends with the head of the chain, and lets no title become markup', async () => {
    expect(page).toContain(`${await ledger.reader.chainHead()}. Keep it elsewhere`);
    expect(page).not.toContain('<b>');
    expect(page).toContain('&#60;b&#62;ATM&#60;/b&#62;');
  });

  it('says so where nothing happened', async () => {
    const { reader } = await smallLedger();
    const empty = digestPage(await readDigest(reader, { sinceMs: 0, untilMs: 1 }));
    expect(empty).toContain('Nothing was filled.');
    expect(empty).toContain('Nothing was decided.');
    expect(empty).not.toMatch(/NaN|undefined|<svg/);
  });
});
