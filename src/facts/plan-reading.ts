import { findFact } from '../criteria/catalog.ts';
import type {
  CandidateFact,
  FactDefinition,
  FactInput,
  WorkOrderFact,
  WorkOrderFactInput,
} from '../criteria/definition.ts';
import { unknown } from '../criteria/reading.ts';
import type { Fact, FactParams, FactRef, Facts } from '../domain/fact.ts';

type Planned<Definition> = { readonly ref: FactRef; readonly definition: Definition };

/** References looked up in the catalog once, to be read for many candidates; unknown names are in neither list. */
export type ReadingPlan = {
  readonly ofCandidate: readonly Planned<CandidateFact>[];
  readonly ofWorkOrder: readonly Planned<WorkOrderFact>[];
};

/** The rule loader refuses names the catalog lacks; one that gets here stays off the slate, and what is not there is unknown. */
export function planReading(refs: readonly FactRef[]): ReadingPlan {
  const ofCandidate: Planned<CandidateFact>[] = [];
  const ofWorkOrder: Planned<WorkOrderFact>[] = [];
  for (const ref of [...refs].sort(byKey)) {
    const definition = findFact(ref.name);
    if (definition?.scope === 'candidate') ofCandidate.push({ ref, definition });
    if (definition?.scope === 'work_order') ofWorkOrder.push({ ref, definition });
  }
  return { ofCandidate, ofWorkOrder };
}

export function readCandidateFacts(plan: ReadingPlan, input: FactInput): Facts {
  return Object.fromEntries(plan.ofCandidate.map(({ ref, definition }) => [ref.key, readOne(definition, ref, input)]));
}

export function readWorkOrderFacts(plan: ReadingPlan, input: WorkOrderFactInput): Facts {
  return Object.fromEntries(plan.ofWorkOrder.map(({ ref, definition }) => [ref.key, readOne(definition, ref, input)]));
}

function readOne<Input>(
  definition: Pick<FactDefinition, 'params'> & { readonly read: (input: Input, params: FactParams) => Fact },
  ref: FactRef,
  input: Input,
): Fact {
  const params = ref.params ?? {};
  const missing = Object.keys(definition.params ?? {}).find((name) => params[name] === undefined);
  return missing === undefined
    ? definition.read(input, params)
    : unknown(`${ref.name} needs the parameter ${missing}.`);
}

/** By UTF-16 code unit, so that no locale decides. */
export function byKey(a: FactRef, b: FactRef): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
