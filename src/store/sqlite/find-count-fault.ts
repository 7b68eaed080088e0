import type { Connection } from './connection.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';
import { countAnew, hasErasedListed, REBUILD_COUNTS_REMEDY, type RollUpLine } from './roll-up.ts';

/**
 * The first line of the roll-up that is not what its decision gives, counted once more. Nothing was decided by it, and reports
 * say what it says. A parity is counted once more where no body that it was counted from is erased.
 */
export function findCountFault(connection: Connection): LedgerFault | null {
  try {
    for (const line of connection.db.prepare<[], RollUpLine>(LINES).iterate()) {
      const wrong = wrongIn(connection, line);
      if (wrong !== null)
        return fault(connection, line.decision, `the counts for reports have another ${wrong} than the decision gives`);
    }
    const missing = connection.db.prepare<[], number>(MISSING).pluck().get();
    return missing === undefined ? null : fault(connection, missing, 'the counts for reports leave it out');
  } catch (error) {
    const what = `the counts for reports cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return faultOf(connection, null, { seq: null, what, fix: REBUILD_COUNTS_REMEDY });
  }
}

function fault(connection: Connection, rowId: number, what: string): LedgerFault {
  const place = { table: 'decision', rowId };
  return faultOf(connection, place, { seq: null, what, fix: REBUILD_COUNTS_REMEDY });
}

/** The name of a column; null: none. */
function wrongIn(connection: Connection, line: RollUpLine): string | null {
  const found = countAnew(connection, line.decision);
  const compared = COLUMNS.filter((column) => column !== 'parity' || !hasErasedListed(connection, line.decision));
  const wrong = compared.find((column) => !isSame(line[column], found[column]));
  return wrong === undefined ? null : NAMES[wrong];
}

function isSame(one: RollUpLine[keyof RollUpLine], other: RollUpLine[keyof RollUpLine]): boolean {
  return Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : one === other;
}

const NAMES = {
  decidedAtMs: 'time',
  workOrderId: 'work order',
  ruleFileId: 'rule file',
  ruleFileHash: 'text of the rule file',
  isShadow: 'mode',
  sets: 'number of candidates by what stopped them',
  bestBlockedId: 'best of those not eligible',
  bestBlockedBy: 'reason for the best of those not eligible',
  parity: 'comparison with the platform',
} as const satisfies { readonly [column in Exclude<keyof RollUpLine, 'decision'>]: string };

const COLUMNS = [
  ...(['decidedAtMs', 'workOrderId', 'ruleFileId', 'ruleFileHash', 'isShadow'] as const),
  ...(['sets', 'bestBlockedId', 'bestBlockedBy', 'parity'] as const),
];

const LINES = `
  SELECT decision, decided_at_ms AS decidedAtMs, work_order_id AS workOrderId, rule_file_id AS ruleFileId,
    rule_file_hash AS ruleFileHash, is_shadow AS isShadow, sets, best_blocked_id AS bestBlockedId,
    best_blocked_by AS bestBlockedBy, parity
  FROM roll_up WHERE decision IN (SELECT id FROM decision) ORDER BY decision`;

/** Decisions of before there was a roll-up are all older than those counted. */
const MISSING = `
  SELECT min(id) FROM decision WHERE id > (SELECT min(decision) FROM roll_up)
    AND NOT EXISTS (SELECT 1 FROM roll_up WHERE roll_up.decision = decision.id) HAVING min(id) IS NOT NULL`;
