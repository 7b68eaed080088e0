import type { BidColumns } from './bid-columns.ts';
import { canTakeTogether } from './feasibility.ts';
import { at, type Instance } from './instance.ts';
import type { ProgramRow } from './program.ts';

/** A bid of one provider, by its column in the program. */
type Asked = { readonly order: number; readonly column: number };

/** What keeps a provider from taking too much, as rows over the columns of those of their bids that are open. */
export function sideRows(instance: Instance, { starts }: BidColumns, open: readonly boolean[]): readonly ProgramRow[] {
  return [...instance.bidders].flatMap(([provider, bidders]) => {
    const asked = bidders
      .map(({ order, bid }) => ({ order, column: at(starts, order) + bid }))
      .filter(({ column }) => at(open, column));
    if (asked.length < 2) return [];
    const loads = [...dayLoads(instance, provider, asked), ...weekLoads(instance, provider, asked)];
    return [...conflictRows(instance, provider, asked), ...loads.flatMap(loadRows)];
  });
}

/** One of a clique at most, until every two that cannot go together are in a clique. */
function conflictRows(instance: Instance, provider: number, asked: readonly Asked[]): readonly ProgramRow[] {
  const conflicts = conflictsOf(instance, provider, asked);
  const covered = new Set<number>();
  const rows: ProgramRow[] = [];
  for (const [a, own] of conflicts.entries()) {
    for (const b of own) {
      if (b < a || covered.has(a * asked.length + b)) continue;
      const clique = [a, b];
      for (const c of own) if (clique.every((member) => at(conflicts, c).has(member))) clique.push(c);
      clique.sort((one, other) => one - other);
      for (const one of clique) for (const other of clique) covered.add(one * asked.length + other);
      rows.push(
        atMost(
          clique.map((member) => at(asked, member).column),
          1,
        ),
      );
    }
  }
  return rows;
}

/** By place in `asked`, ascending: the places it cannot be taken together with. */
function conflictsOf({ orders, bookedDays }: Instance, provider: number, asked: readonly Asked[]) {
  const conflicts = asked.map(() => new Set<number>());
  const booked = at(bookedDays, provider);
  for (const [a, one] of asked.entries()) {
    for (const [b, other] of asked.entries()) {
      if (b <= a || canTakeTogether([at(orders, one.order), at(orders, other.order)], booked)) continue;
      at(conflicts, a).add(b);
      at(conflicts, b).add(a);
    }
  }
  return conflicts;
}

/** Bids of one provider on one day or in one week, each with how many its own limit leaves for all of them; null: no limit. */
type Load = readonly { readonly column: number; readonly room: number | null }[];

function dayLoads({ orders, bookedDays }: Instance, provider: number, asked: readonly Asked[]): readonly Load[] {
  const booked = at(bookedDays, provider);
  return daysOf(orders, asked).map((day) => {
    const count = booked.filter((other) => other === day).length;
    return asked.flatMap(({ order, column }) => {
      const { day: own, limits } = at(orders, order);
      return own === day ? { column, room: limits.perDay === null ? null : limits.perDay - count } : [];
    });
  });
}

/** Every seven days that hold one of the bids' days; of those with the same bids, the one with the most booked. */
function weekLoads({ orders, bookedDays }: Instance, provider: number, asked: readonly Asked[]): readonly Load[] {
  const booked = at(bookedDays, provider);
  const fullest = new Map<string, { readonly count: number; readonly members: readonly Asked[] }>();
  for (const end of weekEnds(daysOf(orders, asked))) {
    const inWeek = (day: number | null) => day !== null && day > end - 7 && day <= end;
    const members = asked.filter(({ order }) => inWeek(at(orders, order).day));
    const count = booked.filter(inWeek).length;
    const key = members.map(({ order }) => order).join();
    if ((fullest.get(key)?.count ?? -1) < count) fullest.set(key, { count, members });
  }
  return [...fullest.values()].map(({ count, members }) =>
    members.map(({ order, column }) => {
      const { per7Days } = at(orders, order).limits;
      return { column, room: per7Days === null ? null : per7Days - count };
    }),
  );
}

function weekEnds(days: readonly number[]): readonly number[] {
  return [...new Set(days.flatMap((day) => [0, 1, 2, 3, 4, 5, 6].map((offset) => day + offset)))];
}

function daysOf(orders: Instance['orders'], asked: readonly Asked[]): readonly number[] {
  return [...new Set(asked.flatMap(({ order }) => at(orders, order).day ?? []))].sort((a, b) => a - b);
}

/**
 * Those with the least room bind among themselves as a plain sum. One among others with more room binds them only when it is
 * taken itself: the others ≤ most − (most − room + 1) × itself, where most is what they could be without it.
 */
function loadRows(load: Load): readonly ProgramRow[] {
  const rooms = [...new Set(load.flatMap(({ room }) => room ?? []))].sort((a, b) => a - b);
  return rooms.flatMap((room) => {
    if (room >= load.length) return [];
    const bound = load.filter((one) => one.room !== null && one.room <= room);
    const rows =
      bound.length > room
        ? [
            atMost(
              bound.map(({ column }) => column),
              room,
            ),
          ]
        : [];
    if (bound.length === load.length) return rows;
    const most = Math.min(load.length - 1, ...(load.some((one) => one.room === null) ? [] : [Math.max(...rooms)]));
    return [
      ...rows,
      ...load.filter((one) => one.room === room).map(({ column }) => whenTaken(load, column, { room, most })),
    ];
  });
}

function whenTaken(load: Load, column: number, { room, most }: { readonly room: number; readonly most: number }) {
  const columns = load.map((one) => one.column);
  const coefficients = columns.map((one) => (one === column ? most - room + 1 : 1));
  return { columns, coefficients, least: null, most };
}

export function atMost(columns: readonly number[], most: number): ProgramRow {
  return { columns, coefficients: columns.map(() => 1), least: null, most };
}
