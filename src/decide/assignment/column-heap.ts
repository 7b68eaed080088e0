/** Columns by distance, nearest first, among equals the lowest; a distance is several numbers, compared one after the other. */
export type ColumnHeap = {
  readonly words: number;
  /** Where the caller puts the distance that it offers to `bringNearer`. */
  readonly offer: Float64Array;
  /** By column, `words` numbers each; final for a column that has been taken. */
  readonly distances: Float64Array;
  /** By column: its place in the heap plus one; 0: not seen since the last clear; -1: taken. */
  readonly placeOf: Int32Array;
  /** The columns in it, as a binary heap. */
  readonly columns: Int32Array;
  readonly seen: number[];
  size: number;
};

export function newColumnHeap(columns: number, words: number): ColumnHeap {
  return {
    words,
    offer: new Float64Array(words),
    distances: new Float64Array(columns * words),
    placeOf: new Int32Array(columns),
    columns: new Int32Array(columns),
    seen: [],
    size: 0,
  };
}

export function clearHeap(heap: ColumnHeap) {
  for (const column of heap.seen) heap.placeOf[column] = 0;
  heap.seen.length = 0;
  heap.size = 0;
}

/** Brings a column to the distance in `offer` where that is nearer than it is; whether it was. */
export function bringNearer(heap: ColumnHeap, column: number): boolean {
  const { words, offer, distances, placeOf, seen } = heap;
  const place = placeOf[column] ?? 0;
  if (place < 0 || (place > 0 && compareDistance(heap, column, offer) <= 0)) return false;
  for (let word = 0; word < words; word += 1) distances[column * words + word] = offer[word] ?? 0;
  if (place > 0) rise(heap, column, place - 1);
  else {
    seen.push(column);
    heap.size += 1;
    rise(heap, column, heap.size - 1);
  }
  return true;
}

/** The nearest column, which cannot come nearer after that; -1 when there is none. */
export function takeNearest(heap: ColumnHeap): number {
  if (heap.size === 0) return -1;
  const nearest = heap.columns[0] ?? -1;
  heap.placeOf[nearest] = -1;
  heap.size -= 1;
  if (heap.size > 0) sink(heap, heap.columns[heap.size] ?? -1);
  return nearest;
}

/** Below 0 where the column is nearer than this distance. */
export function compareDistance({ words, distances }: ColumnHeap, column: number, distance: Float64Array): number {
  for (let word = 0; word < words; word += 1) {
    const difference = (distances[column * words + word] ?? 0) - (distance[word] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isNearer({ words, distances }: ColumnHeap, a: number, b: number): boolean {
  for (let word = 0; word < words; word += 1) {
    const difference = (distances[a * words + word] ?? 0) - (distances[b * words + word] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a < b;
}

function put({ columns, placeOf }: ColumnHeap, column: number, place: number) {
  columns[place] = column;
  placeOf[column] = place + 1;
}

function rise(heap: ColumnHeap, column: number, from: number) {
  let place = from;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const other = heap.columns[above] ?? -1;
    if (!isNearer(heap, column, other)) break;
    put(heap, other, place);
    place = above;
  }
  put(heap, column, place);
}

/** Puts the column where the nearest was, and lower until nobody below is nearer. */
function sink(heap: ColumnHeap, column: number) {
  const { columns } = heap;
  let place = 0;
  for (let below = 1; below < heap.size; below = 2 * place + 1) {
    const right = below + 1;
    const nearer = right < heap.size && isNearer(heap, columns[right] ?? -1, columns[below] ?? -1) ? right : below;
    const other = columns[nearer] ?? -1;
    if (isNearer(heap, column, other)) break;
    put(heap, other, place);
    place = nearer;
  }
  put(heap, column, place);
}
