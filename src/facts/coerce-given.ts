import { giveFact } from '../criteria/given-fact.ts';
import { known, unknown } from '../criteria/reading.ts';
import type { Fact, Facts } from '../domain/fact.ts';
import type { JsonObject } from '../domain/json.ts';

/** What is wrong with one written value; the caller adds the place and makes a `Problem` of it. */
export type GivenFlaw = { readonly key: string; readonly what: string; readonly fix: string };

export type GivenFacts =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'refused'; readonly flaws: readonly GivenFlaw[] };

/**
 * Facts as people write them, for what-ifs: `{ "provider.rating": 4.5, "distance": 12.5 }`. A key is a
 * fact's name, its full key with parameters, or any name of a criterion; `null` says that the value is not known.
 */
export function givenFacts(values: JsonObject, atMs: number): GivenFacts {
  const facts: { [key: string]: Fact } = {};
  const flaws: GivenFlaw[] = [];
  for (const [key, written] of Object.entries(values)) {
    const given = giveFact(key, written);
    if ('what' in given) flaws.push({ key, what: given.what, fix: given.fix });
    else facts[given.ref.key] = given.value === null ? NOT_KNOWN : known(given.value, 'given', atMs);
  }
  return flaws.length > 0 ? { kind: 'refused', flaws } : { kind: 'facts', facts };
}

const NOT_KNOWN = unknown('It is given as not known.');
