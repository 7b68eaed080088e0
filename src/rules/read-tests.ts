import { parseDecisionId } from '../domain/ids.ts';
import { centsFromUsd } from '../domain/money.ts';
import { byPlace } from '../domain/problem.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, offsetAt, positionOf } from './json-document.ts';
import { textAt } from './read-comparison.ts';
import { readEarlier } from './read-earlier.ts';
import { readEach, readInnerPart, readPart } from './read-part.ts';
import { readTestCandidates } from './read-test-candidates.ts';
import { readTestExpect } from './read-test-expect.ts';
import { readTestCommitment, readTestWorkOrder } from './read-test-slate.ts';
import type { DispatchGiven, RecordedGiven, ReviewGiven, RuleTest, TestedFile, TestPlace } from './rule-test.ts';
import { RECORDED_SHAPE, REVIEW_TEST_SHAPE, TEST_SHAPE } from './test-shapes.ts';

/**
 * The tests at `path`, in the file or beside it, that can be run; the others, with every mistake in them, are among the reading's
 * broken ones. Null: they are no list, which its own shape has reported.
 */
export function readTests(reading: FileReading, path: JsonPath, tested: TestedFile): readonly RuleTest[] | null {
  const names = new Set<string>();
  const isListed = readEach(reading, path, () => true);
  const count = isListed?.length ?? 0;
  const tests = Array.from({ length: count }, (_, place) => {
    const at = [...path, place];
    const before = reading.problems.length;
    const test = readOne(reading, at, { tested, names });
    const problems = reading.problems.splice(before).sort(byPlace);
    if (test !== null && problems.length === 0) return test;
    const name = textAt(reading, [...at, 'name']) ?? `test ${place + 1}`;
    reading.brokenTests.push({ name, place: placeOf(reading, at), problems });
    return null;
  });
  return isListed === null ? null : tests.filter((test) => test !== null);
}

type Listed = { readonly tested: TestedFile; readonly names: Set<string> };

function readOne(reading: FileReading, at: JsonPath, { tested, names }: Listed): RuleTest | null {
  const test = tested.kind === 'review' ? readOfReview(reading, at, tested) : readOfDispatch(reading, at, tested);
  if (test === null) return null;
  if (names.has(test.name)) {
    const what = `There is a test named ${quoted(test.name)} already`;
    refuse(reading, [...at, 'name'], { code: 'FM-R914', what, fix: 'Say what this one shows and the other does not.' });
  }
  names.add(test.name);
  return test;
}

function readOfDispatch(reading: FileReading, path: JsonPath, tested: TestedFile): RuleTest | null {
  const shape = readPart(reading, path, TEST_SHAPE);
  const recorded = isThere(reading, [...path, 'recorded']);
  const given = recorded ? readRecorded(reading, path) : readGiven(reading, path, { tested, shape });
  const providers = given?.kind === 'dispatch' ? given.candidates.map(({ id }) => id) : null;
  const expect = readTestExpect(reading, [...path, 'expect'], { tested, providers });
  return toTest(reading, path, { name: shape?.name, given, expect });
}

function readOfReview(reading: FileReading, path: JsonPath, tested: TestedFile): RuleTest | null {
  const shape = readPart(reading, path, REVIEW_TEST_SHAPE);
  const recorded = isThere(reading, [...path, 'recorded']);
  const given = recorded ? readRecorded(reading, path) : readReviewed(reading, path, { tested, shape });
  const expect = readTestExpect(reading, [...path, 'expect'], { tested, providers: null });
  return toTest(reading, path, { name: shape?.name, given, expect });
}

type Parts = {
  readonly name: string | undefined;
  readonly given: RuleTest['given'] | null;
  readonly expect: RuleTest['expect'] | null;
};

function toTest(reading: FileReading, path: JsonPath, { name, given, expect }: Parts): RuleTest | null {
  if (name === undefined || given === null || expect === null) return null;
  return { name, place: placeOf(reading, path), given, expect };
}

function placeOf(reading: FileReading, path: JsonPath): TestPlace {
  const { root, lineStarts } = reading.document;
  return { path: reading.path, ...positionOf(offsetAt(root, path, 'value'), lineStarts) };
}

function readGiven(
  reading: FileReading,
  path: JsonPath,
  {
    tested,
    shape,
  }: {
    readonly tested: TestedFile;
    readonly shape: { readonly spent_today_usd?: number | undefined } | null;
  },
): DispatchGiven | null {
  const workOrder = readTestWorkOrder(reading, [...path, 'work_order'], tested);
  const candidates = readTestCandidates(reading, [...path, 'candidates'], tested);
  const commitments = readEach(reading, [...path, 'commitments'], readTestCommitment);
  const earlier = readEach(reading, [...path, 'earlier'], (_, at) => readEarlier(reading, at, tested));
  if (shape === null || workOrder === null || candidates === null || commitments === null || earlier === null)
    return null;
  const open = nodeAt(reading.document.root, [...path, 'work_order', 'open_minutes']);
  return {
    kind: 'dispatch',
    workOrder,
    openMinutes: open?.kind === 'scalar' && typeof open.value === 'number' ? open.value : 0,
    candidates,
    commitments,
    earlier,
    spentTodayCents: centsFromUsd(shape.spent_today_usd ?? 0),
  };
}

function readReviewed(
  reading: FileReading,
  path: JsonPath,
  {
    tested,
    shape,
  }: { readonly tested: TestedFile; readonly shape: { readonly sent_back?: number | undefined } | null },
): ReviewGiven | null {
  const workOrder = readTestWorkOrder(reading, [...path, 'work_order'], tested);
  return shape === null || workOrder === null ? null : { kind: 'review', workOrder, sentBack: shape.sent_back ?? 0 };
}

/** What a recorded decision brings itself. */
const BROUGHT = ['work_order', 'candidates', 'commitments', 'earlier', 'spent_today_usd', 'sent_back'];

function readRecorded(reading: FileReading, path: JsonPath): RecordedGiven | null {
  const at = [...path, 'recorded'];
  const said = readInnerPart(reading, at, RECORDED_SHAPE);
  const beside = BROUGHT.filter((key) => isThere(reading, [...path, key]));
  for (const key of beside) {
    const what = `"${key}" stands beside "recorded", and the recorded decision brings its own`;
    refuseKey(reading, [...path, key], { code: 'FM-R917', what, fix: 'Delete one of the two.' });
  }
  if (said === null || beside.length > 0) return null;
  const { decision, input_hash: inputHash } = said;
  if ((decision === undefined) === (inputHash === undefined)) {
    const what = decision === undefined ? 'recorded names no decision' : 'recorded names a decision twice';
    const fix = 'Write either "decision": "4047.1.3" or "input_hash": "3f09c2…".';
    refuse(reading, at, { code: 'FM-R917', what, fix });
    return null;
  }
  if (inputHash !== undefined) return { kind: 'recorded', by: { inputHash } };
  const id = parseDecisionId(decision ?? '');
  if (id !== null) return { kind: 'recorded', by: { decision: id } };
  const what = `${quoted(decision)} is no id of a decision`;
  const fix = 'Write it as reports and explain show it, for example "4047.1.3".';
  refuse(reading, [...at, 'decision'], { code: 'FM-R917', what, fix });
  return null;
}

function isThere(reading: FileReading, path: JsonPath): boolean {
  return nodeAt(reading.document.root, path) !== null;
}
