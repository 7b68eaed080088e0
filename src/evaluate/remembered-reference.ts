import type { Criterion } from '../domain/rule-file.ts';
import { confirmByReference, knownValues } from './reference.ts';

/** Of one criterion, some hundred bytes each. */
const MOST_KEPT = 10_000;

/**
 * `confirmByReference` that asks the library once for each criterion and the values of the facts it uses, on which alone its
 * answer rests; for taking many recorded decisions again.
 */
export function createRememberedReference(): typeof confirmByReference {
  const remembered = new WeakMap<object, Map<string, boolean>>();
  const answersTo = (criterion: object): Map<string, boolean> => {
    const known = remembered.get(criterion);
    const answers = known === undefined || known.size >= MOST_KEPT ? new Map<string, boolean>() : known;
    if (answers !== known) remembered.set(criterion, answers);
    return answers;
  };
  return async (input) => {
    const { workOrderFacts, candidateFacts } = input;
    const verdicts = new Map<string, boolean | null>();
    const open: { readonly criterion: Pick<Criterion, 'key' | 'when'>; readonly values: string }[] = [];
    for (const criterion of input.file.criteria) {
      const known = knownValues(criterion, workOrderFacts, candidateFacts);
      const values = known === null ? null : JSON.stringify(known);
      const answer = values === null ? null : answersTo(criterion).get(values);
      // In file order, those that are asked for now too.
      verdicts.set(criterion.key, answer ?? null);
      if (values !== null && answer === undefined) open.push({ criterion, values });
    }
    if (open.length === 0) return verdicts;
    const said = await confirmByReference({ ...input, file: { criteria: open.map(({ criterion }) => criterion) } });
    for (const { criterion, values } of open) {
      const answer = said.get(criterion.key) ?? null;
      verdicts.set(criterion.key, answer);
      if (answer !== null) answersTo(criterion).set(values, answer);
    }
    return verdicts;
  };
}
