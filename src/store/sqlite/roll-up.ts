import type { Decision } from '../../domain/decision.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { type CountedParity, countRecordedParity } from './count-parity.ts';
import { type CountedRow, type CountedSlate, countSlate } from './count-slate.ts';
import type { DecisionHeader } from './decision-header.ts';
import { prepared } from './prepared.ts';
import { labelFromBody } from './work-order-labels.ts';

/** What of a decision its line of the roll-up repeats, so that reports need not look at the ledger's wide rows. */
type Rolled = Pick<Decision, 'decidedAtMs' | 'ruleFileId' | 'mode'> & {
  readonly id: number;
  readonly workOrderId: number;
  readonly ruleFileHash: Buffer | null;
};

/**
 * Counts one decision, once: in the transaction that records it, so that the roll-up cannot fall behind. What people did by hand
 * and reviews of finished work have no slate; their line says so, and nobody looks for it again.
 */
export function rollUpDecision(
  { db }: Connection,
  decision: Rolled,
  { slate: counted, parity }: { readonly slate: CountedSlate | null; readonly parity: CountedParity | null },
): void {
  const { id, decidedAtMs, workOrderId, ruleFileId, ruleFileHash, mode } = decision;
  const best = counted?.bestBlocked ?? null;
  prepared<(number | string | Buffer | null)[]>(
    db,
    `INSERT INTO roll_up (decision, decided_at_ms, work_order_id, rule_file_id, rule_file_hash, is_shadow, sets,
       best_blocked_id, best_blocked_by, parity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[id, decidedAtMs, workOrderId, ruleFileId, ruleFileHash, Number(mode === 'shadow')],
    counted === null ? null : JSON.stringify(counted.sets),
    ...(best === null ? [null, null] : [best.providerId, toCanonicalJson(best.blockedBy)]),
    parity === null ? null : JSON.stringify(parity),
  );
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
        const { decision, counted } = countRecorded(connection, id);
        rollUpDecision(connection, decision, { slate: counted, parity: countRecordedParity(connection, decision) });
        labelFromBody(connection, id);
      }
    });
    done += ids.length;
  }
  return done;
}

/** From nothing, should it ever be doubted. Can be killed at any moment: the next runs go on where it stood. */
export function rebuildRollUp(connection: Connection): number {
  writeAtomically(connection, () => connection.db.exec('DELETE FROM roll_up'));
  return catchUpRollUp(connection, Number.MAX_SAFE_INTEGER);
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
  { db }: Connection,
  id: number,
): { readonly decision: Rolled; readonly counted: CountedSlate | null } {
  const found = prepared<[number], Rolled & { readonly header: string }>(db, DECISION).get(id);
  if (found === undefined) throw new TypeError(`there is no decision in row ${id}`);
  const { header, ...decision } = found;
  const rows = decision.ruleFileId === null ? [] : prepared<[number], CountedRow>(db, CANDIDATES).all(id);
  return { decision, counted: countDecision(decision, JSON.parse(header) as DecisionHeader, rows) };
}

const DECISION = `
  SELECT id, decided_at_ms AS decidedAtMs, work_order_id AS workOrderId, rule_file_id AS ruleFileId,
    rule_file_hash AS ruleFileHash, mode, header FROM decision WHERE id = ?`;

const CANDIDATES = `
  SELECT provider_id AS providerId, points_milli AS pointsMilli, is_eligible AS isEligible, matched, unknown,
    not_applying AS notApplying, blocked_by AS blockedBy FROM candidate WHERE decision = ?`;
