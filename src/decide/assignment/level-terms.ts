import type { BidColumns } from './bid-columns.ts';
import { at, type Instance } from './instance.ts';
import type { Level } from './objective.ts';
import type { ProgramRow } from './program.ts';

/** One objective over the columns of the bids, and columns of its own after them: the less the better. */
export type LevelTerms = {
  readonly costs: readonly number[];
  /** Costs of its own columns, which may be fractions, and the rows that bind them to the bids. */
  readonly extra: readonly number[];
  readonly rows: readonly ProgramRow[];
};

/** By column: what the bid adds to one objective, the less the better. */
export function levelCosts({ orders }: Instance, { bids }: BidColumns, level: Level): readonly number[] {
  return bids.map(({ order, counted }) => {
    if (level === 'fill') return -at(orders, order).fillWeight;
    return level === 'pointsMilli' ? -counted.pointsMilli : counted[level];
  });
}

/**
 * Pairs of a provider with n work orders are n (n − 1) / 2 = 1 + 2 + … + (n − 1): the second costs 1, the third 2. Each has a
 * column that lets the provider have one more, and since they only get dearer they are used in order and need not be whole.
 */
export function pairTerms(
  instance: Instance,
  columns: BidColumns,
  open: readonly boolean[],
): Omit<LevelTerms, 'costs'> {
  const extra: number[] = [];
  const rows: ProgramRow[] = [];
  for (const pairing of pairingColumns(instance, columns, open)) {
    const own = pairing.slice(1).map((_, place) => columns.bids.length + extra.length + place);
    extra.push(...own.map((_, place) => place + 1));
    const coefficients = [...pairing.map(() => 1), ...own.map(() => -1)];
    rows.push({ columns: [...pairing, ...own], coefficients, least: null, most: 1 });
  }
  return { extra, rows };
}

/** For each provider who could make a pair: the columns of those of their bids that are open and count for it. */
export function pairingColumns(
  { orders }: Instance,
  { bids }: BidColumns,
  open: readonly boolean[],
): readonly (readonly number[])[] {
  const byProvider = new Map<number, number[]>();
  for (const [column, { order, counted }] of bids.entries()) {
    if (!at(open, column) || !at(orders, order).countsPairs) continue;
    const others = byProvider.get(counted.provider);
    if (others === undefined) byProvider.set(counted.provider, [column]);
    else others.push(column);
  }
  return [...byProvider.values()].filter((columns) => columns.length > 1);
}
