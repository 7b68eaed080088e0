/** What was asked for lately, by number: at least the last `room` of them, at most twice as many. */
export type Recent<Item> = {
  readonly get: (id: number, read: () => Item) => Item;
};

/** In two generations: to move each one met to the end of a list would cost more than what is saved by dropping singly. */
export function createRecent<Item>(room: number): Recent<Item> {
  let young = new Map<number, Item>();
  let old = new Map<number, Item>();
  return {
    get: (id, read) => {
      const known = young.get(id);
      if (known !== undefined) return known;
      const item = old.get(id) ?? read();
      if (young.size >= room) {
        old = young;
        young = new Map();
      }
      young.set(id, item);
      return item;
    },
  };
}
