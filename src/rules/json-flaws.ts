import { hex } from './json-texts.ts';
import type { RuleProblemCode } from './problem-codes.ts';

/** What can be wrong with a text as JSON, in words; where it is, the reader knows. */
export type JsonFlaw = { readonly code: RuleProblemCode; readonly what: string; readonly fix: string };

export function forbiddenKey(key: string): JsonFlaw {
  return {
    code: 'FM-R106',
    what: `The key "${key}" is not allowed anywhere`,
    fix: 'Delete it, or give it another name.',
  };
}

export function duplicateKey(key: string, earlierLine: number): JsonFlaw {
  const what = `The key ${JSON.stringify(key)} is already on line ${earlierLine}`;
  return { code: 'FM-R104', what, fix: 'Delete one of the two.' };
}

export function unquotedKey(key: string): JsonFlaw {
  const quoted = JSON.stringify(key);
  return { code: 'FM-R114', what: `The key ${key} is not in double quotes`, fix: `Write ${quoted}.` };
}

export function syntax(flaw: { readonly what: string; readonly fix: string }): JsonFlaw {
  return { code: 'FM-R101', ...flaw };
}

export function strayCharacter(code: number): JsonFlaw {
  return { code: 'FM-R113', what: `The invisible character ${hex(code)} stands between values`, fix: 'Delete it.' };
}

export function trailingComma(closing: '}' | ']'): JsonFlaw {
  return { code: 'FM-R103', what: `Nothing follows this comma but "${closing}"`, fix: 'Delete the comma.' };
}

export const DOUBLE_COMMA = { code: 'FM-R103', what: 'Two commas follow each other', fix: 'Delete one.' } as const;
export const MISSING_COMMA = { code: 'FM-R112', what: 'A comma is missing', fix: 'Write a comma here.' } as const;
export const MISSING_COMMA_OR_END = {
  code: 'FM-R112',
  what: 'A comma is missing, or the "}" before it: an object is still open where the file ends',
  fix: 'Write "}," here if the object ends here, else a comma.',
} as const;
export const COMMENT = {
  code: 'FM-R102',
  what: 'JSON has no comments',
  fix: 'Delete it, or keep the thought in a "because" key.',
} as const;
export const BYTE_ORDER_MARK = {
  code: 'FM-R105',
  what: 'The file begins with a byte order mark',
  fix: 'Save it as UTF-8 without BOM.',
} as const;
export const EMPTY_FILE = {
  code: 'FM-R111',
  what: 'The file is empty',
  fix: 'Start from a copy of rules/default.json.',
} as const;
