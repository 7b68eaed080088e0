import type { Highs, Model, ModelData, ModelStatusCode } from 'highs';
import type { Program, ProgramLimits, SolvedProgram, SolveProgram } from './program.ts';

type LoadRuntime = typeof import('highs').default;

let loaded: Promise<SolveProgram> | null = null;

/** HiGHS as WebAssembly, in this process. Loaded once, until it is let go. */
export function loadHighs(): Promise<SolveProgram> {
  loaded ??= load();
  return loaded;
}

/** Gives back its 20 MB once nobody holds what `loadHighs` gave; it is loaded anew for whoever asks. */
export function letHighsGo(): void {
  loaded = null;
}

async function load(): Promise<SolveProgram> {
  const { default: loadRuntime }: { readonly default: unknown } = await import('highs');
  if (!isLoader(loadRuntime)) throw new TypeError('highs exports no loader');
  const highs = await loadRuntime();
  return (program, limits) => solveProgram(highs, program, limits);
}

/** Its types are those of its CommonJS build, which exports something else than the module that Node loads. */
function isLoader(value: unknown): value is LoadRuntime {
  return typeof value === 'function';
}

/** This build has one thread, whatever it is asked for. */
const OPTIONS = {
  output_flag: false,
  random_seed: 0,
  presolve: 'on',
  // The best, not nearly the best.
  mip_rel_gap: 0,
  mip_abs_gap: 0,
} as const;

function solveProgram(highs: Highs, program: Program, limits: ProgramLimits): SolvedProgram {
  try {
    return solveModel(highs, program, limits);
  } catch (error) {
    // One in many thousands of programs it gives up with an error of its own: the best plan known is then as good as at a limit.
    if (error instanceof highs.errors.HighsError && GIVES_UP.includes(error.operation)) return GIVEN_UP;
    throw error;
  }
}

/** Anything else would be our mistake. */
const GIVES_UP: readonly string[] = ['passModel', 'run'];

function solveModel(highs: Highs, program: Program, limits: ProgramLimits): SolvedProgram {
  const model = highs.createModel(toModelData(highs, program));
  try {
    model.options.set({ ...OPTIONS, simplex_iteration_limit: limits.maxIterations, mip_max_nodes: limits.maxNodes });
    return run(highs, model, { program, limits });
  } finally {
    // The memory is not JavaScript's: nobody else gives it back.
    model.dispose();
  }
}

const GIVEN_UP: SolvedProgram = { status: 'limit', values: [], reducedCosts: [], nodes: 0, iterations: 0 };

type Asked = { readonly program: Program; readonly limits: ProgramLimits };

/** Interrupts itself at the limit of iterations: HiGHS's own holds for programs without whole columns only. */
function run(highs: Highs, model: Model, { program, limits: { maxIterations } }: Asked): SolvedProgram {
  const { callbackType } = highs.constants;
  const ran = model.run({
    [callbackType.mipInterrupt](event) {
      if (Number(event.data.mip_total_lp_iterations ?? 0) > maxIterations) event.interrupt();
    },
  });
  const known = Number(model.info.get('primal_solution_status')) === highs.constants.solutionStatus.feasible;
  const solution = model.getSolution();
  return {
    status: toStatus(highs, ran.modelStatus),
    values: known ? [...solution.colValue] : [],
    reducedCosts: known && !program.integral.includes(true) ? [...solution.colDual] : [],
    nodes: Math.max(0, Number(model.info.get('mip_node_count'))),
    iterations: Math.max(0, Number(model.info.get('simplex_iteration_count'))),
  };
}

function toStatus({ constants: { modelStatus } }: Highs, code: ModelStatusCode): SolvedProgram['status'] {
  if (code === modelStatus.optimal) return 'optimal';
  return code === modelStatus.infeasible ? 'infeasible' : 'limit';
}

function toModelData(highs: Highs, program: Program): ModelData {
  const { sense, objective, rows } = program;
  const { minimize, maximize } = highs.constants.objectiveSense;
  const starts = [0];
  for (const row of rows) starts.push((starts.at(-1) ?? 0) + row.columns.length);
  return {
    numCols: objective.length,
    numRows: rows.length,
    sense: sense === 'minimise' ? minimize : maximize,
    colCost: objective,
    colLower: objective.map(() => 0),
    colUpper: objective.map(() => 1),
    integrality: Int32Array.from(program.integral, (integral) => (integral ? 1 : 0)),
    rowLower: rows.map(({ least }) => least ?? -highs.infinity),
    rowUpper: rows.map(({ most }) => most ?? highs.infinity),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: objective.length,
      starts,
      indices: rows.flatMap(({ columns }) => columns),
      values: rows.flatMap(({ coefficients }) => coefficients),
    },
  };
}
