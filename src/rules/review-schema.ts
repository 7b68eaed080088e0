import { REVIEW_CRITERIA } from '../criteria/review-criteria.ts';
import type { JsonObject } from '../domain/json.ts';
import { closedObject, listOf, objectSchema, ref, SHARE_OF_A_CANARY } from './json-schema.ts';
import {
  INCOMPLETE_SHAPE,
  REVIEW_CRITERION_SHAPE,
  REVIEW_DECISION_SHAPE,
  REVIEW_FILE_SHAPE,
  REVIEW_GUARDRAILS_SHAPE,
} from './review-shapes.ts';

/** Review files in the editor schema; conditions and quiet hours are those of dispatch files. */
export function reviewDefinitions(): JsonObject {
  return {
    review_file: {
      ...objectSchema(REVIEW_FILE_SHAPE, {
        applies_to: ref('condition'),
        conditions: { type: 'object', additionalProperties: ref('condition') },
        criteria: { type: 'array', minItems: 1, items: ref('review_criterion') },
        decision: ref('review_decision'),
        guardrails: ref('review_guardrails'),
        tests: listOf('review_test'),
      }),
      ...SHARE_OF_A_CANARY,
    },
    review_criterion: {
      ...objectSchema(REVIEW_CRITERION_SHAPE, {
        name: { anyOf: [{ oneOf: reviewCriterionNames() }, { type: 'string' }] },
        operator: { type: 'string' },
        when: ref('condition'),
      }),
      if: { required: ['when'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { properties: { operator: false, value: false } },
    },
    review_decision: objectSchema(REVIEW_DECISION_SHAPE, {
      otherwise: {
        anyOf: [{ const: 'hold' }, closedObject({ incomplete: objectSchema(INCOMPLETE_SHAPE, {}) }, 'Send it back.')],
      },
    }),
    review_guardrails: objectSchema(REVIEW_GUARDRAILS_SHAPE, { quiet_hours: listOf('quiet_hours') }),
  };
}

function reviewCriterionNames(): readonly JsonObject[] {
  return REVIEW_CRITERIA.flatMap(({ key, label, fact }) =>
    [key, label].map((name) => ({ const: name, description: fact.doc })),
  );
}
