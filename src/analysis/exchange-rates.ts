import { unitOfFact } from '../criteria/catalog.ts';
import { type FactUnit, toWrittenNumber } from '../domain/fact.ts';
import type { Criterion } from '../domain/rule-file.ts';
import { putsInOrder } from '../rules/lint/asked-criterion.ts';

/** A criterion that puts eligible candidates in order, and by how much. */
export type Worth = {
  readonly key: string;
  /** Whole points. */
  readonly weight: number;
  /** Of graded credit; null: all or nothing. */
  readonly graded: {
    readonly unit: FactUnit;
    /** Points that one unit more or less is worth, between the ends, in thousandths. */
    readonly milliPointsPerUnit: number;
    /** In what people write: what earns all of it, and from where on nothing is earned. */
    readonly fullAt: number;
    readonly zeroAt: number;
  } | null;
};

/** Those that put eligible candidates in order, by falling weight. */
export function rankingWorths(criteria: readonly Criterion[]): readonly Worth[] {
  return criteria
    .filter(putsInOrder)
    .map(toWorth)
    .sort((a, b) => b.weight - a.weight);
}

function toWorth({ key, weight, credit }: Criterion): Worth {
  if (credit === null) return { key, weight, graded: null };
  const unit = unitOfFact(credit.fact.name) ?? 'count';
  const [fullAt, zeroAt] = [toWrittenNumber(credit.fullAt, unit), toWrittenNumber(credit.zeroAt, unit)];
  const milliPointsPerUnit = Math.round((weight * 1_000) / Math.abs(zeroAt - fullAt));
  return { key, weight, graded: { unit, milliPointsPerUnit, fullAt, zeroAt } };
}

/** One criterion, or two together, that give more points than another alone. */
export type Outweighing = { readonly heavier: readonly string[]; readonly lighter: string };

/** What single criteria outweigh, and what pairs of criteria outweigh of which neither does so alone. */
export function outweighings(worths: readonly Worth[]): readonly Outweighing[] {
  return worths.flatMap((lighter) => {
    const others = worths.filter((each) => each !== lighter);
    const alone = others.filter(({ weight }) => weight > lighter.weight).map(({ key }) => [key]);
    const rest = others.filter(({ weight }) => weight <= lighter.weight);
    const pairs = rest.flatMap((one, place) =>
      rest
        .slice(place + 1)
        .filter((two) => one.weight + two.weight > lighter.weight)
        .map((two) => [one.key, two.key].sort()),
    );
    return [...alone, ...pairs].map((heavier) => ({ heavier, lighter: lighter.key }));
  });
}

export type OrderChange = {
  /** `now` and `no_longer`: more points. `now_equal`: as many. */
  readonly kind: 'now' | 'no_longer' | 'now_equal';
  readonly heavier: readonly string[];
  readonly lighter: string;
};

/** Which criteria outweigh which others otherwise than before, among those on both sides. */
export function orderChanges(before: readonly Worth[], after: readonly Worth[]): readonly OrderChange[] {
  const [old, fresh] = [sharedOnly(before, after), sharedOnly(after, before)];
  const [were, are] = [outweighings(old), outweighings(fresh)];
  const keyOf = ({ heavier, lighter }: Outweighing) => `${heavier.join('+')}>${lighter}`;
  const [wereKeys, areKeys] = [new Set(were.map(keyOf)), new Set(are.map(keyOf))];
  const weights = new Map(fresh.map(({ key, weight }) => [key, weight]));
  const weightOf = (key: string) => weights.get(key) ?? 0;
  const isPairSettled = ({ heavier, lighter }: Outweighing, single: ReadonlySet<string>) =>
    heavier.length === 2 && heavier.some((key) => single.has(`${key}>${lighter}`));
  const now = are.filter((each) => !wereKeys.has(keyOf(each)) && !isPairSettled(each, wereKeys));
  const gone = were.filter((each) => !areKeys.has(keyOf(each)) && !isPairSettled(each, areKeys));
  return [
    ...now.map((each) => ({ ...each, kind: 'now' as const })),
    // Where the other now outweighs this one, that says it all.
    ...gone
      .filter(({ heavier: [one = '', two], lighter }) => two !== undefined || !areKeys.has(`${lighter}>${one}`))
      .map((each) => {
        const isEqual = each.heavier.length === 1 && weightOf(each.heavier[0] ?? '') === weightOf(each.lighter);
        return { ...each, kind: isEqual ? ('now_equal' as const) : ('no_longer' as const) };
      }),
  ];
}

function sharedOnly(worths: readonly Worth[], others: readonly Worth[]): readonly Worth[] {
  return worths.filter(({ key }) => others.some((other) => other.key === key));
}

/** `now outweighs background_check (35)`: of one criterion, and of pairs it is part of only in the whole list. */
export function orderNotes(key: string, changes: readonly OrderChange[], worths: readonly Worth[]): readonly string[] {
  const named = (other: string) => `${other} (${worths.find((worth) => worth.key === other)?.weight ?? 0})`;
  return changes.flatMap(({ kind, heavier: [one = '', two], lighter }) => {
    if (two !== undefined) return [];
    if (one === key) return [`${HEAVIER[kind]} ${named(lighter)}`];
    return lighter === key ? [`${LIGHTER[kind]} ${named(one)}`] : [];
  });
}

const HEAVIER = { now: 'now outweighs', no_longer: 'no longer outweighs', now_equal: 'now weighs as much as' } as const;
const LIGHTER = {
  now: 'now is outweighed by',
  no_longer: 'no longer is outweighed by',
  now_equal: 'now weighs as much as',
} as const;

/** How much of `graded` makes up for all of `worth`, in what people write, to two decimals. */
export function madeUpBy(worth: Worth, { graded }: Worth): number | null {
  if (graded === null || graded.milliPointsPerUnit === 0) return null;
  return Math.round((worth.weight * 100_000) / graded.milliPointsPerUnit) / 100;
}
