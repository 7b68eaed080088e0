import type { PlannedDecision } from '../domain/decision.ts';
import type { CandidateKind } from '../domain/provider.ts';

/** How many candidates there are, by kind, and how many of them are eligible. */
export type SlateSize = { readonly [kind in CandidateKind]: number } & { readonly eligible: number };

export function sizeOfSlate({ candidates }: Pick<PlannedDecision, 'candidates'>): SlateSize {
  const size = { request: 0, routed: 0, bench: 0, eligible: 0 };
  for (const { scored, isEligible } of candidates) {
    size[scored.candidate.kind] += 1;
    if (isEligible) size.eligible += 1;
  }
  return size;
}
