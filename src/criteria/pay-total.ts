import type { Fact } from '../domain/fact.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known, rowTime, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'request.pay_total',
  scope: 'candidate',
  type: { kind: 'number', unit: 'usd' },
  params: null,
  sources: ['row', 'work_order'],
  doc: 'What giving the work order to this provider costs at most, in US dollars: the pay and expenses a counter-offer asks, else the pay of the work order and any expenses asked. Unknown when neither carries pay.',
  example: 250,
  read: (input) => readPayTotal(input),
};

function readPayTotal({ row, costCents, ...times }: FactInput): Fact {
  const isCounter = row?.request?.isCounter ?? false;
  if (costCents !== null)
    return isCounter ? known(costCents, 'row', rowTime(times)) : known(costCents, 'work_order', times.takenAtMs);
  return unknown(isCounter ? 'The counter-offer names no pay.' : 'The work order carries no pay.');
}

export const payTotal: CriterionDefinition = {
  key: 'pay_total',
  label: 'Total cost',
  aliases: ['total_pay', 'total_cost'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many dollars in total. Limits that must always hold belong into the guardrails.',
};
