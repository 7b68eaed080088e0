import type { JsonValue } from '../domain/json.ts';
import { toCanonicalJson } from '../domain/json.ts';
import type { Condition } from '../domain/rule-file.ts';

/** One thing that a rule file says. Two leaves are the same when their `value` is. */
export type RuleLeaf = {
  /** Below its part: `weight`, `on_missing.bench`. */
  readonly key: string;
  /** Before the value, for people: `distance: weight`. */
  readonly label: string;
  readonly value: JsonValue;
  /** The value for people. */
  readonly text: string;
  /** False: another value changes no decision, only what people read. */
  readonly decides: boolean;
  /** For conditions: what `text` says, to be compared piece by piece. */
  readonly condition?: Condition | null;
};

/** A criterion, a stage, a window of quiet hours, an excluded provider. */
export type RulePart = {
  /** Unique in its group; of stages their 1-based place. */
  readonly key: string;
  /** What it does or is: of parts without a name, only those of one kind can be the same part. */
  readonly kind: string;
  readonly label: string;
  /** All of it in one line, for when it comes or goes. */
  readonly summary: string;
  readonly leaves: readonly RuleLeaf[];
};

export type RuleGroup = {
  readonly name: 'criteria' | 'stages' | 'quiet_hours' | 'exclude_providers';
  /** `key`: parts of one key are the same part; `kind`: those that do the same, in order, with the fewest changes. */
  readonly matching: 'key' | 'kind';
  readonly parts: readonly RulePart[];
};

/** A rule file of either kind, taken apart into what it says. */
export type RuleOutline = {
  readonly leaves: readonly RuleLeaf[];
  readonly groups: readonly RuleGroup[];
};

export function plainLeaf(
  key: string,
  value: string | number | boolean | null,
  given: Partial<RuleLeaf> = {},
): RuleLeaf {
  const text = value === null ? 'nothing' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  return { key, label: key, value, text, decides: true, ...given };
}

/** A sentence for people; it decides nothing. */
export function wordsLeaf(key: string, label: string, words: string | null): RuleLeaf {
  return { key, label, value: words, text: words === null ? 'nothing' : JSON.stringify(words), decides: false };
}

/**
 * What a condition means, without how it is put: the order within `all` and `any`, one of one part, and brackets within the
 * same brackets make no difference.
 */
export function meaningOf(condition: Condition): JsonValue {
  switch (condition.kind) {
    case 'test':
      return { fact: condition.fact.key, operator: condition.operator, value: condition.value };
    case 'not':
      return { not: meaningOf(condition.of) };
    case 'all':
    case 'any': {
      const { kind } = condition;
      const parts = flatParts(condition, kind).map(meaningOf);
      const [only, ...others] = parts;
      if (only !== undefined && others.length === 0) return only;
      const sorted = parts.map((part) => ({ part, text: toCanonicalJson(part) }));
      sorted.sort((a, b) => (a.text < b.text ? -1 : 1));
      return { [kind]: sorted.map(({ part }) => part) };
    }
  }
}

function flatParts(condition: Condition, kind: 'all' | 'any'): readonly Condition[] {
  if (condition.kind === kind) return condition.of.flatMap((part) => flatParts(part, kind));
  if ((condition.kind === 'all' || condition.kind === 'any') && condition.of.length === 1) {
    return condition.of.flatMap((part) => flatParts(part, kind));
  }
  return [condition];
}
