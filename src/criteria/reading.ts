import type { Fact, FactParams, FactSource, FactValue } from '../domain/fact.ts';
import type { ImportedCredential, ImportedFacts, ProviderProfile } from '../domain/provider.ts';
import type { FactInput } from './definition.ts';

/* Members are written in the order of canonical JSON, here and where rows are read: the ledger then copies nothing to sort it. */

/** A known fact. Lists come out sorted and free of duplicates, as every fact's lists are. */
export function known(value: FactValue, source: FactSource, observedAtMs: number): Fact {
  return { kind: 'known', observedAtMs, source, value: inOrder(value) };
}

/** `because` is a whole sentence that tells a dispatcher why nobody knows. */
export function unknown(because: string): Fact {
  return { because, kind: 'unknown' };
}

/** The first known fact; when there is none, the last one's reason stands. */
export function firstKnown(first: Fact, ...others: readonly Fact[]): Fact {
  return others.reduce((best, next) => (best.kind === 'known' ? best : next), first);
}

/** What `pick` finds in the provider's profile; `because` says why a read profile has nothing there. */
export function fromProfile(
  input: FactInput,
  pick: (profile: ProviderProfile) => FactValue | null,
  because: string,
): Fact {
  const profile = input.profile;
  if (profile === null) return unknown("The provider's profile has not been read yet.");
  const value = pick(profile);
  return value === null ? unknown(because) : known(value, 'profile', profile.observedAtMs);
}

/** What `pick` finds of what an operator brought in a file. */
export function fromImport<Name extends keyof ImportedFacts>(
  input: Pick<FactInput, 'directory'>,
  name: Name,
  toValue: (value: NonNullable<ImportedFacts[Name]>['value']) => FactValue | null,
): Fact {
  const said = input.directory?.imported[name];
  const value = said === undefined ? null : toValue(said.value);
  return said === undefined || value === null
    ? unknown('No imported file says it.')
    : known(value, 'import', said.observedAtMs);
}

/** Ids or names of imported credentials; null when one lacks it, for a list with a hole would pass for whole. */
export function partsOf(held: readonly ImportedCredential[], part: 'id' | 'name'): FactValue | null {
  if (part === 'id') return whole(held.map(({ id }) => id));
  return whole(held.map(({ name }) => name));
}

function whole<Item>(items: readonly (Item | null)[]): readonly Item[] | null {
  const present = items.filter((item) => item !== null);
  return present.length === items.length ? present : null;
}

/** The known fact observed last, the earlier in the list on equal age; when none is known, the first one's reason stands. */
export function newestKnown(first: Fact, ...others: readonly Fact[]): Fact {
  return others.reduce((best, next) => {
    if (next.kind === 'unknown') return best;
    return best.kind === 'unknown' || next.observedAtMs > best.observedAtMs ? next : best;
  }, first);
}

type DirectoryFlag = 'isW2' | 'isMarketplace' | 'isManaged' | 'isRoutable' | 'hasWorkedWithUs';

/** When what the row says was so, epoch ms. */
export function rowTime({ rowObservedAtMs, takenAtMs }: Pick<FactInput, 'rowObservedAtMs' | 'takenAtMs'>): number {
  return rowObservedAtMs ?? takenAtMs;
}

/** A yes or no that every pending row carries. */
export function fromRow(input: FactInput, flag: DirectoryFlag | 'isRecommended' | 'isNewConnection'): Fact {
  if (input.row === null) return unknown('The provider is not in the pending list of this work order.');
  return known(input.row[flag], 'row', rowTime(input));
}

/** The same yes or no as it stood when the provider was last in any pending list. */
export function fromDirectory(input: FactInput, flag: DirectoryFlag): Fact {
  const flags = input.directory?.flags ?? null;
  if (flags === null) return unknown('The provider has not been in any pending list we have seen.');
  return known(flags[flag], 'directory', flags.observedAtMs);
}

/** The text a condition gave for a parameter; a number is taken as its digits. Empty: not given. */
export function textParam(params: FactParams, name: string): string {
  return String(params[name] ?? '').trim();
}

function inOrder(value: FactValue): FactValue {
  if (!isList(value)) return value;
  const numbers = value.filter((item) => typeof item === 'number');
  if (numbers.length > 0) return [...new Set(numbers)].sort((a, b) => a - b);
  return [...new Set(value.filter((item) => typeof item === 'string'))].sort();
}

function isList(value: FactValue): value is readonly number[] | readonly string[] {
  return Array.isArray(value);
}
