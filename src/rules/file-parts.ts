import type { z } from 'zod';
import { CANARY_SHAPE } from './canary-shape.ts';
import type { JsonNode } from './json-document.ts';
import {
  INCOMPLETE_SHAPE,
  REVIEW_CRITERION_SHAPE,
  REVIEW_DECISION_SHAPE,
  REVIEW_FILE_SHAPE,
  REVIEW_GUARDRAILS_SHAPE,
} from './review-shapes.ts';
import {
  CREDIT_SHAPE,
  CRITERION_SHAPE,
  DECISION_SHAPE,
  EXCLUSION_SHAPE,
  FILE_SHAPE,
  GUARDRAILS_SHAPE,
  ON_MISSING_SHAPE,
  PAY_SHAPE,
  PER_PROVIDER_SHAPE,
  QUIET_HOURS_SHAPE,
  SELECTION_RULE_SHAPE,
  STAGE_SHAPES,
} from './shapes.ts';
import {
  REVIEW_TEST_EXPECT_SHAPE,
  REVIEW_TEST_SHAPE,
  REVIEW_TEST_WORK_ORDER_SHAPE,
  TEST_CANDIDATE_SHAPE,
  TEST_COMMITMENT_SHAPE,
  TEST_EARLIER_SHAPE,
  TEST_EXPECT_CANDIDATE_SHAPE,
  TEST_EXPECT_SHAPE,
  TEST_FILE_SHAPE,
  TEST_SHAPE,
  TEST_WORK_ORDER_SHAPE,
} from './test-shapes.ts';

/** A part of a rule file: in which order its keys are written, and which part each of them holds. */
export type FilePart = {
  /** In the order of the format; other keys follow in the order they have. */
  readonly keys: readonly string[];
  /** Always one key a line, so that a change of one is a change of one line. */
  readonly isOpen: boolean;
  /** By key; a list holds the part in each of its items. A key that is not here holds a plain value. */
  readonly parts: { readonly [key: string]: PartName };
  /** For names that people give: what each of them holds; null: nothing in particular. */
  readonly each: PartName | null;
};

export type PartName =
  | 'dispatch_file'
  | 'review_file'
  | 'tests_file'
  | 'conditions'
  | 'condition'
  | 'selection_rule'
  | 'criterion'
  | 'on_missing'
  | 'credit'
  | 'review_criterion'
  | 'decision'
  | 'stage'
  | 'review_decision'
  | 'otherwise'
  | 'incomplete'
  | 'guardrails'
  | 'review_guardrails'
  | 'per_provider'
  | 'pay'
  | 'canary'
  | 'quiet_hours'
  | 'exclusion'
  | 'test'
  | 'test_work_order'
  | 'test_candidate'
  | 'test_commitment'
  | 'test_earlier'
  | 'test_expect'
  | 'test_expected'
  | 'test_expected_candidate'
  | 'review_test'
  | 'review_test_work_order'
  | 'review_test_expect'
  | 'plain';

/** As a comparison is said: the fact, how, with what. */
const CONDITION_KEYS = ['all', 'any', 'not', 'condition', 'fact', 'params', 'operator', 'value'];

