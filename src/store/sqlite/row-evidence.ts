import type { Fact, Facts } from '../../domain/fact.ts';
import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import type { RecordedCandidate } from '../../domain/recorded-decision.ts';
import type { ReviewedCriterion } from '../../domain/review.ts';
import type { Evidence } from '../../domain/scored-slate.ts';

/*
 * What a condition leaf saw is in the bodies, where erasing finds it: a candidate's row keeps only what they do not say.
 * `evidence` is a JSON object, by place of the leaf: null unknown, or `[value, origin]`; `{}` is the usual. A release before
 * this one wrote a list, with every value in the row.
 */

/** The facts of a decision's bodies. Null: that body was erased. */
export type BodyFacts = { readonly candidate: Facts | null; readonly workOrder: Facts | null };

export type RecordedEvidence = RecordedCandidate['criteria'][number]['evidence'][number];

/** What the row itself says of one leaf; undefined: what the bodies say. */
export type RowLeaf = null | readonly [JsonValue, number] | undefined;

const ERASED = { value: null, source: null, observedAtMs: null, isErased: true } as const;

/** Whether both say the same, as far as the ledger tells it: why a fact is unknown is not recorded in a row. */
export function isInBodies(actual: Fact, key: string, { candidate, workOrder }: BodyFacts): boolean {
  const found = candidate?.[key] ?? workOrder?.[key];
  if (found === actual) return true;
  if (found === undefined || found.kind === 'unknown') return actual.kind === 'unknown';
  return (
    actual.kind === 'known' &&
    found.source === actual.source &&
    found.observedAtMs === actual.observedAtMs &&
    toCanonicalJson(found.value) === toCanonicalJson(actual.value)
  );
}

/** By the fact's key: a provider's own or the work order's. */
export function evidenceInBodies(
  key: string,
  { candidate, workOrder }: BodyFacts,
): Pick<RecordedEvidence, 'value' | 'source' | 'observedAtMs' | 'isErased'> {
  const found = candidate?.[key] ?? workOrder?.[key];
  if (found?.kind === 'known') return { value: found.value, source: found.source, observedAtMs: found.observedAtMs };
  const isGone = key.startsWith('work_order.') ? workOrder === null : candidate === null;
  return isGone ? ERASED : { value: null, source: null, observedAtMs: null };
}

/** How finished work did; `actual` is there only where the work order's body does not say the same. */
export type PackedReview = readonly (Omit<ReviewedCriterion, 'evidence'> & {
  readonly evidence: readonly (Omit<Evidence, 'actual'> & { readonly actual?: Fact })[];
})[];

export function packReview(review: readonly ReviewedCriterion[], workOrder: Facts): PackedReview {
  return review.map((criterion) => ({
    ...criterion,
    evidence: criterion.evidence.map(({ actual, ...leaf }) => {
      const found = workOrder[leaf.fact.key];
      return found !== undefined && toCanonicalJson(found) === toCanonicalJson(actual) ? leaf : { ...leaf, actual };
    }),
  }));
}

/** `workOrder` null: its body was erased. */
export function unpackReview(packed: PackedReview, workOrder: Facts | null): readonly ReviewedCriterion[] {
  return packed.map((criterion) => ({
    ...criterion,
    evidence: criterion.evidence.map((leaf) => ({
      ...leaf,
      actual: leaf.actual ?? workOrder?.[leaf.fact.key] ?? ({ kind: 'unknown', because: 'erased' } as const),
    })),
  }));
}
