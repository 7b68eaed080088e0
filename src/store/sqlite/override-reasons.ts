import type { OverrideReason } from '../../domain/override.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { decision, override } from './decision-tables.ts';
import { insertRow } from './insert-row.ts';
import { placeOfDecision } from './intents.ts';

/** One more row of `override`, which no run looks for. */
export function recordOverrideReason(connection: Connection, given: OverrideReason): 'recorded' | 'unknown' {
  const { workOrderId, episode, actor, because, atMs, code } = given;
  return writeAtomically(connection, () => {
    const found = given.decisionId === null ? { id: null } : findDecision(connection, given.decisionId);
    if (found === undefined) return 'unknown';
    const row = { workOrderId, episode, decision: found.id, kind: 'reason', actor, because, atMs, detail: { code } };
    appendLink(connection, 'override', insertRow(connection, override, row));
    return 'recorded';
  });
}

function findDecision({ orm }: Connection, id: NonNullable<OverrideReason['decisionId']>) {
  return orm.select({ id: decision.id }).from(decision).where(placeOfDecision(id)).get();
}
