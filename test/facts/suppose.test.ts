import { describe, expect, it } from 'vitest';
import type { Facts, FactValue } from '../../src/domain/fact.ts';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import { type Supposed, slateAt, supposeSlate, supposeWorkOrder } from '../../src/facts/suppose.ts';
import { aCandidate, aRequest, aSlate, aWorkOrder, HOUR_MS, knownFacts, NOW_MS } from '../support/builders.ts';

function suppose(workOrder: Facts, providers: readonly (readonly [number, Facts])[] = []): Supposed {
  return {
    workOrderId: workOrderId(4047),
    workOrder,
    providers: new Map(providers.map(([id, facts]) => [providerId(id), facts])),
  };
}

const UNKNOWN = { kind: 'unknown', because: 'It is given as not known.' } as const;
const order = (key: string, value: FactValue | null) => {
  const facts = value === null ? { [`work_order.${key}`]: UNKNOWN } : knownFacts({ [`work_order.${key}`]: value });
  return supposeWorkOrder(aWorkOrder(), suppose(facts), NOW_MS);
};

describe('a supposed work order', () => {
  it.each<readonly [string, FactValue | null, Partial<WorkOrder>]>([
    ['is_remote', true, { isRemote: true }],
    ['is_remote', null, { isRemote: false }],
    ['is_bundled', true, { bundleId: 0 }],
    ['is_bundled', false, { bundleId: null }],
    ['pay_total', 30_000, { pay: { kind: 'fixed', maxCents: 30_000 } }],
    ['pay_total', null, { pay: { kind: 'none', maxCents: 0 } }],
    ['company_id', 9, { companyId: 9 }],
    ['client_id', null, { clientId: null }],
    ['project_id', 77, { projectId: 77 }],
    [
      'types_of_work',
      ['Automated Teller Machine (ATM)', 'Cabling'],
      {
        typesOfWork: [
          { id: 62, name: 'Automated Teller Machine (ATM)', isPrimary: true },
          { id: 0, name: 'Cabling', isPrimary: false },
        ],
      },
    ],
    ['types_of_work', null, { typesOfWork: [] }],
    ['title', 'Anything', { title: 'ATM repair' }],
  ])('whose %s is %j is so for more than conditions', (key, value, expected) => {
    expect(order(key, value)).toMatchObject(expected);
  });

  it('starts when it is said to, and keeps its length', () => {
    expect(order('hours_until_start', 120).schedule).toMatchObject({
      startMs: NOW_MS + 2 * HOUR_MS,
      endMs: NOW_MS + 4 * HOUR_MS,
    });
    expect(order('hours_until_start', null).schedule).toMatchObject({ startMs: null, endMs: null });
    const open = aWorkOrder({ schedule: { endMs: null } });
    const soon = supposeWorkOrder(open, suppose(knownFacts({ 'work_order.hours_until_start': 60 })), NOW_MS);
    expect(soon.schedule).toMatchObject({ startMs: NOW_MS + HOUR_MS, endMs: null });
    expect(order('local_date', '2026-12-01').schedule.localDate).toBe('2026-12-01');
    expect(order('local_date', null).schedule.localDate).toBeNull();
    expect(order('estimated_hours', 90).schedule.estimatedMinutes).toBe(90);
  });

  it('leaves every other work order alone', () => {
    const [other, supposed] = [aWorkOrder({ id: 1 }), suppose(knownFacts({ 'work_order.is_remote': true }))];
    expect(supposeWorkOrder(other, supposed, NOW_MS)).toBe(other);
    const slate = aSlate({ workOrder: other });
    expect(supposeSlate(slate, supposed)).toBe(slate);
  });
});

describe('a supposed slate', () => {
  const slate = aSlate({
    facts: knownFacts({ 'work_order.pay_total': 25_000, 'work_order.is_remote': false }),
    candidates: [
      aCandidate({
        request: aRequest({ isCounter: true, pay: { kind: 'fixed', maxCents: 27_500 } }),
        costCents: 27_500,
        facts: knownFacts({ 'request.pay_total': 27_500, 'request.counter_over_base': 1000, 'provider.rating': 300 }),
      }),
      aCandidate({ providerId: 801, facts: knownFacts({ 'request.pay_total': 25_000 }) }),
    ],
  });

  it('costs otherwise where the pay is supposed, counter-offers but for their own price', () => {
    const { facts, candidates } = supposeSlate(slate, suppose(knownFacts({ 'work_order.pay_total': 20_000 })));
    expect(facts).toMatchObject({ 'work_order.pay_total': { value: 20_000, source: 'given' } });
    expect(candidates.map(({ costCents }) => costCents)).toEqual([27_500, 20_000]);
    expect(candidates[1]?.facts).toEqual({ 'request.pay_total': expect.objectContaining({ value: 20_000 }) });
  });

  it('takes the cost that is supposed for the one that limits look at', () => {
    const asked = (facts: Facts) => supposeSlate(slate, suppose({}, [[557, facts]])).candidates;
    const [dear, other] = asked(knownFacts({ 'request.pay_total': 50_000 }));
    expect(dear).toMatchObject({ costCents: 50_000, facts: { 'request.counter_over_base': { value: 10_000 } } });
    expect(other).toBe(slate.candidates[1]);
    const [unknown] = asked({ 'request.pay_total': UNKNOWN });
    expect(unknown).toMatchObject({ costCents: null, facts: { 'request.counter_over_base': { kind: 'unknown' } } });
    const [rated] = asked(knownFacts({ 'provider.rating': 440 }));
    expect(rated).toMatchObject({ costCents: 27_500, facts: { 'provider.rating': { value: 440 } } });
  });

  it('changes the request where facts of it are supposed', () => {
    const given = knownFacts({
      'request.is_counter': false,
      'request.requested_at': NOW_MS - HOUR_MS,
      'request.minutes_until_expiry': 5,
    });
    const [known] = supposeSlate(slate, suppose({}, [[557, given]])).candidates;
    expect(known?.request).toMatchObject({
      isCounter: false,
      createdMs: NOW_MS - HOUR_MS,
      expiresMs: NOW_MS + 300_000,
    });
    const unknown = {
      'request.requested_at': UNKNOWN,
      'request.minutes_until_expiry': UNKNOWN,
      'request.is_counter': UNKNOWN,
    };
    const [open] = supposeSlate(slate, suppose({}, [[557, unknown]])).candidates;
    expect(open?.request).toMatchObject({ isCounter: true, createdMs: null, expiresMs: null });
    const bench = aSlate({ candidates: [aCandidate({ kind: 'bench', request: null })] });
    expect(supposeSlate(bench, suppose({}, [[557, given]])).candidates[0]?.request).toBeNull();
  });

  it('forgets at another time what merely ages, and nothing else', () => {
    const ageing = aSlate({
      facts: knownFacts({ 'work_order.hours_until_start': 60, 'work_order.is_remote': true }),
      candidates: [aCandidate({ facts: knownFacts({ 'request.minutes_until_expiry': 5, 'provider.rating': 450 }) })],
    });
    const later = slateAt(ageing, NOW_MS + HOUR_MS);
    expect(later.takenAtMs).toBe(NOW_MS + HOUR_MS);
    expect(Object.keys(later.facts)).toEqual(['work_order.is_remote']);
    expect(Object.keys(later.candidates[0]?.facts ?? {})).toEqual(['provider.rating']);
  });
});
