import { bringNearer, type ColumnHeap, clearHeap, compareDistance, newColumnHeap, takeNearest } from './column-heap.ts';
import type { Instance } from './instance.ts';
import { toVectorCosts } from './vector-costs.ts';

/** `chosen`: by work order, the place of its bid, -1 for nobody; null when the limit was reached. */
export type SolvedPaths = {
  readonly chosen: Int32Array | null;
  readonly augmentations: number;
  readonly steps: number;
};

/**
 * The best plan where every provider takes one work order at most: one shortest augmenting path for each work order, over
 * reduced costs (Jonker and Volgenant 1987), with costs that are compared number by number. Nobody is a provider of each
 * work order's own that costs nothing.
 */
export function solvePaths(instance: Instance, maxSteps: number): SolvedPaths {
  const graph = toGraph(instance);
  const state = startingState(graph);
  let augmentations = 0;
  for (let row = 0; row < graph.rows; row += 1) {
    if (state.steps > maxSteps) return { chosen: null, augmentations, steps: state.steps };
    const end = findPath(graph, state, row);
    movePotentials(graph, state, { row, end });
    if (augment(state, { row, end })) augmentations += 1;
  }
  return { chosen: chosenBids(graph, state), augmentations, steps: state.steps };
}

type Graph = {
  readonly words: number;
  readonly rows: number;
  readonly columns: number;
  /** Edges of row r: from starts[r] up to starts[r + 1]. */
  readonly starts: Int32Array;
  readonly columnOf: Int32Array;
  /** `words` numbers an edge. */
  readonly costs: Float64Array;
};

function toGraph(instance: Instance): Graph {
  const { words, costOf } = toVectorCosts(instance);
  const numberOf = new Map(
    [...instance.bidders.keys()].sort((a, b) => a - b).map((provider, column) => [provider, column]),
  );
  const edges = instance.orders.reduce((total, { bids }) => total + bids.length, 0);
  const rows = instance.orders.length;
  const starts = new Int32Array(rows + 1);
  const columnOf = new Int32Array(edges);
  const costs = new Float64Array(edges * words);
  let edge = 0;
  for (const [row, order] of instance.orders.entries()) {
    for (const bid of order.bids) {
      columnOf[edge] = numberOf.get(bid.provider) ?? -1;
      costs.set(costOf(order, bid), edge * words);
      edge += 1;
    }
    starts[row + 1] = edge;
  }
  return { words, rows, columns: numberOf.size, starts, columnOf, costs };
}

type State = {
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
  /** By column: the row it is matched with, -1 for none. By row: the edge it is matched by. */
  readonly rowOf: Int32Array;
  readonly edgeOf: Int32Array;
  readonly heap: ColumnHeap;
  /** By column: the row and the edge the shortest path comes by. */
  readonly cameFrom: Int32Array;
  readonly cameBy: Int32Array;
  /** Columns whose distance is final on this path. */
  readonly settled: number[];
  /** Distance to the row being looked from, and of the best way to leave somebody without a provider. */
  readonly here: Float64Array;
  readonly nobody: Float64Array;
  steps: number;
};

function startingState({ rows, columns, words }: Graph): State {
  return {
    rowPotential: new Float64Array(rows * words),
    columnPotential: new Float64Array(columns * words),
    rowOf: new Int32Array(columns).fill(-1),
    edgeOf: new Int32Array(rows).fill(-1),
    heap: newColumnHeap(columns, words),
    cameFrom: new Int32Array(columns),
    cameBy: new Int32Array(columns),
    settled: [],
    here: new Float64Array(words),
    nobody: new Float64Array(words),
    steps: 0,
  };
}

/** Where a path ends: at a free column, or at a row that is left with nobody. */
type End = { readonly kind: 'column'; readonly column: number } | { readonly kind: 'nobody'; readonly row: number };

