import { isPlatformFact, POINTS } from '../../domain/parity.ts';
import { plainName } from '../../domain/plain-name.ts';
import type { PlatformEvaluation } from '../../domain/provider.ts';
import { loadBodyText, parseBody } from './body.ts';
import type { Connection } from './connection.ts';
import type { DecisionHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import { hasBit } from './mask.ts';
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

type Counts = [agree: number, onlyOurs: number, onlyTheirs: number, example: number, otherRule: number];

/** Null: there is nothing to compare. */
export function countParity(header: DecisionHeader, candidates: readonly Compared[]): CountedParity | null {
  const counts = new Map<string, Counts>();
  const countOf = (key: string): Counts => {
    const known = counts.get(key) ?? [0, 0, 0, 0, 0];
    counts.set(key, known);
    return known;
  };
  const points = countOf(POINTS);
  const compare = parityCounter(header, countOf);
  for (const { row, platform } of candidates) {
    if (row === undefined || platform === null) continue;
    const { isSameRule, isSamePoints } = compare(row, platform);
    points[isSameRule ? (isSamePoints ? 0 : 1) : 4] += 1;
    if (isSameRule && !isSamePoints) points[3] = Math.max(points[3], row.providerId);
  }
  if (isEmpty(points)) return null;
  const sorted = [...counts].filter(([, count]) => !isEmpty(count)).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, count]): CountedCriterion => [key, ...count]);
}

function isEmpty([agree, onlyOurs, onlyTheirs, , otherRule]: Counts): boolean {
  return agree + onlyOurs + onlyTheirs + otherRule === 0;
}

/**
 * Says what `compareWithPlatform` says of one candidate, and counts its criteria: from the masks, which recording and counting
 * anew both know, without an object for each criterion of each candidate.
 */
function parityCounter({ criteria, leaves }: DecisionHeader, countOf: (key: string) => Counts) {
  const onPlatform = new Set(leaves.filter(({ fact }) => isPlatformFact(fact)).map(({ criterion }) => criterion));
  const own = criteria.map(({ key, weight }, n) => ({ weight, count: countOf(key), isOurs: !onPlatform.has(n) }));
  const theirsOf = theirsByLabel(criteria.map(({ label }) => plainName(label)));
  return (row: ComparedRow, { verdicts, points }: PlatformEvaluation) => {
    const graded = row.graded === null ? NONE : (JSON.parse(row.graded) as readonly (readonly [number, number])[]);
    const places = theirsOf(verdicts);
    // A name of its own: V8 fetches what is imported anew at each use, and this is asked a thousand times a decision.
    const has = hasBit;
    const { matched, missed, notApplying, byPlatform, byOnMissing } = row;
    let [applying, pointsMilli, isSameRule] = [0, 0, true];
    for (let n = 0; n < own.length; n += 1) {
      const one = own[n];
      if (one === undefined || has(notApplying, n)) continue;
      const their = verdicts[places[n] ?? -1];
      const isMatch = has(matched, n);
      applying += 1;
      pointsMilli += pointsOf(graded, n + 1) ?? (isMatch ? one.weight * 1000 : 0);
      if (their === undefined) {
        isSameRule = false;
        continue;
      }
      if (their.weight !== one.weight) isSameRule = false;
      const isByFacts = one.isOurs && (isMatch || has(missed, n)) && !has(byPlatform, n) && !has(byOnMissing, n);
      if (!isByFacts) continue;
      const { count } = one;
      count[isMatch === their.isMatch ? 0 : isMatch ? 1 : 2] += 1;
      if (isMatch !== their.isMatch) count[3] = Math.max(count[3], row.providerId);
    }
    return {
      isSameRule: isSameRule && applying === verdicts.length,
      isSamePoints: pointsMilli === points * 1000,
    };
  };
}

const NONE: readonly (readonly [number, number])[] = [];

function pointsOf(graded: readonly (readonly [number, number])[], position: number): number | undefined {
  for (const [at, pointsMilli] of graded) if (at === position) return pointsMilli;
  return undefined;
}

/** Places of the platform's verdicts by our criteria, -1 none: found anew only where the names are not those of the candidate before. */
function theirsByLabel(labels: readonly string[]): (verdicts: PlatformEvaluation['verdicts']) => readonly number[] {
  let last: { readonly verdicts: PlatformEvaluation['verdicts']; readonly places: readonly number[] } | null = null;
  return (verdicts) => {
    if (last !== null && haveSameNames(last.verdicts, verdicts)) return last.places;
    const byName = new Map(verdicts.map(({ name }, place) => [plainName(name), place]));
    last = { verdicts, places: labels.map((label) => byName.get(label) ?? -1) };
    return last.places;
  };
}

function haveSameNames(some: PlatformEvaluation['verdicts'], others: PlatformEvaluation['verdicts']): boolean {
  if (some.length !== others.length) return false;
  for (let n = 0; n < some.length; n += 1) if (some[n]?.name !== others[n]?.name) return false;
  return true;
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
