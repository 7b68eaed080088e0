/** Pieces of text that come again and again, each read once. */
export type Pieces<Item> = {
  /** Null: it cannot be read. */
  readonly read: (piece: string) => Item | null;
};

/** Some hundred bytes each. */
const MOST_KEPT = 8_192;

/** `parse` throws, or answers null, where a piece is none. */
export function createPieces<Item>(parse: (piece: string) => Item | null): Pieces<Item> {
  let kept = new Map<string, Item>();
  return {
    read: (piece) => {
      const known = kept.get(piece);
      if (known !== undefined) return known;
      const item = tryParse(parse, piece);
      if (item === null) return null;
      if (kept.size >= MOST_KEPT) kept = new Map();
      kept.set(alone(piece), item);
      return item;
    },
  };
}

function tryParse<Item>(parse: (piece: string) => Item | null, piece: string): Item | null {
  try {
    return parse(piece);
  } catch {
    return null;
  }
}

/** A part of a string keeps the whole of it alive. */
function alone(piece: string): string {
  return Buffer.from(piece).toString();
}
