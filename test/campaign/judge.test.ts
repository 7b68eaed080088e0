import { describe, expect, it } from 'vitest';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import type { RecordedDecision, RecordedIntent } from '../../src/domain/recorded-decision.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import type { LogEntry } from '../../src/sandbox/world/nouns.ts';
import { aDecision } from '../contract/ledger-rows.ts';
import { findViolations } from './judge.ts';

const ORDER = workOrderId(4047);
const AT_MS = Date.UTC(2026, 0, 5, 15);

/** Log entries in order, a second apart. */
function logOf(...entries: readonly Partial<LogEntry>[]): readonly LogEntry[] {
  return entries.map((entry, index) => ({
    seq: index + 1,
    at: new Date(AT_MS + index * 1000).toISOString(),
    kind: 'write',
    work_order_id: null,
    provider_id: null,
    detail: {},
    ...entry,
  }));
}

function wrote(kind: 'assign' | 'route', provider: number, status = 200): Partial<LogEntry> {
  const [path, who] = kind === 'assign' ? ['assignee', 'user'] : ['route', 'technician'];
  const body = JSON.stringify({ [who ?? '']: { id: provider } });
  return { detail: { method: 'POST', path: `/api/rest/v2/workorders/${ORDER}/${path}`, body, status } };
}

function happened(kind: string, provider: number, how = ''): Partial<LogEntry> {
  return { kind, work_order_id: ORDER, provider_id: provider, detail: { how } };
}

type End = { readonly kind: 'assign' | 'route'; readonly provider: number; readonly ends: readonly string[] };

/** One decision with these intents, each claimed before everything in the log and settled after it. */
function decided(...intents: readonly End[]): readonly RecordedDecision[] {
  const made = intents.map(({ kind, provider, ends }, index): RecordedIntent => {
    const place = { workOrderId: ORDER, providerId: providerId(provider) };
    const call: WriteCall = kind === 'assign' ? { kind, ...place, clientPayTermsAccepted: false } : { kind, ...place };
    const effects = ends.map((end, at) => ({
      n: at + 1,
      kind: end.split(' ')[0] ?? '',
      reason: { code: end.split(' ')[1] ?? 'FM-6001', detail: {} },
      atMs: AT_MS + 60_000,
    }));
    return { n: index + 1, call, costCents: 0, claimedAtMs: [AT_MS - 1000], effects };
  });
  const decision = aDecision({ calls: [] });
  return [
    {
      ...decision,
      workOrderId: ORDER,
      ruleFileId: 'file',
      workOrder: { title: '', facts: null },
      candidates: [],
      intents: made,
    },
  ];
}

const ASSIGNED = [wrote('assign', 1), happened('work_order.assigned', 1, 'assign')] as const;
const CONFIRMED: End = { kind: 'assign', provider: 1, ends: ['confirmed'] };

describe('the judge of the campaigns', () => {
  it('finds nothing where everything went well', () => {
    const log = logOf(
      ...ASSIGNED,
      happened('work_order.provider_cancelled', 1),
      wrote('route', 2),
      happened('route.opened', 2),
    );
    const decisions = decided(CONFIRMED, { kind: 'route', provider: 2, ends: ['unknown', 'confirmed'] });
    expect(findViolations({ log, decisions })).toEqual([]);
  });

  it.each([
    [
      'a second assignment',
      logOf(...ASSIGNED, wrote('assign', 2, 409)),
      [CONFIRMED, { kind: 'assign', provider: 2, ends: ['lost_race'] }],
      /assign of 2 .* although provider 1 is assigned by us/,
    ],
    ['a call nobody claimed', logOf(...ASSIGNED), [], /assign of 1 .* arrived 1 time\(s\), claimed 0 time\(s\)/],
    [
      'a call sent twice on one claim',
      logOf(wrote('assign', 1, 500), ...ASSIGNED),
      [CONFIRMED],
      /arrived 2 time\(s\), claimed 1/,
    ],
    [
      'an invitation of somebody who is invited',
      logOf(wrote('route', 2), happened('route.opened', 2), wrote('route', 2)),
      [
        { kind: 'route', provider: 2, ends: ['confirmed'] },
        { kind: 'route', provider: 2, ends: ['confirmed'] },
      ],
      /route of 2 .* although provider 2 is invited/,
    ],
    [
      'a second invitation',
      logOf(
        wrote('route', 2),
        happened('route.opened', 2),
        happened('route.declined', 2),
        wrote('route', 2),
        happened('route.opened', 2),
      ),
      [
        { kind: 'route', provider: 2, ends: ['confirmed'] },
        { kind: 'route', provider: 2, ends: ['confirmed'] },
      ],
      /provider 2 a second time/,
    ],
    [
      'a second invitation of somebody whose first was believed lost',
      logOf(
        wrote('route', 2),
        happened('route.opened', 2),
        happened('route.declined', 2),
        wrote('route', 2),
        happened('route.opened', 2),
      ),
      [
        { kind: 'route', provider: 2, ends: ['refused FM-6020'] },
        { kind: 'route', provider: 2, ends: ['confirmed'] },
      ],
      /provider 2 a second time/,
    ],
    ['a confirmation of nothing', logOf(), [CONFIRMED], /is confirmed, and never happened/],
    [
      'an effect that was given up',
      logOf(...ASSIGNED),
      [{ kind: 'assign', provider: 1, ends: ['refused FM-6020'] }],
      /is refused FM-6020, and happened/,
    ],
    [
      'what is open',
      logOf(wrote('route', 2), happened('route.opened', 2)),
      [{ kind: 'route', provider: 2, ends: ['unknown FM-6010'] }],
      /step 1 \(route\) is open/,
    ],
  ] as const)('finds %s', (_, log, intents, message) => {
    expect(findViolations({ log, decisions: decided(...intents) })).toEqual([expect.stringMatching(message)]);
  });
});
