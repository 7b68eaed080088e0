import { type BidColumns, leastByOrder, toBidColumns } from './bid-columns.ts';
import { improvePlan } from './improve-plan.ts';
import { at, type Instance } from './instance.ts';
import { type LevelTerms, pairingColumns, signedValue, toLevelTerms } from './level-terms.ts';
import type { AssignmentLimits } from './limits.ts';
import { compareObjectives, LEVELS, type Level } from './objective.ts';
import { isFeasible, objectiveOf, type Plan, planOf } from './plan.ts';
import type { Objective, SolvedComponent } from './problem.ts';
import type { ProgramRow, SolveProgram } from './program.ts';
import { atMost, sideRows } from './side-rows.ts';
import { toProgram } from './to-program.ts';

export type SolvedByPrograms = Pick<SolvedComponent, 'status' | 'counters'> & { readonly found: Plan };

type Given = {
  readonly instance: Instance;
  /** A feasible plan: no answer is worse. */
  readonly incumbent: Plan;
  readonly solve: SolveProgram;
  readonly limits: AssignmentLimits;
};

/** What is known so far: the best plan, and what a plan has to keep to be no worse on the objectives that are done. */
type Search = Given & {
  readonly columns: BidColumns;
  readonly counters: { models: number; rows: number; columns: number; nodes: number; iterations: number };
  best: { readonly plan: Plan; readonly objective: Objective };
  /** By column: false for a bid that no best plan takes. */
  readonly open: boolean[];
  /** Side constraints, and what was found to hold in every best plan. */
  readonly rows: ProgramRow[];
  readonly held: { readonly terms: LevelTerms; readonly most: number }[];
};

/**
 * One objective after the other, each solved as an integer program and held before the next. What the solver found counts only
 * once whole numbers have borne it out. Stops at a limit with the best plan so far.
 */
export function solveByPrograms(given: Given): SolvedByPrograms {
  const { instance, incumbent } = given;
  const columns = toBidColumns(instance);
  const search: Search = {
    ...given,
    columns,
    counters: { models: 0, rows: 0, columns: 0, nodes: 0, iterations: 0 },
    best: { plan: incumbent, objective: objectiveOf(instance, incumbent) },
    open: columns.bids.map(() => true),
    rows: [...sideRows(instance, ({ order, bid }) => at(columns.starts, order) + bid)],
    held: [],
  };
  const status = LEVELS.every((level) => settle(search, level)) ? 'optimal' : 'limit';
  return { status, counters: search.counters, found: search.best.plan };
}

/** Finds the best there is of one objective and holds it; false where a limit came first. */
function settle(search: Search, level: Level): boolean {
  const { instance, columns, held } = search;
  const whole = toLevelTerms(instance, columns, level);
  if (whole.extra.length === 0 && whole.costs.every((cost) => cost === 0)) return true;
  if (holdLowest(search, level, whole)) return true;
  const { terms, toSmall } = toSmallTerms(search, whole);
  if (!solveLevel(search, { level, terms, toSmall })) return false;
  if (!holdLowest(search, level, whole)) held.push({ terms, most: toSmall(signedValue(search.best.objective, level)) });
  return true;
}

/**
 * Where everybody has a provider and the best plan gives each work order the least there is of this objective, no plan is
 * better, and those that are as good take such bids only.
 */
function holdLowest(search: Search, level: Level, { costs }: LevelTerms): boolean {
  const { instance, columns, best, open, rows } = search;
  if (!isFilled(search)) return false;
  const least = leastByOrder(columns, costs, open);
  if (signedValue(best.objective, level) > total(least)) return false;
  for (const [column, { order }] of columns.bids.entries())
    if (at(costs, column) > at(least, order)) open[column] = false;
  if (level === 'spread') rows.push(...pairingColumns(instance, columns).map((pairing) => atMost(pairing, 1)));
  return true;
}

/**
 * The same objective in smaller numbers, which the solver rounds less: where everybody has a provider, what each bid costs
 * above the least for its work order; and without a divisor that all have in common.
 */
function toSmallTerms(search: Search, { costs, extra, rows }: LevelTerms) {
  const { columns, open } = search;
  const filled = isFilled(search);
  const least = leastByOrder(columns, costs, open).map((cost) => (filled ? cost : 0));
  const above = costs.map((cost, column) => (at(open, column) ? cost - at(least, at(columns.bids, column).order) : 0));
  const divisor = [...above, ...extra].reduce(greatestCommonDivisor, 0);
  const terms: LevelTerms = {
    costs: above.map((cost) => cost / divisor),
    extra: extra.map((cost) => cost / divisor),
    rows,
  };
  return { terms, toSmall: (value: number) => (value - total(least)) / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  let [rest, divisor] = [Math.abs(a), Math.abs(b)];
  while (rest > 0) [rest, divisor] = [divisor % rest, rest];
  return divisor;
}

type LevelToSolve = {
  readonly level: Level;
  readonly terms: LevelTerms;
  readonly toSmall: (value: number) => number;
};

/** False where the solver stopped at a limit, or claims what whole numbers do not bear out. */
function solveLevel(search: Search, { level, terms, toSmall }: LevelToSolve): boolean {
  const { columns, open, rows, held, counters, solve, limits } = search;
  const { program, bids } = toProgram({ columns, open, filled: isFilled(search), rows, held, terms });
  const solved = solve(program, limits);
  counters.models += 1;
  counters.rows += program.rows.length;
  counters.columns += program.objective.length;
  counters.nodes += solved.nodes;
  counters.iterations += solved.iterations;
  const claimed = solved.values.reduce((sum, value, column) => sum + value * at(program.objective, column), 0);
  takeBetter(
    search,
    bids.filter((_, column) => at(solved.values, column) > 0.5),
  );
  const reached = toSmall(signedValue(search.best.objective, level));
  return solved.status === 'optimal' && Math.abs(reached - claimed) < 0.5;
}

/** The plan of these columns, improved as far as single work orders can, when it can be had and is better than the best. */
function takeBetter(search: Search, columns: readonly number[]) {
  const { instance } = search;
  const chosen = new Int32Array(instance.orders.length).fill(-1);
  for (const column of columns) {
    const { order, bid } = at(search.columns.bids, column);
    chosen[order] = bid;
  }
  const plan = planOf(instance, chosen);
  if (!isFeasible(instance, plan)) return;
  improvePlan(instance, plan);
  const objective = objectiveOf(instance, plan);
  if (compareObjectives(objective, search.best.objective) < 0) search.best = { plan, objective };
}

function isFilled({ best }: Search): boolean {
  return best.plan.chosen.every((bid) => bid >= 0);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
