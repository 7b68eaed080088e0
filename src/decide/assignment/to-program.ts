import type { BidColumns } from './bid-columns.ts';
import { at } from './instance.ts';
import type { LevelTerms } from './level-terms.ts';
import type { Program, ProgramRow } from './program.ts';

/** One objective among the plans that are no worse on those before it. */
export type ProgramParts = {
  readonly columns: BidColumns;
  readonly open: readonly boolean[];
  /** Whether every work order has to get somebody. */
  readonly filled: boolean;
  readonly rows: readonly ProgramRow[];
  readonly held: readonly { readonly terms: LevelTerms; readonly most: number }[];
  readonly terms: LevelTerms;
  /** False where fractions may do. */
  readonly whole: boolean;
  /** Added to what is held: all is whole numbers, so anything below one keeps what is as good, and nothing that is worse. */
  readonly slack: number;
};

/** `bids`: by column of the program, the column of the bid; columns that are no bid come after them. */
export type BuiltProgram = { readonly program: Program; readonly bids: readonly number[] };

export function toProgram({ columns, open, filled, rows, held, terms, whole, slack }: ProgramParts): BuiltProgram {
  const bids = [...columns.bids.keys()].filter((column) => at(open, column));
  // One objective alone has columns of its own.
  const withExtra = [...held.map((one) => one.terms), terms].find(({ extra }) => extra.length > 0);
  const extra = withExtra?.extra ?? [];
  const placeOf = new Map(bids.map((column, place) => [column, place]));
  for (const place of extra.keys()) placeOf.set(columns.bids.length + place, bids.length + place);
  const costsOf = (own: LevelTerms) => [
    ...bids.map((column) => at(own.costs, column)),
    ...extra.map((cost) => (own.extra.length > 0 ? cost : 0)),
  ];
  const program: Program = {
    sense: 'minimise',
    objective: costsOf(terms),
    integral: [...bids.map(() => whole), ...extra.map(() => false)],
    rows: [
      ...orderRows(columns, bids, filled),
      ...[...rows, ...(withExtra?.rows ?? [])].flatMap((row) => inPlace(row, placeOf)),
      ...held.map((one) => toRow(costsOf(one.terms), one.most + slack)),
    ],
  };
  return { program, bids };
}

function orderRows({ bids: all, starts }: BidColumns, bids: readonly number[], filled: boolean): readonly ProgramRow[] {
  const byOrder = Array.from({ length: starts.length - 1 }, (): number[] => []);
  for (const [place, column] of bids.entries()) at(byOrder, at(all, column).order).push(place);
  return byOrder
    .filter((own) => own.length > 0)
    .map((own) => ({ columns: own, coefficients: own.map(() => 1), least: filled ? 1 : null, most: 1 }));
}

function toRow(costs: readonly number[], most: number): ProgramRow {
  const columns = [...costs.keys()].filter((column) => costs[column] !== 0);
  return { columns, coefficients: columns.map((column) => at(costs, column)), least: null, most };
}

/** A row without the columns that are closed; none when it binds nothing any more. */
function inPlace(row: ProgramRow, placeOf: ReadonlyMap<number, number>): readonly ProgramRow[] {
  const entries = row.columns.flatMap((column, entry) => {
    const place = placeOf.get(column);
    return place === undefined ? [] : [{ place, coefficient: at(row.coefficients, entry) }];
  });
  const total = entries.reduce((sum, { coefficient }) => sum + Math.max(coefficient, 0), 0);
  if (row.least === null && row.most !== null && total <= row.most) return [];
  const columns = entries.map(({ place }) => place);
  return [{ ...row, columns, coefficients: entries.map(({ coefficient }) => coefficient) }];
}
