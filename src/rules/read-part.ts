import { z } from 'zod';
import { centsFromUsd } from '../domain/money.ts';
import { type FileReading, type Mistake, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { nearestName, suggestName } from './nearest-name.ts';
import { fieldAdvice, keysOfTheOtherKind } from './shape-fields.ts';

/** The part of the file at `path` in the given shape; null when it has another, and then every difference is reported. */
export function readPart<Shape extends z.ZodObject>(
  reading: FileReading,
  path: JsonPath,
  shape: Shape,
): z.infer<Shape> | null {
  const node = nodeAt(reading.document.root, path);
  const value = node === null ? {} : toJsonValue(node);
  // A shape is asked a few times in a process: to compile it for each would take longer.
  const parsed = shape.safeParse(value, { jitless: true });
  if (parsed.success) return parsed.data;
  const reported = new Set<string>();
  for (const issue of parsed.error.issues) {
    const at = [...path, ...toJsonPath(issue.path)];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) refuseKey(reading, [...at, key], unknownKey(key, shape));
      continue;
    }
    // A number can be both unsafe and too big; one sentence is enough.
    const place = JSON.stringify(at);
    if (!reported.has(place)) report(reading, at, { issue, shape, depth: path.length });
    reported.add(place);
  }
  return null;
}

/** A part whose own shape asks for an object: anything else there has been reported already. Nothing there reads as empty. */
export function readInnerPart<Shape extends z.ZodObject>(
  reading: FileReading,
  path: JsonPath,
  shape: Shape,
): z.infer<Shape> | null {
  const node = nodeAt(reading.document.root, path);
  return node === null || node.kind === 'object' ? readPart(reading, path, shape) : null;
}

/** Every entry of a list; null when one is wrong, or the list is none, which its own shape has reported. */
export function readEach<Item>(
  reading: FileReading,
  path: JsonPath,
  readItem: (reading: FileReading, path: JsonPath) => Item | null,
): readonly Item[] | null {
  const node = nodeAt(reading.document.root, path);
  if (node === null) return [];
  if (node.kind !== 'array') return null;
  const read = node.items.map((_, place) => readItem(reading, [...path, place]));
  const whole = read.filter((item) => item !== null);
  return whole.length < read.length ? null : whole;
}

type Difference = { readonly issue: z.core.$ZodIssue; readonly shape: z.ZodObject; readonly depth: number };

function report(reading: FileReading, at: JsonPath, difference: Difference): void {
  const { issue, shape, depth } = difference;
  const node = nodeAt(reading.document.root, at);
  const name = nameOf(at);
  if (node === null) {
    const what = `${name} is missing`;
    refuse(reading, at, { code: 'FM-R202', what, fix: `Add it. ${adviceAt(shape, at[depth]).fix}` });
    return;
  }
  refuse(reading, at, mistakeOf(issue, { name, value: toJsonValue(node), advice: adviceAt(shape, at[depth]) }));
}

type Found = {
  readonly name: string;
  readonly value: unknown;
  readonly advice: { fix: string; code?: Mistake['code'] };
};

function mistakeOf(issue: z.core.$ZodIssue, { name, value, advice }: Found): Mistake {
  const what = `${name} is ${quoted(value)}`;
  switch (issue.code) {
    case 'invalid_value': {
      const words = issue.values.filter((word) => typeof word === 'string');
      const nearest = typeof value === 'string' ? nearestName(value, words) : null;
      const fix = nearest === null ? advice.fix : `Did you mean "${nearest}"? ${advice.fix}`;
      return { code: advice.code ?? 'FM-R206', what, fix };
    }
    case 'invalid_format':
      return { code: advice.code ?? 'FM-R207', what, fix: advice.fix };
    case 'too_small':
    case 'too_big':
      return { code: sizeCode(issue.origin), what: sizeWhat(name, value, issue.origin), fix: advice.fix };
    // Only money is refined: an amount finer than a cent.
    case 'custom':
      return typeof value === 'number'
        ? { code: 'FM-R307', what: `${what}, finer than a cent`, fix: `Write ${centsFromUsd(value) / 100}.` }
        : wrongKind(issue, { name, value, advice });
    default:
      return wrongKind(issue, { name, value, advice });
  }
}

function wrongKind(issue: z.core.$ZodIssue, { name, value, advice }: Found): Mistake {
  const expected = issue.code === 'invalid_type' ? issue.expected : '';
  const number = expected === 'int' || expected === 'number' ? numberIn(value) : null;
  if (number !== null) return { code: 'FM-R204', what: `${name} is a number written as text`, fix: `Write ${number}.` };
  return { code: 'FM-R203', what: `${name} is ${quoted(value)}`, fix: advice.fix };
}

const LONGEST_NUMBER = 60;

/** `"5"`, `" 5 %"` or `"$5"` as the number that was meant; null when the text is none. */
export function numberIn(value: unknown): number | null {
  // The patterns below take the square of a long row of blanks or digits.
  if (typeof value !== 'string' || value.length > LONGEST_NUMBER) return null;
  const bare = value.trim().replace(/^\$\s*|\s*%$/g, '');
  return /^[+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10})$/.test(bare) ? Number(bare) : null;
}

function sizeCode(origin: string): Mistake['code'] {
  if (origin === 'string') return 'FM-R208';
  return origin === 'array' ? 'FM-R209' : 'FM-R205';
}

function sizeWhat(name: string, value: unknown, origin: string): string {
  const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (origin === 'array') return `${name} has ${size} entries`;
  return origin === 'string' ? `${name} has ${size} characters` : `${name} is ${quoted(value)}`;
}

function unknownKey(key: string, shape: z.ZodObject): Mistake {
  const others = keysOfTheOtherKind.get(shape) ?? {};
  const known = Object.hasOwn(others, key) ? others[key] : undefined;
  if (known !== undefined) return known;
  const what = `There is no key ${quoted(key)} here`;
  return { code: 'FM-R201', what, fix: suggestName(key, Object.keys(shape.shape)) };
}

function adviceAt(shape: z.ZodObject, key: string | number | undefined): { fix: string; code?: Mistake['code'] } {
  const field: unknown = key === undefined ? undefined : shape.shape[key];
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return (
    (inner instanceof z.ZodType ? fieldAdvice.get(inner) : undefined) ?? { fix: 'Write an object in curly brackets.' }
  );
}

/** What a path points at, in words: `weight`, `entry 2 of days`, `the rule file`. */
export function nameOf(path: JsonPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'the rule file';
  return typeof last === 'number' ? `entry ${last + 1} of ${nameOf(path.slice(0, -1))}` : last;
}

function toJsonPath(path: readonly PropertyKey[]): JsonPath {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}
