/**
 * By what is meant: the words that people who know other rule languages write for it, in lower case. Only words that can mean
 * nothing else where that name is known; of two names known at one place, the earlier is meant.
 */
const COMMON_WORDS: { readonly [meant: string]: readonly string[] } = {
  all: ['and', '&&', '&', 'every', 'both', 'allof', 'all_of'],
  any: ['or', '||', '|', 'some', 'either', 'anyof', 'any_of', 'oneof', 'one_of'],
  not: ['none', 'nor', '!', 'except', 'unless', 'noneof', 'none_of'],
  when: ['if', 'where', 'condition', 'conditions'],
  applies_to: ['if', 'where', 'when', 'condition'],
  is_required: ['required', 'mandatory', 'is_mandatory'],
  weight: ['points'],
  min_points: ['points'],
  operator: ['op', 'comparator', 'comparison'],
  can_remote: ['remote', 'is_remote'],
  on_missing: ['missing', 'if_missing', 'if_unknown'],
  because: ['reason', 'comment', 'description', 'note', 'why'],
  after_minutes: ['after'],
  do: ['action', 'then'],
  time_zone: ['tz', 'timezone', 'zone'],
};

/** The one of `names` that such a word means; null: it is none, or that name is not known there. */
export function commonlyMeant(written: string, names: readonly string[]): string | null {
  const plain = written.toLowerCase();
  const meant = Object.entries(COMMON_WORDS).find(([name, words]) => names.includes(name) && words.includes(plain));
  return meant?.[0] ?? null;
}
