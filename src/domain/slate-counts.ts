/**
 * What stops a candidate, as it is counted: a required criterion by its key (`rating`), the same where it is not known
 * (`rating?`), or the code of any other reason (`FM-5004`).
 */
export type Blocker = string;

const UNKNOWN = '?';

export function criterionBlocker(key: string, isUnknown: boolean): Blocker {
  return isUnknown ? `${key}${UNKNOWN}` : key;
}
