import type { Connection } from './connection.ts';

/** One thing that is not as the ledger left it, and what to do about it. */
export type LedgerFault = {
  /** Of the link; null: what is wrong has no link of its own (a body, a rule text, the file, a row nobody chained). */
  readonly seq: number | null;
  /** Table and row, where the fault is in one. */
  readonly table: string | null;
  readonly rowId: number | null;
  /** `4047.1.2`; null: none, or nobody can tell any more. */
  readonly decision: string | null;
  readonly workOrder: number | null;
  /** A clause: `effect 12 is not as it was written (decision 4047.1.2, write 1)`. */
  readonly what: string;
  /** Whole sentences. */
  readonly fix: string;
};

/** A row by its table and number; `body_key` for a body. */
export type RowPlace = { readonly table: string; readonly rowId: number };

type Whose = { readonly decision: string | null; readonly workOrder: number | null; readonly more: string | null };

export const KEEP_REMEDY =
  'Somebody or something changed the file from outside fieldmarshal. Keep it as it is, stop the daemon, and compare it with a backup that `fieldmarshal ledger verify --file BACKUP` finds whole.';

/** Names the row as people know it, as far as the ledger still tells. `what` goes on from the row's table and number. */
export function faultOf(
  connection: Connection,
  place: RowPlace | null,
  { seq, what, fix = KEEP_REMEDY }: { readonly seq: number | null; readonly what: string; readonly fix?: string },
): LedgerFault {
  if (place === null) return { seq, table: null, rowId: null, decision: null, workOrder: null, what, fix };
  const { decision, workOrder, more } = whoseRow(connection, place);
  const names = [...(decision === null ? [] : [`decision ${decision}`]), ...(more === null ? [] : [more])].join(', ');
  return { ...place, seq, decision, workOrder, what: names === '' ? what : `${what} (${names})`, fix };
}

function whoseRow({ db }: Connection, { table, rowId }: RowPlace): Whose {
  const none: Whose = { decision: null, workOrder: null, more: null };
  const query = WHOSE[table];
  if (query === undefined) return none;
  try {
    return db.prepare<[number], Whose>(query).get(rowId) ?? none;
  } catch {
    // The table itself may be what was meddled with; the fault is told all the same.
    return none;
  }
}

const DECISION = "work_order_id || '.' || episode || '.' || seq";

const WHOSE: { readonly [table: string]: string } = {
  run: "SELECT NULL AS decision, NULL AS workOrder, 'run ' || run_id AS more FROM run WHERE id = ?",
  run_end: "SELECT NULL AS decision, NULL AS workOrder, 'run ' || run_id AS more FROM run_end WHERE id = ?",
  decision: `SELECT ${DECISION} AS decision, work_order_id AS workOrder, 'with its candidates and intents' AS more FROM decision WHERE id = ?`,
  claim: `SELECT ${DECISION} AS decision, work_order_id AS workOrder, 'write ' || intent.n AS more
    FROM claim JOIN intent ON intent.id = claim.intent JOIN decision ON decision.id = intent.decision WHERE claim.id = ?`,
  effect: `SELECT ${DECISION} AS decision, work_order_id AS workOrder, 'write ' || intent.n AS more
    FROM effect JOIN intent ON intent.id = effect.intent JOIN decision ON decision.id = intent.decision WHERE effect.id = ?`,
  intent: `SELECT ${DECISION} AS decision, work_order_id AS workOrder, 'write ' || intent.n AS more
    FROM intent JOIN decision ON decision.id = intent.decision WHERE intent.id = ?`,
  approval: `SELECT iif(subject_kind = 'decision', subject, NULL) AS decision, NULL AS workOrder,
    iif(subject_kind = 'run', 'run ' || subject, NULL) AS more FROM approval WHERE id = ?`,
  override:
    "SELECT NULL AS decision, work_order_id AS workOrder, 'work order ' || work_order_id AS more FROM override WHERE id = ?",
  directive: `SELECT NULL AS decision, work_order_id AS workOrder, kind || ' by ' || actor AS more FROM directive WHERE id = ?`,
  directive_end:
    "SELECT NULL AS decision, NULL AS workOrder, 'of directive ' || directive AS more FROM directive_end WHERE id = ?",
  rule_event: 'SELECT NULL AS decision, NULL AS workOrder, kind AS more FROM rule_event WHERE id = ?',
  body_key: `SELECT ${DECISION} AS decision, work_order_id AS workOrder,
      CASE body_key.id WHEN work_order_body THEN 'its work order' WHEN batch_body THEN 'what its run knew'
        ELSE 'provider ' || (SELECT provider_id FROM candidate WHERE candidate.decision = decision.id AND body = body_key.id) END AS more
    FROM body_key JOIN decision ON decision.id = (
      SELECT min(id) FROM (
        SELECT min(id) AS id FROM decision WHERE work_order_body = body_key.id OR batch_body = body_key.id
        UNION ALL SELECT min(decision) FROM candidate WHERE body = body_key.id))
    WHERE body_key.id = ?`,
};
