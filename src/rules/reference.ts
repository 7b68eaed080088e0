import type { JsonObject, JsonValue } from '../domain/json.ts';

/** What can be looked up about rule files, in the order it is shown. */
export const TOPICS = [
  'fact',
  'operator',
  'criterion',
  'reason',
  'problem',
  'stage',
  'decision',
  'guardrail',
  'tie-break',
] as const satisfies readonly string[];

export type Topic = (typeof TOPICS)[number];

export const TOPIC_DOCS: { readonly [topic in Topic]: string } = {
  fact: 'What a condition can ask about a work order or a provider.',
  operator: 'How a fact is compared with a value.',
  criterion: 'What a rule file can ask for by name, in short form; the last ones are for review files.',
  reason: 'Why something was decided, done or not done: the codes of decisions, candidates, writes and runs.',
  problem: 'What can be wrong with a rule file or a setting: the codes that rules check and other commands print.',
  stage: 'What a rule file can do with a work order, and when.',
  decision: 'What else a rule file can say of how it decides, beside stages and tie-break.',
  guardrail: 'What a rule file can forbid, whatever the points say.',
  'tie-break': 'By what eligible candidates are put in order.',
};

/** One thing that can be looked up. Made from the catalogues that the program itself goes by. */
export type ReferenceEntry = {
  readonly topic: Topic;
  /** Unique within its topic. */
  readonly name: string;
  /** Other ways to write it; compared without case. */
  readonly aliases: readonly string[];
  /** One sentence or a few. */
  readonly doc: string;
  /** What else is known, by what it is, in the order it is shown. */
  readonly details: readonly (readonly [label: string, text: string])[];
  /** Null: a code, of which there is nothing to write. */
  readonly example: ReferenceExample | null;
};

/** A piece of a rule file, and where in one it stands. */
export type ReferenceExample = {
  readonly at:
    | 'when'
    | 'applies_to'
    | 'rules'
    | 'criteria'
    | 'stages'
    | 'decision'
    | 'guardrails'
    | 'review guardrails'
    | 'tie_break';
  readonly json: JsonValue;
};

/** The smallest rule file with the example in it. */
export function exampleFile({ at, json }: ReferenceExample): JsonObject {
  const isReview = at === 'criteria' || at === 'review guardrails';
  const head = { version: 1, id: 'example', name: 'Example', mode: 'shadow' };
  if (isReview) {
    return {
      ...head,
      kind: 'review',
      criteria: [at === 'criteria' ? json : { name: 'closing_notes' }],
      decision: { approve_when: 'all_required', otherwise: 'hold' },
      ...(at === 'criteria' ? {} : { guardrails: json }),
    };
  }
  const rule = at === 'when' ? { key: 'example', name: 'An example', when: json } : at === 'rules' ? json : RATING;
  // Limits of a canary are refused in any other mode.
  const isCanary = at === 'guardrails' && typeof json === 'object' && json !== null && 'canary' in json;
  return {
    ...head,
    ...(isCanary ? { mode: 'canary', canary_percent: 10 } : {}),
    ...(at === 'applies_to' ? { applies_to: json } : {}),
    selection_rule: { rules: [rule] },
    decision: {
      stages: [at === 'stages' ? json : { after_minutes: 30, do: 'assign' }],
      ...(at === 'tie_break' ? { tie_break: json } : {}),
      ...(at === 'decision' && typeof json === 'object' ? json : {}),
    },
    ...(at === 'guardrails' ? { guardrails: json } : {}),
  };
}

const RATING = { name: 'rating', operator: '>=', value: 4.5 };
