import type { Fact } from '../domain/fact.ts';
import { workSpan } from '../domain/work-order.ts';
import { elsewhere } from './commitments.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.has_overlap',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['ledger'],
  doc: 'Whether the provider is assigned to, or invited to, another work order of your company at the same time. Unknown when this work order has no start time; work for other companies is not visible.',
  example: false,
  read: (input) => readOverlap(input),
};

function readOverlap(input: FactInput): Fact {
  const { startMs, endMs } = workSpan(input.workOrder);
  if (startMs === null || endMs === null) return unknown('The work order has no start time.');
  const overlaps = elsewhere(input).some(
    (other) => other.startMs !== null && other.startMs < endMs && (other.endMs ?? other.startMs + 1) > startMs,
  );
  return known(overlaps, 'ledger', input.takenAtMs);
}

export const overlap: CriterionDefinition = {
  key: 'overlap',
  label: 'Overlapping commitment',
  aliases: ['has_overlap', 'double_booked'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks whether the provider is bound at the same time; write `= false` to keep double bookings out. The guardrail `overlap` adds time to travel.',
};
