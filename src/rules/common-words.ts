/**
 * Words that people who know other rule languages write for one of ours: what is meant, the likeliest first. Lower case; only
 * words that can mean nothing else where that name is known.
 */
const COMMON_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ...['and', '&&', '&', 'every', 'both', 'allof', 'all_of'].map((word) => [word, ['all']] as const),
  ...['or', '||', '|', 'some', 'either', 'anyof', 'any_of', 'oneof', 'one_of'].map((word) => [word, ['any']] as const),
  ...['none', 'nor', '!', 'except', 'unless', 'noneof', 'none_of'].map((word) => [word, ['not']] as const),
  ...['if', 'where'].map((word) => [word, ['when', 'applies_to']] as const),
  ...['condition', 'conditions'].map((word) => [word, ['when', 'applies_to']] as const),
  ...['required', 'mandatory', 'is_mandatory'].map((word) => [word, ['is_required']] as const),
  ...['points'].map((word) => [word, ['weight', 'min_points']] as const),
  ...['op', 'comparator', 'comparison'].map((word) => [word, ['operator']] as const),
  ...['remote', 'is_remote'].map((word) => [word, ['can_remote']] as const),
  ...['missing', 'if_missing', 'if_unknown'].map((word) => [word, ['on_missing']] as const),
  ...['reason', 'comment', 'description', 'note', 'why'].map((word) => [word, ['because']] as const),
  ...['after'].map((word) => [word, ['after_minutes']] as const),
  ...['action', 'then'].map((word) => [word, ['do']] as const),
  ...['tz', 'timezone', 'zone'].map((word) => [word, ['time_zone']] as const),
]);

/** The one of `names` that such a word means; null: it is none, or that name is not known there. */
export function commonlyMeant(written: string, names: readonly string[]): string | null {
  const meant = COMMON_WORDS.get(written.toLowerCase()) ?? [];
  return meant.find((name) => names.includes(name)) ?? null;
}
