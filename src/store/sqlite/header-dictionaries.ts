import type { Reason } from '../../domain/decision.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import type { CriteriaInBrief } from '../../domain/scored-slate.ts';
import type { CandidateShape, LeafHeader } from './decision-header.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';

/** What the rows' small numbers point into, as it grows with each row. */
export type HeaderDictionaries = {
  readonly leaves: LeafDictionary;
  readonly origins: Dictionary<readonly [string, number]>;
  readonly times: Dictionary<number>;
  readonly shapes: Dictionary<CandidateShape>;
  /** Into `shapes`. */
  readonly briefShapes: BriefShapes;
  readonly reasons: Dictionary<Reason>;
};

export function createHeaderDictionaries(): HeaderDictionaries {
  const leaves = createLeaves();
  const shapes = createShapes();
  return {
    leaves,
    origins: createDictionary(([source, time]) => `${source} ${time}`),
    times: createDictionary((time) => time),
    shapes,
    briefShapes: createBriefShapes(leaves, shapes),
    reasons: createReasons(),
  };
}

export type LeafDictionary = {
  readonly items: readonly LeafHeader[];
  readonly placeOf: (criterion: number, fact: string, written: string) => number;
};

/** A criterion has one leaf or a few: looked through faster than a key is made. */
function createLeaves(): LeafDictionary {
  const items: LeafHeader[] = [];
  const places: number[][] = [];
  const placeOf = (criterion: number, fact: string, written: string): number => {
    const own = places[criterion] ?? [];
    places[criterion] = own;
    for (const place of own) {
      const leaf = items[place];
      if (leaf?.fact === fact && leaf.written === written) return place;
    }
    const place = items.push({ criterion, fact, origin: null, written }) - 1;
    own.push(place);
    return place;
  };
  return { items, placeOf };
}

/** A slate has few, and most candidates have one of the same two or three. */
const LOOKED_THROUGH = 8;

function createShapes(): Dictionary<CandidateShape> {
  const others = createDictionary<CandidateShape>((shape) => `${shape.widths.join()} ${shape.leaves.join()}`);
  const placeOf = (shape: CandidateShape): number => {
    const looked = Math.min(others.items.length, LOOKED_THROUGH);
    for (let place = 0; place < looked; place += 1) {
      const known = others.items[place];
      if (known !== undefined && isSame(known.widths, shape.widths) && isSame(known.leaves, shape.leaves)) return place;
    }
    return others.placeOf(shape);
  };
  return { items: others.items, placeOf };
}

export type BriefShapes = {
  readonly placeOf: (widths: CriteriaInBrief['widths'], leaves: CriteriaInBrief['leaves']) => number;
};

/** Candidates of one slate have the same lists: nothing of them is looked at twice. */
function createBriefShapes(dictionary: LeafDictionary, shapes: Dictionary<CandidateShape>): BriefShapes {
  const known = new Map<CriteriaInBrief['leaves'], Map<CriteriaInBrief['widths'], number>>();
  return {
    placeOf: (widths, leaves) => {
      const places = known.get(leaves) ?? new Map<CriteriaInBrief['widths'], number>();
      known.set(leaves, places);
      const place = places.get(widths);
      if (place !== undefined) return place;
      const own = leaves.map(({ criterion, fact, written }) => dictionary.placeOf(criterion, fact, written));
      const found = shapes.placeOf({ leaves: own, widths });
      places.set(widths, found);
      return found;
    },
  };
}

function isSame<Item>(list: readonly Item[], other: readonly Item[]): boolean {
  if (list.length !== other.length) return false;
  for (let n = 0; n < list.length; n += 1) if (list[n] !== other[n]) return false;
  return true;
}

/** Equal texts are equal reasons; of equal reasons with other texts the canonical one tells. */
function createReasons(): Dictionary<Reason> {
  const all = createDictionary<Reason>((reason) => toCanonicalJson(reason));
  const places = new Map<string, number>();
  const placeOf = (reason: Reason): number => {
    const text = JSON.stringify(reason);
    const place = places.get(text) ?? all.placeOf(reason);
    places.set(text, place);
    return place;
  };
  return { items: all.items, placeOf };
}
