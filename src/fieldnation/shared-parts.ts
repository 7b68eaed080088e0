/*
 * Parts that stand in very many rows, the same in each: one object for all of them, frozen. What is made of one is made once.
 */
const shared = new WeakSet<object>();

/** From now on this object may stand in any number of rows. */
export function share<Part extends object>(part: Part): Part {
  shared.add(Object.freeze(part));
  return part;
}

/** `make`, which gives the same for the same object whenever it is asked, asked once for each shared one. Its answer is shared too. */
export function onceForShared<Given, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const made = new WeakMap<object, Made>();
  return (given) => {
    if (typeof given !== 'object' || given === null) return make(given);
    const before = made.get(given);
    if (before !== undefined) return before;
    const now = make(given);
    if (shared.has(given)) {
      if (typeof now === 'object' && now !== null) share(now);
      made.set(given, now);
    }
    return now;
  };
}
