/** Gives each distinct item a number from 0, in the order they come. */
export type Dictionary<Item> = {
  readonly items: readonly Item[];
  readonly placeOf: (item: Item) => number;
};

/** Items with equal keys are the same item. */
export function createDictionary<Item>(keyOf: (item: Item) => string | number): Dictionary<Item> {
  const items: Item[] = [];
  const places = new Map<string | number, number>();
  const placeOf = (item: Item): number => {
    const key = keyOf(item);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, items.length);
    return items.push(item) - 1;
  };
  return { items, placeOf };
}
