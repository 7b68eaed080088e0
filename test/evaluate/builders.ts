import type { Facts, FactValue } from '../../src/domain/fact.ts';
import type { Condition, Criterion } from '../../src/domain/rule-file.ts';
import type { DatedVerdict } from '../../src/domain/scored-slate.ts';
import { aCriterion, aVerdict, knownFacts, NOW_MS } from '../support/builders.ts';

/** As `knownFacts`, with null for a fact that is there and unknown. */
export function facts(values: { readonly [key: string]: FactValue | null }): Facts {
  const unknown = { kind: 'unknown', because: 'not given' } as const;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === null ? [[key, unknown]] : Object.entries(knownFacts({ [key]: value })),
    ),
  );
}

export function all(...of: readonly Condition[]): Condition {
  return { kind: 'all', of };
}

export function any(...of: readonly Condition[]): Condition {
  return { kind: 'any', of };
}

export function not(of: Condition): Condition {
  return { kind: 'not', of };
}

/** Preferred, 10 points: provider rating at least 4.5. */
export function aPreference(given: Partial<Criterion> = {}): Criterion {
  return aCriterion({ weight: 10, isRequired: false, ...given });
}

/** A verdict of the row, as old as the slate. */
export function aDatedVerdict(name: string, isMatch: boolean, given: Partial<DatedVerdict> = {}): DatedVerdict {
  return { ...aVerdict({ name, isMatch }), observedAtMs: NOW_MS, source: 'row', ...given };
}
