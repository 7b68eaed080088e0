import { and, asc, desc, eq, notExists, sql } from 'drizzle-orm';
import type { Effect, EffectKind } from '../../domain/decision.ts';
import { type DecisionId, decisionId, type WorkOrderId } from '../../domain/ids.ts';
import { LedgerFailure, type OpenIntent } from '../../engine/ports.ts';
import { openIntent } from './beside.ts';
import { appendLink } from './chain.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { claim, decision, effect, intent } from './schema.ts';

export type IntentPlace = { readonly decisionId: DecisionId; readonly n: number };

/** Takes or keeps the work order's lock. A settled intent is `blocked` as well: it must never be sent again. */
export function claimIntent(connection: Connection, place: IntentPlace, atMs: number): 'claimed' | 'blocked' {
  const { orm } = connection;
  return writeAtomically(connection, () => {
    const { id, workOrderId } = findIntent(connection, place);
    const holder = orm.select().from(openIntent).where(eq(openIntent.workOrderId, workOrderId)).get();
    if (holder !== undefined && holder.intent !== id) return 'blocked';
    if (isFinal(lastEffect(connection, id)?.kind)) return 'blocked';
    const n = lastClaim(connection, id) + 1;
    const added = orm.insert(claim).values({ intent: id, n, atMs }).returning({ id: claim.id }).get();
    appendLink(connection, 'claim', added.id);
    orm
      .insert(openIntent)
      .values({ workOrderId, intent: id, claims: n, claimedAtMs: atMs })
      .onConflictDoUpdate({ target: openIntent.workOrderId, set: { claims: n, claimedAtMs: atMs } })
      .run();
    return 'claimed';
  });
}

export function recordEffect(connection: Connection, given: Effect): void {
  const { orm } = connection;
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
    const added = orm
      .insert(effect)
      .values({
        intent: id,
        n,
        kind,
        reasonCode: reason.code,
        reasonDetail: reason.detail,
        atMs,
        runId,
        // drizzle writes null as SQL's NULL, whatever the column makes of other values.
        saw: saw ?? sql`'null'`,
      })
      .returning({ id: effect.id })
      .get();
    appendLink(connection, 'effect', added.id);
    if (isFinal(kind)) orm.delete(openIntent).where(eq(openIntent.intent, id)).run();
  });
}

/** Every intent without a final effect, in the order the decisions were recorded. */
export function readOpenIntents(connection: Connection): readonly OpenIntent[] {
  const { orm } = connection;
  const settled = orm
    .select({ one: sql`1` })
    .from(effect)
    .where(and(eq(effect.intent, intent.id), sql`${effect.kind} <> 'unknown'`));
  const rows = orm
    .select({ intent, decision: PLACE })
    .from(intent)
    .innerJoin(decision, eq(decision.id, intent.decision))
    .where(notExists(settled))
    .orderBy(asc(decision.id), asc(intent.n))
    .all();
  return rows.map((row) => {
    const last = lastEffect(connection, row.intent.id);
    const { workOrderId, episode, seq, ruleFileId } = row.decision;
    const claims = orm.select().from(claim).where(eq(claim.intent, row.intent.id)).orderBy(asc(claim.n)).all();
    return {
      decisionId: decisionId(workOrderId as WorkOrderId, episode, seq),
      workOrderId: workOrderId as WorkOrderId,
      episode,
      ruleFileId,
      intent: { n: row.intent.n, call: row.intent.call, costCents: row.intent.costCents },
      claimedAtMs: claims.at(-1)?.atMs ?? null,
      claims: claims.length,
      lastEffect: last === undefined ? null : { n: last.n, reason: last.reasonCode, atMs: last.atMs },
    };
  });
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

function lastClaim({ orm }: Connection, intentId: number): number {
  return (
    orm.select({ n: claim.n }).from(claim).where(eq(claim.intent, intentId)).orderBy(desc(claim.n)).limit(1).get()?.n ??
    0
  );
}

function isFinal(kind: EffectKind | undefined): boolean {
  return kind !== undefined && kind !== 'unknown';
}
