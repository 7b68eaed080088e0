import { and, eq, isNull } from 'drizzle-orm';
import { decisionId } from '../../domain/ids.ts';
import type { Observation } from '../../domain/observation.ts';
import type { ObservedRow } from '../../domain/standing.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { decision, OBSERVATION_KINDS, override } from './decision-tables.ts';
import { insertRow } from './insert-row.ts';
import { placeOfDecision } from './intents.ts';
import { prepared } from './prepared.ts';

export function recordObservation(connection: Connection, observation: Observation): 'recorded' | 'known' {
  const { orm } = connection;
  const { workOrderId, episode, kind, providerId, atMs, detail } = observation;
  return writeAtomically(connection, () => {
    const isSame = and(
      eq(override.workOrderId, workOrderId),
      eq(override.episode, episode),
      eq(override.kind, kind),
      providerId === null ? isNull(override.providerId) : eq(override.providerId, providerId),
    );
    if (orm.select({ id: override.id }).from(override).where(isSame).get() !== undefined) return 'known';
    const row = {
      workOrderId,
      episode,
      decision: observation.decisionId === null ? null : findDecision(connection, observation),
      kind,
      providerId,
      atMs,
      detail,
    };
    appendLink(connection, 'override', insertRow(connection, override, row));
    return 'recorded';
  });
}

/** Of all episodes, oldest first. `ids`: the work orders as one JSON list. */
export function readObservations({ db }: Pick<Connection, 'db'>, ids: string): readonly ObservedRow[] {
  const rows = prepared<[string], Omit<ObservedRow, 'decisionId'> & { readonly seq: number | null }>(
    db,
    `SELECT override.work_order_id AS workOrderId, override.episode, override.kind, override.provider_id AS providerId,
       override.at_ms AS atMs, decision.seq
     FROM override LEFT JOIN decision ON decision.id = override.decision
     WHERE override.work_order_id IN (SELECT value FROM json_each(?)) AND override.kind IN (${KINDS})
     ORDER BY override.at_ms, override.id`,
  ).all(ids);
  return rows.map(({ seq, ...row }) => ({
    ...row,
    decisionId: seq === null ? null : decisionId(row.workOrderId, row.episode, seq),
  }));
}

const KINDS = OBSERVATION_KINDS.map((kind) => `'${kind}'`).join(', ');

function findDecision({ orm }: Connection, { decisionId: id, workOrderId, episode }: Observation): number {
  const found =
    id === null
      ? undefined
      : orm
          .select({ id: decision.id })
          .from(decision)
          .where(and(placeOfDecision(id), eq(decision.workOrderId, workOrderId), eq(decision.episode, episode)))
          .get();
  if (found === undefined) throw new TypeError(`no decision ${id} in episode ${episode} of work order ${workOrderId}`);
  return found.id;
}
