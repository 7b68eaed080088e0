import { leastByOrder, toBidColumns } from './bid-columns.ts';
import { at, type Instance } from './instance.ts';
import { levelCosts, pairingColumns, pairTerms } from './level-terms.ts';
import type { AssignmentLimits } from './limits.ts';
import { LEVELS, type Level } from './objective.ts';
import { objectiveOf, type Plan } from './plan.ts';
import type { SolvedComponent } from './problem.ts';
import type { SolveProgram } from './program.ts';
import { isFilled, type LevelToSolve, type Search, signedBest, smallBest } from './search.ts';
import { atMost } from './side-rows.ts';
import { solveLevel } from './solve-level.ts';

export type SolvedByPrograms = Pick<SolvedComponent, 'status' | 'counters'> & { readonly found: Plan };

type Given = {
  readonly instance: Instance;
  /** A feasible plan: no answer is worse. */
  readonly incumbent: Plan;
  readonly solve: SolveProgram;
  readonly limits: AssignmentLimits;
};

/**
 * One objective after the other, each solved as an integer program and held before the next. What the solver found counts only
 * once whole numbers have borne it out. Stops at a limit with the best plan so far.
 */
export function solveByPrograms({ instance, incumbent, solve, limits }: Given): SolvedByPrograms {
  const columns = toBidColumns(instance);
  const search: Search = {
    instance,
    solve,
    limits,
    columns,
    counters: { models: 0, rows: 0, columns: 0, nodes: 0, iterations: 0 },
    best: { plan: incumbent, objective: objectiveOf(instance, incumbent) },
    open: columns.bids.map(() => true),
    sides: null,
    rows: [],
    held: [],
  };
  const status = LEVELS.every((level) => settle(search, level)) ? 'optimal' : 'limit';
  return { status, counters: search.counters, found: search.best.plan };
}

/** Finds the best there is of one objective and holds it; false where a limit came first. */
function settle(search: Search, level: Level): boolean {
  const costs = levelCosts(search.instance, search.columns, level);
  if (holdLowest(search, level, costs)) return true;
  const small = toSmall(search, level, costs);
  if (small === null) return true;
  if (!solveLevel(search, small)) return false;
  if (!holdLowest(search, level, costs)) search.held.push({ terms: small.terms, most: smallBest(search, small) });
  return true;
}

/**
 * Where everybody has a provider and the best plan gives each work order the least there is of this objective, no plan is
 * better, and those that are as good take such bids only.
 */
function holdLowest(search: Search, level: Level, costs: readonly number[]): boolean {
  const { instance, columns, open, rows } = search;
  if (!isFilled(search)) return false;
  const least = leastByOrder(columns, costs, open);
  if (signedBest(search, level) > total(least)) return false;
  for (const [column, { order }] of columns.bids.entries())
    if (at(costs, column) > at(least, order)) open[column] = false;
  if (level === 'spread') rows.push(...pairingColumns(instance, columns, open).map((pairing) => atMost(pairing, 1)));
  return true;
}

/**
 * The same objective in smaller numbers, which the solver rounds less: where everybody has a provider, what each bid costs
 * above the least for its work order; and without a divisor that all have in common. Null where it is the same in all plans.
 */
function toSmall(search: Search, level: Level, costs: readonly number[]): LevelToSolve | null {
  const { instance, columns, open } = search;
  const filled = isFilled(search);
  const least = leastByOrder(columns, costs, open).map((cost) => (filled ? cost : 0));
  const above = costs.map((cost, column) => (at(open, column) ? cost - at(least, at(columns.bids, column).order) : 0));
  if (filled) closeAbove(search, above, signedBest(search, level) - total(least));
  const pairs = level === 'spread' ? pairTerms(instance, columns, open) : { extra: [], rows: [] };
  const divisor = [...above, ...pairs.extra].reduce(greatestCommonDivisor, 0);
  if (divisor === 0) return null;
  return {
    level,
    terms: {
      costs: above.map((cost) => cost / divisor),
      extra: pairs.extra.map((cost) => cost / divisor),
      rows: pairs.rows,
    },
    toSmall: (value) => (value - total(least)) / divisor,
  };
}

/** What by itself costs more than the whole of the best plan is in no plan that is as good: nothing costs less than 0. */
function closeAbove({ open }: Search, costs: readonly number[], most: number) {
  for (const [column, cost] of costs.entries()) if (cost > most) open[column] = false;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [rest, divisor] = [Math.abs(a), Math.abs(b)];
  while (rest > 0) [rest, divisor] = [divisor % rest, rest];
  return divisor;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
