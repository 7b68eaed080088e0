import { asc, eq, sql } from 'drizzle-orm';
import type { ProviderId } from '../../domain/ids.ts';
import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import type { DirectoryEntry, ImportedFacts } from '../../domain/provider.ts';
import { provider } from './beside.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { prepared } from './prepared.ts';

type ProviderRow = typeof provider.$inferSelect;

export function saveDirectory(connection: Connection, entries: readonly DirectoryEntry[]): void {
  const { db, orm } = connection;
  // Prepared once: hundreds of providers are saved in a run, and making the statements takes longer than running them.
  const upsert = prepared<(number | string | null)[]>(db, UPSERT);
  const find = orm
    .select()
    .from(provider)
    .where(eq(provider.id, sql.placeholder('id')))
    .prepare();
  writeAtomically(connection, () => {
    for (const entry of entries) {
      const known = find.get({ id: entry.providerId });
      const row = toRow(known === undefined ? entry : mergeEntries(toEntry(known), entry));
      upsert.run(row.id, row.firstSeenMs, row.lastSeenMs, ...[row.flags, row.verdicts, row.profile].map(toText));
    }
  });
}

const UPSERT = `
  INSERT INTO provider (id, first_seen_ms, last_seen_ms, flags, verdicts, profile) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET first_seen_ms = excluded.first_seen_ms, last_seen_ms = excluded.last_seen_ms,
    flags = excluded.flags, verdicts = excluded.verdicts, profile = excluded.profile`;

function toText(value: JsonValue): string | null {
  return value === null ? null : toCanonicalJson(value);
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
    pools: newer(known.pools, given.pools),
    imported: mergeImported(known.imported, given.imported),
  };
}

function newer<Part extends { readonly observedAtMs: number }>(known: Part | null, given: Part | null): Part | null {
  if (known === null || given === null) return given ?? known;
  return given.observedAtMs >= known.observedAtMs ? given : known;
}

/** Field by field, so that a file that says less takes nothing away. */
function mergeImported(known: ImportedFacts, given: ImportedFacts): ImportedFacts {
  const saidAtMs = new Map(Object.entries(known).map(([name, { observedAtMs }]) => [name, observedAtMs]));
  const fresh = Object.entries(given).filter(([name, said]) => said.observedAtMs >= (saidAtMs.get(name) ?? 0));
  return { ...known, ...Object.fromEntries(fresh) };
}

function toRow({ providerId, profile, pools, imported, ...rest }: DirectoryEntry): ProviderRow {
  return { id: providerId, profile: { profile, pools, imported }, ...rest };
}

function toEntry({ id, profile: kept, ...rest }: ProviderRow): DirectoryEntry {
  return { providerId: id as ProviderId, ...rest, ...readKept(kept) };
}

/** Releases before pools and imports kept the profile by itself. */
function readKept(kept: ProviderRow['profile']): Pick<DirectoryEntry, 'profile' | 'pools' | 'imported'> {
  if (kept !== null && 'imported' in kept) return kept;
  return { profile: kept, pools: null, imported: {} };
}
