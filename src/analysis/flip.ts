import { unitOfFact } from '../criteria/catalog.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { FactRef, FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import { factLabel } from './fact-label.ts';
import type { FlipCase } from './flip-case.ts';
import type { FactEdit } from './flip-fact-edits.ts';
import { FLIP_LIMITS, type FlipAnswer, flipFacts } from './flip-facts.ts';
import type { RuleEdit } from './flip-rule-edits.ts';
import { flipRules, RULE_FLIP_LIMITS } from './flip-rules.ts';
import { type WinnerDistance, winnerDistance } from './flip-winner.ts';

/** What would have had to be different for a provider to be chosen, and how near the winner was to losing. */
export type FlipCard = {
  readonly provider: ProviderId;
  readonly facts: FlipAnswer<FactEdit>;
  readonly rules: FlipAnswer<RuleEdit>;
  /** Null: nobody alone was chosen. */
  readonly distance: WinnerDistance | null;
  /** The file orders by the work orders of seven days, which are counted and no fact that is changed. */
  readonly ranksByLoad: boolean;
  /** Of every fact that an edit names, as people say it. */
  readonly labels: ReadonlyMap<string, { readonly label: string; readonly unit: FactUnit | null }>;
};

/** `asked` null: the runner-up, or else who has most points of those not chosen; null: there is nobody. */
export function flipCard(flip: FlipCase, asked: ProviderId | null): FlipCard | null {
  const provider = asked ?? bestLoser(flip.baseline);
  if (provider === null) return null;
  const facts = flipFacts(flip, provider, FLIP_LIMITS);
  const rules = flipRules(flip, provider, RULE_FLIP_LIMITS);
  const distance = winnerDistance(flip, FLIP_LIMITS);
  const found = [
    ...(facts.kind === 'found' ? facts.found.flatMap(({ edits }) => edits) : []),
    ...(distance?.nearest?.flip.edits ?? []),
  ];
  const refs = [
    ...found.flatMap((edit) => (edit.kind === 'fact' ? [edit.ref] : [])),
    ...(rules.kind === 'found' ? rules.found.flatMap(({ edits }) => edits.flatMap(refOf)) : []),
  ];
  const labels = new Map(refs.map((ref) => [ref.key, { label: factLabel(ref), unit: unitOfFact(ref.name) }] as const));
  const ranksByLoad = flip.compiled.file.tieBreak.some(({ by }) => by === 'assigned_7d');
  return { provider, facts, rules, distance, ranksByLoad, labels };
}

function refOf(edit: RuleEdit): readonly FactRef[] {
  return edit.kind === 'threshold' ? [edit.ref] : [];
}

/** Of those who stand to the work order as the winner does first. */
function bestLoser({ winner, runnerUp, candidates }: PlannedDecision): ProviderId | null {
  if (runnerUp !== null) return runnerUp;
  const kind =
    candidates.find(({ scored }) => scored.candidate.providerId === winner)?.scored.candidate.kind ?? 'request';
  const places = candidates
    .filter(({ scored }) => scored.candidate.providerId !== winner)
    .map(({ scored, isEligible }) => ({
      scored,
      rank: [isEligible, scored.candidate.kind === kind].filter(Boolean).length,
    }));
  const best = places.toSorted((a, b) => b.rank - a.rank || b.scored.pointsMilli - a.scored.pointsMilli)[0];
  return best?.scored.candidate.providerId ?? null;
}
