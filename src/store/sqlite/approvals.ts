import type { ApprovedMoney } from '../../domain/review.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

/**
 * An approval counts from its claim on: until it is known to be absent it may have released its money. One that was taken
 * back counts too, since the money may have left by then.
 */
export function readApproved({ db }: Connection, sinceMs: number): ApprovedMoney {
  const rows = prepared<[{ since: number }], ApprovedRow>(db, APPROVED).all({ since: sinceMs });
  const dearest = new Map<number, ApprovedRow>();
  for (const row of rows) {
    const before = dearest.get(row.workOrderId);
    if (before === undefined || row.costCents > before.costCents) dearest.set(row.workOrderId, row);
  }
  const byRuleFile: { [ruleFileId: string]: number } = {};
  for (const { ruleFileId, costCents } of dearest.values()) {
    if (ruleFileId !== null) byRuleFile[ruleFileId] = (byRuleFile[ruleFileId] ?? 0) + costCents;
  }
  return {
    totalCents: [...dearest.values()].reduce((sum, { costCents }) => sum + costCents, 0),
    byRuleFile,
    byWorkOrder: Object.fromEntries([...dearest.values()].map((row) => [row.workOrderId, row.costCents])),
    fileOf: Object.fromEntries(
      [...dearest.values()].flatMap(({ workOrderId, ruleFileId }) =>
        ruleFileId === null ? [] : [[workOrderId, ruleFileId] as const],
      ),
    ),
  };
}

type ApprovedRow = {
  readonly workOrderId: number;
  readonly ruleFileId: string | null;
  readonly costCents: number;
};

/** CROSS JOIN holds SQLite to the indexes, as in commitments.ts. */
const APPROVED = `
  WITH recent (intent) AS (
    SELECT intent FROM claim WHERE at_ms >= :since
    UNION SELECT intent FROM effect WHERE at_ms >= :since AND kind = 'confirmed'
    UNION SELECT intent FROM open_intent WHERE claims > 0
  )
  SELECT decision.work_order_id AS workOrderId, decision.rule_file_id AS ruleFileId, intent.cost_cents AS costCents
  FROM recent CROSS JOIN intent ON intent.id = recent.intent CROSS JOIN decision ON decision.id = intent.decision
  WHERE +intent.kind = 'approve' AND coalesce(
    (SELECT kind FROM effect WHERE intent = intent.id ORDER BY n DESC LIMIT 1), 'unknown') IN ('confirmed', 'unknown')
  ORDER BY decision.id, intent.n`;
