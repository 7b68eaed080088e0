import type { WorkOrderId } from '../../../domain/ids.ts';
import type { OverrideCase } from '../../../domain/override.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

type Reasons = OverrideCase['reasons'];

type ReasonRow = Reasons[number] & {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  /** Of the decision that it answers; null: of all. */
  readonly ruleFileId: string | null;
};

/** What people gave as their reasons in an episode, each to all rule files unless it names the decision of one. Oldest first. */
export function readReasons(
  { db }: Connection,
  workOrders: readonly WorkOrderId[],
): (of: Pick<OverrideCase, 'workOrderId' | 'episode'> & { readonly ruleFileId: string }) => Reasons {
  const rows = prepared<[{ readonly orders: string }], ReasonRow>(db, REASONS).all({
    orders: JSON.stringify([...new Set(workOrders)]),
  });
  const byPlace = Map.groupBy(rows, placeOf);
  return (of) =>
    (byPlace.get(placeOf(of)) ?? [])
      .filter(({ ruleFileId }) => ruleFileId === null || ruleFileId === of.ruleFileId)
      .map(({ code, actor, because, atMs }) => ({ code, actor, because, atMs }));
}

function placeOf({ workOrderId, episode }: Pick<OverrideCase, 'workOrderId' | 'episode'>): string {
  return `${workOrderId}.${episode}`;
}

/** What a rejected recommendation was answered with is a reason as well; decisions by hand have no rule file. */
const REASONS = `
  SELECT override.work_order_id AS workOrderId, override.episode, decision.rule_file_id AS ruleFileId,
    override.detail ->> '$.code' AS code, override.actor, override.because, override.at_ms AS atMs
  FROM json_each(:orders) AS asked CROSS JOIN override ON override.work_order_id = asked.value
  LEFT JOIN decision ON decision.id = override.decision
  WHERE override.kind = 'reason'
  UNION ALL
  SELECT decision.work_order_id, decision.episode, decision.rule_file_id, NULL, approval.actor, approval.because, approval.at_ms
  FROM json_each(:orders) AS asked
  CROSS JOIN approval ON approval.subject_kind = 'decision'
    AND approval.subject > asked.value || '.' AND approval.subject < asked.value || '/'
  CROSS JOIN decision ON decision.work_order_id = asked.value
    AND approval.subject = decision.work_order_id || '.' || decision.episode || '.' || decision.seq
  WHERE approval.verdict = 'rejected' AND approval.because IS NOT NULL
  ORDER BY 7`;
