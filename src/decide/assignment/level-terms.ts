import type { BidColumns } from './bid-columns.ts';
import { at, type Instance } from './instance.ts';
import type { Level } from './objective.ts';
import type { Objective } from './problem.ts';
import type { ProgramRow } from './program.ts';

/** One objective over the columns of the bids, and columns of its own after them: the less the better. */
export type LevelTerms = {
  readonly costs: readonly number[];
  /** Costs of its own columns, which may be fractions, and the rows that bind them to the bids. */
  readonly extra: readonly number[];
  readonly rows: readonly ProgramRow[];
};

/** The value of one objective, the less the better. */
export function signedValue(objective: Objective, level: Level): number {
  return level === 'fill' || level === 'pointsMilli' ? -objective[level] : objective[level];
}

export function toLevelTerms(instance: Instance, { bids }: BidColumns, level: Level): LevelTerms {
  const costs = bids.map(({ order, counted }) => {
    if (level === 'fill') return -at(instance.orders, order).fillWeight;
    return level === 'pointsMilli' ? -counted.pointsMilli : counted[level];
  });
  return level === 'spread' ? { costs, ...pairTerms(instance, { bids }) } : { costs, extra: [], rows: [] };
}

/**
 * Pairs of a provider with n work orders are n (n − 1) / 2 = 1 + 2 + … + (n − 1): the second costs 1, the third 2. Each has a
 * column that lets the provider have one more, and since they only get dearer they are used in order and need not be whole.
 */
function pairTerms(instance: Instance, { bids }: Pick<BidColumns, 'bids'>): Omit<LevelTerms, 'costs'> {
  const extra: number[] = [];
  const rows: ProgramRow[] = [];
  for (const columns of pairingColumns(instance, { bids })) {
    const own = columns.slice(1).map((_, place) => bids.length + extra.length + place);
    extra.push(...own.map((_, place) => place + 1));
    const coefficients = [...columns.map(() => 1), ...own.map(() => -1)];
    rows.push({ columns: [...columns, ...own], coefficients, least: null, most: 1 });
  }
  return { extra, rows };
}

/** For each provider who could make a pair: the columns of those of their bids that count for it. */
export function pairingColumns(
  { orders }: Instance,
  { bids }: Pick<BidColumns, 'bids'>,
): readonly (readonly number[])[] {
  const byProvider = new Map<number, number[]>();
  for (const [column, { order, counted }] of bids.entries()) {
    if (!at(orders, order).countsPairs) continue;
    const others = byProvider.get(counted.provider);
    if (others === undefined) byProvider.set(counted.provider, [column]);
    else others.push(column);
  }
  return [...byProvider.values()].filter((columns) => columns.length > 1);
}
