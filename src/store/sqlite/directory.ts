import { asc, eq } from 'drizzle-orm';
import type { ProviderId } from '../../domain/ids.ts';
import type { DirectoryEntry } from '../../domain/provider.ts';
import { provider } from './beside.ts';
import { type Connection, writeAtomically } from './connection.ts';

type ProviderRow = typeof provider.$inferSelect;

export function saveDirectory(connection: Connection, entries: readonly DirectoryEntry[]): void {
  const { orm } = connection;
  writeAtomically(connection, () => {
    for (const entry of entries) {
      const known = orm.select().from(provider).where(eq(provider.id, entry.providerId)).get();
      const row = toRow(known === undefined ? entry : mergeEntries(toEntry(known), entry));
      orm.insert(provider).values(row).onConflictDoUpdate({ target: provider.id, set: row }).run();
    }
  });
}

/** By provider id. */
export function readDirectory({ orm }: Connection): readonly DirectoryEntry[] {
  return orm.select().from(provider).orderBy(asc(provider.id)).all().map(toEntry);
}

/** The newer of each part; on equal age the given one, which was seen later. */
function mergeEntries(known: DirectoryEntry, given: DirectoryEntry): DirectoryEntry {
  const verdicts = new Map(known.verdicts.map((verdict) => [verdict.name, verdict]));
  for (const verdict of given.verdicts)
    verdicts.set(verdict.name, newer(verdicts.get(verdict.name) ?? null, verdict) ?? verdict);
  return {
    providerId: known.providerId,
    firstSeenMs: Math.min(known.firstSeenMs, given.firstSeenMs),
    lastSeenMs: Math.max(known.lastSeenMs, given.lastSeenMs),
    flags: newer(known.flags, given.flags),
    verdicts: [...verdicts.values()],
    profile: newer(known.profile, given.profile),
  };
}

function newer<Part extends { readonly observedAtMs: number }>(known: Part | null, given: Part | null): Part | null {
  if (known === null || given === null) return given ?? known;
  return given.observedAtMs >= known.observedAtMs ? given : known;
}

function toRow({ providerId, ...rest }: DirectoryEntry): ProviderRow {
  return { id: providerId, ...rest };
}

function toEntry({ id, ...rest }: ProviderRow): DirectoryEntry {
  return { providerId: id as ProviderId, ...rest };
}
