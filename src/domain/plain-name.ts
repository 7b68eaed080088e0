/** Lower case, single spaces, none at the ends: how names of criteria and of kinds of work are compared everywhere. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = name.trim().replace(/\s+/g, ' ').toLowerCase();
  if (plainNames.size >= MANY_NAMES) plainNames.clear();
  plainNames.set(name, plain);
  return plain;
}

/** The same few labels are compared thousands of times in a run. */
const plainNames = new Map<string, string>();
const MANY_NAMES = 10_000;
