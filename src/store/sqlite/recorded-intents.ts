import { asc, inArray, sql } from 'drizzle-orm';
import type { RecordedEffect, RecordedIntent } from '../../domain/recorded-decision.ts';
import type { Connection } from './connection.ts';
import { claim, effect, intent } from './decision-tables.ts';

/** By decision row: intents by number, each with its claims and effects. Three statements, however many decisions. */
export function readIntentsOf(
  { orm }: Connection,
  decisions: readonly number[],
): ReadonlyMap<number, readonly RecordedIntent[]> {
  const isOfDecisions = sql`${intent.decision} IN (SELECT value FROM json_each(${JSON.stringify(decisions)}))`;
  const ids = orm.select({ id: intent.id }).from(intent).where(isOfDecisions);
  const intents = orm.select().from(intent).where(isOfDecisions).orderBy(asc(intent.decision), asc(intent.n)).all();
  const claims = orm.select().from(claim).where(inArray(claim.intent, ids)).orderBy(asc(claim.n)).all();
  const effects = orm.select().from(effect).where(inArray(effect.intent, ids)).orderBy(asc(effect.n)).all();
  const claimsOf = Map.groupBy(claims, (row) => row.intent);
  const effectsOf = Map.groupBy(effects, (row) => row.intent);
  const byDecision = Map.groupBy(intents, (row) => row.decision);
  return new Map(
    [...byDecision].map(([decision, rows]) => [
      decision,
      rows.map(({ id, n, call, costCents }) => ({
        n,
        call,
        costCents,
        claimedAtMs: (claimsOf.get(id) ?? []).map(({ atMs }) => atMs),
        effects: (effectsOf.get(id) ?? []).map(toRecordedEffect),
      })),
    ]),
  );
}

function toRecordedEffect({ n, kind, reasonCode, reasonDetail, atMs }: typeof effect.$inferSelect): RecordedEffect {
  return { n, kind, reason: { code: reasonCode, detail: reasonDetail }, atMs };
}
