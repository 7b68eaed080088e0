import { improvePlan } from './improve-plan.ts';
import { at } from './instance.ts';
import { compareObjectives } from './objective.ts';
import { isFeasible, objectiveOf, planOf } from './plan.ts';
import { isFilled, type LevelToSolve, type Search, smallBest } from './search.ts';
import { sideRows } from './side-rows.ts';
import { toProgram } from './to-program.ts';

/**
 * First without asking for whole numbers, which is a fraction of the work and mostly gives whole numbers all the same. Where it
 * does not, it still tells which bids are in no best plan. What is held is held without slack at first, so that whole numbers
 * stay corners, and with half a unit if the solver cannot find its way in without. False where it stopped at a limit, or claims
 * what whole numbers do not bear out.
 */
export function solveLevel(search: Search, small: LevelToSolve): boolean {
  if (search.open.filter((open) => open).length > search.limits.maxColumns) return false;
  search.sides ??= sideRows(search.instance, search.columns, search.open);
  const relaxed = solveOnce(search, small, { whole: false, slack: 0 });
  if (relaxed === null || Math.abs(smallBest(search, small) - relaxed.value) > TOLERANCE) {
    const whole =
      solveOnce(search, small, { whole: true, slack: 0 }) ?? solveOnce(search, small, { whole: true, slack: 0.5 });
    if (whole === null || Math.abs(smallBest(search, small) - whole.value) > TOLERANCE) return false;
  }
  if (relaxed !== null) closeDear(search, small, relaxed);
  return true;
}

/** All is whole numbers: what is nearer than this is the same. */
const TOLERANCE = 0.5;

type Tried = {
  /** What the objective comes to by the solver's count. */
  readonly value: number;
  /** By column of a bid. */
  readonly reducedCosts: ReadonlyMap<number, number>;
};

function solveOnce(
  search: Search,
  small: LevelToSolve,
  { whole, slack }: { readonly whole: boolean; readonly slack: number },
): Tried | null {
  const { columns, open, rows, sides, held, counters, limits } = search;
  const { program, bids } = toProgram({
    columns,
    open,
    filled: isFilled(search),
    rows: [...(sides ?? []), ...rows],
    held,
    terms: small.terms,
    whole,
    slack,
  });
  // What a component may spend on all its programs together.
  const left = {
    maxNodes: limits.maxNodes - counters.nodes,
    maxIterations: limits.maxIterations - counters.iterations,
  };
  if (left.maxNodes < 0 || left.maxIterations < 0) return null;
  const solved = search.solve(program, left);
  counters.models += 1;
  counters.rows += program.rows.length;
  counters.columns += program.objective.length;
  counters.nodes += solved.nodes;
  counters.iterations += solved.iterations;
  takeBetter(
    search,
    bids.filter((_, column) => (solved.values[column] ?? 0) > 0.5),
  );
  if (solved.status !== 'optimal') return null;
  const value = solved.values.reduce((sum, one, column) => sum + one * at(program.objective, column), 0);
  const reducedCosts = new Map(bids.map((column, place) => [column, solved.reducedCosts[place] ?? 0]));
  const tried = { value, reducedCosts };
  if (!whole) closeDear(search, small, tried);
  return tried;
}

/**
 * With a bid whose reduced cost is so high, even fractions come to more than the best plan that is known. Some room is left
 * for what the solver rounds.
 */
function closeDear(search: Search, small: LevelToSolve, { value, reducedCosts }: Tried) {
  const largest = small.terms.costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  const room = smallBest(search, small) - value + 0.01 + largest * 1e-5;
  for (const [column, cost] of reducedCosts) if (cost > room) search.open[column] = false;
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
