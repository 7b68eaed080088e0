import { z } from 'zod';
import type { RuleProblemCode } from './problem-codes.ts';

/**
 * Building blocks of the shapes in shapes.ts. Each field carries two sentences: its description, which goes into the editor
 * schema, and the fix that is printed when the value has the wrong shape.
 */
type FieldAdvice = {
  /** A whole sentence: what to write instead. */
  readonly fix: string;
  /** Overrides the code that follows from the kind of mistake. */
  readonly code?: RuleProblemCode;
};

export const fieldAdvice = z.registry<FieldAdvice>();

/** Keys that the other kind of rule file has where this shape has none, by key: what to say instead of "no such key". */
export const keysOfTheOtherKind = z.registry<{
  readonly [key: string]: Required<FieldAdvice> & { readonly what: string };
}>();

export function wholeNumber(range: { readonly min: number; readonly max: number }, description: string) {
  const fix = `Write a whole number from ${range.min} to ${range.max}.`;
  return advised(z.int().min(range.min).max(range.max), description, { fix });
}

export function decimalNumber(range: { readonly min: number; readonly max: number }, description: string) {
  const fix = `Write a number from ${range.min} to ${range.max}.`;
  return advised(z.number().min(range.min).max(range.max), description, { fix });
}

/** US dollars, to the cent. */
export function money(range: { readonly min: number; readonly max: number }, description: string) {
  const fix = `Write a number from ${range.min} to ${range.max}.`;
  return advised(z.number().min(range.min).max(range.max).refine(isWholeCents), description, { fix });
}

export function isWholeCents(usd: number): boolean {
  return Math.abs(usd * 100 - Math.round(usd * 100)) < 1e-6;
}

export function yesNo(description: string) {
  return advised(z.boolean(), description, { fix: 'Write true or false, without quotes.' });
}

export function freeText(longest: number, description: string) {
  const fix = `Write a text of 1 to ${longest} characters in double quotes.`;
  return advised(z.string().min(1).max(longest), description, { fix });
}

export function patternText(
  pattern: { readonly is: RegExp; readonly say: string; readonly code?: RuleProblemCode },
  description: string,
) {
  const code = pattern.code === undefined ? {} : { code: pattern.code };
  return advised(z.string().regex(pattern.is), description, { fix: pattern.say, ...code });
}

export function oneOf<const Word extends string>(words: readonly Word[], description: string) {
  const fix = `Write one of ${words.map((word) => `"${word}"`).join(', ')}.`;
  return advised(z.enum(words), description, { fix });
}

export function listOf<Item extends z.ZodType>(
  item: Item,
  bounds: { readonly min: number; readonly max: number; readonly what: string },
  description: string,
) {
  const fix = `Write a list of ${bounds.min} to ${bounds.max} ${bounds.what} in square brackets.`;
  return advised(z.array(item).min(bounds.min).max(bounds.max), description, { fix });
}

/** A part that is read on its own, with its own shape. */
export function part(description: string) {
  return advised(z.looseObject({}), description, { fix: 'Write an object in curly brackets.' });
}

/** Anything; what it must be is decided elsewhere. */
export function anything(description: string) {
  return advised(z.unknown(), description, { fix: 'Write a value.' });
}

export function advised<Schema extends z.ZodType>(schema: Schema, description: string, advice: FieldAdvice): Schema {
  const described = schema.describe(description);
  fieldAdvice.add(described, advice);
  return described;
}
