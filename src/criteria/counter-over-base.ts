import type { Fact } from '../domain/fact.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known, rowTime, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'request.counter_over_base',
  scope: 'candidate',
  type: { kind: 'number', unit: 'percent' },
  params: null,
  sources: ['row', 'work_order'],
  doc: 'By how many percent giving the work order to this provider costs more than its own pay; 0 when it costs no more. Unknown when the work order or the counter-offer carries no pay.',
  example: 15,
  read: (input) => readOverBase(input),
};

/** Basis points, rounded up: what exceeds a limit by a cent must not be rounded onto it. */
function readOverBase({ workOrder, row, costCents, ...times }: FactInput): Fact {
  const base = workOrder.pay.maxCents;
  if (base <= 0) return unknown('The work order carries no pay.');
  if (costCents === null) return unknown('The counter-offer names no pay.');
  const over = Math.max(0, Math.ceil(((costCents - base) * 10_000) / base));
  return row?.request?.isCounter ? known(over, 'row', rowTime(times)) : known(over, 'work_order', times.takenAtMs);
}

export const counterOverBase: CriterionDefinition = {
  key: 'counter_over_base',
  label: 'Counter-offer over base pay',
  aliases: ['counter_over_base_percent'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many percent over the pay of the work order. Requests without a counter-offer are at 0 unless they ask expenses.',
};
