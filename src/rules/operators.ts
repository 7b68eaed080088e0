import type { FactType } from '../domain/fact.ts';

/** json-rules-engine's names; the library supplies what they mean. */
export type OperatorName =
  | 'equal'
  | 'notEqual'
  | 'lessThan'
  | 'lessThanInclusive'
  | 'greaterThan'
  | 'greaterThanInclusive'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'doesNotContain';

export type Operator = {
  readonly name: OperatorName;
  /** The short way to write it, used in explanations. */
  readonly sign: string;
  readonly aliases: readonly string[];
  readonly fits: readonly FactType['kind'][];
  /** `list`: the value is a list of which the fact must (not) be one. */
  readonly takes: 'one' | 'list';
  readonly doc: string;
};

const COMPARABLE = ['number'] as const;
const SCALARS = ['boolean', 'number', 'text'] as const;
const LISTS = ['numbers', 'texts'] as const;

export const OPERATORS: readonly Operator[] = [
  operator('greaterThanInclusive', '>=', { fits: COMPARABLE, doc: 'at least' }),
  operator('greaterThan', '>', { aliases: ['greater_than'], fits: COMPARABLE, doc: 'more than' }),
  operator('lessThanInclusive', '<=', { fits: COMPARABLE, doc: 'at most' }),
  operator('lessThan', '<', { aliases: ['less_than'], fits: COMPARABLE, doc: 'less than' }),
  operator('equal', '=', { aliases: ['==', 'equal_to'], fits: SCALARS, doc: 'exactly' }),
  operator('notEqual', '!=', { aliases: ['not_equal_to'], fits: SCALARS, doc: 'anything but' }),
  operator('in', 'in', { fits: ['number', 'text'], takes: 'list', doc: 'one of a list' }),
  operator('notIn', 'not in', { fits: ['number', 'text'], takes: 'list', doc: 'none of a list' }),
  operator('contains', 'has', { fits: LISTS, doc: 'a list fact with this among its values' }),
  operator('doesNotContain', 'lacks', { fits: LISTS, doc: 'a list fact without this among its values' }),
];

const operatorByName: ReadonlyMap<string, Operator> = new Map(
  OPERATORS.flatMap((each) => spellingsOf(each).map((spelling) => [spelling, each] as const)),
);

/** Null: no operator is spelled so. */
export function findOperator(spelling: string): Operator | null {
  return operatorByName.get(spelling) ?? null;
}

/** Spellings of other languages, which are refused and understood. */
const FOREIGN: { readonly [spelling: string]: string } = {
  is: '=',
  eq: '=',
  equals: '=',
  '===': '=',
  ne: '!=',
  '<>': '!=',
  '≠': '!=',
  'is not': '!=',
  gt: '>',
  gte: '>=',
  ge: '>=',
  '≥': '>=',
  'at least': '>=',
  lt: '<',
  lte: '<=',
  le: '<=',
  '≤': '<=',
  'at most': '<=',
  includes: 'has',
};

/** The operator that a spelling of another language means; null: not one we know. */
export function meantOperator(spelling: string): string | null {
  return Object.hasOwn(FOREIGN, spelling) ? (FOREIGN[spelling] ?? null) : null;
}

/** Every way to write it, the shortest first. */
export function spellingsOf(each: Operator): readonly string[] {
  return [...new Set([each.sign, each.name, ...each.aliases])];
}

export function operatorsFor(type: FactType): readonly Operator[] {
  return OPERATORS.filter((each) => each.fits.includes(type.kind));
}

function operator(
  name: OperatorName,
  sign: string,
  rest: Pick<Operator, 'fits' | 'doc'> & Partial<Pick<Operator, 'aliases' | 'takes'>>,
): Operator {
  return { name, sign, aliases: rest.aliases ?? [], fits: rest.fits, takes: rest.takes ?? 'one', doc: rest.doc };
}
