/** Something that a body says of no time in particular, to be given the time of each decision that it comes back with. */
export type Dated<Item> = { readonly at: (times: readonly number[]) => Item };

/** `item.observedAtMs`: its place in a decision's list of times. Of one time there is one object, as long as nobody asks for another. */
export function dated<Item extends { readonly observedAtMs: number }>(item: Item): Dated<Item> {
  return new AtLastTime(item);
}

/** The same at all times. */
export function undated<Item>(item: Item): Dated<Item> {
  return { at: () => item };
}

/** Most of what is said of one provider is said of many, and within a run at the same time. */
class AtLastTime<Item extends { readonly observedAtMs: number }> implements Dated<Item> {
  readonly #place: number;
  #last: Item;

  constructor(item: Item) {
    this.#place = item.observedAtMs;
    this.#last = item;
  }

  at(times: readonly number[]): Item {
    const observedAtMs = times[this.#place] ?? this.#place;
    if (this.#last.observedAtMs !== observedAtMs) this.#last = { ...this.#last, observedAtMs };
    return this.#last;
  }
}