const PARTS: { readonly [name in Exclude<PartName, 'stage'>]: FilePart } = {
  dispatch_file: open(FILE_SHAPE, {
    applies_to: 'condition',
    conditions: 'conditions',
    selection_rule: 'selection_rule',
    decision: 'decision',
    guardrails: 'guardrails',
    tests: 'test',
  }),
  review_file: open(REVIEW_FILE_SHAPE, {
    applies_to: 'condition',
    conditions: 'conditions',
    criteria: 'review_criterion',
    decision: 'review_decision',
    guardrails: 'review_guardrails',
    tests: 'review_test',
  }),
  tests_file: open(TEST_FILE_SHAPE, { tests: 'test' }),
  conditions: { keys: [], isOpen: true, parts: {}, each: 'condition' },
  condition: {
    keys: CONDITION_KEYS,
    isOpen: false,
    parts: { all: 'condition', any: 'condition', not: 'condition' },
    each: null,
  },
  selection_rule: open(SELECTION_RULE_SHAPE, { rules: 'criterion' }),
  criterion: open(CRITERION_SHAPE, { when: 'condition', on_missing: 'on_missing', credit: 'credit' }),
  on_missing: short(ON_MISSING_SHAPE),
  credit: short(CREDIT_SHAPE),
  review_criterion: open(REVIEW_CRITERION_SHAPE, { when: 'condition' }),
  decision: open(DECISION_SHAPE, { stages: 'stage' }),
  review_decision: open(REVIEW_DECISION_SHAPE, { otherwise: 'otherwise' }),
  otherwise: { keys: ['incomplete'], isOpen: false, parts: { incomplete: 'incomplete' }, each: null },
  incomplete: short(INCOMPLETE_SHAPE),
  guardrails: open(GUARDRAILS_SHAPE, {
    per_provider: 'per_provider',
    pay: 'pay',
    canary: 'canary',
    quiet_hours: 'quiet_hours',
    exclude_providers: 'exclusion',
  }),
  review_guardrails: open(REVIEW_GUARDRAILS_SHAPE, { quiet_hours: 'quiet_hours' }),
  per_provider: short(PER_PROVIDER_SHAPE),
  pay: short(PAY_SHAPE),
  canary: short(CANARY_SHAPE),
  quiet_hours: short(QUIET_HOURS_SHAPE),
  exclusion: short(EXCLUSION_SHAPE),
  test: open(TEST_SHAPE, {
    work_order: 'test_work_order',
    candidates: 'test_candidate',
    commitments: 'test_commitment',
    earlier: 'test_earlier',
    expect: 'test_expect',
  }),
  test_work_order: short(TEST_WORK_ORDER_SHAPE),
  test_candidate: short(TEST_CANDIDATE_SHAPE),
  test_commitment: short(TEST_COMMITMENT_SHAPE),
  test_earlier: short(TEST_EARLIER_SHAPE),
  test_expect: { ...short(TEST_EXPECT_SHAPE), parts: { candidates: 'test_expected' } },
  test_expected: { keys: [], isOpen: false, parts: {}, each: 'test_expected_candidate' },
  test_expected_candidate: short(TEST_EXPECT_CANDIDATE_SHAPE),
  review_test: open(REVIEW_TEST_SHAPE, { work_order: 'review_test_work_order', expect: 'review_test_expect' }),
  review_test_work_order: short(REVIEW_TEST_WORK_ORDER_SHAPE),
  review_test_expect: short(REVIEW_TEST_EXPECT_SHAPE),
  plain: { keys: [], isOpen: false, parts: {}, each: null },
};

/** What the whole text is: by its name the examples of a file, by its kind a review, else a dispatch file. */
export function rootPart(path: string, root: JsonNode): PartName {
  if (/\.test\.json$/.test(path)) return root.kind === 'array' ? 'test' : 'tests_file';
  return wordIn(root, 'kind') === 'review' ? 'review_file' : 'dispatch_file';
}

/** The part as this object has it: a stage's keys follow from what it does. */
export function filePart(name: PartName, node: JsonNode): FilePart {
  if (name !== 'stage') return PARTS[name];
  const word = wordIn(node, 'do');
  const own = Object.entries(STAGE_SHAPES).find(([kind]) => kind === word);
  const shapes = own === undefined ? Object.values(STAGE_SHAPES) : [own[1]];
  return { ...PARTS.plain, keys: [...new Set(shapes.flatMap((shape) => Object.keys(shape.shape)))] };
}

/** The part that a key of it holds. */
export function innerPart({ parts, each }: FilePart, key: string): PartName {
  return (Object.hasOwn(parts, key) ? parts[key] : each) ?? 'plain';
}

function wordIn(node: JsonNode, key: string): string | null {
  const word = node.kind === 'object' ? node.members.get(key)?.node : undefined;
  return word?.kind === 'scalar' && typeof word.value === 'string' ? word.value : null;
}

function open(shape: z.ZodObject, parts: FilePart['parts']): FilePart {
  return { keys: Object.keys(shape.shape), isOpen: true, parts, each: null };
}

function short(shape: z.ZodObject): FilePart {
  return { keys: Object.keys(shape.shape), isOpen: false, parts: {}, each: null };
}
