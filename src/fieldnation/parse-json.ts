/** Deeper than anything the platform sends by far; keeps recursive readers from overflowing. */
const MAX_DEPTH = 64;

/** A longer text is looked through before it is parsed: a value of so many levels takes a hundred bytes for each of them. */
const MAX_PARSED_UNSEEN = 1 << 20;

/** The value, or in words why there is none. */
export function parseJsonText(
  text: string,
): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly because: string } {
  if (text.length > MAX_PARSED_UNSEEN && isDeeperThan(text, MAX_DEPTH)) return TOO_DEEP;
  try {
    const value: unknown = JSON.parse(text);
    return nestsDeeperThan(value, MAX_DEPTH) ? TOO_DEEP : { kind: 'json', value };
  } catch {
    return isDeeperThan(text, MAX_DEPTH) ? TOO_DEEP : { kind: 'unreadable', because: 'its JSON is broken or cut off' };
  }
}

const TOO_DEEP = { kind: 'unreadable', because: `it nests deeper than ${MAX_DEPTH} levels` } as const;

/** A tenth of the time that looking through the text takes. */
function nestsDeeperThan(value: unknown, levels: number): boolean {
  return typeof value === 'object' && value !== null && isNestedDeeper(value, levels);
}

/** Nearly all values are no objects: for those nothing is called. */
function isNestedDeeper(nested: object, levels: number): boolean {
  if (levels === 0) return true;
  if (Array.isArray(nested)) {
    for (let at = 0; at < nested.length; at += 1) {
      const item: unknown = nested[at];
      if (typeof item === 'object' && item !== null && isNestedDeeper(item, levels - 1)) return true;
    }
    return false;
  }
  const members = nested as { readonly [key: string]: unknown };
  for (const key in members) {
    const member = members[key];
    if (typeof member === 'object' && member !== null && isNestedDeeper(member, levels - 1)) return true;
  }
  return false;
}

function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPENS_OBJECT || code === OPENS_LIST) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === CLOSES_OBJECT || code === CLOSES_LIST) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPENS_LIST, CLOSES_LIST, OPENS_OBJECT, CLOSES_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
