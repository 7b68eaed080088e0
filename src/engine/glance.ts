import type { ProviderId } from '../domain/ids.ts';
import type { PendingRow } from '../domain/provider.ts';
import type { Sighting } from '../facts/directory-entry.ts';
import type { PendingList } from './ports.ts';

/** What a run must know of all pending lists at once: a few bytes of each row, where the rows themselves are read one list at a time. */
export type Glance = {
  /** In the order of the rows, as `seen`. */
  readonly providerIds: readonly ProviderId[];
  /** What the directory keeps of a row; rows that say the same share one. */
  readonly seen: readonly Seen[];
  /** Who is invited, in the order of the rows. */
  readonly routed: readonly ProviderId[];
  /** Requests that the platform calls active. */
  readonly asking: number;
  /** When the first request that was running then is over, epoch ms; null: none that says when. */
  readonly changesAtMs: number | null;
};

export type Seen = Omit<Sighting['row'], 'providerId'>;

const glances = new WeakMap<Pick<PendingList, 'rows'>, Glance>();

type Rows = Pick<PendingList, 'rows'> & Partial<Pick<PendingList, 'observedAtMs'>>;

/** Of a list that stands for another, what was seen of that one. */
export function passGlance(from: Rows, to: Rows, shared: SharedSeen): void {
  glances.set(to, glances.get(from) ?? take(from, shared));
}

export function glanceAt(list: Rows): Glance {
  const known = glances.get(list);
  if (known !== undefined) return known;
  const made = take(list, new Map());
  glances.set(list, made);
  return made;
}

/** What has been seen, by what it says. */
export type SharedSeen = Map<string, Seen>;

function take({ rows, observedAtMs = 0 }: Rows, shared: SharedSeen): Glance {
  const ahead = rows.flatMap(({ request }) => {
    const expiresMs = request?.expiresMs ?? null;
    return expiresMs !== null && expiresMs > observedAtMs ? [expiresMs] : [];
  });
  return {
    providerIds: rows.map(({ providerId }) => providerId),
    seen: rows.map((row) => seenOf(row, shared)),
    routed: rows.filter(({ route }) => route !== null).map(({ providerId }) => providerId),
    asking: rows.filter(({ request }) => request?.isActive === true).length,
    changesAtMs: ahead.length === 0 ? null : Math.min(...ahead),
  };
}

function seenOf(row: PendingRow, shared: SharedSeen): Seen {
  const { isW2, isMarketplace, isManaged, isRoutable, hasWorkedWithUs } = row;
  const verdicts = row.platform?.verdicts ?? [];
  let key = `${isW2} ${isMarketplace} ${isManaged} ${isRoutable} ${hasWorkedWithUs}`;
  for (const { name, weight, isRequired, isMatch, points } of verdicts)
    key += `\n${weight} ${isRequired} ${isMatch} ${points} ${name}`;
  const known = shared.get(key);
  if (known !== undefined) return known;
  const platform = { verdicts: verdicts.map((verdict) => ({ ...verdict })) };
  const made = { isW2, isMarketplace, isManaged, isRoutable, hasWorkedWithUs, platform };
  shared.set(key, made);
  return made;
}
