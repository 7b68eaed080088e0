import type { LedgerQuery } from '../../../engine/figures.ts';

/** What a query narrows to, as named parameters of a statement; null: not narrowed. */
export type Narrowing = {
  readonly since: number;
  readonly until: number;
  readonly rule: string | null;
  readonly client: number | null;
  readonly project: number | null;
};

export function narrowingOf(query: Omit<LedgerQuery, 'providerId'>): Narrowing {
  return {
    since: query.sinceMs ?? 0,
    until: query.untilMs ?? Number.MAX_SAFE_INTEGER,
    rule: query.ruleFileId,
    client: query.clientId,
    project: query.projectId,
  };
}

/** For the table `of`, which has the columns that a decision has. */
export function narrowedSql(of: string): string {
  return `${of}.decided_at_ms >= :since AND ${of}.decided_at_ms < :until
    AND (:rule IS NULL OR ${of}.rule_file_id = :rule)
    AND (coalesce(:client, :project) IS NULL OR ${of}.work_order_id IN (
      SELECT work_order_id FROM work_order_label
      WHERE client_id IS coalesce(:client, client_id) AND project_id IS coalesce(:project, project_id)
    ))`;
}
