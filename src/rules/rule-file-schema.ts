import { CRITERIA, FACTS, namesOf } from '../criteria/catalog.ts';
import type { FactDefinition } from '../criteria/definition.ts';
import type { JsonObject } from '../domain/json.ts';
import { CANARY_SHAPE } from './canary-shape.ts';
import { valueSchema } from './fact-schema.ts';
import { closedObject, listOf, objectSchema, ref, SHARE_OF_A_CANARY } from './json-schema.ts';
import { OPERATORS, type Operator, operatorsFor, spellingsOf } from './operators.ts';
import { TIE_BREAK_DEFAULTS, TIE_BREAK_FIELDS } from './read-tie-break.ts';
import { reviewDefinitions } from './review-schema.ts';
import {
  CREDIT_SHAPE,
  CRITERION_SHAPE,
  DECISION_SHAPE,
  EXCLUSION_SHAPE,
  FILE_SHAPE,
  GUARDRAILS_SHAPE,
  ON_MISSING,
  ON_MISSING_SHAPE,
  PAY_SHAPE,
  PER_PROVIDER_SHAPE,
  QUIET_HOURS_SHAPE,
  SELECTION_RULE_SHAPE,
  STAGE_SHAPES,
} from './shapes.ts';
import { testDefinitions } from './test-schema.ts';

/**
 * The format as JSON Schema, for editors: it completes names and shows what they mean. Made from the same shapes and
 * catalogues the reader uses; the reader alone decides, for it also checks what a schema cannot say.
 */
