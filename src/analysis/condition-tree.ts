import type { Fact, FactRef, Facts } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';
import type { Verdict } from '../domain/scored-slate.ts';
import { compileCondition } from '../evaluate/compile.ts';
import { bothOf, eitherOf, oppositeOf } from '../evaluate/kleene.ts';

/** A condition as it came out on one set of facts, part by part in the order of the file. */
export type ConditionReading =
  | { readonly kind: 'all' | 'any'; readonly verdict: Verdict; readonly of: readonly ConditionReading[] }
  | { readonly kind: 'not'; readonly verdict: Verdict; readonly of: ConditionReading }
  | {
      readonly kind: 'test';
      readonly verdict: Verdict;
      readonly fact: FactRef;
      /** As the file has it: `>= 4.5`. */
      readonly written: string;
      readonly actual: Fact;
    };

/** The whole tree with the verdict of every part, where evaluating alone keeps only the leaves. */
export function readConditionTree(condition: Condition, facts: Facts): ConditionReading {
  switch (condition.kind) {
    case 'all': {
      const of = condition.of.map((part) => readConditionTree(part, facts));
      return { kind: 'all', verdict: of.map(({ verdict }) => verdict).reduce(bothOf, 'match'), of };
    }
    case 'any': {
      const of = condition.of.map((part) => readConditionTree(part, facts));
      return { kind: 'any', verdict: of.map(({ verdict }) => verdict).reduce(eitherOf, 'no_match'), of };
    }
    case 'not': {
      const of = readConditionTree(condition.of, facts);
      return { kind: 'not', verdict: oppositeOf(of.verdict), of };
    }
    case 'test': {
      const { verdict, evidence } = compileCondition(condition)(facts);
      const actual = evidence[0]?.actual ?? { kind: 'unknown', because: 'no source has this fact' };
      return { kind: 'test', verdict, fact: condition.fact, written: condition.written, actual };
    }
  }
}
