import type { Criterion, RuleFile } from '../domain/rule-file.ts';
import type { Candidate, ScoredCandidate, ScoredSlate, Slate } from '../domain/scored-slate.ts';
import { type CompiledRuleFile, compileCondition } from '../evaluate/compile.ts';
import { scoreCandidate } from '../evaluate/score.ts';

const originals = new WeakMap<Slate, Slate>();

/** The slate with one candidate in place of its old self. Files that know variants score only that one anew. */
export function variantOf(slate: Slate, changed: Candidate): Slate {
  const candidates = slate.candidates.map((one) => (one.providerId === changed.providerId ? changed : one));
  const variant = { ...slate, candidates };
  originals.set(variant, slate);
  return variant;
}

/** The same file, faster on variants. */
export function scoringVariants(compiled: CompiledRuleFile): CompiledRuleFile {
  return {
    ...compiled,
    score: (slate) => {
      const original = originals.get(slate);
      if (original === undefined) return compiled.score(slate);
      const changed = slate.candidates.filter((one, place) => one !== original.candidates[place]);
      const fresh = compiled.score({ ...slate, candidates: changed }).candidates;
      const old = compiled.score(original).candidates;
      return { ...compiled.score(original), slate, candidates: old.map((one) => freshOf(fresh, one)) };
    },
  };
}

function freshOf(fresh: readonly ScoredCandidate[], one: ScoredCandidate): ScoredCandidate {
  return fresh.find(({ candidate }) => candidate.providerId === one.candidate.providerId) ?? one;
}

/**
 * A file that differs from a compiled one in weights, gates, thresholds, on_missing and all that is not a criterion: only
 * conditions that changed are judged anew. Criteria have the same places in both.
 */
export function compileVariant(compiled: CompiledRuleFile, file: RuleFile): CompiledRuleFile {
  const judges = new Map(
    file.criteria
      .filter((criterion) => criterion.when !== oldOf(compiled, criterion)?.when)
      .map((criterion) => [criterion.position, compileCondition(criterion.when)] as const),
  );
  return { ...compiled, file, score: (slate) => rescore(compiled.score(slate), file, judges) };
}

function oldOf({ file }: CompiledRuleFile, { position }: Criterion): Criterion | undefined {
  return file.criteria.find((one) => one.position === position);
}

type Judges = ReadonlyMap<number, ReturnType<typeof compileCondition>>;

function rescore(scored: ScoredSlate, file: RuleFile, judges: Judges): ScoredSlate {
  const { slate } = scored;
  const terms = { slate, maxVerdictAgeDays: file.maxVerdictAgeDays };
  const byPosition = new Map(file.criteria.map((criterion) => [criterion.position, criterion]));
  const candidates = scored.candidates.map(({ candidate, criteria }) =>
    scoreCandidate(
      terms,
      candidate,
      criteria.flatMap(({ position, label, factVerdict, evidence }) => {
        const criterion = byPosition.get(position);
        if (criterion === undefined) return [];
        const judged = judges.get(position)?.({ ...slate.facts, ...candidate.facts });
        return [{ criterion, label, verdict: judged?.verdict ?? factVerdict, evidence: judged?.evidence ?? evidence }];
      }),
    ),
  );
  return { ...scored, candidates };
}
