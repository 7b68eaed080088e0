/** The oldest Node that runs this; the same as `engines` in package.json. */
export const OLDEST_NODE = [24, 11] as const;

/** What to tell someone whose Node is too old; null when it will do. `version` as in `process.versions.node`. */
export function nodeRefusal(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return isEnough ? null : nodeRefusalSentence(version);
}

export function nodeRefusalSentence(version: string): string {
  return `fieldmarshal needs Node ${OLDEST_NODE.join('.')} or newer, and this is Node ${version}: install a newer Node from https://nodejs.org and run it again.`;
}
