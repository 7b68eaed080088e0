import { findCriterion } from '../criteria/catalog.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { DirectoryEntry, PendingRow, PlatformEvaluation, ProviderProfile } from '../domain/provider.ts';

type KeptVerdict = DirectoryEntry['verdicts'][number];

/** A pending row of a provider, as seen at `atMs`, and what was known of that provider before. */
export type Sighting = {
  readonly previous: DirectoryEntry | null;
  readonly row: Pick<
    PendingRow,
    'providerId' | 'isW2' | 'isMarketplace' | 'isManaged' | 'isRoutable' | 'hasWorkedWithUs'
  > & { readonly platform: Pick<PlatformEvaluation, 'verdicts'> | null };
  /** The freshest profile read; null when none was. */
  readonly profile: ProviderProfile | null;
  readonly atMs: number;
};

/**
 * What the directory knows after a sighting. Newer flags, verdicts and profiles replace older ones, whatever the order
 * they come in; a verdict the new row lacks stays with its age. Verdicts about one work order (distance, kind of work)
 * and those of criteria we do not know are not kept.
 */
export function directoryEntry({ previous, row, profile, atMs }: Sighting): DirectoryEntry {
  const isNewest = previous?.flags == null || previous.flags.observedAtMs <= atMs;
  return {
    providerId: row.providerId,
    firstSeenMs: Math.min(previous?.firstSeenMs ?? atMs, atMs),
    lastSeenMs: Math.max(previous?.lastSeenMs ?? atMs, atMs),
    flags: isNewest ? flagsOf(row, atMs) : previous.flags,
    verdicts: joinVerdicts(previous?.verdicts ?? [], verdictsOf(row, atMs)),
    profile: newestProfile(profile, previous?.profile ?? null),
    pools: previous?.pools ?? null,
    imported: previous?.imported ?? {},
  };
}

/** A provider of whom nothing is known yet but the id. */
export function blankEntry(providerId: ProviderId, atMs: number): DirectoryEntry {
  const nothing = { flags: null, verdicts: [], profile: null, pools: null, imported: {} };
  return { providerId, firstSeenMs: atMs, lastSeenMs: atMs, ...nothing };
}

/** The one observed later; the first where both are of the same moment. */
export function newestProfile(first: ProviderProfile | null, second: ProviderProfile | null): ProviderProfile | null {
  if (first === null || second === null) return first ?? second;
  return second.observedAtMs > first.observedAtMs ? second : first;
}

function flagsOf(row: Sighting['row'], observedAtMs: number): DirectoryEntry['flags'] {
  const { isW2, isMarketplace, isManaged, isRoutable, hasWorkedWithUs } = row;
  return { observedAtMs, isW2, isMarketplace, isManaged, isRoutable, hasWorkedWithUs };
}

type SeenVerdicts = NonNullable<Sighting['row']['platform']>;

/** Rows that say the same share what is kept of them: a directory has thousands of entries. */
const ofSeen = new WeakMap<SeenVerdicts, { readonly atMs: number; readonly verdicts: readonly KeptVerdict[] }>();

function verdictsOf({ platform }: Sighting['row'], observedAtMs: number): readonly KeptVerdict[] {
  if (platform === null) return [];
  const known = ofSeen.get(platform);
  if (known?.atMs === observedAtMs) return known.verdicts;
  const verdicts = newestVerdicts(
    platform.verdicts
      .filter((verdict) => findCriterion(verdict.name)?.definition.isProviderLevel ?? false)
      .map((verdict) => ({ ...verdict, observedAtMs })),
  );
  ofSeen.set(platform, { atMs: observedAtMs, verdicts });
  return verdicts;
}

/** What was known before and what a row says; the row's own list where nothing else is left of the rest. */
function joinVerdicts(before: readonly KeptVerdict[], now: readonly KeptVerdict[]): readonly KeptVerdict[] {
  const isSuperseded = before.every((old) =>
    now.some(({ name, observedAtMs }) => name === old.name && observedAtMs >= old.observedAtMs),
  );
  return isSuperseded ? now : newestVerdicts([...before, ...now]);
}

/** One a name, sorted by name. */
function newestVerdicts(verdicts: readonly KeptVerdict[]): readonly KeptVerdict[] {
  const byName = new Map<string, KeptVerdict>();
  for (const verdict of verdicts) {
    const kept = byName.get(verdict.name);
    if (kept === undefined || kept.observedAtMs <= verdict.observedAtMs) byName.set(verdict.name, verdict);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
