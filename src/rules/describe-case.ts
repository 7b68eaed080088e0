import { findFact } from '../criteria/catalog.ts';
import { type FactUnit, toWrittenNumber } from '../domain/fact.ts';
import type { Case, Left } from './condition-logic.ts';
import { whatIsAsked } from './fact-values.ts';
import { quoted } from './file-reading.ts';
import { isEmpty, isWithin } from './value-set.ts';

/** More than this nobody takes in. */
const MOST_FACTS = 3;

/** `work_order.is_remote = false and work_order.pay_total >= 500`; null when it takes too much to say. */
export function describeCase(found: Case): string | null {
  const told = [...found.values()].filter(
    (left) => left.mayBeUnknown || !isWithin(whatIsAsked(left.test).possible, left.values),
  );
  const phrases = told.map(describeLeft);
  return phrases.length === 0 || phrases.length > MOST_FACTS ? null : phrases.join(' and ');
}

function describeLeft({ values, test }: Left): string {
  const { key, name } = test.fact;
  if (isEmpty(values)) return `${key} not known`;
  const type = findFact(name)?.type;
  if (type?.kind === 'numbers' || type?.kind === 'texts') {
    const isIn = values.kind === 'words' && values.words.has('in');
    return `${key} ${isIn ? 'has' : 'lacks'} ${quoted(test.value)}`;
  }
  if (values.kind === 'numbers') {
    const [[from, to] = [-Infinity, Infinity]] = values.ranges;
    return `${key} ${describeRange(from, to, type?.kind === 'number' ? type.unit : 'count')}`;
  }
  const [first = ''] = values.words;
  const shown = type?.kind === 'boolean' ? first : quoted(first);
  return `${key} ${values.isAllBut ? '!=' : '='} ${shown}`;
}

function describeRange(from: number, to: number, unit: FactUnit): string {
  const [low, high] = [toWrittenNumber(from, unit), toWrittenNumber(to, unit)];
  if (from === to) return `= ${low}`;
  if (to === Infinity) return `>= ${low}`;
  return from === -Infinity || from === 0 ? `<= ${high}` : `from ${low} to ${high}`;
}
