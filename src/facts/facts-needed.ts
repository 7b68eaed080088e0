import { factsIn } from '../domain/condition-facts.ts';
import { type FactRef, factRef } from '../domain/fact.ts';
import { CONSTRAINT_FACTS, type RuleFile, TIE_BREAK_FACTS, type TieBreakField } from '../domain/rule-file.ts';
import { byKey } from './plan-reading.ts';

/** Every fact these files can ask for: in conditions, in credit, in tie-breaks, in what they apply to, in constraints. Sorted by key, each once. */
export function factsNeeded(ruleFiles: readonly RuleFile[]): readonly FactRef[] {
  const byName = new Map(ruleFiles.flatMap(refsOf).map((ref) => [ref.key, ref]));
  return [...byName.values()].sort(byKey);
}

function refsOf(file: RuleFile): readonly FactRef[] {
  return [
    ...(file.appliesTo === null ? [] : factsIn(file.appliesTo)),
    ...file.criteria.flatMap(({ when, credit }) => [...factsIn(when), ...(credit === null ? [] : [credit.fact])]),
    ...Object.values(CONSTRAINT_FACTS).map((name) => factRef(name, null)),
    ...file.tieBreak.flatMap(({ by }) => comparedBy(by)),
  ];
}

function comparedBy(by: TieBreakField): readonly FactRef[] {
  const names: { readonly [field in TieBreakField]?: string } = TIE_BREAK_FACTS;
  const name = names[by];
  return name === undefined ? [] : [factRef(name, null)];
}
