import Database from 'better-sqlite3';
import type { Decision } from '../../domain/decision.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import { LedgerFailure } from '../../engine/ports.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { type CountedParity, countRecordedParity } from './count-parity.ts';
import { type CountedRow, type CountedSlate, countSlate } from './count-slate.ts';
import type { DecisionHeader } from './decision-header.ts';
import { prepared } from './prepared.ts';
import { labelFromBody } from './work-order-labels.ts';

export const REBUILD_COUNTS_REMEDY =
  'No decision rests on the counts: `fieldmarshal ledger verify` says whether anything else was changed, and `fieldmarshal ledger rebuild-counts` counts them anew.';

/** A list that a line of the roll-up has. Throws `LedgerFailure`: somebody changed it. */
export function parseCounts<Item>(text: string, decision: number): readonly Item[] {
  const list = parsedOrNull(text);
  if (Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null)) return list;
  throw new LedgerFailure(`the counts for reports of decision row ${decision} cannot be read`, REBUILD_COUNTS_REMEDY);
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What of a decision its line of the roll-up repeats, so that reports need not look at the ledger's wide rows. */
type Rolled = Pick<Decision, 'decidedAtMs' | 'ruleFileId' | 'mode'> & {
  readonly id: number;
  readonly workOrderId: number;
  readonly ruleFileHash: Buffer | null;
};

/** As the columns have it. */
export type RollUpLine = {
  readonly decision: number;
  readonly decidedAtMs: number;
  readonly workOrderId: number;
  readonly ruleFileId: string | null;
  readonly ruleFileHash: Buffer | null;
  readonly isShadow: number;
  readonly sets: string | null;
  readonly bestBlockedId: number | null;
  readonly bestBlockedBy: string | null;
  readonly parity: string | null;
};

type Counts = { readonly slate: CountedSlate | null; readonly parity: CountedParity | null };

export function toLine(decision: Rolled, { slate, parity }: Counts): RollUpLine {
  const { id, decidedAtMs, workOrderId, ruleFileId, ruleFileHash, mode } = decision;
  const best = slate?.bestBlocked ?? null;
  return {
    decision: id,
    ...{ decidedAtMs, workOrderId, ruleFileId, ruleFileHash },
    isShadow: Number(mode === 'shadow'),
    sets: slate === null ? null : JSON.stringify(slate.sets),
    bestBlockedId: best === null ? null : best.providerId,
    bestBlockedBy: best === null ? null : toCanonicalJson(best.blockedBy),
    parity: parity === null ? null : JSON.stringify(parity),
  };
}

/**
 * Counts one decision, once: in the transaction that records it, so that the roll-up cannot fall behind. What people did by hand
 * and reviews of finished work have no slate; their line says so, and nobody looks for it again.
 */
export function rollUpDecision(connection: Connection, decision: Rolled, counts: Counts): void {
  writeLine(connection, toLine(decision, counts));
}

function writeLine({ db }: Connection, line: RollUpLine): void {
  prepared<[RollUpLine]>(
    db,
    `INSERT OR REPLACE INTO roll_up (decision, decided_at_ms, work_order_id, rule_file_id, rule_file_hash, is_shadow, sets,
       best_blocked_id, best_blocked_by, parity)
     VALUES (:decision, :decidedAtMs, :workOrderId, :ruleFileId, :ruleFileHash, :isShadow, :sets, :bestBlockedId,
       :bestBlockedBy, :parity)`,
  ).run(line);
}

/** Null: it has no slate to count. */
export function countDecision(
  { ruleFileId }: Pick<Rolled, 'ruleFileId'>,
  header: DecisionHeader,
  rows: readonly CountedRow[],
) {
  return ruleFileId === null || header.review !== undefined ? null : countSlate(header, rows);
}

/** Decisions counted in one transaction: some 60 ms, most of it the bodies that the platform's verdicts stand in. */
const PAGE = 50;

/** Decisions that the end of a run counts at most: some 600 ms of a ledger that is older than its roll-up. */
const PER_RUN = 500;

/**
 * Counts, newest first, decisions of before there was a roll-up, and labels their work orders from their bodies: at most
 * `PER_RUN` of them at the end of each run, so that no run has to wait for an old ledger at its start. Reports are exact
 * meanwhile, for they count what has no line from the candidates themselves. Says how many it has done.
 */
export function catchUpRollUp(connection: Connection, atMost = PER_RUN): number {
  let done = 0;
  while (done < atMost) {
    const ids = missingBefore(connection, Math.min(PAGE, atMost - done));
    if (ids.length === 0) break;
    writeAtomically(connection, () => {
      // Another process may have counted some of them meanwhile.
      for (const id of missingBefore(connection, ids.length)) {
        writeLine(connection, countAnew(connection, id));
        leniently(() => labelFromBody(connection, id));
      }
    });
    done += ids.length;
  }
  return done;
}