function findPath(graph: Graph, state: State, start: number): End {
  const { heap, here, nobody, rowOf, settled } = state;
  const { words } = graph;
  clearHeap(heap);
  settled.length = 0;
  here.fill(0);
  nobody.fill(Number.POSITIVE_INFINITY);
  let [row, last] = [start, start];
  for (;;) {
    if (offerNobody(graph, state, row)) last = row;
    offerEdges(graph, state, row);
    const column = takeNearest(heap);
    if (column < 0 || compareDistance(heap, column, nobody) >= 0) return { kind: 'nobody', row: last };
    for (let word = 0; word < words; word += 1) here[word] = heap.distances[column * words + word] ?? 0;
    if ((rowOf[column] ?? -1) < 0) return { kind: 'column', column };
    settled.push(column);
    row = rowOf[column] ?? -1;
  }
}

/** Whether leaving this row without a provider is the shortest such way so far. */
function offerNobody({ words }: Graph, { here, nobody, rowPotential }: State, row: number): boolean {
  let nearer = false;
  for (let word = 0; word < words; word += 1) {
    const distance = (here[word] ?? 0) - (rowPotential[row * words + word] ?? 0);
    if (!nearer && distance > (nobody[word] ?? 0)) return false;
    if (distance < (nobody[word] ?? 0)) nearer = true;
    if (nearer) nobody[word] = distance;
  }
  return nearer;
}

function offerEdges(graph: Graph, state: State, row: number) {
  const { words, starts, columnOf, costs } = graph;
  const { here, rowPotential, columnPotential, heap, cameFrom, cameBy } = state;
  const end = starts[row + 1] ?? 0;
  const { offer } = heap;
  for (let edge = starts[row] ?? 0; edge < end; edge += 1) {
    const column = columnOf[edge] ?? 0;
    state.steps += 1;
    for (let word = 0; word < words; word += 1) {
      const potentials = (rowPotential[row * words + word] ?? 0) + (columnPotential[column * words + word] ?? 0);
      offer[word] = (here[word] ?? 0) + (costs[edge * words + word] ?? 0) - potentials;
    }
    if (!bringNearer(heap, column)) continue;
    cameFrom[column] = row;
    cameBy[column] = edge;
  }
}

/** So that no reduced cost is below zero and those along the path are zero. */
function movePotentials({ words }: Graph, state: State, { row, end }: { readonly row: number; readonly end: End }) {
  const { settled, rowOf, heap, rowPotential, columnPotential, here, nobody } = state;
  const length = end.kind === 'column' ? here : nobody;
  for (let word = 0; word < words; word += 1) {
    const whole = length[word] ?? 0;
    rowPotential[row * words + word] = (rowPotential[row * words + word] ?? 0) + whole;
    for (const column of settled) {
      const rest = whole - (heap.distances[column * words + word] ?? 0);
      const matched = (rowOf[column] ?? 0) * words + word;
      columnPotential[column * words + word] = (columnPotential[column * words + word] ?? 0) - rest;
      rowPotential[matched] = (rowPotential[matched] ?? 0) + rest;
    }
  }
}

/** Gives each row of the path the column after it; false where the first row gets nobody at once. */
function augment(state: State, { row, end }: { readonly row: number; readonly end: End }): boolean {
  const { rowOf, edgeOf, cameFrom, cameBy } = state;
  const columnBefore = new Map(state.settled.map((column) => [rowOf[column] ?? -1, column]));
  if (end.kind === 'nobody' && end.row === row) return false;
  if (end.kind === 'nobody') edgeOf[end.row] = -1;
  let column = end.kind === 'column' ? end.column : (columnBefore.get(end.row) ?? -1);
  for (;;) {
    const from = cameFrom[column] ?? -1;
    rowOf[column] = from;
    edgeOf[from] = cameBy[column] ?? -1;
    if (from === row) return true;
    column = columnBefore.get(from) ?? -1;
  }
}

function chosenBids({ starts }: Graph, { edgeOf }: State): Int32Array {
  return edgeOf.map((edge, row) => (edge < 0 ? -1 : edge - (starts[row] ?? 0)));
}
