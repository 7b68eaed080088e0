import { and, asc, eq } from 'drizzle-orm';
import type { DecisionAnswer, RunApproval } from '../../domain/approval.ts';
import type { DecisionId, WorkOrderId } from '../../domain/ids.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
import { prepared } from './prepared.ts';
import { approval } from './schema.ts';

/** Under the write lock, so that a run is answered once however many people answer it. */
export function recordApproval(connection: Connection, given: RunApproval): 'recorded' | 'answered' {
  const { runId, verdict, actor, because, atMs } = given;
  return writeAtomically(connection, () => {
    const isSame = and(eq(approval.subjectKind, 'run'), eq(approval.subject, runId));
    if (connection.orm.select({ id: approval.id }).from(approval).where(isSame).get() !== undefined) return 'answered';
    const row = { subjectKind: 'run' as const, subject: runId, verdict, actor, because, atMs, detail: null };
    appendLink(connection, 'approval', insertRow(connection, approval, row));
    return 'recorded';
  });
}

/** Oldest first. */
export function readApprovals({ orm }: Connection): readonly RunApproval[] {
  const rows = orm.select().from(approval).where(eq(approval.subjectKind, 'run')).orderBy(asc(approval.id)).all();
  return rows.map(({ subject: runId, verdict, actor, because, atMs }) => ({ runId, verdict, actor, because, atMs }));
}

/** All or none, and each once, as a run's. */
export function recordAnswers(connection: Connection, given: readonly DecisionAnswer[]): readonly DecisionId[] {
  return writeAtomically(connection, () => {
    const answered = given.map(({ decisionId }) => decisionId).filter((id) => isAnswered(connection, id));
    if (answered.length > 0) return answered;
    for (const { decisionId: subject, verdict, actor, because, atMs, outcome, winner } of given) {
      const row = { subjectKind: 'decision' as const, subject, verdict, actor, because, atMs };
      appendLink(connection, 'approval', insertRow(connection, approval, { ...row, detail: { outcome, winner } }));
    }
    return [];
  });
}

function isAnswered({ orm }: Connection, id: DecisionId): boolean {
  const isSame = and(eq(approval.subjectKind, 'decision'), eq(approval.subject, id));
  return orm.select({ id: approval.id }).from(approval).where(isSame).get() !== undefined;
}

type AnswerRow = Omit<DecisionAnswer, 'outcome' | 'winner'> & { readonly detail: string; readonly workOrderId: number };

/** Of all episodes of these work orders, by work order, oldest first. */
export function readAnswers(
  { db }: Connection,
  workOrders: readonly WorkOrderId[],
): ReadonlyMap<number, readonly DecisionAnswer[]> {
  const rows = prepared<[string], AnswerRow>(db, ANSWERS).all(JSON.stringify(workOrders));
  const byOrder = Map.groupBy(rows, (row) => row.workOrderId);
  return new Map([...byOrder].map(([id, found]) => [id, found.map(toAnswer)] as const));
}

function toAnswer({ detail, workOrderId: _, ...answer }: AnswerRow): DecisionAnswer {
  const { outcome, winner } = JSON.parse(detail) as Pick<DecisionAnswer, 'outcome' | 'winner'>;
  return { ...answer, outcome, winner };
}

/** Decision ids begin with the work order's and a full stop, after which the slash is the next sign: a range of the index. */
const ANSWERS = `
  SELECT json_each.value AS workOrderId, subject AS decisionId, verdict, actor, because, at_ms AS atMs, detail
  FROM json_each(?)
  CROSS JOIN approval ON subject_kind = 'decision' AND subject > value || '.' AND subject < value || '/'
  ORDER BY approval.id`;
