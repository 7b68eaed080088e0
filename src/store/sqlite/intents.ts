import { and, asc, desc, eq, gt, ne, sql } from 'drizzle-orm';
import type { Effect, EffectKind } from '../../domain/decision.ts';
import { type DecisionId, decisionId, type WorkOrderId } from '../../domain/ids.ts';
import { LedgerFailure, type OpenIntent } from '../../engine/ports.ts';
import { openIntent } from './beside.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { claim, decision, effect, intent } from './decision-tables.ts';
import { isPaused } from './directives.ts';
import { insertRow } from './insert-row.ts';

export type IntentPlace = { readonly decisionId: DecisionId; readonly n: number };

/** Takes or keeps the work order's lock, which a trigger on `claim` writes. A settled intent is `blocked` as well: it must never be sent again. */
export function claimIntent(
  connection: Connection,
  place: IntentPlace,
  atMs: number,
): 'claimed' | 'blocked' | 'paused' {
  const { orm } = connection;
  return writeAtomically(connection, () => {
    const { id, workOrderId } = findIntent(connection, place);
    const isHeldByAnother = and(
      eq(openIntent.workOrderId, workOrderId),
      ne(openIntent.intent, id),
      gt(openIntent.claims, 0),
    );
    if (orm.select().from(openIntent).where(isHeldByAnother).get() !== undefined) return 'blocked';
    const own = orm.select().from(openIntent).where(eq(openIntent.intent, id)).get();
    if (own === undefined) return 'blocked';
    if (isPaused(connection, atMs)) return 'paused';
    appendLink(connection, 'claim', insertRow(connection, claim, { intent: id, n: own.claims + 1, atMs }));
    return 'claimed';
  });
}

export function recordEffect(connection: Connection, given: Effect): void {
  writeAtomically(connection, () => {
    const { id } = findIntent(connection, { decisionId: given.decisionId, n: given.intentN });
    const last = lastEffect(connection, id);
    if (isFinal(last?.kind) || given.n !== (last?.n ?? 0) + 1) {
      throw new LedgerFailure(
        `intent ${given.intentN} of decision ${given.decisionId} already has effect ${last?.n ?? 0} (${last?.kind ?? 'none'}); effect ${given.n} cannot follow`,
        'Another process settled it meanwhile. Run again: the next run reads the ledger first.',
      );
    }
    const { n, kind, atMs, runId, saw, reason } = given;
    const row = { intent: id, n, kind, reasonCode: reason.code, reasonDetail: reason.detail, atMs, runId, saw };
    appendLink(connection, 'effect', insertRow(connection, effect, row));
  });
}

/** Every intent without a final effect, in the order the decisions were recorded. */
export function readOpenIntents({ orm }: Connection): readonly OpenIntent[] {
  const isLast = eq(effect.n, sql`(SELECT max(n) FROM effect AS any_effect WHERE any_effect.intent = ${intent.id})`);
  const rows = orm
    .select({ open: openIntent, intent, decision: PLACE, effect })
    .from(openIntent)
    .innerJoin(intent, eq(intent.id, openIntent.intent))
    .innerJoin(decision, eq(decision.id, intent.decision))
    .leftJoin(effect, and(eq(effect.intent, intent.id), isLast))
    // As they were written; by decision and number SQLite would go through every intent there ever was.
    .orderBy(asc(openIntent.intent))
    .all();
  return rows.map(({ open, intent: { n, call, costCents }, decision: place, effect: last }) => ({
    decisionId: decisionId(place.workOrderId as WorkOrderId, place.episode, place.seq),
    workOrderId: place.workOrderId as WorkOrderId,
    episode: place.episode,
    ruleFileId: place.ruleFileId,
    intent: { n, call, costCents },
    claimedAtMs: open.claimedAtMs,
    claims: open.claims,
    lastEffect: last === null ? null : { n: last.n, reason: last.reasonCode, atMs: last.atMs },
  }));
}

/** `workOrderId.episode.seq` taken apart. */
export function placeOfDecision(id: DecisionId) {
  const [workOrder = 0, episode = 0, seq = 0] = id.split('.').map(Number);
  return and(eq(decision.workOrderId, workOrder), eq(decision.episode, episode), eq(decision.seq, seq));
}

const PLACE = {
  workOrderId: decision.workOrderId,
  episode: decision.episode,
  seq: decision.seq,
  ruleFileId: decision.ruleFileId,
};

function findIntent({ orm }: Connection, { decisionId: id, n }: IntentPlace) {
  const found = orm
    .select({ id: intent.id, workOrderId: decision.workOrderId })
    .from(intent)
    .innerJoin(decision, eq(decision.id, intent.decision))
    .where(and(placeOfDecision(id), eq(intent.n, n)))
    .get();
  if (found === undefined) throw new TypeError(`no intent ${n} in decision ${id}`);
  return found;
}

function lastEffect({ orm }: Connection, intentId: number) {
  return orm.select().from(effect).where(eq(effect.intent, intentId)).orderBy(desc(effect.n)).limit(1).get();
}

function isFinal(kind: EffectKind | undefined): boolean {
  return kind !== undefined && kind !== 'unknown';
}
