import { and, asc, eq } from 'drizzle-orm';
import type { RunApproval } from '../../domain/approval.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
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
