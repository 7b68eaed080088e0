import type { FlipCard } from '../analysis/flip.ts';
import type { FactEdit } from '../analysis/flip-fact-edits.ts';
import type { RuleEdit } from '../analysis/flip-rule-edits.ts';
import type { FactValue } from '../domain/fact.ts';
import type { JsonValue } from '../domain/json.ts';
import { formatCents } from '../domain/money.ts';
import { factText } from './fact-text.ts';

type Labels = FlipCard['labels'];

/** `Provider rating 4.4 stars → 4.5 stars` */
export function factEditText(edit: FactEdit, labels: Labels): string {
  switch (edit.kind) {
    case 'fact': {
      const { label, unit } = labels.get(edit.ref.key) ?? { label: edit.ref.key, unit: null };
      return `${label} ${arrow((value) => factText(value, unit), edit)}`;
    }
    case 'pay':
      return `total asked ${arrow(centsText, edit)}`;
    case 'plain':
      return `a plain request at ${formatCents(edit.to)} instead of a counter-offer${edit.from === null ? '' : ` at ${formatCents(edit.from)}`}`;
    case 'active':
      return 'a request that is still active';
  }
}

/** `weight of distance 25 → 61` */
export function ruleEditText(edit: RuleEdit, labels: Labels): string {
  switch (edit.kind) {
    case 'weight':
      return `weight of ${edit.key} ${edit.from} → ${edit.to}`;
    case 'preferred':
      return `${edit.key} required → preferred`;
    case 'threshold': {
      const { label, unit } = labels.get(edit.ref.key) ?? { label: edit.ref.key, unit: null };
      return `${edit.key}: ${label} ${SIGNS[edit.operator] ?? edit.operator} ${arrow((value) => factText(value, unit), edit)}`;
    }
    case 'on_missing':
      return `on_missing of ${edit.key} for ${edit.of} ${edit.from} → ${edit.to}`;
    case 'min_points':
    case 'min_margin':
      return `${edit.kind} of stage ${edit.stage} ${edit.from} → ${edit.to}`;
    case 'accept_counters':
      return 'accept_counters false → true';
    case 'max_total':
      return `max_total_usd ${arrow(centsText, edit)}`;
    case 'max_counter_over_base':
      return `max_counter_over_base_percent ${edit.from} → ${edit.to}`;
  }
}

const SIGNS: { readonly [operator: string]: string } = {
  greaterThanInclusive: 'at least',
  greaterThan: 'more than',
  lessThanInclusive: 'at most',
  lessThan: 'less than',
  equal: 'is',
  notEqual: 'is not',
};

function arrow(
  words: (value: JsonValue) => string,
  { from, to }: { readonly from: FactValue | null; readonly to: FactValue },
): string {
  return `${words(from)} → ${words(to)}`;
}

function centsText(value: JsonValue): string {
  return typeof value === 'number' ? formatCents(value) : 'not said';
}
