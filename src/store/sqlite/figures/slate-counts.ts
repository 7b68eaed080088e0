import type { Sha256 } from '../../../domain/ids.ts';
import { type Blocker, blockerName, type SlateCounts } from '../../../domain/slate-counts.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import { hashFromBytes } from '../columns.ts';
import type { Connection } from '../connection.ts';
import { blockersOf, type CountedSet, type StoppedRow } from '../count-slate.ts';
import type { DecisionHeader } from '../decision-header.ts';
import { prepared } from '../prepared.ts';
import { countRecorded, parseCounts } from '../roll-up.ts';
import { narrowedSql, narrowingOf } from './narrowed.ts';

/** A decision's line of the roll-up, or as it would be. */
type Line = {
  readonly id: number;
  readonly ruleFileId: string;
  readonly ruleFileHash: Buffer;
  readonly isShadow: number;
  readonly sets: readonly CountedSet[];
};

/**
 * By rule file, the live ones first. From the roll-up, and where a decision has no line there yet, from its candidates. Of a
 * provider: the decisions whose slate it was on, and of their candidates it alone.
 */
export function readSlateCounts(connection: Connection, query: LedgerQuery): readonly SlateCounts[] {
  const { providerId } = query;
  const tallies = new Map<string, Tally>();
  for (const line of linesOf(connection, query)) {
    const key = `${line.isShadow} ${line.ruleFileId}`;
    const tally = tallies.get(key) ?? newTally(line);
    tallies.set(key, tally);
    addLine(tally, line, providerId === null ? line.sets : ownSet(connection, line.id, providerId));
  }
  return [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => toCounts(connection, tally));
}

function* linesOf(connection: Connection, query: LedgerQuery): Generator<Line> {
  const { db } = connection;
  const given = { ...narrowingOf(query), provider: query.providerId };
  const rolled = prepared<[typeof given], Omit<Line, 'sets'> & { readonly sets: string }>(
    db,
    query.providerId === null ? ROLLED : `${ROLLED} AND ${onSlate('roll_up.decision')}`,
  );
  const known = new Map<string, readonly CountedSet[]>();
  for (const { sets: text, ...line } of rolled.all(given)) {
    const sets = known.get(text) ?? parseCounts<CountedSet>(text, line.id);
    known.set(text, sets);
    yield { ...line, sets };
  }
  const missing = prepared<[typeof given], number>(
    db,
    query.providerId === null ? MISSING : `${MISSING} AND ${onSlate('decision.id')}`,
  );
  for (const id of missing.pluck().all(given)) {
    const { decision, counted } = countRecorded(connection, id);
    const { ruleFileId, ruleFileHash, mode } = decision;
    if (counted === null || ruleFileId === null || ruleFileHash === null) continue;
    yield { id, ruleFileId, ruleFileHash, isShadow: Number(mode === 'shadow'), sets: counted.sets };
  }
}

const ROLLED = `
  SELECT decision AS id, rule_file_id AS ruleFileId, rule_file_hash AS ruleFileHash, is_shadow AS isShadow, sets
  FROM roll_up WHERE sets IS NOT NULL AND rule_file_hash IS NOT NULL AND ${narrowedSql('roll_up')}`;

const MISSING = `
  SELECT id FROM decision WHERE rule_file_id IS NOT NULL AND ${narrowedSql('decision')}
    AND NOT EXISTS (SELECT 1 FROM roll_up WHERE roll_up.decision = decision.id)`;

function onSlate(decision: string): string {
  return `${decision} IN (SELECT candidate.decision FROM candidate WHERE candidate.provider_id = :provider)`;
}

function ownSet({ db }: Connection, decision: number, providerId: number): readonly CountedSet[] {
  const row = prepared<[number, number], StoppedRow & { readonly header: string }>(db, OWN).get(decision, providerId);
  if (row === undefined) return [];
  return [[1, ...blockersOf(JSON.parse(row.header) as DecisionHeader, row)]];
}

const OWN = `
  SELECT is_eligible AS isEligible, matched, unknown, not_applying AS notApplying, blocked_by AS blockedBy, header
  FROM candidate JOIN decision ON decision.id = candidate.decision WHERE decision = ? AND provider_id = ?`;

type Tally = {
  readonly ruleFileId: string;
  readonly isShadow: boolean;
  /** By text, in hex: the last decision met, and the last of these with a candidate; 0: none. */
  readonly texts: Map<string, { readonly hash: Sha256; id: number; withCandidates: number }>;
  decisions: number;
  withoutCandidates: number;
  withoutEligible: number;
  /** By its blockers, joined. */
  readonly sets: Map<string, { readonly stoppedBy: readonly Blocker[]; candidates: number }>;
  readonly fillableWithout: Map<string, number>;
};

function newTally({ ruleFileId, isShadow }: Line): Tally {
  const none = { decisions: 0, withoutCandidates: 0, withoutEligible: 0 };
  return {
    ...{ ruleFileId, isShadow: isShadow === 1, ...none },
    ...{ texts: new Map(), sets: new Map(), fillableWithout: new Map() },
  };
}

function addLine(tally: Tally, line: Line, counted: readonly CountedSet[]): void {
  const hex = line.ruleFileHash.toString('hex');
  const text = tally.texts.get(hex) ?? { hash: hashFromBytes(line.ruleFileHash), id: 0, withCandidates: 0 };
  text.id = Math.max(text.id, line.id);
  if (line.sets.length > 0) text.withCandidates = Math.max(text.withCandidates, line.id);
  tally.texts.set(hex, text);
  tally.decisions += 1;
  if (line.sets.length === 0) tally.withoutCandidates += 1;
  for (const [count, ...stoppedBy] of counted) {
    const key = stoppedBy.join(' ');
    const set = tally.sets.get(key) ?? { stoppedBy, candidates: 0 };
    set.candidates += count;
    tally.sets.set(key, set);
  }
  if (line.sets.some(([, ...stoppedBy]) => stoppedBy.length === 0)) return;
  tally.withoutEligible += 1;
  for (const name of soleNames(counted)) tally.fillableWithout.set(name, (tally.fillableWithout.get(name) ?? 0) + 1);
}

function soleNames(sets: readonly CountedSet[]): ReadonlySet<string> {
  return new Set(
    sets.flatMap(([, first, ...more]) => (first !== undefined && more.length === 0 ? [blockerName(first)] : [])),
  );
}

function toCounts(connection: Connection, tally: Tally): SlateCounts {
  const { texts, sets, fillableWithout, ...rest } = tally;
  const byAge = [...texts.values()].sort((a, b) => a.id - b.id);
  const criteria = byAge.toReversed().flatMap(({ withCandidates }) => requiredOf(connection, withCandidates));
  return {
    ...rest,
    texts: byAge.map(({ hash }) => hash),
    criteria: criteria.filter(({ key }, index) => criteria.findIndex((one) => one.key === key) === index),
    sets: [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, set]) => set),
    fillableWithout: Object.fromEntries([...fillableWithout].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** What a slate without candidates does not say. */
function requiredOf({ db }: Connection, decision: number): SlateCounts['criteria'] {
  const header = prepared<[number], string>(db, 'SELECT header FROM decision WHERE id = ?').pluck().get(decision);
  const { criteria } = JSON.parse(header ?? '{"criteria":[]}') as Pick<DecisionHeader, 'criteria'>;
  return criteria.filter(({ isRequired }) => isRequired).map(({ key, label }) => ({ key, label }));
}
