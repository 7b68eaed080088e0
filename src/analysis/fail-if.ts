import { suggestName } from '../rules/nearest-name.ts';
import { METRICS, type Metric } from './backtest-metrics.ts';
import type { BacktestResult } from './backtest-result.ts';

type Operator = '>' | '>=' | '<' | '<=';

export type Condition =
  | { readonly kind: 'or' | 'and'; readonly of: readonly Condition[] }
  | {
      readonly kind: 'test';
      readonly metric: Metric;
      readonly operator: Operator;
      /** In hundredths. */
      readonly threshold: number;
      readonly isPercent: boolean;
      /** As it stands in the expression. */
      readonly written: string;
    };

/** `position` is the character at which it goes wrong, from 1. */
export type FailIfFlaw = { readonly position: number; readonly what: string; readonly fix: string };

export type FailIfParsed =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'flaw'; readonly flaw: FailIfFlaw };

/** What a condition comes to: `tests` are those that made it hold, or that nobody can tell. */
export type FailIfVerdict = {
  readonly verdict: 'holds' | 'does_not_hold' | 'cannot_be_told';
  readonly tests: readonly { readonly written: string; readonly measured: string }[];
};

type Token = { readonly text: string; readonly position: number };

/**
 * `changed>5% or pay>+2%`: metrics of a backtest compared with numbers, joined by `and`, which binds closer, and `or`, with
 * parentheses where wanted.
 */
export function parseFailIf(text: string): FailIfParsed {
  const reader: Reader = { tokens: tokensOf(text), next: 0, end: text.length + 1 };
  try {
    const condition = readEither(reader);
    const rest = peek(reader);
    if (rest !== null)
      throw new Flaw(rest.position, `"${rest.text}" is not expected here`, 'Write and, or, or nothing.');
    return { kind: 'condition', condition };
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    const { position, message, fix } = error;
    return { kind: 'flaw', flaw: { position, what: message, fix } };
  }
}

class Flaw extends Error {
  readonly position: number;
  readonly fix: string;

  constructor(position: number, what: string, fix: string) {
    super(what);
    this.position = position;
    this.fix = fix;
  }
}

type Reader = { readonly tokens: readonly Token[]; next: number; readonly end: number };

function tokensOf(text: string): readonly Token[] {
  const found = text.matchAll(/[a-z_]+|>=|<=|[<>()]|[+-]?\d+(?:\.\d+)?%?|\S/gi);
  return [...found].map((match) => ({ text: match[0], position: match.index + 1 }));
}

function peek({ tokens, next }: Reader): Token | null {
  return tokens[next] ?? null;
}

function take(reader: Reader, what: string, fix: string): Token {
  const token = peek(reader);
  if (token === null) throw new Flaw(reader.end, `${what} is missing at the end`, fix);
  reader.next += 1;
  return token;
}

function readEither(reader: Reader): Condition {
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readOne(reader)));
}

function readJoined(reader: Reader, word: 'or' | 'and', read: () => Condition): Condition {
  const of = [read()];
  while (peek(reader)?.text.toLowerCase() === word) {
    reader.next += 1;
    of.push(read());
  }
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: word, of };
}

const NAMES = METRICS.map(({ name }) => name);

function readOne(reader: Reader): Condition {
  const first = take(reader, 'a comparison', 'Write for instance changed>5%.');
  if (first.text === '(') {
    const inside = readEither(reader);
    const closing = take(reader, 'a closing parenthesis', 'Write ) where the group ends.');
    if (closing.text !== ')')
      throw new Flaw(closing.position, `"${closing.text}" stands where ) is missing`, 'Write ).');
    return inside;
  }
  const metric = METRICS.find(({ name }) => name === first.text.toLowerCase());
  if (metric === undefined)
    throw new Flaw(first.position, `"${first.text}" is no metric`, suggestName(first.text, NAMES));
  const operator = take(reader, 'an operator', 'Write >, >=, < or <=.');
  if (!isOperator(operator.text))
    throw new Flaw(operator.position, `"${operator.text}" is no operator`, 'Write >, >=, < or <=.');
  const value = take(reader, 'a number', 'Write for instance 5%, +2% or 100.');
  return toTest(metric, operator.text, value);
}

function isOperator(text: string): text is Operator {
  return text === '>' || text === '>=' || text === '<' || text === '<=';
}

function toTest(metric: Metric, operator: Operator, { text, position }: Token): Condition {
  const found = /^([+-]?)(\d{1,9})(?:\.(\d{1,2}))?(%?)$/.exec(text);
  if (found === null)
    throw new Flaw(position, `"${text}" is no number`, 'Write digits, with two decimals at most: 5%, +2.5%, 100.');
  const [, sign = '', whole = '', decimals = '', percent = ''] = found;
  const isPercent = percent === '%';
  const { name, asNumber, asPercent } = metric;
  if (isPercent && asPercent === null) throw new Flaw(position, `${name} has no percentage`, 'Leave % out.');
  if (!isPercent && asNumber === null) throw new Flaw(position, `${name} is a percentage`, `Write ${text}%.`);
  const size = Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  const threshold = sign === '-' ? -size : size;
  return { kind: 'test', metric, operator, threshold, isPercent, written: `${name}${operator}${text}` };
}

/** Unknown is never taken for no: what nobody can tell fails too, unless the rest decides. */
export function judgeFailIf(condition: Condition, result: BacktestResult): FailIfVerdict {
  if (condition.kind === 'test') return judgeTest(condition, result);
  const parts = condition.of.map((part) => judgeFailIf(part, result));
  const deciding = condition.kind === 'or' ? 'holds' : 'does_not_hold';
  const other = condition.kind === 'or' ? 'does_not_hold' : 'holds';
  const verdict = [deciding, 'cannot_be_told'].find((one) => parts.some((part) => part.verdict === one)) ?? other;
  const isKnown = verdict === 'holds' || verdict === 'does_not_hold';
  return {
    verdict: isKnown ? verdict : 'cannot_be_told',
    tests: parts.filter((part) => part.verdict === verdict).flatMap(({ tests }) => tests),
  };
}

function judgeTest(test: Extract<Condition, { readonly kind: 'test' }>, result: BacktestResult): FailIfVerdict {
  const { number, percent } = test.metric.measure(result);
  const { written, operator, threshold } = test;
  if (test.isPercent) {
    if (percent === null) return { verdict: 'cannot_be_told', tests: [{ written, measured: 'not known' }] };
    // Multiplied out, so that no division rounds a change over or under the bar.
    const holds = compare(percent.part * 10_000, operator, threshold * percent.of);
    return verdictOf(holds, written, `${writtenHundredths(Math.round((percent.part * 10_000) / percent.of))}%`);
  }
  if (number === null) return { verdict: 'cannot_be_told', tests: [{ written, measured: 'not known' }] };
  return verdictOf(compare(number, operator, threshold), written, writtenHundredths(number));
}

function verdictOf(holds: boolean, written: string, measured: string): FailIfVerdict {
  return { verdict: holds ? 'holds' : 'does_not_hold', tests: [{ written, measured }] };
}

function compare(left: number, operator: Operator, right: number): boolean {
  switch (operator) {
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}

/** `7`, `-2.5`, `0.07`. */
function writtenHundredths(value: number): string {
  return String(value / 100);
}
