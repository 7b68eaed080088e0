import type { FactDefinition } from '../criteria/definition.ts';
import { type FactType, type FactUnit, type FactValue, toKeptNumber, UNITS } from '../domain/fact.ts';
import { type FileReading, type Mistake, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { suggestName } from './nearest-name.ts';
import type { Operator } from './operators.ts';
import { numberIn } from './read-part.ts';

type Scalar = number | boolean | string;

/** What stands at `path`, converted once to the unit the fact is kept in; null when it does not fit, and that is reported. */
export function readFactValue(
  reading: FileReading,
  path: JsonPath,
  compared: { readonly fact: FactDefinition; readonly operator: Operator },
): FactValue | null {
  const node = nodeAt(reading.document.root, path);
  const { fact, operator } = compared;
  if (node === null) {
    const what = `The condition has no value to compare ${fact.name} with`;
    refuse(reading, path, { code: 'FM-R202', what, fix: `Add "value", for example ${quoted(fact.example)}.` });
    return null;
  }
  if (operator.takes === 'one') return readScalar(reading, path, fact);
  if (node.kind !== 'array' || node.items.length === 0) {
    const what = `"${operator.sign}" compares with a list, and value is ${quoted(toJsonValue(node))}`;
    refuse(reading, path, { code: 'FM-R308', what, fix: `Write a list, for example ${quoted([fact.example])}.` });
    return null;
  }
  const values = node.items.map((_, place) => readScalar(reading, [...path, place], fact));
  return values.includes(null) ? null : sorted(values.filter((value) => value !== null));
}

/** A number in the kept unit, for a place that takes only numbers of that unit. */
export function readKeptNumber(reading: FileReading, path: JsonPath, fact: FactDefinition): number | null {
  const value = readScalar(reading, path, fact);
  return typeof value === 'number' ? value : null;
}

function readScalar(reading: FileReading, path: JsonPath, fact: FactDefinition): Scalar | null {
  const node = nodeAt(reading.document.root, path);
  const written = node?.kind === 'scalar' ? node.value : null;
  const mistake = mistakeIn(written, fact, node === null ? null : toJsonValue(node));
  if (mistake !== null) {
    refuse(reading, path, mistake);
    return null;
  }
  const unit = unitOf(fact.type);
  return typeof written === 'number' && unit !== null ? toKeptNumber(written, unit) : written;
}

function mistakeIn(written: Scalar | null, fact: FactDefinition, shown: unknown): Mistake | null {
  switch (fact.type.kind) {
    case 'boolean':
      return typeof written === 'boolean' ? null : misfit(fact, shown, 'Write true or false, without quotes.');
    case 'number':
      return numberMistake(written, { fact, unit: fact.type.unit, shown });
    case 'numbers':
      return numberMistake(written, { fact, unit: 'id', shown });
    case 'texts':
      return typeof written === 'string'
        ? null
        : misfit(fact, shown, `Write a text, for example ${quoted(fact.example)}.`);
    case 'text':
      return textMistake(written, { fact, values: fact.type.values, shown });
  }
}

type Numeric = { readonly fact: FactDefinition; readonly unit: FactUnit; readonly shown: unknown };

function numberMistake(written: Scalar | null, { fact, unit, shown }: Numeric): Mistake | null {
  const meant = numberIn(written);
  if (meant !== null) {
    const what = `${fact.name} is compared with ${quoted(written)}, a number written as text`;
    return { code: 'FM-R204', what, fix: `Write ${meant}.` };
  }
  if (typeof written !== 'number') return misfit(fact, shown, `Write a number, for example ${quoted(fact.example)}.`);
  const { min, max, scale, keptAs } = UNITS[unit];
  if (written < min || written > max) {
    const what = `${fact.name} is compared with ${written}, and its unit (${unit}) goes from ${min} to ${max}`;
    return { code: 'FM-R306', what, fix: `Write a number from ${min} to ${max}.` };
  }
  if (!isKeptExactly(written, scale)) {
    const what = `${fact.name} is compared with ${written}, finer than it is kept (${keptAs})`;
    return { code: 'FM-R307', what, fix: `Write ${toKeptNumber(written, unit) / scale}.` };
  }
  return null;
}

/** Miles and hours are rounded to the metre and the minute; everything else must be written as it is kept. */
function isKeptExactly(written: number, scale: number): boolean {
  if (scale !== 1 && scale !== 100) return true;
  return Math.abs(written * scale - Math.round(written * scale)) < 1e-6;
}

type Worded = { readonly fact: FactDefinition; readonly values: readonly string[] | null; readonly shown: unknown };

function textMistake(written: Scalar | null, { fact, values, shown }: Worded): Mistake | null {
  if (typeof written !== 'string') return misfit(fact, shown, `Write a text, for example ${quoted(fact.example)}.`);
  if (values === null || values.includes(written)) return null;
  return misfit(fact, written, suggestName(written, values));
}

function misfit(fact: FactDefinition, shown: unknown, fix: string): Mistake {
  return { code: 'FM-R305', what: `${fact.name} is compared with ${quoted(shown)}`, fix };
}

function unitOf(type: FactType): FactUnit | null {
  return type.kind === 'number' ? type.unit : null;
}

function sorted(values: readonly Scalar[]): FactValue {
  const distinct = [...new Set(values)];
  const numbers = distinct.filter((value) => typeof value === 'number');
  if (numbers.length === distinct.length) return numbers.sort((a, b) => a - b);
  return distinct.map(String).sort();
}
