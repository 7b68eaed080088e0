import type { RecordedEffect, RecordedIntent } from '../../domain/recorded-decision.ts';
import type { Connection } from './connection.ts';
import type { effect, intent } from './decision-tables.ts';
import { prepared } from './prepared.ts';

type IntentRow = Pick<typeof intent.$inferSelect, 'id' | 'decision' | 'n' | 'costCents'> & { readonly call: string };
type ClaimRow = { readonly intent: number; readonly atMs: number };
type EffectRow = Pick<typeof effect.$inferSelect, 'intent' | 'n' | 'kind' | 'reasonCode' | 'atMs'> & {
  readonly reasonDetail: string;
};

/** From so many decisions on it costs less to read all intents between the first and the last. */
const MANY = 1_000;

/**
 * By decision row: intents by number, each with its claims and effects. Three statements, however many decisions. Of many there
 * may be more in it than were asked for.
 */
export function readIntentsOf(
  { db }: Connection,
  decisions: readonly number[],
): ReadonlyMap<number, readonly RecordedIntent[]> {
  if (decisions.length === 0) return new Map();
  const given = {
    ids: JSON.stringify(decisions.length < MANY ? decisions : []),
    first: decisions.reduce((least, id) => Math.min(least, id)),
    last: decisions.reduce((most, id) => Math.max(most, id)),
  };
  const asked = decisions.length < MANY ? 'IN (SELECT value FROM json_each(:ids))' : 'BETWEEN :first AND :last';
  const all = <Row>(sql: string) => prepared<[typeof given], Row>(db, sql.replace('@', asked)).all(given);
  const intents = all<IntentRow>(INTENTS);
  const claimsOf = Map.groupBy(all<ClaimRow>(CLAIMS), (row) => row.intent);
  const effectsOf = Map.groupBy(all<EffectRow>(EFFECTS), (row) => row.intent);
  const byDecision = Map.groupBy(intents, (row) => row.decision);
  return new Map(
    [...byDecision].map(([decision, rows]) => [
      decision,
      rows.map(({ id, n, call, costCents }) => ({
        n,
        call: JSON.parse(call) as RecordedIntent['call'],
        costCents,
        claimedAtMs: (claimsOf.get(id) ?? []).map(({ atMs }) => atMs),
        effects: (effectsOf.get(id) ?? []).map(toRecordedEffect),
      })),
    ]),
  );
}

const INTENTS = `
  SELECT id, decision, n, call, cost_cents AS costCents FROM intent WHERE decision @ ORDER BY decision, n`;

const CLAIMS = `
  SELECT intent, at_ms AS atMs FROM claim WHERE intent IN (SELECT id FROM intent WHERE decision @)
  ORDER BY n`;

const EFFECTS = `
  SELECT intent, n, kind, reason_code AS reasonCode, reason_detail AS reasonDetail, at_ms AS atMs FROM effect
  WHERE intent IN (SELECT id FROM intent WHERE decision @) ORDER BY n`;

function toRecordedEffect({ n, kind, reasonCode, reasonDetail, atMs }: EffectRow): RecordedEffect {
  const detail = JSON.parse(reasonDetail) as RecordedEffect['reason']['detail'];
  return { n, kind, reason: { code: reasonCode, detail }, atMs };
}
