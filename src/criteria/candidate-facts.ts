import type { Fact } from '../domain/fact.ts';
import type { ProviderRequest } from '../domain/provider.ts';
import type { CandidateFact, FactInput } from './definition.ts';
import { known, rowTime, unknown } from './reading.ts';

/** Facts of a candidate that no criterion has for its own: for conditions and tie-breaks. */
export const CANDIDATE_FACTS: readonly CandidateFact[] = [
  {
    name: 'candidate.kind',
    scope: 'candidate',
    type: { kind: 'text', values: ['request', 'routed', 'bench'] },
    params: null,
    sources: ['row'],
    doc: 'How the provider stands to the work order: request (asked for it), routed (invited), bench (known, not invited). Always known.',
    isAlwaysKnown: true,
    example: 'request',
    read: (input) => known(input.kind, 'row', rowTime(input)),
  },
  {
    name: 'request.requested_at',
    scope: 'candidate',
    type: { kind: 'number', unit: 'timestamp' },
    params: null,
    sources: ['row'],
    doc: 'When the provider requested the work order, in milliseconds since 1970. Unknown without a request.',
    example: 1_795_446_000_000,
    read: (input) =>
      fromRequest(input, ({ createdMs }) => createdMs, 'The platform does not say when it was requested.'),
  },
  {
    name: 'request.minutes_until_expiry',
    scope: 'candidate',
    type: { kind: 'number', unit: 'minutes' },
    params: null,
    sources: ['row'],
    doc: 'Whole minutes until the request expires; below zero once it has. Unknown without a request, and for a request that does not expire.',
    example: 30,
    isAgeing: true,
    read: (input) =>
      fromRequest(
        input,
        ({ expiresMs }) => (expiresMs === null ? null : Math.floor((expiresMs - input.takenAtMs) / 60_000)),
        'The request has no expiry.',
      ),
  },
];

function fromRequest(
  { row, ...times }: FactInput,
  pick: (request: ProviderRequest) => number | null,
  because: string,
): Fact {
  const request = row?.request ?? null;
  if (request === null) return unknown('The provider has not requested the work order.');
  const value = pick(request);
  return value === null ? unknown(because) : known(value, 'row', rowTime(times));
}
