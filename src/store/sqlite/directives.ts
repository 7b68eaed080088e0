import { asc, eq } from 'drizzle-orm';
import { type Directive, type DirectiveSubject, type DirectiveTerms, isInForce } from '../../domain/directive.ts';
import { providerId, workOrderId } from '../../domain/ids.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { insertRow } from './insert-row.ts';
import { prepared } from './prepared.ts';
import { directive, directiveEnd } from './schema.ts';

type Recorded = { readonly kind: 'recorded' } | { readonly kind: 'standing'; readonly directive: Directive };

export function recordDirective(connection: Connection, given: DirectiveSubject & DirectiveTerms): Recorded {
  return writeAtomically(connection, () => {
    const standing = given.kind === 'pin' ? findPin(connection, given) : undefined;
    if (standing !== undefined) return { kind: 'standing', directive: standing };
    const { kind, actor, because, atMs, untilMs } = given;
    const row = {
      kind,
      providerId: given.kind === 'pause' ? null : given.providerId,
      workOrderId: given.kind === 'pin' ? given.workOrderId : null,
      actor,
      because,
      atMs,
      untilMs,
    };
    appendLink(connection, 'directive', insertRow(connection, directive, row));
    return { kind: 'recorded' };
  });
}

function findPin(
  connection: Connection,
  given: Extract<DirectiveSubject, { readonly kind: 'pin' }> & DirectiveTerms,
): Directive | undefined {
  return readDirectives(connection).find(
    (one) => one.kind === 'pin' && one.workOrderId === given.workOrderId && isInForce(one, given.atMs),
  );
}

export function endDirectives(
  connection: Connection,
  ids: readonly number[],
  end: Omit<DirectiveTerms, 'untilMs'>,
): number {
  const { orm } = connection;
  return writeAtomically(connection, () => {
    const open = ids.filter((id) => {
      return orm.select().from(directiveEnd).where(eq(directiveEnd.directive, id)).get() === undefined;
    });
    for (const id of open) {
      appendLink(connection, 'directive_end', insertRow(connection, directiveEnd, { directive: id, ...end }));
    }
    return open.length;
  });
}

/** Oldest first. */
export function readDirectives({ orm }: Connection): readonly Directive[] {
  const rows = orm
    .select({ row: directive, end: directiveEnd })
    .from(directive)
    .leftJoin(directiveEnd, eq(directiveEnd.directive, directive.id))
    .orderBy(asc(directive.id))
    .all();
  return rows.map(({ row: { id, atMs, actor, because, untilMs, ...subject }, end }) => ({
    ...toSubject(subject),
    id,
    atMs,
    actor,
    because,
    untilMs,
    ended: end === null ? null : { atMs: end.atMs, actor: end.actor, because: end.because },
  }));
}

type SubjectColumns = Pick<typeof directive.$inferSelect, 'kind' | 'providerId' | 'workOrderId'>;

/** The table's checks let no other row in. */
function toSubject({ kind, providerId: provider, workOrderId: order }: SubjectColumns): DirectiveSubject {
  if (kind === 'pause' || provider === null) return { kind: 'pause' };
  if (kind === 'exclusion' || order === null) return { kind: 'exclusion', providerId: providerId(provider) };
  return { kind: 'pin', workOrderId: workOrderId(order), providerId: providerId(provider) };
}

/** Within the transaction of a claim. */
export function isPaused({ db }: Connection, nowMs: number): boolean {
  const found = prepared<[number]>(
    db,
    `SELECT 1 FROM directive WHERE kind = 'pause' AND (until_ms IS NULL OR until_ms > ?)
       AND id NOT IN (SELECT directive FROM directive_end) LIMIT 1`,
  ).get(nowMs);
  return found !== undefined;
}

/**
 * The first decision of an episode after the first is where a run saw that an assignment of ours was gone, whoever undid it;
 * an assignment that a person un-assigned through us shows the same way, at the next run.
 */
export function countUndone({ db }: Connection, sinceMs: number): number {
  const { count } = prepared<[number], { count: number }>(
    db,
    'SELECT count(*) AS count FROM decision WHERE decided_at_ms >= ? AND episode > 1 AND seq = 1',
  ).get(sinceMs) ?? { count: 0 };
  return count;
}
