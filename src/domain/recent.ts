/** Things that can be made again: kept while they are among the last ones asked for, so that a thousand slates need not be held at once. */
export type Recent = {
  /** What `make` gives, or gave before where that is still kept. `size`: about how many candidates it is. */
  readonly get: <Value>(key: object, size: number, make: () => Value) => Value;
};

type Kept = { readonly size: number; readonly value: unknown };

/** As much as is about so many candidates together, and the last one whatever its size. `Infinity`: everything. */
export function keepRecent(capacity: number): Recent {
  const kept = new Map<object, Kept>();
  let total = 0;
  const put = (key: object, entry: Kept) => {
    kept.set(key, entry);
    total += entry.size;
  };
  const take = (key: object): Kept | undefined => {
    const entry = kept.get(key);
    if (entry !== undefined && kept.delete(key)) total -= entry.size;
    return entry;
  };
  return {
    get<Value>(key: object, size: number, make: () => Value): Value {
      const known = capacity === Number.POSITIVE_INFINITY ? kept.get(key) : take(key);
      if (known !== undefined) {
        if (capacity !== Number.POSITIVE_INFINITY) put(key, known);
        // What is kept under a key is what was made for it.
        return known.value as Value;
      }
      const value = make();
      put(key, { size, value });
      for (const oldest of kept.keys()) {
        if (total <= capacity || kept.size === 1) break;
        take(oldest);
      }
      return value;
    },
  };
}
