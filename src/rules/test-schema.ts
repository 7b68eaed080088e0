import { FACTS } from '../criteria/catalog.ts';
import type { FactDefinition } from '../criteria/definition.ts';
import type { JsonObject } from '../domain/json.ts';
import { valueSchema } from './fact-schema.ts';
import { listOf, objectSchema, ref } from './json-schema.ts';
import {
  RECORDED_SHAPE,
  REVIEW_TEST_EXPECT_SHAPE,
  REVIEW_TEST_SHAPE,
  REVIEW_TEST_WORK_ORDER_SHAPE,
  STATUSES,
  TEST_CANDIDATE_SHAPE,
  TEST_COMMITMENT_SHAPE,
  TEST_EARLIER_SHAPE,
  TEST_EXPECT_CANDIDATE_SHAPE,
  TEST_EXPECT_SHAPE,
  TEST_FILE_SHAPE,
  TEST_SHAPE,
  TEST_WORK_ORDER_SHAPE,
} from './test-shapes.ts';

/** The format of `*.test.json` as JSON Schema, for editors; the reader alone decides. */
export function ruleTestSchema(): JsonObject {
  const tests = { type: 'array', items: { anyOf: [ref('test'), ref('review_test')] } };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Tests of a fieldmarshal rule file',
    ...objectSchema(TEST_FILE_SHAPE, { tests }),
    definitions: testDefinitions(),
  };
}

/** Tests of both kinds of rule file. */
export function testDefinitions(): JsonObject {
  const statuses = { type: 'object', additionalProperties: { enum: [...STATUSES] } };
  return {
    test: objectSchema(TEST_SHAPE, {
      work_order: ref('test_work_order'),
      candidates: listOf('test_candidate'),
      commitments: { type: 'array', items: objectSchema(TEST_COMMITMENT_SHAPE, {}) },
      earlier: { type: 'array', items: objectSchema(TEST_EARLIER_SHAPE, {}) },
      recorded: objectSchema(RECORDED_SHAPE, {}),
      expect: ref('test_expect'),
    }),
    test_work_order: objectSchema(TEST_WORK_ORDER_SHAPE, { facts: ref('test_work_order_facts') }),
    test_work_order_facts: factsSchema('work_order'),
    test_candidate: objectSchema(TEST_CANDIDATE_SHAPE, {
      facts: factsSchema('candidate'),
      platform: { type: 'object', additionalProperties: { enum: ['match', 'no_match'] } },
    }),
    test_expect: objectSchema(TEST_EXPECT_SHAPE, {
      candidates: { type: 'object', additionalProperties: ref('test_expect_candidate') },
    }),
    test_expect_candidate: objectSchema(TEST_EXPECT_CANDIDATE_SHAPE, { criteria: statuses }),
    review_test: objectSchema(REVIEW_TEST_SHAPE, {
      work_order: objectSchema(REVIEW_TEST_WORK_ORDER_SHAPE, { facts: ref('test_work_order_facts') }),
      recorded: objectSchema(RECORDED_SHAPE, {}),
      expect: objectSchema(REVIEW_TEST_EXPECT_SHAPE, { criteria: statuses }),
    }),
  };
}

/** Names of facts without parameters are completed; criteria's other names and keys may stand there too. */
function factsSchema(scope: FactDefinition['scope']): JsonObject {
  const facts = FACTS.filter((fact) => fact.scope === scope && fact.params === null);
  return { type: 'object', properties: Object.fromEntries(facts.map((fact) => [fact.name, givenSchema(fact)])) };
}

function givenSchema(fact: FactDefinition): JsonObject {
  const one = valueSchema(fact);
  const isList = fact.type.kind === 'numbers' || fact.type.kind === 'texts';
  return { description: fact.doc, anyOf: [isList ? { type: 'array', items: one } : one, { type: 'null' }] };
}
