import type { Connection } from './connection.ts';
import { type Cleaned, cleanFile, type ErasureTerms, emptyLog, eraseByNumber } from './erase-bodies.ts';
import { forgetBefore, forgetProvider, listsWith } from './pending-lists.ts';
import { prepared } from './prepared.ts';

/** What goes with all bodies of decisions before a moment. */
export type PrunePlan = {
  /** Decisions before it, whatever is left of them. */
  readonly decisions: number;
  /** Numbers of the bodies that go. */
  readonly bodies: readonly number[];
  /** Deflated. */
  readonly bytes: number;
  /** As old, and kept: a later decision, a write that is not settled or a limit on money rests on them too. */
  readonly keptBodies: number;
};

/** What goes with one provider, and what of them stays. */
export type ProviderPlan = {
  readonly providerId: number;
  readonly bodies: readonly number[];
  readonly bytes: number;
  readonly isInDirectory: boolean;
  /** Pending lists remembered for the next run that go whole; they are pulled anew. */
  readonly pendingLists: number;
  /** Slates on which the provider was: verdicts, points and money of these stay. */
  readonly candidateRows: number;
  /** Of these, rows by a release that kept the values criteria looked at in the row, where nothing can be erased. */
  readonly rowsWithValues: number;
  /** Exclusions and pins with their reasons, and overrides. */
  readonly directives: number;
};

export type Erased = { readonly bodies: number; readonly cleaned: Cleaned };

type Body = { readonly id: number; readonly bytes: number };

/**
 * A write that is not settled keeps its bodies until it is, so that it can be explained. Whatever decides or acts reads rows
 * alone, but for the pay that a work order offered: a canary is held to it for as long as its text stays, and what counter-offers
 * cost above it is reported. These work orders' own bodies stay.
 */
export function planPrune({ db }: Connection, beforeMs: number): PrunePlan {
  const goes = prepared<[{ before: number }], Body>(
    db,
    `SELECT id, length(bytes) AS bytes FROM body WHERE id IN (${OLD} ${KEPT})`,
  );
  const bodies = goes.all({ before: beforeMs });
  const count = (sql: string) => prepared<[{ before: number }], number>(db, sql).pluck().get({ before: beforeMs }) ?? 0;
  return {
    decisions: count('SELECT count(*) FROM decision WHERE decided_at_ms < :before'),
    bodies: bodies.map(({ id }) => id),
    bytes: bodies.reduce((sum, { bytes }) => sum + bytes, 0),
    keptBodies: count(`SELECT count(*) FROM body WHERE id IN (${OLD})`) - bodies.length,
  };
}

function bodiesOf(decisions: string): string {
  return `SELECT body FROM candidate JOIN decision ON decision.id = candidate.decision WHERE ${decisions}
    UNION SELECT work_order_body FROM decision WHERE ${decisions}
    UNION SELECT batch_body FROM decision WHERE ${decisions}`;
}

const OLD = bodiesOf('decided_at_ms < :before');
const UNSETTLED =
  'decision.id IN (SELECT intent.decision FROM open_intent JOIN intent ON intent.id = open_intent.intent)';
/** See canary-figures.ts, and `basePay` of the reports. */
const PRICED = `SELECT work_order_body FROM decision WHERE id IN (
    SELECT intent.decision FROM intent JOIN effect ON effect.intent = intent.id
    WHERE effect.kind = 'confirmed' AND intent.kind = 'accept_counter')
  OR mode = 'canary' AND (
    id IN (SELECT intent.decision FROM intent JOIN effect ON effect.intent = intent.id
      WHERE effect.kind = 'confirmed' AND intent.kind = 'assign')
    OR id IN (SELECT decision FROM override WHERE kind = 'route_accepted'))`;
const KEPT = `EXCEPT SELECT * FROM (${bodiesOf('decided_at_ms >= :before')}) EXCEPT SELECT * FROM (${bodiesOf(UNSETTLED)})
  EXCEPT SELECT * FROM (${PRICED})`;

export function planProvider(connection: Connection, providerId: number): ProviderPlan {
  const { db } = connection;
  const bodies = prepared<[number], Body>(
    db,
    'SELECT id, length(bytes) AS bytes FROM body WHERE id IN (SELECT body FROM candidate WHERE provider_id = ?)',
  ).all(providerId);
  const count = (sql: string) => prepared<[number], number>(db, sql).pluck().get(providerId) ?? 0;
  return {
    providerId,
    bodies: bodies.map(({ id }) => id),
    bytes: bodies.reduce((sum, { bytes }) => sum + bytes, 0),
    isInDirectory: count('SELECT count(*) FROM provider WHERE id = ?') > 0,
    pendingLists: listsWith(connection, providerId).length,
    candidateRows: count('SELECT count(*) FROM candidate WHERE provider_id = ?'),
    rowsWithValues: count(
      "SELECT count(*) FROM candidate WHERE provider_id = ? AND evidence LIKE '[%' AND evidence <> '[]'",
    ),
    directives:
      count('SELECT count(*) FROM directive WHERE provider_id = ?') +
      count('SELECT count(*) FROM override WHERE provider_id = ?'),
  };
}

type Asked = { readonly terms: ErasureTerms; readonly onProgress?: (done: number) => void };

export function prune(connection: Connection, beforeMs: number, asked: Asked): Erased {
  forgetBefore(connection, beforeMs);
  const bodies = eraseByNumber(connection, planPrune(connection, beforeMs).bodies, asked);
  return { bodies, cleaned: cleanFile(connection) };
}

/** At most so many, for whoever has other things to do; the file keeps its size, and free pages that hold nothing. */
export function pruneSome(connection: Connection, beforeMs: number, asked: Asked & { readonly most: number }): number {
  forgetBefore(connection, beforeMs);
  const bodies = eraseByNumber(connection, planPrune(connection, beforeMs).bodies.slice(0, asked.most), asked);
  if (bodies > 0) emptyLog(connection);
  return bodies;
}

/** All bodies of the provider's rows, then the directory's, and every pending list that the provider is in. */
export function eraseProvider(connection: Connection, providerId: number, asked: Asked): Erased {
  const bodies = eraseByNumber(connection, planProvider(connection, providerId).bodies, asked);
  prepared<[number]>(connection.db, 'DELETE FROM provider WHERE id = ?').run(providerId);
  forgetProvider(connection, providerId);
  return { bodies, cleaned: cleanFile(connection) };
}