export function ruleFileSchema(): JsonObject {
  const file = objectSchema(FILE_SHAPE, {
    kind: { enum: ['dispatch'] },
    applies_to: ref('condition'),
    conditions: { type: 'object', additionalProperties: ref('condition') },
    selection_rule: ref('selection_rule'),
    decision: ref('decision'),
    guardrails: ref('guardrails'),
    tests: listOf('test'),
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'fieldmarshal rule file',
    if: { properties: { kind: { const: 'review' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: ref('review_file'),
    else: ref('dispatch_file'),
    definitions: {
      dispatch_file: { ...file, ...SHARE_OF_A_CANARY },
      ...reviewDefinitions(),
      ...criterionDefinitions(),
      ...conditionDefinitions(),
      ...decisionDefinitions(),
      ...guardrailDefinitions(),
      ...testDefinitions(),
    },
  };
}

function criterionDefinitions(): JsonObject {
  return {
    selection_rule: objectSchema(SELECTION_RULE_SHAPE, { rules: listOf('criterion') }),
    criterion: {
      ...objectSchema(CRITERION_SHAPE, {
        name: { anyOf: [{ oneOf: criterionNames() }, { type: 'string' }] },
        operator: { oneOf: OPERATORS.flatMap(operatorChoices) },
        params: { type: 'object' },
        when: ref('condition'),
        on_missing: { anyOf: [{ enum: [...ON_MISSING] }, ref('on_missing')] },
        credit: ref('credit'),
      }),
      if: { required: ['when'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { properties: { operator: false, value: false, params: false } },
    },
    on_missing: objectSchema(ON_MISSING_SHAPE, {}),
    credit: objectSchema(CREDIT_SHAPE, { full_at: { type: 'number' }, zero_at: { type: 'number' } }),
  };
}

function conditionDefinitions(): JsonObject {
  return {
    ...operatorDefinitions(),
    condition: {
      description: 'One comparison of a fact, or several combined.',
      oneOf: [
        combined('all', 'Every one of them holds.'),
        combined('any', 'At least one of them holds.'),
        closedObject({ not: ref('condition') }, 'It does not hold.'),
        closedObject({ condition: { type: 'string' } }, 'A condition of "conditions", by name.'),
        ref('comparison'),
      ],
    },
    comparison: {
      type: 'object',
      required: ['fact', 'operator', 'value'],
      properties: {
        fact: { oneOf: FACTS.map(({ name, doc }) => ({ const: name, description: doc })) },
        operator: { type: 'string' },
        value: {},
        params: { type: 'object' },
      },
      additionalProperties: false,
      allOf: FACTS.map(comparisonOf),
    },
  };
}

/** What may stand beside one fact. */
function comparisonOf(fact: FactDefinition): JsonObject {
  const single = valueSchema(fact);
  const isList = fact.type.kind === 'number' || fact.type.kind === 'text';
  return {
    if: { properties: { fact: { const: fact.name } }, required: ['fact'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: {
      properties: {
        operator: ref(`operators_of_${fact.type.kind}`),
        value: isList ? { anyOf: [single, { type: 'array', items: single, minItems: 1 }] } : single,
        ...(fact.params === null ? { params: false } : { params: paramsSchema(fact.params) }),
      },
      ...(fact.params === null ? {} : { required: ['params'] }),
    },
  };
}

function paramsSchema(params: NonNullable<FactDefinition['params']>): JsonObject {
  const properties = Object.entries(params).map(([name, { kind, doc }]) => {
    return [name, { type: kind === 'text' ? 'string' : 'number', description: doc }] as const;
  });
  return closedObject(Object.fromEntries(properties), null);
}

function decisionDefinitions(): JsonObject {
  const { assign, route, mass_route, publish, unpublish, auto_dispatch, hold } = STAGE_SHAPES;
  const stages = [assign, route, mass_route, publish, unpublish, auto_dispatch, hold].map((shape) =>
    objectSchema(shape, {}),
  );
  return {
    decision: objectSchema(DECISION_SHAPE, {
      stages: listOf('stage'),
      tie_break: { type: 'array', uniqueItems: true, items: { enum: tieBreaks() } },
    }),
    stage: { oneOf: stages },
  };
}

function guardrailDefinitions(): JsonObject {
  return {
    guardrails: objectSchema(GUARDRAILS_SHAPE, {
      per_provider: ref('per_provider'),
      pay: ref('pay'),
      canary: ref('canary'),
      quiet_hours: listOf('quiet_hours'),
      exclude_providers: listOf('exclusion'),
    }),
    per_provider: objectSchema(PER_PROVIDER_SHAPE, {}),
    pay: objectSchema(PAY_SHAPE, {}),
    canary: objectSchema(CANARY_SHAPE, {}),
    quiet_hours: objectSchema(QUIET_HOURS_SHAPE, {}),
    exclusion: objectSchema(EXCLUSION_SHAPE, {}),
  };
}

/** The operators for each type of fact, by the type's name. */
function operatorDefinitions(): JsonObject {
  const types = new Map(FACTS.map(({ type }) => [type.kind, type]));
  return Object.fromEntries(
    [...types].sort().map(([kind, type]) => {
      return [`operators_of_${kind}`, { oneOf: operatorsFor(type).flatMap(operatorChoices) }];
    }),
  );
}

function combined(form: 'all' | 'any', description: string): JsonObject {
  return closedObject({ [form]: { type: 'array', minItems: 1, items: ref('condition') } }, description);
}

function criterionNames(): readonly JsonObject[] {
  return CRITERIA.flatMap((criterion) =>
    [...new Set([...namesOf(criterion), criterion.label])].map((name) => ({ const: name, description: criterion.doc })),
  ).filter(({ const: name }, place, all) => all.findIndex((other) => other.const === name) === place);
}

function operatorChoices(operator: Operator): readonly JsonObject[] {
  return spellingsOf(operator).map((spelling) => ({ const: spelling, description: operator.doc }));
}

function tieBreaks(): readonly string[] {
  return TIE_BREAK_FIELDS.flatMap((field) => {
    const usual = TIE_BREAK_DEFAULTS[field];
    return [field, `${field}:${usual}`, `${field}:${usual === 'asc' ? 'desc' : 'asc'}`];
  });
}
