import { compareWithPlatform, isPlatformFact, type OwnCriterion, POINTS } from '../../domain/parity.ts';
import type { PlatformEvaluation } from '../../domain/provider.ts';
import { loadBodyText, parseBody } from './body.ts';
import type { Connection } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import { hasBit } from './mask.ts';
import { plainPoints } from './pack-candidates.ts';
import { prepared } from './prepared.ts';

/** What of a candidate's row tells how our criteria came out. */
type ComparedRow = Pick<
  typeof candidateTable.$inferSelect,
  'providerId' | 'matched' | 'missed' | 'notApplying' | 'byPlatform' | 'byOnMissing' | 'graded'
>;

/** `[key, agree, only ours match, only theirs match, of those on whom they differ the highest id or 0, ranked by another rule]`. */
type CountedCriterion = readonly [string, number, number, number, number, number];

/** Of one decision: by criterion, and the points of whole candidates. */
export type CountedParity = readonly CountedCriterion[];

type Compared = { readonly row: ComparedRow | undefined; readonly platform: PlatformEvaluation | null };

/** Null: there is nothing to compare. */
export function countParity(header: DecisionHeader, candidates: readonly Compared[]): CountedParity | null {
  const ownOf = ownCriteria(header);
  const counts = new Map<string, [number, number, number, number, number]>();
  const countOf = (key: string) => {
    const known = counts.get(key) ?? [0, 0, 0, 0, 0];
    counts.set(key, known);
    return known;
  };
  for (const { row, platform } of candidates) {
    if (row === undefined || platform === null) continue;
    const { criteria, isSameRule, isSamePoints } = compareWithPlatform(ownOf(row), platform);
    for (const { key, ours, theirs } of criteria) {
      const count = countOf(key);
      count[ours === theirs ? 0 : ours === 'match' ? 1 : 2] += 1;
      if (ours !== theirs) count[3] = Math.max(count[3], row.providerId);
    }
    const points = countOf(POINTS);
    points[isSameRule ? (isSamePoints ? 0 : 1) : 4] += 1;
    if (isSameRule && !isSamePoints) points[3] = Math.max(points[3], row.providerId);
  }
  if (counts.size === 0) return null;
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, count]): CountedCriterion => [key, ...count]);
}

/** As the masks have it, which recording and counting anew both know. */
function ownCriteria({ criteria, leaves }: DecisionHeader): (row: ComparedRow) => readonly OwnCriterion[] {
  const onPlatform = new Set(leaves.filter(({ fact }) => isPlatformFact(fact)).map(({ criterion }) => criterion));
  return (row) => {
    const graded = new Map(
      row.graded === null ? [] : (JSON.parse(row.graded) as readonly (readonly [number, number])[]),
    );
    return criteria.map(({ key, label, weight }, n): OwnCriterion => {
      const applies = !hasBit(row.notApplying, n);
      const verdict = hasBit(row.matched, n) ? 'match' : hasBit(row.missed, n) ? 'no_match' : 'unknown';
      const pointsMilli = graded.get(n + 1) ?? plainPoints({ applies, verdict, weight });
      const decidedBy = hasBit(row.byPlatform, n) ? 'platform' : hasBit(row.byOnMissing, n) ? 'on_missing' : 'facts';
      return { key, label, weight, pointsMilli, applies, verdict, decidedBy, restsOnPlatform: onPlatform.has(n) };
    });
  };
}

/** From the ledger's own rows, and the bodies of those whom the platform listed; a body that is gone is not compared. */
export function countRecordedParity(
  connection: Connection,
  { id, ruleFileId }: { readonly id: number; readonly ruleFileId: string | null },
): CountedParity | null {
  if (ruleFileId === null) return null;
  const rows = prepared<[number], ComparedRow & { readonly body: number }>(connection.db, LISTED).all(id);
  if (rows.length === 0) return null;
  const header = prepared<[number], string>(connection.db, 'SELECT header FROM decision WHERE id = ?').pluck().get(id);
  return countParity(
    JSON.parse(header ?? '{}') as DecisionHeader,
    rows.map((row) => ({ row, platform: readPlatform(connection, row.body) })),
  );
}

const LISTED = `
  SELECT provider_id AS providerId, matched, missed, not_applying AS notApplying, by_platform AS byPlatform,
    by_on_missing AS byOnMissing, graded, body FROM candidate WHERE decision = ? AND kind <> 2 ORDER BY provider_id`;

/** By body: most of a slate comes back unchanged with the work order's next decision. */
const evaluations = new WeakMap<Connection, Map<number, PlatformEvaluation | null>>();
const KEPT_EVALUATIONS = 20_000;

function readPlatform(connection: Connection, body: number): PlatformEvaluation | null {
  const kept = evaluations.get(connection) ?? new Map<number, PlatformEvaluation | null>();
  evaluations.set(connection, kept);
  const known = kept.get(body);
  if (known !== undefined) return known;
  const text = loadBodyText(connection, body);
  // What is gone may not be remembered as what says nothing.
  if (text === null) return null;
  const found = parseBody(text).plain['platform'] as PlatformEvaluation | null;
  if (kept.size >= KEPT_EVALUATIONS) kept.clear();
  kept.set(body, found);
  return found;
}
