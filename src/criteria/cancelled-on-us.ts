import type { Fact } from '../domain/fact.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known } from './reading.ts';

const DAY_MS = 86_400_000;

/** How far back assignments count; a season is long enough to show a habit and short enough to outlive one. */
export const CANCELLATION_WINDOW_MS = 90 * DAY_MS;

const fact: CandidateFact = {
  name: 'provider.cancelled_on_us',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['ledger'],
  doc: 'How many work orders that we gave the provider in the last 90 days, or that they took by accepting our invitation, they left again: the work order was open once more and we had not un-assigned them. Always known, 0 when our own ledger tells of none; what happened before there was a ledger, or by hand on the platform, it does not know. Whom a colleague takes off by hand it takes for one who left.',
  isAlwaysKnown: true,
  example: 0,
  read: (input) => countCancellations(input),
};

function countCancellations({ cancellations, takenAtMs }: FactInput): Fact {
  const recent = cancellations.filter(({ assignedAtMs }) => assignedAtMs >= takenAtMs - CANCELLATION_WINDOW_MS);
  return known(recent.length, 'ledger', takenAtMs);
}

export const cancelledOnUs: CriterionDefinition = {
  key: 'cancelled_on_us',
  label: 'Cancelled on your company',
  aliases: ['cancelled_on_our_company', 'left_us'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many work orders of your company that the provider took and left within 90 days. The cancel rate is about all companies and a verdict; this is what happened to you.',
};
