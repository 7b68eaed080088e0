import { Engine, type RuleProperties } from 'json-rules-engine';
import type { Facts } from '../domain/fact.ts';
import type { Criterion } from '../domain/rule-file.ts';
import type { CriterionResult } from '../domain/scored-slate.ts';
import { factsOf, toEngineConditions } from './engine-conditions.ts';

type Asked = Pick<Criterion, 'key' | 'when'>;

/**
 * What json-rules-engine itself, by `engine.run`, says of every criterion of the file, by its key: the authority that is asked
 * again before an action. Null where a fact the criterion uses is not known, because the library has no answer of its own there.
 */
export async function confirmByReference(input: {
  readonly file: { readonly criteria: readonly Asked[] };
  readonly workOrderFacts: Facts;
  readonly candidateFacts: Facts;
}): Promise<ReadonlyMap<string, boolean | null>> {
  // A fresh one: an engine shared by concurrent runs loses rules.
  const engine = new Engine([], { allowUndefinedFacts: false, pathResolver: refusePath });
  const verdicts = new Map<string, boolean | null>();
  for (const criterion of input.file.criteria) {
    verdicts.set(criterion.key, null);
    const values = knownValues(criterion, input.workOrderFacts, input.candidateFacts);
    if (values === null) continue;
    for (const [key, value] of values) engine.addFact(key, value, { cache: false });
    engine.addRule(toEngineRule(criterion));
  }
  const { results, failureResults } = await engine.run();
  for (const { name } of results) verdicts.set(name, true);
  for (const { name } of failureResults) verdicts.set(name, false);
  return verdicts;
}

/**
 * Keys of the criteria on which the compiled verdict from the facts and the library's differ; empty when they agree. Only
 * criteria that the library could decide are compared; one it was never asked about counts as a difference.
 */
export function disagreements(
  scored: { readonly criteria: readonly Pick<CriterionResult, 'key' | 'factVerdict'>[] },
  reference: ReadonlyMap<string, boolean | null>,
): readonly string[] {
  return scored.criteria
    .filter(({ key, factVerdict }) => {
      const said = reference.get(key);
      if (said === null) return false;
      return said === undefined || factVerdict !== (said ? 'match' : 'no_match');
    })
    .map(({ key }) => key);
}

/** No condition of ours has a path, and the library's own resolver runs code found in one. */
export function refusePath(_value: object, path: string): never {
  throw new TypeError(`a condition has a path: ${path}`);
}

/** Equal priorities on purpose: with different ones the library leaves the later rules without a result. */
function toEngineRule(criterion: Asked): RuleProperties {
  return {
    name: criterion.key,
    conditions: toEngineConditions(criterion.when),
    event: { type: 'criterion' },
    priority: 1,
  };
}

/** The values of all facts the criterion uses; null as soon as one of them is not known. */
export function knownValues(
  criterion: Asked,
  workOrderFacts: Facts,
  candidateFacts: Facts,
): readonly (readonly [string, unknown])[] | null {
  const values: (readonly [string, unknown])[] = [];
  for (const key of keysOf(criterion)) {
    const fact = candidateFacts[key] ?? workOrderFacts[key];
    if (fact === undefined || fact.kind === 'unknown') return null;
    values.push([key, fact.value]);
  }
  return values;
}

/** A tree is walked once. */
const factKeys = new WeakMap<object, readonly string[]>();

function keysOf({ when }: Asked): readonly string[] {
  const known = factKeys.get(when);
  if (known !== undefined) return known;
  const keys = [...factsOf(when).keys()];
  factKeys.set(when, keys);
  return keys;
}
