/** Deeper than anything the platform sends by far; keeps recursive readers from overflowing. */
const MAX_DEPTH = 64;

/** The value, or in words why there is none. */
export function parseJsonText(
  text: string,
): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly because: string } {
  if (isDeeperThan(text, MAX_DEPTH)) return { kind: 'unreadable', because: `it nests deeper than ${MAX_DEPTH} levels` };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'unreadable', because: 'its JSON is broken or cut off' };
  }
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
