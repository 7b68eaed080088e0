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

/** `params`: given ones; null: one that it needs is missing, and `fact` says so. */
type Planned<Definition> = {
  readonly ref: FactRef;
  readonly definition: Definition;
  readonly params: FactParams | null;
  readonly fact: Fact;
};

/** References looked up in the catalog once, to be read for many candidates; unknown names are in neither list. */
export type ReadingPlan = {
  readonly ofCandidate: readonly Planned<CandidateFact>[];
  readonly ofWorkOrder: readonly Planned<WorkOrderFact>[];
};

const plans = new WeakMap<readonly FactRef[], ReadingPlan>();

/**
 * The rule loader refuses names the catalog lacks; one that gets here stays off the slate, and what is not there is unknown.
 * Made once for the same list.
 */
export function planReading(refs: readonly FactRef[]): ReadingPlan {
  const known = plans.get(refs);
  if (known !== undefined) return known;
  const ofCandidate: Planned<CandidateFact>[] = [];
  const ofWorkOrder: Planned<WorkOrderFact>[] = [];
  for (const ref of [...refs].sort(byKey)) {
    const definition = findFact(ref.name);
    if (definition?.scope === 'candidate') ofCandidate.push({ definition, ...givenTo(definition, ref) });
    if (definition?.scope === 'work_order') ofWorkOrder.push({ definition, ...givenTo(definition, ref) });
  }
  const plan = { ofCandidate, ofWorkOrder };
  plans.set(refs, plan);
  return plan;
}

function givenTo(definition: Pick<FactDefinition, 'params'>, ref: FactRef) {
  const { name } = ref;
  const params: FactParams = ref.params ?? {};
  const missing = Object.keys(definition.params ?? {}).find((one) => params[one] === undefined);
  const fact = unknown(`${name} needs the parameter ${missing}.`);
  return { ref, params: missing === undefined ? params : null, fact };
}

export function readCandidateFacts({ ofCandidate }: ReadingPlan, input: FactInput): Facts {
  const facts: { [key: string]: Fact } = {};
  for (const { ref, definition, params, fact } of ofCandidate)
    facts[ref.key] = params === null ? fact : definition.read(input, params);
  return facts;
}

export function readWorkOrderFacts({ ofWorkOrder }: ReadingPlan, input: WorkOrderFactInput): Facts {
  const facts: { [key: string]: Fact } = {};
  for (const { ref, definition, params, fact } of ofWorkOrder)
    facts[ref.key] = params === null ? fact : definition.read(input, params);
  return facts;
}

/** By UTF-16 code unit, so that no locale decides. */
export function byKey(a: FactRef, b: FactRef): number {
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}
