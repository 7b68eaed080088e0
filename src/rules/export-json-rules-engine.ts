import { findFact } from '../criteria/catalog.ts';
import { type FactRef, UNITS } from '../domain/fact.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { Condition, Criterion, RuleFile } from '../domain/rule-file.ts';
import { type NotExpressed, notExpressedByKey, notExpressedOf } from './not-expressed.ts';

/** What an exported document is made of, ready to be written; `notExpressed` stands in the document too. */
export type Exported = { readonly document: JsonObject; readonly notExpressed: readonly NotExpressed[] };

/** The event of every exported rule, by which an import knows its own. */
export const CRITERION_EVENT = 'criterion';

const NOTES: readonly string[] = [
  'new Engine(rules) of json-rules-engine 7 takes `rules` as they are: one rule for each criterion, and results and failureResults name it by event.params.key.',
  'Add every fact under the name in `facts`, `fact` word for word: a fact with parameters has them in its name, because the library ignores params of constant facts.',
  'Numbers are whole numbers in the unit `kept_as`: multiply what people write by `multiply_by` and round. Lists are arrays of plain values.',
  'A fact that is not known must not be added, nor null: a missing value passes notEqual, notIn and every not. Take out the rules whose event.params.facts are not all known. Left in, the library refuses to run (allowUndefinedFacts is false unless you set it).',
  '`applies_to`, where it is not null, is the condition tree that says which work orders the rules are for; ask it in a rule of its own.',
  'All priorities are equal on purpose: with different ones the library leaves later rules without a result.',
];

/** `rules` are the criteria as json-rules-engine's own rules, one each and in file order. */
export function exportJsonRulesEngine(file: RuleFile): Exported {
  const notExpressed = [...criteriaParts(file), ...notExpressedOf(file)];
  const facts = new Map<string, FactRef>();
  for (const criterion of file.criteria) collectFacts(criterion.when, facts);
  if (file.appliesTo !== null) collectFacts(file.appliesTo, facts);
  const document = {
    format: 'json-rules-engine',
    manifest: {
      rule_file: file.id,
      name: file.name,
      hash: file.hash,
      selection_rule_id: file.selectionRuleId,
      library: 'json-rules-engine 7',
    },
    rules: file.criteria.map(toEngineRule),
    applies_to: file.appliesTo === null ? null : toRoot(file.appliesTo),
    facts: [...facts.values()].sort((a, b) => (a.key < b.key ? -1 : 1)).map(describeFact),
    notes: NOTES,
    not_expressed: notExpressed,
  };
  return { document, notExpressed };
}

function toEngineRule(criterion: Criterion): JsonObject {
  const facts = new Map<string, FactRef>();
  collectFacts(criterion.when, facts);
  const { key, label, weight, isRequired, canRemote, because } = criterion;
  const params = { key, label, weight, is_required: isRequired, can_remote: canRemote, facts: [...facts.keys()] };
  return {
    name: key,
    priority: 1,
    conditions: toRoot(criterion.when),
    event: { type: CRITERION_EVENT, params: because === null ? params : { ...params, because } },
  };
}

/** The library wants all, any or not at the root. */
function toRoot(condition: Condition): JsonObject {
  return condition.kind === 'test' ? { all: [toEngineTree(condition)] } : toEngineTree(condition);
}

function toEngineTree(condition: Condition): JsonObject {
  switch (condition.kind) {
    case 'all':
      return { all: condition.of.map(toEngineTree) };
    case 'any':
      return { any: condition.of.map(toEngineTree) };
    case 'not':
      return { not: toEngineTree(condition.of) };
    case 'test':
      return { fact: condition.fact.key, operator: condition.operator, value: condition.value };
  }
}

function describeFact({ key, name, params }: FactRef): JsonObject {
  const definition = findFact(name);
  const type = definition?.type ?? null;
  const unit = type?.kind === 'number' ? type.unit : null;
  const numbers: JsonObject =
    unit === null ? {} : { unit, kept_as: UNITS[unit].keptAs, multiply_by: UNITS[unit].scale };
  const described = { fact: key, name, params, type: type?.kind ?? null, ...numbers };
  return { ...described, about: definition?.doc ?? null };
}

function collectFacts(condition: Condition, into: Map<string, FactRef>): void {
  if (condition.kind === 'test') into.set(condition.fact.key, condition.fact);
  else if (condition.kind === 'not') collectFacts(condition.of, into);
  else for (const part of condition.of) collectFacts(part, into);
}

const RULES = 'selection_rule.rules';

/** What a criterion is more than its condition. Weight, required and can_remote travel as event parameters, which decide nothing. */
function criteriaParts(file: RuleFile): readonly NotExpressed[] {
  return [
    {
      code: 'FM-R948',
      at: RULES,
      what: 'The library says which criteria match, and neither adds up points nor keeps out who misses a required one',
      fix: 'Take event.params.weight of the matched rules, and nobody who misses one with is_required.',
      value: null,
    },
    ...notExpressedByKey(file, ON_MISSING, onMissingOf),
    ...notExpressedByKey(file, CREDIT, creditOf),
    ...notExpressedByKey(file, CAN_REMOTE, ({ canRemote }) => (canRemote ? null : false)),
    ...notExpressedByKey(file, OWN_KIND, ({ label }) => (label.includes('{') ? label : null)),
  ];
}

export const ON_MISSING = {
  code: 'FM-R940',
  at: `${RULES}.on_missing`,
  what: 'What a fact means that nobody knows is not in the format',
  fix: 'Say it where the rules are used; here it stands by criterion, as the rule file has it.',
} as const;

export const CREDIT = {
  code: 'FM-R941',
  at: `${RULES}.credit`,
  what: 'A part of the weight by how good the value is: the format gives all or nothing',
  fix: 'Grade it where the points are added up; both ends are in the unit the fact is kept in.',
} as const;

const CAN_REMOTE = {
  code: 'FM-R942',
  at: `${RULES}.can_remote`,
  what: 'These criteria do not apply to remote work, and the library would ask them all the same',
  fix: 'Leave out rules with event.params.can_remote false for remote work, from points and maximum.',
} as const;

const OWN_KIND = {
  code: 'FM-R948',
  at: `${RULES}.name`,
  what: "The label has the work order's own kind of work in it, which a rule cannot fill in",
  fix: 'Put the name of the kind of work where the braces are when you show it.',
} as const;

/** As a rule file writes it: one word where all kinds of candidate have the same. */
export function onMissingOf({ onMissing }: Criterion): JsonValue {
  const { request, routed, bench } = onMissing;
  return request === routed && routed === bench ? request : { request, routed, bench };
}

export function creditOf({ credit }: Criterion): JsonValue {
  return credit === null ? null : { kind: credit.kind, full_at: credit.fullAt, zero_at: credit.zeroAt };
}
