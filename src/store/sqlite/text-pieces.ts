/** Pieces of text that come again and again, each read once. */
export type Pieces<Item> = {
  /** Null: it cannot be read. */
  readonly read: (piece: string) => Item | null;
  /** A text's first piece is asked for next. */
  readonly begin: () => void;
  /**
   * How long the piece is that came after the last one before, where it stands at this place again: to compare it is a fraction of looking
   * it up. 0: it does not. That it ends there is for the caller to see.
   */
  readonly lengthAhead: (text: string, at: number) => number;
  /** That piece, read. */
  readonly takeAhead: () => Item | null;
};

/** Some hundred bytes each. */
const MOST_KEPT = 8_192;

/** `next`: what came after it last. */
type Kept<Item> = { readonly text: string; readonly item: Item; next: Kept<Item> | null };

/** `parse` throws, or answers null, where a piece is none. */
export function createPieces<Item>(parse: (piece: string) => Item | null): Pieces<Item> {
  let kept = new Map<string, Kept<Item>>();
  let first: Kept<Item> | null = null;
  let last: Kept<Item> | null = null;
  const ahead = () => (last === null ? first : last.next);
  const follow = (piece: Kept<Item>): Item => {
    if (last === null) first = piece;
    else last.next = piece;
    last = piece;
    return piece.item;
  };
  return {
    read: (piece) => {
      const known = kept.get(piece);
      if (known !== undefined) return follow(known);
      const item = tryParse(parse, piece);
      if (item === null) return null;
      if (kept.size >= MOST_KEPT) {
        kept = new Map();
        first = null;
        last = null;
      }
      const text = alone(piece);
      const one = { text, item, next: null };
      kept.set(text, one);
      return follow(one);
    },
    begin: () => {
      last = null;
    },
    lengthAhead: (text, at) => {
      const next = ahead();
      return next !== null && text.startsWith(next.text, at) ? next.text.length : 0;
    },
    takeAhead: () => {
      const next = ahead();
      return next === null ? null : follow(next);
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
