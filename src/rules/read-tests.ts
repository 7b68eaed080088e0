import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { FileReading } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { readEach, readPart } from './read-part.ts';
import { TEST_CANDIDATE_SHAPE, TEST_SHAPE } from './shapes.ts';

/** One of the file's own examples, checked for shape and kept as it is. */
export type RuleFileTest = {
  readonly name: string;
  readonly workOrder: JsonObject;
  readonly candidates: readonly JsonValue[];
  readonly expect: JsonObject;
};

export function readTests(reading: FileReading, path: JsonPath): readonly RuleFileTest[] | null {
  return readEach(reading, path, readTest);
}

function readTest(reading: FileReading, path: JsonPath): RuleFileTest | null {
  const shape = readPart(reading, path, TEST_SHAPE);
  const candidates = readEach(reading, [...path, 'candidates'], readCandidate);
  if (shape === null || candidates === null) return null;
  return {
    name: shape.name,
    workOrder: objectAt(reading, [...path, 'work_order']),
    candidates,
    expect: objectAt(reading, [...path, 'expect']),
  };
}

function readCandidate(reading: FileReading, path: JsonPath): JsonValue | null {
  const node = nodeAt(reading.document.root, path);
  const shape = readPart(reading, path, TEST_CANDIDATE_SHAPE);
  return shape === null || node === null ? null : toJsonValue(node);
}

function objectAt(reading: FileReading, path: JsonPath): JsonObject {
  const node = nodeAt(reading.document.root, path);
  return Object.fromEntries(
    node?.kind === 'object' ? [...node.members].map(([key, { node: inner }]) => [key, toJsonValue(inner)]) : [],
  );
}