/**
 * Every line anew, should it ever be doubted. Can be killed at any moment: what it has done stands. The parity of a decision
 * whose bodies were erased cannot be counted again; what its line says stays, as far as it can be read. Says how many.
 */
export function rebuildRollUp(connection: Connection, onProgress?: (done: number) => void): number {
  const { db } = connection;
  const page = prepared<[number, number], number>(db, 'SELECT id FROM decision WHERE id < ? ORDER BY id DESC LIMIT ?');
  let done = 0;
  let ids = page.pluck().all(Number.MAX_SAFE_INTEGER, PAGE);
  for (; ids.length > 0; ids = page.all(ids.at(-1) ?? 0, PAGE)) {
    writeAtomically(connection, () => {
      for (const id of ids) {
        const line = countAnew(connection, id);
        const parity = hasErasedListed(connection, id) ? keptParity(connection, id) : line.parity;
        writeLine(connection, { ...line, parity });
        leniently(() => labelFromBody(connection, id));
      }
    });
    done += ids.length;
    onProgress?.(done);
  }
  writeAtomically(connection, () =>
    db.exec('DELETE FROM roll_up WHERE NOT EXISTS (SELECT 1 FROM decision WHERE id = roll_up.decision)'),
  );
  return done;
}

/** What of it can be counted: what cannot is left out of the reports, and stands in nobody's way. */
export function countAnew(connection: Connection, id: number): RollUpLine {
  const decision = rolledOf(connection, id);
  const slate = leniently(() => countRecorded(connection, id).counted);
  return toLine(decision, { slate, parity: leniently(() => countRecordedParity(connection, decision)) });
}

/** Null where rows or bodies are not what they were; what the file or the disk says is told. */
function leniently<Result>(count: () => Result): Result | null {
  try {
    return count();
  } catch (error) {
    if (error instanceof Database.SqliteError) throw error;
    return null;
  }
}

/** Of those whose verdicts by the platform are counted. */
export function hasErasedListed({ db }: Connection, id: number): boolean {
  const find = prepared<[number]>(
    db,
    `SELECT 1 FROM candidate WHERE decision = ? AND kind <> 2
       AND NOT EXISTS (SELECT 1 FROM body WHERE body.id = candidate.body) LIMIT 1`,
  );
  return find.get(id) !== undefined;
}

function keptParity({ db }: Connection, id: number): string | null {
  const find = prepared<[number], string | null>(db, 'SELECT parity FROM roll_up WHERE decision = ?').pluck();
  const text = find.get(id) ?? null;
  return text === null ? null : leniently(() => JSON.stringify(parseCounts(text, id)));
}

/** Whatever is recorded now has its line; what has none is older than all that have. */
function missingBefore({ db }: Connection, limit: number): readonly number[] {
  const find = prepared<[number, number], number>(
    db,
    `SELECT id FROM decision WHERE id < coalesce((SELECT min(decision) FROM roll_up), ?) ORDER BY id DESC LIMIT ?`,
  );
  return find.pluck().all(Number.MAX_SAFE_INTEGER, limit);
}

/** From the ledger's own rows. */
export function countRecorded(
  connection: Connection,
  id: number,
): { readonly decision: Rolled; readonly counted: CountedSlate | null } {
  const { db } = connection;
  const decision = rolledOf(connection, id);
  const header = prepared<[number], string>(db, 'SELECT header FROM decision WHERE id = ?').pluck().get(id) ?? '{}';
  const rows = decision.ruleFileId === null ? [] : prepared<[number], CountedRow>(db, CANDIDATES).all(id);
  return { decision, counted: countDecision(decision, JSON.parse(header) as DecisionHeader, rows) };
}

function rolledOf({ db }: Connection, id: number): Rolled {
  const found = prepared<[number], Rolled>(db, DECISION).get(id);
  if (found === undefined) throw new TypeError(`there is no decision in row ${id}`);
  return found;
}

const DECISION = `
  SELECT id, decided_at_ms AS decidedAtMs, work_order_id AS workOrderId, rule_file_id AS ruleFileId,
    rule_file_hash AS ruleFileHash, mode FROM decision WHERE id = ?`;

const CANDIDATES = `
  SELECT provider_id AS providerId, points_milli AS pointsMilli, is_eligible AS isEligible, matched, unknown,
    not_applying AS notApplying, blocked_by AS blockedBy FROM candidate WHERE decision = ?`;
